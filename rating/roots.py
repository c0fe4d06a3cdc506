"""Positive real roots, and the exact sign of a sum of two of them: growth rates are compared here, never rounded."""

from collections.abc import Iterator
from fractions import Fraction
from math import floor, lcm

import msgspec

PLACES = 60
"""Decimal places to which a root is enclosed first."""


class Root(msgspec.Struct, frozen=True):
    """The real number ``radicand ** (1 / degree)``; the radicand is not negative, the degree at least 1."""

    radicand: Fraction
    degree: int

    def __post_init__(self) -> None:
        if self.radicand < 0 or self.degree < 1:
            raise ValueError(f"no real root: {self.radicand} ** (1/{self.degree})")

    def floor_at(self, places: int) -> int:
        """``floor(root * 10 ** places)``: the root lies in [this, this + 1) of that many decimal places."""
        return _floor_root(floor(self.radicand * 10 ** (places * self.degree)), self.degree)

    def near(self) -> Fraction:
        """The root cut after :data:`PLACES` decimal places; for showing only."""
        return Fraction(self.floor_at(PLACES), 10**PLACES)

    def exact(self) -> Fraction | None:
        """The root as a fraction, or None where it is irrational."""
        top = _floor_root(self.radicand.numerator, self.degree)
        bottom = _floor_root(self.radicand.denominator, self.degree)
        found = Fraction(top, bottom)
        return found if found**self.degree == self.radicand else None


def sign_of_sum(a: Fraction, x: Root, b: Fraction, y: Root, c: Fraction) -> int:
    """Sign of ``a * x + b * y + c``, decided exactly: -1, 0 or 1.

    The roots are enclosed between integers, so an enclosure of the sum that does not hold zero proves its sign. One
    that does is settled by algebra (:func:`_is_zero`); once the sum is known not to be zero, finer enclosures must
    end. No tolerance decides anywhere.
    """
    enclosures = _enclosures(a, x, b, y, c)
    low, high = next(enclosures)
    if low <= 0 <= high and _is_zero(a, x, b, y, c):
        return 0
    while low <= 0 <= high:
        low, high = next(enclosures)
    return 1 if low > 0 else -1


def _enclosures(a: Fraction, x: Root, b: Fraction, y: Root, c: Fraction) -> Iterator[tuple[Fraction, Fraction]]:
    """Ever narrower [low, high] around ``a * x + b * y + c``, each scaled by its own power of ten."""
    places = PLACES
    while True:
        start = a * x.floor_at(places) + b * y.floor_at(places) + c * 10**places
        yield start + min(a, 0) + min(b, 0), start + max(a, 0) + max(b, 0)
        places *= 2


def _is_zero(a: Fraction, x: Root, b: Fraction, y: Root, c: Fraction) -> bool:
    """Whether ``a * x + b * y + c`` is exactly zero.

    Where a root is rational the question is one of fractions. Otherwise suppose both are irrational, a and b are not
    zero and the sum is. Let m be the least power of y that is rational: y has the minimal polynomial t^m - y^m (the
    product of its d conjugates is rational and of size y^d, so d >= m), and so its trace is zero; so is that of x.
    Then x = -(b * y + c) / a has the trace -c / a times the degree, hence c = 0: only multiples of one another can
    cancel, and that is a comparison of powers.
    """
    for (this, root), (other, another) in (((a, x), (b, y)), ((b, y), (a, x))):
        known = Fraction(0) if this == 0 else root.exact()
        if known is None:
            continue
        rest = this * known + c
        if other == 0:
            return rest == 0
        partner = another.exact()
        return partner is not None and rest + other * partner == 0
    power = lcm(x.degree, y.degree)
    left = abs(a) ** power * x.radicand ** (power // x.degree)
    right = abs(b) ** power * y.radicand ** (power // y.degree)
    return c == 0 and (a > 0) != (b > 0) and left == right


def _floor_root(value: int, degree: int) -> int:
    """``floor(value ** (1 / degree))`` of an integer that is not negative, by Newton's method from above."""
    if value == 0 or degree == 1:
        return value
    guess = 1 << -(-value.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + value // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better
