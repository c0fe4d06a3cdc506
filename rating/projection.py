"""Where a course stands when it is due, by several methods, each with a range: their spread tells how far to trust.

* run rate: a straight line at the recent pace; its range, as if the rest went like the slowest or the fastest stretch
  of late;
* mean step: mean step of the last five years (mean log growth of positive values), with the prediction interval of
  Student's t: a random walk with drift;
* median slope: Theil and Sen's slope over the last five years, from the newest value on;
* damped trend: exponential smoothing over all values, for long, evenly spaced courses only.

The latter two take their ranges from the scatter of the steps, as the mean step does.

Rates that are asked anew each year have no way to extend: their mean (with t interval) and their newest value (with
the lowest and highest of late) are the first two methods.
"""

import math
from collections.abc import Iterator
from enum import StrEnum

import msgspec
import numpy as np
from scipy.stats import t as student  # type: ignore[import-untyped]
from scipy.stats import theilslopes
from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing  # type: ignore[import-untyped]

from rating.outlook_course import Course, Scale, lately, recent

CONFIDENCE = 0.8
"""Share of outcomes that a range should hold."""

FEWEST_POINTS = 3
"""Two values make one step: nothing to tell its scatter from."""

LONG = 10
"""Fewer values do not feed the parameters of a damped trend."""

_LARGEST_LOG = 700.0
"""Beyond it floats overflow; a range that wide says "no idea" either way."""


class ProjectionMethod(StrEnum):
    """How a value at the deadline was found."""

    RUN_RATE = "run_rate"
    MEAN_STEP = "mean_step"
    MEDIAN_SLOPE = "median_slope"
    DAMPED_TREND = "damped_trend"
    MEAN_VALUE = "mean_value"
    LAST_VALUE = "last_value"


class Projection(msgspec.Struct, frozen=True):
    """A value at the deadline and its range of 80 %; ``is_clipped``: one of them was cut off at a limit."""

    method: ProjectionMethod
    value: float
    low: float
    high: float
    is_clipped: bool


def projections(course: Course) -> tuple[Projection, ...]:
    """By all methods that fit the course; none with fewer than three recent values, or when the date has come."""
    if course.months_left <= 0 or len(recent(course).values) < FEWEST_POINTS:
        return ()
    methods = _of_single_values if course.scale is Scale.DRAWS else _of_steps
    return tuple(_clipped(course, *each) for each in methods(course))


def step_forecast(course: Course) -> tuple[float, float, int]:
    """Mean and standard error of the value when due, on the course's scale, and the degrees of freedom.

    Steps of a random walk scatter with the square root of their length; uneven gaps are weighted so. Single values
    scatter about their mean. Needs three values at least.
    """
    values = scaled(course)
    if course.scale is Scale.DRAWS:
        count = len(values)
        return float(values.mean()), float(values.std(ddof=1)) * math.sqrt(1 + 1 / count), count - 1
    gaps = np.array(course.gaps, dtype=float)
    steps = np.diff(values)
    drift = steps.sum() / gaps.sum()
    variance = float(((steps - drift * gaps) ** 2 / gaps).sum()) / (len(steps) - 1)
    ahead = course.months_left
    return float(values[-1] + drift * ahead), math.sqrt(variance * (ahead + ahead**2 / gaps.sum())), len(steps) - 1


def scaled(course: Course) -> np.ndarray:
    """The values as floats, as logs on the log scale."""
    values = np.array([float(value) for value in course.values])
    return np.log(values) if course.scale is Scale.LOG else values


_Found = tuple[ProjectionMethod, float, float, float]


def _of_steps(course: Course) -> Iterator[_Found]:
    way = recent(course)
    yield _run_rate(course)
    yield (ProjectionMethod.MEAN_STEP, *_unscaled(way, _interval(way)))
    yield (ProjectionMethod.MEDIAN_SLOPE, *_unscaled(way, _median_slope(way)))
    if len(course.values) >= LONG and len(set(course.gaps)) == 1 and course.months_left % course.gaps[0] == 0:
        yield (ProjectionMethod.DAMPED_TREND, *_unscaled(course, _damped_trend(course)))


def _of_single_values(course: Course) -> Iterator[_Found]:
    way = recent(course)
    values = scaled(way)
    yield (ProjectionMethod.MEAN_VALUE, *_interval(way))
    yield ProjectionMethod.LAST_VALUE, float(values[-1]), float(values.min()), float(values.max())
    yield (ProjectionMethod.MEDIAN_SLOPE, *_median_slope(way))


def _run_rate(course: Course) -> _Found:
    way = lately(course)
    values = np.array([float(value) for value in way.values])
    last, ahead = float(values[-1]), course.months_left
    speeds = np.diff(values) / np.array(way.gaps)
    mean = (last - float(values[0])) / (way.months[-1] - way.months[0])
    slowest, fastest = float(speeds.min()), float(speeds.max())
    return ProjectionMethod.RUN_RATE, last + mean * ahead, last + slowest * ahead, last + fastest * ahead


def _interval(course: Course) -> tuple[float, float, float]:
    middle, error, freedom = step_forecast(course)
    return _about(middle, error, freedom)


def _about(middle: float, error: float, freedom: int) -> tuple[float, float, float]:
    reach = float(student.ppf((1 + CONFIDENCE) / 2, freedom)) * error
    return middle, middle - reach, middle + reach


def _median_slope(course: Course) -> tuple[float, float, float]:
    """The slope's own interval would say nothing about the scatter of what comes: the steps' is used."""
    _, error, freedom = step_forecast(course)
    values = scaled(course)
    slope = float(theilslopes(values, np.array(course.months, dtype=float)).slope)
    return _about(float(values[-1]) + slope * course.months_left, error, freedom)


def _damped_trend(course: Course) -> tuple[float, float, float]:
    """Additive damped trend (state space form), fitted on standardised values: scale must not steer the optimiser.

    Its own range held far fewer outcomes of the back-test than it promised; so the steps' scatter serves here too.
    """
    _, error, freedom = step_forecast(recent(course))
    values = scaled(course)
    size = float(np.diff(values).std())
    if size == 0:  # a straight line has nothing to smooth
        speed = float(values[-1] - values[0]) / sum(course.gaps)
        return _about(float(values[-1]) + speed * course.months_left, error, freedom)
    model = ExponentialSmoothing(
        (values - values[0]) / size, trend=True, damped_trend=True, initialization_method="heuristic"
    )
    end = model.fit(disp=False).forecast(course.months_left // course.gaps[0])[-1]
    return _about(float(values[0] + size * end), error, freedom)


def _unscaled(course: Course, found: tuple[float, float, float]) -> tuple[float, float, float]:
    if course.scale is not Scale.LOG:
        return found
    middle, low, high = (math.exp(min(each, _LARGEST_LOG)) for each in found)
    return middle, low, high


def _clipped(course: Course, method: ProjectionMethod, value: float, low: float, high: float) -> Projection:
    """A share does not pass 100, a total never falls: what a method finds beyond a limit is cut off, and flagged."""
    lowest = -math.inf if course.lowest is None else float(course.lowest)
    if course.never_falls:
        lowest = max(lowest, float(course.values[-1]))
    highest = math.inf if course.highest is None else float(course.highest)
    kept_value, kept_low, kept_high = (min(max(each, lowest), highest) for each in (value, low, high))
    is_clipped = (kept_value, kept_low, kept_high) != (value, low, high)
    return Projection(method, kept_value, kept_low, kept_high, is_clipped)
