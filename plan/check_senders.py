"""Checks of who hands in: groups of reporting units, what each sender may send for whom, a way in for each form."""

import re

from plan.book import PlanView
from plan.check_base import Faults
from plan.model import Plan, Sender

_INDUSTRY = re.compile(r"\d{2}", re.ASCII)


def check_senders(plan: Plan, faults: Faults) -> None:
    """Add every fault of the groups and senders, and each unit on a roster that nobody may speak for."""
    groups = [group.id for group in plan.groups]
    units = {unit.id: None for unit in plan.units}
    forms = [form.id for form in plan.forms]
    for at, unit in enumerate(plan.units):
        if unit.groups:
            faults.all_known(("units", at, "groups"), unit.groups, groups, "group")
        if unit.industry and not _INDUSTRY.fullmatch(unit.industry):
            says = f"{unit.industry!r} is no division of GB/T 4754; write its two digits, or leave it empty"
            faults.add(("units", at, "industry"), says)
        if unit.since is not None and unit.until is not None and unit.until < unit.since:
            says = f"{unit.until} lies before since {unit.since}; correct the days"
            faults.add(("units", at, "until"), says)
    for at, sender in enumerate(plan.senders):
        if not sender.units and not sender.unit_groups:
            says = "the list is empty; name each reporting unit this sender speaks for, or groups of them"
            faults.add(("senders", at, "units"), says)
        if not sender.forms:
            faults.add(("senders", at, "forms"), "the list is empty; name each form this sender speaks for")
        faults.all_known(("senders", at, "units"), sender.units, units, "reporting unit")
        faults.all_known(("senders", at, "unit_groups"), sender.unit_groups, groups, "group")
        faults.all_known(("senders", at, "forms"), sender.forms, forms, "form")
    _check_ways_in(plan, faults)


def _check_ways_in(plan: Plan, faults: Faults) -> None:
    view = PlanView(plan)
    groups = {group.id for group in plan.groups}
    for number, form in enumerate(plan.forms):
        senders = [sender for sender in plan.senders if form.id in sender.forms]
        for at, unit in enumerate(form.roster):
            if unit in view.units and not any(view.speaks_for(sender.id, unit) for sender in senders):
                says = f"no sender may send {form.id!r} for {unit!r}; allow one in plan.yaml"
                faults.add(("forms", number, "roster", at), says)
        for at, group in enumerate(form.roster_groups):
            if group in groups and not _is_covered(group, senders, view):
                says = f"no sender may send {form.id!r} for the group {group!r}; allow one in plan.yaml"
                faults.add(("forms", number, "roster_groups", at), says)


def _is_covered(group: str, senders: list[Sender], view: PlanView) -> bool:
    """Tell whether somebody speaks for the whole of a group, or for each of those that are in it now."""
    members = view.in_group.get(group, ())
    return any(group in sender.unit_groups for sender in senders) or (
        bool(members) and all(any(view.speaks_for(sender.id, unit) for sender in senders) for unit in members)
    )
