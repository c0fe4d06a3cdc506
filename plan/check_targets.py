"""Checks of targets against the rest of the plan: owners, areas, who reports, dates; the rules of one stand apart."""

from plan.book import PlanView
from plan.check_base import Faults
from plan.check_years import check_years
from plan.codes import Kind, Scope
from plan.model import Plan, Target
from plan.periods import PeriodFault, PeriodKind, parse_period
from plan.rateable import misfits
from plan.yaml_lines import KeyPath


def check_targets(plan: Plan, faults: Faults) -> None:
    """Add every fault of the plan's targets, one by one."""
    view = PlanView(plan)
    measures = list(view.measures)
    for at, target in enumerate(plan.targets):
        path: KeyPath = ("targets", at)
        if not target.owners:
            faults.add((*path, "owners"), "nobody answers for the target; name the responsible units")
        faults.all_known((*path, "owners"), target.owners, view.owners, "owner")
        is_unit_known = not target.unit or faults.known((*path, "unit"), target.unit, measures, "measure")
        if faults.known((*path, "area"), target.area, view.areas, "area"):
            _check_areas(target, view, path, faults)
        _check_deadline(target, plan, path, faults)
        if target.kind is not Kind.QUALITATIVE and target.indicator:
            faults.known((*path, "indicator"), target.indicator, view.indicators, "indicator")
        indicator = view.indicators.get(target.indicator)
        is_unit_known = is_unit_known and (indicator is None or indicator.unit in view.measures)
        for found in misfits(target, indicator, view.presets):
            if is_unit_known or found.path != ("unit",):
                faults.add((*path, *found.path), found.says)
        check_years(target, view, path, faults)
    named = {owner for target in plan.targets for owner in target.owners}
    for at, owner in enumerate(plan.owners):
        if owner.id not in named:
            faults.add(("owners", at), f"no target names {owner.id!r}; name it where it answers, or leave it out")


def _check_areas(target: Target, view: PlanView, path: KeyPath, faults: Faults) -> None:
    areas = view.areas_of(target)
    if target.scope is Scope.EACH_COUNTY and not areas:
        says = f"no ranked area lies in {target.area!r}; rank the areas it is asked of, or correct the scope"
        faults.add((*path, "scope"), says)
    indicator = view.indicators.get(target.indicator)
    form = view.forms.get(indicator.form) if indicator is not None else None
    if form is None or any(unit not in view.units for unit in form.roster):
        return  # not fed yet, or told elsewhere
    silent = [area for area in areas if area not in view.slice_areas(form)]
    if silent:
        listed = ", ".join(repr(area) for area in silent)
        faults.add((*path, "area"), f"nobody on the roster of form {form.id!r} reports for {listed}; add who does")


def _check_deadline(target: Target, plan: Plan, path: KeyPath, faults: Faults) -> None:
    try:
        deadline = parse_period(target.deadline)
    except PeriodFault as refused:
        if target.kind is Kind.QUALITATIVE:  # for all others the rules of one target tell it
            faults.add((*path, "deadline"), str(refused))
        return
    if target.every is PeriodKind.DAY:
        faults.add((*path, "every"), "nothing is asked anew each day; write month, quarter, half or year")
    if deadline.end_date > plan.last_day:
        says = f"{target.deadline} ends after the plan's last_day {plan.last_day}; correct one of them"
        faults.add((*path, "deadline"), says)
    if deadline.end_date < plan.first_day < plan.last_day:
        says = f"{target.deadline} ends before the plan's first_day {plan.first_day}; correct one of them"
        faults.add((*path, "deadline"), says)
