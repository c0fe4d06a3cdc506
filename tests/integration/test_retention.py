"""Retention on a real lake: old readings go, their hours and days stay, and nothing that was derived changes."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import msgspec
import pytest

from plan.book import PlanBook
from plan.messages import Cell
from plan.model import Plan, UnitOfMeasure
from tests.support.lakes import LakeYard, work_off
from tests.support.memory_log import MemoryLog
from tests.support.rows_plan import rows_plan, sent
from tests.support.small_plan import names, small_plan
from warehouse.plans import plans_in_force
from warehouse.retention import SHRUNKEN, Retained, RetentionFault, marts_beyond_compare, retain
from warehouse.retention_rules import RetentionPolicy
from warehouse.state_hash import state_hashes

METER = "meter"


def _plan(version: int = 1) -> Plan:
    """The small plan, its two mills with meters beside."""
    plan = small_plan(version)
    (meter,) = (form for form in rows_plan().forms if form.id == METER)
    meter = msgspec.structs.replace(meter, roster=("mill-a", "mill-b"), roster_groups=())
    gateway = msgspec.structs.replace(plan.senders[0], forms=(*plan.senders[0].forms, METER))
    return msgspec.structs.replace(
        plan,
        forms=(*plan.forms, meter),
        senders=(gateway, *plan.senders[1:]),
        measures=(*plan.measures, UnitOfMeasure(id="t", names=names("t"))),
    )


BOOK = PlanBook((_plan(),))
POLICY = RetentionPolicy(keep_days=400)
OLD, YOUNG = "2017-06-01", "2017-06-02"
AT = dt.datetime(2017, 6, 3, 1, tzinfo=dt.UTC)
LAST_TICK = dt.date(2018, 7, 6)  # 400 days after the older day, 399 after the younger


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    """What the lake of the yard has landed; only one test sends more."""
    return MemoryLog()


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory, log: MemoryLog) -> LakeYard:
    """Two days of one mill: four readings the older, two the younger; the first day once more, corrected."""
    made = LakeYard(tmp_path_factory.mktemp("yard"))
    log.plan(_plan())
    _report(log, "a", OLD, [1.5, 2.5, 0.25, 10.0])
    _report(log, "b", OLD, [1.5, 2.5, 0.25, 20.0])
    _report(log, "c", YOUNG, [3.0, 4.0])
    log.tick(LAST_TICK)
    with made.fresh() as lake:
        work_off(lake, log, BOOK)
    made.keep()
    return made


@pytest.fixture
def lake(yard: LakeYard) -> Iterator[duckdb.DuckDBPyConnection]:
    with yard.fresh() as made:
        yield made


def _report(log: MemoryLog, return_id: str, period: str, readings: list[float]) -> None:
    rows = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(0, 15 * len(readings), 15)]
    cells = [Cell(item="energy", value=each, row=row) for each, row in zip(readings, rows, strict=True)]
    cells.append(Cell(item="state", text="manual", row="00:00"))
    log.send_return(sent("meter", *cells, return_id=return_id, unit="mill-a", period=period), AT)


def _count(lake: duckdb.DuckDBPyConnection, what: str) -> int:
    ((count,),) = lake.execute(f"SELECT count(*) FROM {what}").fetchall()
    return int(count)


def test_old_readings_become_days_and_nothing_derived_changes(lake: duckdb.DuckDBPyConnection) -> None:
    before = state_hashes(lake)
    assert marts_beyond_compare(lake) == ()
    assert plans_in_force(lake) == (_plan(),)

    retained = retain(lake, BOOK, POLICY, is_dry=False)

    # Two returns of five cells each; the other day is younger by one, and no other mill ever reported.
    assert retained == (Retained("meter", slices=1, returns=2, cells=10, too_young=1, not_derived=0),)
    after = state_hashes(lake)
    assert {name for name in before if before[name] != after[name]} == set(SHRUNKEN) == set(marts_beyond_compare(lake))
    assert _count(lake, "fct_observation") == 3
    assert _count(lake, "raw_return") == 3
    found = lake.execute(
        "SELECT period, unit_id, area_id, item_id, value, least, most, expected, received, valid, return_id "
        "FROM fct_reading_day ORDER BY return_id"
    ).fetchall()
    least = Decimal("0.25")
    assert found == [
        (OLD, "mill-a", "city", "energy", Decimal("14.25"), least, Decimal(10), 96, 4, 4, "a"),
        (OLD, "mill-a", "city", "energy", Decimal("24.25"), least, Decimal(20), 96, 4, 4, "b"),
    ]
    hours = lake.execute("SELECT hour, value, expected, valid FROM fct_reading_hour ORDER BY return_id").fetchall()
    assert hours == [(0, Decimal("14.25"), 4, 4), (0, Decimal("24.25"), 4, 4)]


def test_done_again_it_finds_nothing_more(lake: duckdb.DuckDBPyConnection) -> None:
    retain(lake, BOOK, POLICY, is_dry=False)
    before = state_hashes(lake)

    assert retain(lake, BOOK, POLICY, is_dry=False) == (Retained("meter", 0, 0, 0, 1, 0),)
    assert state_hashes(lake) == before
    assert _count(lake, "reading_day") == 2


def test_dry_it_only_counts(lake: duckdb.DuckDBPyConnection) -> None:
    before = state_hashes(lake)

    assert retain(lake, BOOK, POLICY, is_dry=True) == (Retained("meter", 1, 2, 10, 1, 0),)
    assert state_hashes(lake) == before
    assert _count(lake, "closed_slice") == 0


def test_what_waits_to_be_derived_keeps_everything(lake: duckdb.DuckDBPyConnection) -> None:
    lake.execute("INSERT INTO touched_slice VALUES ('meter', ?, 'city')", [OLD])

    with pytest.raises(RetentionFault, match=r"1 slices and 0 plans wait .* let the writer finish first"):
        retain(lake, BOOK, POLICY, is_dry=False)

    assert _count(lake, "fct_observation") == 13


def test_a_closed_slice_stays_as_it_is_whatever_comes(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    retain(lake, BOOK, POLICY, is_dry=False)
    closed = "SELECT * FROM derived_slice WHERE form_id = 'meter' AND area_id = 'city' AND period = ? ORDER BY ALL"
    before = lake.execute(closed, [OLD]).fetchall()
    young = len(lake.execute(closed, [YOUNG]).fetchall())
    log.plan(_plan(2))
    _report(log, "late", OLD, [1.0])

    work_off(lake, log, PlanBook((_plan(2),)))

    assert lake.execute(closed, [OLD]).fetchall() == before != []
    assert len(lake.execute(closed, [YOUNG]).fetchall()) > young
    assert _count(lake, "touched_slice") == 0
    assert _count(lake, "raw_return") == 4
