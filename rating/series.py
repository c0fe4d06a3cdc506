"""The series of one indicator and area, as the alerter or an as-of question knows it."""

from collections.abc import Iterable

from plan.messages import Observed
from plan.periods import Period, PeriodKind, parse_period

__all__ = ["Observed", "Series"]


class Series:
    """Points by reference period. Two points for one period are the caller's mistake: ValueError."""

    def __init__(self, points: Iterable[Observed]) -> None:
        self._points: dict[Period, Observed] = {}
        for point in points:
            period = parse_period(point.period)
            if period in self._points:
                raise ValueError(f"two points for {point.period}; hand over the one that is known as of the cut-off")
            self._points[period] = point

    def with_point(self, point: Observed) -> "Series":
        """A copy in which this point takes the place of the one of its period."""
        others = (each for at, each in self._points.items() if at != parse_period(point.period))
        return Series((*others, point))

    def at(self, period: Period) -> Observed | None:
        """The point of exactly this period."""
        return self._points.get(period)

    def until(self, period: Period) -> tuple[Observed, ...]:
        """The points of this period and of all that end with it or before it, in order of time."""
        known = sorted((at for at in self._points if at.end_date <= period.end_date), key=_in_time)
        return tuple(self._points[at] for at in known)

    def year(self, year: int) -> Observed | None:
        """The point of a whole year, written ``2017`` or, failing that, ``2017-01..12``."""
        whole = Period(PeriodKind.YEAR, year, 1, 12)
        to_december = Period(PeriodKind.YEAR_TO_DATE, year, 1, 12)
        return self._points.get(whole) or self._points.get(to_december)

    def years(self) -> tuple[int, ...]:
        """The years that have a point of a whole year, in order of time."""
        return tuple(sorted({at.year for at in self._points if (at.first_month, at.last_month) == (1, 12)}))


def _in_time(period: Period) -> tuple[int, int, int, str]:
    """Order in time; periods of the same months (2017, 2017-01..12) by how they are written."""
    return (period.year, period.last_month, period.first_month, period.kind)
