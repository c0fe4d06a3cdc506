"""What was known of each slice at its cut-off, as temporary tables that audit and formulas read."""

import duckdb
import pyarrow as pa

from warehouse.due_slices import DueSlice
from warehouse.migrations import sql


def load_inputs(lake: duckdb.DuckDBPyConnection, due: tuple[DueSlice, ...]) -> None:
    """Make the temporary tables ``input_return`` and ``input_cell`` for these derivations.

    Roles: own (the slice's form), beside (forms it is audited with), previous (the period before, same form).
    """
    rows: list[tuple[int, str, str, str]] = []
    for each in due:
        rows.append((each.number, "own", each.slice.form, each.slice.period))
        rows += [
            (each.number, "beside", form, each.slice.period) for form in each.view.forms[each.slice.form].audited_with
        ]
        if each.previous_period:
            rows.append((each.number, "previous", each.slice.form, each.previous_period))
    by_number = {each.number: each for each in due}
    table = pa.table(
        {
            "number": pa.array([number for number, *_ in rows], pa.int32()),
            "role": [role for _, role, _, _ in rows],
            "form_id": [form for _, _, form, _ in rows],
            "period": [period for *_, period in rows],
            "area_id": [by_number[number].slice.area for number, *_ in rows],
            "cutoff_at": pa.array([by_number[number].cutoff_at for number, *_ in rows], pa.timestamp("us", "UTC")),
        }
    )
    lake.register("wanted_inputs", table)
    lake.execute(sql("derivation/input_return"))
    lake.execute(sql("derivation/input_cell"))
    lake.unregister("wanted_inputs")
