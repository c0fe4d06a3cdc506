"""Laws: a path meets its ends; a better value never gets a worse status; powers compare exactly."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from plan.codes import Comparator, Direction, Kind, Measure, PresetRule, Status, Yardstick
from plan.messages import Bound, Verdict
from plan.model import Indicator, Target, YardstickRule
from plan.periods import parse_period
from rating.engine import Observed, Rating
from rating.fit import demand_of
from rating.numbers import compare_power, power, shown, step
from rating.preset import against, number
from rating.standing import Amount, EvenShare, Progress
from rating.trajectory import asked, path

_BEST_FIRST = (Status.ACHIEVED, Status.ON_TRACK, Status.MILD, Status.MIDDLE, Status.SEVERE)
_OF_YEARS = ("ndrc-2020", "ndrc-2021", "ningbo-2010", "nanjian-2010", "hangzhou-h1", "hangzhou-q3")
_amounts = st.decimals(-1000, 1000, places=2)
# The factories of conftest.py hold no state, so one fixture may serve all examples.
_law = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


def test_the_share_asked_grows_each_month_and_ends_whole(make_target: Callable[..., Target]) -> None:
    demand = demand_of(make_target(base="2016", deadline="2018-06"))
    months = [f"{year}-{month:02d}" for year in (2017, 2018) for month in range(1, 13)]

    shares = [each.share for each in (asked(demand, parse_period(month)) for month in months) if each]

    assert shares[:18] == [Fraction(month, 18) for month in range(1, 19)]
    assert shares[18:] == [Fraction(1)] * 6


@_law
@given(start=_amounts, end=_amounts, is_ceiling=st.booleans())
def test_a_path_of_amounts_meets_its_ends_exactly_and_never_turns(
    start: Decimal, end: Decimal, is_ceiling: bool, make_target: Callable[..., Target]
) -> None:
    target = make_target(value=str(end), base_value=str(start), kind=Kind.CEILING if is_ceiling else Kind.STOCK)

    drawn = [
        value for _, value in path(target, Measure.LEVEL, None, [parse_period(str(year)) for year in range(2016, 2022)])
    ]

    assert drawn[0] == start
    assert drawn[4:] == [Fraction(end)] * 2
    # A floor that lies below its baseline is asked at once; all else moves one way.
    way = [each for each in drawn[1:] if each is not None]
    assert way in (sorted(way), sorted(way, reverse=True))


@_law
@given(
    target_pct=st.decimals("0.01", "99.99", places=2),
    level=st.decimals("0.01", 1000, places=2),
    years=st.integers(1, 8),
)
def test_a_path_of_a_reduction_meets_its_ends_exactly_and_only_falls(
    target_pct: Decimal, level: Decimal, years: int, make_reduction: Callable[..., Target]
) -> None:
    target = make_reduction(value=str(target_pct), base_value=str(level), deadline=str(2015 + years))
    periods = [parse_period(str(year)) for year in range(2015, 2016 + years)]

    drawn = [value for _, value in path(target, Measure.LEVEL, None, periods) if value is not None]

    assert (drawn[0], drawn[-1]) == (level, Fraction(level) * (1 - Fraction(target_pct) / 100))
    assert all(later < before for before, later in pairwise(drawn))


@_law
@given(
    better=st.decimals(-150, 300, places=1),
    worse=st.decimals(-150, 300, places=1),
    ends=st.tuples(st.integers(-100, 200), st.integers(-100, 200)),
    period=st.sampled_from(["2017", "2018-06", "2020", "2021"]),
    comparator=st.sampled_from(list(Comparator)),
    asked_by=st.sampled_from(
        [
            (Yardstick.ANNUAL_TASK, "ndrc-2020"),
            (Yardstick.PLAN_PROGRESS, "ndrc-2020"),
            (Yardstick.GROWTH_RATIO, "growth-ratio"),
        ]
    ),
)
def test_a_better_amount_never_gets_a_worse_status(
    *,
    better: Decimal,
    worse: Decimal,
    ends: tuple[int, int],
    period: str,
    comparator: Comparator,
    asked_by: tuple[Yardstick, str],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    make_rule: Callable[..., YardstickRule],
    rate_one: Callable[..., Rating],
) -> None:
    is_ceiling = comparator is Comparator.AT_MOST
    assume(not (is_ceiling and asked_by[0] is Yardstick.GROWTH_RATIO))  # a cap can still be broken: no ratio rates it
    worse, better = sorted((worse, better), reverse=is_ceiling)
    yardstick, preset = asked_by
    rule = make_rule(yardstick, preset, tasks={"2017": Decimal(20)} if yardstick is Yardstick.ANNUAL_TASK else None)
    kind = Kind.CEILING if is_ceiling else Kind.STOCK
    target = make_target(
        kind=kind, base_value=str(ends[0]), value=str(ends[1]), comparator=comparator, yardsticks=(rule,)
    )
    indicator = make_indicator(direction=Direction.LESS if is_ceiling else Direction.MORE)

    made = [rate_one(target, indicator, [_point(period, each)], period).status for each in (better, worse)]

    assert _in_order(made)


@_law
@given(
    better=st.decimals(-60, 20, places=2),
    worse=st.decimals(-60, 20, places=2),
    before=st.decimals(-20, 10, places=2),
    target_pct=st.decimals("0.5", 60, places=1),
    asked_by=st.sampled_from(
        [
            *((Yardstick.ANNUAL_TASK, preset) for preset in _OF_YEARS),
            (Yardstick.PLAN_PROGRESS, "ndrc-2020"),
            (Yardstick.PLAN_PROGRESS, "ndrc-2021"),
            (Yardstick.GROWTH_RATIO, "growth-ratio"),
            (Yardstick.WEATHER, "weather"),
        ]
    ),
    comparator=st.sampled_from([Comparator.AT_LEAST, Comparator.MORE_THAN]),
)
def test_a_larger_fall_never_gets_a_worse_status(
    *,
    better: Decimal,
    worse: Decimal,
    before: Decimal,
    target_pct: Decimal,
    asked_by: tuple[Yardstick, str],
    comparator: Comparator,
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    make_rule: Callable[..., YardstickRule],
    rate_one: Callable[..., Rating],
) -> None:
    better, worse = sorted((better, worse))
    target = make_reduction(value=str(target_pct), comparator=comparator, yardsticks=(make_rule(*asked_by),))
    years = [_point("2015", before), _point("2016", before), _point("2017", before)]

    made = [rate_one(target, intensity(), [*years, _point("2018", each)], "2018").status for each in (better, worse)]

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


@_law
@given(
    changes=st.lists(st.decimals(-30, 10, places=2), min_size=4, max_size=4),
    asked_by=st.sampled_from([(Yardstick.PLAN_PROGRESS, "ndrc-2020"), (Yardstick.GROWTH_RATIO, "growth-ratio")]),
)
def test_neither_the_order_of_points_nor_that_of_the_years_changes_decides(
    *,
    changes: list[Decimal],
    asked_by: tuple[Yardstick, str],
    make_reduction: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    intensity: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    """Factors multiply: the chain does not care which year did what."""
    target = make_reduction(deadline="2020", yardsticks=(make_rule(*asked_by),))
    points = [_point(str(2016 + at), change) for at, change in enumerate(changes)]
    mixed = [_point(str(2016 + at), change) for at, change in enumerate(reversed(changes))]

    made = rate_one(target, intensity(), points, "2019")
    chained = rate_one(target, intensity(), mixed, "2019")

    assert rate_one(target, intensity(), points[::-1], "2019") == made
    assert (chained.status, chained.value) == (made.status, made.value)


@_law
@given(
    levels=st.lists(st.decimals("0.1", 500, places=2), min_size=5, max_size=5),
    scale=st.decimals("0.01", 1000, places=2),
    asked_by=st.sampled_from(
        [
            (Yardstick.ANNUAL_TASK, "ndrc-2020"),
            (Yardstick.PLAN_PROGRESS, "ndrc-2020"),
            (Yardstick.GROWTH_RATIO, "growth-ratio"),
            (Yardstick.WEATHER, "weather"),
        ]
    ),
    is_reduction=st.booleans(),
)
def test_another_unit_of_measure_changes_no_status(
    *,
    levels: list[Decimal],
    scale: Decimal,
    asked_by: tuple[Yardstick, str],
    is_reduction: bool,
    make_target: Callable[..., Target],
    make_reduction: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    make_indicator: Callable[..., Indicator],
    intensity: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    rules = (make_rule(*asked_by),)
    indicator = intensity(Measure.LEVEL) if is_reduction else make_indicator()

    def rated(unit: Decimal) -> Status:
        points = [_point(str(2015 + at), level * unit) for at, level in enumerate(levels)]
        target = (
            make_reduction(deadline="2020", yardsticks=rules)
            if is_reduction
            else make_target(value=str(160 * unit), base_value=None, base="2015", yardsticks=rules)
        )
        return rate_one(target, indicator, points, "2019").status

    assert rated(scale) is rated(Decimal(1))


@given(
    reached=st.fractions("0.5", "1.2", max_denominator=200),
    rest=st.fractions("0.5", "0.99", max_denominator=200),
    share=st.fractions(0, 1, max_denominator=12),
    limit=st.fractions("-0.5", "1.5", max_denominator=40),
)
def test_done_and_missed_add_up_to_the_whole(
    reached: Fraction, rest: Fraction, share: Fraction, limit: Fraction
) -> None:
    for standing in (
        Progress(reached, rest, share, False),
        EvenShare(1 - reached, rest, 5, False),
        Amount(1 - reached, share, Comparator.AT_LEAST),
        Amount(reached, share, Comparator.AT_MOST),
    ):
        if not standing.is_met:
            assert standing.missed_against(limit) == -standing.done_against(1 - limit)


@pytest.mark.parametrize(
    ("amount", "bar", "missed", "done"),
    [
        # Short of zero is short by more than any share; on it (when it had to be exceeded) nothing is missed.
        ("-0.001", "0", (1, 1, 1), (-1, -1, -1)),
        ("0", "0", (0, -1, -1), (1, 1, 0)),
        # A negative bar is missed by its size, and of it nothing can be done.
        ("-11", "-10", (1, 0, -1), (-1, -1, -1)),
    ],
)
def test_shares_of_what_is_not_positive(amount: str, bar: str, missed: tuple[int, ...], done: tuple[int, ...]) -> None:
    standing = Amount(Fraction(amount), Fraction(bar), Comparator.MORE_THAN)
    shares = (Fraction(0), Fraction(1, 10), Fraction(1))

    assert tuple(standing.missed_against(share) for share in shares) == missed
    assert tuple(standing.done_against(share) for share in shares) == done


def test_points_are_of_the_task_where_there_is_one() -> None:
    """30 short of 100, of a task of 200: 30 in its own unit, 15 points of the task; of no task there are no points."""
    own, task, none = (
        Amount(Fraction(70), Fraction(100), Comparator.AT_LEAST, task) for task in (None, Fraction(200), Fraction(0))
    )

    assert (own.points_short, task.points_short, none.points_short) == (30, 15, None)
    assert [own.short_by_against(Fraction(30)), task.short_by_against(Fraction(15))] == [0, 0]
    assert [none.short_by_against(Fraction(limit)) for limit in (0, 10**9)] == [1, 1]


def test_points_of_a_progress_are_points_of_the_way() -> None:
    """Half the way to 0.81 is 0.9: of 60 % that is short by 10 points."""
    standing = Progress(Fraction(9, 10), Fraction(81, 100), Fraction(6, 10), False)

    assert [standing.short_by_against(Fraction(points)) for points in (9, 10, 11)] == [1, 0, -1]
    assert abs(standing.points_short - 10) < Decimal("1e-50")


def test_a_preset_cannot_divide_a_number_that_its_yardstick_does_not_yield() -> None:
    standing = Amount(Fraction(1), Fraction(2), Comparator.AT_LEAST)

    for ask in (number, lambda rule, each: against(rule, each, Fraction(1))):
        with pytest.raises(ValueError, match="Amount has no growth_ratio: name a preset"):
            ask(PresetRule.GROWTH_RATIO, standing)


def test_powers_are_exact_for_whole_exponents_and_close_for_others() -> None:
    assert power(Fraction(9, 10), Fraction(3)) == Fraction(729, 1000)
    assert abs(power(Fraction(81, 100), Fraction(1, 2)) - Fraction(9, 10)) < Fraction(1, 10**55)


@pytest.mark.parametrize(("reduction", "side"), [("0.001", -1), ("0", 0), ("-0.001", 1)])
def test_missing_all_of_an_even_share_is_no_reduction_at_all(reduction: str, side: int) -> None:
    assert EvenShare(Fraction(reduction), Fraction("0.84"), 5, False).missed_against(Fraction(1)) == side


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
