"""From its facts alone a rating is made again, equal in every field; also after a journey through JSON."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plan.codes import Comparator, Kind, Measure, ScheduleKind, Yardstick
from plan.messages import Bound, Facts, ObservationStatus, Verdict
from plan.model import Indicator, Target, YardstickRule
from rating.engine import Observed, Rating
from rating.record import recompute

# The factories of conftest.py hold no state, so one fixture may serve all examples.
_law = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=120)

_OF_REDUCTIONS = [
    (Yardstick.ANNUAL_TASK, ("ndrc-2021", "ndrc-2020", "ningbo-2010", "nanjian-2010", "hangzhou-h1", "hangzhou-q3")),
    (Yardstick.PLAN_PROGRESS, ("ndrc-2020", "ndrc-2021")),
    (Yardstick.GROWTH_RATIO, ("growth-ratio",)),
    (Yardstick.WEATHER, ("weather",)),
]
_OF_LEVELS = [
    (Yardstick.ANNUAL_TASK, ("ndrc-2020",)),
    (Yardstick.PLAN_PROGRESS, ("ndrc-2020",)),
    (Yardstick.GROWTH_RATIO, ("growth-ratio",)),
    (Yardstick.WEATHER, ("weather",)),
]
_OF_SUMS = [(Yardstick.ANNUAL_TASK, ("ndrc-2020",)), (Yardstick.PLAN_PROGRESS, ("ndrc-2020",))]
_OF_FLOWS = [(Yardstick.ANNUAL_TASK, ("ndrc-2020",)), (Yardstick.PLAN_PROGRESS, ("yinchuan-projects", "ndrc-2020"))]
_OF_RATES = [(Yardstick.ANNUAL_TASK, ("ndrc-2020",))]

_PERIODS = ("2014", "2015", "2016", "2017-06", "2017-01..06", "2017", "2018", "2018-Q3", "2019", "2020", "2021")
_points = st.builds(
    Observed,
    period=st.sampled_from(_PERIODS),
    value=st.none() | st.decimals(-30, 200, places=2),
    bound=st.sampled_from(Bound),
    verdict=st.sampled_from(Verdict),
    is_overdue=st.booleans(),
    status=st.sampled_from(ObservationStatus),
)
_good = st.builds(
    Observed,
    period=st.sampled_from(_PERIODS),
    value=st.decimals(-15, 200, places=2),
    bound=st.just(Bound.EXACT),
    verdict=st.just(Verdict.PASSED),
    is_overdue=st.just(False),
)
_series = st.lists(_points | _good, unique_by=lambda point: point.period, max_size=9)

_REDUCTION = {"kind": Kind.REDUCTION, "schedule": ScheduleKind.COMPOUND}
_TARGETS: list[tuple[dict[str, Any], Measure, Any]] = [
    (
        {"kind": Kind.REDUCTION, "schedule": ScheduleKind.COMPOUND, "base_value": None},
        Measure.YEARLY_CHANGE_PCT,
        _OF_REDUCTIONS,
    ),
    ({"kind": Kind.REDUCTION, "schedule": ScheduleKind.COMPOUND, "base_value": "120"}, Measure.LEVEL, _OF_REDUCTIONS),
    ({"kind": Kind.SHARE_FLOOR, "schedule": ScheduleKind.CONSTANT}, Measure.LEVEL, _OF_LEVELS),
    ({"kind": Kind.STOCK, "base_value": None, "comparator": Comparator.MORE_THAN}, Measure.CUMULATIVE, _OF_LEVELS),
    ({"kind": Kind.COVERAGE}, Measure.LEVEL, _OF_LEVELS),
    ({"kind": Kind.PAIRED_FLOOR}, Measure.LEVEL, _OF_LEVELS),
    ({"kind": Kind.CEILING, "base_value": "10"}, Measure.LEVEL, _OF_SUMS),
    ({"kind": Kind.CEILING}, Measure.YEARLY_CHANGE, _OF_SUMS),
    ({"kind": Kind.CAPACITY_RETIRED, "base": "2016", "deadline": "2017"}, Measure.YEAR_TO_DATE, _OF_SUMS),
    ({"kind": Kind.YEARLY_FLOW}, Measure.YEAR_TO_DATE, _OF_FLOWS),
    ({"kind": Kind.YEARLY_FLOOR}, Measure.YEARLY_CHANGE_PCT, _OF_RATES),
]


@_law
@given(
    asked=st.sampled_from(_TARGETS),
    series=_series,
    period=st.sampled_from(_PERIODS),
    usual_revision=st.none() | st.decimals(0, 20, places=2),
)
def test_the_record_gives_the_rating_again(
    *,
    asked: tuple[dict[str, Any], Measure, Any],
    series: list[Observed],
    period: str,
    usual_revision: Decimal | None,
    make_target: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    make_indicator: Callable[..., Indicator],
    intensity: Callable[..., Indicator],
    rate_all: Callable[..., tuple[Rating, ...]],
) -> None:
    given_, measure, yardsticks = asked
    rules = tuple(make_rule(yardstick, alert=first, beside=tuple(rest)) for yardstick, (first, *rest) in yardsticks)
    target = make_target(**({"value": "16", "base": "2015"} | given_), yardsticks=rules)
    less = target.kind in (Kind.REDUCTION, Kind.CEILING)
    indicator = intensity(measure) if less else make_indicator(measure)

    made = rate_all(target, indicator, series, period, usual_revision=usual_revision)

    assert len(made) == sum(len(presets) for _, presets in yardsticks)
    for rating in made:
        assert recompute(rating.facts) == rating
        assert recompute(msgspec.json.decode(msgspec.json.encode(rating.facts), type=Facts)) == rating
        assert msgspec.json.decode(msgspec.json.encode(rating), type=Rating) == rating


def test_facts_hold_the_points_up_to_the_period_in_order_of_time(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    periods = ["2018-12", "2019", "2017", "2018", "2018-06", "2018-01..12"]

    made = rate_one(make_target(), make_indicator(), [observe(each, "90") for each in periods], "2018")

    assert [point.period for point in made.facts.points] == ["2017", "2018-06", "2018", "2018-01..12", "2018-12"]
    assert (made.facts.area, made.facts.period, made.facts.preset.id) == ("xuchang", "2018", "ndrc-2020")


def test_an_altered_record_is_refused(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    facts = rate_one(make_target(), make_indicator(), [observe("2018", "90")], "2018").facts

    with pytest.raises(ValueError, match="record of tgt: the target has no yardstick weather"):
        recompute(msgspec.structs.replace(facts, yardstick=Yardstick.WEATHER))
