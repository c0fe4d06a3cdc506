"""What was known of each slice at its cut-off, as temporary tables that audit and formulas read."""

import duckdb
import pyarrow as pa

from plan.model import Form
from warehouse.due_slices import DueSlice
from warehouse.measures import earlier_periods
from warehouse.migrations import sql


def load_inputs(lake: duckdb.DuckDBPyConnection, due: tuple[DueSlice, ...]) -> None:
    """Make the temporary tables ``input_return`` and ``input_cell`` for these derivations.

    Roles: own (the slice's form), beside (forms it is audited with), previous (the period before, same form), earlier
    (earlier periods of a register, same form).
    """
    rows = [row for each in due for row in _wanted(each)]
    by_number = {each.number: each for each in due}
    table = pa.table(
        {
            "number": pa.array([number for number, *_ in rows], pa.int32()),
            "role": [role for _, role, *_ in rows],
            "form_id": [form for _, _, form, *_ in rows],
            "period": [period for *_, period, _ in rows],
            "unit_id": [unit for *_, unit in rows],
            "area_id": [by_number[number].slice.area for number, *_ in rows],
            "cutoff_at": pa.array([by_number[number].cutoff_at for number, *_ in rows], pa.timestamp("us", "UTC")),
        }
    )
    lake.register("wanted_inputs", table)
    lake.execute(sql("derivation/input_return"))
    lake.execute(sql("derivation/input_cell"))
    lake.unregister("wanted_inputs")


def returns_behind(each: DueSlice) -> int:
    """How many returns a derivation may rest on."""
    return sum(len(each.view.roster(form, each.slice.area, period)) for _, form, period in _asked(each))


def _wanted(each: DueSlice) -> list[tuple[int, str, str, str, str]]:
    """Role, form, period and unit of every return a derivation may rest on: units of today's rosters only."""
    return [
        (each.number, role, form.id, period, unit)
        for role, form, period in _asked(each)
        for unit in each.view.roster(form, each.slice.area, period)
    ]


def _asked(each: DueSlice) -> list[tuple[str, Form, str]]:
    """Role, form and period of the returns a derivation rests on."""
    form = each.view.forms[each.slice.form]
    asked = [("own", form, each.slice.period)]
    asked += [("beside", each.view.forms[beside], each.slice.period) for beside in form.audited_with]
    if each.previous_period:
        asked.append(("previous", form, each.previous_period))
    asked += [("earlier", form, period) for period in earlier_periods(form, each.slice.period)]
    return asked
