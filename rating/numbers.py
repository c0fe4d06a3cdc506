"""Exact numbers: decisions are taken on fractions; decimals of 60 digits serve only to show them."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from fractions import Fraction
from functools import lru_cache

STEP_PLACES = 6
"""Most places of an intermediate step in a formula or an evidence row."""

# A context of our own: a caller's rounding or precision must not change a rating.
_CONTEXT = Context(prec=60, traps=[InvalidOperation, DivisionByZero, Overflow])
_CLEAR = Decimal("1e-40")
_CACHED = 4096
"""Logs and roots kept: the same few rests, products and levels come back in every period, preset and step."""


def decimal(value: Fraction) -> Decimal:
    """The fraction to 60 digits, for showing only."""
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def sign(value: Fraction | int) -> int:
    """-1, 0 or 1."""
    return (value > 0) - (value < 0)


def shown(value: Decimal, places: int) -> Decimal:
    """Round half up to ``places`` for display; never gives a negative zero."""
    with localcontext(_CONTEXT):
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + Decimal(0)


def plain(value: Decimal) -> str:
    """A decimal as given, all its digits, without an exponent."""
    return format(value, "f")


def step(value: Fraction | Decimal) -> str:
    """An intermediate step as text: at most :data:`STEP_PLACES` places, without trailing zeros."""
    text = plain(shown(decimal(value) if isinstance(value, Fraction) else value, STEP_PLACES))
    return text.rstrip("0").rstrip(".")


def product(factors: Iterable[Fraction]) -> Fraction:
    """The exact product."""
    made = Fraction(1)
    for factor in factors:
        made *= factor
    return made


def difference(left: Decimal, right: Decimal) -> Decimal:
    """``left - right`` to 60 digits, whatever context the caller runs in."""
    return _CONTEXT.subtract(left, right)


def share_pct(part: Decimal, whole: Decimal) -> Decimal:
    """``part`` in per cent of the size of ``whole`` (not zero), to 60 digits."""
    with localcontext(_CONTEXT):
        return part * 100 / abs(whole)


@lru_cache(_CACHED)
def root_share_pct(rest: Fraction, years: int) -> Decimal:
    """Even compound share of one year in per cent, ``100 * (1 - rest ** (1 / years))``, for showing only."""
    with localcontext(_CONTEXT):
        return 100 * (1 - (_ln(rest) / years).exp())


@lru_cache(_CACHED)
def log_progress_pct(reached: Fraction, rest: Fraction) -> Decimal:
    """Logarithmic progress in per cent, ``100 * ln(reached) / ln(rest)``, for showing only."""
    with localcontext(_CONTEXT):
        return 100 * _ln(reached) / _ln(rest)


@lru_cache(_CACHED)
def power(base: Fraction, exponent: Fraction) -> Fraction:
    """``base ** exponent`` of a positive base: exact for whole exponents, else to 60 digits and for showing only."""
    if exponent.denominator == 1:
        return base**exponent.numerator
    with localcontext(_CONTEXT):
        return Fraction((_ln(base) * exponent.numerator / exponent.denominator).exp())


def compare_power(number: Fraction, base: Fraction, exponent: Fraction) -> int:
    """Sign of ``number - base ** exponent``, exactly: -1, 0 or 1. Number and base must be positive.

    With exponent p/q it is the sign of ``number ** q - base ** p``, a comparison of products of integers. Logs of
    60 digits only spare that work where the two lie apart by far more than the logs can err.
    """
    p, q = exponent.numerator, exponent.denominator
    with localcontext(_CONTEXT):
        distance = q * _ln(number) - p * _ln(base)
        if abs(distance) > _CLEAR:
            return 1 if distance > 0 else -1
    return sign(number**q - base**p)


@lru_cache(_CACHED)
def _ln(value: Fraction) -> Decimal:
    with localcontext(_CONTEXT):
        return (Decimal(value.numerator) / Decimal(value.denominator)).ln()
