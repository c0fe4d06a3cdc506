"""Checks of the indicators of a plan: forms, formulas and their inputs, units."""

from plan.check_base import Faults
from plan.model import Form, Indicator, Plan
from plan.yaml_lines import KeyPath

FORMULA_INPUTS = {
    "as-published": ("value",),
    "energy-intensity": ("energy", "value_added"),
    "permit-coverage": ("permits", "registrations", "rectifications", "exempt_or_closed", "managed"),
}
"""The names under which each formula takes its inputs; one SQL file of the warehouse for each formula."""

FORMULAS = tuple(FORMULA_INPUTS)

_PLACES_MAX = 8


def check_indicators(plan: Plan, faults: Faults) -> None:
    """Add every fault of the plan's indicators."""
    forms = {form.id: form for form in plan.forms}
    measures = [measure.id for measure in plan.measures]
    for at, indicator in enumerate(plan.indicators):
        path: KeyPath = ("indicators", at)
        unit_known = faults.known((*path, "unit"), indicator.unit, measures, "measure")
        if not 0 <= indicator.places <= _PLACES_MAX:
            faults.add((*path, "places"), f"{indicator.places}: decimal places are 0 to {_PLACES_MAX}")
        if faults.known((*path, "form"), indicator.form, forms, "form"):
            _check_inputs(indicator, forms[indicator.form], path, faults, unit_known=unit_known)


def _check_inputs(indicator: Indicator, form: Form, path: KeyPath, faults: Faults, *, unit_known: bool) -> None:
    units = {item.id: item.unit for item in form.items}
    for name, item in indicator.inputs.items():
        faults.known((*path, "inputs", name), item, units, f"item of form {form.id}")
    if not faults.known((*path, "formula"), indicator.formula, FORMULAS, "formula"):
        return
    wanted = FORMULA_INPUTS[indicator.formula]
    if set(indicator.inputs) != set(wanted):
        says = f"{indicator.formula} takes the inputs {', '.join(wanted)}; give exactly these"
        faults.add((*path, "inputs"), says)
    item_unit = units.get(indicator.inputs.get("value", ""))
    is_copied = indicator.formula == "as-published" and item_unit is not None and unit_known
    if is_copied and item_unit != indicator.unit:
        says = f"the item is in {item_unit}, the indicator in {indicator.unit}; as published they are the same"
        faults.add((*path, "unit"), says)
