"""Plans in force, with look-ups by id. Built once from plans; never changed."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from plan.canonical import plan_hash
from plan.model import Area, Form, Indicator, Item, Plan, Preset, ReportingUnit, ResponsibleUnit, Sender, Target


class PlanView:
    """One plan with its hash and its parts by id."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.hash = plan_hash(plan)
        self.areas: Mapping[str, Area] = {area.id: area for area in plan.areas}
        self.owners: Mapping[str, ResponsibleUnit] = {owner.id: owner for owner in plan.owners}
        self.units: Mapping[str, ReportingUnit] = {unit.id: unit for unit in plan.units}
        self.senders: Mapping[str, Sender] = {sender.id: sender for sender in plan.senders}
        self.forms: Mapping[str, Form] = {form.id: form for form in plan.forms}
        self.items: Mapping[str, Mapping[str, Item]] = {
            form.id: {item.id: item for item in form.items} for form in plan.forms
        }
        self.indicators: Mapping[str, Indicator] = {each.id: each for each in plan.indicators}
        self.targets: Mapping[str, Target] = {target.id: target for target in plan.targets}
        self.presets: Mapping[str, Preset] = {preset.id: preset for preset in plan.presets}
        self._rosters = {form.id: _by_area(form, self.units) for form in plan.forms}

    def unit_area(self, unit_id: str) -> str:
        """Area that a reporting unit's figures describe."""
        return self.units[unit_id].area

    def slice_areas(self, form: Form) -> tuple[str, ...]:
        """Areas of the roster of a form, in roster order: each is a slice of its own."""
        return tuple(self._rosters[form.id])

    def roster(self, form: Form, area: str) -> tuple[str, ...]:
        """Reporting units expected to report the form for the area; empty for an area without any."""
        return self._rosters[form.id].get(area, ())


def _by_area(form: Form, units: Mapping[str, ReportingUnit]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    # A plan that is still being checked may name a unit it does not have; the check tells, this passes over it.
    for unit in (each for each in form.roster if each in units):
        found.setdefault(units[unit].area, []).append(unit)
    return {area: tuple(listed) for area, listed in found.items()}


class PlanBook:
    """All plans in force. Form ids are unique across plans, so a form names its plan."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        self.views: Mapping[str, PlanView] = MappingProxyType({plan.id: PlanView(plan) for plan in plans})
        self._form_plan = {form.id: view for view in self.views.values() for form in view.plan.forms}

    @property
    def form_ids(self) -> tuple[str, ...]:
        """Ids of all forms of all plans."""
        return tuple(self._form_plan)

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans, in the order they were given."""
        return tuple(view.plan for view in self.views.values())

    def view_of_form(self, form_id: str) -> PlanView | None:
        """The plan that a form belongs to; None for an unknown form."""
        return self._form_plan.get(form_id)
