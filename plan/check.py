"""Is a well-formed plan also sensible? Every fault is listed, each with its place and the mend."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from plan.check_areas import check_areas
from plan.check_awards import check_awards
from plan.check_base import Faults, PathFault
from plan.check_forms import check_forms
from plan.check_indicators import FORMULAS, check_indicators
from plan.check_links import check_links
from plan.check_measures import check_measures
from plan.check_presets import check_presets
from plan.check_senders import check_senders
from plan.check_targets import check_targets
from plan.model import Plan
from plan.yaml_lines import KeyPath

__all__ = ["FORMULAS", "PathFault", "check_across", "check_plan"]

_LISTS = {
    "areas": "area",
    "owners": "owner",
    "units": "unit",
    "senders": "sender",
    "measures": "measure",
    "forms": "form",
    "indicators": "indicator",
    "targets": "target",
    "presets": "preset",
    "awards": "award",
    "groups": "group",
}


def check_plan(plan: Plan, folder_name: str) -> tuple[PathFault, ...]:
    """Every fault of one plan; ``presets`` must hold all shared presets, used or not."""
    faults = Faults()
    for path, says in _hollow(plan, ()):
        faults.add(path, says)
    if any(each.says == _NOT_A_NUMBER for each in faults.found):
        # Nothing can be compared with a value that is not a number.
        return faults.found
    _check_header(plan, folder_name, faults)
    for key, what in _LISTS.items():
        faults.ids((key,), (each.id for each in getattr(plan, key)), what)
    check_measures(plan, faults)
    check_areas(plan, faults)
    check_senders(plan, faults)
    check_forms(plan, faults)
    check_indicators(plan, faults)
    check_presets(plan.presets, faults)
    check_targets(plan, faults)
    check_links(plan, faults)
    check_awards(plan, faults)
    return faults.found


def check_across(plans: Sequence[Plan]) -> tuple[tuple[int, PathFault], ...]:
    """Faults between plans that are in force together: each with the position of its plan."""
    found: list[tuple[int, PathFault]] = []
    plan_of_id: dict[str, int] = {}
    plan_of_form: dict[str, int] = {}
    for at, plan in enumerate(plans):
        if plan.id in plan_of_id:
            says = f"another plan has the id {plan.id!r} already; give each its own"
            found.append((at, PathFault(("id",), says)))
        plan_of_id.setdefault(plan.id, at)
        for number, form in enumerate(plan.forms):
            other = plan_of_form.setdefault(form.id, at)
            if other != at:
                says = f"form {form.id!r} is defined in plan {plans[other].id!r} already; give each its own id"
                found.append((at, PathFault(("forms", number, "id"), says)))
    return tuple(found)


_NOT_A_NUMBER = "not a number; write one"


def _hollow(part: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Empty texts where people must read something, and decimals that are no numbers."""
    match part:
        case msgspec.Struct():
            for field in part.__struct_fields__:
                value = getattr(part, field)
                if field in ("zh", "en", "document", "source", "clause") and not value.strip():
                    yield (*path, field), "empty; people read this, write it"
                else:
                    yield from _hollow(value, (*path, field))
        case tuple():
            for at, each in enumerate(part):
                yield from _hollow(each, (*path, at))
        case dict():
            for key, each in part.items():
                yield from _hollow(each, (*path, key))
        case Decimal() if not part.is_finite():
            yield path, _NOT_A_NUMBER


def _check_header(plan: Plan, folder_name: str, faults: Faults) -> None:
    if plan.id != folder_name:
        faults.add(("id",), f"{plan.id!r} is not the name of its folder, {folder_name!r}; make them equal")
    if not re.fullmatch(r"[a-z0-9-]+", plan.id, re.ASCII):
        faults.add(("id",), f"{plan.id!r}: an id has small letters, digits and hyphens only")
    if plan.version < 1:
        faults.add(("version",), f"{plan.version}: versions count from 1")
    if plan.last_day <= plan.first_day:
        faults.add(("last_day",), f"{plan.last_day} is not after first_day {plan.first_day}; correct the dates")
    for key in ("areas", "owners", "units", "senders", "measures", "forms", "indicators", "targets"):
        if not getattr(plan, key):
            faults.add((key,), "the list is empty; a plan needs at least one")
