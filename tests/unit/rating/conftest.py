"""Factories: a target, an indicator, points of a series and presets, each with plain defaults."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from plan.codes import Comparator, Kind, Measure, PresetRule, ScheduleKind, Strength, Yardstick
from plan.messages import Bound, Verdict
from plan.model import Baseline, Indicator, Names, Preset, Schedule, Target, YardstickRule
from rating.engine import Observed, Rating, rate

_WORDS = Names(zh="名", en="name")


@pytest.fixture
def presets() -> dict[str, Preset]:
    numeric = tuple(kind for kind in Kind if kind is not Kind.QUALITATIVE)
    labels = {"on_track": "三级", "achieved": "三级", "mild": "二级", "severe": "一级"}
    share = Preset(
        id="ndrc-2020",
        version=1,
        names=Names(zh="2020 年规则", en="rule of 2020"),
        rule=PresetRule.SHARE_MISSED,
        kinds=numeric,
        source="发改办环资〔2020〕901号",
        mild_up_to_pct=Decimal(10),
        level_labels=labels,
    )
    direction = Preset(
        id="ndrc-2021",
        version=2,
        names=Names(zh="2021 年规则", en="rule of 2021"),
        rule=PresetRule.DIRECTION,
        kinds=(Kind.REDUCTION,),
        source="发改办环资〔2021〕629号",
        level_labels={"middle": "二级", "severe": "一级"},
    )
    return {each.id: each for each in (share, direction)}


@pytest.fixture
def make_indicator() -> Callable[..., Indicator]:
    def make(measure: Measure = Measure.LEVEL, unit: str = "mt", places: int = 2) -> Indicator:
        return Indicator(
            id="ind",
            names=_WORDS,
            unit=unit,
            measure=measure,
            form="form",
            formula="formula",
            inputs={},
            places=places,
            basis=_WORDS,
        )

    return make


@pytest.fixture
def make_rule() -> Callable[..., YardstickRule]:
    def make(
        yardstick: Yardstick = Yardstick.PLAN_PROGRESS,
        alert: str = "ndrc-2020",
        beside: tuple[str, ...] = (),
        tasks: dict[str, Decimal] | None = None,
    ) -> YardstickRule:
        return YardstickRule(yardstick=yardstick, alert_preset=alert, beside=beside, official_tasks=tasks or {})

    return make


@pytest.fixture
def make_target(make_rule: Callable[..., YardstickRule]) -> Callable[..., Target]:
    def make(
        *,
        kind: Kind = Kind.STOCK,
        value: str = "160",
        base: str = "2016",
        base_value: str | None = "0",
        deadline: str = "2020",
        schedule: ScheduleKind = ScheduleKind.LINEAR,
        done_pct: dict[str, Decimal] | None = None,
        **more: Any,
    ) -> Target:
        given: dict[str, Any] = {
            "unit": "pct" if kind is Kind.REDUCTION else "mt",
            "comparator": Comparator.AT_LEAST,
            "yardsticks": (make_rule(),),
            "indicator": "ind",
        } | more
        return Target(
            id="tgt",
            clause="1",
            names=Names(zh="目标名", en="target name"),
            area="xuchang",
            kind=kind,
            value=Decimal(value),
            strength=Strength.FIRM,
            baseline=Baseline(period=base, value=None if base_value is None else Decimal(base_value)),
            deadline=deadline,
            owners=("owner",),
            schedule=Schedule(kind=schedule, note=_WORDS, done_pct=done_pct or {}),
            **given,
        )

    return make


@pytest.fixture
def observe() -> Callable[..., Observed]:
    def make(
        period: str,
        value: str | None,
        verdict: Verdict = Verdict.PASSED,
        bound: Bound = Bound.EXACT,
        is_overdue: bool = False,
    ) -> Observed:
        return Observed(period, None if value is None else Decimal(value), bound, verdict, is_overdue)

    return make


@pytest.fixture
def rate_one(presets: dict[str, Preset]) -> Callable[..., Rating]:
    """Rate where exactly one rating is expected."""

    def run(target: Target, indicator: Indicator, series: list[Observed], period: str) -> Rating:
        (made,) = rate(target, indicator, series, period, presets)
        return made

    return run
