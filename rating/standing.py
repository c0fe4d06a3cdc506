"""How a value stands to its requirement, decided exactly; decimals here only show the numbers.

Three shapes: an amount against an amount; a year's reduction against the even compound share, which is a root;
progress along a compound way, which is a ratio of logs. The latter two are decided by comparing products. (Growth
ratio and weather have shapes of their own: ``rating.pace``.)

Each shape tells, for presets: ``missed_against`` and ``done_against``, the sign of the share of the requirement (1 is
all of it) that is missed or done less a given share; ``short_by_against``, the sign of the points by which the value
is short less given points; and ``points_short``, those points, for showing.

Shares of a requirement that is zero: a value short of it is short by more than any share, so beyond every limit of
what may be missed and below every limit of what must be done. A value that lies on it (and had to exceed it) is short
of nothing: nothing is missed and all is done, just as with any other requirement.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Protocol

import msgspec

from plan.codes import Comparator
from rating.numbers import compare_power, decimal, difference, log_progress_pct, root_share_pct, share_pct, sign


class Standing(Protocol):
    """A value and its requirement; the decimals are unrounded (60 digits)."""

    @property
    def value(self) -> Decimal | None:
        """The quantity that is judged; None where it does not exist."""

    @property
    def required(self) -> Decimal:
        """What is asked of it."""

    @property
    def gap(self) -> Decimal | None:
        """Value minus requirement in the wanted direction: negative when missed."""

    @property
    def is_met(self) -> bool:
        """Whether the requirement is met, exactly."""

    @property
    def short_sign(self) -> int:
        """1 when the value lies short of its requirement, 0 on it, -1 beyond it; exactly."""


def missed_pct(standing: Standing) -> Decimal | None:
    """Share of the requirement that is missed, in per cent: 0 when nothing is, None where no share exists."""
    if standing.is_met or standing.short_sign == 0:
        return Decimal(0)
    if standing.required == 0 or standing.gap is None:
        return None
    return share_pct(-standing.gap, standing.required)


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
    """An amount against a required amount, by the target's comparator.

    ``task``: the final requirement of the way that ``bar`` lies on. With it, points are per cent of that task (points
    of progress); without it (None) they are the amount's own unit, so percentage points of shares and rates.
    """

    amount: Fraction
    bar: Fraction
    comparator: Comparator
    task: Fraction | None = None

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

    @property
    def short_sign(self) -> int:
        """1 short of the bar, 0 on it, -1 beyond it."""
        return sign(self._short_by)

    @property
    def points_short(self) -> Decimal | None:
        """Points by which the amount is short; None of a task that is zero."""
        if self.task is None:
            return decimal(self._short_by)
        return None if self.task == 0 else decimal(100 * self._short_by / abs(self.task))

    def missed_against(self, share: Fraction) -> int:
        """Sign of the shortfall as a share of the bar's size less ``share``."""
        if self.bar == 0:
            return self.short_sign or sign(-share)
        return sign(self._short_by - share * abs(self.bar))

    def done_against(self, share: Fraction) -> int:
        """Sign of the amount as a share of the bar less ``share``; under a ceiling what is not missed is done.

        Of a bar that is not positive no share is done: an amount below zero is below every share.
        """
        if self.comparator is Comparator.AT_MOST:
            return -self.missed_against(1 - share)
        if self.bar > 0:
            return sign(self.amount - share * self.bar)
        return -1 if self.amount < 0 else sign(1 - share)

    def short_by_against(self, points: Fraction) -> int:
        """Sign of the points by which the amount is short less ``points``."""
        if self.task is None:
            return sign(self._short_by - points)
        if self.task == 0:
            return self.short_sign or sign(-points)
        return sign(100 * self._short_by - points * abs(self.task))

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
        return self.short_sign < (0 if self.is_strict else 1)

    @property
    def short_sign(self) -> int:
        """Sign of the even share less the reduction."""
        return self._share_less(self.reduction)

    @property
    def points_short(self) -> Decimal:
        """Percentage points by which the reduction is short of the share."""
        return difference(self.required, self.value)

    def missed_against(self, share: Fraction) -> int:
        """Sign of the missed share of the even share less ``share``."""
        return -self.done_against(1 - share)

    def done_against(self, share: Fraction) -> int:
        """Sign of the reduction as a share of the even share (which is positive) less ``share``."""
        if share == 0:
            return sign(self.reduction)
        return -sign(share) * self._share_less(self.reduction / share)

    def short_by_against(self, points: Fraction) -> int:
        """Sign of the percentage points by which the reduction is short less ``points``."""
        return self._share_less(self.reduction + points / 100)

    def _share_less(self, reduction: Fraction) -> int:
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
        """Progress minus share asked, in points of the way."""
        return difference(self.value, self.required)

    @property
    def is_met(self) -> bool:
        """Whether ``reached <= rest ** share`` (or <, when strict)."""
        return self.covers(self.share)

    @property
    def short_sign(self) -> int:
        """Sign of the share asked less the progress."""
        return self._way_less_progress(self.share)

    @property
    def points_short(self) -> Decimal:
        """Points of the way by which progress is short."""
        return difference(self.required, self.value)

    def covers(self, share: Fraction) -> bool:
        """Whether this share of the way is done.

        What must be exceeded (突破, 超过) must be exceeded in the end; on the way to it, reaching is enough.
        """
        return self._way_less_progress(share) < (0 if self.is_strict and share >= 1 else 1)

    def missed_against(self, share: Fraction) -> int:
        """Sign of the missed share of what is asked less ``share``."""
        return -self.done_against(1 - share)

    def done_against(self, share: Fraction) -> int:
        """Sign of the progress as a share of what is asked less ``share``."""
        if self.share == 0:
            return -1 if self.reached > 1 else sign(1 - share)
        return -self._way_less_progress(share * self.share)

    def short_by_against(self, points: Fraction) -> int:
        """Sign of the points of the way by which progress is short less ``points``."""
        return self._way_less_progress(self.share - points / 100)

    def _way_less_progress(self, share: Fraction) -> int:
        """Sign of (share of the way - progress): more is left of the level than that share would leave."""
        return compare_power(self.reached, self.rest, share)
