"""Makers for tests of the forward look: a target, its indicator, points of a series, a bare course."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from plan.codes import Comparator, Direction, Kind, Measure, ScheduleKind, Strength
from plan.messages import Bound, Observed, Verdict
from plan.model import Baseline, Indicator, Names, Schedule, Target
from rating.outlook_course import Course, Scale

_WORDS = Names(zh="名", en="name")


def target_of(
    value: str,
    *,
    kind: Kind = Kind.STOCK,
    base: str = "2016",
    base_value: str | None = None,
    deadline: str = "2020",
    comparator: Comparator = Comparator.AT_LEAST,
    **more: Any,
) -> Target:
    """A target of the city."""
    return Target(
        id="tgt",
        clause="1",
        names=_WORDS,
        area="xuchang",
        kind=kind,
        strength=Strength.FIRM,
        deadline=deadline,
        owners=("owner",),
        indicator="ind",
        value=Decimal(value),
        unit="pct" if kind is Kind.REDUCTION else "mt",
        comparator=comparator,
        baseline=Baseline(period=base, value=None if base_value is None else Decimal(base_value)),
        schedule=Schedule(kind=ScheduleKind.LINEAR, note=_WORDS),
        **more,
    )


def indicator_of(measure: Measure = Measure.LEVEL, *, highest: str | None = None) -> Indicator:
    """An indicator of the measure."""
    return Indicator(
        id="ind",
        names=_WORDS,
        definition=_WORDS,
        unit="mt",
        direction=Direction.MORE,
        measure=measure,
        places=2,
        basis=_WORDS,
        maximum=None if highest is None else Decimal(highest),
    )


def point_of(period: str, value: str | None, **more: Any) -> Observed:
    """One point, passed unless told otherwise."""
    given = {"bound": Bound.EXACT, "verdict": Verdict.PASSED, "is_overdue": False} | more
    return Observed(period=period, value=None if value is None else Decimal(value), **given)


def points_of(values: Mapping[str, str]) -> list[Observed]:
    """Points that passed, by period."""
    return [point_of(period, value) for period, value in values.items()]


def yearly_course(values: Sequence[Fraction | int], bar: Fraction | int, ahead: int = 1, **more: Any) -> Course:
    """Whole years from 2001 on, the bar ``ahead`` years after the last."""
    given: dict[str, Any] = {"wants": Direction.MORE, "is_strict": False, "scale": Scale.PLAIN} | more
    months = tuple(12 * (2001 + at) + 12 for at in range(len(values)))
    return Course(
        months=months,
        values=tuple(Fraction(value) for value in values),
        due_month=months[-1] + 12 * ahead,
        bar=Fraction(bar),
        **given,
    )
