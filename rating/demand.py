"""What a rateable target demands, with nothing left open: rating code never meets a missing value."""

from decimal import Decimal
from fractions import Fraction

import msgspec

from plan.codes import Comparator, Direction, Kind
from plan.model import Schedule, Target
from plan.periods import Period


class Demand(msgspec.Struct, frozen=True):
    """A target's value, comparator and way from the baseline to the deadline. Made by ``rating.fit``.

    ``base_value`` may be open still: then the series has to tell the level of the baseline.
    """

    target: Target
    value: Decimal
    comparator: Comparator
    base: Period
    base_value: Decimal | None
    deadline: Period
    schedule: Schedule

    @property
    def bar(self) -> Fraction:
        """The target's value, exactly."""
        return Fraction(self.value)

    @property
    def is_reduction(self) -> bool:
        """Whether the value is a reduction against the base year, in per cent."""
        return self.target.kind is Kind.REDUCTION

    @property
    def rest(self) -> Fraction:
        """What a reduction must leave of the base level at the deadline, ``1 - X``."""
        return 1 - self.bar / 100

    @property
    def is_strict(self) -> bool:
        """Whether the value must be exceeded (突破, 超过)."""
        return self.comparator is Comparator.MORE_THAN

    @property
    def recurs(self) -> bool:
        """Whether the value is asked anew in each period of some length up to the deadline."""
        return self.target.every is not None

    @property
    def direction(self) -> Direction:
        """Which way the level is to move."""
        is_less = self.is_reduction or self.comparator is Comparator.AT_MOST
        return Direction.LESS if is_less else Direction.MORE
