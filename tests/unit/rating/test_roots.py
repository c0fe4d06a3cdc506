"""Signs of sums of roots: exact where they cancel, sure where they nearly do."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rating.roots import Root, sign_of_sum

F = Fraction
positive = st.fractions(min_value=F(1, 1000), max_value=1000, max_denominator=1000)
coefficients = st.fractions(min_value=-50, max_value=50, max_denominator=100)
degrees = st.integers(1, 15)


@pytest.mark.parametrize(
    ("radicand", "degree", "expected"),
    [(F(0), 3, F(0)), (F(1), 7, F(1)), (F(8), 3, F(2)), (F(9, 4), 2, F(3, 2)), (F(2), 2, None), (F(8), 2, None)],
)
def test_a_root_is_a_fraction_only_where_the_radicand_is_a_perfect_power(
    radicand: F, degree: int, expected: F | None
) -> None:
    assert Root(radicand, degree).exact() == expected


def test_a_root_is_cut_not_rounded() -> None:
    assert Root(F(2), 2).floor_at(10) == 14142135623  # 1.41421356237...
    assert Root(F(27, 8), 3).floor_at(3) == 1500


@pytest.mark.parametrize(("radicand", "degree"), [(F(-1), 2), (F(2), 0)])
def test_what_has_no_real_root_is_refused(radicand: F, degree: int) -> None:
    with pytest.raises(ValueError, match="no real root"):
        Root(radicand, degree)


@pytest.mark.parametrize(
    ("a", "x", "b", "y", "c", "expected"),
    [
        # Both rational: 3/2 + 2 - 7/2.
        (F(1), Root(F(9, 4), 2), F(1), Root(F(8), 3), F(-7, 2), 0),
        # sqrt(8) = 2 sqrt(2); sqrt(2) = 4 ** (1/4).
        (F(1), Root(F(8), 2), F(-2), Root(F(2), 2), F(0), 0),
        (F(-1), Root(F(4), 4), F(1), Root(F(2), 2), F(0), 0),
        # The same with a constant far below any enclosure.
        (F(1), Root(F(8), 2), F(-2), Root(F(2), 2), F(1, 10**300), 1),
        (F(1), Root(F(8), 2), F(-2), Root(F(2), 2), F(-1, 10**300), -1),
        # sqrt(2) + sqrt(8): the same sign cannot cancel.
        (F(1), Root(F(2), 2), F(1), Root(F(8), 2), F(0), 1),
        # Coefficients of zero.
        (F(0), Root(F(2), 2), F(0), Root(F(3), 2), F(0), 0),
        (F(0), Root(F(2), 2), F(1), Root(F(4), 2), F(-2), 0),
        (F(1), Root(F(4), 2), F(0), Root(F(3), 2), F(-2), 0),
        (F(0), Root(F(2), 2), F(1), Root(F(3), 2), F(0), 1),
        (F(0), Root(F(2), 2), F(0), Root(F(3), 2), F(-1, 10**90), -1),
        # A rational root and an irrational one: never zero, however near.
        (F(1), Root(F(4), 2), F(-1), Root(4 + F(1, 10**200), 2), F(0), -1),
        (F(1), Root(4 - F(1, 10**200), 2), F(-1), Root(F(4), 2), F(0), -1),
    ],
)
def test_the_sign_is_exact(*, a: F, x: Root, b: F, y: Root, c: F, expected: int) -> None:
    assert sign_of_sum(a, x, b, y, c) == expected
    assert sign_of_sum(-a, x, -b, y, -c) == -expected
    assert sign_of_sum(b, y, a, x, c) == expected


@given(a=coefficients, p=positive, n=degrees, b=coefficients, q=positive, m=degrees)
def test_rational_roots_cancel_exactly(*, a: F, p: F, n: int, b: F, q: F, m: int) -> None:
    x, y = Root(p**n, n), Root(q**m, m)
    assert sign_of_sum(a, x, b, y, -a * p - b * q) == 0
    assert sign_of_sum(a, x, b, y, -a * p - b * q + F(1, 10**500)) == 1


@given(coefficients, positive, degrees, st.integers(1, 4))
def test_multiples_of_one_root_cancel_exactly(b: F, q: F, m: int, power: int) -> None:
    assume(b != 0)
    # |b| * q ** (1/m), written as one root of another degree.
    same = Root((abs(b) ** m * q) ** power, m * power)
    assert sign_of_sum(F(1 if b < 0 else -1), same, b, Root(q, m), F(0)) == 0


@given(a=coefficients, p=positive, n=degrees, b=coefficients, q=positive, m=degrees, c=coefficients)
def test_it_agrees_with_decimals_where_those_are_sure(*, a: F, p: F, n: int, b: F, q: F, m: int, c: F) -> None:
    with localcontext(prec=50):
        decimal = [Decimal(each.numerator) / Decimal(each.denominator) for each in (a, p, b, q, c)]
        total = decimal[0] * decimal[1] ** (Decimal(1) / n) + decimal[2] * decimal[3] ** (Decimal(1) / m) + decimal[4]
    assume(abs(total) > Decimal("1e-30"))
    assert sign_of_sum(a, Root(p, n), b, Root(q, m), c) == (1 if total > 0 else -1)
