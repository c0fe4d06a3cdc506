"""The adapter of `steel-15min`: lines labelled with the end of their interval, midnight with the day that ends."""

import datetime as dt
import re
from collections.abc import Mapping

import msgspec

from plan.faults import FaultCode
from producers.collected import Collected
from producers.files.model import Place
from producers.meters.model import YEARS, Fed, Given, Line, Reading
from producers.meters.numbers import read_fed

DATE, SECONDS, WEEKDAY = "date", "NSM", "Day_of_week"
_LABEL = re.compile(r"(\d{2})([-/])(\d{2})\2(\d{4}) (\d{2}):(\d{2})", re.ASCII)
_STEP = dt.timedelta(minutes=15)
_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHOWN = 40


class SteelAdapter:
    """Each line is labelled with the end of its interval; the one that ends a day comes last, as 00:00 of that day.

    That is the only midnight that is taken: after lines of its own date. Any other is ambiguous (it may begin that day
    or end the day before) and refused.
    """

    def __init__(self, fed: Mapping[str, Fed], columns: Mapping[str, int], _given: Given, faults: Collected) -> None:
        self._fed = fed
        self._columns = columns
        self._faults = faults
        self._last: dt.datetime | None = None  # end of the interval before
        self._dated: dt.date | None = None  # the date that its line was labelled with

    def take(self, line: Line) -> Reading | None:
        """The reading of a line; None, with its faults noted, where the label is not as described."""
        cells = read_fed(line, self._fed, self._columns, self._faults)
        ends_at = self._ends_at(line)
        if isinstance(ends_at, _Doubt):
            place = Place(line=line.number, column=self._columns[ends_at.column] + 1)
            says = (f"{ends_at.says_zh};请核对原始文件", f"{ends_at.says_en}; check the meter's own file")
            self._faults.add(FaultCode.BAD_DATE, place, *says)
            return None
        self._last, self._dated = ends_at, (ends_at - _STEP).date()
        return None if cells is None else Reading(ends_at - _STEP, cells, line.number)

    def finish(self) -> None:
        """Nothing shows only at the end."""

    def _ends_at(self, line: Line) -> "dt.datetime | _Doubt":
        """When the interval of a line ends, or why nobody can say."""
        text = line.fields[self._columns[DATE]].strip()
        label = _label(text)
        if label is None:
            return _Doubt(DATE, f"时间 {text[:_SHOWN]!r} 写法有误", f"{text[:_SHOWN]!r} is no dd/mm/yyyy HH:MM")
        midnight = dt.datetime.combine(label.date(), dt.time())
        if (label - midnight) % _STEP:
            return _Doubt(DATE, f"{text} 不在整刻", f"{text} is not at a quarter of an hour")
        if label == midnight and self._dated != label.date():
            says = f"{text} does not follow lines of its own date: it may begin that day or end the day before"
            return _Doubt(DATE, f"{text} 前面没有同日的行,无法判断是当日开始还是前一日结束", says)
        ends_at = label + _DAY if label == midnight else label
        if self._last is not None and ends_at <= self._last:
            return _Doubt(DATE, f"{text} 不晚于上一行", f"{text} does not come after the line before it")
        expected = {SECONDS: str((label - midnight) // _SECOND), WEEKDAY: _WEEKDAYS[label.weekday()]}
        for column, told in expected.items():
            if line.fields[self._columns[column]].strip() != told:
                return _Doubt(column, f"与日期不符:应为 {told}", f"does not go with the date, which says {told}")
        return ends_at


class _Doubt(msgspec.Struct, frozen=True):
    """Why the time of a line cannot be told, and in which column that shows."""

    column: str
    says_zh: str
    says_en: str


def _label(text: str) -> dt.datetime | None:
    found = _LABEL.fullmatch(text)
    if found is None or int(found[4]) not in YEARS:
        return None
    try:
        return dt.datetime(int(found[4]), int(found[3]), int(found[1]), int(found[5]), int(found[6]))
    except ValueError:
        return None
