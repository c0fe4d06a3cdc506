"""Checks of the units of measure: every conversion leads to another known unit, and none in a circle."""

from collections.abc import Mapping

from plan.check_base import Faults
from plan.model import Plan, UnitOfMeasure
from plan.yaml_lines import KeyPath


def check_measures(plan: Plan, faults: Faults) -> None:
    """Add every fault of the plan's units of measure."""
    measures = {measure.id: measure for measure in plan.measures}
    for at, measure in enumerate(plan.measures):
        path: KeyPath = ("measures", at)
        if not measure.of:
            if measure.factor is not None:
                faults.add((*path, "of"), f"factor {measure.factor} of what? name the unit, or leave the factor out")
            continue
        is_known = faults.known((*path, "of"), measure.of, measures, "measure")
        if measure.factor is None:
            faults.add((*path, "factor"), f"how many {measure.of} is one {measure.id}? write the factor")
        elif measure.factor <= 0:
            faults.add((*path, "factor"), f"{measure.factor}: a factor is more than 0")
        if is_known and _leads_back(measure, measures):
            faults.add((*path, "of"), f"{measure.id!r} would be made of itself; let one unit stand without of")


def _leads_back(measure: UnitOfMeasure, measures: Mapping[str, UnitOfMeasure]) -> bool:
    seen: set[str] = set()
    at = measure.of
    while at in measures and at not in seen:
        seen.add(at)
        at = measures[at].of
    return measure.id in seen
