"""Control charts for series of high frequency: has the mean shifted since a baseline window, and since when?

EWMA and two-sided tabular CUSUM, for many series at once (series x time). Both see small lasting shifts early and let
single odd values pass. They assume independent values around one level: hand in what is left after season and trend.
Missing values (NaN) leave a chart where it stood: missing data neither raise nor clear a signal.
"""

from enum import StrEnum
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter  # type: ignore[import-untyped]
from scipy.stats import norm  # type: ignore[import-untyped]

Floats: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]
Signs: TypeAlias = npt.NDArray[np.int8]
Flags: TypeAlias = npt.NDArray[np.bool_]

_MEDIAN_DEVIATION = float(norm.ppf(0.75))
"""Median absolute deviation of a normal distribution, in sigmas."""

FEWEST_BASELINE_POINTS = 8
"""From fewer values the spread is not known well enough to put limits on it."""


class Estimate(StrEnum):
    """How mean and sigma come from the baseline window.

    Classical: mean and standard deviation (n - 1). Robust: median, and the median absolute deviation scaled to a normal
    sigma; a few odd months in the window then do not widen the limits.
    """

    CLASSICAL = "classical"
    ROBUST = "robust"


class Limits(StrEnum):
    """EWMA limits: exact for each number of values, narrower at the start, or the steady ones they tend to."""

    EXACT = "exact"
    STEADY = "steady"


class Fitness(StrEnum):
    """Whether a series can be charted, and if not, why."""

    CHARTED = "charted"
    TOO_FEW_POINTS = "too_few_points"
    NO_VARIATION = "no_variation"


class Baseline(msgspec.Struct, frozen=True):
    """In-control ``mean`` and ``sigma`` of each series, in its own unit; NaN where the series cannot be charted."""

    mean: Floats
    sigma: Floats
    fitness: tuple[Fitness, ...]


class EwmaChart(msgspec.Struct, frozen=True):
    """The weighted average of each series after each value, its limits, and where it stands.

    All (series x time), in the unit of the series; ``signal``: 1 above the upper limit, -1 below the lower, else 0. Of
    a series that cannot be charted the numbers are NaN and the signals 0.
    """

    average: Floats
    lower: Floats
    upper: Floats
    signal: Signs


class CusumChart(msgspec.Struct, frozen=True):
    """Upward and downward sums (both from 0 up) of each series after each value, and where they stand.

    All (series x time), sums in the unit of the series; ``limit``: the decision interval of each series; ``signal``: 1
    when the upward sum exceeds it, -1 when the downward sum does, 0 when neither, or the larger of both. ``since_up``
    and ``since_down`` count the steps since the sum left zero: the shift began that many steps ago, counted with the
    last.
    """

    up: Floats
    down: Floats
    since_up: Counts
    since_down: Counts
    limit: Floats
    signal: Signs


def baseline(window: Floats, estimate: Estimate) -> Baseline:
    """Estimate mean and sigma of each series from its values (series x time, NaN where missing) while in control."""
    values = _two_dimensional(window)
    mean, sigma = np.full(len(values), np.nan), np.full(len(values), np.nan)
    is_long = (~np.isnan(values)).sum(axis=1) >= FEWEST_BASELINE_POINTS
    if is_long.any():
        mean[is_long], sigma[is_long] = _estimated(values[is_long], estimate)
    is_constant = sigma == 0
    mean[is_constant], sigma[is_constant] = np.nan, np.nan
    fitness = np.where(is_constant, Fitness.NO_VARIATION, np.where(is_long, Fitness.CHARTED, Fitness.TOO_FEW_POINTS))
    return Baseline(mean, sigma, tuple(Fitness(each) for each in fitness))


def _estimated(values: Floats, estimate: Estimate) -> tuple[Floats, Floats]:
    if estimate is Estimate.CLASSICAL:
        mean, sigma = np.nanmean(values, axis=1), np.nanstd(values, axis=1, ddof=1)
    else:
        mean = np.nanmedian(values, axis=1)
        sigma = np.nanmedian(np.abs(values - mean[:, None]), axis=1) / _MEDIAN_DEVIATION
    # A constant series may show a spread of rounding errors: what does not vary is told from its values.
    return mean, np.where(np.nanmax(values, axis=1) == np.nanmin(values, axis=1), 0.0, sigma)


def ewma(values: Floats, known: Baseline, weight: float, width: float, limits: Limits = Limits.EXACT) -> EwmaChart:
    """Chart ``weight * value + (1 - weight) * average before``, started at the mean, with limits of ``width`` sigmas.

    ``weight`` (lambda) is over 0 and at most 1; small ones see small shifts. Weight 0.2 and width 2.96 give one false
    signal in 500 values (Lucas and Saccucci 1990). Raises ValueError for another weight, a width that is not positive,
    or values that do not fit the baseline.
    """
    if not 0 < weight <= 1 or width <= 0:
        raise ValueError(f"weight {weight} must lie over 0 up to 1 and width {width} over 0")
    scores, is_known = _scores(values, known)
    order = np.argsort(~is_known, axis=1, kind="stable")
    packed = np.take_along_axis(np.where(is_known, scores, 0.0), order, axis=1)
    smooth = lfilter([weight], [1.0, weight - 1.0], packed, axis=1)
    seen = is_known.cumsum(axis=1)
    at_last = np.take_along_axis(smooth, np.maximum(seen - 1, 0), axis=1)
    deviation = np.where(seen > 0, at_last, 0.0)
    share = np.ones(seen.shape) if limits is Limits.STEADY else 1 - (1 - weight) ** (2.0 * seen)
    reach = width * np.sqrt(weight / (2 - weight) * share)
    mean, sigma = known.mean[:, None], known.sigma[:, None]
    is_charted = ~np.isnan(sigma)
    signal = np.where(is_charted & (np.abs(deviation) > reach), np.sign(deviation), 0).astype(np.int8)
    return EwmaChart(mean + sigma * deviation, mean - sigma * reach, mean + sigma * reach, signal)


def cusum(values: Floats, known: Baseline, slack: float, limit: float, head_start: float = 0.0) -> CusumChart:
    """Chart what values exceed the mean by, less ``slack``, summed up and never below zero; likewise downwards.

    ``slack`` (k), ``limit`` (h) and ``head_start`` are in sigmas; slack is half the shift to be found. Slack 0.5 and
    limit 5 give one false signal in 465 values (Montgomery); a head start of half the limit finds a shift sooner that
    is there from the start (Lucas and Crosier 1982). The chart is not restarted after a signal. Raises ValueError for
    a negative slack or head start, a limit that is not positive, or values that do not fit the baseline.
    """
    if slack < 0 or head_start < 0 or limit <= 0:
        raise ValueError(
            f"slack {slack} and head start {head_start} must not be negative, limit {limit} must be over 0"
        )
    scores, is_known = _scores(values, known)
    sigma = known.sigma[:, None]
    is_charted = ~np.isnan(sigma)
    up = _sums(np.where(is_known, scores - slack, 0.0), head_start)
    down = _sums(np.where(is_known, -scores - slack, 0.0), head_start)
    side = np.where(up >= down, 1, -1)
    signal = np.where(is_charted & (np.maximum(up, down) > limit), side, 0).astype(np.int8)
    return CusumChart(
        up=up * sigma,
        down=down * sigma,
        since_up=_steps_since_zero(up),
        since_down=_steps_since_zero(down),
        limit=limit * known.sigma,
        signal=signal,
    )


def _scores(values: Floats, known: Baseline) -> tuple[Floats, Flags]:
    """Values in sigmas from the mean, and which of them are there to be charted."""
    given = _two_dimensional(values)
    if len(given) != len(known.mean):
        raise ValueError(f"{len(given)} series of values, but a baseline of {len(known.mean)}")
    scores = (given - known.mean[:, None]) / known.sigma[:, None]
    return scores, ~np.isnan(scores)


def _two_dimensional(values: Floats) -> Floats:
    given = np.asarray(values, dtype=np.float64)
    if given.ndim != 2 or np.isinf(given).any():
        raise ValueError("values must be finite or NaN, in two dimensions: series x time")
    return given


def _sums(steps: Floats, start: float) -> Floats:
    """``s = max(0, s before + step)`` for whole rows: the running sum, lifted by as much as it fell below zero."""
    walk = start + np.cumsum(steps, axis=1)
    return walk - np.minimum(0.0, np.minimum.accumulate(walk, axis=1))


def _steps_since_zero(sums: Floats) -> Counts:
    at = np.arange(1, sums.shape[1] + 1)
    return at - np.maximum.accumulate(np.where(sums == 0, at, 0), axis=1)
