"""What changed between two moments, and the vintages of figures, on given rows."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.support.vintage_tables import LATEST, VintageTables, day

ALL = {"plan": "", "form": ""}


@pytest.fixture
def tables() -> Iterator[VintageTables]:
    made = VintageTables()
    yield made
    made.db.close()


def _cells(tables: VintageTables, since: int, until: int, *items: str) -> list[tuple[object, ...]]:
    found = tables.answer("changed_observations", since=day(since), until=day(until), items=list(items), **ALL)
    names = ("change", "unit_id", "item_id", "old_value", "new_value", "return_id")
    return [tuple(row[name] for name in names) for row in found]


def test_a_cell_is_added_revised_or_withdrawn_by_the_newest_return(tables: VintageTables) -> None:
    tables.add_return("mill", {"energy": "3", "output": "7", "staff": "50"}, day(8), return_id="first")
    tables.add_return("mill", {"energy": "4", "output": "7", "water": "0"}, day(10), return_id="second")

    assert _cells(tables, 9, 10) == [
        ("revised", "mill", "energy", Decimal(3), Decimal(4), "second"),
        ("withdrawn", "mill", "staff", Decimal(50), None, "second"),
        ("added", "mill", "water", None, Decimal(0), "second"),
    ]


def test_a_first_return_adds_its_cells(tables: VintageTables) -> None:
    tables.add_return("mill", {"energy": "3"}, day(8))

    assert _cells(tables, 7, 8) == [("added", "mill", "energy", None, Decimal(3), "r-1")]
    assert _cells(tables, 8, 9) == []


def test_what_was_revised_and_taken_back_has_not_changed(tables: VintageTables) -> None:
    for at, value in ((8, "3"), (9, "4"), (10, "3")):
        tables.add_return("mill", {"energy": value}, day(at))

    assert _cells(tables, 8, 10) == []
    assert [row[3:5] for row in _cells(tables, 8, 9)] == [(Decimal(3), Decimal(4))]


def test_another_unit_of_measure_or_state_is_a_revision(tables: VintageTables) -> None:
    for at in (8, 10):
        tables.add_return("mill", {"energy": "3"}, day(at))
    tables.db.execute("UPDATE stg_cell SET status = 'P' WHERE return_row = 1")

    assert _cells(tables, 9, 10) == [("revised", "mill", "energy", Decimal(3), Decimal(3), "r-2")]


def test_changes_can_be_narrowed_to_items_and_forms(tables: VintageTables) -> None:
    tables.add_return("mill", {"energy": "3", "output": "7"}, day(8))

    assert [row[2] for row in _cells(tables, 7, 8, "output")] == ["output"]
    other = {"since": day(7), "until": day(8), "items": [], "plan": ""}
    assert tables.answer("changed_observations", form="other", **other) == []


def test_a_value_that_moved_names_the_returns_of_its_slice(tables: VintageTables) -> None:
    tables.add_return("b", {"rate": "1"}, day(10), return_id="r-b")
    tables.add_return("a", {"rate": "1"}, day(9), return_id="r-a")
    tables.add_return("a", {"rate": "1"}, day(10), period="2018", return_id="of another period")
    tables.add_value("1", day(8))
    tables.add_value("2", day(10))

    (row,) = tables.answer("changed_values", since=day(8), until=day(10), indicator="", **ALL)

    told = ("change", "old_value", "new_value", "through")
    assert [row[name] for name in told] == ["revised", Decimal(1), Decimal(2), ["r-a", "r-b"]]


def test_a_value_that_goes_missing_or_fails_has_moved_and_needs_no_return(tables: VintageTables) -> None:
    tables.add_value("1", day(8))
    tables.add_value(None, day(9), verdict="failed")

    (row,) = tables.answer("changed_values", since=day(8), until=day(9), indicator="rate", **ALL)

    told = ("change", "old_value", "old_verdict", "new_value", "new_verdict", "through")
    assert [row[name] for name in told] == ["revised", Decimal(1), "passed", None, "failed", []]


def test_a_value_derived_again_without_another_figure_has_not_moved(tables: VintageTables) -> None:
    tables.add_value("1", day(8))
    tables.add_value("1.0", day(9))

    assert tables.answer("changed_values", since=day(8), until=day(9), indicator="", **ALL) == []


def test_vintages_are_figures_that_could_be_rated_each_once(tables: VintageTables) -> None:
    tables.add_value(None, day(1), verdict="failed")
    tables.add_value("5", day(2), verdict="to_verify")
    tables.add_value("6", day(3))
    tables.add_value("6", day(4), known_at=day(3))  # only derived again
    tables.add_value("6", day(5), verdict="waived")  # published again, unchanged
    tables.add_value("7", day(6), known_at=day(5))  # the same return, another figure
    tables.add_value("8", day(7), plan_hash="hash-before")

    found = tables.answer("published_values", indicator="rate")

    assert [(row["value"], row["cutoff_at"]) for row in found] == [
        (Decimal(6), day(3)),
        (Decimal(6), day(5)),
        (Decimal(7), day(6)),
    ]
    assert tables.answer("published_values", indicator="other") == []


def test_the_record_is_the_newest_in_the_log_of_the_plan_in_force(tables: VintageTables) -> None:
    tables.db.execute(
        "CREATE TABLE stg_assessment (plan_id VARCHAR, plan_hash VARCHAR, target_id VARCHAR, area_id VARCHAR, "
        "yardstick VARCHAR, period VARCHAR, status VARCHAR, reason VARCHAR, is_alerting BOOLEAN, "
        "cutoff_at TIMESTAMPTZ, source_no INTEGER, kafka_offset BIGINT)"
    )
    rows = [
        ("hash-now", "t", "on_track", True, 8, 1),
        ("hash-now", "t", "severe", True, 9, 2),
        ("hash-now", "t", "mild", False, 9, 3),  # a preset beside
        ("hash-before", "t", "middle", True, 9, 4),
        ("hash-before", "u", "middle", True, 9, 5),
    ]
    for plan_hash, target, status, is_alerting, at, offset in rows:
        row = ["plan", plan_hash, target, "city", "plan_progress", "2017", status, "", is_alerting, day(at), 1, offset]
        tables.db.execute(f"INSERT INTO stg_assessment VALUES ({', '.join('?' * 12)})", row)

    def recorded(moment: object) -> list[tuple[object, ...]]:
        found = tables.answer("recorded_status", moment=moment)
        return sorted((row["target_id"], row["status"], row["is_of_plan_in_force"]) for row in found)

    assert recorded(day(7)) == []
    assert recorded(day(8)) == [("t", "on_track", True)]
    assert recorded(LATEST) == [("t", "severe", True), ("u", "middle", False)]
