"""Reference periods: the time a value describes.

Written as people of the field write them: ``2017``, ``2017-H1``, ``2017-Q2``, ``2017-06``, ``2017-06-30`` and
``2017-01..06`` (year to date, always from January).
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from plan.shown import shown

LOCAL_ZONE = dt.timezone(dt.timedelta(hours=8))
"""China's time zone: calendar days of plans and due dates are counted in it."""


class PeriodKind(StrEnum):
    """How long a reference period is."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    DAY = "day"
    YEAR_TO_DATE = "year_to_date"


class PeriodFault(ValueError):
    """A text is not a reference period; the message says how one is written."""


class Period(msgspec.Struct, frozen=True):
    """One reference period: kind, year, first and last month (1-12), and the day (1-31) of a single day, else 0."""

    kind: PeriodKind
    year: int
    first_month: int
    last_month: int
    day: int = 0

    @property
    def start_date(self) -> dt.date:
        """First day of the period."""
        return dt.date(self.year, self.first_month, self.day or 1)

    @property
    def end_date(self) -> dt.date:
        """Last day of the period."""
        if self.day:
            return self.start_date
        return dt.date(self.year, self.last_month, calendar.monthrange(self.year, self.last_month)[1])

    @property
    def sort_key(self) -> tuple[dt.date, dt.date]:
        """Order in time: by end, then by start."""
        return (self.end_date, self.start_date)

    def __str__(self) -> str:
        """Write the period the way :func:`parse_period` reads it."""
        match self.kind:
            case PeriodKind.YEAR:
                return f"{self.year:04d}"
            case PeriodKind.HALF:
                return f"{self.year:04d}-H{self.last_month // 6}"
            case PeriodKind.QUARTER:
                return f"{self.year:04d}-Q{self.last_month // 3}"
            case PeriodKind.MONTH:
                return f"{self.year:04d}-{self.last_month:02d}"
            case PeriodKind.DAY:
                return self.start_date.isoformat()
            case PeriodKind.YEAR_TO_DATE:
                return f"{self.year:04d}-01..{self.last_month:02d}"


_FORMS = re.compile(
    r"(?P<year>\d{4})(?:-H(?P<half>[12])|-Q(?P<quarter>[1-4])|-01\.\.(?P<to>\d{2})|-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?",
    re.ASCII,
)
_FIRST_YEAR, _LAST_YEAR = 1949, 2100
_DECEMBER = 12


def parse_period(text: str) -> Period:
    """Read a reference period; raises :class:`PeriodFault` for anything else."""
    found = _FORMS.fullmatch(text)
    if not found:
        raise PeriodFault(
            f"{shown(text)} is not a period; write 2017, 2017-H1, 2017-Q2, 2017-06, 2017-06-30 or 2017-01..06"
        )
    year = int(found["year"])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise PeriodFault(f"{text!r}: the year must lie between {_FIRST_YEAR} and {_LAST_YEAR}")
    if found["half"]:
        last = int(found["half"]) * 6
        return Period(PeriodKind.HALF, year, last - 5, last)
    if found["quarter"]:
        last = int(found["quarter"]) * 3
        return Period(PeriodKind.QUARTER, year, last - 2, last)
    month = found["to"] or found["month"]
    if month is None:
        return Period(PeriodKind.YEAR, year, 1, 12)
    if not 1 <= int(month) <= 12:
        raise PeriodFault(f"{text!r}: a month is written 01 to 12")
    if found["to"]:
        return Period(PeriodKind.YEAR_TO_DATE, year, 1, int(month))
    if found["day"]:
        day, days = int(found["day"]), calendar.monthrange(year, int(month))[1]
        if not 1 <= day <= days:
            raise PeriodFault(f"{text!r}: that month has the days 01 to {days}")
        return Period(PeriodKind.DAY, year, int(month), int(month), day)
    return Period(PeriodKind.MONTH, year, int(month), int(month))


def following(period: Period) -> Period:
    """The next period of the same kind. A year to date begins anew with January and February together (01..02)."""
    if period.kind is PeriodKind.DAY:
        day = period.start_date + dt.timedelta(days=1)
        return Period(PeriodKind.DAY, day.year, day.month, day.month, day.day)
    if period.kind is PeriodKind.YEAR_TO_DATE:
        is_over = period.last_month == _DECEMBER
        return Period(period.kind, period.year + is_over, 1, 2 if is_over else period.last_month + 1)
    months = period.last_month - period.first_month + 1
    first = period.first_month + months
    is_over = first > _DECEMBER
    first = 1 if is_over else first
    return Period(period.kind, period.year + is_over, first, first + months - 1)


def from_to(first: Period, last: Period) -> Iterator[Period]:
    """All periods of a kind from the first to the last; ValueError for two that do not go together."""
    if first.kind is not last.kind:
        raise ValueError(f"{first} is a {first.kind}, {last} a {last.kind}; name two of one kind")
    if last.sort_key < first.sort_key:
        raise ValueError(f"{last} lies before {first}; turn them round")
    period = first
    while period.sort_key <= last.sort_key:
        yield period
        before, period = period, following(period)
    if before != last:
        raise ValueError(f"{last} does not come after {first}; years to date begin with 01..02")


def is_period(text: str) -> bool:
    """Tell whether the text is a reference period."""
    try:
        parse_period(text)
    except PeriodFault:
        return False
    return True
