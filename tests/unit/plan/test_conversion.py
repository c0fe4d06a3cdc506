"""Conversion follows the chains of the plan's measures, exactly, and says None where the plan does not know."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.conversion import exact_decimal, factor, root_unit
from plan.model import Names, UnitOfMeasure
from tests.support.figures_plan import MEASURES


@pytest.mark.parametrize(
    ("unit", "into", "expected"),
    [
        ("wan_t", "wan_t", Fraction(1)),
        ("wan_t", "t", Fraction(10_000)),
        ("t", "wan_t", Fraction(1, 10_000)),
        ("yi_t", "t", Fraction(100_000_000)),
        ("yi_t", "wan_t", Fraction(10_000)),
        ("t", "third_t", Fraction(1, 3)),
        ("permille", "pct", Fraction(1, 10)),
        ("t", "mine", None),
        ("pct", "wan_t", None),
    ],
)
def test_a_factor_follows_the_chain(unit: str, into: str, expected: Fraction | None) -> None:
    assert factor(MEASURES, unit, into) == expected


def test_there_and_back_is_one() -> None:
    for one in MEASURES:
        for other in MEASURES:
            forth, back = factor(MEASURES, one, other), factor(MEASURES, other, one)
            assert (forth is None) == (back is None)
            assert forth is None or back is None or forth * back == 1


def test_units_that_define_each_other_end_the_walk() -> None:
    names = Names(zh="名", en="name")
    circle = {
        "a": UnitOfMeasure(id="a", names=names, of="b", factor=Decimal(2)),
        "b": UnitOfMeasure(id="b", names=names, of="a", factor=Decimal(2)),
    }
    assert factor(circle, "a", "b") == 2
    assert factor(circle, "a", "t") is None


def test_the_root_of_a_unit_is_the_end_of_its_chain() -> None:
    assert [root_unit(MEASURES, unit) for unit in ("yi_t", "t", "permille", "unknown")] == ["t", "t", "pct", "unknown"]


def test_a_third_is_rounded_and_says_so() -> None:
    assert exact_decimal(Fraction(1, 3)) == (Decimal("0.3333333333333333333333333333"), False)
    assert exact_decimal(Fraction(306, 10_000)) == (Decimal("0.0306"), True)


@given(st.decimals(min_value=-(10**18), max_value=10**18, places=6), st.sampled_from(["t", "wan_t", "yi_t"]))
def test_a_finite_conversion_loses_nothing(value: Decimal, unit: str) -> None:
    by = factor(MEASURES, unit, "wan_t")
    assert by is not None
    made, is_exact = exact_decimal(Fraction(value) * by)
    assert is_exact
    assert Fraction(made) == Fraction(value) * by
