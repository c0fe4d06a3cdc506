"""Two landing processes on a PostgreSQL catalogue against one: ratios within one run.

Two lakes in databases of one real PostgreSQL, one written by one process, the other by two, both from the same real
Kafka. Each round sends messages to both partitions of a topic; each lake takes all of them, in turns. Medians. What
is measured, and why that is fair: benchmarks/README.md.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import psycopg
import typer
from bench_feed import CELLS, CURVES, SINGLE, Feed, check_rounds, outbound
from bench_yard import ROOT, BenchFailed, WriterProcess, Yard, free_port, publish, running_writer, running_yard
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from consumers.sharing import lot_of
from warehouse.batch import Account
from warehouse.lake import open_reader
from warehouse.sources import check_accounts, read_sources

sys.path.append(str(ROOT))  # the tests are no package that is installed
from tests.support.postgres import LocalPostgres

ONE, TWO = "one process", "two processes"
_PARTITIONS = 2
_LOOK_S, _GIVE_UP_S = 0.02, 600.0
_OURS = "locktype = 'advisory' AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = %s)"
_GATE, _FIRST_LOT = 2, 100
"""Numbers of the locks in warehouse/locks.py."""


class Turn(msgspec.Struct, frozen=True):
    """Seconds and landing commits of a turn; the shares of it in which a process held the gate, and one waited."""

    seconds: float
    commits: int
    held: float
    waited: float


class Installation:
    """A lake on PostgreSQL and the writers that share it."""

    def __init__(self, yard: Yard, writers: tuple[WriterProcess, ...], operator: "psycopg.Connection[Any]") -> None:
        self._yard = yard
        self._writers = writers
        self._operator = operator
        self._landed: dict[str, int] = {}
        self._seen = self._commits = 0

    def pause(self) -> None:
        """Hold all writers up: for less than 30 s, or PostgreSQL ends their sessions."""
        for writer in self._writers:
            writer.pause()

    def resume(self) -> None:
        """Let all go on."""
        for writer in self._writers:
            writer.resume()

    def wait_idle(self) -> None:
        """Wait until all have come to rest."""
        for writer in self._writers:
            writer.wait_idle()

    def check_shared(self, feed: Feed) -> None:
        """See that every writer lands one of the feed's partitions: else two would be no more than one."""
        rows = self._operator.execute(
            f"SELECT objid::int - %s, pid FROM pg_locks WHERE {_OURS} AND objid >= %s AND granted".encode(),
            [_FIRST_LOT, self._operator.info.dbname, _FIRST_LOT],
        )
        holders: dict[int, int] = dict(rows.fetchall())
        found = {holders.get(lot_of(feed.topic, at)) for at in range(_PARTITIONS)}
        if None in found or len(found) != len(self._writers):
            raise BenchFailed(f"{len(self._writers)} writers, but {feed.topic} is landed by {found}")

    def land(self, feed: Feed, up_to: int) -> Turn:
        """From the moment the idle writers may go on to the commit that lands the last of so many messages."""
        looks = held = waited = self._commits = 0
        self.resume()
        began = time.perf_counter()
        while self._landed_of(feed) < up_to:
            if time.perf_counter() - began > _GIVE_UP_S:
                raise BenchFailed(f"{feed.topic} did not land up to {up_to}")
            for writer in self._writers:
                writer.check()
            holding, waiting = self._at_gate()
            looks, held, waited = looks + 1, held + holding, waited + waiting
            time.sleep(_LOOK_S)
        seconds = time.perf_counter() - began
        self.pause()
        if not held:
            raise BenchFailed("nobody was seen at the gate: its lock has another number now")
        return Turn(seconds, self._commits, held / looks, waited / looks)

    def accounts(self, feed: Feed, sent: int) -> dict[int, tuple[int, Account]]:
        """How far each partition of a feed is landed, and its account.

        Fails unless everything that was sent has landed, once, with all its cells.
        """
        with closing(open_reader(self._yard.warehouse)) as lake:
            check_accounts(lake)
            sources = read_sources(lake)
            found = {at: (row.next_offset, row.account) for (topic, at), row in sources.items() if topic == feed.topic}
            rows = lake.execute(
                "SELECT count(DISTINCT r.return_id), count(*) FROM raw_return AS r JOIN raw_cell AS c "
                "USING (return_row) WHERE r.form_id = ?",
                [feed.form],
            ).fetchone()
        if sum(account.landed for _, account in found.values()) != sent or rows != (sent, sent * feed.cells):
            raise BenchFailed(f"{sent} messages were sent; returns and cells landed: {rows}, accounts: {found}")
        return found

    def _landed_of(self, feed: Feed) -> int:
        """How many messages of a feed are landed, by the notes of the commits since the last look."""
        rows = self._operator.execute(
            "SELECT snapshot_id, commit_extra_info FROM ducklake_snapshot_changes "
            "WHERE commit_message = 'landing' AND snapshot_id > %s ORDER BY snapshot_id",
            [self._seen],
        )
        for number, note in rows.fetchall():
            self._seen, self._commits = number, self._commits + 1
            self._landed |= msgspec.json.decode(note, type=dict[str, int])
        return sum(self._landed.get(f"{feed.topic}[{at}]", 0) for at in range(_PARTITIONS))

    def _at_gate(self) -> tuple[int, int]:
        """How many hold the gate at this moment, and how many wait for it."""
        rows = self._operator.execute(
            f"SELECT granted, count(*) FROM pg_locks WHERE {_OURS} AND objid = %s GROUP BY granted".encode(),
            [self._operator.info.dbname, _GATE],
        )
        found: dict[bool, int] = dict(rows.fetchall())
        return found.get(True, 0), found.get(False, 0)


@contextmanager
def running_postgres() -> Iterator[LocalPostgres]:
    """The PostgreSQL that the tests start, too."""
    server = LocalPostgres(free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def running_installation(yard: Yard, address: str, name: str, writers: int) -> Iterator[Installation]:
    """So many writers at rest on a lake of their own, beside the yard's Kafka."""
    folder = yard.folder / name
    folder.mkdir()
    ours = {"QINGYU_VAR": str(folder / "var"), "QINGYU_WAREHOUSE": f"ducklake:postgres:{address}"}
    mine = Yard(yard.kafka, yard.environ | ours, folder)
    with ExitStack() as stack:
        # One after the other: a second one is given every lot from the sixteenth on, the same in each run.
        started = tuple(stack.enter_context(running_writer(mine)) for _ in range(writers))
        operator = stack.enter_context(psycopg.connect(address, autocommit=True))
        yield Installation(mine, started, operator)


class Bench:
    """The installations, fed from one yard."""

    def __init__(self, yard: Yard, installations: dict[str, Installation]) -> None:
        self._yard = yard
        self._installations = installations

    def rounds(self, feed: Feed, count: int, rounds: int, advance: Callable[[], None]) -> dict[str, list[Turn]]:
        """The turns that count; the first round warms up and does not. Who begins changes from round to round."""
        found: dict[str, list[Turn]] = {name: [] for name in self._installations}
        for each in self._installations.values():
            each.check_shared(feed)
        for number in range(rounds + 1):
            order = list(self._installations)[:: -1 if number % 2 else 1]
            for name, turn in self._round(order, feed, number * count, count).items():
                found[name].append(turn)
            advance()
        return {name: turns[1:] for name, turns in found.items()}

    def _round(self, order: list[str], feed: Feed, first: int, count: int) -> dict[str, Turn]:
        """Each installation's turn with the same messages."""
        installations = self._installations.values()
        messages = list(outbound(feed, first, count))  # made while nobody is held up, for that must not last long
        for each in installations:
            each.pause()
        publish(self._yard, feed.topic, messages, partition=None)
        found = {name: self._installations[name].land(feed, first + count) for name in order}
        for each in installations:
            each.resume()
        for each in installations:
            each.wait_idle()
        one, two = (each.accounts(feed, first + count) for each in installations)
        if one != two:
            raise BenchFailed(f"the lakes differ: {one}, {two}")
        return found


def shown(feed: Feed, count: int, found: dict[str, list[Turn]]) -> Table:
    """The table of one feed."""
    rounds = len(found[ONE])
    table = Table(title=f"{count:,} returns of {feed.cells} cells a round, medians of {rounds} rounds")
    for heading in ("what", "messages/s", "cells/s", "this : one", "commits", "gate held", "waited for"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for name, turns in found.items():
        seconds, commits, held, waited = (
            statistics.median(values) for values in zip(*map(msgspec.structs.astuple, turns), strict=True)
        )
        ratios = [one.seconds / turn.seconds for one, turn in zip(found[ONE], turns, strict=True)]
        table.add_row(
            name, f"{count / seconds:,.0f}", f"{count * feed.cells / seconds:,.0f}",
            f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})", f"{commits:g}",
            f"{held:.0%}", f"{waited:.0%}",
        )  # fmt: skip
    return table


def main(
    readings: Annotated[int, typer.Option(min=1000, help="Single readings a round.")] = 40_000,
    curves: Annotated[int, typer.Option(min=100, help=f"Returns of {CELLS} cells a round.")] = 4_000,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds that count.")] = 3,
) -> None:
    """Measure and print."""
    console = Console()
    check_rounds(rounds, readings, curves)
    with (
        Progress(console=console, transient=True) as progress,
        tempfile.TemporaryDirectory() as folder,
        running_yard(Path(folder)) as yard,
        running_postgres() as server,
        running_installation(yard, server.database(), "one", 1) as one,
        running_installation(yard, server.database(), "two", 2) as two,
    ):
        bench = Bench(yard, {ONE: one, TWO: two})
        task = progress.add_task("rounds", total=2 * (rounds + 1))
        for feed, count in ((SINGLE, readings), (CURVES, curves)):
            found = bench.rounds(feed, count, rounds, lambda: progress.advance(task))
            console.print(shown(feed, count, found))


if __name__ == "__main__":
    typer.run(main)
