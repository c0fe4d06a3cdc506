"""How a value stands to its requirement, decided exactly; decimals here only show the numbers.

Three shapes: an amount against an amount; a year's reduction against the even compound share, which is a root;
progress along a compound way, which is a ratio of logs. The latter two are decided by comparing products.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Protocol

import msgspec

from plan.codes import Comparator
from rating.numbers import compare_power, decimal, difference, log_progress_pct, missed_share_pct, root_share_pct


class Standing(Protocol):
    """A value and its requirement; the decimals are unrounded (60 digits)."""

    @property
    def value(self) -> Decimal:
        """The quantity that is judged."""

    @property
    def required(self) -> Decimal:
        """What is asked of it."""

    @property
    def gap(self) -> Decimal:
        """Value minus requirement in the wanted direction: negative when missed."""

    @property
    def is_met(self) -> bool:
        """Whether the requirement is met, exactly."""

    def is_missed_within(self, share: Fraction) -> bool:
        """Whether at most this share (0 to 1) of the requirement is missing, exactly.

        No share of a zero requirement exists: missing one is never "within" anything.
        """


def missed_pct(standing: Standing) -> Decimal | None:
    """Share of the requirement that was missed, in per cent; 0 when met, None for a share of zero."""
    if standing.is_met:
        return Decimal(0)
    if standing.required == 0:
        return None
    return missed_share_pct(standing.gap, standing.required)


def meets(value: Fraction, bar: Fraction, comparator: Comparator) -> bool:
    """Apply the comparator exactly."""
    match comparator:
        case Comparator.AT_LEAST:
            return value >= bar
        case Comparator.MORE_THAN:
            return value > bar
        case Comparator.AT_MOST:
            return value <= bar


class Amount(msgspec.Struct, frozen=True):
    """An amount against a required amount, by the target's comparator."""

    amount: Fraction
    bar: Fraction
    comparator: Comparator

    @property
    def value(self) -> Decimal:
        """The amount."""
        return decimal(self.amount)

    @property
    def required(self) -> Decimal:
        """The required amount."""
        return decimal(self.bar)

    @property
    def gap(self) -> Decimal:
        """Amount minus bar, or bar minus amount under a ceiling."""
        return decimal(-self._short_by)

    @property
    def is_met(self) -> bool:
        """Whether the comparator holds."""
        return meets(self.amount, self.bar, self.comparator)

    def is_missed_within(self, share: Fraction) -> bool:
        """Whether the shortfall is at most this share of the bar."""
        return self.bar != 0 and self._short_by <= share * abs(self.bar)

    @property
    def _short_by(self) -> Fraction:
        over = self.amount - self.bar
        return over if self.comparator is Comparator.AT_MOST else -over


class EvenShare(msgspec.Struct, frozen=True):
    """A year's ``reduction`` (0.05 is 5 %) against ``1 - rest ** (1 / years)``; shown in per cent."""

    reduction: Fraction
    rest: Fraction
    years: int
    is_strict: bool

    @property
    def value(self) -> Decimal:
        """The year's reduction in per cent."""
        return decimal(100 * self.reduction)

    @property
    def required(self) -> Decimal:
        """The even compound share in per cent."""
        return root_share_pct(self.rest, self.years)

    @property
    def gap(self) -> Decimal:
        """Reduction minus share, in percentage points."""
        return difference(self.value, self.required)

    @property
    def is_met(self) -> bool:
        """Whether ``(1 - reduction) ** years <= rest`` (or <, when strict)."""
        return self._against(self.reduction) < (0 if self.is_strict else 1)

    def is_missed_within(self, share: Fraction) -> bool:
        """Whether the reduction is at least ``(1 - share)`` of the even share."""
        kept = 1 - share
        return self._against(self.reduction / kept) <= 0 if kept else self.reduction >= 0

    def _against(self, reduction: Fraction) -> int:
        """Sign of (even share - reduction)."""
        left = 1 - reduction
        return compare_power(left, self.rest, Fraction(1, self.years)) if left > 0 else -1


class Progress(msgspec.Struct, frozen=True):
    """``ln(reached) / ln(rest)`` against the ``share`` of the way asked by now; shown in per cent."""

    reached: Fraction
    rest: Fraction
    share: Fraction
    is_strict: bool

    @property
    def value(self) -> Decimal:
        """Logarithmic progress in per cent."""
        return log_progress_pct(self.reached, self.rest)

    @property
    def required(self) -> Decimal:
        """Share of the way asked, in per cent."""
        return decimal(100 * self.share)

    @property
    def gap(self) -> Decimal:
        """Progress minus share asked, in percentage points."""
        return difference(self.value, self.required)

    @property
    def is_met(self) -> bool:
        """Whether ``reached <= rest ** share`` (or <, when strict)."""
        return self.covers(self.share)

    def covers(self, share: Fraction) -> bool:
        """Whether this share of the way is done, by the target's comparator."""
        return compare_power(self.reached, self.rest, share) < (0 if self.is_strict else 1)

    def is_missed_within(self, share: Fraction) -> bool:
        """Whether progress is at least ``(1 - share)`` of what is asked."""
        return self.share != 0 and compare_power(self.reached, self.rest, self.share * (1 - share)) <= 0
