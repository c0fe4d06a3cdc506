"""Checks of the indicators of a plan: forms, formulas and their inputs, units, limits, and that somebody needs them."""

from collections.abc import Mapping

from plan.check_base import Faults
from plan.codes import Measure
from plan.conversion import factor
from plan.model import Form, Indicator, Plan, UnitOfMeasure
from plan.periods import PeriodKind
from plan.rateable import PCT
from plan.yaml_lines import KeyPath

FORMULA_INPUTS = {
    "as-published": ("value",),
    "energy-intensity": ("energy", "value_added"),
    "permit-coverage": ("permits", "registrations", "rectifications", "exempt_or_closed", "managed"),
    "share": ("numerator", "denominator"),
}
"""The names under which each formula takes its inputs; one SQL file of the warehouse for each formula."""

FORMULAS = tuple(FORMULA_INPUTS)

_PLACES_MAX = 8
_OF_RATIO = "_per_"


def check_indicators(plan: Plan, faults: Faults) -> None:
    """Add every fault of the plan's indicators."""
    forms = {form.id: form for form in plan.forms}
    measures = {measure.id: measure for measure in plan.measures}
    asked_for = {target.indicator for target in plan.targets}
    for at, indicator in enumerate(plan.indicators):
        path: KeyPath = ("indicators", at)
        faults.known((*path, "unit"), indicator.unit, measures, "measure")
        if not 0 <= indicator.places <= _PLACES_MAX:
            faults.add((*path, "places"), f"{indicator.places}: decimal places are 0 to {_PLACES_MAX}")
        _check_limits(indicator, path, faults)
        if indicator.adds_up and (indicator.unit == PCT or indicator.measure is Measure.YEARLY_CHANGE_PCT):
            faults.add((*path, "adds_up"), "shares and rates of parts do not add up to the whole; leave it out")
        if not indicator.form:
            _check_not_fed(indicator, path, faults, is_asked_for=indicator.id in asked_for)
        elif faults.known((*path, "form"), indicator.form, forms, "form"):
            _check_formula(indicator, forms[indicator.form], measures, path, faults)


def _check_limits(indicator: Indicator, path: KeyPath, faults: Faults) -> None:
    low, high = indicator.minimum, indicator.maximum
    if low is not None and high is not None and high <= low:
        faults.add((*path, "maximum"), f"maximum {high} is not more than minimum {low}; correct one of them")


def _check_not_fed(indicator: Indicator, path: KeyPath, faults: Faults, *, is_asked_for: bool) -> None:
    for key in ("formula", "inputs"):
        if getattr(indicator, key):
            faults.add((*path, key), "the indicator names no form to compute it from; name the form, or leave this out")
    if not is_asked_for:
        faults.add(path, f"nobody uses {indicator.id!r}: no target asks for it and no form feeds it; leave it out")


def _check_formula(
    indicator: Indicator, form: Form, measures: Mapping[str, UnitOfMeasure], path: KeyPath, faults: Faults
) -> None:
    if form.calendar.kind is PeriodKind.DAY:
        faults.add((*path, "form"), f"{form.id!r} is by day; indicators are rated by month and longer, so not from it")
    units = {item.id: item.unit for item in form.items if item.type.is_numeric and not item.in_rows}
    for name, item in indicator.inputs.items():
        faults.known((*path, "inputs", name), item, units, f"item of form {form.id}")
    if not faults.known((*path, "formula"), indicator.formula, FORMULAS, "formula"):
        return
    wanted = FORMULA_INPUTS[indicator.formula]
    if set(indicator.inputs) != set(wanted):
        faults.add((*path, "inputs"), f"{indicator.formula} takes the inputs {', '.join(wanted)}; give exactly these")
        return
    if indicator.unit not in measures or any(item not in units for item in indicator.inputs.values()):
        return
    of_input = {name: units[item] for name, item in indicator.inputs.items()}
    match indicator.formula:
        case "as-published" if of_input["value"] != indicator.unit:
            says = f"the item is in {of_input['value']}, the indicator in {indicator.unit}"
            faults.add((*path, "unit"), f"{says}; as published they are the same")
        case "share" | "permit-coverage":
            _check_share(indicator, of_input, path, faults)
        case "energy-intensity":
            _check_intensity(indicator, of_input, measures, path, faults)
        case _:
            return


def _check_share(indicator: Indicator, of_input: Mapping[str, str], path: KeyPath, faults: Faults) -> None:
    if indicator.unit != PCT:
        faults.add((*path, "unit"), f"{indicator.formula} gives per cent, the indicator is in {indicator.unit}")
    if len(set(of_input.values())) > 1:
        listed = ", ".join(f"{name} in {unit}" for name, unit in of_input.items())
        faults.add((*path, "inputs"), f"parts and whole must be in one unit, here {listed}; choose other items")
    if len(set(indicator.inputs.values())) < len(indicator.inputs):
        faults.add((*path, "inputs"), "one item stands for two inputs; name each its own")


def _check_intensity(
    indicator: Indicator,
    of_input: Mapping[str, str],
    measures: Mapping[str, UnitOfMeasure],
    path: KeyPath,
    faults: Faults,
) -> None:
    """``a_per_b`` must be what dividing the items gives; told only where the plan knows all units concerned."""
    upper, found, lower = indicator.unit.partition(_OF_RATIO)
    if not found:
        says = f"{indicator.unit}: an intensity is in a unit like tce_per_wan_yuan; name it after both its units"
        faults.add((*path, "unit"), says)
        return
    if not {upper, lower} <= set(measures):
        return
    energy = factor(measures, of_input["energy"], upper)
    value_added = factor(measures, of_input["value_added"], lower)
    if energy is None or value_added is None or energy != value_added:
        says = f"{of_input['energy']} over {of_input['value_added']} does not give {indicator.unit}"
        faults.add((*path, "unit"), f"{says}; correct the unit, or choose items in other units")
