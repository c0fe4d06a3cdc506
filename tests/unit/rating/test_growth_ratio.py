"""Growth ratio: hand-made cases at each boundary, where the yearly growth is known exactly."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plan.codes import Direction
from plan.messages import Reason
from rating import growth
from rating.growth import GrowthRatio
from rating.pace import GrowthStanding

F = Fraction
BASE = (2015, F(100))
CUTS = (F("0.95"), F("0.60"), F(0))
TINY = F(1, 10**80)


def judged(
    now: tuple[int, F],
    target: tuple[int, F],
    direction: Direction,
    base: tuple[int, F] = BASE,
    *,
    is_strict: bool = False,
) -> GrowthRatio:
    made = growth.judge(base, now, target, direction, is_strict=is_strict)
    assert isinstance(made, GrowthRatio)
    return made


# Over one year CAGR = y1 / y0 - 1. Required: +10 % or -10 %.
@pytest.mark.parametrize(
    ("direction", "target", "now", "ratio", "signs"),
    [
        (Direction.MORE, "110", "109.5", "0.95", (0, 1, 1)),
        (Direction.MORE, "110", "109.4", "0.94", (-1, 1, 1)),
        (Direction.MORE, "110", "106", "0.6", (-1, 0, 1)),
        (Direction.MORE, "110", "105.9", "0.59", (-1, -1, 1)),
        (Direction.MORE, "110", "100", "0", (-1, -1, 0)),
        (Direction.MORE, "110", "99.9", "-0.01", (-1, -1, -1)),
        (Direction.LESS, "90", "90.5", "0.95", (0, 1, 1)),
        (Direction.LESS, "90", "90.6", "0.94", (-1, 1, 1)),
        (Direction.LESS, "90", "94", "0.6", (-1, 0, 1)),
        (Direction.LESS, "90", "100", "0", (-1, -1, 0)),
        (Direction.LESS, "90", "100.1", "-0.01", (-1, -1, -1)),
        # A base that was beyond its target already (as series 14-2-1 and 3-13-1): what moved away from it is negative.
        (Direction.MORE, "90", "89", "-1.1", (-1, -1, -1)),
        (Direction.LESS, "110", "120", "-2", (-1, -1, -1)),
    ],
)
def test_ratio_and_cuts_over_one_year(
    direction: Direction, target: str, now: str, ratio: str, signs: tuple[int, int, int]
) -> None:
    made = judged((2016, F(now)), (2016, F(target)), direction)
    assert made.ratio == Decimal(ratio)
    assert tuple(made.ratio_against(cut) for cut in CUTS) == signs
    assert not made.is_met


@pytest.mark.parametrize("sign", [1, -1])
def test_a_boundary_of_several_years_holds_to_the_last_digit(sign: int) -> None:
    # 9.5 % a year for two years against 10 % a year for three.
    now, target = 100 * F("1.095") ** 2, 100 * F("1.1") ** 3
    assert judged((2017, now), (2018, target), Direction.MORE).ratio_against(F("0.95")) == 0
    assert judged((2017, now + sign * TINY), (2018, target), Direction.MORE).ratio_against(F("0.95")) == sign


@pytest.mark.parametrize("sign", [1, -1])
def test_irrational_growth_can_meet_the_ratio_one_exactly(sign: int) -> None:
    # sqrt(1.2) a year on both sides.
    assert judged((2017, F(120)), (2019, F(144)), Direction.MORE).ratio_against(F(1)) == 0
    assert judged((2017, F(120) + sign * TINY), (2019, F(144)), Direction.MORE).ratio_against(F(1)) == sign
    assert judged((2017, F(80)), (2019, F(64)), Direction.LESS).ratio_against(F(1)) == 0


# R is the growth of one year in tenths of 10 %; the target lies two years on, at 1.1 ** 2.
@pytest.mark.parametrize(
    ("now", "score"),
    [
        ("112.9", "4.928641"),  # 7.1429 * 1.29 - 4.2857
        ("113", "5"),  # 5.00007, capped
        ("109.5", "2.500055"),
        ("106", "0.00004"),  # at 0.6 the upper line counts
        ("105.9", "-0.041647"),  # 4.1667 * 0.59 - 2.5
        ("100", "-2.5"),
        ("94.1", "-4.958353"),
        ("94", "-5"),  # -5.00002, capped
        ("50", "-5"),
    ],
)
def test_score_with_the_printed_coefficients(now: str, score: str) -> None:
    made = judged((2016, F(now)), (2017, F(121)), Direction.MORE)
    assert made.score == Decimal(score)


@pytest.mark.parametrize(
    ("direction", "target", "now", "is_met"),
    [
        (Direction.MORE, "110", "110", True),
        (Direction.MORE, "110", "100.001", False),
        (Direction.LESS, "90", "90", True),
        (Direction.LESS, "90", "99.999", False),
        (Direction.MORE, "90", "95", True),  # falls towards its target, yet is on its right side
    ],
)
def test_a_target_that_is_met_scores_full_whatever_the_trend(
    direction: Direction, target: str, now: str, is_met: bool
) -> None:
    made = judged((2016, F(now)), (2020, F(target)), direction)
    assert made.is_met is is_met
    assert (made.score == 5) is is_met


@pytest.mark.parametrize(("direction", "target"), [(Direction.MORE, F(110)), (Direction.LESS, F(90))])
def test_a_value_on_a_target_that_must_be_exceeded_scores_by_the_formula(direction: Direction, target: F) -> None:
    """R is 1: 7.1429 - 4.2857."""
    on_it = judged((2016, target), (2016, target), direction, is_strict=True)
    assert (on_it.is_met, on_it.ratio, on_it.score) == (False, 1, Decimal("2.8572"))
    assert (GrowthStanding(on_it).is_met, GrowthStanding(on_it).short_sign) == (False, 0)
    beyond = target + TINY if direction is Direction.MORE else target - TINY
    past_it = judged((2016, beyond), (2016, target), direction, is_strict=True)
    assert (past_it.is_met, past_it.score, GrowthStanding(past_it).is_met) == (True, 5, True)


@pytest.mark.parametrize(("now", "is_met", "signs", "score"), [
    ("100", False, (-1, -1, 0), "-2.5"),  # some growth is required, however little: none of it is done
    ("99.9", False, (-1, -1, -1), "-5"),
    ("100.1", True, (1, 1, 1), "5"),
])  # fmt: skip
def test_a_base_that_lies_on_a_target_to_be_exceeded(
    now: str, is_met: bool, signs: tuple[int, int, int], score: str
) -> None:
    made = judged((2016, F(now)), (2020, F(100)), Direction.MORE, is_strict=True)
    assert made.is_met is is_met
    assert tuple(made.ratio_against(cut) for cut in CUTS) == signs
    assert made.score == Decimal(score)


def test_where_no_growth_is_required_any_loss_is_below_every_cut() -> None:
    made = judged((2016, F("99.9")), (2020, F(100)), Direction.MORE)
    assert made.ratio is None
    assert [made.ratio_against(limit) for limit in (F(1), F(0), F(-1000))] == [-1, -1, -1]
    assert made.score == -5


def test_negative_values_are_rated_by_their_way_to_zero() -> None:
    # A loss of 100 is to shrink to 90: 90.5 is 0.95 of that.
    made = judged((2016, F("-90.5")), (2016, F(-90)), Direction.MORE, base=(2015, F(-100)))
    assert made.ratio_against(F("0.95")) == 0
    assert not made.is_met


def test_a_value_of_zero_is_a_full_loss() -> None:
    made = judged((2016, F(0)), (2016, F(110)), Direction.MORE)
    assert made.ratio == Decimal(-10)
    assert made.actual_pct == -100
    assert made.required_pct == 10


@pytest.mark.parametrize(
    ("base", "now", "target", "reason"),
    [
        ((2015, F(1)), (2015, F(2)), (2020, F(3)), Reason.TOO_FEW_POINTS),
        ((2015, F(1)), (2014, F(2)), (2020, F(3)), Reason.TOO_FEW_POINTS),
        ((2015, F(0)), (2016, F(2)), (2020, F(3)), Reason.ZERO_BASE),
        ((2015, F(1)), (2016, F(2)), (2020, F(0)), Reason.ZERO_TARGET),
        ((2015, F(1)), (2016, F(-2)), (2020, F(3)), Reason.MIXED_SIGNS),
        ((2015, F(1)), (2016, F(2)), (2020, F(-3)), Reason.MIXED_SIGNS),
        ((2015, F(-1)), (2016, F(-2)), (2020, F(3)), Reason.MIXED_SIGNS),
    ],
)
def test_what_has_no_ratio_says_why(
    base: tuple[int, F], now: tuple[int, F], target: tuple[int, F], reason: Reason
) -> None:
    assert growth.judge(base, now, target, Direction.MORE) is reason


def test_a_target_year_not_after_the_base_is_a_fault_of_the_plan() -> None:
    with pytest.raises(ValueError, match="correct the plan"):
        growth.judge(BASE, (2016, F(101)), (2015, F(110)), Direction.MORE)


values = st.fractions(min_value=F(1, 100), max_value=10_000, max_denominator=1000)
spans = st.integers(1, 14)


@given(
    base=values,
    now=values,
    years=spans,
    target=values,
    span=spans,
    direction=st.sampled_from(Direction),
    cut=st.sampled_from(CUTS),
)
def test_the_cut_is_on_the_side_that_the_shown_ratio_tells(
    *, base: F, now: F, years: int, target: F, span: int, direction: Direction, cut: F
) -> None:
    made = judged((2015 + years, now), (2015 + span, target), direction, base=(2015, base))
    assume(made.ratio is not None)
    distance = F(made.ratio) - cut
    assume(abs(distance) > F(1, 10**20))
    assert made.ratio_against(cut) == (1 if distance > 0 else -1)


@given(
    base=values,
    one=values,
    other=values,
    years=spans,
    target=values,
    span=spans,
    direction=st.sampled_from(Direction),
    cut=st.sampled_from(CUTS),
)
def test_a_better_value_never_has_a_lower_ratio(
    *, base: F, one: F, other: F, years: int, target: F, span: int, direction: Direction, cut: F
) -> None:
    worse, better = sorted((one, other), reverse=direction is Direction.LESS)
    point, aim, start = 2015 + years, (2015 + span, target), (2015, base)
    signs = [judged((point, each), aim, direction, base=start).ratio_against(cut) for each in (worse, better)]
    assert signs[0] <= signs[1]
