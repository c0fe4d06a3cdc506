"""What a meter's format says about its file, and what an adapter makes of each line. Pure."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import msgspec

from plan.model import Names
from producers.collected import Collected

YEARS = range(1949, 2101)
"""The years of which a plan can have periods; a time in another is a slip of the pen."""


class Line(msgspec.Struct, frozen=True):
    """One line of a file: its number, counted from 1, and its fields."""

    number: int
    fields: list[str]


class Read(msgspec.Struct, frozen=True):
    """One cell of a reading: a number or a code, and the column it came from, counted from 1."""

    item: str
    column: int
    value: float | None = None
    text: str = ""


class Reading(msgspec.Struct, frozen=True):
    """What a meter told for one interval, named by its beginning (China time)."""

    starts_at: dt.datetime
    cells: tuple[Read, ...]
    line: int


class Skip(StrEnum):
    """Why a line gives no reading though nothing is wrong with it."""

    OTHER_SOURCE = "other_source"
    NO_FIGURES = "no_figures"


class Declared(msgspec.Struct, frozen=True):
    """What the person says of every row of which the file does not tell it: a number or a code of an item."""

    item: str
    value: float | None = None
    text: str = ""

    def __str__(self) -> str:
        return f"{self.item}={self.text if self.value is None else f'{self.value:g}'}"


class Given(msgspec.Struct, frozen=True):
    """What the file does not say and the person does.

    When its first line begins, which of its sources is meant, and what holds for all rows.
    """

    starts_at: dt.datetime | None = None
    source: str = ""
    declared: tuple[Declared, ...] = ()


class Adapter(Protocol):
    """Reads the lines of one file in their order."""

    def take(self, line: Line) -> Reading | Skip | None:
        """The reading of a line, why it has none, or None with its faults noted."""

    def finish(self) -> None:
        """Note the faults that only show at the end."""


class Fed(msgspec.Struct, frozen=True):
    """A column that becomes an item: its unit of measure there is that of the file times the factor."""

    item: str
    unit: str
    factor: Decimal = Decimal(1)


class MeterFormat(msgspec.Struct, frozen=True):
    """One format: its columns, what becomes of each, and the adapter for its quirks.

    ``headers``: the headings a file may have, to the letter. ``used``: columns that tell time, source or state, or by
    which the others are checked. ``not_fed``: columns that no item takes, and why.
    """

    id: str
    names: Names
    every_minutes: int
    headers: tuple[tuple[str, ...], ...]
    fed: Mapping[str, Fed]
    used: Mapping[str, Names]
    not_fed: Mapping[str, Names]
    codes: tuple[str, ...]
    adapter: Callable[[Mapping[str, Fed], Mapping[str, int], Given, Collected], Adapter]
    needs_start: bool = False
    has_sources: bool = False
    note: str = ""
