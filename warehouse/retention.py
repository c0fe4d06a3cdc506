"""Old readings become hours and days, and their cells go; the return itself stays, and so does everything derived.

The order, one form after the other, each in one transaction:

1. refuse while anything waits: a slice to derive, a tick to look at;
2. take the slices that are old enough by the calendar in the log and derived;
3. write the hours and days of every return of them, superseded ones too: a question as of a day finds them;
4. write down that the slices are closed: from now on they stay derived as they are (``due_slices`` leaves them out);
5. delete the cells of their rows. Cells of the header stay, for indicators rest on them.

What is left of fct_observation depends on when this ran, so its hash says nothing any more between lakes; all other
marts must be equal before and after, and between a lake that did this and one that did not.
"""

import datetime as dt

import duckdb
import msgspec
import pyarrow as pa

from plan.book import PlanBook
from plan.due import Slice
from warehouse.lake import transaction
from warehouse.migrations import sql
from warehouse.retention_rules import Keep, RetentionPolicy, RipeFacts, RolledItem, decide, rolled_items

SHRUNKEN = ("fct_observation", "fct_observation_latest")
"""Marts that have fewer rows afterwards."""
_OF_RIPE = "return_row IN (SELECT return_row FROM ripe_returns) AND row_key <> ''"
_WAITING = (
    "SELECT (SELECT count(*) FROM touched_slice), "
    "(SELECT count(*) FROM dim_plan AS p LEFT JOIN watched_until AS w USING (plan_id, plan_hash) "
    "WHERE w.tick_date IS DISTINCT FROM (SELECT max(tick_date) FROM raw_tick)), (SELECT max(tick_date) FROM raw_tick)"
)


class RetentionFault(Exception):
    """Nothing may be dropped now; the message says why and the mend."""


class Retained(msgspec.Struct, frozen=True):
    """Of one form: slices and returns whose readings went, cells dropped, and slices that stay, by reason."""

    form_id: str
    slices: int
    returns: int
    cells: int
    too_young: int
    not_derived: int


def retain(
    lake: duckdb.DuckDBPyConnection, book: PlanBook, policy: RetentionPolicy, *, is_dry: bool
) -> tuple[Retained, ...]:
    """Roll up and drop what is old enough; raises :class:`RetentionFault`. Dry: only count."""
    last_tick = _check_settled(lake)
    items = [item for view in book.views.values() for item in rolled_items(view)]
    return tuple(
        _retain_form(lake, form, [item for item in items if item.form_id == form], (policy, last_tick), is_dry=is_dry)
        for form in sorted({item.form_id for item in items})
    )


def marts_beyond_compare(lake: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Marts whose hashes say nothing between this lake and another one, for readings of it were dropped."""
    table = lake.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'closed_slice'").fetchone()
    if table is None or lake.execute("SELECT 1 FROM closed_slice LIMIT 1").fetchone() is None:
        return ()
    return SHRUNKEN


def _check_settled(lake: duckdb.DuckDBPyConnection) -> dt.date:
    row = lake.execute(_WAITING).fetchone()
    assert row is not None
    touched, unwatched, last_tick = row
    if last_tick is None:
        raise RetentionFault("no calendar day in the log yet: the age of readings cannot be told; qingyu feed tick")
    if touched or unwatched:
        raise RetentionFault(
            f"{touched} slices and {unwatched} plans wait to be looked at: let the writer finish first "
            "(qingyu writer run --until-idle)"
        )
    return last_tick


def _retain_form(
    lake: duckdb.DuckDBPyConnection,
    form: str,
    items: list[RolledItem],
    age: tuple[RetentionPolicy, dt.date],
    *,
    is_dry: bool,
) -> Retained:
    """Of one form; ``age``: the policy and the newest day in the log."""
    policy, last_tick = age
    lake.register("rolled_forms", pa.table({"form_id": [form]}))
    lake.register("rolled_items", pa.Table.from_pylist([msgspec.structs.asdict(item) for item in items]))
    rows = lake.execute(sql("retention/ripe_slice")).fetchall()
    facts = [RipeFacts(Slice(*row[:3]), *row[3:]) for row in rows]
    decided = [(each.slice, decide(each, policy, last_tick)) for each in facts]
    ripe = [each for each, keep in decided if keep is Keep.GO]
    _take_returns(lake, ripe)
    counts = lake.execute(
        "SELECT (SELECT count(*) FROM ripe_returns), (SELECT count(*) FROM raw_cell WHERE " + _OF_RIPE + ")"
    ).fetchone()
    assert counts is not None
    if ripe and not is_dry:
        _roll_up(lake, last_tick)
    for name in ("rolled_forms", "rolled_items", "ripe_slices"):
        lake.unregister(name)
    kept = [keep for _, keep in decided]
    return Retained(form, len(ripe), *counts, kept.count(Keep.TOO_YOUNG), kept.count(Keep.NOT_DERIVED))


def _take_returns(lake: duckdb.DuckDBPyConnection, ripe: list[Slice]) -> None:
    columns = {"form_id": [each.form for each in ripe], "period": [each.period for each in ripe]}
    columns["area_id"] = [each.area for each in ripe]
    lake.register("ripe_slices", pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()}))
    lake.execute(
        "CREATE OR REPLACE TEMP TABLE ripe_returns AS SELECT return_row, form_id, period, area_id "
        "FROM raw_return SEMI JOIN ripe_slices USING (form_id, period, area_id)"
    )


def _roll_up(lake: duckdb.DuckDBPyConnection, last_tick: dt.date) -> None:
    with transaction(lake):
        lake.execute(sql("retention/reading"))
        lake.execute(sql("retention/hours"))
        lake.execute(sql("retention/days"))
        lake.execute(
            "INSERT INTO closed_slice SELECT r.form_id, r.period, r.area_id, ?, count(c.return_row) "
            "FROM ripe_returns AS r LEFT JOIN raw_cell AS c ON c.return_row = r.return_row AND c.row_key <> '' "
            "GROUP BY r.form_id, r.period, r.area_id",
            [last_tick],
        )
        for table in ("raw_cell_detail", "raw_cell"):
            lake.execute(f"DELETE FROM {table} WHERE {_OF_RIPE}")
        lake.execute("CALL w.set_commit_message('writer', 'retention')")
