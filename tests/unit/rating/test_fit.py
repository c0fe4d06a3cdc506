"""Targets that cannot be rated are refused before any figure is looked at; the rules themselves live in ``plan``."""

from collections.abc import Callable
from typing import Any

import pytest

from plan.codes import Comparator, Direction, Kind, Measure, ScheduleKind
from plan.model import Indicator, Preset, Target
from plan.periods import parse_period
from plan.rateable import misfits
from rating.engine import rate
from rating.fit import UnfitTarget, demand_of, require_fit


def test_a_fitting_target_is_narrowed_to_its_demand(
    make_reduction: Callable[..., Target], intensity: Callable[..., Indicator], presets: dict[str, Preset]
) -> None:
    demand = require_fit(make_reduction(comparator=Comparator.MORE_THAN), intensity(), presets)

    assert (demand.base, demand.deadline) == (parse_period("2015"), parse_period("2020"))
    assert (demand.bar, demand.rest, demand.direction) == (16, 1 - demand.bar / 100, Direction.LESS)
    assert (demand.is_reduction, demand.is_strict, demand.recurs) == (True, True, False)


def test_all_that_is_wrong_is_raised_together_with_the_targets_name(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    make_rule: Callable[..., Any],
    presets: dict[str, Preset],
) -> None:
    target = make_target(kind=Kind.CEILING, comparator=Comparator.AT_LEAST, yardsticks=(make_rule(alert="unknown"),))
    indicator = make_indicator()

    with pytest.raises(
        UnfitTarget, match=r"目标 目标名 \(target tgt\) cannot be rated: comparator: .*; yardsticks\.0"
    ) as no:
        rate(target, indicator, [], "2018", presets, area="xuchang")

    assert no.value.misfits == misfits(target, indicator, presets)


def test_people_judge_a_qualitative_target(
    make_indicator: Callable[..., Indicator], presets: dict[str, Preset], make_target: Callable[..., Target]
) -> None:
    bare = {"indicator": "", "unit": "", "comparator": None, "yardsticks": ()}
    target = _without_a_way(make_target(kind=Kind.QUALITATIVE, **bare))

    with pytest.raises(UnfitTarget, match="people judge it"):
        rate(target, make_indicator(), [], "2018", presets, area="xuchang")


def test_a_target_that_restates_another_is_rated_there(
    make_target: Callable[..., Target], make_indicator: Callable[..., Indicator], presets: dict[str, Preset]
) -> None:
    target = make_target(restates="other", yardsticks=())

    assert rate(target, make_indicator(), [], "2018", presets, area="xuchang") == ()


def test_a_way_that_leads_back_in_time_is_none(make_target: Callable[..., Target]) -> None:
    with pytest.raises(UnfitTarget, match="ends after the baseline"):
        demand_of(make_target(base="2016", deadline="2016"))


@pytest.mark.parametrize(
    ("schedule", "measure"), [(ScheduleKind.LINEAR, Measure.LEVEL), (ScheduleKind.COMPOUND, Measure.CUMULATIVE)]
)
def test_a_reduction_multiplies(
    schedule: ScheduleKind,
    measure: Measure,
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    presets: dict[str, Preset],
) -> None:
    with pytest.raises(UnfitTarget):
        require_fit(make_reduction(schedule=schedule), intensity(measure), presets)


def _without_a_way(target: Target) -> Target:
    return Target(
        **{name: getattr(target, name) for name in target.__struct_fields__}
        | {"value": None, "baseline": None, "schedule": None}
    )
