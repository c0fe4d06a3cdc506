"""A drop folder: what lies in it is handed in one file at a time; what cannot go out now stays and is tried again."""

import fcntl
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import msgspec
from kafka.errors import KafkaError

from broker.faults import BrokerFault
from producers.files.intake import Intake, RefusedFile, TakenFile
from producers.files.keeping import STATE, ChangedMeanwhile
from producers.files.opened import NotAFile, Stamp, open_file
from producers.files.settling import Settling, is_candidate
from producers.publisher import Publisher

QUIET_S = 2.0
_Opening = Callable[[ExitStack], Publisher]


class FolderBusy(Exception):
    """Another process watches the folder already."""


class Told(msgspec.Struct, frozen=True):
    """What a folder's door says; each is called once for each event."""

    taken: Callable[[TakenFile], None]
    refused: Callable[[RefusedFile], None]
    trouble: Callable[[str], None]


class _Sending:
    """One look's way to Kafka: opened for the first file that goes out, and given up for this look when it fails."""

    def __init__(self, open_publisher: Callable[[], Publisher]) -> None:
        self._open = open_publisher
        self._publisher: Publisher | None = None
        self.is_away = False

    def publisher(self) -> Publisher:
        """The publisher; raises BrokerFault or KafkaError."""
        if self._publisher is None:
            self._publisher = self._open()
        return self._publisher


class DropFolder:
    """Looks at a folder again and again; each look hands in what is whole."""

    def __init__(self, folder: Path, intake: Intake, open_publisher: _Opening, told: Told, quiet_s: float) -> None:
        self._folder = folder
        self._intake = intake
        self._open_publisher = open_publisher
        self._told = told
        self._settling = Settling(quiet_s)
        self._left: dict[str, Stamp] = {}
        self._good: dict[str, Stamp] = {}
        self._said = ""

    def look(self, now: float) -> None:
        """Hand in every file that is whole and was not looked at before in this state; raises OSError."""
        found = dict(self._candidates())
        self._left = {name: stamp for name, stamp in self._left.items() if found.get(name) == stamp}
        self._good = {name: stamp for name, stamp in self._good.items() if found.get(name) == stamp}
        waiting = {name: stamp for name, stamp in found.items() if name not in self._left}
        with ExitStack() as stack:
            sending = _Sending(lambda: self._open_publisher(stack))
            for name in self._settling.whole(waiting, now):
                if sending.is_away and self._good.get(name) == found[name]:
                    continue  # nothing is new about it but that it cannot go out
                self._hand_in(name, sending)

    def _hand_in(self, name: str, sending: "_Sending") -> None:
        try:
            opened = open_file(self._folder / name)
        except (NotAFile, OSError) as fault:
            self._leave(name, str(fault))
            return
        examined = self._intake.examine(opened)
        try:
            if examined.faults:
                refused = self._intake.refuse(opened, examined)
                self._left[name] = opened.stamp
                self._told.refused(refused)
                return
            self._good[name] = opened.stamp
            if sending.is_away:
                return  # a later file does not go out before an earlier one: it may correct it
            taken = self._intake.take(opened, examined, sending.publisher())
        except (BrokerFault, KafkaError) as fault:
            sending.is_away = True
            self._say_once(f"Kafka 暂时收不了,文件留在原处,自动再试 files stay and are tried again: {fault}")
            return
        except ChangedMeanwhile as fault:
            self._told.trouble(str(fault))
            return
        except OSError as fault:
            self._leave(name, f"{fault.strerror or fault}; 请检查磁盘和权限 look at the disk and its permissions")
            return
        self._said = ""
        self._told.taken(taken)

    def _candidates(self) -> Iterator[tuple[str, Stamp]]:
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if not is_candidate(entry.name):
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # taken away since it was listed
                if stat.S_ISREG(status.st_mode):
                    yield entry.name, Stamp.of(status)

    def _leave(self, name: str, why: str) -> None:
        """Say why a file stays, and pass it over until it changes."""
        try:
            self._left[name] = Stamp.of((self._folder / name).stat(follow_symlinks=False))
        except FileNotFoundError:
            return
        self._told.trouble(f"{name}: {why}")

    def _say_once(self, message: str) -> None:
        if not self._said:
            self._told.trouble(message)
        self._said = message


@contextmanager
def only_watcher(folder: Path) -> Iterator[IO[bytes]]:
    """Hold the folder for this process; raises :class:`FolderBusy`. The lock ends with the process, however it ends."""
    state = folder / STATE
    state.mkdir(exist_ok=True)
    with (state / "lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise FolderBusy(f"{folder} is watched by another process already; stop that one first") from fault
        yield lock


def keep_watching(folder: DropFolder, changes: Iterator[object]) -> None:
    """Look at the folder at every change and every so often, until ``changes`` end."""
    for _ in changes:
        folder.look(time.monotonic())
