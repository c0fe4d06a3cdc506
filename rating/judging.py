"""From a point of a series to an answer by one yardstick: hold what may not be judged, let the yardstick judge."""

from collections.abc import Callable, Mapping
from decimal import Decimal

import msgspec

from plan.codes import Yardstick
from plan.messages import Margin, Observed, Reason
from plan.model import Indicator, YardstickRule
from plan.periods import Period
from rating import course, quantity, reduction
from rating.bounds import proven
from rating.case import Case, Judged, Withheld
from rating.demand import Demand
from rating.held import figure
from rating.margin import margin_of
from rating.series import Series
from rating.withhold import held

_REDUCTION: Mapping[Yardstick, Callable[[Case], Judged | Withheld]] = {
    Yardstick.ANNUAL_TASK: reduction.annual_task,
    Yardstick.PLAN_PROGRESS: reduction.plan_progress,
    Yardstick.GROWTH_RATIO: course.growth_ratio,
    Yardstick.WEATHER: course.weather_rule,
}
_QUANTITY: Mapping[Yardstick, Callable[[Case], Judged | Withheld]] = {
    Yardstick.ANNUAL_TASK: quantity.annual_task,
    Yardstick.PLAN_PROGRESS: quantity.plan_progress,
    Yardstick.GROWTH_RATIO: course.growth_ratio,
    Yardstick.WEATHER: course.weather_rule,
}


class Proven(msgspec.Struct, frozen=True):
    """A judgement that its figure bears out, and how clear it is."""

    judged: Judged
    point: Observed
    margin: Margin


def answer(
    demand: Demand,
    indicator: Indicator,
    rule: YardstickRule,
    series: Series,
    at: Period,
    *,
    usual_revision: Decimal | None,
) -> Proven | Withheld:
    """Judge the point of period ``at`` by the yardstick of ``rule``, before any preset; or say why it is withheld."""
    point = series.at(at)
    found = figure(point, indicator)
    if isinstance(found, Reason):
        return held(indicator, at, point, found)
    case = Case(demand, indicator, rule, series, at, found.point, found.value)
    judge = (_REDUCTION if demand.is_reduction else _QUANTITY)[rule.yardstick]
    judged = judge(case)
    if isinstance(judged, Judged):
        judged = proven(case, judged)
    if isinstance(judged, Withheld):
        return judged
    return Proven(judged, found.point, margin_of(case, judged, judge, usual_revision))
