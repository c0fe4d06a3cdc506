"""Control charts against published tables, by hand, and against the plain recursions; false discoveries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rating.control import Baseline, Estimate, Fitness, Floats, Limits, baseline, cusum, ewma
from rating.discovery import discoveries
from rating.trend import Drift, Trend, mann_kendall

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4: target 50, s 2.0539, weight 0.3, steady limits of 3 sigmas.
NIST_DATA = [52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5]
NIST_DATA += [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
NIST_EWMA = [50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33]
NIST_EWMA += [50.11, 49.36, 49.52, 50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99]

# Montgomery and Runger, Applied Statistics and Probability for Engineers, table 16-8: target 99, K = 1, H = 10.
RUNGER_DATA = [102.0, 94.8, 98.3, 98.4, 102.0, 98.5, 99.0, 97.7, 100.0, 98.1]
RUNGER_DATA += [101.3, 98.7, 101.1, 98.4, 97.0, 96.7, 100.3, 101.4, 97.2, 101.0]
RUNGER_UP = [2.0, 0, 0, 0, 2.0, 0.5, 0, 0, 0, 0, 1.3, 0, 1.1, 0, 0, 0, 0.3, 1.7, 0, 1.0]
RUNGER_DOWN = [0, 3.2, 2.9, 2.5, 0, 0, 0, 0.3, 0, 0, 0, 0, 0, 0, 1.0, 2.3, 0, 0, 0.8, 0]
RUNGER_SINCE_UP = [1, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 2, 0, 1]
RUNGER_SINCE_DOWN = [0, 1, 2, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 1, 0]

# Montgomery, Introduction to Statistical Quality Control, table 9.1: mean 10, sigma 1, shifted by 1 from the 21st on.
MONTGOMERY_DATA = [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34]
MONTGOMERY_DATA += [9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84]
MONTGOMERY_DATA += [10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52]


def known(mean: float, sigma: float) -> Baseline:
    return Baseline(np.array([mean]), np.array([sigma]), (Fitness.CHARTED,))


def row(values: list[float]) -> Floats:
    return np.array([values])


def test_ewma_of_the_nist_handbook() -> None:
    chart = ewma(row(NIST_DATA), known(50, 2.0539), weight=0.3, width=3, limits=Limits.STEADY)

    assert chart.average[0] == pytest.approx(NIST_EWMA, abs=0.0051)
    # Printed limits: 50 + 3 (0.4201) (2.0539) = 52.5884 and 47.4115, cut rather than rounded.
    assert chart.upper[0] == pytest.approx([52.5884] * 20, abs=2e-4)
    assert chart.lower[0] == pytest.approx([47.4115] * 20, abs=2e-4)
    assert not chart.signal.any()


def test_ewma_with_limits_that_open_up() -> None:
    chart = ewma(row(MONTGOMERY_DATA), known(10, 1), weight=0.1, width=2.7)

    # By hand: 0.1 x 9.45 + 0.9 x 10 = 9.945, then 0.1 x 7.99 + 0.9 x 9.945 = 9.7495. First limits 10 +- 2.7 x 0.1;
    # second 2.7 x 0.1 x sqrt(1 + 0.81) = 0.36325; they tend to 2.7 x sqrt(0.1 / 1.9) = 0.61942.
    assert chart.average[0, :2] == pytest.approx([9.945, 9.7495])
    assert chart.upper[0, :2] == pytest.approx([10.27, 10.36325], abs=1e-5)
    assert chart.lower[0, -1] == pytest.approx(10 - 0.61942, abs=1e-3)
    # The 28th average 10.573 is within, the 29th 10.647 beyond.
    assert chart.signal[0].tolist() == [0] * 28 + [1, 1]


def test_cusum_of_montgomery_and_runger() -> None:
    chart = cusum(row(RUNGER_DATA), known(99, 2), slack=0.5, limit=5)

    assert chart.up[0] == pytest.approx(RUNGER_UP, abs=1e-9)
    assert chart.down[0] == pytest.approx(RUNGER_DOWN, abs=1e-9)
    assert chart.limit.tolist() == [10]
    assert chart.since_up[0].tolist() == RUNGER_SINCE_UP
    assert chart.since_down[0].tolist() == RUNGER_SINCE_DOWN
    assert not chart.signal.any()


def test_cusum_tells_when_the_shift_began() -> None:
    chart = cusum(row(MONTGOMERY_DATA), known(10, 1), slack=0.5, limit=5)

    # By hand from the 22nd, where the sum is 0: 1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28. The 29th is over 5, seven
    # steps after zero: the shift began with the 23rd value.
    assert chart.up[0, 22:29] == pytest.approx([1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28])
    assert chart.signal[0].tolist() == [0] * 28 + [1, 1]
    assert chart.since_up[0, 28] == 7


def test_cusum_with_a_head_start() -> None:
    # Lucas and Crosier (1982), table 5: h = 5, k = 0.5, standard scores, without and with a head start of 2.5.
    scores = row([0.8, 1.9, 1.4, 2.0, 1.1, 0.7, 2.6])
    late = cusum(scores, known(0, 1), slack=0.5, limit=5)
    early = cusum(scores, known(0, 1), slack=0.5, limit=5, head_start=2.5)

    assert late.up[0] == pytest.approx([0.3, 1.7, 2.6, 4.1, 4.7, 4.9, 7.0])
    assert late.signal[0].tolist() == [0, 0, 0, 0, 0, 0, 1]
    assert early.up[0] == pytest.approx([2.8, 4.2, 5.1, 6.6, 7.2, 7.4, 9.5])
    assert early.signal[0].tolist() == [0, 0, 1, 1, 1, 1, 1]


def test_baseline_by_both_estimates() -> None:
    window = row([1, 2, 3, 4, 5, 6, 7, 100])

    classical, robust = baseline(window, Estimate.CLASSICAL), baseline(window, Estimate.ROBUST)

    # Mean 128 / 8; squares of the differences 225 196 169 144 121 100 81 7056 add up to 8092, over 7.
    assert classical.mean[0] == pytest.approx(16)
    assert classical.sigma[0] == pytest.approx((8092 / 7) ** 0.5)
    # Median 4.5; deviations 3.5 2.5 1.5 0.5 0.5 1.5 2.5 95.5, their median 2, times 1.4826.
    assert robust.mean[0] == pytest.approx(4.5)
    assert robust.sigma[0] == pytest.approx(2 * 1.4826, abs=1e-4)


@pytest.mark.parametrize("estimate", list(Estimate))
def test_what_cannot_be_charted_is_named_and_stays_silent(estimate: Estimate) -> None:
    gap = np.nan
    window = np.array(
        [[0.1] * 8 + [gap], [1, 2, 3, 4, 5, 6, 7, gap, gap], [1, 2, 3, 4, 5, 6, 7, 8, gap], [gap] * 9]
    )  # constant; seven values; eight; none
    given = baseline(window, estimate)
    values = np.full((4, 3), 99.0)

    assert given.fitness == (
        Fitness.NO_VARIATION,
        Fitness.TOO_FEW_POINTS,
        Fitness.CHARTED,
        Fitness.TOO_FEW_POINTS,
    )
    for signal in (ewma(values, given, 0.2, 3).signal, cusum(values, given, 0.5, 5).signal):
        assert signal.any(axis=1).tolist() == [False, False, True, False]
    assert np.isnan(ewma(values, given, 0.2, 3).average[0]).all()


def test_a_window_without_any_series_long_enough() -> None:
    assert baseline(np.empty((2, 0)), Estimate.ROBUST).fitness == (Fitness.TOO_FEW_POINTS,) * 2


def test_missing_values_leave_a_chart_where_it_stood() -> None:
    gap = np.nan
    gapped, dense = row([gap, 12, gap, 13, 14, gap]), row([12, 13, 14])

    smooth, plain = ewma(gapped, known(10, 1), 0.4, 2), ewma(dense, known(10, 1), 0.4, 2)
    sums, bare = cusum(gapped, known(10, 1), 0.5, 3), cusum(dense, known(10, 1), 0.5, 3)

    repeated = [0, 0, 1, 2, 2]
    assert smooth.average[0, 1:].tolist() == plain.average[0, repeated].tolist()
    assert smooth.upper[0, 1:].tolist() == plain.upper[0, repeated].tolist()
    assert smooth.signal[0, 1:].tolist() == plain.signal[0, repeated].tolist() == [0, 0, 1, 1, 1]
    assert sums.up[0, 1:].tolist() == bare.up[0, repeated].tolist()
    assert (smooth.average[0, 0], smooth.signal[0, 0], sums.up[0, 0]) == (10, 0, 0)


@pytest.mark.parametrize(("weight", "width"), [(0, 3), (1.1, 3), (0.2, 0)])
def test_ewma_refuses_what_makes_no_chart(weight: float, width: float) -> None:
    with pytest.raises(ValueError, match="weight"):
        ewma(row([1.0]), known(0, 1), weight, width)


def test_cusum_refuses_what_makes_no_chart() -> None:
    with pytest.raises(ValueError, match="limit 0"):
        cusum(row([1.0]), known(0, 1), 0.5, 0)
    with pytest.raises(ValueError, match="two dimensions"):
        cusum(np.array([1.0, 2.0]), known(0, 1), 0.5, 5)
    with pytest.raises(ValueError, match="2 series"):
        cusum(np.ones((2, 3)), known(0, 1), 0.5, 5)


@given(
    st.lists(st.lists(st.floats(-1e3, 1e3), min_size=9, max_size=9), min_size=1, max_size=5),
    st.floats(0.05, 1),
    st.floats(0, 2),
)
def test_whole_rows_equal_the_recursion_value_by_value(rows: list[list[float]], weight: float, slack: float) -> None:
    values = np.array(rows)
    given_ = Baseline(np.zeros(len(rows)), np.ones(len(rows)), (Fitness.CHARTED,) * len(rows))

    smooth, sums = ewma(values, given_, weight, 3), cusum(values, given_, slack, 5)

    for at, each in enumerate(rows):
        average = up = down = 0.0
        for step, value in enumerate(each):
            average = weight * value + (1 - weight) * average
            up, down = max(0.0, up + value - slack), max(0.0, down - value - slack)
            assert smooth.average[at, step] == pytest.approx(average, abs=1e-9)
            assert (sums.up[at, step], sums.down[at, step]) == pytest.approx((up, down), abs=1e-9)


# Benjamini and Hochberg (1995), section 3: 15 end points of a trial of two medicines after a heart attack.
TRIAL = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
TRIAL += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]


def test_the_trial_of_benjamini_and_hochberg() -> None:
    found = discoveries(TRIAL, rate=0.05)

    # p(4) = 0.0095 <= 4 / 15 x 0.05 = 0.0133, while p(5) = 0.0201 > 0.0167 and so on: four are reported.
    assert found.is_reported == (True,) * 4 + (False,) * 11
    assert found.adjusted[3] == pytest.approx(0.0095 * 15 / 4)


def test_a_test_that_could_not_be_made_is_no_test() -> None:
    found = discoveries([None, 0.02, None, 0.9], rate=0.05)

    assert found.is_reported == (False, True, False, False)  # 0.02 x 2 / 1 = 0.04
    assert found.adjusted[0] is None
    assert discoveries([None], rate=0.05).is_reported == (False,)
    assert discoveries([], rate=0.05).adjusted == ()


def test_of_four_hundred_series_without_a_trend_twenty_cry_out_and_none_is_reported() -> None:
    noise = np.random.default_rng(0).normal(size=(400, 60))
    trends = [trend for trend in map(mann_kendall, noise.tolist()) if isinstance(trend, Trend)]

    # 5 % of 400, give or take three standard deviations of 4.4.
    assert 20 - 13 <= sum(trend.direction is not Drift.NONE for trend in trends) <= 20 + 13
    assert not any(discoveries([trend.p for trend in trends], rate=0.05).is_reported)


def test_a_rate_is_a_share() -> None:
    with pytest.raises(ValueError, match="rate"):
        discoveries([0.5], rate=1)
