"""Compute the measures of a round of derivations: one run of each SQL file over all due slices of its form."""

from collections.abc import Iterable, Mapping, Sequence

import duckdb
import pyarrow as pa

from plan.periods import parse_period
from warehouse.due_slices import DueSlice
from warehouse.measures import MEASURED_FORMS, MEASURES, earlier_periods
from warehouse.migrations import sql
from warehouse.values import Judged

_NO_INDUSTRY = "00"
_TABLES = ("measured_slice", "measured_return", "measured_part", "measured_item", "measured_cover", "measure_row")


def compute_measures(lake: duckdb.DuckDBPyConnection, due: tuple[DueSlice, ...], judged: Mapping[int, Judged]) -> bool:
    """Make the temporary table ``measure_row``; False if no slice has any measure. ``inputs`` must be loaded."""
    measured = [each for each in due if each.slice.form in MEASURED_FORMS]
    if not measured:
        return False
    _lay(lake, "measured_slice", _slices(measured, judged))
    _lay(lake, "measured_return", _returns(measured))
    _lay(lake, "measured_part", _parts(measured))
    _lay(lake, "measured_item", _items(measured))
    lake.execute(sql("derivation/measured_cover"))
    lake.execute(sql("derivation/measure_row"))
    forms = {each.slice.form for each in measured}
    for measure in MEASURES:
        if measure.form in forms:
            lake.execute(sql(f"measures/{measure.id}"))
    return True


def store_measures(lake: duckdb.DuckDBPyConnection) -> None:
    """Store what :func:`compute_measures` made, in the caller's transaction."""
    lake.execute(sql("derivation/measure_value"))


def drop_measures(lake: duckdb.DuckDBPyConnection) -> None:
    """Drop the temporary tables of the round."""
    for name in _TABLES:
        lake.execute(f"DROP TABLE {name}")


def _lay(lake: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    lake.register("laid_rows", table)
    lake.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM laid_rows")
    lake.unregister("laid_rows")


def _slices(due: Iterable[DueSlice], judged: Mapping[int, Judged]) -> pa.Table:
    rows = [
        (
            each.number,
            each.view.plan.id,
            each.view.hash,
            each.slice.form,
            each.slice.period,
            each.slice.area,
            "county" if each.view.areas[each.slice.area].parent else "city",
            each.cutoff_at,
            each.deadline,
            parse_period(each.slice.period).end_date,
            _slices_due(each),
            judged[each.number].verdict.value,
        )
        for each in due
    ]
    moment = pa.timestamp("us", "UTC")
    shape = {
        "number": pa.int32(), "plan_id": pa.string(), "plan_hash": pa.string(), "form_id": pa.string(),
        "period": pa.string(), "area_id": pa.string(), "area_kind": pa.string(), "cutoff_at": moment,
        "deadline_at": moment, "end_date": pa.date32(), "slices_due": pa.int32(), "verdict": pa.string(),
    }  # fmt: skip
    return _table(shape, rows)


def _slices_due(each: DueSlice) -> int:
    """How many slices of the same form, period and parent area are expected: what a sum over areas must hold."""
    form, areas = each.view.forms[each.slice.form], each.view.areas
    parent = areas[each.slice.area].parent
    return sum(
        bool(each.view.roster(form, area, each.slice.period))
        for area in each.view.slice_areas(form)
        if areas[area].parent == parent
    )


def _returns(due: Iterable[DueSlice]) -> pa.Table:
    """The returns that a derivation's measures are to rest on, whether they came or not."""
    rows = [
        (each.number, period, unit)
        for each in due
        for form in (each.view.forms[each.slice.form],)
        for period in (each.slice.period, *earlier_periods(form, each.slice.period))
        for unit in each.view.roster(form, each.slice.area, period)
    ]
    return _table({"number": pa.int32(), "period": pa.string(), "unit_id": pa.string()}, rows)


def _parts(due: Iterable[DueSlice]) -> pa.Table:
    """What each expected unit of a slice is a part of: itself, its industry, the area."""
    rows: list[tuple[object, ...]] = []
    for each in due:
        form = each.view.forms[each.slice.form]
        kind = "county" if each.view.areas[each.slice.area].parent else "city"
        for unit in each.view.roster(form, each.slice.area, each.slice.period):
            industry = each.view.units[unit].industry or _NO_INDUSTRY
            rows += [
                (each.number, form.id, unit, industry, "enterprise", unit),
                (each.number, form.id, unit, industry, "industry", industry),
                (each.number, form.id, unit, industry, kind, each.slice.area),
            ]
    names = ("form_id", "unit_id", "industry", "breakdown_kind", "breakdown_key")
    return _table({"number": pa.int32(), **dict.fromkeys(names, pa.string())}, rows)


def _items(due: Iterable[DueSlice]) -> pa.Table:
    """Units of measure and coal-equivalent factors of the forms' items, as the plan has them."""
    forms = {each.slice.form: each.view.forms[each.slice.form] for each in due}
    rows = [(form.id, item.id, item.unit, item.tce_factor) for form in forms.values() for item in form.items]
    shape = {"form_id": pa.string(), "item_id": pa.string(), "unit": pa.string(), "tce_factor": pa.decimal128(9, 6)}
    return _table(shape, rows)


def _table(shape: Mapping[str, pa.DataType], rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ((),) * len(shape)
    return pa.table(
        {name: pa.array(list(column), kind) for (name, kind), column in zip(shape.items(), columns, strict=True)}
    )
