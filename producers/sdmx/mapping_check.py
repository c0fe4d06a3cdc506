"""Does a mapping go with its plan? Every fault, by its path in `sdmx.yaml`. Pure."""

import re
from collections.abc import Collection

from plan.book import PlanView
from plan.check_base import Faults, PathFault
from plan.messages import ObservationStatus
from plan.model import Form
from plan.periods import PeriodKind
from plan.yaml_lines import KeyPath
from producers.sdmx.mapping_model import Component, DataflowMapping, Mapping, Others, Role

_ONE_EACH = (Role.ITEM, Role.UNIT, Role.PERIOD, Role.MEASURE)
_AT_MOST_ONE = (Role.ROW, Role.FREQUENCY, Role.MULTIPLIER, Role.STATUS)
_CODED = (Role.ITEM, Role.UNIT, Role.FREQUENCY, Role.MEASURE, Role.STATUS)
_MAY_BE_CODED = (*_CODED, Role.ROW)
_MAY_IGNORE = (Role.ITEM, Role.UNIT)
_KEYS = (Role.ITEM, Role.ROW, Role.UNIT, Role.PERIOD)
_REFERENCE = re.compile(r"[A-Za-z][\w.-]*:[\w@$-]+", re.ASCII)


def check_mapping(mapping: Mapping, view: PlanView) -> tuple[PathFault, ...]:
    """Every fault of a mapping against its plan."""
    faults = Faults()
    seen: set[tuple[str, str]] = set()
    if not mapping.dataflows:
        faults.add(("dataflows",), "no dataflow; name one, or delete the file")
    for at, flow in enumerate(mapping.dataflows):
        path: KeyPath = ("dataflows", at)
        for key, text in (("id", flow.id), ("structure", flow.structure)):
            if text and not _REFERENCE.fullmatch(text):
                faults.add((*path, key), f"{text!r}: write it as AGENCY:ID, as XC:DF_ENERGY")
        if not flow.versions:
            faults.add((*path, "versions"), "no version is taken; name those that are, as '1.0'")
        for number, version in enumerate(flow.versions):
            if (flow.id, version) in seen:
                faults.add((*path, "versions", number), f"{flow.id}({version}) is mapped twice; keep one")
            seen.add((flow.id, version))
        if faults.known((*path, "form"), flow.form, view.forms, "form"):
            _check_flow(flow, view.forms[flow.form], view, path, faults)
    return faults.found


def _check_flow(flow: DataflowMapping, form: Form, view: PlanView, path: KeyPath, faults: Faults) -> None:
    roles = [each.role for each in flow.components]
    for role in _ONE_EACH:
        if roles.count(role) != 1:
            faults.add((*path, "dimensions"), f"{roles.count(role)} components have the role {role}; it needs one")
    for role in _AT_MOST_ONE:
        if roles.count(role) > 1:
            faults.add((*path, "dimensions"), f"{roles.count(role)} components have the role {role}; at most one may")
    if (Role.ROW in roles) is not (form.rows is not None):
        says = (
            "has rows: give one component the role row" if form.rows else "has no rows: no component has the role row"
        )
        faults.add((*path, "dimensions"), f"{form.id} {says}")
    if form.rows is not None and form.rows.count_item:
        says = f"{form.id} counts its rows, which no observation tells; report it by another door"
        faults.add((*path, "form"), says)
    for item in form.items:
        if item.required and not item.type.is_numeric:
            says = f"{form.id} requires {item.id}, which is no number; report it by another door"
            faults.add((*path, "form"), says)
    faults.once((*path, "components"), [each.id for each in flow.components], "component")
    for key, components in (("dimensions", flow.dimensions), ("attributes", flow.attributes)):
        for at, component in enumerate(components):
            place = (*path, key, at)
            if key == "attributes" and component.role in _KEYS:
                faults.add(
                    (*place, "role"), f"{component.role} is told by a dimension; an attribute is no part of the key"
                )
            if key == "dimensions" and component.absent:
                faults.add((*place, "absent"), "a dimension is never left out; only an attribute is")
            _check_fields(component, flow, place, faults)
            _check_codes(component, form, view, (*place, "codes"), faults)


def _check_fields(component: Component, flow: DataflowMapping, path: KeyPath, faults: Faults) -> None:
    """What a component says must be what its role asks for."""
    role = component.role
    if role in _CODED and not component.codes:
        faults.add((*path, "codes"), f"a component of role {role} lists its codes; write them")
    if component.codes and role not in _MAY_BE_CODED:
        faults.add((*path, "codes"), f"a component of role {role} has no codes; leave them out")
    if component.others is Others.IGNORE and role not in _MAY_IGNORE:
        faults.add((*path, "others"), f"only other items and units can be ignored, no other {role}; leave it out")
    if (role is Role.FIXED) is not bool(component.value):
        says = (
            "name the value that is taken" if role is Role.FIXED else f"a component of role {role} has no fixed value"
        )
        faults.add((*path, "value"), says)
    if component.absent and component.codes and component.absent not in component.codes:
        faults.add((*path, "absent"), f"{component.absent!r} is not one of the codes; name one of them")
    if component.is_year_to_date and role is not Role.PERIOD:
        faults.add((*path, "is_year_to_date"), "only the period can be a year to date; leave it out")
    for code in component.multipliers:
        if code not in component.codes:
            faults.add((*path, "multipliers", code), f"{code!r} is not one of the codes; write its unit there")
        if flow.of_role(Role.MULTIPLIER) is None:
            faults.add((*path, "multipliers", code), "no component has the role multiplier; name it, or leave this out")


def _check_codes(component: Component, form: Form, view: PlanView, path: KeyPath, faults: Faults) -> None:
    """Each code must stand for something that the form and the plan have."""
    items = {item.id: item for item in form.items}
    known: dict[Role, tuple[Collection[str], str]] = {
        Role.ITEM: (items, "item"),
        Role.UNIT: (sorted(view.roster_units(form)), "unit on the roster"),
        Role.FREQUENCY: ([kind.value for kind in PeriodKind], "kind of period"),
        Role.MEASURE: (view.measures, "measure"),
        Role.STATUS: ([status.value for status in ObservationStatus], "status"),
    }
    if component.role not in known:
        return
    among, what = known[component.role]
    for code, ours in component.codes.items():
        if not faults.known((*path, code), ours, among, what):
            continue
        if component.role is Role.ITEM and not items[ours].type.is_numeric:
            faults.add((*path, code), f"{ours} is no number, and an observation is; report it by another door")
        if component.role is Role.ITEM and items[ours].in_rows is not (form.rows is not None):
            faults.add((*path, code), f"{ours} stands in the header of a form with rows; report it by another door")
