"""One question to be judged, and the two answers there are: judged, or withheld with a reason."""

from decimal import Decimal
from fractions import Fraction

import msgspec

from plan.codes import Comparator, Measure
from plan.messages import Bound, Evidence, Reason
from plan.model import Indicator, Target, YardstickRule
from plan.periods import Period, parse_period
from rating.series import Observed, Series
from rating.standing import Standing
from rating.wording import Text

_STATES_ITS_END = (Measure.LEVEL, Measure.CUMULATIVE, Measure.YEAR_TO_DATE)


class Case(msgspec.Struct, frozen=True):
    """A rateable point (its exact ``value``) of a period, to be held against one yardstick of a target."""

    target: Target
    indicator: Indicator
    rule: YardstickRule
    series: Series
    at: Period
    point: Observed
    value: Fraction

    @property
    def base(self) -> Period:
        """The period where the way starts."""
        return parse_period(self.target.baseline.period)

    @property
    def deadline(self) -> Period:
        """The period by whose end the target must be reached."""
        return parse_period(self.target.deadline)

    @property
    def is_on_the_way(self) -> bool:
        """Whether the period ends after the baseline period."""
        return self.at.end_date > self.base.end_date

    @property
    def is_past_deadline(self) -> bool:
        """Whether the period ends after the deadline."""
        return self.at.end_date > self.deadline.end_date

    @property
    def is_within_plan(self) -> bool:
        """Whether the period ends after the baseline and by the deadline."""
        return self.is_on_the_way and not self.is_past_deadline

    @property
    def is_final(self) -> bool:
        """Whether the period ends with the deadline or later."""
        return self.at.end_date >= self.deadline.end_date

    @property
    def is_calendar_year(self) -> bool:
        """Whether the period is a year, written as such or as January to December."""
        return self.at.first_month == 1 and self.at.last_month == 12

    @property
    def is_at_deadline(self) -> bool:
        """Whether the value speaks for the time up to the deadline, and the period ends with it."""
        return self.at.end_date == self.deadline.end_date and self.speaks_from_january

    @property
    def is_whole_year(self) -> bool:
        """Whether the value speaks for a whole year.

        A level, a running total or a year to date tells where things stand at the period's end, however long the
        period is; a yearly change speaks for a year only when the period is that year.
        """
        return self.at.last_month == 12 and self.speaks_from_january

    @property
    def speaks_from_january(self) -> bool:
        """Whether the value covers the year up to the period's end."""
        return self.at.first_month == 1 or self.indicator.measure in _STATES_ITS_END

    @property
    def is_strict(self) -> bool:
        """Whether the target must be exceeded (突破, 超过)."""
        return self.target.comparator is Comparator.MORE_THAN


class Judged(msgspec.Struct, frozen=True):
    """The facts a preset decides on.

    ``is_achieved``: the final requirement of the plan is met. ``has_risen``: of a reduction, the year (annual task)
    or the level against the base (plan progress) rose; False for quantities, whose presets never ask. ``bound``: that
    of the figure of the period.
    """

    standing: Standing
    is_achieved: bool
    has_risen: bool
    bound: Bound
    unit: str
    formula: Text
    evidence: tuple[Evidence, ...]


class Withheld(msgspec.Struct, frozen=True):
    """No rating: why, and what is known. ``value`` is the figure as reported, only where it may be shown."""

    reason: Reason
    formula: Text
    evidence: tuple[Evidence, ...]
    unit: str
    value: Decimal | None = None
