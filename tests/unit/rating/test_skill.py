"""Brier score and calibration, by hand."""

import pytest

from rating.skill import Bin, Forecast, base_rate, brier, calibration, calibration_error, skill


def _forecasts(*pairs: tuple[float, bool]) -> list[Forecast]:
    return [Forecast(*pair) for pair in pairs]


def test_brier_is_the_mean_squared_distance() -> None:
    """(0.2² + 0.4²) / 2."""
    assert brier(_forecasts((0.8, True), (0.4, False))) == pytest.approx(0.1)
    assert brier(_forecasts((1.0, True), (0.0, False))) == 0
    assert brier(_forecasts((0.5, True), (0.5, False))) == 0.25


def test_skill_is_the_share_of_the_score_saved() -> None:
    assert skill(0.1, 0.25) == pytest.approx(0.6)
    assert skill(0.25, 0.25) == 0
    assert skill(0.5, 0.25) == -1


def test_calibration_by_bins() -> None:
    """Four bins: 0.1 and 0.2 fall in the first (one of two came true), 0.5 in the third, 1 in the last."""
    forecasts = _forecasts((0.1, True), (0.2, False), (0.5, True), (1.0, True))

    first, third, last = calibration(forecasts, bins=4)

    assert first == Bin(0, 0.25, 2, pytest.approx(0.15), 0.5)
    assert third == Bin(0.5, 0.75, 1, 0.5, 1)
    assert last == Bin(0.75, 1, 1, 1, 1)
    assert calibration_error(forecasts, bins=4) == pytest.approx((2 * 0.35 + 0.5 + 0) / 4)
    assert base_rate(forecasts) == 0.75


@pytest.mark.parametrize("score", [brier, base_rate])
def test_no_forecast_has_no_score(score) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="no forecasts"):
        score([])


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match="no probability"):
        Forecast(probability, has_happened=True)
