"""Each check rule on given rows: the gap, and which rows must not appear because nothing can be compared."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.support.input_tables import InputTables

Check = Callable[[str], str]
STEP = {"items": ["total", "flow"]}
PARTS = {"items": ["coal", "other"], "total": "total"}
IDENTITY = {"items": ["energy", "intensity"], "other_form": "economy", "other_item": "gdp"}


@pytest.mark.parametrize(
    ("cells", "gap"),
    [
        ({"coal": "0.1", "other": "0.2", "total": "0.3"}, "0"),  # exact in decimals, 5.6e-17 in binary
        ({"coal": "5", "other": "7", "total": "10"}, "2"),
        ({"coal": "5", "other": "7", "total": "12.5", "elsewhere": "99"}, "-0.5"),
    ],
)
def test_sum_equals_gives_parts_less_total(inputs: InputTables, check: Check, cells: dict[str, str], gap: str) -> None:
    inputs.add(1, "mill-a", cells)

    assert inputs.run(check("sum_equals"), **PARTS) == [(1, "mill-a", Decimal(gap))]


@pytest.mark.parametrize("missing", ["coal", "other", "total"])
def test_sum_equals_is_silent_when_a_part_or_the_total_is_missing(
    inputs: InputTables, check: Check, missing: str
) -> None:
    cells = {"coal": "5", "other": "7", "total": "10"}
    inputs.add(1, "mill-a", {item: value for item, value in cells.items() if item != missing})
    inputs.add(1, "mill-b", cells, role="previous")

    assert inputs.run(check("sum_equals"), **PARTS) == []


def test_sum_equals_looks_at_each_unit_of_each_derivation(inputs: InputTables, check: Check) -> None:
    inputs.add(1, "mill-a", {"coal": "1", "other": "1", "total": "2"})
    inputs.add(1, "mill-b", {"coal": "1", "other": "1", "total": "3"})
    inputs.add(2, "mill-a", {"coal": "1", "other": "1", "total": "1"})

    gaps = [(1, "mill-a", Decimal(0)), (1, "mill-b", Decimal(-1)), (2, "mill-a", Decimal(1))]
    assert inputs.run(check("sum_equals"), **PARTS) == gaps


def test_cumulative_step_is_now_less_before_less_flow(inputs: InputTables, check: Check) -> None:
    # 350 - 200 - 100 = 50
    inputs.add(1, "drc", {"total": "200"}, role="previous", year=2016)
    inputs.add(1, "drc", {"total": "350", "flow": "100"})

    assert inputs.run(check("cumulative_step"), **STEP) == [(1, "drc", Decimal(50))]


@pytest.mark.parametrize(
    ("before", "now"),
    [({}, {"total": "350", "flow": "100"}), ({"total": "200"}, {"total": "350"}), ({"total": "200"}, {"flow": "100"})],
)
def test_cumulative_step_is_silent_unless_all_three_are_known(
    inputs: InputTables, check: Check, before: dict[str, str], now: dict[str, str]
) -> None:
    inputs.add(1, "drc", before, role="previous", year=2016)
    inputs.add(1, "drc", now)

    assert inputs.run(check("cumulative_step"), **STEP) == []


def test_cumulative_step_takes_the_period_before_of_the_same_unit_and_derivation(
    inputs: InputTables, check: Check
) -> None:
    inputs.add(1, "other", {"total": "200"}, role="previous", year=2016)
    inputs.add(2, "drc", {"total": "200"}, role="previous", year=2016)
    inputs.add(1, "drc", {"total": "350", "flow": "100"})

    assert inputs.run(check("cumulative_step"), **STEP) == []


def test_never_falls_gives_the_largest_fall(inputs: InputTables, check: Check) -> None:
    inputs.add(1, "drc", {"mines": "10", "capacity": "50"}, role="previous")
    inputs.add(1, "drc", {"mines": "8", "capacity": "45"})

    assert inputs.run(check("never_falls"), items=["mines", "capacity"]) == [(1, "drc", Decimal(-5))]


def test_never_falls_gives_zero_when_none_fell(inputs: InputTables, check: Check) -> None:
    inputs.add(1, "drc", {"mines": "10", "capacity": "50"}, role="previous")
    inputs.add(1, "drc", {"mines": "10", "capacity": "60"})

    assert inputs.run(check("never_falls"), items=["mines", "capacity"]) == [(1, "drc", Decimal(0))]


def test_never_falls_does_not_look_at_items_it_is_not_asked_about(inputs: InputTables, check: Check) -> None:
    inputs.add(1, "drc", {"mines": "10", "price": "50"}, role="previous")
    inputs.add(1, "drc", {"mines": "11", "price": "10"})

    assert inputs.run(check("never_falls"), items=["mines"]) == [(1, "drc", Decimal(0))]


def test_never_falls_starts_anew_with_each_year(inputs: InputTables, check: Check) -> None:
    inputs.add(1, "drc", {"mines": "10"}, role="previous", year=2016)
    inputs.add(1, "drc", {"mines": "2"}, year=2017)

    assert inputs.run(check("never_falls"), items=["mines"]) == []


def test_never_falls_is_silent_without_the_item_before(inputs: InputTables, check: Check) -> None:
    inputs.add(1, "drc", {"capacity": "50"}, role="previous")
    inputs.add(1, "drc", {"mines": "2"})

    assert inputs.run(check("never_falls"), items=["mines", "capacity"]) == []


def test_series_break_counts_the_marked_cells(inputs: InputTables, check: Check) -> None:
    inputs.add(1, "drc", {"mines": "2", "capacity": "5", "price": "1"}, status="B")
    inputs.add(2, "drc", {"mines": "2"}, status="A")
    inputs.add(3, "drc", {"price": "2"}, status="B")
    inputs.add(4, "drc", {"mines": "2"}, status="B", role="previous")

    found = inputs.run(check("series_break"), items=["mines", "capacity"])

    assert found == [(1, "drc", Decimal(2)), (2, "drc", Decimal(0))]


@pytest.mark.parametrize(
    ("energy", "intensity", "gdp", "gap"),
    [
        # China 2016: 101.4 / 95 = 1.0673684..; published growth 6.7 %
        ("1.4", "-5.0", "6.7", "0.0368"),
        # 110 / 100 = 1.1
        ("10", "0", "9.5", "0.5"),
        # 100 / 125 = 0.8
        ("0", "25", "-20", "0"),
    ],
)
def test_growth_identity_is_implied_less_reported_growth(
    inputs: InputTables, check: Check, *, energy: str, intensity: str, gdp: str, gap: str
) -> None:
    inputs.add(1, "nbs", {"energy": energy, "intensity": intensity})
    inputs.add(1, "nbs", {"gdp": gdp}, role="beside", form="economy")

    assert inputs.run(check("growth_identity"), **IDENTITY) == [(1, "nbs", Decimal(gap))]


@pytest.mark.parametrize(
    ("own", "beside_form", "beside_unit", "beside"),
    [
        ({"energy": "1.4"}, "economy", "nbs", {"gdp": "6.7"}),
        ({"intensity": "-5"}, "economy", "nbs", {"gdp": "6.7"}),
        ({"energy": "1.4", "intensity": "-5"}, "economy", "nbs", {"other": "6.7"}),
        ({"energy": "1.4", "intensity": "-5"}, "elsewhere", "nbs", {"gdp": "6.7"}),
        ({"energy": "1.4", "intensity": "-5"}, "economy", "henan", {"gdp": "6.7"}),
        ({"energy": "1.4", "intensity": "-100"}, "economy", "nbs", {"gdp": "6.7"}),
    ],
)
def test_growth_identity_is_silent_when_nothing_can_be_implied(
    inputs: InputTables,
    check: Check,
    *,
    own: dict[str, str],
    beside_form: str,
    beside_unit: str,
    beside: dict[str, str],
) -> None:
    inputs.add(1, "nbs", own)
    inputs.add(1, beside_unit, beside, role="beside", form=beside_form)

    assert inputs.run(check("growth_identity"), **IDENTITY) == []
