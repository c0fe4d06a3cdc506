"""The JSON Schema of one form's return, made from the message type and the form: for programs that report. Pure.

What a schema cannot say stays for the contract alone: cells that stand twice, rows that lack a cell, the count of rows,
periods that have not begun, who may speak for whom.
"""

from decimal import Decimal
from typing import Any

import msgspec

from plan.book import PlanView
from plan.codes import ItemType, RowsBy
from plan.messages import CELLS_MAX, ROW_MAX, TEXT_MAX, VALUE_MAX, Return
from plan.model import Form, Item, Rows
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

Schema = dict[str, Any]


def form_schema(form: Form, view: PlanView) -> Schema:
    """The schema of a return of the form, in draft 2020-12; titles in Chinese, descriptions in English."""
    made: Schema = msgspec.json.schema(Return)
    definitions: Schema = made["$defs"]
    definitions["Return"]["properties"] |= {
        "return_id": {"type": "string", "minLength": 1, "maxLength": TEXT_MAX},
        "form": {"const": form.id},
        "form_version": {"const": form.version},
        "unit": _unit(form, view),
        "period": _period(form),
        "note": {"type": "string", "maxLength": TEXT_MAX, "default": ""},
    }
    cells = {"oneOf": [{"$ref": f"#/$defs/cell-{item.id}"} for item in form.items]}
    definitions["Return"]["properties"]["cells"] = {
        "type": "array",
        "minItems": 1,
        "maxItems": CELLS_MAX,
        "items": cells,
    }
    cell = definitions.pop("Cell")
    for item in form.items:
        definitions[f"cell-{item.id}"] = _cell(item, form, cell)
    return {
        "$schema": DIALECT,
        "title": form.names.zh,
        "description": f"{form.names.en}. Version {form.version}, due {form.calendar.due_days} days after the period.",
        **made,
    }


def _unit(form: Form, view: PlanView) -> Schema:
    if form.roster_groups:
        groups = ", ".join(form.roster_groups)
        return {"type": "string", "minLength": 1, "maxLength": TEXT_MAX, "description": f"a unit of: {groups}"}
    return {"enum": sorted(view.roster_units(form))}


def _period(form: Form) -> Schema:
    periods = form.calendar.periods
    if len(periods) <= _LISTED_MAX:
        return {"enum": list(periods)}
    span = f"{periods[0]} to {periods[-1]}"
    return {"type": "string", "pattern": _PERIOD_PATTERNS[form.calendar.kind], "description": span}


def _cell(item: Item, form: Form, cell: Schema) -> Schema:
    """A cell of one item: the message type's own cell, with what this item allows."""
    properties = dict(cell["properties"])
    properties["item"] = {"const": item.id}
    properties["unit"] = {"enum": ["", item.unit] if item.unit else [""]}
    properties["basis"] = {"type": "string", "maxLength": TEXT_MAX, "default": ""}
    required = ["item"]
    if item.in_rows and form.rows is not None:
        properties["row"] = _row(form.rows)
        required.append("row")
    else:
        properties["row"] = {"const": ""}
    if item.type.is_numeric:
        properties["value"] = _number(item)
        properties["text"] = {"const": ""}
        required.append("value")
    else:
        properties["value"] = {"type": "null"}
        properties["text"] = _text(item)
        required.append("text")
    unit = f", in {item.unit}" if item.unit else ""
    return {
        "title": item.names.zh,
        "description": f"{item.names.en}{unit}",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _number(item: Item) -> Schema:
    return {
        "type": "integer" if item.type is ItemType.INTEGER else "number",
        "minimum": _plain(-VALUE_MAX if item.minimum is None else item.minimum),
        "maximum": _plain(VALUE_MAX if item.maximum is None else item.maximum),
    }


def _text(item: Item) -> Schema:
    match item.type:
        case ItemType.CODE:
            return {
                "oneOf": [
                    {"const": code.id, "title": code.names.zh, "description": code.names.en} for code in item.codes
                ]
            }
        case ItemType.DATE:
            return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
        case _:
            return {"type": "string", "minLength": 1, "maxLength": TEXT_MAX}


def _row(rows: Rows) -> Schema:
    named = {"title": rows.names.zh, "description": rows.names.en}
    if rows.by is RowsBy.TIME:
        return {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$", **named}
    return {"type": "string", "minLength": 1, "maxLength": ROW_MAX, **named}


def _plain(value: Decimal) -> int | float:
    """A limit as JSON writes it."""
    return int(value) if value == value.to_integral_value() else float(value)
