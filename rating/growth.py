"""Growth ratio with a target: the growth achieved over the growth required, both compound and yearly.

The rule of Statistics Canada's indicator framework and Open SDG (Eurostat uses the same cuts). What is shown has many
digits; what is decided is decided exactly.
"""

from decimal import Decimal
from fractions import Fraction

import msgspec

from plan.codes import Direction
from plan.messages import Reason
from rating.numbers import decimal, sign
from rating.roots import Root, sign_of_sum

Point = tuple[int, Fraction]
"""A year and the value of that year."""

BEST, WORST = Fraction(5), Fraction(-5)
"""The ends of the score."""

_HALF_WAY = Fraction("0.6")
# Coefficients as printed, with four decimals: slope and constant from R = 0.6 on, and below it.
_UPPER = Fraction("7.1429"), Fraction("-4.2857")
_LOWER = Fraction("4.1667"), Fraction("-2.5")


class GrowthRatio(msgspec.Struct, frozen=True):
    """R = direction x CAGR achieved / |CAGR required|; made by :func:`judge`.

    ``actual`` and ``required`` are the yearly growth factors (1 + CAGR). ``orientation``: +1 where the wanted way is
    away from zero, -1 where it is towards zero. ``is_met``: the value stands on the right side of its target already
    (or on it, unless the target ``is_strict``: must be exceeded), which is achieved, whatever the trend.
    """

    actual: Root
    required: Root
    orientation: int
    is_met: bool
    is_strict: bool = False

    def ratio_against(self, limit: Fraction) -> int:
        """Sign of ``R - limit``, exactly: -1, 0 or 1.

        Decided as direction x CAGR_a against limit x |CAGR_r|, so that where no growth is required (the target is the
        base) any loss is below every limit. Where the base must be exceeded and nothing moved, R is 0: some growth is
        required, however little, and there is none.
        """
        if self._stands_still_on_target:
            return sign(-limit)
        asked = limit * self._required_sign
        return sign_of_sum(
            Fraction(self.orientation), self.actual, -asked, self.required, asked - Fraction(self.orientation)
        )

    @property
    def ratio(self) -> Decimal | None:
        """R, for showing; None where no growth is required."""
        near = self._ratio_near
        return None if near is None else decimal(near)

    @property
    def score(self) -> Decimal:
        """From -5 to +5, with the printed four-decimal coefficients; +5 where the target is met."""
        if self.is_met:
            return decimal(BEST)
        near = self._ratio_near
        if near is None:
            return decimal(WORST)
        slope, constant = _UPPER if self.ratio_against(_HALF_WAY) >= 0 else _LOWER
        return decimal(capped(slope * near + constant))

    @property
    def actual_pct(self) -> Decimal:
        """Yearly growth achieved, in per cent, for showing; positive is away from zero."""
        return decimal(100 * (self.actual.near() - 1))

    @property
    def required_pct(self) -> Decimal:
        """Yearly growth required from the base to the target, in per cent, for showing."""
        return decimal(100 * (self.required.near() - 1))

    @property
    def _required_sign(self) -> int:
        return (self.required.radicand > 1) - (self.required.radicand < 1)

    @property
    def _stands_still_on_target(self) -> bool:
        return self.is_strict and self.actual.radicand == 1 and self.required.radicand == 1

    @property
    def _ratio_near(self) -> Fraction | None:
        if self._stands_still_on_target:
            return Fraction(0)
        if self.required.radicand == 1:
            return None
        return self.orientation * (self.actual.near() - 1) / abs(self.required.near() - 1)


def judge(
    base: Point, now: Point, target: Point, direction: Direction, *, is_strict: bool = False
) -> GrowthRatio | Reason:
    """The growth ratio of a series, or why there is none. ``is_strict``: the target must be exceeded.

    Too few points (``now`` is not after ``base``), base zero, target zero, or values on both sides of zero. A reason
    says nothing about whether the target is met: the caller looks at that first. A target year that is not after the
    base year is a fault of the plan: ValueError.
    """
    if target[0] <= base[0]:
        raise ValueError(f"target year {target[0]} is not after base year {base[0]}; correct the plan")
    if target[1] == 0:
        return Reason.ZERO_TARGET
    actual = growth_factor(base, now)
    if isinstance(actual, Reason):
        return actual
    required = growth_factor(base, target)
    if isinstance(required, Reason):
        return required
    beyond = now[1] - target[1] if direction is Direction.MORE else target[1] - now[1]
    return GrowthRatio(
        actual=actual,
        required=required,
        orientation=orientation(base[1], direction),
        is_met=beyond > 0 if is_strict else beyond >= 0,
        is_strict=is_strict,
    )


def growth_factor(base: Point, now: Point) -> Root | Reason:
    """Yearly compound growth factor from one point to a later one, or why there is none."""
    if now[0] <= base[0]:
        return Reason.TOO_FEW_POINTS
    if base[1] == 0:
        return Reason.ZERO_BASE
    if base[1] * now[1] < 0:
        return Reason.MIXED_SIGNS
    return Root(now[1] / base[1], now[0] - base[0])


def orientation(base: Fraction, direction: Direction) -> int:
    """+1 where the wanted way leads away from zero, -1 towards it: of negative values "more" is a smaller size."""
    return 1 if (direction is Direction.MORE) == (base > 0) else -1


def capped(score: Fraction) -> Fraction:
    """The score within its ends."""
    return max(WORST, min(BEST, score))
