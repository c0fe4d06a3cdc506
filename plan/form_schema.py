"""The JSON Schema of one form's return, made from the message type and the form: for programs that report. Pure.

It refuses nothing that the contract takes. What it cannot say stays for the contract alone: which rows lack a cell or
stand twice, whether their number is right, who may speak for whom, which periods have not begun.
"""

from typing import Any

import msgspec

from plan.book import PlanView
from plan.cell_schema import Schema, cell_schema, line, row_schema, text
from plan.contract import SOURCES_MAX
from plan.messages import CELLS_MAX, Return
from plan.model import Form, Item
from plan.periods import PeriodKind

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LISTED_MAX = 100
_PERIOD_PATTERNS = {
    PeriodKind.YEAR: r"^\d{4}$",
    PeriodKind.HALF: r"^\d{4}-H[12]$",
    PeriodKind.QUARTER: r"^\d{4}-Q[1-4]$",
    PeriodKind.MONTH: r"^\d{4}-(0[1-9]|1[0-2])$",
    PeriodKind.DAY: r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
    PeriodKind.YEAR_TO_DATE: r"^\d{4}-01\.\.(0[1-9]|1[0-2])$",
}
_HAS_ZONE = r"([Zz]|[+-]\d{2}:?\d{2})$"


def form_schema(form: Form, view: PlanView) -> Schema:
    """The schema of a return of the form, in draft 2020-12; titles in Chinese, descriptions in English."""
    made: Schema = msgspec.json.schema(Return)
    definitions: Schema = made["$defs"]
    definitions["Return"]["properties"] |= {
        "return_id": {**line(), "pattern": r"\S"},
        "form": {"const": form.id},
        "form_version": {"const": form.version},
        "unit": _unit(form, view),
        "period": _period(form),
        "cells": _cells(form),
        "published_at": {
            "anyOf": [{"type": "string", "format": "date-time", "pattern": _HAS_ZONE}, {"type": "null"}],
            "default": None,
        },
        "sources": {"type": "array", "items": {"$ref": "#/$defs/Source"}, "maxItems": SOURCES_MAX, "default": []},
        "note": {**text(), "default": ""},
    }
    definitions["Source"]["properties"] = {name: text() for name in definitions["Source"]["properties"]}
    cell = definitions.pop("Cell")
    areas = _areas(form, view)
    for item in form.items:
        definitions[_name(item)] = cell_schema(item, cell, areas)
    if form.rows is not None:
        definitions["row"] = row_schema(form.rows)
    days = form.calendar.due_days
    due = f"due {days} day{'' if days == 1 else 's'} after the end of the period"
    description = f"{form.names.en}. Version {form.version}, {due}."
    return {"$schema": DIALECT, "title": form.names.zh, "description": description, **made}


def _unit(form: Form, view: PlanView) -> Schema:
    if form.roster_groups:
        groups = ", ".join(form.roster_groups)
        return {**line(), "minLength": 1, "description": f"a unit on the roster; groups on it: {groups}"}
    return {"enum": sorted(view.roster_units(form))}


def _period(form: Form) -> Schema:
    periods = form.calendar.periods
    if len(periods) <= _LISTED_MAX:
        return {"enum": list(periods)}
    span = f"{periods[0]} to {periods[-1]}"
    return {"type": "string", "pattern": _PERIOD_PATTERNS[form.calendar.kind], "description": span}


def _areas(form: Form, view: PlanView) -> list[str]:
    """What a cell's area may be: empty, or the area of a unit that reports; the units of a group may lie anywhere."""
    if form.roster_groups:
        return ["", *sorted(area.id for area in view.plan.areas)]
    return ["", *sorted({view.units[unit].area for unit in view.roster_units(form)})]


def _cells(form: Form) -> Schema:
    """Cells of the form's items, an item of the header at most once, an item in rows at most as often as rows."""
    return {
        "type": "array",
        "minItems": 1,
        "maxItems": CELLS_MAX,
        "items": {"oneOf": [{"$ref": f"#/$defs/{_name(item)}"} for item in form.items]},
        "allOf": [_how_often(item, form) for item in form.items],
    }


def _how_often(item: Item, form: Form) -> dict[str, Any]:
    is_count = form.rows is not None and form.rows.count_item == item.id
    return {
        "contains": {"properties": {"item": {"const": item.id}}, "required": ["item"]},
        "minContains": 1 if is_count else 0,
        "maxContains": form.rows.most if form.rows is not None and item.in_rows else 1,
    }


def _name(item: Item) -> str:
    return f"cell-{item.id}"
