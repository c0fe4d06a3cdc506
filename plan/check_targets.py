"""Checks of targets: owners, areas, indicators, values; their ways and yardsticks stand in modules of their own."""

from decimal import Decimal

from plan.book import PlanView
from plan.check_base import Faults
from plan.check_schedules import check_schedule, check_span
from plan.check_yardsticks import check_yardsticks
from plan.codes import Comparator, Kind, Measure
from plan.model import Plan, Target
from plan.yaml_lines import KeyPath

_SHARES = (Kind.SHARE_FLOOR, Kind.COVERAGE)
_WHOLE = Decimal(100)


def check_targets(plan: Plan, faults: Faults) -> None:
    """Add every fault of the plan's targets."""
    view = PlanView(plan)
    for at, target in enumerate(plan.targets):
        path: KeyPath = ("targets", at)
        if not target.owners:
            faults.add((*path, "owners"), "nobody answers for the target; name the responsible units")
        faults.all_known((*path, "owners"), target.owners, view.owners, "owner")
        faults.known((*path, "unit"), target.unit, [measure.id for measure in plan.measures], "measure")
        area_known = faults.known((*path, "area"), target.area, view.areas, "area")
        if faults.known((*path, "indicator"), target.indicator, view.indicators, "indicator"):
            _check_against_indicator(target, view, path, faults, area_known=area_known)
        _check_value(target, path, faults)
        span = check_span(target, plan.last_day, path, faults)
        check_schedule(target, span, (*path, "schedule"), faults)
        check_yardsticks(target, view, span, path, faults)


def _check_against_indicator(
    target: Target, view: PlanView, path: KeyPath, faults: Faults, *, area_known: bool
) -> None:
    indicator = view.indicators[target.indicator]
    if target.kind is Kind.REDUCTION:
        if indicator.measure not in (Measure.LEVEL, Measure.YEARLY_CHANGE_PCT):
            says = f"a reduction is told from levels or yearly changes in per cent, not from {indicator.measure}"
            faults.add((*path, "indicator"), f"{says}; choose another indicator")
        base = target.baseline.value
        if indicator.measure is Measure.LEVEL and base is not None and base <= 0:
            faults.add((*path, "baseline", "value"), f"{base}: the level that is to be reduced must be positive")
    elif target.unit != indicator.unit and {target.unit, indicator.unit} <= _measures(view):
        says = f"the target is in {target.unit}, its indicator in {indicator.unit}; convert the target"
        faults.add((*path, "unit"), says)
    form = view.forms.get(indicator.form)
    if form is None or not area_known or any(unit not in view.units for unit in form.roster):
        return  # told elsewhere
    if target.area not in view.slice_areas(form):
        says = f"nobody on the roster of form {form.id!r} reports for {target.area!r}; add a reporting unit"
        faults.add((*path, "area"), says)


def _measures(view: PlanView) -> set[str]:
    return {measure.id for measure in view.plan.measures}


def _check_value(target: Target, path: KeyPath, faults: Faults) -> None:
    if target.kind is Kind.REDUCTION:
        if target.unit != "pct":
            faults.add((*path, "unit"), f"{target.unit}: a reduction is written in pct")
        if not 0 < target.value < _WHOLE:
            faults.add((*path, "value"), f"{target.value}: a reduction is positive and below 100 (18 for -18 %)")
    elif target.unit == "pct" and target.kind in _SHARES and not 0 <= target.value <= _WHOLE:
        faults.add((*path, "value"), f"{target.value}: a share lies between 0 and 100 per cent")
    is_ceiling = target.kind is Kind.CEILING
    if is_ceiling != (target.comparator is Comparator.AT_MOST):
        says = "a ceiling is written <=, every other kind >= or >"
        faults.add((*path, "comparator"), f"{target.comparator} for a {target.kind}: {says}")
