"""Compound arithmetic of yearly falls: falls multiply, they are never summed. Shares run from 0 to 1 (0.16 = 16 %)."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from rating.numbers import decimal, product
from rating.roots import Root


def cumulative(falls: Iterable[Fraction]) -> Fraction:
    """The fall over all years, ``1 - PRODUCT(1 - k)``; a rise is a negative fall."""
    return 1 - product(1 - fall for fall in falls)


def remaining(task: Fraction, done: Fraction) -> Fraction:
    """The fall still to come, ``1 - (1 - task) / (1 - done)``; negative where more was done than asked.

    Nothing can fall further after a fall of 100 %: ValueError.
    """
    if done >= 1:
        raise ValueError(f"a fall of {float(100 * done):g} % cannot be; have the reporter verify it")
    return 1 - (1 - task) / (1 - done)


def per_year_pct(fall: Fraction, years: int) -> Decimal:
    """The even yearly fall in per cent that makes up ``fall`` in so many years, for showing.

    Of what was done it is the average, of what remains the rate still asked each year.
    """
    return decimal(100 * (1 - Root(1 - fall, years).near()))


def implied_growth(growth: Fraction, intensity_change: Fraction) -> Fraction:
    """Growth of output that follows from the growth of energy use and the change of energy per unit of output."""
    return (1 + growth) / (1 + intensity_change) - 1
