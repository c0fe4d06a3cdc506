"""Checks of the forms of a plan: calendars, rosters, items, and the checks they ask of the audit."""

from collections.abc import Collection

from plan.book import PlanView
from plan.check_base import Faults
from plan.check_items import check_items
from plan.codes import CheckRule
from plan.model import Calendar, Check, Form, Plan
from plan.yaml_lines import KeyPath

_PAIR_RULES = (CheckRule.CUMULATIVE_STEP, CheckRule.GROWTH_IDENTITY)


def check_forms(plan: Plan, faults: Faults) -> None:
    """Add every fault of the plan's forms."""
    units = {unit.id: None for unit in plan.units}
    groups = [group.id for group in plan.groups]
    view = PlanView(plan)
    measures = [measure.id for measure in plan.measures]
    forms = {form.id: form for form in plan.forms}
    for at, form in enumerate(plan.forms):
        path: KeyPath = ("forms", at)
        if form.version < 1:
            faults.add((*path, "version"), f"{form.version}: versions count from 1")
        _check_calendar(form.calendar, (*path, "calendar"), faults)
        _check_exemptions(form, dict.fromkeys(view.roster_in_order(form)), (*path, "calendar", "exemptions"), faults)
        if not form.roster and not form.roster_groups:
            faults.add((*path, "roster"), "the roster is empty; name who reports")
        faults.all_known((*path, "roster"), form.roster, units, "reporting unit")
        faults.all_known((*path, "roster_groups"), form.roster_groups, groups, "group")
        check_items(form, measures, path, faults)
        faults.all_known((*path, "audited_with"), form.audited_with, forms, "form")
        if form.id in form.audited_with:
            faults.add((*path, "audited_with"), "a form is not audited with itself; leave it out")
        faults.ids((*path, "checks"), (check.id for check in form.checks), "check")
        for number, check in enumerate(form.checks):
            _check_check(check, form, forms, (*path, "checks", number), faults)


def _check_calendar(calendar: Calendar, path: KeyPath, faults: Faults) -> None:
    if calendar.due_days < 0:
        faults.add((*path, "due_days"), f"{calendar.due_days}: a form is due after its period, so 0 or more")
    if not calendar.periods:
        faults.add((*path, "periods"), "the calendar is empty; name the periods")
    for at, period in enumerate(faults.rising((*path, "periods"), calendar.periods)):
        if period is not None and period.kind != calendar.kind:
            says = f"{period} is a {period.kind}, the calendar is by {calendar.kind}; correct one of them"
            faults.add((*path, "periods", at), says)


def _check_exemptions(form: Form, roster: Collection[str], path: KeyPath, faults: Faults) -> None:
    exempt: dict[str, set[str]] = {}
    for at, exemption in enumerate(form.calendar.exemptions):
        place = (*path, at)
        faults.known((*place, "unit"), exemption.unit, roster, "unit on the roster")
        if not exemption.periods:
            faults.add((*place, "periods"), "exempt from what? name the periods")
        faults.all_known((*place, "periods"), exemption.periods, form.calendar.periods, "period of this calendar")
        before = exempt.setdefault(exemption.unit, set())
        for number, period in enumerate(exemption.periods):
            if period in before:
                says = f"{exemption.unit!r} is exempt for {period} by another entry; keep one"
                faults.add((*place, "periods", number), says)
        before.update(exemption.periods)
        if form.calendar.periods and before >= set(form.calendar.periods):
            says = f"{exemption.unit!r} is exempt for every period; take it off the roster instead"
            faults.add((*place, "periods"), says)


def _check_check(check: Check, form: Form, forms: dict[str, Form], path: KeyPath, faults: Faults) -> None:
    items = _figures(form)
    if not check.items:
        faults.add((*path, "items"), "the check names no items; name those it is about")
    faults.all_known((*path, "items"), check.items, items, "item of this form")
    if check.tolerance < 0:
        faults.add((*path, "tolerance"), f"{check.tolerance}: a tolerance is 0 or more")
    if check.rule in _PAIR_RULES and len(check.items) != 2:
        pair = "[cumulative, flow]" if check.rule is CheckRule.CUMULATIVE_STEP else "[growth, intensity change]"
        faults.add((*path, "items"), f"{check.rule} takes two items: {pair}")
    if check.rule is CheckRule.SUM_EQUALS:
        if faults.known((*path, "total"), check.total, items, "item of this form") and check.total in check.items:
            faults.add((*path, "total"), f"{check.total!r} is one of its own parts; leave it out of items")
    elif check.total:
        faults.add((*path, "total"), f"only sum_equals has a total; leave it out of a {check.rule}")
    if check.rule is CheckRule.GROWTH_IDENTITY:
        _check_other(check, form, forms, path, faults)
    else:
        for key, given in (("other_form", check.other_form), ("other_item", check.other_item)):
            if given:
                faults.add((*path, key), f"only growth_identity looks at another form; leave {key} out")


def _figures(form: Form) -> list[str]:
    """The items that a check can compare: one number for each return."""
    return [item.id for item in form.items if item.type.is_numeric and not item.in_rows]


def _check_other(check: Check, form: Form, forms: dict[str, Form], path: KeyPath, faults: Faults) -> None:
    if not faults.known((*path, "other_form"), check.other_form, forms, "form"):
        return
    other = forms[check.other_form]
    faults.known((*path, "other_item"), check.other_item, _figures(other), "item of that form")
    if check.other_form not in form.audited_with:
        faults.add((*path, "other_form"), f"{other.id!r} is not at hand; name it in audited_with of the form")
    if other.calendar.kind != form.calendar.kind:
        says = f"{other.id!r} is by {other.calendar.kind}, this form by {form.calendar.kind}; they cannot be compared"
        faults.add((*path, "other_form"), says)
