"""Plans in force, with look-ups by id. Built once from plans; never changed."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from plan.canonical import plan_hash
from plan.cell_screen import Screen
from plan.codes import Kind, Scope
from plan.messages import VALUE_MAX
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
from plan.periods import parse_period


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
        self.in_group = _in_groups(plan)
        self._listed = {form.id: self._listed_on(form) for form in plan.forms}
        self._on_roster = {form_id: frozenset(listed) for form_id, listed in self._listed.items()}
        self._exempt = {form.id: _exempt(form) for form in plan.forms}
        self._periods = {form.id: frozenset(form.calendar.periods) for form in plan.forms}
        self._speaks_for = {
            sender.id: frozenset((*sender.units, *(unit for group in sender.unit_groups for unit in self._in(group))))
            for sender in plan.senders
        }
        self._sends = {sender.id: frozenset(sender.forms) for sender in plan.senders}
        self._rosters: dict[tuple[str, str], Mapping[str, tuple[str, ...]]] = {}
        self._slice_areas = {
            form_id: tuple(dict.fromkeys(self.units[unit].area for unit in listed))
            for form_id, listed in self._listed.items()
        }
        self._owners = _answerable(plan)
        self.screens: Mapping[str, Screen] = {form.id: Screen(form, float(VALUE_MAX)) for form in plan.forms}

    def unit_area(self, unit_id: str) -> str:
        """Area that a reporting unit's figures describe."""
        return self.units[unit_id].area

    def slice_areas(self, form: Form) -> tuple[str, ...]:
        """Areas of the roster of a form, in roster order: each is a slice of its own."""
        return self._slice_areas[form.id]

    def roster(self, form: Form, area: str, period: str) -> tuple[str, ...]:
        """Reporting units expected to report the form for the area and period, in roster order.

        Without those exempt and those that were not there for the whole of the period. Empty for an area without any:
        then nothing is expected.
        """
        key = (form.id, period)
        if key not in self._rosters:
            exempt = self._exempt[form.id].get(period, frozenset())
            found: dict[str, list[str]] = {}
            for unit in self._listed[form.id]:
                if unit not in exempt and _is_there(self.units[unit], period):
                    found.setdefault(self.units[unit].area, []).append(unit)
            self._rosters[key] = {place: tuple(listed) for place, listed in found.items()}
        return self._rosters[key].get(area, ())

    def roster_in_order(self, form: Form) -> tuple[str, ...]:
        """All units that are on the roster of a form in any period, in its order."""
        return self._listed[form.id]

    def roster_units(self, form: Form) -> frozenset[str]:
        """The same as a set."""
        return self._on_roster[form.id]

    def is_reported_for(self, form: Form, period: str) -> bool:
        """Tell whether a period is one of a form's calendar."""
        return period in self._periods[form.id]

    def speaks_for(self, sender_id: str, unit_id: str) -> bool:
        """Tell whether a sender may speak for a reporting unit; nobody speaks for an unknown one."""
        return unit_id in self._speaks_for.get(sender_id, frozenset())

    def may_send(self, sender_id: str, form_id: str) -> bool:
        """Tell whether a sender may hand in a form; an unknown sender may hand in nothing."""
        return form_id in self._sends.get(sender_id, frozenset())

    def _in(self, group: str) -> tuple[str, ...]:
        return self.in_group.get(group, ())

    def _listed_on(self, form: Form) -> tuple[str, ...]:
        # A plan that is still being checked may name a unit or group it does not have; the check tells, this passes
        # over it.
        named = (unit for unit in form.roster if unit in self.units)
        grouped = (unit for group in form.roster_groups for unit in self._in(group))
        return tuple(dict.fromkeys((*named, *grouped)))

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


def _in_groups(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for unit in plan.units:
        for group in unit.groups:
            found.setdefault(group, []).append(unit.id)
    return {group: tuple(units) for group, units in found.items()}


def _exempt(form: Form) -> Mapping[str, frozenset[str]]:
    """Units exempt from a form, by period; periods without any are left out."""
    found: dict[str, set[str]] = {}
    for exemption in form.calendar.exemptions:
        for period in exemption.periods:
            found.setdefault(period, set()).add(exemption.unit)
    return {period: frozenset(units) for period, units in found.items()}


def _is_there(unit: ReportingUnit, period: str) -> bool:
    """Tell whether a unit was there from the first to the last day of a period."""
    if unit.since is None and unit.until is None:
        return True
    asked = parse_period(period)
    is_begun = unit.since is None or unit.since <= asked.start_date
    return is_begun and (unit.until is None or unit.until >= asked.end_date)


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
