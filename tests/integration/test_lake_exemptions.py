"""Units exempt from a form on a real DuckLake: what is due without them, and slices that nobody is asked for."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import msgspec
import pytest

from plan.book import PlanBook
from plan.model import Exemption, Plan
from tests.support.lakes import LakeYard, work_off
from tests.support.memory_log import MemoryLog
from tests.support.small_plan import names, small_plan

SLICES = "SELECT period, expected, received, is_overdue FROM derived_slice WHERE form_id = 'output' ORDER BY ALL"


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> LakeYard:
    return LakeYard(tmp_path_factory.mktemp("yard"))


@pytest.fixture
def lake(yard: LakeYard) -> Iterator[duckdb.DuckDBPyConnection]:
    with yard.fresh() as made:
        yield made


def _plan(*exempt: str) -> Plan:
    """The small plan, with these mills exempt from the yearly form for 2017."""
    plan = small_plan()
    output, *others = plan.forms
    entries = tuple(Exemption(unit=unit, periods=("2017",), because=names("stopped")) for unit in exempt)
    calendar = msgspec.structs.replace(output.calendar, exemptions=entries)
    return msgspec.structs.replace(plan, forms=(msgspec.structs.replace(output, calendar=calendar), *others))


def _log(plan: Plan) -> MemoryLog:
    made = MemoryLog()
    made.plan(plan)
    return made


def _at(day: int) -> dt.datetime:
    return dt.datetime(2018, 1, day, 8, tzinfo=dt.UTC)


def test_slice_is_complete_without_the_exempt_unit(lake: duckdb.DuckDBPyConnection) -> None:
    plan = _plan("mill-b")
    log = _log(plan)
    log.report("output", "mill-a", {"energy": 0.3, "value-added": 2}, _at(8))

    work_off(lake, log, PlanBook((plan,)))

    assert lake.execute(SLICES).fetchall() == [("2017", 1, 1, False)]
    assert lake.execute("SELECT value FROM indicator_value WHERE indicator_id = 'intensity'").fetchall() == [
        (Decimal("0.15"),)
    ]


def test_return_of_an_exempt_unit_is_kept_and_not_counted(lake: duckdb.DuckDBPyConnection) -> None:
    plan = _plan("mill-b")
    log = _log(plan)
    log.report("output", "mill-b", {"energy": 100, "value-added": 1}, _at(7))
    log.report("output", "mill-a", {"energy": 0.3, "value-added": 2}, _at(8))

    work_off(lake, log, PlanBook((plan,)))

    assert lake.execute("SELECT count(*) FROM raw_return WHERE unit_id = 'mill-b'").fetchall() == [(1,)]
    assert lake.execute(SLICES).fetchall() == [("2017", 1, 1, False)]
    assert lake.execute("SELECT value FROM indicator_value WHERE indicator_id = 'intensity'").fetchall() == [
        (Decimal("0.15"),)
    ]


def test_slice_of_exempt_units_only_is_never_overdue(lake: duckdb.DuckDBPyConnection) -> None:
    plan = _plan("mill-a", "mill-b")
    log = _log(plan)
    log.report("output", "mill-a", {"energy": 1, "value-added": 1}, _at(8))
    log.tick(dt.date(2018, 2, 1))

    work_off(lake, log, PlanBook((plan,)))

    assert lake.execute(SLICES).fetchall() == []
    assert lake.execute("SELECT count(*) FROM touched_slice").fetchall() == [(0,)]
    # The other forms of the year are overdue as ever.
    assert lake.execute("SELECT form_id, is_overdue FROM derived_slice WHERE period = '2017'").fetchall() == [
        ("growth", True)
    ]
