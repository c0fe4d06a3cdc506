"""Each indicator formula on given rows; the values are worked out by hand."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.support.input_tables import InputTables

Formula = Callable[[str], str]
INTENSITY = {"energy": "energy", "value_added": "value"}
COVERAGE = {
    "permits": "permits",
    "registrations": "registrations",
    "rectifications": "notices",
    "exempt_or_closed": "exempt",
    "managed": "managed",
}


def test_as_published_hands_the_figure_on_unchanged(inputs: InputTables, formula: Formula) -> None:
    inputs.add(1, "drc", {"closed": "1234567890.12345678", "other": "5"})
    inputs.add(2, "drc", {"closed": "0"})
    inputs.add(3, "drc", {"closed": "-6.6"})

    found = inputs.run(formula("as-published"), value="closed")

    assert found == [(1, Decimal("1234567890.12345678")), (2, Decimal("0")), (3, Decimal("-6.6"))]


def test_as_published_is_empty_without_the_item(inputs: InputTables, formula: Formula) -> None:
    inputs.add(1, "drc", {"other": "5"})

    assert inputs.run(formula("as-published"), value="closed") == []


def test_as_published_is_empty_when_two_units_give_a_figure_for_one_area(inputs: InputTables, formula: Formula) -> None:
    inputs.add(1, "drc", {"closed": "7"})
    inputs.add(1, "bureau", {"closed": "7"})

    assert inputs.run(formula("as-published"), value="closed") == []


@pytest.mark.parametrize("role", ["beside", "previous"])
def test_as_published_takes_the_own_form_and_period_only(inputs: InputTables, formula: Formula, role: str) -> None:
    inputs.add(1, "drc", {"closed": "7"}, role=role)

    assert inputs.run(formula("as-published"), value="closed") == []


def test_intensity_sums_over_units_before_it_divides(inputs: InputTables, formula: Formula) -> None:
    # (30 + 10) / (100 + 20) = 0.33333..; the mean of 0.3 and 0.5 would be 0.4
    inputs.add(1, "mill-a", {"energy": "30", "value": "100"})
    inputs.add(1, "mill-b", {"energy": "10", "value": "20"})

    assert inputs.run(formula("energy-intensity"), **INTENSITY, places=4) == [(1, Decimal("0.3333"))]


@pytest.mark.parametrize("second", [{"energy": "10"}, {"value": "20"}, {"other": "1"}, {}])
def test_intensity_is_empty_when_any_unit_lacks_a_figure(
    inputs: InputTables, formula: Formula, second: dict[str, str]
) -> None:
    inputs.add(1, "mill-a", {"energy": "30", "value": "100"})
    inputs.add(1, "mill-b", second)

    assert inputs.run(formula("energy-intensity"), **INTENSITY, places=4) == [(1, None)]


def test_intensity_without_any_return_gives_no_row(inputs: InputTables, formula: Formula) -> None:
    inputs.add(1, "mill-a", {"energy": "30", "value": "100"}, role="previous")

    assert inputs.run(formula("energy-intensity"), **INTENSITY, places=4) == []


def test_intensity_is_empty_for_a_value_added_of_zero(inputs: InputTables, formula: Formula) -> None:
    inputs.add(1, "mill-a", {"energy": "30", "value": "0"})
    inputs.add(2, "mill-a", {"energy": "30", "value": "-5"})
    inputs.add(2, "mill-b", {"energy": "30", "value": "5"})

    assert inputs.run(formula("energy-intensity"), **INTENSITY, places=4) == [(1, None), (2, None)]


@pytest.mark.parametrize(
    ("energy", "value", "places", "rounded"),
    [
        ("29", "200", 2, "0.15"),  # 0.145: lies below its half as a binary number
        ("201", "200", 2, "1.01"),  # 1.005: likewise
        ("1", "8", 2, "0.13"),  # 0.125
        ("-29", "200", 2, "-0.15"),  # half away from zero
        ("2", "3", 4, "0.6667"),
        ("5", "2", 0, "3"),
        ("0.1", "0.3", 4, "0.3333"),
    ],
)
def test_intensity_rounds_half_up_in_decimals(
    inputs: InputTables, formula: Formula, *, energy: str, value: str, places: int, rounded: str
) -> None:
    inputs.add(1, "mill-a", {"energy": energy, "value": value})

    assert inputs.run(formula("energy-intensity"), **INTENSITY, places=places) == [(1, Decimal(rounded))]


def _counts(permits: int, registrations: int, notices: int, exempt: int, managed: int) -> dict[str, str]:
    names = ("permits", "registrations", "notices", "exempt", "managed")
    return dict(zip(names, map(str, (permits, registrations, notices, exempt, managed)), strict=True))


def test_coverage_is_the_share_of_sources_that_are_covered(inputs: InputTables, formula: Formula) -> None:
    # 100 x (60 + 20 + 5 + 5) / 120 = 75
    inputs.add(1, "environment", _counts(60, 20, 5, 5, 120))

    assert inputs.run(formula("permit-coverage"), **COVERAGE, places=2) == [(1, Decimal("75"))]


def test_coverage_sums_over_units_before_it_divides(inputs: InputTables, formula: Formula) -> None:
    # 100 x (10 + 30) / (10 + 110) = 33.33; the mean of 100 and 27.27 would be 63.64
    inputs.add(1, "east", _counts(10, 0, 0, 0, 10))
    inputs.add(1, "west", _counts(0, 30, 0, 0, 110))

    assert inputs.run(formula("permit-coverage"), **COVERAGE, places=2) == [(1, Decimal("33.33"))]


@pytest.mark.parametrize("missing", ["permits", "registrations", "notices", "exempt", "managed"])
def test_coverage_is_empty_when_any_count_of_any_unit_is_missing(
    inputs: InputTables, formula: Formula, missing: str
) -> None:
    inputs.add(1, "east", _counts(10, 0, 0, 0, 10))
    inputs.add(1, "west", {item: count for item, count in _counts(1, 2, 3, 4, 10).items() if item != missing})

    assert inputs.run(formula("permit-coverage"), **COVERAGE, places=2) == [(1, None)]


def test_coverage_is_empty_without_a_managed_source(inputs: InputTables, formula: Formula) -> None:
    inputs.add(1, "environment", _counts(0, 0, 0, 0, 0))

    assert inputs.run(formula("permit-coverage"), **COVERAGE, places=2) == [(1, None)]


def test_coverage_rounds_half_up_in_decimals(inputs: InputTables, formula: Formula) -> None:
    # 100 x 201 / 20000 = 1.005
    inputs.add(1, "environment", _counts(201, 0, 0, 0, 20000))

    assert inputs.run(formula("permit-coverage"), **COVERAGE, places=2) == [(1, Decimal("1.01"))]
