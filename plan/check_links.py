"""Checks between targets: restatements, pairs, and what counties hold under the city's targets."""

from collections import defaultdict
from decimal import Decimal

from plan.book import PlanView
from plan.check_base import Faults
from plan.codes import Comparator, Scope
from plan.model import Plan, Target
from plan.yaml_lines import KeyPath

_SAID_AGAIN = ("indicator", "area", "scope", "kind", "value", "unit", "comparator", "deadline")
_PASSED_ON = ("indicator", "kind", "unit", "deadline")


def check_links(plan: Plan, faults: Faults) -> None:
    """Add every fault between the plan's targets."""
    view = PlanView(plan)
    for at, target in enumerate(plan.targets):
        path: KeyPath = ("targets", at)
        if target.restates and _is_other(target, target.restates, (*path, "restates"), view, faults):
            _check_restated(target, view.targets[target.restates], (*path, "restates"), faults)
        if target.paired_with:
            _is_other(target, target.paired_with, (*path, "paired_with"), view, faults)
        if target.parent and _is_other(target, target.parent, (*path, "parent"), view, faults):
            _check_parent(target, view.targets[target.parent], view, (*path, "parent"), faults)
    _check_sums(plan, view, faults)
    _check_minima(plan, view, faults)


def _is_other(target: Target, named: str, path: KeyPath, view: PlanView, faults: Faults) -> bool:
    if named == target.id:
        faults.add(path, f"{named!r} names itself; name the other target")
        return False
    return faults.known(path, named, view.targets, "target")


def _check_restated(target: Target, first: Target, path: KeyPath, faults: Faults) -> None:
    if first.restates:
        faults.add(path, f"{first.id!r} restates {first.restates!r} itself; name that one")
    unlike = [key for key in _SAID_AGAIN if getattr(target, key) != getattr(first, key)]
    if unlike:
        says = f"{first.id!r} does not say the same: {', '.join(unlike)} differ"
        faults.add(path, f"{says}; make them equal, or let both stand for themselves")


def _check_parent(target: Target, parent: Target, view: PlanView, path: KeyPath, faults: Faults) -> None:
    unlike = [key for key in _PASSED_ON if getattr(target, key) != getattr(parent, key)]
    if unlike:
        faults.add(path, f"no part of {parent.id!r}: {', '.join(unlike)} differ; make them equal, or leave it out")
    if parent.restates:
        faults.add(path, f"{parent.id!r} only restates {parent.restates!r}; name that one")
    for each in (target, parent):
        if each.scope is not Scope.CITY:
            faults.add(path, f"{each.id!r} is asked of {each.scope}, it neither has parts nor is one; leave it out")
    if {target.area, parent.area} <= set(view.areas) and parent.area not in _above(target.area, view):
        faults.add(path, f"{target.area!r} does not lie in {parent.area!r}; correct the area or the parent")


def _above(area: str, view: PlanView) -> set[str]:
    """Ids of all areas that an area lies in."""
    found: set[str] = set()
    at = view.areas[area].parent
    while at in view.areas and at not in found:
        found.add(at)
        at = view.areas[at].parent
    return found


def _check_sums(plan: Plan, view: PlanView, faults: Faults) -> None:
    """Parts of what adds up must reach the whole; below a ceiling they must keep within it."""
    parts: dict[str, list[Target]] = defaultdict(list)
    for target in plan.targets:
        if target.parent in view.targets and target.parent != target.id:
            parts[target.parent].append(target)
    for at, target in enumerate(plan.targets):
        indicator = view.indicators.get(target.indicator)
        if target.value is None or indicator is None or not indicator.adds_up or target.id not in parts:
            continue
        held = [part for part in parts[target.id] if part.indicator == target.indicator and part.value is not None]
        total = sum((part.value for part in held if part.value is not None), Decimal(0))
        place: KeyPath = ("targets", at, "value")
        if target.comparator is Comparator.AT_MOST:
            if total > target.value:
                says = f"its parts allow {total} {target.unit} together, {total - target.value} more than it does"
                faults.add(place, f"{says}; tighten them")
            continue
        if total < target.value:
            says = f"its parts reach {total} of {target.value} {target.unit}, {target.value - total} short"
            faults.add(place, f"{says}; raise them, or add the missing parts")
        elif total == target.value and _is_strict(target) and not any(_is_strict(part) for part in held):
            says = f"its parts reach just {total} {target.unit}, more than that is asked"
            faults.add(place, f"{says}; raise one of them")


def _check_minima(plan: Plan, view: PlanView, faults: Faults) -> None:
    """What is asked of each county binds the county's own targets, and must fit into the city's."""
    for at, minimum in enumerate(plan.targets):
        if minimum.scope is not Scope.EACH_COUNTY or minimum.restates or minimum.value is None:
            continue
        areas = view.areas_of(minimum)
        indicator = view.indicators.get(minimum.indicator)
        for number, target in enumerate(plan.targets):
            if target.scope is not Scope.CITY or target.restates or not _is_comparable(minimum, target):
                continue
            if target.area in areas and _is_milder(target, minimum):
                says = f"milder than {minimum.comparator} {minimum.value} asked of each county by {minimum.id!r}"
                faults.add(("targets", number, "value"), f"{target.comparator} {target.value} is {says}; correct it")
            is_whole = target.area == minimum.area and minimum.comparator is not Comparator.AT_MOST
            if is_whole and indicator is not None and indicator.adds_up:
                _check_total(minimum, target, len(areas), ("targets", at, "value"), faults)


def _is_comparable(minimum: Target, target: Target) -> bool:
    same = ("indicator", "deadline", "every", "unit")
    return target.value is not None and all(getattr(minimum, key) == getattr(target, key) for key in same)


def _is_milder(target: Target, minimum: Target) -> bool:
    if target.value is None or minimum.value is None:
        return False
    if target.value == minimum.value:
        return _is_strict(minimum) and not _is_strict(target)
    return (target.value > minimum.value) == (minimum.comparator is Comparator.AT_MOST)


def _check_total(minimum: Target, city: Target, counties: int, path: KeyPath, faults: Faults) -> None:
    if minimum.value is None or city.value is None:
        return
    total = minimum.value * counties
    if total > city.value:
        says = f"{minimum.value} in each of {counties} counties make {total} {minimum.unit}"
        faults.add(path, f"{says}, more than the {city.value} of {city.id!r} for the whole; correct one of them")


def _is_strict(target: Target) -> bool:
    return target.comparator is Comparator.MORE_THAN
