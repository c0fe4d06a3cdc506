"""The frame that is judged: one row for each expected return of each derivation, prepared by SQL in DuckDB.

Columns: ``row_key``, ``is_received``, one ``item:<id>`` per item and one ``check:<id>`` per check (its gap).
"""

from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd

from expectations.rules import RECEIVED_COLUMN, check_column, item_column
from plan.codes import CheckRule
from plan.model import Check, Form
from warehouse.due_slices import DueSlice

_SQL = Path(__file__).parent / "sql"
ROW_KEY = "row_key"


def row_key(number: int, unit: str) -> str:
    """Key of a judged row: derivation number and reporting unit."""
    return f"{number}|{unit}"


def frame_of(lake: duckdb.DuckDBPyConnection, form: Form, due: tuple[DueSlice, ...]) -> pd.DataFrame:
    """Build the frame for all derivations of a form; the inputs must be loaded (``warehouse.inputs``)."""
    expected = [
        (each.number, unit) for each in due for unit in each.view.roster(form, each.slice.area, each.slice.period)
    ]
    keys = [row_key(number, unit) for number, unit in expected]
    received = {
        row_key(number, unit)
        for number, unit in lake.execute(
            "SELECT number, unit_id FROM input_return WHERE role = 'own' AND form_id = ?", [form.id]
        ).fetchall()
    }
    cells: dict[str, dict[str, float]] = {}
    parameters = {
        "form": form.id,
        "items": [item.id for item in form.items],
        "lows": [_limit(item.plausible_minimum) for item in form.items],
        "highs": [_limit(item.plausible_maximum) for item in form.items],
    }
    for number, unit, item, value in lake.execute(_sql("frame/item_cell"), parameters).fetchall():
        cells.setdefault(item_column(item), {})[row_key(number, unit)] = value
    for check in form.checks:
        cells[check_column(check.id)] = _gaps(lake, check)
    columns = [*(item_column(item.id) for item in form.items), *(check_column(check.id) for check in form.checks)]
    made: dict[str, object] = {ROW_KEY: keys, RECEIVED_COLUMN: [key in received for key in keys]}
    for column in columns:
        found = cells.get(column, {})
        made[column] = pd.array([found.get(key) for key in keys], dtype="Float64").to_numpy(
            float, na_value=float("nan")
        )
    return pd.DataFrame(made)


def _gaps(lake: duckdb.DuckDBPyConnection, check: Check) -> dict[str, float]:
    text = _sql(check.rule.value)
    parameters: dict[str, object] = {"items": list(check.items)}
    if check.rule is CheckRule.SUM_EQUALS:
        parameters["total"] = check.total
    if check.rule is CheckRule.GROWTH_IDENTITY:
        parameters |= {"other_form": check.other_form, "other_item": check.other_item}
    return {row_key(number, unit): float(gap) for number, unit, gap in lake.execute(text, parameters).fetchall()}


def _limit(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _sql(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
