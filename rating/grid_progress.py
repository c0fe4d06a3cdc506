"""Rate many series at once by plan progress: yearly changes multiply up, and the product is held against the way.

The products are made in floats with a certified bound of their error; where a product lies nearer to an edge than it
may err, the engine's exact comparison decides on the product of the very decimals.
"""

from collections.abc import Sequence
from fractions import Fraction

import msgspec
import numpy as np

from plan.codes import PresetRule, Status
from plan.messages import Reason
from plan.model import Preset
from rating.grid import IMPOSSIBLE, NOTHING_ASKED, Grid, outcome_of, with_reasons
from rating.numbers import power, product
from rating.staircase import (
    REASONS,
    STATUSES,
    Codes,
    Flags,
    Floats,
    Outcome,
    Staircase,
    limits,
    meant,
    staircase,
    two_dimensional,
)
from rating.standing import Progress

_ROUNDING = float(np.finfo(np.float64).eps)
"""Twice the largest relative error of one rounding: bounds built on it keep a factor of two in hand."""

_USEFUL = 1e-3
"""Above this a bound no longer covers the errors of errors: the exact product decides."""


class Way(msgspec.Struct, frozen=True):
    """A reduction that leaves ``rest`` (0 to 1) of the base level at its end."""

    rest: Fraction
    is_strict: bool


def rate_plan_progress(
    changes: Floats, way: Way, shares: Sequence[Fraction | None], preset: Preset, held: Codes | None = None
) -> Grid:
    """Rate the progress of yearly changes in per cent (series x years from the first after the base, NaN for none).

    ``shares``: share of the way asked by the end of each year, None where the schedule is silent. ``held``: reason
    codes of figures that may not be judged, 0 for the others. A year after a missing or held one is incomplete; after
    an impossible change (-100 % or less) all is to be verified. Raises ValueError for an infinite value, shapes that do
    not fit, or a preset whose rule does not divide progress.
    """
    columns = two_dimensional(changes, shares)
    is_missing = np.isnan(columns)
    is_out = is_missing if held is None else is_missing | (held.T > 0)
    is_impossible = ~is_out & (columns <= -100)
    is_broken = np.logical_or.accumulate(is_out, axis=0)
    is_doubtful = np.logical_or.accumulate(is_impossible, axis=0) & ~is_broken
    usable = np.where(is_out | is_impossible, 0.0, columns)
    reached, error = _products(usable)
    status, reason = np.empty(columns.shape, np.uint8), np.empty(columns.shape, np.uint8)
    for at, share in enumerate(shares):
        stairs = _stairs(way, share, preset)
        status[at], reason[at] = stairs.look_up(reached[at])
        is_close = _is_close(reached[at], error[at], stairs.edges) & ~is_broken[at] & ~is_doubtful[at]
        for series in np.flatnonzero(is_close):
            exact = product(1 + meant(each) / 100 for each in usable[: at + 1, series])
            found, why = _decided(exact, way, share, preset)
            status[at, series], reason[at, series] = STATUSES.index(found), REASONS.index(why)
        for is_withheld, why in ((is_doubtful[at], Reason.TO_VERIFY), (is_broken[at], Reason.INCOMPLETE)):
            status[at, is_withheld] = STATUSES.index(Status.NOT_ASSESSED)
            reason[at, is_withheld] = REASONS.index(why if share is not None else Reason.NOT_YET_DUE)
    return with_reasons(status.T, reason.T, is_missing.T, held)


def _products(changes: Floats) -> tuple[Floats, Floats]:
    """Running products of ``1 + change / 100`` down the columns, and a bound of their relative error.

    A change, its hundredth and the factor are rounded once each, every product once more. What overflows or cancels
    altogether has no useful bound: infinite or no number at all.
    """
    hundredths = changes / 100
    factors: Floats = 1 + hundredths
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        error: Floats = np.cumsum(_ROUNDING * (2 + 2.1 * np.abs(hundredths) / factors), axis=0)
        return np.cumprod(factors, axis=0, dtype=np.float64), error


def _is_close(reached: Floats, error: Floats, edges: Floats) -> Flags:
    """Whether an edge may lie within the error: then only the exact product can tell."""
    found = ~(error < _USEFUL)
    with np.errstate(invalid="ignore"):
        for edge in edges:
            found |= ~(np.abs(reached - edge) > (error + 2 * _ROUNDING) * np.maximum(reached, edge))
    return found


def _stairs(way: Way, share: Fraction | None, preset: Preset) -> Staircase:
    exponents = {Fraction(0), Fraction(1)}
    if share is not None:
        exponents |= {share} | {place for limit in limits(preset) for place in _turns(share, limit, preset.rule)}
    edges = {Fraction(0)} | {power(way.rest, exponent) for exponent in exponents}
    return staircase(edges, lambda reached: _decided(reached, way, share, preset))


def _turns(share: Fraction, limit: Fraction, rule: PresetRule) -> tuple[Fraction, ...]:
    """The shares of the way at which a limit lies."""
    return (share - limit / 100,) if rule is PresetRule.POINTS_SHORT else (share * limit, share * (1 - limit))


def _decided(reached: Fraction, way: Way, share: Fraction | None, preset: Preset) -> Outcome:
    if reached <= 0:
        return IMPOSSIBLE
    standing = Progress(reached, way.rest, Fraction(1) if share is None else share, way.is_strict)
    is_achieved = standing.covers(Fraction(1))
    if share is None and not is_achieved:
        return NOTHING_ASKED
    return outcome_of(preset, standing, is_achieved)
