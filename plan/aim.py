"""A target that is not qualitative, with all that such a target must have: nothing in it may be missing."""

from decimal import Decimal

import msgspec

from plan.codes import Comparator
from plan.model import Baseline, Schedule, Target
from plan.periods import Period, PeriodFault, PeriodKind, parse_period

AIM_KEYS = ("indicator", "value", "unit", "comparator", "baseline", "schedule")
"""The keys that a qualitative target must not have and every other one must."""


class Span(msgspec.Struct, frozen=True):
    """The time from the end of the baseline period to the end of the deadline."""

    base: Period
    deadline: Period

    @property
    def is_in_years(self) -> bool:
        """Whether it runs from a whole year to a whole year."""
        return {self.base.kind, self.deadline.kind} == {PeriodKind.YEAR}

    @property
    def is_one_year(self) -> bool:
        """Whether all of it lies in one calendar year, that of the deadline."""
        return (self.base.year, self.base.last_month) >= (self.deadline.year - 1, 12)

    def holds(self, period: Period) -> bool:
        """Whether a period ends after the baseline and by the deadline."""
        return self.base.end_date < period.end_date <= self.deadline.end_date


class Aim(msgspec.Struct, frozen=True):
    """A whole target; ``span`` is None where its baseline and deadline cannot be read or stand in the wrong order."""

    target: Target
    value: Decimal
    comparator: Comparator
    baseline: Baseline
    schedule: Schedule
    span: Span | None


def aim_of(target: Target) -> Aim | None:
    """The target as a whole one; None where something is missing, as in every qualitative target."""
    if (
        not target.indicator
        or not target.unit
        or target.value is None
        or target.comparator is None
        or target.baseline is None
        or target.schedule is None
    ):
        return None
    return Aim(target, target.value, target.comparator, target.baseline, target.schedule, _span(target))


def _span(target: Target) -> Span | None:
    if target.baseline is None:
        return None
    try:
        base, deadline = parse_period(target.baseline.period), parse_period(target.deadline)
    except PeriodFault:
        return None
    return Span(base, deadline) if base.end_date < deadline.end_date else None
