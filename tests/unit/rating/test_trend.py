"""Mann-Kendall and Sen's slope: a published case, exact small samples by hand, and the laws of both statistics."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.messages import Reason
from rating.trend import Correction, Drift, Trend, mann_kendall

GILBERT_1987 = [20, 20, 20, 20, 15, 20, 20, 30, 27, 26, 23, 35, 25, 28, 70, 26, 24, 34, 32, 23, 50, 30]
"""R. O. Gilbert, Statistical Methods for Environmental Pollution Monitoring (1987), chapter 16."""


def trend_of(values: list[float | None], **more: object) -> Trend:
    made = mann_kendall(values, **more)  # type: ignore[arg-type]
    assert isinstance(made, Trend)
    return made


def test_the_published_case_with_ties() -> None:
    found = trend_of(GILBERT_1987)

    # Variance by hand: 22 x 21 x 49 / 18 = 1257.667, less ties 20 (6 of them: 6 x 5 x 17 = 510), 23, 26, 30 (2 each:
    # 2 x 1 x 9 = 18): (22638 - 510 - 54) / 18 = 1226.333. z = 110 / 35.019.
    assert (found.points, found.score) == (22, 111)
    assert found.variance == pytest.approx(22_074 / 18)
    assert found.z == pytest.approx(3.14, abs=0.005)
    assert found.p == pytest.approx(math.erfc(found.z / math.sqrt(2)))
    assert found.slope == pytest.approx(2 / 3)
    assert found.direction is Drift.RISING
    assert not found.is_exact


@pytest.mark.parametrize(
    ("values", "score", "p"),
    [
        # Of the 24 orders of four values 1, 3, 5, 6, 5, 3, 1 have 0 to 6 inversions; S = 6 - 2 x inversions.
        ([1, 2, 3, 4], 6, 2 * 1 / 24),
        ([1, 2, 4, 3], 4, 2 * 4 / 24),
        ([1, 4, 3, 2], 0, 1.0),
        # Of the 120 orders of five, inversions 0 and 1 have 1 and 4.
        ([9, 7, 5, 3, 1], -10, 2 * 1 / 120),
        ([9, 7, 5, 1, 3], -8, 2 * 5 / 120),
    ],
)
def test_few_points_have_an_exact_p(values: list[float | None], score: int, p: float) -> None:
    found = trend_of(values)

    assert found.score == score
    assert found.p == pytest.approx(p)
    assert found.is_exact


def test_ties_among_few_points_fall_back_on_the_normal_approximation() -> None:
    # 1 1 2 3: five pairs rise, one is tied: S = 5; variance (4 x 3 x 13 - 2 x 1 x 9) / 18 = 138 / 18; z = 4 / 2.769.
    found = trend_of([1, 1, 2, 3])

    assert (found.score, found.is_exact) == (5, False)
    assert found.z == pytest.approx(4 / math.sqrt(138 / 18))


def test_the_level_decides_the_direction() -> None:
    falling = [Decimal(5), Decimal(4), Fraction(3), 2.0, 1]  # p = 2 / 120 = 0.0167

    assert mann_kendall(falling, level=0.05).direction is Drift.FALLING
    assert mann_kendall(falling, level=0.01).direction is Drift.NONE


def test_a_missing_step_counts_as_time() -> None:
    # Pairs of (0, 0), (1, 1), (3, 3), (4, 4): every slope is 1; without the gap it would be above.
    found = trend_of([0, 1, None, 3, 4])

    assert (found.points, found.score, found.slope) == (4, 6, 1.0)


def test_a_constant_series_shows_no_trend() -> None:
    for correction in Correction:
        found = trend_of([7.5] * 24, correction=correction)

        assert (found.score, found.z, found.p, found.direction) == (0, 0.0, 1.0, Drift.NONE)


def test_three_points_are_too_few() -> None:
    assert mann_kendall([1, 2, 3]) is Reason.TOO_FEW_POINTS
    assert mann_kendall([1, math.nan, 2, None, 3]) is Reason.TOO_FEW_POINTS
    assert mann_kendall([]) is Reason.TOO_FEW_POINTS


def test_the_correction_needs_a_long_series_without_gaps() -> None:
    rising = list(range(24))

    assert mann_kendall(rising[:19], correction=Correction.HAMED_RAO) is Reason.TOO_FEW_POINTS
    assert mann_kendall([*rising, None], correction=Correction.HAMED_RAO) is Reason.INCOMPLETE


@pytest.mark.parametrize(("echo", "is_wider"), [(0.8, True), (-0.9, False)])
def test_the_correction_widens_the_variance_of_an_echoing_series_and_never_narrows_it(
    echo: float, is_wider: bool
) -> None:
    noise = np.random.default_rng(4).normal(size=60)
    values = [float(noise[0])]
    for each in noise[1:]:
        values.append(echo * values[-1] + float(each))

    plain, corrected = trend_of(values), trend_of(values, correction=Correction.HAMED_RAO)

    assert (corrected.score, corrected.slope) == (plain.score, plain.slope)
    assert (corrected.variance > plain.variance) is is_wider
    assert corrected.p >= plain.p


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="infinite"):
        mann_kendall([1, 2, 3, math.inf])
    with pytest.raises(ValueError, match="level"):
        mann_kendall([1, 2, 3, 4], level=1)


series = st.lists(st.integers(-50, 50), min_size=4, max_size=40)


@given(series)
def test_time_reversal_turns_the_trend_round(values: list[int]) -> None:
    forth, back = trend_of(values), trend_of(values[::-1])

    assert back.score == -forth.score
    assert (back.variance, back.p) == pytest.approx((forth.variance, forth.p))
    assert back.slope == pytest.approx(-forth.slope)


@given(series, st.integers(1, 9), st.integers(-9, 9))
def test_slope_is_equivariant_and_the_test_invariant(values: list[int], scale: int, tilt: int) -> None:
    before = trend_of(values)
    scaled = trend_of([scale * each + 17 for each in values])
    tilted = trend_of([each + tilt * at for at, each in enumerate(values)])

    assert (scaled.score, scaled.p) == (before.score, before.p)
    assert scaled.slope == pytest.approx(scale * before.slope)
    assert tilted.slope == pytest.approx(before.slope + tilt)


@given(series)
def test_score_is_the_sum_over_all_pairs(values: list[int]) -> None:
    pairs = [(early, late) for at, early in enumerate(values) for late in values[at + 1 :]]

    assert trend_of(values).score == sum((late > early) - (late < early) for early, late in pairs)
