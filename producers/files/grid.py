"""A sheet or a table as rows of plain values, whatever file it came from. Pure."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from producers.files.model import Place
from producers.files.sheet_scan import Oddity

Value = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""What a cell may hold; empty is ``""``. From a text file every value is a string."""


class Grid(msgspec.Struct, frozen=True):
    """Rows of values. ``lines`` has the line number of each row; ``odd`` the cells whose value must not be taken."""

    rows: Sequence[Sequence[Value]]
    lines: Sequence[int]
    sheet: str = ""
    odd: Mapping[tuple[int, int], Oddity] = MappingProxyType({})

    def place(self, line: int, column: int) -> Place:
        """The place of a cell, counted from 1."""
        return Place(self.sheet, line, column)

    def filled(self) -> Iterator[tuple[int, int, Value]]:
        """Line, column and value of each cell that is not empty."""
        for line, row in zip(self.lines, self.rows, strict=True):
            for at, value in enumerate(row, start=1):
                if not is_blank(value):
                    yield line, at, value

    def without_blank_lines(self) -> "Grid":
        """The grid with the lines only that hold something; they keep their numbers."""
        pairs = zip(self.lines, self.rows, strict=True)
        kept = [(line, row) for line, row in pairs if not all(map(is_blank, row))]
        return msgspec.structs.replace(self, lines=[line for line, _ in kept], rows=[row for _, row in kept])


def is_blank(value: Value) -> bool:
    """Tell whether a cell holds nothing, or blanks only."""
    return isinstance(value, str) and not value.strip()
