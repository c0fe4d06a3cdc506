"""Landing against DuckDB's own Arrow insert of the same rows: cells per second, as a ratio within one run.

Everything a landing does is on: decoding, contract, de-duplication, accounting, offsets in the transaction. No
broker: records are made in memory, so that the figure is about our own work. Prints medians of several rounds.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from consumers.decode import decode_batch
from consumers.message import Message, Part, Polled
from plan.book import PlanBook
from plan.loader import load_plan
from plan.model import Item, Names, Plan, ReportingUnit
from warehouse.batch import Batch
from warehouse.lake import open_writer
from warehouse.landing import land
from warehouse.migrations import migrate
from warehouse.remembered import Remembered
from warehouse.settings import WarehouseSettings

UNITS, ITEMS, ROUNDS = 1000, 96, 5
TOPIC = "returns.energy-annual.published"


def wide_plan() -> Plan:
    """The Henan plan with a form of 96 items and a roster of 1 000 units."""
    plan = load_plan(Path("plan/henan-2016-2020"))
    names = Names(zh="项", en="item")
    items = tuple(Item(id=f"item-{at}", names=names, unit="pct") for at in range(ITEMS))
    units = tuple(ReportingUnit(id=f"unit-{at}", names=names, area="henan") for at in range(UNITS))
    ids = tuple(unit.id for unit in units)
    form = msgspec.structs.replace(plan.forms[0], items=items, roster=ids, checks=(), audited_with=())
    sender = msgspec.structs.replace(plan.senders[0], units=ids)
    return msgspec.structs.replace(plan, forms=(form,), units=units, senders=(sender,))


def records(round_no: int) -> list[Message]:
    """One return of 96 cells from each unit, as the client would hand them over."""
    made = []
    for at in range(UNITS):
        body = {
            "return_id": f"r-{round_no}-{at}",
            "form": "energy-annual",
            "form_version": 1,
            "unit": f"unit-{at}",
            "period": "2016",
            "cells": [{"item": f"item-{no}", "value": no + at / 10} for no in range(ITEMS)],
        }
        value = json.dumps(body).encode()
        made.append(Message(0, round_no * UNITS + at, 1_500_000_000_000, None, value))
    return made


def landed(lake: duckdb.DuckDBPyConnection, book: PlanBook, given: list[Message], remembered: Remembered) -> float:
    """Seconds to decode, check and land the records."""
    first = given[0].offset
    polled = Polled((Part(TOPIC, 0, first, first + len(given), given),))
    began = time.perf_counter()
    batch: Batch = decode_batch(polled, "bench", book)
    account = land(lake, batch, remembered)
    took = time.perf_counter() - began
    if account.landed != len(given):
        raise SystemExit(f"not all landed: {account}, {batch.dead[:1]}")
    return took


def inserted(lake: duckdb.DuckDBPyConnection, round_no: int) -> float:
    """Seconds for DuckDB to insert the same cells from a ready Arrow table into an equal table of the same lake."""
    count = UNITS * ITEMS
    table = pa.table(
        {
            "return_row": [round_no * UNITS + at // ITEMS for at in range(count)],
            "item_id": [f"item-{at % ITEMS}" for at in range(count)],
            "row_key": [""] * count,
            "value": [at / 10 for at in range(count)],
            "text_value": [""] * count,
        }
    )
    began = time.perf_counter()
    lake.register("bench_rows", table)
    lake.execute("INSERT INTO bench_cell BY NAME SELECT * FROM bench_rows")
    took = time.perf_counter() - began
    lake.unregister("bench_rows")
    return took


def main() -> None:
    """Run both in turn, round by round, and print medians and their ratio."""
    book = PlanBook([wide_plan()])
    with tempfile.TemporaryDirectory() as folder:
        settings = WarehouseSettings.from_environ({"QINGYU_VAR": folder})
        with open_writer(settings) as lake:
            migrate(lake)
            lake.execute("CREATE TABLE bench_cell AS SELECT * FROM raw_cell LIMIT 0")
            ours, bare, remembered = [], [], Remembered.nothing()
            for round_no in range(ROUNDS):
                ours.append(landed(lake, book, records(round_no), remembered))
                bare.append(inserted(lake, round_no))
    cells = UNITS * ITEMS
    table = Table(title=f"{ROUNDS} rounds of {UNITS} returns x {ITEMS} cells, medians")
    for heading in ("what", "cells/s", "share of the bare insert"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    mine, plain = cells / statistics.median(ours), cells / statistics.median(bare)
    table.add_row("landing: decode, contract, de-duplicate, account, commit", f"{mine:,.0f}", f"{mine / plain:.2f}")
    table.add_row("bare Arrow insert into the lake, commit", f"{plain:,.0f}", "1.00")
    Console().print(table)


if __name__ == "__main__":
    main()
