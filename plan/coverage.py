"""Which targets are fed by a form and by whom, which are not yet, and which no figure can ever tell."""

from enum import StrEnum

import msgspec

from plan.book import PlanView
from plan.codes import Kind
from plan.model import Names, Target


class Feeding(StrEnum):
    """How the state of a target becomes known."""

    FED = "fed"
    NOT_YET_FED = "not_yet_fed"
    BY_PEOPLE = "by_people"
    RESTATED = "restated"


FEEDING: dict[Feeding, Names] = {
    Feeding.FED: Names(zh="已有报表", en="fed by a form"),
    Feeding.NOT_YET_FED: Names(zh="尚无报表", en="not yet fed"),
    Feeding.BY_PEOPLE: Names(zh="由人评定", en="only a person can state it"),
    Feeding.RESTATED: Names(zh="重述,见所指目标", en="restates another target"),
}
"""The words people see, in the order in which the lists are shown."""


class Covered(msgspec.Struct, frozen=True):
    """One target: how it becomes known, the form and the reporting units that feed it (empty where nobody does)."""

    target: Target
    feeding: Feeding
    form: str = ""
    units: tuple[str, ...] = ()


def coverage(view: PlanView) -> tuple[Covered, ...]:
    """How each target of a plan becomes known, in plan order."""
    return tuple(_covered(view, target) for target in view.plan.targets)


def unasked_indicators(view: PlanView) -> tuple[str, ...]:
    """Indicators that a form feeds and no target asks for: shown, never rated."""
    asked = {target.indicator for target in view.plan.targets}
    return tuple(indicator.id for indicator in view.plan.indicators if indicator.id not in asked)


def _covered(view: PlanView, target: Target) -> Covered:
    if target.restates:
        return Covered(target, Feeding.RESTATED)
    if target.kind is Kind.QUALITATIVE:
        return Covered(target, Feeding.BY_PEOPLE)
    form = view.forms.get(view.indicators[target.indicator].form)
    if form is None:
        return Covered(target, Feeding.NOT_YET_FED)
    areas = view.areas_of(target)
    units = tuple(unit for unit in view.roster_in_order(form) if view.unit_area(unit) in areas)
    return Covered(target, Feeding.FED, form.id, units)
