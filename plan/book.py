"""Plans in force, with look-ups by id. Built once from plans; never changed."""

from collections.abc import Container, Iterable, Mapping
from types import MappingProxyType

from plan.canonical import plan_hash
from plan.codes import Kind, Scope
from plan.model import (  # fmt: skip
    Area,
    Award,
    Form,
    Indicator,
    Item,
    Plan,
    Preset,
    ReportingUnit,
    ResponsibleUnit,
    Sender,
    Target,
    UnitOfMeasure,
)


class PlanView:
    """One plan with its hash and its parts by id."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.hash = plan_hash(plan)
        self.areas: Mapping[str, Area] = {area.id: area for area in plan.areas}
        self.owners: Mapping[str, ResponsibleUnit] = {owner.id: owner for owner in plan.owners}
        self.units: Mapping[str, ReportingUnit] = {unit.id: unit for unit in plan.units}
        self.senders: Mapping[str, Sender] = {sender.id: sender for sender in plan.senders}
        self.measures: Mapping[str, UnitOfMeasure] = {measure.id: measure for measure in plan.measures}
        self.forms: Mapping[str, Form] = {form.id: form for form in plan.forms}
        self.items: Mapping[str, Mapping[str, Item]] = {
            form.id: {item.id: item for item in form.items} for form in plan.forms
        }
        self.indicators: Mapping[str, Indicator] = {each.id: each for each in plan.indicators}
        self.targets: Mapping[str, Target] = {target.id: target for target in plan.targets}
        self.presets: Mapping[str, Preset] = {preset.id: preset for preset in plan.presets}
        self.awards: Mapping[str, Award] = {award.id: award for award in plan.awards}
        self._rosters = {form.id: _by_area(form, self.units) for form in plan.forms}
        self._shortened = {
            (form.id, period): _by_area(form, self.units, exempt)
            for form in plan.forms
            for period, exempt in _exempt(form).items()
        }
        self._owners = _answerable(plan)

    def unit_area(self, unit_id: str) -> str:
        """Area that a reporting unit's figures describe."""
        return self.units[unit_id].area

    def slice_areas(self, form: Form) -> tuple[str, ...]:
        """Areas of the roster of a form, in roster order: each is a slice of its own."""
        return tuple(self._rosters[form.id])

    def roster(self, form: Form, area: str, period: str) -> tuple[str, ...]:
        """Reporting units expected to report the form for the area and period, without those exempt.

        Empty for an area without any, and where all are exempt: then nothing is expected.
        """
        by_area = self._shortened.get((form.id, period))
        return (self._rosters[form.id] if by_area is None else by_area).get(area, ())

    def areas_of(self, target: Target) -> tuple[str, ...]:
        """Areas that a target is rated for: its own, or each ranked area in it, in plan order."""
        if target.scope is not Scope.EACH_COUNTY:
            return (target.area,)
        return tuple(area.id for area in self.plan.areas if area.is_ranked and area.parent == target.area)

    def owners_of(self, target_id: str) -> tuple[str, ...]:
        """Who answers for a target: its own owners, then those of the targets that restate it, each once."""
        return self._owners[target_id]

    def rated_targets(self) -> tuple[Target, ...]:
        """Targets that are rated themselves: neither judged by people nor said before, in plan order."""
        return tuple(
            target for target in self.plan.targets if target.kind is not Kind.QUALITATIVE and not target.restates
        )


def _by_area(form: Form, units: Mapping[str, ReportingUnit], exempt: Container[str] = ()) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    # A plan that is still being checked may name a unit it does not have; the check tells, this passes over it.
    for unit in (each for each in form.roster if each in units and each not in exempt):
        found.setdefault(units[unit].area, []).append(unit)
    return {area: tuple(listed) for area, listed in found.items()}


def _exempt(form: Form) -> dict[str, set[str]]:
    """Units exempt from a form, by period; periods without any are left out."""
    found: dict[str, set[str]] = {}
    for exemption in form.calendar.exemptions:
        for period in exemption.periods:
            found.setdefault(period, set()).add(exemption.unit)
    return found


def _answerable(plan: Plan) -> dict[str, tuple[str, ...]]:
    said_again: dict[str, list[str]] = {}
    for target in plan.targets:
        if target.restates:
            said_again.setdefault(target.restates, []).extend(target.owners)
    return {
        target.id: tuple(dict.fromkeys((*target.owners, *said_again.get(target.id, ())))) for target in plan.targets
    }


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
