"""A file as it was found: opened so that it can be nothing but a plain file, with what tells whether it changed."""

import os
import stat
from pathlib import Path

import msgspec

from producers.files.kinds import BYTES_MAX


class Stamp(msgspec.Struct, frozen=True):
    """What changes when a file is written to or replaced."""

    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> "Stamp":
        """The stamp of a file by its status."""
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)


class OpenedFile(msgspec.Struct, frozen=True):
    """A file's content and its stamp when that was read.

    Of a file that is too large only the beginning is held, one byte more than is taken.
    """

    path: Path
    data: bytes
    stamp: Stamp


class NotAFile(Exception):
    """The path leads to something that is never read: a link, a device, a folder."""


def open_file(path: Path) -> OpenedFile:
    """Read a plain file; raises :class:`NotAFile`, and OSError for one that is not there or may not be read."""
    try:
        # Neither follows a link nor waits for the other end of a pipe.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as fault:
        if path.is_symlink():
            raise NotAFile(f"{path} is a link; hand in the file itself") from fault
        raise
    with os.fdopen(handle, "rb") as opened:
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise NotAFile(f"{path} is no plain file; hand in a file")
        return OpenedFile(path, opened.read(BYTES_MAX + 1), Stamp.of(status))
