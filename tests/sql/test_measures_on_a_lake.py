"""Measures of the real plan with three enterprises, from the log to the marts; worked out by hand."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb
import msgspec
import pytest

import plan
from plan.book import PlanBook
from plan.loader import load_plans
from plan.messages import Cell
from plan.model import Names, Plan, ReportingUnit
from rating.drivers import Decomposition, Effect, Part, energy_drivers
from tests.support.lakes import LakeYard, derive_unaudited, work_off
from tests.support.memory_log import MemoryLog, a_return
from warehouse.landing import land
from warehouse.state_hash import state_hash

GROUPS = ("above-scale", "key-energy", "emission-source")
UNITS = {"kiln": ("yuzhou", "30", GROUPS), "mill": ("weidu", "17", GROUPS), "shop": ("weidu", "17", ("above-scale",))}
ENERGY = {"kiln": (100.0, 130.0), "mill": (60.0, 45.0)}
"""tce a month of 2016 and of 2017."""
MADE = {"kiln": (50.0, 60.0), "mill": (100.0, 90.0), "shop": (50.0, 50.0)}
"""10 000 yuan of 2015 in January and February of 2016 and of 2017."""


def _plan() -> Plan:
    (real,) = (each for each in load_plans(Path(plan.__file__).parent) if each.id == "xuchang-2017-2020")
    units = tuple(
        ReportingUnit(id=unit, names=Names(zh=unit, en=unit), area=area, industry=industry, groups=groups)
        for unit, (area, industry, groups) in UNITS.items()
    )
    return msgspec.structs.replace(real, units=(*real.units, *units))


PLAN = _plan()
BOOK = PlanBook((PLAN,))


def _at(year: int, month: int, day: int, hour: int = 8) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=dt.UTC)


def _log() -> MemoryLog:
    """Two years of returns; the bureau reports two months of permits, the second before a correction of the first."""
    log = MemoryLog()
    log.plan(PLAN)
    for at, year in enumerate((2016, 2017)):
        for month in (1, 2):
            for unit, amounts in ENERGY.items():
                cells = {"energy-total": amounts[at], "raw-coal": 10.0}
                log.report("energy-monthly", unit, cells, _at(year, month + 1, 5), period=f"{year}-{month:02d}")
        for unit, made in MADE.items():
            log.report(
                "enterprise-monthly", unit, {"value-added-comparable": made[at], "employees": 5},
                _at(year, 3, 10), period=f"{year}-01..02",
            )  # fmt: skip
    for number, (period, rows, moment) in enumerate(
        (
            ("2016-01", {"P1": 40.0}, _at(2016, 2, 10)),
            ("2016-02", {"P2": 2.0}, _at(2016, 3, 10)),
            ("2016-01", {"P1": 44.0}, _at(2016, 3, 20)),
        )
    ):
        cells = [Cell(item="events", value=1)]
        for row, limit in rows.items():
            texts = {"event": "issued", "source-unit": "kiln", "event-date": f"{period}-05"}
            cells += [Cell(item=item, text=text, row=row) for item, text in texts.items()]
            cells.append(Cell(item="so2-limit", value=limit, row=row))
        sent = a_return("permit-events-monthly", "xuchang-environment", {}, period=period, return_id=f"p-{number}")
        log.send_return(msgspec.structs.replace(sent, cells=tuple(cells)), moment)
    return log


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> LakeYard:
    return LakeYard(tmp_path_factory.mktemp("measures"))


def _latest(lake: duckdb.DuckDBPyConnection, measure: str, kind: str) -> dict[tuple[str, str], Decimal | None]:
    rows = lake.execute(
        "SELECT breakdown_key, period, value FROM fct_measure_latest WHERE measure_id = ? AND breakdown_kind = ?",
        [measure, kind],
    ).fetchall()
    return {row[:2]: row[2] for row in rows}


def test_intensity_and_its_drivers_by_city_county_industry_and_enterprise(yard: LakeYard) -> None:
    with yard.fresh() as lake:
        work_off(lake, _log(), BOOK)
        found = {
            row[:2]: row[2:]
            for row in lake.execute(
                "SELECT breakdown_kind, breakdown_key, intensity, base_intensity, change_pct, value_added_cover_pct "
                "FROM rpt_energy_intensity WHERE period = '2017-01..02' "
                "AND (breakdown_kind <> 'industry' OR area_id = 'xuchang')"
            ).fetchall()
        }
        # the kiln: 260 / 60 against 200 / 50; the mill: 90 / 90 against 120 / 100; the shop reports no energy
        assert found == {
            ("enterprise", "kiln"): (Decimal("4.3333"), Decimal("4"), Decimal("8.33"), Decimal("100")),
            ("enterprise", "mill"): (Decimal("1"), Decimal("1.2"), Decimal("-16.67"), Decimal("100")),
            ("industry", "30"): (Decimal("4.3333"), Decimal("4"), Decimal("8.33"), Decimal("100")),
            ("industry", "17"): (Decimal("1"), Decimal("1.2"), Decimal("-16.67"), Decimal("64.29")),
            ("county", "yuzhou"): (Decimal("4.3333"), Decimal("4"), Decimal("8.33"), Decimal("100")),
            ("county", "weidu"): (Decimal("1"), Decimal("1.2"), Decimal("-16.67"), Decimal("64.29")),
            ("city", "xuchang"): (Decimal("2.3333"), Decimal("2.1333"), Decimal("9.38"), Decimal("75")),
        }
        assert _latest(lake, "energy-consumption", "city")["xuchang", "2017-01"] == Decimal("175")
        assert _latest(lake, "energy-by-product", "product")["raw-coal", "2017-01"] is not None

        names = Names(zh="业", en="trade")
        parts = (Part("30", names, 200, 260, 50, 60), Part("17", names, 120, 90, 100, 90))
        made = energy_drivers(parts)
        assert isinstance(made, Decomposition)
        rows = lake.execute(
            "SELECT industry, change_tce, activity_tce, structure_tce, intensity_tce FROM rpt_energy_driver "
            "WHERE area_id = 'xuchang' AND period = '2017-01..02'"
        ).fetchall()
        effects = {each.part: each.effects for each in made.contributions} | {"": made.effects}
        assert {row[0] for row in rows} == set(effects)
        for industry, change, *drivers in rows:
            wanted = [effects[industry][each] for each in (Effect.ACTIVITY, Effect.STRUCTURE, Effect.INTENSITY)]
            assert [float(each) for each in drivers] == pytest.approx(wanted, abs=1e-5)
            assert float(sum(drivers)) == pytest.approx(float(change), abs=1e-5)


def test_a_correction_of_an_earlier_month_mends_the_register_and_permits_are_used_up(yard: LakeYard) -> None:
    log = _log()
    report = {"so2-actual": 23.0, "nox-actual": 0.0, "dust-actual": 0.0}
    with yard.fresh() as lake:
        work_off(lake, log, BOOK)
        # as of 10 March: 40 + 2; the correction of January of 20 March makes it 44 + 2
        stored = lake.execute(
            "SELECT value FROM fct_measure WHERE measure_id = 'permitted-amount' AND period = '2016-02' "
            "AND breakdown_kind = 'enterprise' AND item_id = 'so2' ORDER BY cutoff_at"
        ).fetchall()
        assert stored == [(Decimal("42"),), (Decimal("46"),)]
        assert _latest(lake, "permitted-amount", "enterprise")["kiln", "2016-02"] == Decimal("46")

        log.report("permit-execution-quarterly", "kiln", report, _at(2017, 10, 8), period="2017-Q3")
        work_off(lake, log, BOOK)
        # the first two quarters of 2017 are asked by no form: the year to date is not known
        used = lake.execute("SELECT emitted_ytd_t, missing FROM rpt_permit_use WHERE pollutant = 'so2'").fetchall()
        assert used == [(None, 2)]


def test_run_out_at_the_pace_so_far(yard: LakeYard) -> None:
    moment = _at(2018, 5, 1)
    with yard.fresh() as lake:
        lake.execute("INSERT INTO dim_plan VALUES ('p', 'h', '', '', '')")
        lake.execute("INSERT INTO dim_reporting_unit VALUES ('p', 'u-1', 'a', '一厂', 'one', '30')")
        for form, period, area in (("quarter", "2018-Q1", "a"), ("month", "2018-03", "city")):
            lake.execute(
                "INSERT INTO derived_slice VALUES ('p', 'h', ?, ?, ?, ?, '', '2018-05-01', false, 1, 1, 'passed')",
                [form, period, area, moment],
            )
        facts = (
            ("emitted-amount", "quarter", "2018-Q1", "a", "u-1", "so2", 30),
            ("emitted-amount", "quarter", "2018-Q1", "a", "u-1", "nox", 10),
            ("permitted-amount", "month", "2018-03", "city", "一厂", "so2", 40),
            ("permitted-amount", "month", "2018-03", "city", "一厂", "nox", 50),
        )
        for measure, form, period, area, key, item, value in facts:
            lake.execute(
                "INSERT INTO measure_value VALUES ('p', 'h', ?, ?, ?, ?, ?, 'enterprise', ?, ?, ?, 't', ?, NULL, 1, "
                "0, 1, 'passed')",
                [form, period, area, moment, measure, key, item, value, value],
            )
        found = lake.execute("SELECT pollutant, used_pct, runs_out_date FROM rpt_permit_use ORDER BY ALL").fetchall()

    # 30 t in 90 days: 40 t in 120 days, 30 April is the 120th day. 10 t in 90 days: 50 t in 450 days, not this year.
    assert found == [("nox", Decimal("20"), None), ("so2", Decimal("75"), dt.date(2018, 4, 30))]


@pytest.mark.parametrize(("at_most", "backwards"), [(7, False), (11, True)])
def test_batches_and_their_order_make_no_difference_nor_does_deriving_all_at_once(
    yard: LakeYard, at_most: int, backwards: bool
) -> None:
    with yard.fresh() as lake:
        log = _log()
        while (batch := log.batch(BOOK)).spans:
            land(lake, batch)
        derive_unaudited(lake, BOOK)
        whole = state_hash(lake)
        assert lake.execute("SELECT count(*) FROM fct_measure").fetchone() != (0,)
    with yard.fresh() as lake:
        work_off(lake, _log(), BOOK, at_most, backwards)
        assert state_hash(lake) == whole
        lake.execute("INSERT INTO touched_slice SELECT DISTINCT form_id, period, area_id FROM derived_slice")
        lake.execute("DELETE FROM derived_slice")
        derive_unaudited(lake, BOOK)
        assert state_hash(lake) == whole
