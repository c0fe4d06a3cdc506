"""Growth of a series without a target value: the yearly growth in the wanted direction against fixed cuts.

The rule of Statistics Canada's indicator framework and Open SDG. For a series that nears a limit (100 per cent, say)
the positive cuts shrink by C = 1 - (y0 / limit) ** 4.44.
"""

from decimal import Decimal
from fractions import Fraction

import msgspec

from plan.codes import Direction, Status
from plan.messages import Reason
from rating.growth import BEST, Point, capped, growth_factor, orientation
from rating.numbers import decimal
from rating.roots import Root, sign_of_sum

HIGH, MEDIUM, LOW = Fraction("0.015"), Fraction("0.005"), Fraction(0)
"""Cuts on the yearly growth; each belongs to the better side."""

_EXPONENT = Fraction("4.44")
_NO_LIMIT = Root(Fraction(0), 1)


class GrowthTrend(msgspec.Struct, frozen=True):
    """Yearly growth p in the wanted direction and the scale C of its cuts; made by :func:`judge_untargeted`.

    ``actual``: yearly growth factor. ``used_up``: 1 - C, how much of the cuts the nearness of the limit takes.
    """

    actual: Root
    orientation: int
    used_up: Root

    def trend_against(self, cut: Fraction) -> int:
        """Sign of ``p - cut``, exactly: -1, 0 or 1; a positive cut counts times C."""
        scaled = max(cut, Fraction(0))
        return sign_of_sum(Fraction(self.orientation), self.actual, scaled, self.used_up, -cut - self.orientation)

    @property
    def status(self) -> Status:
        """Substantial progress is on track, then mild, middle, and severe for a change for the worse."""
        if self.trend_against(HIGH) >= 0:
            return Status.ON_TRACK
        if self.trend_against(MEDIUM) >= 0:
            return Status.MILD
        return Status.MIDDLE if self.trend_against(LOW) >= 0 else Status.SEVERE

    @property
    def score(self) -> Decimal:
        """From -5 to +5, for showing; +5 for a series that started at its limit and did not fall behind it."""
        growth = self._growth_near
        if self.trend_against(LOW) < 0:
            return decimal(capped(125 * growth - Fraction("2.5")))
        if self.used_up.radicand == 1:
            return decimal(BEST)
        part = growth / self._scale_near
        match self.status:
            case Status.ON_TRACK:
                return decimal(capped(500 * part - 5))
            case Status.MILD:
                return decimal(250 * part - Fraction("1.25"))
            case _:
                return decimal(500 * part - Fraction("2.5"))

    @property
    def growth_pct(self) -> Decimal:
        """p in per cent, for showing; negative is a change for the worse."""
        return decimal(100 * self._growth_near)

    @property
    def scale(self) -> Decimal:
        """C, from 0 to 1, for showing; 1 without a limit."""
        return decimal(self._scale_near)

    @property
    def _growth_near(self) -> Fraction:
        return self.orientation * (self.actual.near() - 1)

    @property
    def _scale_near(self) -> Fraction:
        return 1 - self.used_up.near()


def judge_untargeted(base: Point, now: Point, direction: Direction, limit: Fraction | None) -> GrowthTrend | Reason:
    """The trend of a series that has no target value, or why there is none.

    ``limit``: a value that the series cannot pass in the wanted direction, None where there is none. A base beyond its
    limit contradicts the definition of one of them (definition mismatch).
    """
    actual = growth_factor(base, now)
    if isinstance(actual, Reason):
        return actual
    away = orientation(base[1], direction)
    used_up = _NO_LIMIT if limit is None else _used_up(base[1], limit, away)
    return used_up if isinstance(used_up, Reason) else GrowthTrend(actual, away, used_up)


def _used_up(base: Fraction, limit: Fraction, away: int) -> Root | Reason:
    """``(y0 / limit) ** 4.44`` on sizes; for a limit on the side of zero y0 is mirrored at it, as Open SDG does.

    From twice such a limit on it is zero: far from the limit the cuts count in full.
    """
    if base * limit < 0:
        return Reason.MIXED_SIGNS
    size, end = abs(base), abs(limit)
    if (size - end) * away > 0:
        return Reason.DEFINITION_MISMATCH
    if size >= 2 * end:
        return _NO_LIMIT
    near = size if away > 0 else 2 * end - size
    return Root((near / end) ** _EXPONENT.numerator, _EXPONENT.denominator)
