"""Plans that cannot be rated are refused before any figure is looked at, with all faults."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from plan.codes import Comparator, Kind, Measure, PresetRule, ScheduleKind, Yardstick
from plan.model import Indicator, Preset, Target
from rating.engine import rate
from rating.fit import UnfitTarget, misfits
from rating.preset import mild_share

_REDUCTION = {"kind": Kind.REDUCTION, "value": "16", "base_value": None, "schedule": ScheduleKind.COMPOUND}
_TABLE = {"schedule": ScheduleKind.TABLE}


@pytest.mark.parametrize(
    ("given", "measure", "says"),
    [
        ({"indicator": "other"}, Measure.LEVEL, "about indicator other, was given ind"),
        ({"deadline": "2016"}, Measure.LEVEL, "must end after the baseline period 2016"),
        ({"kind": Kind.CEILING}, Measure.LEVEL, "a ceiling needs comparator <="),
        (_REDUCTION | {"value": "100"}, Measure.LEVEL, "between 0 and 100"),
        (_REDUCTION | {"value": "-16"}, Measure.LEVEL, "between 0 and 100"),
        (_REDUCTION | {"comparator": Comparator.AT_MOST}, Measure.LEVEL, "needs comparator >= or >"),
        (_REDUCTION | {"deadline": "2020-H1"}, Measure.LEVEL, "from a year to a year"),
        (_REDUCTION, Measure.CUMULATIVE, "not cumulative"),
        (_REDUCTION | {"schedule": ScheduleKind.LINEAR}, Measure.LEVEL, "compound or table"),
        (_REDUCTION | {"base_value": "0"}, Measure.LEVEL, "a base level must be positive"),
        ({"schedule": ScheduleKind.COMPOUND}, Measure.LEVEL, "belongs to a reduction"),
        ({}, Measure.YEARLY_CHANGE_PCT, "do not add up"),
        ({}, Measure.YEARLY_CHANGE, "against a ceiling only"),
        (
            {"kind": Kind.CEILING, "comparator": Comparator.AT_MOST, "deadline": "2020-12"},
            Measure.YEARLY_CHANGE,
            "write baseline and deadline as years",
        ),
        ({}, Measure.YEAR_TO_DATE, "starts anew each January"),
        (_TABLE | {"done_pct": {"2017": Decimal(101)}}, Measure.LEVEL, "between 0 and 100 %"),
        (_TABLE | {"done_pct": {"2020": Decimal(90)}}, Measure.LEVEL, "at the deadline 100 % is asked"),
        (
            _TABLE | {"done_pct": {"2017-H1": Decimal(10), "2017-06": Decimal(12)}},
            Measure.LEVEL,
            "another period with the same end asks 10 %",
        ),
    ],
)
def test_each_fault_of_the_path_is_named(
    *,
    given: dict[str, Any],
    measure: Measure,
    says: str,
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    presets: dict[str, Preset],
) -> None:
    target = make_target(**given)

    assert [says in fault for fault in misfits(target, make_indicator(measure), presets)] == [True]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kinds": (Kind.REDUCTION,)}, "not made for kind stock; its kinds: reduction"),
        ({"rule": PresetRule.DIRECTION}, "only a reduction has that"),
        ({"mild_up_to_pct": None}, "needs mild_up_to_pct between 0 and 100"),
        ({"mild_up_to_pct": Decimal(101)}, "needs mild_up_to_pct between 0 and 100"),
    ],
)
def test_each_fault_of_a_preset_is_named(
    changes: dict[str, Any],
    says: str,
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    presets: dict[str, Preset],
) -> None:
    changed = {"ndrc-2020": msgspec.structs.replace(presets["ndrc-2020"], **changes)}

    assert [says in fault for fault in misfits(make_target(), make_indicator(), changed)] == [True]


def test_all_faults_are_raised_together_with_the_targets_name(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    make_rule: Callable[..., Any],
    presets: dict[str, Preset],
) -> None:
    rules = (
        make_rule(alert="unknown"),
        make_rule(alert="ndrc-2020", beside=("ndrc-2020",)),
    )
    target = make_target(yardsticks=rules)

    with pytest.raises(UnfitTarget, match="目标名") as refused:
        rate(target, make_indicator(), [], "2018", presets)

    assert refused.value.faults == (
        "yardstick plan_progress is given twice; keep one",
        "no preset unknown; known: ndrc-2020, ndrc-2021",
        "yardstick plan_progress names a preset twice; name it once",
    )


def test_yearly_rates_may_be_held_against_a_yearly_task(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    make_rule: Callable[..., Any],
    presets: dict[str, Preset],
) -> None:
    target = make_target(kind=Kind.YEARLY_FLOOR, yardsticks=(make_rule(Yardstick.ANNUAL_TASK),))

    assert misfits(target, make_indicator(Measure.YEARLY_CHANGE_PCT), presets) == ()


def test_a_share_rule_without_its_line_is_refused(presets: dict[str, Preset]) -> None:
    with pytest.raises(ValueError, match="needs mild_up_to_pct"):
        mild_share(presets["ndrc-2021"])
