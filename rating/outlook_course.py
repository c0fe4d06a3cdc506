"""The way so far and what is still to be reached, as one course of numbers: what the forward look works on.

Reductions become a level whose base year is 100, caps on the sum of yearly changes that sum since the base; a rate
that is asked of each year stays a row of single values. Figures that may not be judged are left out.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

import msgspec

from plan.codes import Comparator, Direction, Kind, Measure
from plan.messages import Bound, ObservationStatus, Observed, Reason
from plan.model import Indicator, Target
from plan.periods import Period, PeriodKind, parse_period
from rating.held import Usable, figure

RECENT_MONTHS = 60
"""Steps of the last five years count, as in the German rule; the back-test found five to ten years equally good."""

_YEAR = 12
_MONTHS_OF = {PeriodKind.YEAR: 12, PeriodKind.HALF: 6, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}
_ASKED_EVERY_YEAR = (Kind.YEARLY_FLOOR, Kind.YEARLY_FLOW)


class Scale(StrEnum):
    """How a course moves: by factors, by amounts, or not at all, each value standing for itself."""

    LOG = "log"
    PLAIN = "plain"
    DRAWS = "draws"


class Course(msgspec.Struct, frozen=True):
    """Values by the month in which their period ends (12 x year + month), oldest first, and the bar at ``due_month``.

    ``wants``: the side of the bar that is asked for; ``is_strict``: the bar itself is not enough. ``never_falls``: a
    running total. ``lowest`` and ``highest``: limits of what the values can be. ``is_exact``: no figure is a bound.
    """

    months: tuple[int, ...]
    values: tuple[Fraction, ...]
    due_month: int
    bar: Fraction
    wants: Direction
    is_strict: bool
    scale: Scale
    never_falls: bool = False
    lowest: Fraction | None = None
    highest: Fraction | None = None
    is_exact: bool = True

    @property
    def months_left(self) -> int:
        """Months from the newest value to the date of the bar; zero or less when that date has come."""
        return self.due_month - self.months[-1]

    @property
    def gaps(self) -> tuple[int, ...]:
        """Months between neighbouring values."""
        return tuple(later - earlier for earlier, later in pairwise(self.months))

    def meets(self, value: Fraction) -> bool:
        """Whether the value stands on the wanted side of the bar, exactly."""
        if value == self.bar:
            return not self.is_strict
        return (value > self.bar) is (self.wants is Direction.MORE)


def recent(course: Course, months: int = RECENT_MONTHS) -> Course:
    """The course without the values older than ``months`` before the newest."""
    first = next(at for at, month in enumerate(course.months) if month >= course.months[-1] - months)
    return msgspec.structs.replace(course, months=course.months[first:], values=course.values[first:])


def lately(course: Course) -> Course:
    """The stretch whose pace is called recent: a year where figures come more often, else the last five years."""
    last_year = recent(course, _YEAR)
    is_yearly = len(last_year.months) <= 2 and last_year.months[0] in (course.months[-1], course.months[-1] - _YEAR)
    return recent(course) if is_yearly else last_year


def month_of(period: Period) -> int:
    """The month in which the period ends, counted as 12 x year + month."""
    return _YEAR * period.year + period.last_month


def end_of(month: int) -> dt.date:
    """Last day of a month counted as in :func:`month_of`."""
    year, number = divmod(month - 1, _YEAR)
    return dt.date(year, number + 1, monthrange(year, number + 1)[1])


def course_of(target: Target, indicator: Indicator, points: Sequence[Observed], at: Period) -> Course | Reason:
    """The course of a target's series up to the period ``at``, or the reason why there is none.

    A figure that is not a finite number, or two figures for one period, are the caller's mistake: ValueError.
    """
    if target.value is None or target.baseline is None or target.comparator is None:
        return Reason.QUALITATIVE
    base = parse_period(target.baseline.period)
    if base.end_date > at.end_date:
        return Reason.NOT_YET_DUE
    known = _known(points, at, indicator)
    if not known:
        return Reason.NO_DATA
    since = _last_break(points, at)
    if target.kind is Kind.REDUCTION:
        return _reduction(target, indicator, known, base.year, since)
    match indicator.measure:
        case Measure.YEARLY_CHANGE if not _is_anew(target):
            sums = _chained({at.year: each.value for at, each in _whole_years(known).items()}, base.year, Scale.PLAIN)
            return sums if isinstance(sums, Reason) else _course(target, known, _year_ends(sums), Scale.PLAIN)
        case Measure.YEARLY_CHANGE | Measure.YEARLY_CHANGE_PCT:
            return _course(target, known, _by_month(_whole_years(known)), Scale.DRAWS, indicator)
        case Measure.YEAR_TO_DATE:
            return _to_date(target, indicator, known)
        case Measure.LEVEL | Measure.CUMULATIVE:
            return _carried(target, indicator, known, base, since)


def _known(points: Sequence[Observed], at: Period, indicator: Indicator) -> dict[Period, Usable]:
    """What may be judged, by period, in order of time.

    Of periods with one end the longest comes last, and a year written as such after ``01..12``.
    """
    known: dict[Period, Usable] = {}
    for point in points:
        period = parse_period(point.period)
        if point.value is not None and not point.value.is_finite():
            raise ValueError(f"{point.period}: {point.value} is no number; hand over an empty value instead")
        if period in known:
            raise ValueError(f"two points for {point.period}; hand over the one that is known as of the cut-off")
        found = figure(point, indicator)
        if period.end_date <= at.end_date and isinstance(found, Usable):
            known[period] = found
    return dict(sorted(known.items(), key=lambda each: _order(each[0])))


def _order(period: Period) -> tuple[dt.date, int, bool]:
    return (period.end_date, -period.start_date.toordinal(), period.kind is PeriodKind.YEAR)


def _whole_years(known: dict[Period, Usable]) -> dict[Period, Usable]:
    return {at: each for at, each in known.items() if at.first_month == 1 and at.last_month == _YEAR}


def _by_month(known: dict[Period, Usable]) -> dict[int, Fraction]:
    return {month_of(at): each.value for at, each in known.items()}


def _year_ends(levels: dict[int, Fraction]) -> dict[int, Fraction]:
    return {_YEAR * year + _YEAR: level for year, level in levels.items()}


def _is_anew(target: Target) -> bool:
    return target.kind in _ASKED_EVERY_YEAR or target.every is not None


def _due(target: Target, last_month: int) -> int:
    """The month at whose end the target is asked next: of recurring demands the running or next period's end."""
    deadline = month_of(parse_period(target.deadline))
    if not _is_anew(target):
        return deadline
    length = _MONTHS_OF[target.every or PeriodKind.YEAR]
    return min(deadline, (last_month // length + 1) * length)


def _course(
    target: Target,
    known: dict[Period, Usable],
    values: dict[int, Fraction],
    scale: Scale,
    indicator: Indicator | None = None,
    *,
    never_falls: bool = False,
) -> Course | Reason:
    """Values by month against the target's value; the limits are the indicator's where the values are its own."""
    if not values:
        return Reason.NO_DATA
    months = tuple(sorted(values))
    in_order = tuple(values[month] for month in months)
    if never_falls and any(later < earlier for earlier, later in pairwise(in_order)):
        return Reason.TO_VERIFY
    return Course(
        months=months,
        values=in_order,
        due_month=_due(target, months[-1]),
        bar=Fraction(target.value or 0),
        wants=Direction.LESS if target.comparator is Comparator.AT_MOST else Direction.MORE,
        is_strict=target.comparator is Comparator.MORE_THAN,
        scale=Scale.PLAIN if scale is Scale.LOG and min(in_order) <= 0 else scale,
        never_falls=never_falls,
        lowest=None if indicator is None or indicator.minimum is None else Fraction(indicator.minimum),
        highest=None if indicator is None or indicator.maximum is None else Fraction(indicator.maximum),
        is_exact=all(each.point.bound is Bound.EXACT for each in known.values()),
    )


def _carried(
    target: Target, indicator: Indicator, known: dict[Period, Usable], base: Period, since: Period | None
) -> Course | Reason:
    """Levels and running totals, from the last break of the series on; the plan's baseline overrides the series'."""
    if since is not None:
        known = {at: each for at, each in known.items() if at.end_date >= since.end_date}
    is_total = indicator.measure is Measure.CUMULATIVE
    if is_total:
        known = {at: each for at, each in known.items() if at.end_date >= base.end_date}
    values = _by_month(known)
    planned = target.baseline.value if target.baseline else None
    if planned is not None and (since is None or base.end_date >= since.end_date):
        values[month_of(base)] = Fraction(planned)
    return _course(target, known, values, Scale.PLAIN if is_total else Scale.LOG, indicator, never_falls=is_total)


def _last_break(points: Sequence[Observed], at: Period) -> Period | None:
    """The newest period that begins a new series, whether its own figure may be judged or not."""
    breaks = (parse_period(point.period) for point in points if point.status is ObservationStatus.BREAK)
    return max((each for each in breaks if each.end_date <= at.end_date), key=_order, default=None)


def _to_date(target: Target, indicator: Indicator, known: dict[Period, Usable]) -> Course | Reason:
    """Inside the running year: its months from nothing in January on. Otherwise the totals of whole years."""
    known = {at: each for at, each in known.items() if at.first_month == 1}
    newest = next(reversed(known), None)
    if newest is None:
        return Reason.NO_DATA
    new_year = _YEAR * newest.year
    if newest.last_month < _YEAR and _due(target, month_of(newest)) <= new_year + _YEAR:
        known = {at: each for at, each in known.items() if at.year == newest.year}
        values = {new_year: Fraction(0)} | _by_month(known)
        return _course(target, known, values, Scale.PLAIN, indicator, never_falls=True)
    return _course(target, known, _by_month(_whole_years(known)), Scale.LOG, indicator)


def _reduction(
    target: Target, indicator: Indicator, known: dict[Period, Usable], base: int, since: Period | None
) -> Course | Reason:
    """The level relative to its base year (100), from levels or from chained yearly changes in per cent."""
    years = {at.year: each.value for at, each in _whole_years(known).items()}
    match indicator.measure:
        case Measure.LEVEL:
            if since is not None and since.year > base:
                return Reason.DEFINITION_MISMATCH
            levels = _relative(years, base, target.baseline.value if target.baseline else None)
        case Measure.YEARLY_CHANGE_PCT:
            if any(value <= -100 for value in years.values()):
                return Reason.TO_VERIFY
            levels = _chained({year: 1 + value / 100 for year, value in years.items()}, base, Scale.LOG)
        case _:
            return Reason.DEFINITION_MISMATCH
    if isinstance(levels, Reason):
        return levels
    made = _course(target, known, _year_ends(levels), Scale.LOG)
    bar = 100 - Fraction(target.value or 0)
    if bar <= 0:
        return Reason.ZERO_TARGET
    if isinstance(made, Reason):
        return made
    return msgspec.structs.replace(made, bar=bar, wants=Direction.LESS, lowest=Fraction(0))


def _relative(years: dict[int, Fraction], base: int, planned: Decimal | None) -> dict[int, Fraction] | Reason:
    if planned is not None:
        years = years | {base: Fraction(planned)}
    if any(value <= 0 for value in years.values()):
        return Reason.TO_VERIFY
    if base not in years:
        return Reason.BASE_MISSING
    return {year: 100 * value / years[base] for year, value in years.items()}


def _chained(steps: dict[int, Fraction], base: int, scale: Scale) -> dict[int, Fraction] | Reason:
    """Levels from yearly steps, 100 (factors) or 0 (amounts) in the base year; older years as far as they connect."""
    if not steps:
        return Reason.NO_DATA
    newest = max(base, *steps)
    if any(year not in steps for year in range(base + 1, newest + 1)):
        return Reason.INCOMPLETE
    is_factor = scale is Scale.LOG
    levels = {base: Fraction(100 if is_factor else 0)}
    for year in range(base + 1, newest + 1):
        levels[year] = levels[year - 1] * steps[year] if is_factor else levels[year - 1] + steps[year]
    for year in range(base, min(steps) - 1, -1):
        if year not in steps:
            break
        levels[year - 1] = levels[year] / steps[year] if is_factor else levels[year] - steps[year]
    return levels
