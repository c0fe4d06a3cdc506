"""Rate a value against a target: by each of its yardsticks, under each of their presets."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from plan.messages import Facts, Observed
from plan.model import Indicator, Preset, Target
from plan.periods import parse_period
from rating.fit import require_fit
from rating.judging import answer
from rating.result import Rating, rating_of
from rating.series import Series

__all__ = ["Observed", "Rating", "rate"]


def rate(
    target: Target,
    indicator: Indicator,
    series: Sequence[Observed],
    period: str,
    presets: Mapping[str, Preset],
    *,
    area: str,
    usual_revision: Decimal | None = None,
) -> tuple[Rating, ...]:
    """Rate the value of ``period`` by each yardstick of the target, under its alerting preset, then those beside it.

    ``series`` holds the points of ``area`` (one of those the target holds for) as of one cut-off, at most one a
    period, in any order; points after the period are not looked at. ``usual_revision``: the indicator's mean absolute
    revision, in its own unit. Raises :class:`rating.fit.UnfitTarget` for a target that cannot be rated (a qualitative
    one among them), :class:`plan.periods.PeriodFault` for a text that is no period, ValueError for two points of one
    period. A target that only restates another has no yardsticks and gets no ratings.
    """
    demand = require_fit(target, indicator, presets)
    at = parse_period(period)
    points = Series(series).until(at)
    known = Series(points)
    ratings = []
    for rule in target.yardsticks:
        found = answer(demand, indicator, rule, known, at, usual_revision=usual_revision)
        for preset_id in (rule.alert_preset, *rule.beside):
            facts = Facts(
                target=target,
                area=area,
                indicator=indicator,
                preset=presets[preset_id],
                yardstick=rule.yardstick,
                period=period,
                points=points,
                usual_revision=usual_revision,
            )
            ratings.append(rating_of(facts, preset_id == rule.alert_preset, found))
    return tuple(ratings)
