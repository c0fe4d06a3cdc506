"""Make the lake anew from the log, beside the old one, and put it in its place at the end.

The order:

1. hold the lock of the old lake: no writer runs, and none begins meanwhile; readers go on reading it;
2. land, audit and derive into a new lake under other names what the old one had read, and announce nothing: what
   followed from it was announced when it was new. What it had not read yet is news, and left to the writer;
3. what the old one had still to announce goes into the new one's outbox;
4. if asked, compare the state hashes; where they differ, the old lake stays in its place;
5. put the new lake in the place of the old one; the old one goes aside or, if asked, away.

Where no old lake can tell what was announced, everything is announced again, with the same ids: readers drop repeats.
Stopped before the last step it leaves the old lake as it was, and the next attempt begins from the first message.
"""

import datetime as dt
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import msgspec
from kafka.errors import KafkaError

from consumers.lag import progress
from consumers.message import Place
from consumers.running import run_writer
from plan.book import PlanBook
from warehouse.due_slices import find_work
from warehouse.lake import LakeBroken, LakeMissing, open_reader, open_writer, transaction, writer_lock
from warehouse.outbox import Announcement, put_out
from warehouse.placing import LakeFiles, put_in_place
from warehouse.plans import plans_in_force
from warehouse.retention import marts_beyond_compare
from warehouse.settings import WarehouseSettings
from warehouse.sources import read_sources
from warehouse.state_hash import state_hashes

_BATCH = 20_000
_LOOK_SECONDS = 1.0
Told = Callable[[int, int], None]
"""Hears messages landed and messages in the log."""


class RebuildFault(Exception):
    """It cannot be told what was announced already; the message says the mend."""


class Comparison(msgspec.Struct, frozen=True):
    """Marts that are not the same in both lakes, and those that retention made smaller in the old one, on purpose."""

    differing: tuple[str, ...]
    left_out: tuple[str, ...]


class Rebuilt(msgspec.Struct, frozen=True):
    """What became of it. ``compared``: None if it was not asked, ``moved_to``: where the old lake lies, if it does."""

    compared: Comparison | None
    is_in_place: bool
    moved_to: LakeFiles | None


class Heard(msgspec.Struct, frozen=True):
    """What the old lake had read and so announced: offsets, messages, and what waits in its outbox."""

    offsets: dict[Place, int]
    consumed: int
    unsent: tuple[Announcement, ...]


def rebuild(
    environ: Mapping[str, str], now: dt.datetime, told: Told, *, announces: bool, compare: bool, drop_old: bool
) -> Rebuilt:
    """Rebuild the lake; raises :class:`RebuildFault`, ``WriterBusy``, ``NotLocal``, and what the writer raises."""
    place = LakeFiles.of(WarehouseSettings.from_environ(environ))
    # Another folder for the catalogue, for the lock of a lake lies beside it.
    draft = LakeFiles(place.catalogue.parent / "rebuilding" / place.catalogue.name, place.aside("rebuilding").data_path)
    with writer_lock(place.catalogue):
        heard = None if announces else _heard(place)
        _remove(draft)
        aimed = _aimed_at(environ, draft)
        with _watching(aimed, told, heard):
            run_writer(
                aimed,
                lambda: False,
                until_idle=True,
                batch_records=_BATCH,
                muted_up_to=None if heard is None else heard.offsets,
            )
        if heard is not None and heard.unsent:
            with open_writer(draft.settings) as lake, transaction(lake):
                put_out(lake, heard.unsent)
        compared = _compare(place, draft) if compare and place.catalogue.exists() else None
        if compared is not None and compared.differing:
            return Rebuilt(compared, False, None)
        old = place.aside(f"old-{now:%Y%m%dT%H%M%SZ}")
        was_there = put_in_place(draft, place, old)
        shutil.rmtree(draft.catalogue.parent)
        if was_there and drop_old:
            _remove(old)
        return Rebuilt(compared, True, old if was_there and not drop_old else None)


def _heard(place: LakeFiles) -> Heard:
    """What the old lake can tell of itself, if all that it had read is derived."""
    try:
        lake = open_reader(place.settings)
    except (LakeMissing, LakeBroken) as fault:
        raise RebuildFault(
            f"{fault}. No lake can tell what was announced: rebuild with --announce, then all is announced again with "
            "the same ids, and readers drop the repeats"
        ) from fault
    try:
        work = find_work(lake, PlanBook(plans_in_force(lake)))
        if work.due or work.void:
            raise RebuildFault(
                f"the lake has {len(work.due)} derivations to make, and what follows from them is not announced: "
                "let the writer finish (qingyu writer run --until-idle), or rebuild with --announce"
            )
        sources = read_sources(lake)
        waiting = lake.execute("SELECT message_id, topic, message_key, payload FROM outbox ORDER BY place").fetchall()
        return Heard(
            {place: row.next_offset for place, row in sources.items()},
            sum(row.account.consumed for row in sources.values()),
            tuple(Announcement(*row) for row in waiting),
        )
    finally:
        lake.close()


def _aimed_at(environ: Mapping[str, str], draft: LakeFiles) -> dict[str, str]:
    """The environment of a writer of the new lake. What was refused once is refused again: no budget for that."""
    return {
        **environ,
        "QINGYU_WAREHOUSE": draft.settings.attach,
        "QINGYU_WAREHOUSE_DATA": draft.settings.data_path,
        "QINGYU_REFUSALS_PCT": "100",
    }


@contextmanager
def _watching(environ: Mapping[str, str], told: Told, heard: Heard | None) -> Iterator[None]:
    """Look at the new lake every second, in a thread of its own, and tell how far it is."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_SECONDS):
            try:
                found = progress(environ)
            except (LakeMissing, KafkaError):
                continue  # not made yet, or Kafka is away: then the writer says so
            landed = sum(lag.account.consumed for lag in found.lags)
            todo = landed + sum(lag.lag for lag in found.lags)
            told(landed, todo if heard is None else heard.consumed)

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
        return Comparison(tuple(name for name in differing if name not in left_out), left_out)
    finally:
        for lake in lakes:
            lake.close()


def _remove(files: LakeFiles) -> None:
    for suffix in ("", "-wal", "-shm"):
        files.catalogue.with_name(files.catalogue.name + suffix).unlink(missing_ok=True)
    if files.data.exists():
        shutil.rmtree(files.data)
