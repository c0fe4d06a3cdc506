"""Make the lake anew from the log, beside the old one, and put it in its place at the end.

The order:

1. hold the lock of the old lake: no writer runs, and none begins meanwhile; readers go on reading it;
2. land, audit and derive the whole log into a new lake under other names, as the writer does, but announce nothing:
   what followed from the log was announced when it was new;
3. if asked, compare the state hashes; where they differ, the old lake stays in its place;
4. put the new lake in the place of the old one; the old one goes aside or, if asked, away.

Stopped before the last step it leaves the old lake as it was, and the next attempt begins from the first message.
"""

import datetime as dt
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import duckdb
import msgspec
from kafka.errors import KafkaError

from consumers.lag import progress
from consumers.running import run_writer
from warehouse.lake import LakeMissing, open_reader, writer_lock
from warehouse.placing import LakeFiles, put_in_place
from warehouse.retention import marts_beyond_compare
from warehouse.settings import WarehouseSettings
from warehouse.sources import read_sources
from warehouse.state_hash import state_hashes

_BATCH = 20_000
_LOOK_SECONDS = 1.0
Told = Callable[[int, int], None]
"""Hears messages landed and messages in the log."""


class Comparison(msgspec.Struct, frozen=True):
    """Marts that are not the same in both lakes; ``is_behind``: the old one had not read all of the log.

    ``left_out``: marts that retention has made smaller in the old lake, on purpose.
    """

    differing: tuple[str, ...]
    left_out: tuple[str, ...]
    is_behind: bool


class Rebuilt(msgspec.Struct, frozen=True):
    """What became of it. ``compared``: None if it was not asked, ``moved_to``: where the old lake lies, if it does."""

    compared: Comparison | None
    is_in_place: bool
    moved_to: LakeFiles | None


def rebuild(environ: Mapping[str, str], now: dt.datetime, told: Told, *, compare: bool, drop_old: bool) -> Rebuilt:
    """Rebuild the lake; raises ``WriterBusy`` while a writer holds it, ``NotLocal``, and what the writer raises."""
    place = LakeFiles.of(WarehouseSettings.from_environ(environ))
    # Another folder for the catalogue, for the lock of a lake lies beside it.
    draft = LakeFiles(place.catalogue.parent / "rebuilding" / place.catalogue.name, place.aside("rebuilding").data_path)
    with writer_lock(place.catalogue):
        _remove(draft)
        _land_everything(_aimed_at(environ, draft), told)
        compared = _compare(place, draft) if compare and place.catalogue.exists() else None
        if compared is not None and compared.differing:
            return Rebuilt(compared, False, None)
        old = place.aside(f"old-{now:%Y%m%dT%H%M%SZ}")
        was_there = put_in_place(draft, place, old)
        shutil.rmtree(draft.catalogue.parent)
        if was_there and drop_old:
            _remove(old)
        return Rebuilt(compared, True, old if was_there and not drop_old else None)


def _aimed_at(environ: Mapping[str, str], draft: LakeFiles) -> dict[str, str]:
    """The environment of a writer of the new lake. What was refused once is refused again: no budget for that."""
    return {
        **environ,
        "QINGYU_WAREHOUSE": draft.settings.attach,
        "QINGYU_WAREHOUSE_DATA": draft.settings.data_path,
        "QINGYU_REFUSALS_PCT": "100",
    }


def _land_everything(environ: Mapping[str, str], told: Told) -> None:
    with _watching(environ, told):
        run_writer(environ, lambda: False, until_idle=True, batch_records=_BATCH, is_muted=True)


@contextmanager
def _watching(environ: Mapping[str, str], told: Told) -> Iterator[None]:
    """Look at the new lake and the log every second, in a thread of its own, and tell how far it is."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_SECONDS):
            try:
                found = progress(environ)
            except (LakeMissing, KafkaError):
                continue  # not made yet, or Kafka is away: then the writer says so
            landed = sum(lag.account.consumed for lag in found.lags)
            told(landed, landed + sum(lag.lag for lag in found.lags))

    watcher = threading.Thread(target=look, name="qingyu-rebuild-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _compare(old: LakeFiles, new: LakeFiles) -> Comparison:
    lakes = [open_reader(files.settings) for files in (old, new)]
    try:
        left_out = marts_beyond_compare(lakes[0])
        before, after = (state_hashes(lake) for lake in lakes)
        differing = [name for name in sorted(before | after) if before.get(name) != after.get(name)]
        is_behind = _offsets(lakes[0]) != _offsets(lakes[1])
        return Comparison(tuple(name for name in differing if name not in left_out), left_out, is_behind)
    finally:
        for lake in lakes:
            lake.close()


def _offsets(lake: duckdb.DuckDBPyConnection) -> dict[tuple[str, int], int]:
    return {place: row.next_offset for place, row in read_sources(lake).items()}


def _remove(files: LakeFiles) -> None:
    for suffix in ("", "-wal", "-shm"):
        files.catalogue.with_name(files.catalogue.name + suffix).unlink(missing_ok=True)
    if files.data.exists():
        shutil.rmtree(files.data)
