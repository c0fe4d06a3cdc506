"""Rate many series at once against what each period asks: the engine's own answers, as codes.

For overviews and questions of the kind "how would all counties stand under that preset"; there is no evidence beside
the codes. What the audit holds comes in as reason codes. Figures published as bounds belong to the engine, which knows
what a bound proves.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

import msgspec
import numpy as np

from plan.codes import Comparator, PresetRule, Status
from plan.messages import Reason
from plan.model import Preset
from rating.case import Judged
from rating.numbers import root_share_pct
from rating.preset import decide
from rating.staircase import (
    REASONS,
    STATUSES,
    Codes,
    Flags,
    Floats,
    Outcome,
    Staircase,
    beside,
    limits,
    staircase,
    two_dimensional,
)
from rating.standing import Amount, EvenShare, Standing, meets
from rating.wording import Text

_Asked = TypeVar("_Asked")
_SAID = Text("", "")
_NOT_ASSESSED = STATUSES.index(Status.NOT_ASSESSED)
_NO_DATA = REASONS.index(Reason.NO_DATA)

NOTHING_ASKED: Outcome = (Status.NOT_ASSESSED, Reason.NOT_YET_DUE)
IMPOSSIBLE: Outcome = (Status.NOT_ASSESSED, Reason.TO_VERIFY)


class Grid(msgspec.Struct, frozen=True):
    """Codes (series x periods): places in ``rating.staircase.STATUSES`` and ``REASONS``."""

    status: Codes
    reason: Codes


class Ask(msgspec.Struct, frozen=True):
    """What a period asks of an amount.

    ``bar``: the required amount, None where the schedule is silent. ``final``: the target's value where meeting it is
    an achievement in this period, else None. ``task``: see :class:`rating.standing.Amount`.
    """

    bar: Fraction | None
    comparator: Comparator
    final: Fraction | None = None
    task: Fraction | None = None


class YearTask(msgspec.Struct, frozen=True):
    """What a year asks of a reduction: the ``official`` task in per cent, by the comparator, where one was set.

    Else the even share of a way that leaves ``rest`` (0 to 1) of the base level after ``years`` years.
    """

    rest: Fraction
    years: int
    comparator: Comparator
    official: Fraction | None = None


def rate_amounts(values: Floats, asks: Sequence[Ask], preset: Preset, held: Codes | None = None) -> Grid:
    """Rate amounts (series x periods, NaN where there is none) against what each period asks.

    ``held``: reason codes of the figures that may not be judged, 0 for the others. Raises ValueError for an infinite
    value, shapes that do not fit, or a preset whose rule does not divide amounts.
    """
    return rated(values, asks, lambda ask: _amount_stairs(ask, preset), held)


def rate_year_reductions(
    changes: Floats, tasks: Sequence[YearTask | None], preset: Preset, held: Codes | None = None
) -> Grid:
    """Rate yearly changes in per cent (negative: reduced) against the task of each year, None where it has none.

    Else as amounts are rated; a change of -100 % or less cannot be and is to be verified.
    """
    return rated(changes, tasks, lambda task: _year_stairs(task, preset), held)


def rated(values: Floats, asks: Sequence[_Asked], stairs_of: Callable[[_Asked], Staircase], held: Codes | None) -> Grid:
    """Look each period's values up in the staircase of what it asks; equal asks share one."""
    columns = two_dimensional(values, asks)
    status, reason = np.empty(columns.shape, np.uint8), np.empty(columns.shape, np.uint8)
    known: dict[_Asked, Staircase] = {}
    for at, ask in enumerate(asks):
        stairs = known.get(ask) or known.setdefault(ask, stairs_of(ask))
        status[at], reason[at] = stairs.look_up(columns[at])
    return with_reasons(status.T, reason.T, np.isnan(columns).T, held)


def with_reasons(status: Codes, reason: Codes, is_missing: Flags, held: Codes | None) -> Grid:
    """Withhold what is missing or held, in place; of a figure that is both, the reason it is held for counts."""
    status[is_missing], reason[is_missing] = _NOT_ASSESSED, _NO_DATA
    if held is not None:
        if held.shape != status.shape:
            raise ValueError(f"reasons of shape {held.shape} for values of shape {status.shape}")
        is_held = held > 0
        status[is_held], reason[is_held] = _NOT_ASSESSED, held[is_held]
    return Grid(status, reason)


def outcome_of(preset: Preset, standing: Standing, is_achieved: bool) -> Outcome:
    """What the engine decides on these facts."""
    decision = decide(preset, Judged(standing, is_achieved, "", _SAID, ()))
    return decision.status, decision.reason


def amount_edges(standing: Amount, preset: Preset) -> set[Fraction]:
    """The amounts at which the number that the preset divides reaches a limit, and some more."""
    bar, task = standing.bar, standing.task
    edges = {Fraction(0), bar}
    sizes = {abs(bar)} if preset.rule is not PresetRule.POINTS_SHORT else {Fraction(1), abs(task or Fraction(0)) / 100}
    for limit in limits(preset):
        edges |= {bar + way * limit * size for way in (1, -1) for size in sizes}
        # Shares done are measured from zero, and from the far end under a ceiling.
        edges |= {limit * bar, bar + (1 - limit) * abs(bar)}
    return edges


def _amount_stairs(ask: Ask, preset: Preset) -> Staircase:
    bar, final = ask.bar, ask.final

    def decided(amount: Fraction) -> Outcome:
        is_achieved = final is not None and meets(amount, final, ask.comparator)
        if bar is None:
            return (Status.ACHIEVED, Reason.NONE) if is_achieved else NOTHING_ASKED
        return outcome_of(preset, Amount(amount, bar, ask.comparator, ask.task), is_achieved)

    edges = {Fraction(0)} if final is None else {final}
    if bar is not None:
        edges |= amount_edges(Amount(bar, bar, ask.comparator, ask.task), preset)
    return staircase(edges, decided)


def _year_stairs(task: YearTask | None, preset: Preset) -> Staircase:
    if task is None:
        return staircase({Fraction(0)}, lambda _: NOTHING_ASKED)
    official = task.official

    def decided(change: Fraction) -> Outcome:
        if change <= -100:
            return IMPOSSIBLE
        if official is not None:
            return outcome_of(preset, Amount(-change, official, task.comparator), is_achieved=False)
        is_strict = task.comparator is Comparator.MORE_THAN
        return outcome_of(preset, EvenShare(-change / 100, task.rest, task.years, is_strict), is_achieved=False)

    if official is not None:
        turns = amount_edges(Amount(official, official, task.comparator), preset)
    else:
        even = Fraction(root_share_pct(task.rest, task.years))
        places = {even} | {place for limit in limits(preset) for place in _turns(even, limit, preset.rule)}
        turns = {near for place in places for near in beside(place)}
    return staircase({Fraction(0), Fraction(-100)} | {-turn for turn in turns}, decided)


def _turns(even: Fraction, limit: Fraction, rule: PresetRule) -> tuple[Fraction, ...]:
    """The reductions in per cent at which a limit lies."""
    return (even - limit,) if rule is PresetRule.POINTS_SHORT else (even * limit, even * (1 - limit))
