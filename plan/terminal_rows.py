"""Rows in a terminal: a table where its columns fit, else a record for each row, one line a column.

Tables in two languages squeezed into a narrow terminal fold to a few characters a line; nobody can read them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table


class Column(NamedTuple):
    """A column: both headings, and how it takes its room (``ratio`` 0: as wide as its cells, never folded)."""

    zh: str
    en: str
    is_number: bool = False
    ratio: int = 0


class Row(NamedTuple):
    """The cells of a row as markup, and whether a line is drawn below it."""

    cells: tuple[str, ...]
    is_last: bool = False


def print_rows(columns: Sequence[Column], rows: Iterable[Row], out: Console, *, wide: int, title: str = "") -> None:
    """Print rows as a table, or as records where ``out`` has fewer than ``wide`` columns.

    A record leaves out cells that say nothing: empty ones and dashes.
    """
    is_wide = out.width >= wide
    table = _table(title, columns) if is_wide else _records(title)
    for row in rows:
        if is_wide:
            table.add_row(*row.cells, end_section=row.is_last)
            continue
        for column, cell in zip(columns, row.cells, strict=True):
            if cell not in ("", "—"):
                table.add_row(f"{column.zh} {column.en}", cell.replace("\n", "  "))
        table.add_section()
    out.print(table)


def console(wide: int) -> Console:
    """Where to print: the terminal as wide as it is; a pipe or a log has no terminal to fit into, so ``wide``."""
    out = Console(highlight=False, emoji=False)
    return out if out.is_terminal else Console(highlight=False, emoji=False, width=max(out.width, wide))


def _records(title: str) -> Table:
    table = Table(title=title or None, title_style="bold", show_header=False, expand=True)
    table.add_column(style="dim", overflow="fold", ratio=1)
    table.add_column(overflow="fold", ratio=3)
    return table


def _table(title: str, columns: Iterable[Column]) -> Table:
    table = Table(title=title or None, title_style="bold", header_style="bold", expand=True)
    for column in columns:
        heading = f"{column.zh}\n{column.en}"
        if column.ratio:
            table.add_column(heading, overflow="fold", ratio=column.ratio)
        else:
            table.add_column(heading, justify="right" if column.is_number else "left", no_wrap=True)
    return table
