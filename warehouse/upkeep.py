"""The lake's upkeep: small commits are written out and merged, old snapshots expire, old files go after a grace time.

When and what is decided in ``upkeep_rules``. Files are only deleted a day after nothing refers to them, so that a
long reader keeps what it reads; so are files that a killed writer left without a trace in the catalogue. Our own
vintages do not rest on old snapshots. What each chore cost is recorded in ``upkeep_run``.

It runs in one thread. DuckLake flushes all tables in one parallel plan, and each table that is done is put on one list
of the transaction without a lock (``DuckLakeTransaction::MarkInlinedDataForDeletion``, still so in DuckDB 1.5.5). Two
threads there at once corrupt the heap, and the process dies: ``double free or corruption``. Landing and deriving write
one table in a statement and keep all their threads.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb
import msgspec
import pyarrow as pa

from warehouse.lake import transaction, utc
from warehouse.migrations import sql
from warehouse.upkeep_rules import Chore, Decision, UpkeepFacts, UpkeepPolicy, decide

log = logging.getLogger("qingyu.upkeep")
_LOOK_EVERY = 30
"""Rows that wait in the catalogue are counted after so many commits; counting after each would cost as much as one."""
_OFTEN_MERGED_BYTES = 16_000_000
"""Between two whole rounds only files below this size are merged: a big file is not written anew for each small one."""
_THREADS = "SELECT current_setting('threads')"
_CALLS = {
    Chore.WRITE_OUT: "CALL ducklake_flush_inlined_data('w')",
    Chore.REWRITE: "CALL ducklake_rewrite_data_files('w')",
    Chore.EXPIRE: "CALL ducklake_expire_snapshots('w', older_than => ?)",
    Chore.CLEAN_UP: "CALL ducklake_cleanup_old_files('w', older_than => ?)",
    Chore.ORPHANS: "CALL ducklake_delete_orphaned_files('w', older_than => ?)",
}


class UpkeepRun(msgspec.Struct, frozen=True):
    """One chore that was done and what it cost. ``done``: rows written, files merged or deleted, snapshots expired."""

    began_at: dt.datetime
    chore: str
    reason: str
    seconds: float
    done: int
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    snapshots_before: int
    snapshots_after: int


def _clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Upkeep:
    """Counts commits and looks after the lake in time."""

    def __init__(
        self,
        lake: duckdb.DuckDBPyConnection,
        policy: UpkeepPolicy = UpkeepPolicy(),  # noqa: B008 (frozen)
        clock: Callable[[], dt.datetime] = _clock,
    ) -> None:
        self._lake = lake
        self._policy = policy
        self._clock = clock
        self._rounds = 0
        self._small_at: dt.datetime | None = None
        self._whole_at: dt.datetime | None = None
        # For whoever types CHECKPOINT by hand: a reader keeps its files then too.
        for option, kept in (("expire_older_than", policy.keep_snapshots), ("delete_older_than", policy.grace)):
            lake.execute(f"CALL w.set_option('{option}', '{int(kept.total_seconds())} seconds')")

    def commit_made(self) -> None:
        """Count a round of commits; look after the lake when there were many."""
        self._rounds += 1
        if self._rounds % _LOOK_EVERY == 0:
            self._look(is_idle=False)

    def when_idle(self) -> None:
        """Look after the lake once after work, then leave it alone until there is new work."""
        if self._rounds:
            self._look(is_idle=True)

    def look_after(self, decision: Decision) -> tuple[UpkeepRun, ...]:
        """Do the chores of a decision in their order; each is a commit of its own, and what they cost is another."""
        began = self._clock()
        is_whole = Chore.EXPIRE in decision.chores
        with _one_thread(self._lake):
            runs = tuple(self._do(chore, decision.reason, is_whole) for chore in decision.chores)
        _record(self._lake, runs)
        self._rounds = 0
        self._small_at = began
        if is_whole:
            self._whole_at = began
        log.info("looked after the lake (%s): %s", decision.reason, ", ".join(f"{r.chore} {r.done}" for r in runs))
        return runs

    def _look(self, is_idle: bool) -> None:
        now = self._clock()
        facts = UpkeepFacts(
            commits=self._rounds,
            inlined_rows=inlined_rows(self._lake),
            is_idle=is_idle,
            since_small=None if self._small_at is None else now - self._small_at,
            since_whole=None if self._whole_at is None else now - self._whole_at,
        )
        decision = decide(facts, self._policy)
        if decision.chores:
            self.look_after(decision)

    def _do(self, chore: Chore, reason: str, is_whole: bool) -> UpkeepRun:
        before = _size(self._lake)
        began_at, started = self._clock(), time.perf_counter()
        found = self._call(chore, is_whole)
        seconds = time.perf_counter() - started
        # Written out and merged are told by table with a count, what expired or was deleted one by one.
        is_counted = chore in (Chore.WRITE_OUT, Chore.MERGE, Chore.REWRITE)
        done = sum(row[2] for row in found) if is_counted else len(found)
        pairs = zip(before, _size(self._lake), strict=True)
        return UpkeepRun(began_at, chore.value, reason, seconds, done, *(each for pair in pairs for each in pair))

    def _call(self, chore: Chore, is_whole: bool) -> list[tuple[str, str, int]]:
        if chore is Chore.MERGE:
            most = "" if is_whole else f", max_file_size => {_OFTEN_MERGED_BYTES}"
            return self._lake.execute(f"CALL ducklake_merge_adjacent_files('w'{most})").fetchall()
        kept = self._policy.keep_snapshots if chore is Chore.EXPIRE else self._policy.grace
        values = [self._clock() - kept] if "?" in _CALLS[chore] else []
        return self._lake.execute(_CALLS[chore], values).fetchall()


def inlined_rows(lake: duckdb.DuckDBPyConnection) -> int:
    """Rows that wait in the catalogue to be written out, deleted ones too."""
    tables = lake.execute("SELECT table_name FROM __ducklake_metadata_w.ducklake_inlined_data_tables").fetchall()
    if not tables:
        return 0
    counts = " UNION ALL ".join(f"SELECT count(*) AS rows FROM __ducklake_metadata_w.{table}" for (table,) in tables)
    ((rows,),) = lake.execute(f"SELECT CAST(sum(rows) AS BIGINT) FROM ({counts})").fetchall()
    return int(rows)


def newest_runs(lake: duckdb.DuckDBPyConnection, limit: int) -> list[UpkeepRun]:
    """The newest chores first."""
    columns = ", ".join(UpkeepRun.__struct_fields__)
    rows = lake.execute(f"SELECT {columns} FROM upkeep_run ORDER BY began_at DESC LIMIT ?", [limit]).fetchall()
    return [UpkeepRun(utc(began_at), *rest) for began_at, *rest in rows]


@contextmanager
def _one_thread(lake: duckdb.DuckDBPyConnection) -> Iterator[None]:
    threads = lake.execute(_THREADS).fetchall()[0][0]
    lake.execute("SET threads = 1")
    yield
    # Not put back when it fails: that ends the writer, and a further statement would only hide what went wrong.
    lake.execute(f"SET threads = {threads}")


def _size(lake: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    ((files, size, snapshots),) = lake.execute(sql("upkeep/size")).fetchall()
    return files, size, snapshots


def _record(lake: duckdb.DuckDBPyConnection, runs: tuple[UpkeepRun, ...]) -> None:
    made = pa.Table.from_pylist([msgspec.structs.asdict(run) for run in runs])
    lake.register("upkeep_rows", made)
    with transaction(lake):
        lake.execute("INSERT INTO upkeep_run BY NAME SELECT * FROM upkeep_rows")
        lake.execute("CALL w.set_commit_message('writer', 'upkeep')")
    lake.unregister("upkeep_rows")
