"""Write derived rows: one transaction = values, verdicts, responses, outbox, settled slices, watched deadlines."""

from collections.abc import Iterable, Mapping

import duckdb
import msgspec
import pyarrow as pa

from plan.book import PlanBook
from plan.due import Slice
from plan.messages import IndicatorValue, encode
from plan.topics import INDICATOR_VALUES
from warehouse.due_slices import DueSlice, Work
from warehouse.lake import transaction
from warehouse.leading import Guard, unguarded
from warehouse.measuring import compute_measures, drop_measures, store_measures
from warehouse.outbox import Announcement, put_out
from warehouse.outcomes import audit_outcomes
from warehouse.values import Judged

_DERIVED = ("derived_slice", "audit_outcome", "indicator_value", "measure_value")


def store(
    lake: duckdb.DuckDBPyConnection,
    book: PlanBook,
    work: Work,
    judged: Mapping[int, Judged],
    values: Iterable[IndicatorValue],
    *,
    guard: Guard = unguarded,
) -> None:
    """Store one round of derivations; rows of the same slice, cut-off and plan hash are replaced."""
    values = list(values)
    counts = _counts(lake) if work.due else {}
    outcomes = audit_outcomes(lake, work.due, judged) if work.due else []
    is_measured = compute_measures(lake, work.due, judged)
    with transaction(lake):
        guard(lake)
        _drop_void(lake, work)
        _store_slices(lake, work.due, judged, counts)
        _store_values(lake, work.due, values)
        if is_measured:
            store_measures(lake)
        put_out(lake, [*(_announcement(value) for value in values), *outcomes])
        _settle(lake, book, work)
        lake.execute("CALL w.set_commit_message('writer', 'derivation')")
    if is_measured:
        drop_measures(lake)


def _counts(lake: duckdb.DuckDBPyConnection) -> dict[int, int]:
    rows = lake.execute(
        "SELECT number, count(DISTINCT unit_id) FROM input_return WHERE role = 'own' GROUP BY number"
    ).fetchall()
    return dict(rows)


def _drop_void(lake: duckdb.DuckDBPyConnection, work: Work) -> None:
    void = {(each.slice, each.view.hash, each.cutoff_at) for each in work.due} | set(work.void)
    if not void:
        return
    rows = sorted(void, key=lambda found: (found[2], found[0], found[1]))
    table = pa.table(
        {
            "form_id": [each.form for each, _, _ in rows],
            "period": [each.period for each, _, _ in rows],
            "area_id": [each.area for each, _, _ in rows],
            "plan_hash": [plan_hash for _, plan_hash, _ in rows],
            "cutoff_at": pa.array([moment for _, _, moment in rows], pa.timestamp("us", "UTC")),
        }
    )
    lake.register("void_rows", table)
    for name in _DERIVED:
        lake.execute(
            f"DELETE FROM {name} AS t WHERE EXISTS (SELECT 1 FROM void_rows AS v WHERE v.form_id = t.form_id "
            "AND v.period = t.period AND v.area_id = t.area_id AND v.plan_hash = t.plan_hash "
            "AND v.cutoff_at = t.cutoff_at)"
        )
    lake.unregister("void_rows")


def _store_slices(
    lake: duckdb.DuckDBPyConnection,
    due: tuple[DueSlice, ...],
    judged: Mapping[int, Judged],
    counts: Mapping[int, int],
) -> None:
    slices, findings = [], []
    for each in due:
        key = {
            "plan_id": each.view.plan.id,
            "plan_hash": each.view.hash,
            "form_id": each.slice.form,
            "period": each.slice.period,
            "area_id": each.slice.area,
            "cutoff_at": each.cutoff_at,
        }
        expected = len(each.view.roster(each.view.forms[each.slice.form], each.slice.area, each.slice.period))
        received = counts.get(each.number, 0)
        slices.append(
            key
            | {
                "inputs_digest": each.inputs_digest,
                "due_date": each.due_date,
                "is_overdue": received < expected and each.cutoff_at >= each.deadline,
                "expected": expected,
                "received": received,
                "verdict": judged[each.number].verdict.value,
            }
        )
        findings += [
            key
            | {
                "unit_id": finding.unit,
                "check_id": finding.check_id,
                "severity": finding.severity,
                "item_id": finding.item,
                "observed": finding.observed,
                "says_zh": finding.says_zh,
                "says_en": finding.says_en,
            }
            for finding in judged[each.number].findings
        ]
    _insert(lake, "derived_slice", slices)
    _insert(lake, "audit_outcome", findings)


def _store_values(lake: duckdb.DuckDBPyConnection, due: tuple[DueSlice, ...], values: list[IndicatorValue]) -> None:
    forms = {(each.view.plan.id, one.id): one.form for each in due for one in each.view.plan.indicators}
    rows = [
        {
            "message_id": value.message_id,
            "plan_id": value.plan_id,
            "plan_hash": value.plan_hash,
            "form_id": forms[(value.plan_id, value.indicator)],
            "indicator_id": value.indicator,
            "area_id": value.area,
            "period": value.period,
            "cutoff_at": value.cutoff_at,
            "value": value.value,
            "unit": value.unit,
            "bound": value.bound.value,
            "basis": value.basis,
            "verdict": value.verdict.value,
            "received": value.received,
            "due": value.due,
            "is_overdue": value.is_overdue,
            "known_at": value.known_at,
        }
        for value in values
    ]
    _insert(lake, "indicator_value", rows)


def _announcement(value: IndicatorValue) -> Announcement:
    key = f"{value.plan_id}|{value.indicator}|{value.area}"
    return Announcement(value.message_id, INDICATOR_VALUES, key, encode(value).decode())


def _settle(lake: duckdb.DuckDBPyConnection, book: PlanBook, work: Work) -> None:
    if work.settled:
        _register_slices(lake, work.settled)
        lake.execute(
            "DELETE FROM touched_slice AS t WHERE EXISTS (SELECT 1 FROM settled_slices AS s "
            "WHERE s.form_id = t.form_id AND s.period = t.period AND s.area_id = t.area_id)"
        )
        lake.unregister("settled_slices")
    if work.last_tick is not None:
        for view in book.views.values():
            lake.execute("DELETE FROM watched_until WHERE plan_id = ?", [view.plan.id])
            lake.execute("INSERT INTO watched_until VALUES (?, ?, ?)", [view.plan.id, view.hash, work.last_tick])


def _register_slices(lake: duckdb.DuckDBPyConnection, slices: tuple[Slice, ...]) -> None:
    rows = [msgspec.structs.asdict(each) for each in slices]
    lake.register(
        "settled_slices",
        pa.table(
            {
                "form_id": [row["form"] for row in rows],
                "period": [row["period"] for row in rows],
                "area_id": [row["area"] for row in rows],
            }
        ),
    )


def _insert(lake: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    lake.register("derived_rows", pa.Table.from_pylist(rows))
    lake.execute(f"INSERT INTO {table} BY NAME SELECT * FROM derived_rows")
    lake.unregister("derived_rows")
