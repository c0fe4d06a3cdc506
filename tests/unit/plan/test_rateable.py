"""Rules of one target with its indicator and presets, without a plan around it."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.codes import (  # fmt: skip
    Comparator,
    Direction,
    Kind,
    Measure,
    PresetRule,
    ScheduleKind,
    Scope,
    Status,
    Strength,
    Yardstick,
)
from plan.model import Band, Baseline, Indicator, Names, Preset, Schedule, Target, YardstickRule
from plan.periods import PeriodKind
from plan.rateable import Misfit, misfits

NAMES = Names(zh="名", en="name")
KINDS = tuple(kind for kind in Kind if kind is not Kind.QUALITATIVE)


def _preset(preset: str, rule: PresetRule, *yardsticks: Yardstick) -> Preset:
    bands = (Band(status=Status.SEVERE),)
    return Preset(
        id=preset, version=1, names=NAMES, rule=rule, kinds=KINDS, yardsticks=yardsticks, source="made up", bands=bands
    )


PRESETS = {
    each.id: each
    for each in (
        _preset("tasks", PresetRule.SHARE_MISSED, Yardstick.ANNUAL_TASK, Yardstick.PLAN_PROGRESS),
        _preset("trends", PresetRule.GROWTH_RATIO, Yardstick.GROWTH_RATIO),
        _preset("skies", PresetRule.GAP_LEFT, Yardstick.WEATHER),
    )
}
BY = {
    Yardstick.ANNUAL_TASK: "tasks",
    Yardstick.PLAN_PROGRESS: "tasks",
    Yardstick.GROWTH_RATIO: "trends",
    Yardstick.WEATHER: "skies",
}


def _indicator(**more: Any) -> Indicator:
    plain: dict[str, Any] = {"unit": "t", "direction": Direction.MORE, "measure": Measure.LEVEL} | more
    return Indicator(id="counted", names=NAMES, definition=NAMES, places=2, basis=NAMES, **plain)


def _target(*yardsticks: Yardstick, **more: Any) -> Target:
    rules = tuple(YardstickRule(yardstick=each, alert_preset=BY[each]) for each in yardsticks)
    plain: dict[str, Any] = {
        "kind": Kind.STOCK,
        "indicator": "counted",
        "value": Decimal(160),
        "unit": "t",
        "comparator": Comparator.AT_LEAST,
        "baseline": Baseline(period="2016"),
        "schedule": Schedule(kind=ScheduleKind.LINEAR, note=NAMES),
        "deadline": "2020",
        "yardsticks": rules or (YardstickRule(yardstick=Yardstick.PLAN_PROGRESS, alert_preset="tasks"),),
    } | more
    return Target(id="aim", clause="1", names=NAMES, area="city", strength=Strength.FIRM, owners=("bureau",), **plain)


COMPOUND = Schedule(kind=ScheduleKind.COMPOUND, note=NAMES)
LESS: dict[str, Any] = {"kind": Kind.REDUCTION, "value": Decimal(18), "unit": "pct", "schedule": COMPOUND}
CAP: dict[str, Any] = {"kind": Kind.CEILING, "comparator": Comparator.AT_MOST}
YEARLY: dict[str, Any] = {"kind": Kind.YEARLY_FLOW, "every": PeriodKind.YEAR}
COVER: dict[str, Any] = {"kind": Kind.COVERAGE, "value": Decimal(100), "unit": "pct"}

FIT: dict[str, tuple[Target, Indicator]] = {
    "stock": (_target(), _indicator()),
    "reduction of a level": (
        _target(Yardstick.ANNUAL_TASK, Yardstick.PLAN_PROGRESS, Yardstick.GROWTH_RATIO, Yardstick.WEATHER, **LESS),
        _indicator(direction=Direction.LESS),
    ),
    "reduction of yearly rates": (
        _target(*Yardstick, **LESS),
        _indicator(direction=Direction.LESS, measure=Measure.YEARLY_CHANGE_PCT, unit="pct"),
    ),
    "cap on yearly changes, whatever one change may be": (
        _target(**CAP),
        _indicator(direction=Direction.LESS, measure=Measure.YEARLY_CHANGE, maximum=Decimal(100)),
    ),
    "flow of several years": (_target(**YEARLY), _indicator(measure=Measure.YEAR_TO_DATE)),
    "coverage of each enterprise": (
        _target(**COVER, scope=Scope.EACH_ENTERPRISE, every=PeriodKind.QUARTER),
        _indicator(unit="pct", minimum=Decimal(0), maximum=Decimal(100)),
    ),
    "restated": (_target(restates="first", yardsticks=()), _indicator()),
    "trend of a cumulative amount": (_target(Yardstick.GROWTH_RATIO), _indicator(measure=Measure.CUMULATIVE)),
}

UNFIT: dict[str, tuple[Target, Indicator, tuple[object, ...], str]] = {
    "another's indicator": (_target(indicator="other"), _indicator(), ("indicator",), "held against 'counted'"),
    "more of what should be less": (
        _target(),
        _indicator(direction=Direction.LESS),
        ("comparator",),
        ">= asks for more of 'counted', whose better direction is less",
    ),
    "cap on what should be more": (_target(**CAP), _indicator(), ("comparator",), "<= asks for less"),
    "reduction of what should be more": (_target(**LESS), _indicator(), ("kind",), "whose better direction is more"),
    "reduction written at most": (
        _target(**LESS, comparator=Comparator.AT_MOST),
        _indicator(direction=Direction.LESS),
        ("comparator",),
        "every other kind >=",
    ),
    "over the maximum": (_target(), _indicator(maximum=Decimal(150)), ("value",), "160 is over 150"),
    "below the minimum": (_target(), _indicator(minimum=Decimal(200)), ("value",), "160 is below 200"),
    "more than the maximum": (
        _target(comparator=Comparator.MORE_THAN),
        _indicator(maximum=Decimal(160)),
        ("comparator",),
        "never over its maximum 160",
    ),
    "more than the whole": (
        _target(**COVER, comparator=Comparator.MORE_THAN),
        _indicator(unit="pct", maximum=Decimal(100)),
        ("comparator",),
        "no share is over 100",
    ),
    "base over the maximum": (
        _target(baseline=Baseline(period="2016", value=Decimal(300))),
        _indicator(maximum=Decimal(200)),
        ("baseline", "value"),
        "300 is over 200",
    ),
    "flow without its rhythm": (
        _target(kind=Kind.YEARLY_FLOW),
        _indicator(),
        ("every",),
        "write every: year",
    ),
    "floor of each month": (
        _target(kind=Kind.YEARLY_FLOOR, every=PeriodKind.MONTH),
        _indicator(),
        ("every",),
        "write every: year",
    ),
    "stock of each year": (_target(every=PeriodKind.YEAR), _indicator(), ("every",), "asked once"),
    "flow of a cumulative amount": (
        _target(**YEARLY),
        _indicator(measure=Measure.CUMULATIVE),
        ("indicator",),
        "summed up since the base",
    ),
    "trend of a year to date": (
        _target(Yardstick.GROWTH_RATIO),
        _indicator(measure=Measure.YEAR_TO_DATE),
        ("yardsticks", 0, "yardstick"),
        "needs a level or a cumulative amount",
    ),
    "trend to the middle of a year": (
        _target(Yardstick.WEATHER, deadline="2020-06"),
        _indicator(),
        ("yardsticks", 0, "yardstick"),
        "from a year to a year",
    ),
    "preset of another yardstick": (
        _target(yardsticks=(YardstickRule(yardstick=Yardstick.WEATHER, alert_preset="trends"),)),
        _indicator(),
        ("yardsticks", 0, "alert_preset"),
        "trends serves growth_ratio, not weather",
    ),
    "official tasks where nobody looks": (
        _target(
            yardsticks=(
                YardstickRule(
                    yardstick=Yardstick.PLAN_PROGRESS, alert_preset="tasks", official_tasks={"2017": Decimal(5)}
                ),
            )
        ),
        _indicator(),
        ("yardsticks", 0, "official_tasks"),
        "only annual_task",
    ),
}


@pytest.mark.parametrize("case", FIT)
def test_target_that_can_be_rated(case: str) -> None:
    target, indicator = FIT[case]

    assert misfits(target, indicator, PRESETS) == ()


@pytest.mark.parametrize("case", UNFIT)
def test_rule_that_is_broken_is_named_at_its_place(case: str) -> None:
    target, indicator, path, says = UNFIT[case]

    (found,) = misfits(target, indicator, PRESETS)

    assert found.path == path
    assert says in found.says


@pytest.mark.parametrize("key", ["indicator", "value", "unit", "comparator", "baseline", "schedule"])
def test_what_is_missing_is_named_and_nothing_else(key: str) -> None:
    without = msgspec.structs.replace(_target(), **{key: "" if key in ("indicator", "unit") else None})

    assert misfits(without, _indicator(), PRESETS) == (
        Misfit((key,), "a stock needs it: add it; only a qualitative target goes without"),
    )


def test_qualitative_target_has_none_of_it() -> None:
    bare = Target(
        id="aim", clause="1", names=NAMES, area="city", kind=Kind.QUALITATIVE, strength=Strength.HEDGED,
        deadline="2020", owners=("bureau",), every=PeriodKind.YEAR,
    )  # fmt: skip

    assert misfits(bare, None, PRESETS) == ()
    assert [found.path for found in misfits(_target(kind=Kind.QUALITATIVE), None, PRESETS)] == [
        ("indicator",), ("value",), ("unit",), ("comparator",), ("baseline",), ("schedule",), ("yardsticks",)
    ]  # fmt: skip


def test_unreadable_periods_are_told_both() -> None:
    found = misfits(_target(baseline=Baseline(period="once"), deadline="soon"), _indicator(), PRESETS)

    assert [each.path for each in found] == [("baseline", "period"), ("deadline",)]


_periods = st.sampled_from(["2015", "2016", "2017-06", "2017-01..06", "2018", "2020", "soon"])
_amounts = st.sampled_from([Decimal(-5), Decimal(0), Decimal(40), Decimal(100), Decimal("100.5")])
_steps = st.dictionaries(_periods, _amounts, max_size=3)


@given(
    target=st.builds(
        _target,
        st.sampled_from(Yardstick),
        st.sampled_from(Yardstick),
        kind=st.sampled_from(Kind),
        value=st.none() | _amounts,
        comparator=st.none() | st.sampled_from(Comparator),
        scope=st.sampled_from(Scope),
        every=st.none() | st.sampled_from(PeriodKind),
        baseline=st.none() | st.builds(Baseline, period=_periods, value=st.none() | _amounts),
        deadline=_periods,
        restates=st.sampled_from(["", "first"]),
        schedule=st.none()
        | st.builds(
            Schedule,
            kind=st.sampled_from(ScheduleKind),
            note=st.just(NAMES),
            done_pct=_steps,
            past_done_pct=st.dictionaries(
                _periods, st.dictionaries(st.sampled_from(["01..06", "01..12", "06"]), _amounts)
            ),
            milestones=_steps,
        ),
    ),
    indicator=st.none()
    | st.builds(
        _indicator,
        unit=st.sampled_from(["t", "pct"]),
        measure=st.sampled_from(Measure),
        direction=st.sampled_from(Direction),
        minimum=st.none() | _amounts,
        maximum=st.none() | _amounts,
    ),
)
def test_whatever_an_author_writes_is_answered_with_places_in_the_target(
    target: Target, indicator: Indicator | None
) -> None:
    """No target, however odd, breaks the rules themselves; every misfit leads to a key of the target."""
    for found in misfits(target, indicator, PRESETS):
        assert found.path[0] in target.__struct_fields__
        assert found.says
