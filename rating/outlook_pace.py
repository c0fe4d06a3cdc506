"""What must be done in the time that is left, against what was done lately: the required and the recent run-rate.

For reductions a rate is the yearly reduction in per cent, compound; for everything else the change of the value in a
year, inside one year in a month. Rates are exact, or roots to 60 digits; whether the recent one is enough is decided
exactly.
"""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import msgspec

from plan.codes import Direction
from plan.periods import PeriodKind
from rating.numbers import compare_power, decimal, root_share_pct
from rating.outlook_course import Course, Scale, lately

_YEAR = 12


class Need(StrEnum):
    """What the rest of the time asks for: more of it, less of it, or no more than keeping on."""

    FASTER = "faster"
    SLOWER = "slower"
    KEEP_ON = "keep_on"
    MET = "met"
    UNKNOWN = "unknown"
    NO_TIME_LEFT = "no_time_left"


class Pace(msgspec.Struct, frozen=True):
    """Required and recent run-rate per year or month, unrounded, and ``ratio``: required over recent.

    Below a ceiling ``required`` is what it still allows. There is no ratio where the two have different signs or the
    recent rate is zero. ``need`` is ``met`` where a value that shall be reached is reached already, ``unknown`` where
    a single value shows no pace.
    """

    required: Decimal | None
    recent: Decimal | None
    ratio: Decimal | None
    per: PeriodKind
    need: Need


def pace_of(course: Course, *, is_reduction: bool) -> Pace:
    """The run-rates of a course; ``is_reduction``: values are a level that must fall by factors."""
    per = PeriodKind.MONTH if _is_inside_a_year(course) else PeriodKind.YEAR
    if course.scale is Scale.DRAWS:
        rates = _of_single_years(course)
    elif is_reduction:
        rates = _of_factors(course)
    else:
        rates = _of_amounts(course, 1 if per is PeriodKind.MONTH else _YEAR)
    if course.months_left <= 0:
        return Pace(None, rates.recent, None, per, Need.NO_TIME_LEFT)
    need = _need(course, rates, is_reduction=is_reduction)
    return Pace(rates.required, rates.recent, _ratio(rates.required, rates.recent), per, need)


class _Rates(msgspec.Struct, frozen=True):
    """``is_enough``: the recent rate, kept up, meets the bar, exactly."""

    required: Decimal | None
    recent: Decimal | None
    is_enough: bool


def _of_single_years(course: Course) -> _Rates:
    values = lately(course).values
    mean = sum(values, Fraction(0)) / len(values)
    return _Rates(decimal(course.bar), decimal(mean), course.meets(mean))


def _of_factors(course: Course) -> _Rates:
    way, left = lately(course), course.months_left
    span, factor, rest = way.months[-1] - way.months[0], way.values[-1] / way.values[0], course.bar / way.values[-1]
    required = _yearly_fall(rest, left) if left > 0 else None
    if not span:
        return _Rates(required, None, is_enough=False)
    sign = compare_power(rest, factor, Fraction(left, span))
    return _Rates(required, _yearly_fall(factor, span), sign > 0 or (sign == 0 and not course.is_strict))


def _of_amounts(course: Course, months: int) -> _Rates:
    way, left = lately(course), course.months_left
    span, newest = way.months[-1] - way.months[0], way.values[-1]
    required = decimal((course.bar - newest) * months / left) if left > 0 else None
    if not span:
        return _Rates(required, None, is_enough=False)
    speed = (newest - way.values[0]) / span
    return _Rates(required, decimal(speed * months), course.meets(newest + speed * left))


def _is_inside_a_year(course: Course) -> bool:
    is_short = len(course.months) > 1 and course.due_month - course.months[0] <= _YEAR
    return is_short and course.scale is not Scale.DRAWS


def _yearly_fall(factor: Fraction, months: int) -> Decimal:
    """Yearly reduction in per cent that makes ``factor`` in so many months; negative for a rise."""
    return root_share_pct(factor**_YEAR, months)


def _ratio(required: Decimal | None, recent: Decimal | None) -> Decimal | None:
    if required is None or not recent or required * recent < 0:
        return None
    return decimal(Fraction(required) / Fraction(recent))


def _need(course: Course, rates: _Rates, *, is_reduction: bool) -> Need:
    can_be_kept = course.wants is Direction.MORE or is_reduction
    if can_be_kept and course.scale is not Scale.DRAWS and course.meets(course.values[-1]):
        return Need.MET
    if rates.required is None or rates.recent is None:
        return Need.UNKNOWN
    if rates.is_enough:
        return Need.KEEP_ON
    is_room_left = course.wants is Direction.LESS and not is_reduction and rates.required >= 0
    return Need.SLOWER if is_room_left else Need.FASTER
