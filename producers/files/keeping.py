"""Where files go: taken ones into the archive with their receipts, reports beside those that were refused."""

import datetime as dt
import hashlib
import itertools
import os
from collections.abc import Iterable
from pathlib import Path

from plan.periods import LOCAL_ZONE
from producers.files.opened import OpenedFile, Stamp
from producers.outgoing import Receipt
from producers.receipts import keep_receipts

ARCHIVE = "archive"
STATE = ".qingyu"
"""A hidden folder for what the door remembers between two runs."""
_REPORTS = (".faults.xlsx", ".faults.txt")


class ChangedMeanwhile(Exception):
    """A file was written to after it was read: what it holds now was not handed in, so it stays."""


def is_report(name: str) -> bool:
    """Tell whether a file is a report of ours."""
    return name.endswith(_REPORTS)


def archive_folder(file: Path, now: dt.datetime) -> Path:
    """The folder of the day for taken files, beside the file; made where it is missing."""
    folder = file.parent / ARCHIVE / now.astimezone(LOCAL_ZONE).date().isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def archive(opened: OpenedFile, receipts: Iterable[Receipt], folder: Path) -> Path:
    """Write the receipts, then move the file; gives its new place. Raises ChangedMeanwhile, OSError.

    Killed between the two, the file is still there and is handed in once more: a duplicate by its returns' ids.
    """
    target = _free(folder, opened.path.name)
    kept = target.with_name(f"{target.name}.receipts.jsonl")
    keep_receipts(kept, receipts)
    _to_disk(kept)
    opened.path.rename(target)
    if Stamp.of(target.stat(follow_symlinks=False)) != opened.stamp:
        if not opened.path.exists():
            target.rename(opened.path)
        raise ChangedMeanwhile(f"{opened.path} was changed while it was handed in; it is looked at again")
    _to_disk(folder)
    _forget(opened.path)
    return target


def write_report(opened: OpenedFile, suffix: str, content: bytes) -> Path:
    """Write a report beside a refused file, in place of earlier ones, and remember which content it is about."""
    _forget(opened.path)
    report = opened.path.with_name(opened.path.name + suffix)
    draft = opened.path.with_name(f".{report.name}.new")
    draft.write_bytes(content)
    draft.replace(report)
    known = _remembered(opened.path)
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_text(_digest(opened), encoding="utf-8")
    return report


def report_of(opened: OpenedFile) -> Path | None:
    """The report that this very content has already; a person may be mending it, so it is not written again."""
    known = _remembered(opened.path)
    if not known.is_file() or known.read_text(encoding="utf-8") != _digest(opened):
        return None
    return next((report for report in _reports(opened.path) if report.is_file()), None)


def _forget(path: Path) -> None:
    for file in (*_reports(path), _remembered(path)):
        file.unlink(missing_ok=True)


def _reports(path: Path) -> list[Path]:
    return [path.with_name(path.name + suffix) for suffix in _REPORTS]


def _remembered(path: Path) -> Path:
    return path.parent / STATE / "refused" / path.name


def _digest(opened: OpenedFile) -> str:
    return hashlib.sha256(opened.data).hexdigest()


def _free(folder: Path, name: str) -> Path:
    """A name in the folder that no file has; receipts of a run that was killed before it moved the file go on."""
    stem, dot, suffix = name.rpartition(".")
    for number in itertools.count(2):
        target = folder / name
        if not target.exists():
            return target
        name = f"{stem} ({number}){dot}{suffix}"
    raise AssertionError("counting never ends")


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
