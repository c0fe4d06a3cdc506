"""A status as a step function of one number: decided exactly once for each step, looked up for any number of values.

By every preset the status of a period changes at a few edges only. Between two edges, and at each of them, the exact
rules of the engine are asked once; a whole column of floats is then placed among the edges. This is as exact as the
rules: a float stands for the decimal that its shortest text writes, rounding to the nearest float keeps order, so a
value whose float lies below an edge's float lies below the edge. Only equal floats leave a doubt, and for them the
rules are asked about that very decimal. No tolerance decides anything.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from plan.codes import PresetRule, Status
from plan.messages import Reason
from plan.model import Preset

Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.uint8]
Flags: TypeAlias = npt.NDArray[np.bool_]

STATUSES = tuple(Status)
"""A status code is the place in here."""

REASONS = tuple(Reason)
"""A reason code is the place in here; 0 is no reason."""

Outcome: TypeAlias = tuple[Status, Reason]


class Staircase(msgspec.Struct, frozen=True):
    """Sorted ``edges`` and the codes of what lies before, on and after each: one more than twice as many as edges."""

    edges: Floats
    status: Codes
    reason: Codes

    def look_up(self, column: Floats) -> tuple[Codes, Codes]:
        """Status and reason codes of values; of NaN those of the highest step."""
        at = np.searchsorted(self.edges, column, side="left") + np.searchsorted(self.edges, column, side="right")
        return self.status[at], self.reason[at]


def staircase(edges: Iterable[Fraction], decided: Callable[[Fraction], Outcome]) -> Staircase:
    """Ask ``decided`` about every step between the exact ``edges``, and about the decimal on each edge's float.

    Edges may be too many, never too few.
    """
    by_float: dict[float, list[Fraction]] = {}
    for edge in edges:
        by_float.setdefault(float(edge), []).append(edge)
    floats = sorted(by_float)
    outcomes: list[Outcome] = []
    for at, place in enumerate(floats):
        below = min(by_float[place])
        before = max(by_float[floats[at - 1]]) if at else below - 2
        outcomes += [decided((before + below) / 2), decided(meant(place))]
    outcomes.append(decided(max(by_float[floats[-1]]) + 1))
    return Staircase(
        np.array(floats),
        np.array([STATUSES.index(status) for status, _ in outcomes], dtype=np.uint8),
        np.array([REASONS.index(reason) for _, reason in outcomes], dtype=np.uint8),
    )


def meant(value: float) -> Fraction:
    """The decimal that a float stands for: its shortest text. Exact for decimals of up to 15 digits."""
    return Fraction(repr(float(value)))


def beside(edge: Fraction) -> tuple[Fraction, ...]:
    """An edge known to 60 digits only, between its neighbouring floats: there the exact rules are asked as well."""
    place = float(edge)
    return (Fraction(math.nextafter(place, -math.inf)), edge, Fraction(math.nextafter(place, math.inf)))


def limits(preset: Preset) -> tuple[Fraction, ...]:
    """Every limit of the preset's bands; a share (0 to 1) where its rule divides shares, else in points."""
    found = {
        Fraction(limit)
        for band in preset.bands
        for limit in (band.at_least, band.more_than, band.at_most, band.less_than)
        if limit is not None
    }
    is_share = preset.rule in (PresetRule.SHARE_MISSED, PresetRule.SHARE_DONE)
    return tuple(sorted(each / 100 if is_share else each for each in found))


def two_dimensional(values: Floats, columns: Sequence[object]) -> Floats:
    """The values (series x periods) turned round, one contiguous row a period; they must fit what is asked of them."""
    given = np.asarray(values, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != len(columns):
        raise ValueError(f"values must be series x {len(columns)} periods, not of shape {given.shape}")
    if np.isinf(given).any():
        raise ValueError("an infinite value is no figure")
    return np.ascontiguousarray(given.T)
