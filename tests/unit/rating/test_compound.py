"""Published cases of compound falls: what was done, on average, and what is left each year."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rating.compound import cumulative, implied_growth, per_year_pct, remaining
from rating.numbers import decimal, log_progress_pct, product, shown

F = Fraction


def falls(*changes_pct: str) -> list[F]:
    return [-F(each) / 100 for each in changes_pct]


def pct(share: F, places: int) -> Decimal:
    return shown(decimal(100 * share), places)


def test_qinghai_2009() -> None:
    done, task = cumulative(falls("1.51", "-2.20", "-4.18")), F("0.17")
    assert pct(done, 2) == Decimal("4.87")
    assert shown(per_year_pct(done, 3), 2) == Decimal("1.65")
    assert pct(remaining(task, done), 2) == Decimal("12.75")
    assert shown(per_year_pct(remaining(task, done), 2), 2) == Decimal("6.59")
    assert shown(log_progress_pct(1 - done, 1 - task), 1) == Decimal("26.8")
    assert pct(done / task, 1) == Decimal("28.7")  # what a linear reading would say


def test_henan_2016() -> None:
    done = cumulative(falls("-7.64"))
    assert shown(log_progress_pct(1 - done, F("0.84")), 2) == Decimal("45.58")


def test_national_rates_and_levels_differ() -> None:
    rates = falls("-2.74", "-5.04", "-5.20", "-3.61")
    levels = [F(each) for each in ("1.276", "1.241", "1.179", "1.118", "1.077")]
    assert pct(cumulative(rates), 3) == Decimal("15.605")
    assert pct(1 - levels[-1] / levels[0], 3) == Decimal("15.596")
    divided = [pct(after / before - 1, 2) for before, after in pairwise(levels)]
    assert divided == [Decimal(each) for each in ("-2.74", "-5.00", "-5.17", "-3.67")]


def test_five_rates_multiply_where_two_articles_summed() -> None:
    rates = falls("-2.01", "-3.6", "-3.7", "-4.8", "-5.6")
    assert pct(cumulative(rates), 3) == Decimal("18.249")
    assert pct(sum(rates, F(0)), 2) == Decimal("19.71")


def test_guangdong_levels_against_chained_rates() -> None:
    assert pct(1 - F("0.664") / F("0.79"), 2) == Decimal("15.95")
    assert pct(cumulative(falls("-2.93", "-3.15", "-4.32", "-4.27", "-2.92")), 2) == Decimal("16.40")


@pytest.mark.parametrize(
    ("growth", "intensity", "output"),
    [
        ("-0.8", "-7.9", "7.8"),  # Henan 2017
        ("2.9", "-3.7", "6.8"),  # China 2017
    ],
)
def test_implied_growth_is_within_a_tenth_of_the_published_one(growth: str, intensity: str, output: str) -> None:
    implied = 100 * implied_growth(F(growth) / 100, F(intensity) / 100)
    assert abs(implied - F(output)) <= F("0.1")


def test_more_done_than_asked_leaves_less_than_nothing() -> None:
    assert remaining(F("0.1"), F("0.1")) == 0
    assert remaining(F("0.1"), F("0.2")) == F("-0.125")
    assert per_year_pct(F("-0.21"), 2) == -10


def test_after_a_fall_of_the_whole_nothing_can_remain() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        remaining(F("0.1"), F(1))


shares = st.fractions(min_value=F(-1, 2), max_value=F(9, 10), max_denominator=1000)


@given(shares, shares)
def test_what_was_done_and_what_remains_make_up_the_task(task: F, done: F) -> None:
    assert cumulative((done, remaining(task, done))) == task


@given(st.lists(shares, min_size=1, max_size=6))
def test_the_order_of_the_years_does_not_matter(rates: list[F]) -> None:
    assert cumulative(rates) == cumulative(reversed(rates)) == 1 - product(1 - rate for rate in rates)
