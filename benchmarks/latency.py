"""How soon a return is a value: from sending it to the moment a reader of the lake sees what follows from it.

Real Kafka, the writer as it is run, nothing else to do. Each return completes a slice: it is landed, its slice audited
by Great Expectations in the auditor, its indicator value derived and stored. The reader looks every few milliseconds.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from bench_feed import HEARTS, MONTHS, PULSES, month, pulse
from bench_yard import BenchFailed, Yard, running_writer, running_yard
from kafka import KafkaProducer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from broker.clients import make_producer
from warehouse.lake import open_reader

GOAL_S, _WITHIN_S, _LOOK_S = 2.0, 60.0, 0.005


def seconds_to_be_seen(yard: Yard, lake: duckdb.DuckDBPyConnection, producer: KafkaProducer, number: int) -> float:
    """Send one return and wait until its value is there to be read."""
    sent = pulse(number)
    began = time.perf_counter()
    producer.send(yard.kafka.topic(PULSES.topic), value=sent.value, key=sent.key, headers=sent.headers, partition=0)
    seen = [f"district-{number % HEARTS}", month(number // HEARTS)]
    ask = "SELECT value FROM fct_indicator_value WHERE indicator_id = 'pulse' AND area_id = ? AND period = ?"
    while (row := lake.execute(ask, seen).fetchone()) is None or row[0] is None:
        if time.perf_counter() - began > _WITHIN_S:
            raise BenchFailed(f"the value of {seen} did not come")
        time.sleep(_LOOK_S)
    return time.perf_counter() - began


def shown(times: Sequence[float]) -> Table:
    """The table of what was found."""
    table = Table(title=f"from sending to seeing, {len(times)} returns one at a time")
    for heading in ("", "seconds", "goal"):
        table.add_column(heading, justify="left" if not heading else "right")
    hundredths = statistics.quantiles(times, n=100, method="inclusive")
    for name, seconds in (("p50", hundredths[49]), ("p99", hundredths[98]), ("longest", max(times))):
        table.add_row(name, f"{seconds:.2f}", f"{'met' if seconds <= GOAL_S else 'MISSED'}: within {GOAL_S:g}")
    return table


def main(
    returns: Annotated[int, typer.Option(min=2, max=HEARTS * MONTHS - 1, help="Returns sent, one by one.")] = 30,
) -> None:
    """Measure and print."""
    chance, console = random.Random(20170616), Console()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_yard(Path(folder)) as yard,
        running_writer(yard),
        closing(make_producer(yard.kafka, "bench")) as producer,
        closing(open_reader(yard.warehouse)) as lake,
    ):
        seconds_to_be_seen(yard, lake, producer, 0)  # the first derivation after a start imports and compiles
        times = []
        for number in track(range(1, returns + 1), "returns", console=console, transient=True):
            # No two at the same moment of the writer's own rhythm.
            time.sleep(chance.uniform(0.2, 1.2))
            times.append(seconds_to_be_seen(yard, lake, producer, number))
    console.print(shown(times))


if __name__ == "__main__":
    typer.run(main)
