"""The file door against the bare parsers: cells of a table per second, as ratios within one run.

Bare is what reads the cells and does nothing with them: csv.reader on the decoded text, calamine on the workbook.
Ours is everything that makes returns of them: what may be opened, encoding, headings, names, units, numbers, places;
and then the contract of every return in the very bytes that would be sent. No broker. Seconds are the processor's, so
that other work on the machine does not count; medians of several rounds.
"""

import csv
import datetime as dt
import io
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import openpyxl
from python_calamine import CalamineWorkbook
from rich.console import Console
from rich.table import Table

from plan.book import PlanBook
from plan.loader import load_plan
from plan.model import Names, Plan, ReportingUnit
from producers.files.door import examine
from producers.files.headings import COLUMNS
from producers.files.model import FileRead
from producers.files.reading import read_file

CELLS, ROUNDS, DAY = 200_000, 5, "2017-06-01"
LINES = CELLS // len(COLUMNS)
NOW = dt.datetime(2017, 6, 2, tzinfo=dt.UTC)


def plan_with_meters() -> Plan:
    """The Xuchang plan with as many key energy users as the lines need: 192 lines a user and day."""
    plan = load_plan(Path("plan/xuchang-2017-2020"))
    names = Names(zh="用能单位", en="energy user")
    count = LINES // 192 + 1
    users = tuple(
        ReportingUnit(id=f"user-{at}", names=names, area=plan.units[0].area, groups=("key-energy",))
        for at in range(count)
    )
    return msgspec.structs.replace(plan, units=(*plan.units, *users))


def lines() -> list[list[object]]:
    """One line for each reading: energy and its state, every 15 minutes of a day, user after user."""
    made: list[list[object]] = [list(COLUMNS.values())]
    at = 0
    while len(made) <= LINES:
        user, minute = divmod(at, 96)
        head = ["energy-meter-daily", 1, f"user-{user}", DAY]
        row = f"{minute // 4:02d}:{minute % 4 * 15:02d}"
        made.append([*head, "active-energy", row, at % 5_000 + 0.25, "", "kwh", ""])
        made.append([*head, "meter-state", row, "", "normal", "", ""])
        at += 1
    return made[: LINES + 1]


def as_csv(rows: list[list[object]]) -> bytes:
    """The table as a csv."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def as_xlsx(rows: list[list[object]]) -> bytes:
    """The table as a workbook; empty cells are left out, as spreadsheets do."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    for row in rows:
        sheet.append([None if value == "" else value for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def took(work: Callable[[], object]) -> float:
    """Seconds that one piece of work takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def no_sdmx(_data: bytes, _book: PlanBook) -> FileRead:
    """The benchmark hands in no SDMX."""
    raise SystemExit("no SDMX here")


def main() -> None:
    """Run all in turn, round by round, and print medians and their ratios."""
    book = PlanBook([plan_with_meters()])
    rows = lines()
    tables = {"x.csv": as_csv(rows), "x.xlsx": as_xlsx(rows)}

    def bare(name: str) -> object:
        if name == "x.csv":
            return list(csv.reader(io.StringIO(tables[name].decode(), newline="")))
        return CalamineWorkbook.from_filelike(io.BytesIO(tables[name])).get_sheet_by_index(0).to_python()

    def read(name: str) -> FileRead:
        return read_file(name, tables[name], book, no_sdmx)

    def checked(name: str) -> None:
        found = examine(read(name), "files", book, NOW)
        if found.faults or sum(len(each.sent.cells) for each in found.outgoing) != LINES:
            raise SystemExit(f"{name} was not taken whole: {found.faults[:1]}")

    works = (("bare parser", bare), ("read into returns", read), ("read and checked by the contract", checked))
    times: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for name in tables:
            for what, work in works:
                times.setdefault((name, what), []).append(took(lambda work=work, name=name: work(name)))
    table = Table(title=f"{ROUNDS} rounds of {CELLS:,} cells in {LINES:,} lines, each a cell of a return; medians")
    for heading in ("file", "what", "cells/s", "returns' cells/s", "share of bare"):
        table.add_column(heading, justify="left" if heading in {"file", "what"} else "right")
    for name, data in tables.items():
        plain = statistics.median(times[name, works[0][0]])
        for what, _ in works:
            seconds = statistics.median(times[name, what])
            shown = f"{name[1:]} {len(data) / 1e6:.1f} MB" if what == works[0][0] else ""
            own = "" if what == works[0][0] else f"{LINES / seconds:,.0f}"
            table.add_row(shown, what, f"{CELLS / seconds:,.0f}", own, f"{plain / seconds:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
