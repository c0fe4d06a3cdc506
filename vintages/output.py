"""Answers as tables in the terminal, no longer than asked for, or whole as csv."""

import csv
import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Generic, TextIO, TypeVar

import msgspec
from rich.console import Console

from plan.terminal_rows import Column, Row, print_rows
from warehouse.explaining import local_time

T = TypeVar("T", bound=msgspec.Struct)

WIDE = 150
"""Columns that the tables need; in fewer their rows are written as records."""
STDOUT = "-"


class CsvRefused(Exception):
    """The csv cannot be written; the message says where and why."""


class Sheet(msgspec.Struct, Generic[T], frozen=True):
    """How rows of a type are shown: the table's columns and cells; csv has the fields of the type, all of them.

    ``nothing``: what is said where there is no row, for an empty table reads as if all were well.
    """

    row: type[T]
    columns: tuple[Column, ...]
    cells: Callable[[T], tuple[str, ...]]
    nothing: str


def print_sheet(sheet: Sheet[T], rows: Iterable[T], out: Console, *, title: str, limit: int) -> None:
    """Print the first rows as a table, and how many more there are."""
    left = iter(rows)
    first = next(left, None)
    if first is None:
        out.print(f"{title}\n[yellow]{sheet.nothing}[/yellow]")
        return
    shown = islice(chain((first,), left), limit)
    print_rows(sheet.columns, (Row(sheet.cells(row)) for row in shown), out, wide=WIDE, title=title)
    more = sum(1 for _ in left)
    if more:
        out.print(f"[yellow]……另有 {more} 行,见 --limit 或 --csv · {more} more, see --limit or --csv[/yellow]")


def write_csv(target: str, heads: tuple[str, ...], rows: Iterable[msgspec.Struct]) -> int:
    """Write rows under these headings to a file, or to the output for ``-``; returns how many there were.

    A field that a row does not have, and a figure that is not there, is an empty cell, never a zero.
    """
    count = 0
    with _opened(target) as file:
        writer = csv.DictWriter(file, heads, restval="", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            count += 1
            writer.writerow({name: _text(value) for name, value in msgspec.structs.asdict(row).items()})
    return count


def fields(*kinds: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields of one or several types of rows, each once."""
    return tuple(dict.fromkeys(name for kind in kinds for name in kind.__struct_fields__))


def number(value: Decimal | None) -> str:
    """A figure for people: thousands apart, no trailing zeros; a dash where there is none."""
    if value is None:
        return "—"
    return _trimmed(f"{value:,.8f}")


def moment(value: dt.datetime | None) -> str:
    """A moment in Beijing time; a dash where there is none."""
    return local_time(value)


@contextmanager
def _opened(target: str) -> Iterator[TextIO]:
    if target == STDOUT:
        yield sys.stdout
        return
    # With a byte order mark: without it Excel reads Chinese as something else.
    try:
        with Path(target).open("w", encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as fault:
        raise CsvRefused(f"--csv: {fault};请换个可写的文件 name a file that can be written") from fault


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return _trimmed(f"{value:f}")
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        case tuple():
            return "; ".join(map(str, value))
        case _:
            return str(value)
