"""The series of one indicator and area, as the alerter or an as-of question knows it."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from plan.messages import Bound, Verdict
from plan.periods import Period, PeriodKind, parse_period


class Observed(msgspec.Struct, frozen=True):
    """One point of the series of one indicator and area. An empty value speaks too."""

    period: str
    value: Decimal | None
    bound: Bound
    verdict: Verdict
    is_overdue: bool


class Series:
    """Points by reference period. Two points for one period are the caller's mistake: ValueError."""

    def __init__(self, points: Iterable[Observed]) -> None:
        self._points: dict[Period, Observed] = {}
        for point in points:
            period = parse_period(point.period)
            if period in self._points:
                raise ValueError(f"two points for {point.period}; hand over the one that is known as of the cut-off")
            self._points[period] = point

    def at(self, period: Period) -> Observed | None:
        """The point of exactly this period."""
        return self._points.get(period)

    def until(self, period: Period) -> tuple[Observed, ...]:
        """The points of this period and of all that end before it, in any order."""
        return tuple(point for at, point in self._points.items() if at.end_date <= period.end_date)

    def year(self, year: int) -> Observed | None:
        """The point of a whole year, written ``2017`` or, failing that, ``2017-01..12``."""
        whole = Period(PeriodKind.YEAR, year, 1, 12)
        to_december = Period(PeriodKind.YEAR_TO_DATE, year, 1, 12)
        return self._points.get(whole) or self._points.get(to_december)
