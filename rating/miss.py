"""How likely a target is missed, by the steps the series has taken.

Two methods. Student's t on the steps of the last five years (logs of positive values) serves from three values on;
the back-test in docs/backtest.md chose it. Evenly spaced, longer courses also get a bootstrap of blocks of
neighbouring steps, which assumes neither a normal law nor independent steps.
"""

from enum import StrEnum
from itertools import pairwise
from math import gcd

import msgspec
import numpy as np
from scipy.stats import t as student  # type: ignore[import-untyped]

from plan.codes import Direction
from rating.outlook_course import Course, Scale, recent
from rating.projection import FEWEST_POINTS, scaled, step_forecast

LONG_STEPS = 24
"""Fewer steps hold too few different blocks."""

RESAMPLES = 4000
"""The standard error of a resampled probability is then below 0.008."""


class ChanceMethod(StrEnum):
    """How the probability of missing was found."""

    T_OF_STEPS = "t_of_steps"
    BLOCK_BOOTSTRAP = "block_bootstrap"


class Silence(StrEnum):
    """Why no probability is stated: fewer than three recent values, all steps equal, or the date has come."""

    TOO_FEW_POINTS = "too_few_points"
    NO_SPREAD = "no_spread"
    DATE_HAS_COME = "date_has_come"


class Chance(msgspec.Struct, frozen=True):
    """Probability (0 to 1) that the target is missed, or why none is stated. ``points``: values it rests on."""

    method: ChanceMethod
    missing: float | Silence
    points: int


def chances(course: Course, seed: int) -> tuple[Chance, ...]:
    """The probability to go by, and for long, evenly spaced courses the bootstrap's beside it."""
    way = recent(course)
    made = [Chance(ChanceMethod.T_OF_STEPS, t_of_steps(way), len(way.values))]
    if _is_long(way):
        made.append(Chance(ChanceMethod.BLOCK_BOOTSTRAP, block_bootstrap(way, seed), len(way.values)))
    return tuple(made)


def t_of_steps(course: Course) -> float | Silence:
    """By the t distribution about the value that the mean step leads to; a limit of the values plays no part."""
    settled = _settled(course)
    if settled is not None:
        return settled
    middle, error, freedom = step_forecast(course)
    if error == 0:  # a scatter too small for floats
        return Silence.NO_SPREAD
    side = student.cdf if course.wants is Direction.MORE else student.sf
    return float(side((_scaled_bar(course) - middle) / error, freedom))


def block_bootstrap(course: Course, seed: int) -> float | Silence:
    """By drawing blocks of steps again, for the time ahead and for the mean step, which is uncertain as well.

    Steps must be evenly spaced and the date a whole number of them away. Never exactly 0 or 1.
    """
    settled = _settled(course)
    if settled is not None:
        return settled
    steps = np.diff(scaled(course))
    draw = np.random.default_rng(seed)
    ahead = course.months_left // course.gaps[0]
    future = _blocks(steps, ahead, draw).sum(axis=1)
    doubt = (_blocks(steps, len(steps), draw).mean(axis=1) - steps.mean()) * ahead
    ends = scaled(course)[-1] + future + doubt
    bar = _scaled_bar(course)
    is_missed = ends < bar if course.wants is Direction.MORE else ends > bar
    if course.is_strict:
        is_missed |= ends == bar
    return (int(is_missed.sum()) + 0.5) / (RESAMPLES + 1)


def _blocks(steps: np.ndarray, length: int, draw: np.random.Generator) -> np.ndarray:
    """Rows of steps, made of blocks of about the cube root of the series' length."""
    size = round(len(steps) ** (1 / 3))
    starts = draw.integers(0, len(steps) - size + 1, (RESAMPLES, -(-length // size)))
    rows = (starts[:, :, None] + np.arange(size)).reshape(RESAMPLES, -1)[:, :length]
    return steps[rows]


def _settled(course: Course) -> float | Silence | None:
    """What needs no estimate: a total past its bar, or why nothing can be said."""
    if course.months_left <= 0:
        return Silence.DATE_HAS_COME
    if course.never_falls and course.meets(course.values[-1]) is (course.wants is Direction.MORE):
        return 0.0 if course.wants is Direction.MORE else 1.0
    if len(course.values) < FEWEST_POINTS:
        return Silence.TOO_FEW_POINTS
    return Silence.NO_SPREAD if _is_even(course) else None


def _is_even(course: Course) -> bool:
    """Whether all steps are equal for their length, exactly: a straight line tells nothing about its scatter."""
    if course.scale is Scale.DRAWS:
        return len(set(course.values)) == 1
    unit = gcd(*course.gaps)
    lengths = [gap // unit for gap in course.gaps]
    if course.scale is Scale.PLAIN:
        return len({(b - a) / gap for (a, b), gap in zip(pairwise(course.values), lengths, strict=True)}) == 1
    factors = [b / a for a, b in pairwise(course.values)]
    return all(each ** lengths[0] == factors[0] ** gap for each, gap in zip(factors, lengths, strict=True))


def _scaled_bar(course: Course) -> float:
    if course.scale is not Scale.LOG:
        return float(course.bar)
    return float(np.log(float(course.bar))) if course.bar > 0 else -np.inf


def _is_long(course: Course) -> bool:
    gaps = course.gaps
    is_walk = course.scale is not Scale.DRAWS and len(gaps) >= LONG_STEPS
    return is_walk and len(set(gaps)) == 1 and course.months_left > 0 and course.months_left % gaps[0] == 0
