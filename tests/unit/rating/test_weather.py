"""The German weather rule: each boundary by hand, and which points count."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.codes import Direction
from plan.messages import Reason
from rating import weather
from rating.weather import Weather

F = Fraction
MIRROR = {Direction.MORE: 1, Direction.LESS: -1}


def judged(levels: Mapping[int, F], target: tuple[int, F], direction: Direction, year: int = 2020) -> Weather:
    made = weather.judge(levels, year, target, direction)
    assert isinstance(made, Weather)
    return made


# 2020: 100; target 200 in 2025 (or, mirrored, -100 from -200). A mean change of d misses 100 - 5 d per cent.
@pytest.mark.parametrize(
    ("first", "gap", "against_5", "against_20", "is_right"),
    [
        ("-5", "-5", -1, -1, True),  # d = 21: past the target
        ("0", "0", -1, -1, True),
        ("4.9999", "4.9999", -1, -1, True),
        ("5", "5", 0, -1, True),  # d = 19: exactly 5 %
        ("5.0001", "5.0001", 1, -1, True),
        ("20", "20", 1, 0, True),  # d = 16: exactly 20 %
        ("20.0001", "20.0001", 1, 1, True),
        ("99", "99", 1, 1, True),
        ("100", "100", 1, 1, False),  # no movement
        ("101", "101", 1, 1, False),
    ],
)
@pytest.mark.parametrize("direction", list(Direction))
def test_gap_at_each_boundary(
    *, first: str, gap: str, against_5: int, against_20: int, is_right: bool, direction: Direction
) -> None:
    sign = MIRROR[direction]
    # What lies between the ends of the window cannot alter the mean.
    levels = {2015: sign * F(first), 2017: F(7), 2019: F(-3), 2020: sign * F(100)}
    made = judged(levels, (2025, sign * F(200)), direction)
    assert made.gap_left_pct == Decimal(gap)
    assert (made.gap_left_against(F(5)), made.gap_left_against(F(20))) == (against_5, against_20)
    assert made.is_right_direction is is_right
    assert not made.is_met


def test_a_boundary_holds_where_thirds_have_no_decimals() -> None:
    # 1/3 a year, 3 years left: 1 of 20/19 is 95 %, exactly 5 % are missed.
    levels = {year: F(year - 2015, 3) for year in range(2015, 2021)}
    assert judged(levels, (2023, levels[2020] + F(20, 19)), Direction.MORE).gap_left_against(F(5)) == 0


def test_mean_and_projection_are_those_of_the_window() -> None:
    levels = {year: F(value) for year, value in zip(range(2014, 2022), (999, 10, 14, 13, 19, 22, 30, 5), strict=True)}
    made = judged(levels, (2030, F(70)), Direction.MORE)
    assert (made.first_year, made.mean_change, made.projected) == (2015, 4, 70)
    assert made.gap_left_pct == 0


@pytest.mark.parametrize(
    ("years", "first_year"),
    [
        ((2015, 2016, 2017, 2018, 2019, 2020), 2015),
        ((2017, 2018, 2019, 2020), 2017),  # a short series: four points
        ((2015, 2017, 2019, 2020), 2015),  # years missing in between
        ((2010, 2016, 2017, 2018, 2020), 2016),  # older points do not count
    ],
)
def test_four_of_the_six_years_are_enough(years: tuple[int, ...], first_year: int) -> None:
    made = judged({year: F(year) for year in years}, (2025, F(3000)), Direction.MORE)
    assert (made.first_year, made.mean_change) == (first_year, 1)


@pytest.mark.parametrize(
    ("years", "reason"),
    [
        ((2018, 2019, 2020), Reason.TOO_FEW_POINTS),
        ((2010, 2011, 2012, 2016, 2018, 2020), Reason.TOO_FEW_POINTS),  # every other year: three in the window
        ((2015, 2016, 2017, 2018, 2019), Reason.NO_DATA),
        ((2018, 2019, 2020, 2021, 2022), Reason.TOO_FEW_POINTS),  # what comes later does not count
        ((), Reason.NO_DATA),
    ],
)
def test_what_has_no_weather_says_why(years: tuple[int, ...], reason: Reason) -> None:
    levels = {year: F(year) for year in years}
    assert weather.judge(levels, 2020, (2025, F(3000)), Direction.MORE) is reason


@pytest.mark.parametrize("deadline", [2020, 2018])
def test_from_the_target_year_on_the_whole_way_is_missed(deadline: int) -> None:
    levels = {year: F(year - 2000) for year in range(2015, 2021)}
    made = judged(levels, (deadline, F(21)), Direction.MORE)
    assert (made.gap_left_pct, made.is_right_direction, made.is_met) == (100, True, False)


@pytest.mark.parametrize(("direction", "target"), [(Direction.MORE, "10"), (Direction.LESS, "10")])
def test_of_a_target_that_is_met_nothing_is_left_whatever_the_trend(direction: Direction, target: str) -> None:
    levels = {year: F(10) - MIRROR[direction] * (year - 2020) for year in range(2015, 2021)}
    made = judged(levels, (2025, F(target)), direction)
    assert (made.is_met, made.gap_left_pct, made.is_right_direction) == (True, 0, False)


levels_of_six = st.lists(st.fractions(-1000, 1000, max_denominator=100), min_size=6, max_size=6)


@given(levels_of_six, st.fractions(-1000, 1000, max_denominator=100), st.integers(1, 12))
def test_turned_upside_down_the_weather_is_the_same(values: list[F], target: F, years: int) -> None:
    up = {2015 + at: value for at, value in enumerate(values)}
    down = {year: -value for year, value in up.items()}
    one = judged(up, (2020 + years, target), Direction.MORE)
    other = judged(down, (2020 + years, -target), Direction.LESS)
    assert one.gap_left_pct == other.gap_left_pct
    assert (one.is_met, one.is_right_direction) == (other.is_met, other.is_right_direction)
