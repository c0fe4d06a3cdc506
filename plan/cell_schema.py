"""The cells' part of a form's JSON Schema: what an item's type allows, texts, names of rows. Pure."""

from decimal import Decimal
from typing import Any

from plan.codes import ItemType, RowsBy
from plan.messages import TEXT_MAX, VALUE_MAX
from plan.model import Item, Rows
from plan.row_contract import KEY_PATTERN

Schema = dict[str, Any]
HIDDEN = (
    r"\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufeff\uffa0"
)
"""The characters nobody sees that matter most, for a pattern; the contract knows all of them."""
_LINE_BREAK = r"\u000a"
_DAY_MINUTES, _HOUR_MINUTES = 24 * 60, 60


def text() -> Schema:
    """A free text: not too long, and nothing in it that cannot be seen; line breaks may be."""
    return {"type": "string", "maxLength": TEXT_MAX, "not": {"pattern": f"[{HIDDEN}]"}}


def line() -> Schema:
    """A text of one line."""
    return {"type": "string", "maxLength": TEXT_MAX, "not": {"pattern": f"[{HIDDEN}{_LINE_BREAK}]"}}


def row_schema(rows: Rows) -> Schema:
    """What a row may be called: one of the times of the form, or a key."""
    named = {"title": rows.names.zh, "description": rows.names.en}
    if rows.by is RowsBy.TIME:
        starts = range(0, _DAY_MINUTES, rows.every_minutes)
        times = [f"{start // _HOUR_MINUTES:02d}:{start % _HOUR_MINUTES:02d}" for start in starts]
        return {**named, "enum": times}
    return {**named, "type": "string", "pattern": f"^{KEY_PATTERN}$"}


def cell_schema(item: Item, cell: Schema, areas: list[str]) -> Schema:
    """A cell of one item: ``cell``, the schema of the message type, with what this item allows."""
    properties = dict(cell["properties"])
    properties |= {
        "item": {"const": item.id},
        "unit": {"enum": ["", item.unit] if item.unit else [""]},
        "area": {"enum": areas},
        "basis": {**text(), "default": ""},
        "sources": {"type": "array", "items": {"type": "integer", "minimum": 0}, "default": []},
        "row": {"$ref": "#/$defs/row"} if item.in_rows else {"const": ""},
    }
    if item.type.is_numeric:
        properties |= {"value": _number(item), "text": {"const": ""}}
    else:
        properties |= {"value": {"type": "null"}, "text": _answer(item)}
    needed = ["item", "value" if item.type.is_numeric else "text", *(["row"] if item.in_rows else [])]
    unit = f", in {item.unit}" if item.unit else ""
    return {
        "title": item.names.zh,
        "description": f"{item.names.en}{unit}",
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }


def _number(item: Item) -> Schema:
    return {
        "type": "integer" if item.type is ItemType.INTEGER else "number",
        "minimum": _plain(-VALUE_MAX if item.minimum is None else item.minimum),
        "maximum": _plain(VALUE_MAX if item.maximum is None else item.maximum),
    }


def _answer(item: Item) -> Schema:
    match item.type:
        case ItemType.CODE:
            codes = [{"const": code.id, "title": code.names.zh, "description": code.names.en} for code in item.codes]
            return {"oneOf": codes}
        case ItemType.DATE:
            return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
        case _:
            return {**text(), "pattern": r"\S"}


def _plain(value: Decimal) -> int | float:
    """A limit as JSON writes it."""
    return int(value) if value == value.to_integral_value() else float(value)
