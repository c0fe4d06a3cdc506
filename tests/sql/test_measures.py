"""Each measure on given rows; the values are worked out by hand."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import plan
from plan.loader import load_plans
from tests.support.measure_tables import DEADLINE, MeasureTables
from warehouse.measures import MEASURES, Measure
from warehouse.migrations import SQL

PAGE = (Path(plan.__file__).parents[1] / "docs" / "measures.md").read_text(encoding="utf-8")
TWO = {"mill-a": "30", "mill-b": "31"}
ENTERPRISE, HERE = "enterprise-monthly", ("county", "here", "")


def parts(a: Any, b: Any, here: Any) -> dict[tuple[str, str, str], Any]:
    """Rows of two units in two industries, of which each is all there is, and of the area."""
    return {
        ("enterprise", "mill-a", ""): a,
        ("enterprise", "mill-b", ""): b,
        ("industry", "30", ""): a,
        ("industry", "31", ""): b,
        HERE: here,
    }


def d(text: str) -> Decimal:
    return Decimal(text)


def test_there_is_one_file_for_each_measure() -> None:
    assert {file.stem for file in (SQL / "measures").glob("*.sql")} == {each.id for each in MEASURES}


@pytest.mark.parametrize("measure", MEASURES, ids=lambda each: each.id)
def test_the_page_of_measures_has_its_names_form_and_twin(measure: Measure) -> None:
    line = next(one for one in PAGE.splitlines() if one.startswith(f"| `{measure.id}` "))

    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        f"`{measure.id}`",
        measure.names.zh,
        measure.names.en,
        f"`{measure.form}`",
        measure.unit or "-",
        f"`{measure.beside}`" if measure.beside else "-",
    ]


def test_every_twin_is_an_indicator_of_a_plan() -> None:
    known = {one.id for each in load_plans(Path(plan.__file__).parent) for one in each.indicators}

    assert {each.beside for each in MEASURES if each.beside} <= known


@pytest.mark.parametrize(
    ("measure", "form", "item", "unit"),
    [
        ("energy-consumption", "energy-monthly", "energy-total", "tce"),
        ("value-added-comparable", ENTERPRISE, "value-added-comparable", "wan_yuan"),
    ],
)
def test_an_amount_is_summed_over_units_and_empty_when_one_is_missing(
    measure: str, form: str, item: str, unit: str
) -> None:
    tables = MeasureTables(form, "2017-03", TWO)
    tables.came("mill-a", {item: 1.25, "other": 9.0})
    tables.came("mill-b", {"other": 9.0})

    assert tables.run(measure) == parts((unit, d("1.25"), 1, 0), (unit, None, 0, 1), (unit, None, 1, 1))

    tables.came("mill-b", {item: 2.5})
    assert tables.run(measure)[HERE] == (unit, d("3.75"), 2, 0)


def test_products_in_coal_equivalent_and_in_their_own_units() -> None:
    tables = MeasureTables("energy-monthly", "2017-03", TWO)
    tables.item("raw-coal", "t", "0.7143")
    tables.item("natural-gas", "wan_m3", "13.3")
    tables.item("energy-total", "tce", None)
    tables.came("mill-a", {"raw-coal": 100.0, "natural-gas": 2.0, "energy-total": 98.03})
    tables.came("mill-b", {"raw-coal": 50.5, "energy-total": 36.07})

    # 150.5 t x 0.7143 = 107.50215; 2 x 13.3 = 26.6; mill-b names no gas: none used
    assert tables.run("energy-by-product") == {
        ("product", "raw-coal", ""): ("tce", d("107.50215"), 2, 0),
        ("product", "natural-gas", ""): ("tce", d("26.6"), 2, 0),
    }
    assert tables.run("product-amount") == {
        ("product", "raw-coal", ""): ("t", d("150.5"), 2, 0),
        ("product", "natural-gas", ""): ("wan_m3", d("2"), 2, 0),
    }


def test_products_are_empty_while_a_unit_has_not_reported() -> None:
    tables = MeasureTables("energy-monthly", "2017-03", TWO)
    tables.item("raw-coal", "t", "0.7143")
    tables.came("mill-a", {"raw-coal": 100.0})

    assert tables.run("energy-by-product") == {("product", "raw-coal", ""): ("tce", None, 1, 1)}
    assert tables.run("product-amount") == {("product", "raw-coal", ""): ("t", None, 1, 1)}


@pytest.mark.parametrize(
    ("measure", "unit", "a", "b", "expected"),
    [
        # (1 + 2) / (100 + 50) = 2 %; the mean of 1 % and 4 % would be 2.5 %
        ("rd-intensity", "pct", {"rd-spending": 1.0, "revenue": 100.0}, {"rd-spending": 2.0, "revenue": 50.0}, "2"),
        (
            "cnc-share", "pct", {"cnc-machine-tools": 1.0, "machine-tools": 2.0},
            {"cnc-machine-tools": 0.0, "machine-tools": 1.0}, "33.3333",
        ),
        # the one in no field has none
        (
            "sei-revenue-share", "pct", {"sei-field": "none", "revenue": 60.0},
            {"sei-field": "new-materials", "sei-revenue": 30.0, "revenue": 40.0}, "30",
        ),
        ("cio-cover", "pct", {"has-cio": "yes"}, {"has-cio": "no"}, "50"),
        ("robot-users", "pct", {"robots": 12.0}, {"robots": 0.0}, "50"),
        ("industrial-robots", "machine", {"robots": 12.0}, {"robots": 3.0}, "15"),
        ("renovated-share", "pct", {"renovation": "started"}, {"renovation": "completed"}, "100"),
        ("smart-renovations", "enterprise", {"smart-renovation": "started"}, {"smart-renovation": "completed"}, "1"),
    ],
)  # fmt: skip
def test_what_enterprises_report(measure: str, unit: str, a: Any, b: Any, expected: str) -> None:
    tables = MeasureTables(ENTERPRISE, "2017-01..03", TWO)
    tables.came("mill-a", a)
    tables.came("mill-b", b)

    found = tables.run(measure)

    assert set(found) == {("industry", "30", ""), ("industry", "31", ""), HERE}
    assert found[HERE] == (unit, d(expected), 2, 0)

    lacking = MeasureTables(ENTERPRISE, "2017-01..03", TWO)
    lacking.came("mill-a", a)
    lacking.came("mill-b", {"employees": 9.0})
    assert lacking.run(measure)[HERE] == (unit, None, 1, 1)


def test_an_enterprise_in_a_field_must_say_its_revenue_there() -> None:
    tables = MeasureTables(ENTERPRISE, "2017-01..03", {"mill-a": "30"})
    tables.came("mill-a", {"sei-field": "new-materials", "revenue": 60.0})

    assert tables.run("sei-revenue-share")[HERE] == ("pct", None, 0, 1)


def _hour(validity: str, running: float = 1.0, so2: float = 10.0, nox: float = 50.0) -> dict[str, float | str]:
    return {"operating-share": running, "validity": validity, "so2": so2, "nox": nox}


def test_validity_is_of_hours_in_operation_and_a_stopped_plant_is_not_missing() -> None:
    tables = MeasureTables("emission-hourly-daily", "2017-03-31", TWO)
    hours = {"00:00": _hour("valid"), "01:00": _hour("maintenance"), "02:00": _hour("stopped", 0.0)}
    tables.came("mill-a", {}, hours | {"03:00": _hour("valid", 0.5), "04:00": _hour("substituted")})

    assert tables.run("cems-transmission") == {
        ("enterprise", "mill-a", ""): ("pct", d("20.8333"), 1, 0),  # 5 of 24
        ("enterprise", "mill-b", ""): ("pct", None, 0, 1),
        HERE: ("pct", d("20.8333"), 1, 1),
    }
    assert tables.run("cems-validity") == {
        ("enterprise", "mill-a", ""): ("pct", d("50"), 1, 0),  # 2 of 4
        ("enterprise", "mill-b", ""): ("pct", None, 0, 1),
        HERE: ("pct", d("50"), 1, 1),
    }


def test_exceedance_by_the_limit_of_the_industry() -> None:
    tables = MeasureTables("emission-hourly-daily", "2017-03-31", {"kiln": "30", "boiler": "26"})
    hours = {
        "00:00": _hour("valid", so2=200.0),
        "01:00": _hour("valid", so2=200.5),
        "02:00": _hour("maintenance", so2=900.0),
    }
    tables.came("kiln", {}, hours)
    tables.came("boiler", {}, hours)

    found = tables.run("cems-exceedance")

    # at the limit of 200 the kiln keeps it; the boiler's is 300; nobody gave any dust
    assert found["enterprise", "kiln", "so2"] == ("pct", d("50"), 1, 0)
    assert found["enterprise", "boiler", "so2"] == ("pct", d("0"), 1, 0)
    assert found["county", "here", "so2"] == ("pct", d("25"), 2, 0)
    assert found["county", "here", "nox"] == ("pct", d("0"), 2, 0)
    assert found["county", "here", "dust"] == ("pct", None, 2, 0)


def test_emitted_amounts_by_pollutant() -> None:
    tables = MeasureTables("permit-execution-quarterly", "2017-Q1", TWO)
    tables.came("mill-a", {"so2-actual": 1.5, "nox-actual": 2.0, "dust-actual": 0.25})
    tables.came("mill-b", {"so2-actual": 2.0, "nox-actual": 3.0})

    found = tables.run("emitted-amount")

    assert found["county", "here", "so2"] == ("t", d("3.5"), 2, 0)
    assert found["county", "here", "dust"] == ("t", None, 1, 1)
    assert found["enterprise", "mill-a", "dust"] == ("t", d("0.25"), 1, 0)
    assert len(found) == 9


def test_timeliness_is_of_the_first_report() -> None:
    tables = MeasureTables("permit-execution-quarterly", "2017-Q1", TWO | {"mill-c": "31"})
    tables.known("mill-a", DEADLINE)
    tables.known("mill-a", DEADLINE + dt.timedelta(days=9))  # a correction
    tables.known("mill-b", DEADLINE + dt.timedelta(microseconds=1))

    found = tables.run("execution-timeliness")

    assert found["enterprise", "mill-a", ""] == ("pct", d("100"), 1, 0)
    assert found["industry", "31", ""] == ("pct", d("0"), 2, 0)
    assert found[HERE] == ("pct", d("33.3333"), 3, 0)
