"""Growth ratio and weather: where the recent course leads, instead of what a task asks."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction

import msgspec

from plan.codes import Comparator, Direction
from plan.messages import Evidence, Reason
from rating import evidence, growth, weather, wording
from rating.case import Case, Judged, Withheld
from rating.demand import Demand
from rating.evidence import PCT
from rating.levels import Levels, yearly_levels
from rating.numbers import decimal
from rating.pace import GrowthStanding, WeatherStanding
from rating.standing import Amount, Standing
from rating.withhold import nothing_asked
from rating.wording import Text, withheld

_RATIO = ""
"""A ratio has no unit of measure."""


class _Course(msgspec.Struct, frozen=True):
    """What a yardstick makes of the levels: the standing, its unit, how it came about and from which years."""

    standing: Standing
    unit: str
    formula: Text
    years: tuple[int, ...]
    score: Decimal | None = None


def growth_ratio(case: Case) -> Judged | Withheld:
    """The compound growth since the base year against the one that the target requires.

    Whole years of the plan only. A target that is met already is achieved, whatever the trend, and even where there
    is no ratio.
    """
    return _judged(case, _growth)


def weather_rule(case: Case) -> Judged | Withheld:
    """Where the mean yearly change of the last five years leads by the deadline.

    Whole years of the plan only. A target that is met already is achieved, whatever the trend, and even where the
    points are too few.
    """
    return _judged(case, _weather)


def _judged(case: Case, look: Callable[[Case, Levels], _Course | Reason]) -> Judged | Withheld:
    if not (case.is_calendar_year and case.is_within_plan):
        return nothing_asked(case)
    levels = yearly_levels(case)
    if isinstance(levels, Withheld):
        return levels
    now, year, deadline = levels.by_year[case.at.year], str(case.at), str(case.demand.deadline)
    is_achieved = _is_reached(case.demand, now, levels.target)
    found = look(case, levels)
    if isinstance(found, Reason):
        if not is_achieved:
            return Withheld(found, withheld(found), tuple(levels.rows.values()), levels.unit)
        found = _already_there(case, levels)
    return Judged(
        standing=found.standing,
        is_achieved=is_achieved,
        unit=found.unit,
        formula=found.formula,
        score=found.score,
        evidence=(
            *_rows(levels, found.years),
            evidence.final_target(case.demand, case.demand.target.unit),
            evidence.computed("当年水平", "level of the year", year, decimal(now), levels.unit),
            evidence.computed("目标水平", "level to reach", deadline, decimal(levels.target), levels.unit),
        ),
    )


def _growth(case: Case, levels: Levels) -> _Course | Reason:
    if levels.base is None:
        return Reason.BASE_MISSING
    base, at, end = case.demand.base.year, case.at.year, case.demand.deadline.year
    points = (base, levels.base), (at, levels.by_year[at]), (end, levels.target)
    ratio = growth.judge(*points, case.demand.direction, is_strict=case.demand.is_strict)
    if isinstance(ratio, Reason):
        return ratio
    return _Course(
        standing=GrowthStanding(ratio),
        unit=_RATIO,
        formula=wording.growth_ratio(ratio),
        years=tuple(year for year in sorted(levels.rows) if year >= base),
        score=ratio.score,
    )


def _weather(case: Case, levels: Levels) -> _Course | Reason:
    at, end = case.at.year, case.demand.deadline.year
    outlook = weather.judge(levels.by_year, at, (end, levels.target), case.demand.direction)
    if isinstance(outlook, Reason):
        return outlook
    return _Course(
        standing=WeatherStanding(outlook, case.demand.is_strict),
        unit=PCT,
        formula=wording.weather(outlook, end),
        years=tuple(year for year in sorted(levels.rows) if year >= outlook.first_year),
    )


def _already_there(case: Case, levels: Levels) -> _Course:
    """The target is met, and the yardstick itself has nothing to tell."""
    is_less = case.demand.direction is Direction.LESS
    comparator = Comparator.AT_MOST if is_less else case.demand.comparator
    return _Course(
        standing=Amount(levels.by_year[case.at.year], levels.target, comparator),
        unit=levels.unit,
        formula=wording.plain_task(decimal(levels.target), is_official=False),
        years=(case.at.year,),
    )


def _is_reached(demand: Demand, now: Fraction, target: Fraction) -> bool:
    """Whether the level stands on the right side of the target."""
    beyond = target - now if demand.direction is Direction.LESS else now - target
    return beyond > 0 if demand.is_strict else beyond >= 0


def _rows(levels: Levels, years: Iterable[int]) -> tuple[Evidence, ...]:
    return tuple(levels.rows[year] for year in years)
