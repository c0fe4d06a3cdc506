"""Growth without a target: cuts, score and the scale of a limit, from hand-made cases."""

from decimal import Decimal
from fractions import Fraction

import pytest

from plan.codes import Direction, Status
from plan.messages import Reason
from rating.growth_untargeted import HIGH, LOW, MEDIUM, GrowthTrend, judge_untargeted

F = Fraction


def trend(base: F, now: F, direction: Direction, limit: F | None = None, years: int = 1) -> GrowthTrend:
    made = judge_untargeted((2015, base), (2015 + years, now), direction, limit)
    assert isinstance(made, GrowthTrend)
    return made


@pytest.mark.parametrize(
    ("growth_pct", "status", "score"),
    [
        ("3", Status.ON_TRACK, "5"),
        ("2", Status.ON_TRACK, "5"),  # 500 * 0.02 - 5
        ("1.9", Status.ON_TRACK, "4.5"),
        ("1.5", Status.ON_TRACK, "2.5"),
        ("1.4999", Status.MILD, "2.49975"),  # 250 * 0.014999 - 1.25
        ("0.5", Status.MILD, "0"),
        ("0.4999", Status.MIDDLE, "-0.0005"),  # 500 * 0.004999 - 2.5
        ("0", Status.MIDDLE, "-2.5"),
        ("-0.0001", Status.SEVERE, "-2.500125"),  # 125 * -0.000001 - 2.5
        ("-2", Status.SEVERE, "-5"),
        ("-9", Status.SEVERE, "-5"),
    ],
)
@pytest.mark.parametrize("direction", list(Direction))
def test_status_and_score_at_each_cut(growth_pct: str, status: Status, score: str, direction: Direction) -> None:
    wanted = F(growth_pct) * (1 if direction is Direction.MORE else -1)
    made = trend(F(100), 100 + wanted, direction)
    assert (made.status, made.score, made.scale) == (status, Decimal(score), 1)
    assert made.growth_pct == Decimal(growth_pct)


def test_a_cut_of_several_years_holds_to_the_last_digit() -> None:
    now = 100 * F("1.015") ** 7
    assert trend(F(100), now, Direction.MORE, years=7).trend_against(HIGH) == 0
    assert trend(F(100), now - F(1, 10**90), Direction.MORE, years=7).trend_against(HIGH) == -1


def test_the_limit_scales_the_positive_cuts_exactly() -> None:
    # (1 / 2 ** 25) ** 4.44 = 2 ** -111, so C = 1 - 2 ** -111: different from 1 in the 34th digit only.
    limit, scale = F(2**25), 1 - F(1, 2**111)
    for cut in (HIGH, MEDIUM):
        assert trend(F(1), 1 + cut * scale, Direction.MORE, limit).trend_against(cut) == 0
        assert trend(F(1), 1 + cut, Direction.MORE, limit).trend_against(cut) == 1
    assert trend(F(1), F(1), Direction.MORE, limit).trend_against(LOW) == 0
    assert trend(F(1), 1 - F("0.01"), Direction.MORE, limit).trend_against(F("-0.01")) == 0


def test_near_its_limit_a_series_needs_little_growth() -> None:
    # 0.97 ** 4.44 = exp(4.44 * -0.03045921) = exp(-0.13523888) = 0.8735072, so C = 0.1264928: 1.5 % become 0.1897 %.
    above, below = (trend(F(97), 97 * (1 + F(each)), Direction.MORE, F(100)) for each in ("0.0019", "0.0018"))
    assert float(above.scale) == pytest.approx(0.1264928, abs=1e-7)
    assert above.status is Status.ON_TRACK
    assert below.status is Status.MILD
    assert float(below.score) == pytest.approx(250 * 0.0018 / 0.1264928 - 1.25, abs=1e-5)


@pytest.mark.parametrize(
    ("now", "status", "score"), [("100", Status.ON_TRACK, "5"), ("99", Status.SEVERE, "-3.75"), ("90", None, "-5")]
)
def test_a_series_at_its_limit_can_only_stay_or_fall(now: str, status: Status | None, score: str) -> None:
    made = trend(F(100), F(now), Direction.MORE, F(100))
    assert made.score == Decimal(score)
    assert made.scale == 0
    assert made.status is (status or Status.SEVERE)


@pytest.mark.parametrize(
    ("base", "scale"),
    [
        (F(20), 1),  # twice the limit: far away
        (F(30), 1),
        (F(10), 0),  # at the limit
        (10 * (2 - F(1, 2**25)), 1 - F(1, 2**111)),  # as far below twice the limit as 10 / 2 ** 25 is above zero
    ],
)
def test_a_lower_limit_is_the_mirror_of_an_upper_one(base: F, scale: F | int) -> None:
    made = trend(base, base * (1 - HIGH * scale), Direction.LESS, F(10))
    assert made.trend_against(HIGH) == 0


def test_a_limit_of_zero_does_not_scale() -> None:
    assert trend(F(5), F(4), Direction.LESS, F(0)).scale == 1


@pytest.mark.parametrize(
    ("base", "now", "limit", "reason"),
    [
        ((2015, F(1)), (2015, F(1)), None, Reason.TOO_FEW_POINTS),
        ((2015, F(0)), (2016, F(1)), None, Reason.ZERO_BASE),
        ((2015, F(1)), (2016, F(-1)), None, Reason.MIXED_SIGNS),
        ((2015, F(1)), (2016, F(2)), F(-10), Reason.MIXED_SIGNS),
        ((2015, F(101)), (2016, F(99)), F(100), Reason.DEFINITION_MISMATCH),
    ],
)
def test_what_has_no_trend_says_why(base: tuple[int, F], now: tuple[int, F], limit: F | None, reason: Reason) -> None:
    assert judge_untargeted(base, now, Direction.MORE, limit) is reason
