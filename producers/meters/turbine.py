"""The adapter of `turbine-hourly`: lines without any time, one an hour from a beginning that is given."""

import datetime as dt
from collections.abc import Mapping

from producers.collected import Collected
from producers.meters.model import Fed, Given, Line, Reading
from producers.meters.numbers import read_fed, read_number

_HOUR = dt.timedelta(hours=1)


class TurbineAdapter:
    """Line after line is hour after hour: where the file left hours out, nobody can tell from it."""

    def __init__(self, fed: Mapping[str, Fed], columns: Mapping[str, int], given: Given, faults: Collected) -> None:
        if given.starts_at is None:
            raise ValueError("lines without a time need the time at which the first begins")
        self._fed = fed
        self._columns = columns
        self._faults = faults
        self._next = given.starts_at

    def take(self, line: Line) -> Reading | None:
        """The reading of the next hour; None, with its faults noted, where a figure is no number."""
        starts_at, self._next = self._next, self._next + _HOUR
        # A line is known to be whole only by its numbers: there is no time to check it by.
        numbers = [read_number(line, column, at, self._faults) for column, at in self._columns.items()]
        cells = None if None in numbers else read_fed(line, self._fed, self._columns, self._faults)
        return None if cells is None else Reading(starts_at, cells, line.number)

    def finish(self) -> None:
        """Nothing shows only at the end."""
