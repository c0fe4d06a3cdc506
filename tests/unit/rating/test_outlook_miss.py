"""Probability of missing and projections on bare courses: by hand, by Student's own closed forms, and laws."""

import math
from fractions import Fraction

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.codes import Direction
from rating.miss import Silence, block_bootstrap, t_of_steps
from rating.outlook import outlook
from rating.outlook_course import Course, Scale
from rating.projection import LONG, ProjectionMethod, projections, step_forecast
from tests.support.outlook_cases import indicator_of, points_of, target_of, yearly_course

_law = settings(deadline=None, max_examples=100)
_values = st.lists(st.integers(1, 1000), min_size=3, max_size=8)
_bars = st.integers(-500, 2000)


def test_the_interval_of_two_steps_by_hand() -> None:
    """Steps 10 and 20: mean 15, variance 50; two years on 30 + 30 = 60, error sqrt(50 x (2 + 4 / 2)) = sqrt(200).

    With one degree of freedom t is Cauchy's: its 90 % point is tan(0.4 pi) = 3.0777, its value at 1 is 3/4.
    """
    course = yearly_course([0, 10, 30], 60, ahead=2)

    middle, error, freedom = step_forecast(course)

    assert (middle, error, freedom) == (pytest.approx(60), pytest.approx(math.sqrt(200)), 1)
    mean_step = projections(course)[1]
    assert mean_step.method is ProjectionMethod.MEAN_STEP
    assert mean_step.high == pytest.approx(60 + math.tan(0.4 * math.pi) * math.sqrt(200))
    assert t_of_steps(course) == pytest.approx(0.5)
    one_error_higher = msgspec.structs.replace(course, bar=60 + Fraction(math.sqrt(200)))
    assert t_of_steps(one_error_higher) == pytest.approx(0.75)


def test_uneven_gaps_weigh_by_their_length() -> None:
    """10 in one year, 40 in two: drift 50/36 a month; (6.667²/12 + 6.667²/24) = 5.5556 a month; error sqrt(88.889)."""
    even = yearly_course([0, 10, 50], 60)
    start = even.months[0]
    course = msgspec.structs.replace(even, months=(start, start + 12, start + 36), due_month=start + 48)

    middle, error, _ = step_forecast(course)

    assert middle == pytest.approx(50 + 50 / 3)
    assert error == pytest.approx(math.sqrt(800 / 9))


def test_single_years_scatter_about_their_mean() -> None:
    """10, 20, 30: error 10 x sqrt(4/3); with two degrees of freedom t is below 1 with 1/2 + 1 / (2 sqrt 3)."""
    bar = 20 + Fraction(10 * math.sqrt(4 / 3))

    missing = t_of_steps(yearly_course([10, 20, 30], bar, scale=Scale.DRAWS))

    assert missing == pytest.approx(0.5 + 1 / (2 * math.sqrt(3)))


def test_even_money_when_the_bar_is_the_projection_of_logs() -> None:
    """100 -> 200 in two uneven steps: the mean step leads to 200 x sqrt 2."""
    course = yearly_course([100, 150, 200], 200 * Fraction(math.sqrt(2)), scale=Scale.LOG)

    assert t_of_steps(course) == pytest.approx(0.5)


def test_a_positive_value_cannot_miss_a_bar_of_zero_downwards() -> None:
    assert t_of_steps(yearly_course([100, 150, 200], 0, scale=Scale.LOG)) == 0
    assert t_of_steps(yearly_course([100, 150, 200], 0, scale=Scale.LOG, wants=Direction.LESS)) == 1


def test_only_long_even_courses_are_smoothed() -> None:
    rising = [100 + 3 * at + at % 2 for at in range(LONG)]

    methods = [each.method for each in projections(yearly_course(rising, 200))]
    too_short = [each.method for each in projections(yearly_course(rising[1:], 200))]

    assert methods[-1] is ProjectionMethod.DAMPED_TREND
    assert ProjectionMethod.DAMPED_TREND not in too_short
    damped = projections(yearly_course(rising, 200))[-1]
    assert rising[-1] < damped.value < rising[-1] + 2 * 3  # a damped rise, no leap


def test_a_straight_line_is_extended_straight_and_has_no_scatter() -> None:
    found = projections(yearly_course([10 * at for at in range(LONG)], 200, ahead=2))

    assert [each.value for each in found] == [pytest.approx(110)] * 4
    assert [each.high - each.low for each in found] == [pytest.approx(0)] * 4


def test_a_scatter_too_small_for_floats_is_none() -> None:
    assert t_of_steps(yearly_course([10**20, 10**20 + 1, 10**20 + 3], 10**21)) is Silence.NO_SPREAD


def test_wild_factors_give_wide_but_finite_ranges() -> None:
    found = projections(yearly_course([1, 10, 10**9], 5, ahead=60, scale=Scale.LOG))

    assert all(math.isfinite(each.high) for each in found)


def test_strict_targets_count_ties_as_missed() -> None:
    """Steps of 0 or 2 on a last value of 4: many a redrawn way ends exactly on a bar of 4."""
    course = yearly_course([0, 0, 2, 2, 4], 4)
    strict = msgspec.structs.replace(course, is_strict=True)

    lenient, hard = block_bootstrap(course, seed=1), block_bootstrap(strict, seed=1)

    assert isinstance(lenient, float)
    assert isinstance(hard, float)
    assert lenient < hard


def _monthly_noise() -> Course:
    steps = np.random.default_rng(7).normal(1, 2, 60)
    values = [Fraction(float(each)) for each in np.cumsum(steps)]
    return yearly_course(values, 70)


def test_bootstrap_and_t_agree_on_independent_normal_steps() -> None:
    course = _monthly_noise()
    middle, error, _ = step_forecast(course)

    for at in (-1, 0, 1):
        bar = msgspec.structs.replace(course, bar=Fraction(middle + at * error))
        assert block_bootstrap(bar, seed=1) == pytest.approx(t_of_steps(bar), abs=0.08)


def test_the_bootstrap_repeats_with_its_seed_and_is_never_certain() -> None:
    course = _monthly_noise()
    course = msgspec.structs.replace(course, bar=Fraction(step_forecast(course)[0]))
    beyond = msgspec.structs.replace(course, bar=Fraction(10**6))

    assert block_bootstrap(course, seed=3) == block_bootstrap(course, seed=3)
    assert block_bootstrap(course, seed=3) != block_bootstrap(course, seed=4)
    assert block_bootstrap(beyond, seed=3) == 4000.5 / 4001


@pytest.mark.parametrize("method", [t_of_steps, lambda course: block_bootstrap(course, seed=1)])
@_law
@given(values=_values, bars=st.tuples(_bars, _bars), scale=st.sampled_from(Scale), wants=st.sampled_from(Direction))
def test_a_harder_target_is_never_less_likely_missed(method, values, bars, scale, wants) -> None:  # type: ignore[no-untyped-def]
    easier, harder = sorted(bars, reverse=wants is Direction.LESS)

    first, second = (method(yearly_course(values, bar, ahead=2, scale=scale, wants=wants)) for bar in (easier, harder))

    if isinstance(first, Silence):
        assert second is first
    else:
        assert first <= second


@_law
@given(values=_values, bar=_bars, scale=st.sampled_from(Scale))
def test_what_one_side_misses_the_other_meets(values: list[int], bar: int, scale: Scale) -> None:
    more = t_of_steps(yearly_course(values, bar, scale=scale))
    less = t_of_steps(yearly_course(values, bar, scale=scale, wants=Direction.LESS))

    assert more is less if isinstance(more, Silence) or isinstance(less, Silence) else more + less == pytest.approx(1)


@_law
@given(values=_values, bar=_bars, scale=st.sampled_from(Scale), factor=st.fractions(Fraction(1, 1000), 1000))
def test_another_unit_changes_no_probability(values: list[int], bar: int, scale: Scale, factor: Fraction) -> None:
    plain = t_of_steps(yearly_course(values, bar, scale=scale))
    scaled = t_of_steps(yearly_course([factor * each for each in values], factor * bar, scale=scale))

    if isinstance(plain, Silence):
        assert scaled is plain
    else:
        assert scaled == pytest.approx(plain, abs=1e-6)


@_law
@given(values=_values, shuffle=st.randoms())
def test_the_order_of_the_points_does_not_matter(values: list[int], shuffle) -> None:  # type: ignore[no-untyped-def]
    points = points_of({str(2012 + at): str(value) for at, value in enumerate(values)})
    mixed = points.copy()
    shuffle.shuffle(mixed)
    target = target_of("500", base="2011", deadline="2022")

    assert outlook(target, indicator_of(), mixed, "2020", seed=1) == outlook(
        target, indicator_of(), points, "2020", seed=1
    )
