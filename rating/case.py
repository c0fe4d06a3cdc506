"""One question to be judged, and the two answers there are: judged, or withheld with a reason."""

from decimal import Decimal
from fractions import Fraction

import msgspec

from plan.codes import Measure
from plan.messages import Evidence, Observed, Reason
from plan.model import Indicator, YardstickRule
from plan.periods import Period
from rating.demand import Demand
from rating.series import Series
from rating.standing import Standing
from rating.wording import Text

_STATES_ITS_END = (Measure.LEVEL, Measure.CUMULATIVE, Measure.YEAR_TO_DATE)


class Case(msgspec.Struct, frozen=True):
    """A rateable point (its exact ``value``) of a period, to be held against one yardstick of a target."""

    demand: Demand
    indicator: Indicator
    rule: YardstickRule
    series: Series
    at: Period
    point: Observed
    value: Fraction

    @property
    def is_on_the_way(self) -> bool:
        """Whether the period ends after the baseline period."""
        return self.at.end_date > self.demand.base.end_date

    @property
    def is_past_deadline(self) -> bool:
        """Whether the period ends after the deadline."""
        return self.at.end_date > self.demand.deadline.end_date

    @property
    def is_within_plan(self) -> bool:
        """Whether the period ends after the baseline and by the deadline."""
        return self.is_on_the_way and not self.is_past_deadline

    @property
    def is_final(self) -> bool:
        """Whether the period ends with the deadline or later."""
        return self.at.end_date >= self.demand.deadline.end_date

    @property
    def is_calendar_year(self) -> bool:
        """Whether the period is a year, written as such or as January to December."""
        return self.at.first_month == 1 and self.at.last_month == 12

    @property
    def is_at_deadline(self) -> bool:
        """Whether the value speaks for the time up to the deadline, and the period ends with it."""
        return self.at.end_date == self.demand.deadline.end_date and self.speaks_from_january

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


class Judged(msgspec.Struct, frozen=True):
    """The facts a preset decides on.

    ``is_achieved``: the final requirement of the plan is met. ``score``: that of the growth ratio, None elsewhere.
    """

    standing: Standing
    is_achieved: bool
    unit: str
    formula: Text
    evidence: tuple[Evidence, ...]
    score: Decimal | None = None


class Withheld(msgspec.Struct, frozen=True):
    """No rating: why, and what is known. ``value`` is the figure as reported, only where it may be shown."""

    reason: Reason
    formula: Text
    evidence: tuple[Evidence, ...]
    unit: str
    value: Decimal | None = None
