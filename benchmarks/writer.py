"""The writer against a bare poll loop, DuckDB's own Arrow insert, and Quix Streams: ratios within one run.

All take the same messages off the same partition of the same real Kafka, round by round in turn; medians. What is
measured of each, and why that is fair: benchmarks/README.md.
"""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated

import msgspec
import pyarrow as pa
import typer
from bench_feed import CELLS, CURVES, METERS, SINGLE, Feed, check_rounds, completing, outbound
from bench_quix import quix_python, run_quix
from bench_yard import BenchFailed, Commits, WriterProcess, Yard, publish, running_writer, running_yard
from kafka import TopicPartition
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from broker.clients import make_consumer
from warehouse.lake import open_reader, open_writer, transaction
from warehouse.migrations import migrate
from warehouse.settings import WarehouseSettings
from warehouse.sources import check_accounts

OURS, POLL, QUIX, INSERT = "writer, all gates on", "bare kafka-python poll loop", "Quix Streams 3.28", "Arrow insert"
_MOST_AT_ONCE = {SINGLE.form: 40_000, CURVES.form: 6_500}
"""Messages that our writer lands at most in one transaction, by its count or its bytes; Quix Streams gets the same."""
_LOOK_S, _GIVE_UP_S = 0.1, 600


class Goal(msgspec.Struct, frozen=True):
    """What the writer's figure shall be at least, as a multiple of another's, and what is aimed at."""

    of: str
    least: float
    aim: float | None = None


GOALS = {
    SINGLE.form: (Goal(POLL, 0.70, 0.85), Goal(QUIX, 1.5, 2.0)),
    CURVES.form: (Goal(INSERT, 0.50), Goal(QUIX, 3.0, 4.0)),
}


class Bench:
    """One yard with one writer; feeds each contender in turn."""

    def __init__(self, yard: Yard, writer: WriterProcess, python: Path) -> None:
        self._yard = yard
        self._python = python
        self._writer = writer
        self._writer.pause()
        self._commits = Commits(yard)

    def round(self, feed: Feed, first: int, count: int) -> dict[str, float]:
        """Seconds of each contender for the same messages."""
        publish(self._yard, feed.topic, outbound(feed, first, count))
        found = {
            POLL: self._poll(feed, first, count),
            OURS: self._write(feed, first, count),
            QUIX: run_quix(self._python, self._yard, feed, count, _MOST_AT_ONCE[feed.form]),
        }
        with tempfile.TemporaryDirectory() as folder:
            return found | {INSERT: self._insert(Path(folder), feed, first, count)}

    def complete(self, first: int) -> tuple[int, float]:
        """The readings that were still missing: how many slices they complete, seconds until all are derived."""
        days = -(-first // METERS)
        publish(self._yard, SINGLE.topic, completing(days))
        self._writer.resume()
        began = time.perf_counter()
        with closing(open_reader(self._yard.warehouse)) as lake:
            while lake.execute("SELECT count(*) FROM derived_slice").fetchone() != (days,):
                if time.perf_counter() - began > _GIVE_UP_S:
                    raise BenchFailed("the slices were not derived")
                time.sleep(_LOOK_S)
            took = time.perf_counter() - began
        self._writer.wait_idle()
        self._writer.pause()
        return days, took

    def _poll(self, feed: Feed, first: int, count: int) -> float:
        """The writer's own client and settings, and nothing done with what comes but counting."""
        partition = TopicPartition(self._yard.kafka.topic(feed.topic), 0)
        with closing(make_consumer(self._yard.kafka, "bench-poll")) as consumer:
            consumer.partitions_for_topic(partition.topic)
            consumer.assign([partition])
            consumer.seek(partition, first)
            seen, began = 0, time.perf_counter()
            while seen < count:
                seen += sum(map(len, consumer.poll(timeout_ms=1000).values()))
            return time.perf_counter() - began

    def _write(self, feed: Feed, first: int, count: int) -> float:
        """From the moment the idle writer may go on to the commit of the last message."""
        self._writer.resume()
        began = time.perf_counter()
        self._commits.wait(feed.topic, first + count, self._writer)
        took = time.perf_counter() - began
        self._writer.wait_idle()
        self._writer.pause()
        return took

    def _insert(self, folder: Path, feed: Feed, first: int, count: int) -> float:
        """The rows that landed, put by DuckDB into equal tables of another lake, in as many transactions."""
        returns, cells = self._landed(feed, first)
        if (returns.num_rows, cells.num_rows) != (count, count * feed.cells):
            raise BenchFailed(f"{count} messages were sent, {returns.num_rows} with {cells.num_rows} cells landed")
        ends = [end - first for end in self._commits.offsets(feed.topic) if end > first]
        parts = [
            (returns.slice(at, end - at), cells.slice(at * feed.cells, (end - at) * feed.cells))
            for at, end in itertools.pairwise([0, *ends])
        ]
        with open_writer(WarehouseSettings.from_environ({"QINGYU_VAR": str(folder)})) as lake:
            migrate(lake)
            began = time.perf_counter()
            for some_returns, some_cells in parts:
                with transaction(lake):
                    for table, rows in (("raw_return", some_returns), ("raw_cell", some_cells)):
                        lake.register("bench_rows", rows)
                        lake.execute(f"INSERT INTO {table} BY NAME SELECT * FROM bench_rows")
                        lake.unregister("bench_rows")
            return time.perf_counter() - began

    def _landed(self, feed: Feed, first: int) -> tuple[pa.Table, pa.Table]:
        """Returns and cells of a form from an offset on, as they lie in the lake; the account must be exact."""
        with closing(open_reader(self._yard.warehouse)) as lake:
            account = check_accounts(lake)
            if account.dead_lettered or account.duplicate:
                raise BenchFailed(f"not all landed: {account}")
            where = "WHERE r.form_id = ? AND r.kafka_offset >= ? ORDER BY r.kafka_offset"
            returns = lake.execute(f"SELECT * FROM raw_return AS r {where}", [feed.form, first])
            made = returns.to_arrow_table()
            cells = lake.execute(
                f"SELECT c.* FROM raw_cell AS c JOIN raw_return AS r USING (return_row) {where}", [feed.form, first]
            )
            return made, cells.to_arrow_table()


def run_rounds(bench: Bench, feed: Feed, count: int, rounds: int, advance: Callable[[], None]) -> dict[str, float]:
    """Median seconds of each contender; the first round warms up and does not count."""
    found: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for name, seconds in bench.round(feed, number * count, count).items():
            found.setdefault(name, []).append(seconds)
        advance()
    return {name: statistics.median(seconds[1:]) for name, seconds in found.items()}


def shown(feed: Feed, count: int, rounds: int, medians: dict[str, float]) -> Table:
    """The table of one feed."""
    what = "messages" if feed.cells == 1 else "cells"
    table = Table(title=f"{count:,} returns of {feed.cells} cells a round, medians of {rounds} rounds")
    for heading in ("what", f"{what}/s", "writer : this", "goal"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    goals = {goal.of: goal for goal in GOALS[feed.form]}
    for name, seconds in medians.items():
        ratio = seconds / medians[OURS]
        goal = goals.get(name)
        aim = f", aim {goal.aim:g}" if goal and goal.aim else ""
        says = f"{'met' if ratio >= goal.least else 'MISSED'}: at least {goal.least:g}{aim}" if goal else ""
        table.add_row(name, f"{count * feed.cells / seconds:,.0f}", f"{ratio:.2f}", says)
    return table


def main(
    readings: Annotated[int, typer.Option(min=1000, help="Single readings a round.")] = 100_000,
    curves: Annotated[int, typer.Option(min=100, help=f"Returns of {CELLS} cells a round.")] = 20_000,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds that count.")] = 3,
) -> None:
    """Measure and print."""
    console = Console()
    check_rounds(rounds, readings, curves)
    with (
        Progress(console=console, transient=True) as progress,
        tempfile.TemporaryDirectory() as folder,
        running_yard(Path(folder)) as yard,
        running_writer(yard) as writer,
    ):
        bench = Bench(yard, writer, quix_python())
        task = progress.add_task("rounds", total=2 * (rounds + 1))
        for feed, count in ((SINGLE, readings), (CURVES, curves)):
            medians = run_rounds(bench, feed, count, rounds, lambda: progress.advance(task))
            console.print(shown(feed, count, rounds, medians))
        slices, took = bench.complete((rounds + 1) * readings)
        console.print(f"then the missing readings: {slices} slices of {METERS + 1} returns derived in {took:.1f} s")


if __name__ == "__main__":
    typer.run(main)
