"""Exact conversion between units of measure, as far as the plan's measures know how."""

from collections.abc import Iterator, Mapping
from decimal import Context, Decimal, localcontext
from fractions import Fraction

from plan.model import UnitOfMeasure

ROUNDED_DIGITS = 28
"""Digits kept of a value that has no finite decimal form, such as a third."""

# A context of our own: a caller's precision must not change a figure.
_EXACT = Context(prec=200)
_ROUNDED = Context(prec=ROUNDED_DIGITS)


def factor(measures: Mapping[str, UnitOfMeasure], from_unit: str, to_unit: str) -> Fraction | None:
    """How many ``to_unit`` one ``from_unit`` is; None when the plan does not know.

    Both chains of ``of`` and ``factor`` are followed until they meet: 1 ``yi_t`` is 10 000 ``wan_t`` when both are
    defined by ``t``.
    """
    forth = dict(_chain(measures, from_unit))
    for unit, to_factor in _chain(measures, to_unit):
        if unit in forth:
            return forth[unit] / to_factor
    return None


def root_unit(measures: Mapping[str, UnitOfMeasure], unit: str) -> str:
    """The unit at the end of the chain: itself for one that is not defined by another."""
    *_, (last, _) = _chain(measures, unit)
    return last


def exact_decimal(value: Fraction) -> tuple[Decimal, bool]:
    """The fraction as a decimal, and whether that is exact; else it is rounded to :data:`ROUNDED_DIGITS` digits."""
    is_exact = _only_twos_and_fives(value.denominator)
    with localcontext(_EXACT if is_exact else _ROUNDED):
        return (Decimal(value.numerator) / Decimal(value.denominator), is_exact)


def _chain(measures: Mapping[str, UnitOfMeasure], unit: str) -> Iterator[tuple[str, Fraction]]:
    """The unit, then each unit it is defined by, with how many of them one of it is."""
    seen: set[str] = set()
    so_far = Fraction(1)
    # `plan check` refuses units that define each other in a circle; here they end the walk.
    while unit not in seen:
        seen.add(unit)
        yield unit, so_far
        measure = measures.get(unit)
        if measure is None or not measure.of or not measure.factor:
            return
        unit, so_far = measure.of, so_far * Fraction(measure.factor)


def _only_twos_and_fives(number: int) -> bool:
    for prime in (2, 5):
        while number % prime == 0:
            number //= prime
    return number == 1
