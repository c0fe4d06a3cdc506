"""The forward look of one target: what is still asked, where the series is heading, how likely it misses.

Everything is counted from the newest figure that may be judged, not from today. Decimals are exact or roots to 60
digits; floats are estimates. Reductions are stated as the target states them, in per cent below the base year.
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from plan.codes import Comparator, Kind, Measure
from plan.messages import Observed, Reason
from plan.model import Indicator, Target
from plan.periods import parse_period
from rating.miss import Chance, chances
from rating.numbers import decimal
from rating.outlook_course import Course, course_of, end_of
from rating.outlook_pace import Pace, pace_of
from rating.projection import Projection, projections
from rating.runout import RunOut, run_out

_ADDS_UP = (Measure.CUMULATIVE, Measure.YEAR_TO_DATE, Measure.YEARLY_CHANGE)


class Outlook(msgspec.Struct, frozen=True):
    """What is known on ``as_of``, the last day of the newest figure's period, about the value asked on ``due``.

    ``latest`` and ``asked`` are in the target's unit. ``projections``: none with fewer than three figures in the last
    five years. ``spread``: largest minus smallest projected value. ``chances``: the first is the one to go by.
    ``run_out``: of caps only. ``is_exact``: no figure behind it was published as a bound.
    """

    target: str
    as_of: str
    due: str
    latest: Decimal
    asked: Decimal
    unit: str
    pace: Pace
    projections: tuple[Projection, ...]
    spread: float | None
    chances: tuple[Chance, ...]
    run_out: RunOut | None
    is_exact: bool


def outlook(
    target: Target, indicator: Indicator, points: Sequence[Observed], at: str, *, seed: int
) -> Outlook | Reason:
    """Look ahead from the period ``at``; ``seed`` fixes the draws of the bootstrap.

    Points after ``at`` and those that may not be judged are left out. A number that is not finite, or two points for
    one period, are the caller's mistake: ValueError.
    """
    course = course_of(target, indicator, points, parse_period(at))
    if isinstance(course, Reason):
        return course
    is_reduction = target.kind is Kind.REDUCTION
    found = projections(course)
    ends = [each.value for each in found]
    latest, asked = course.values[-1], course.bar
    return Outlook(
        target=target.id,
        as_of=end_of(course.months[-1]).isoformat(),
        due=end_of(course.due_month).isoformat(),
        latest=decimal(100 - latest if is_reduction else latest),
        asked=decimal(100 - asked if is_reduction else asked),
        unit=target.unit,
        pace=pace_of(course, is_reduction=is_reduction),
        projections=tuple(_as_reduction(each) for each in found) if is_reduction else found,
        spread=max(ends) - min(ends) if ends else None,
        chances=chances(course, seed),
        run_out=run_out(course) if _is_cap(target, indicator, course) else None,
        is_exact=course.is_exact,
    )


def _as_reduction(level: Projection) -> Projection:
    """From a level of the base year's 100 to per cent below it."""
    return msgspec.structs.replace(level, value=100 - level.value, low=100 - level.high, high=100 - level.low)


def _is_cap(target: Target, indicator: Indicator, course: Course) -> bool:
    """A value that fills up until a date; not one that shall fall below a bar."""
    fills_up = target.kind is Kind.CEILING or indicator.measure in _ADDS_UP
    return fills_up and target.comparator is Comparator.AT_MOST and course.months_left > 0
