"""Factories: a target, an indicator, points of a series, each with plain defaults; and the presets as they ship."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from plan.codes import Comparator, Direction, Kind, Measure, ScheduleKind, Strength, Yardstick
from plan.messages import Bound, ObservationStatus, Verdict
from plan.model import Baseline, Indicator, Names, Preset, Schedule, Target, YardstickRule
from plan.periods import PeriodKind
from rating.engine import Observed, Rating, rate

_WORDS = Names(zh="名", en="name")
_PRESETS = Path(__file__).parents[3] / "plan" / "presets.yaml"
_YEARLY = (Kind.YEARLY_FLOOR, Kind.YEARLY_FLOW)


class _AsText(yaml.SafeLoader):
    """Numbers stay the text they were written as, so that they become decimals without a float in between."""


_AsText.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] not in ("tag:yaml.org,2002:float", "tag:yaml.org,2002:int")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.fixture(scope="session")
def presets() -> dict[str, Preset]:
    """All that are shipped, by id."""
    written = yaml.load(_PRESETS.read_text(encoding="utf-8"), Loader=_AsText)["presets"]
    return {each.id: each for each in msgspec.convert(written, tuple[Preset, ...], strict=False)}


@pytest.fixture
def make_indicator() -> Callable[..., Indicator]:
    def make(
        measure: Measure = Measure.LEVEL,
        unit: str = "mt",
        places: int = 2,
        direction: Direction = Direction.MORE,
    ) -> Indicator:
        return Indicator(
            id="ind",
            names=_WORDS,
            definition=_WORDS,
            unit=unit,
            direction=direction,
            measure=measure,
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
    """A stock unless told otherwise; ``steps`` go into the field that belongs to the schedule."""

    def make(
        *,
        kind: Kind = Kind.STOCK,
        value: str = "160",
        base: str = "2016",
        base_value: str | None = "0",
        schedule: ScheduleKind = ScheduleKind.LINEAR,
        steps: dict[str, Any] | None = None,
        **more: Any,
    ) -> Target:
        field = {ScheduleKind.PROFILE: "past_done_pct", ScheduleKind.MILESTONES: "milestones"}.get(schedule, "done_pct")
        given: dict[str, Any] = {
            "id": "tgt",
            "clause": "1",
            "names": Names(zh="目标名", en="target name"),
            "area": "xuchang",
            "strength": Strength.FIRM,
            "owners": ("owner",),
            "deadline": "2020",
            "unit": "pct" if kind is Kind.REDUCTION else "mt",
            "comparator": Comparator.AT_MOST if kind is Kind.CEILING else Comparator.AT_LEAST,
            "yardsticks": (make_rule(),),
            "indicator": "ind",
            "every": PeriodKind.YEAR if kind in _YEARLY else None,
        } | more
        return Target(
            kind=kind,
            value=Decimal(value),
            baseline=Baseline(period=base, value=None if base_value is None else Decimal(base_value)),
            schedule=Schedule(kind=ScheduleKind(schedule), note=_WORDS, **({field: steps} if steps else {})),
            **given,
        )

    return make


@pytest.fixture
def make_reduction(make_target: Callable[..., Target]) -> Callable[..., Target]:
    """A reduction of 16 % from 2015 to 2020, along a compound path, unless told otherwise."""

    def make(**given: Any) -> Target:
        usual = {"value": "16", "base": "2015", "base_value": None, "schedule": ScheduleKind.COMPOUND}
        return make_target(kind=Kind.REDUCTION, **(usual | given))

    return make


@pytest.fixture
def intensity(make_indicator: Callable[..., Indicator]) -> Callable[..., Indicator]:
    """An indicator of which less is better."""

    def make(measure: Measure = Measure.YEARLY_CHANGE_PCT, unit: str = "mt", **more: Any) -> Indicator:
        return make_indicator(measure, unit, direction=Direction.LESS, **more)

    return make


@pytest.fixture
def observe() -> Callable[..., Observed]:
    def make(
        period: str,
        value: str | None,
        verdict: Verdict = Verdict.PASSED,
        *,
        bound: Bound = Bound.EXACT,
        is_overdue: bool = False,
        status: ObservationStatus = ObservationStatus.NORMAL,
    ) -> Observed:
        return Observed(
            period, None if value is None else Decimal(value), Bound(bound), Verdict(verdict), is_overdue, status
        )

    return make


@pytest.fixture
def rate_all(presets: dict[str, Preset]) -> Callable[..., tuple[Rating, ...]]:
    """Rate under the shipped presets, for the target's own area."""

    def run(
        target: Target, indicator: Indicator, series: list[Observed], period: str, usual_revision: Decimal | None = None
    ) -> tuple[Rating, ...]:
        return rate(target, indicator, series, period, presets, area=target.area, usual_revision=usual_revision)

    return run


@pytest.fixture
def rate_one(rate_all: Callable[..., tuple[Rating, ...]]) -> Callable[..., Rating]:
    """Rate where exactly one rating is expected."""

    def run(*asked: Any, **more: Any) -> Rating:
        (made,) = rate_all(*asked, **more)
        return made

    return run
