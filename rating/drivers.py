"""What drives a change in energy use or intensity: activity, structure, intensity, by county and industry.

Energy is activity x share x intensity, summed over parts: ``E = Q * (Q_i / Q) * (E_i / Q_i)``. The additive LMDI-I
splits the change of E into the effect of overall activity, of the shares (structure) and of the parts' intensities,
without a rest. With groups (the county of an industry) structure falls into shares of groups and shares within them.
The change of the aggregate intensity ``E / Q`` is split likewise, without the activity effect.

Shares move together: a part whose share grows adds to the structure effect even if it is less intensive than the rest;
the sum over all parts tells whether the structure became heavier, a single part's structure effect does not.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

import msgspec

from plan.model import Names
from rating import lmdi

Number: TypeAlias = Decimal | Fraction | float


class Effect(StrEnum):
    """A driver of a change."""

    ACTIVITY = "activity"
    STRUCTURE = "structure"
    STRUCTURE_WITHIN = "structure_within"
    INTENSITY = "intensity"


class Fault(StrEnum):
    """Why a change cannot be decomposed."""

    NO_PARTS = "no_parts"
    TWICE = "twice"
    NOT_FINITE = "not_finite"
    NEGATIVE = "negative"
    ENERGY_WITHOUT_ACTIVITY = "energy_without_activity"
    NO_ACTIVITY = "no_activity"


FAULTS: dict[Fault, Names] = {
    Fault.NO_PARTS: Names(zh="没有分项数据:请按县区或行业提供", en="no parts: give figures by county or industry"),
    Fault.TWICE: Names(zh="分项重复:请合并或更名", en="a part appears twice: merge or rename it"),
    Fault.NOT_FINITE: Names(zh="数值不是有限数:请更正", en="a figure is not a finite number: correct it"),
    Fault.NEGATIVE: Names(
        zh="数值为负,不能分解:请更正", en="a figure is negative and cannot be decomposed: correct it"
    ),
    Fault.ENERGY_WITHOUT_ACTIVITY: Names(
        zh="有能耗而无产出:请核实产出数据", en="energy is used without any output: verify the output"
    ),
    Fault.NO_ACTIVITY: Names(
        zh="总产出为零:没有强度可言", en="total output is zero: there is no intensity to speak of"
    ),
}
"""What people are told: what is wrong and what to do."""


class Part(msgspec.Struct, frozen=True):
    """Energy use and activity (output, value added in constant prices) of one part at both ends of the change.

    ``group``: what the part belongs to, such as the county of an industry; empty for all parts, or given for all.
    """

    id: str
    names: Names
    energy_before: Number
    energy_after: Number
    activity_before: Number
    activity_after: Number
    group: str = ""


class Contribution(msgspec.Struct, frozen=True):
    """One part's ``change``, which its effects add up to, and its share of the whole change (None: there is none)."""

    part: str
    group: str
    names: Names
    change: float
    effects: dict[Effect, float]
    share_of_change: float | None


class Decomposition(msgspec.Struct, frozen=True):
    """A change and its drivers, in the unit of energy (or of energy per activity).

    The effects add up to the change, exact to rounding; so do the contributions, the largest change first.
    """

    before: float
    after: float
    change: float
    effects: dict[Effect, float]
    contributions: tuple[Contribution, ...]


class Refused(msgspec.Struct, frozen=True):
    """No decomposition: the fault, and the parts it lies in (empty: in the whole)."""

    fault: Fault
    parts: tuple[str, ...]


def energy_drivers(parts: Sequence[Part]) -> Decomposition | Refused:
    """Decompose the change of total energy use into activity, structure and intensity."""
    return _decomposed(parts, is_intensity=False)


def intensity_drivers(parts: Sequence[Part]) -> Decomposition | Refused:
    """Decompose the change of aggregate energy intensity (total energy over total activity) without activity."""
    return _decomposed(parts, is_intensity=True)


def largest(made: Decomposition, count: int, effect: Effect | None = None) -> tuple[Contribution, ...]:
    """The contributions of greatest size, by the change as a whole or by one effect; equal ones by id."""
    sizes = {id(each): abs(each.change if effect is None else each.effects[effect]) for each in made.contributions}
    return tuple(sorted(made.contributions, key=lambda each: (-sizes[id(each)], each.group, each.part))[:count])


class _Side(msgspec.Struct, frozen=True):
    """One end of the change, exact: energy and activity of each part, activity of each group, and the totals."""

    energy: tuple[Fraction, ...]
    activity: tuple[Fraction, ...]
    of_group: dict[str, Fraction]
    all_energy: Fraction
    all_activity: Fraction

    def total(self, is_intensity: bool) -> Fraction:
        """The aggregate."""
        return self.all_energy / self.all_activity if is_intensity else self.all_energy

    def summand(self, at: int, is_intensity: bool) -> Fraction:
        """What the part adds to the aggregate."""
        return self.energy[at] / self.all_activity if is_intensity else self.energy[at]

    def factors(self, at: int, group: str) -> dict[Effect, float | None]:
        """The factors of the part's energy, from the whole inwards; None for a share of nothing."""
        own, all_own = self.activity[at], self.of_group[group]
        made: dict[Effect, float | None] = {Effect.ACTIVITY: float(self.all_activity)}
        made[Effect.STRUCTURE] = float((all_own if group else own) / self.all_activity)
        if group:
            made[Effect.STRUCTURE_WITHIN] = float(own / all_own) if all_own else None
        made[Effect.INTENSITY] = float(self.energy[at] / own) if own else None
        return made


def _decomposed(parts: Sequence[Part], is_intensity: bool) -> Decomposition | Refused:
    refused = _refusal(parts)
    if refused is not None:
        return refused
    groups = tuple(each.group for each in parts)
    before = _side(groups, [each.energy_before for each in parts], [each.activity_before for each in parts])
    after = _side(groups, [each.energy_after for each in parts], [each.activity_after for each in parts])
    if before.all_activity == 0 or after.all_activity == 0:
        return Refused(Fault.NO_ACTIVITY, ())
    first, last = before.total(is_intensity), after.total(is_intensity)
    made = []
    for at, part in enumerate(parts):
        low, high = before.summand(at, is_intensity), after.summand(at, is_intensity)
        effects = _effects(before.factors(at, part.group), after.factors(at, part.group), low, high, is_intensity)
        share = float((high - low) / (last - first)) if last != first else None
        made.append(Contribution(part.id, part.group, part.names, float(high - low), effects, share))
    made.sort(key=lambda each: (-abs(each.change), each.group, each.part))
    total = {each: math.fsum(one.effects[each] for one in made) for each in made[0].effects}
    return Decomposition(float(first), float(last), float(last - first), total, tuple(made))


def _effects(
    old: dict[Effect, float | None], new: dict[Effect, float | None], low: Fraction, high: Fraction, is_intensity: bool
) -> dict[Effect, float]:
    names = tuple(each for each in old if not (is_intensity and each is Effect.ACTIVITY))
    found = lmdi.effects(float(low), float(high), [(old[each], new[each]) for each in names])
    return dict(zip(names, found, strict=True))


def _side(groups: Sequence[str], energy: Sequence[Number], activity: Sequence[Number]) -> _Side:
    used, made = tuple(Fraction(each) for each in energy), tuple(Fraction(each) for each in activity)
    of_group: dict[str, Fraction] = {}
    for group, amount in zip(groups, made, strict=True):
        of_group[group] = of_group.get(group, Fraction(0)) + amount
    return _Side(used, made, of_group, sum(used, Fraction(0)), sum(made, Fraction(0)))


def _refusal(parts: Sequence[Part]) -> Refused | None:
    if not parts:
        return Refused(Fault.NO_PARTS, ())
    if len({bool(each.group) for each in parts}) > 1:
        raise ValueError("a group must be given for all parts or for none")
    counts = Counter((each.group, each.id) for each in parts)
    # In this order: what is no number cannot be compared with zero.
    checks: tuple[tuple[Fault, Callable[[Part], bool]], ...] = (
        (Fault.TWICE, lambda part: counts[part.group, part.id] > 1),
        (Fault.NOT_FINITE, lambda part: not all(math.isfinite(each) for each in _numbers(part))),
        (Fault.NEGATIVE, lambda part: any(each < 0 for each in _numbers(part))),
        (Fault.ENERGY_WITHOUT_ACTIVITY, _is_idle),
    )
    for fault, is_faulty in checks:
        found = tuple(each.id for each in parts if is_faulty(each))
        if found:
            return Refused(fault, found)
    return None


def _numbers(part: Part) -> tuple[Number, ...]:
    return (part.energy_before, part.energy_after, part.activity_before, part.activity_after)


def _is_idle(part: Part) -> bool:
    used_before, used_after, made_before, made_after = _numbers(part)
    return (used_before > 0 and made_before == 0) or (used_after > 0 and made_after == 0)
