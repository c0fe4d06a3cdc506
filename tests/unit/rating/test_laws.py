"""Laws: a path meets its ends; a better value never gets a worse status; powers compare exactly."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plan.codes import Comparator, Kind, Measure, ScheduleKind, Status, Yardstick
from plan.messages import Bound, Verdict
from plan.model import Indicator, Target, YardstickRule
from plan.periods import parse_period
from rating.engine import Observed, Rating
from rating.numbers import compare_power, shown, step
from rating.standing import EvenShare
from rating.trajectory import asked, on_path

_BEST_FIRST = (Status.ACHIEVED, Status.ON_TRACK, Status.MILD, Status.MIDDLE, Status.SEVERE)
_amounts = st.decimals(-1000, 1000, places=2)
# The factories of conftest.py hold no state, so one fixture may serve all examples.
_law = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


@given(start=_amounts, end=_amounts)
def test_a_path_meets_its_ends_exactly(start: Decimal, end: Decimal) -> None:
    assert on_path(Fraction(start), Fraction(end), Fraction(0)) == start
    assert on_path(Fraction(start), Fraction(end), Fraction(1)) == end


def test_the_share_asked_grows_each_month_and_ends_whole(make_target: Callable[..., Target]) -> None:
    target = make_target(base="2016", deadline="2018-06")
    months = [f"{year}-{month:02d}" for year in (2017, 2018) for month in range(1, 13)]

    shares = [each.share for each in (asked(target, parse_period(month)) for month in months) if each]

    assert shares[:18] == [Fraction(month, 18) for month in range(1, 19)]
    assert shares[18:] == [Fraction(1)] * 6


@_law
@given(
    better=st.decimals(-150, 300, places=1),
    worse=st.decimals(-150, 300, places=1),
    ends=st.tuples(st.integers(-100, 200), st.integers(-100, 200)),
    period=st.sampled_from(["2017", "2018-06", "2020", "2021"]),
    comparator=st.sampled_from(list(Comparator)),
    yardstick=st.sampled_from(list(Yardstick)),
)
def test_a_better_amount_never_gets_a_worse_status(
    *,
    better: Decimal,
    worse: Decimal,
    ends: tuple[int, int],
    period: str,
    comparator: Comparator,
    yardstick: Yardstick,
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    make_rule: Callable[..., YardstickRule],
    rate_one: Callable[..., Rating],
) -> None:
    worse, better = sorted((worse, better), reverse=comparator is Comparator.AT_MOST)
    rule = make_rule(yardstick, tasks={"2017": Decimal(20)})
    target = make_target(base_value=str(ends[0]), value=str(ends[1]), comparator=comparator, yardsticks=(rule,))

    made = [rate_one(target, make_indicator(), [_point(period, each)], period).status for each in (better, worse)]

    assert _in_order(made)


@_law
@given(
    better=st.decimals(-60, 20, places=2),
    worse=st.decimals(-60, 20, places=2),
    before=st.decimals(-20, 10, places=2),
    target_pct=st.decimals("0.5", 60, places=1),
    yardstick=st.sampled_from(list(Yardstick)),
    preset=st.sampled_from(["ndrc-2020", "ndrc-2021"]),
    comparator=st.sampled_from([Comparator.AT_LEAST, Comparator.MORE_THAN]),
)
def test_a_larger_fall_never_gets_a_worse_status(
    *,
    better: Decimal,
    worse: Decimal,
    before: Decimal,
    target_pct: Decimal,
    yardstick: Yardstick,
    preset: str,
    comparator: Comparator,
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    make_rule: Callable[..., YardstickRule],
    rate_one: Callable[..., Rating],
) -> None:
    better, worse = sorted((better, worse))
    target = make_target(
        kind=Kind.REDUCTION,
        value=str(target_pct),
        base_value=None,
        schedule=ScheduleKind.COMPOUND,
        comparator=comparator,
        yardsticks=(make_rule(yardstick, alert=preset),),
    )
    indicator = make_indicator(Measure.YEARLY_CHANGE_PCT)

    made = [
        rate_one(target, indicator, [_point("2017", before), _point("2018", each)], "2018").status
        for each in (better, worse)
    ]

    assert _in_order(made)


@given(
    root=st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=100),
    p=st.integers(0, 20),
    q=st.integers(1, 20),
)
def test_powers_compare_exactly_at_a_tie_and_a_hair_beside_it(root: Fraction, p: int, q: int) -> None:
    base, tie, hair = root**q, root**p, Fraction(1, 10**60)

    assert compare_power(tie, base, Fraction(p, q)) == 0
    assert compare_power(tie + hair, base, Fraction(p, q)) == 1
    assert compare_power(tie - hair / 10**60, base, Fraction(p, q)) == -1


def test_a_fine_exponent_is_decided_without_huge_powers() -> None:
    assert compare_power(Fraction("0.9236"), Fraction("0.84"), Fraction(333333333, 10**9)) == -1


@pytest.mark.parametrize(("reduction", "is_within"), [("0.001", True), ("0", True), ("-0.001", False)])
def test_missing_all_of_an_even_share_is_no_reduction_at_all(reduction: str, is_within: bool) -> None:
    assert EvenShare(Fraction(reduction), Fraction("0.84"), 5, False).is_missed_within(Fraction(1)) is is_within


def test_a_fall_to_nothing_is_beyond_any_even_share() -> None:
    assert EvenShare(Fraction(1), Fraction("0.84"), 5, True).is_met


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [("0.005", 2, "0.01"), ("-0.005", 2, "-0.01"), ("-0.004", 2, "0.00"), ("2.5", 0, "3"), ("1E+2", 1, "100.0")],
)
def test_display_rounds_half_up_and_knows_no_negative_zero(value: str, places: int, text: str) -> None:
    assert str(shown(Decimal(value), places)) == text


@pytest.mark.parametrize(
    ("value", "text"), [("100", "100"), ("0.92360", "0.9236"), ("-0.0000001", "0"), ("166.6666666", "166.666667")]
)
def test_steps_drop_trailing_zeros_only_behind_the_point(value: str, text: str) -> None:
    assert step(Decimal(value)) == text


def _point(period: str, value: Decimal) -> Observed:
    return Observed(period, value, Bound.EXACT, Verdict.PASSED, False)


def _in_order(made: list[Status]) -> bool:
    better, worse = made
    if Status.NOT_ASSESSED in made:
        return worse is Status.NOT_ASSESSED
    return _BEST_FIRST.index(better) <= _BEST_FIRST.index(worse)
