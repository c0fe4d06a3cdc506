"""Ids remembered between batches: the answers are those of the lake, however little is remembered."""

import duckdb
import pytest

from warehouse.known_ids import KnownIds

ROWS = [
    ("energy", "2017-01", "a", "one"),
    ("energy", "2017-01", "b", "two"),
    ("energy", "2017-02", "a", "three"),
    ("permits", "2017-01", "a", "four"),
]
JANUARY, FEBRUARY, OUTPUT = ("energy", "2017-01"), ("energy", "2017-02"), ("output", "2017")
ASKED = {JANUARY: ["a", "c"], FEBRUARY: ["a"], OUTPUT: ["a"]}
FOUND = {JANUARY: {"a": "one"}, FEBRUARY: {"a": "three"}}


@pytest.fixture
def lake() -> duckdb.DuckDBPyConnection:
    """A table of ids in a DuckDB in memory."""
    made = duckdb.connect(":memory:")
    made.execute("CREATE TABLE raw_return (form_id VARCHAR, period VARCHAR, return_id VARCHAR, content_digest VARCHAR)")
    made.executemany("INSERT INTO raw_return VALUES (?, ?, ?, ?)", ROWS)
    return made


@pytest.mark.parametrize(("ids_kept", "scope_ids"), [(100, 100), (100, 1), (1, 100), (0, 0)])
def test_the_answers_are_those_of_the_lake(lake: duckdb.DuckDBPyConnection, ids_kept: int, scope_ids: int) -> None:
    known = KnownIds("raw_return", "return_id", ids_kept=ids_kept, scope_ids=scope_ids)

    for _ in range(3):
        assert known.find(lake, ASKED) == FOUND
        known.note({})


def test_what_is_remembered_is_not_asked_of_the_lake_again(lake: duckdb.DuckDBPyConnection) -> None:
    known = KnownIds("raw_return", "return_id")
    known.find(lake, ASKED)
    known.note({JANUARY: {"d": "five"}, OUTPUT: {"a": "six"}})
    lake.execute("DROP TABLE raw_return")

    assert known.find(lake, {**ASKED, JANUARY: ["a", "c", "d"]}) == {
        JANUARY: {"a": "one", "d": "five"}, FEBRUARY: {"a": "three"}, OUTPUT: {"a": "six"},
    }  # fmt: skip


@pytest.mark.parametrize(("ids_kept", "scope_ids"), [(2, 100), (100, 2), (0, 0)])
def test_within_its_bounds_what_landed_is_still_found(
    lake: duckdb.DuckDBPyConnection, ids_kept: int, scope_ids: int
) -> None:
    """Bounded memory forgets whole scopes, and asks the lake for them again."""
    known = KnownIds("raw_return", "return_id", ids_kept=ids_kept, scope_ids=scope_ids)
    months = [("energy", f"2018-{month:02d}") for month in range(1, 5)]
    for month in months:
        for one in ("a", "b", "c"):
            assert known.find(lake, {month: [one]}) == {}
            lake.execute("INSERT INTO raw_return VALUES (?, ?, ?, ?)", [*month, one, f"content of {one}"])
            known.note({month: {one: f"content of {one}"}})

    everything = {one: f"content of {one}" for one in ("a", "b", "c")}
    assert known.find(lake, {month: ["a", "b", "c"] for month in months}) == dict.fromkeys(months, everything)


def test_after_forgetting_the_lake_is_asked(lake: duckdb.DuckDBPyConnection) -> None:
    known = KnownIds("raw_return", "return_id")
    known.find(lake, ASKED)
    known.note({JANUARY: {"d": "never committed"}})

    known.forget()

    assert known.find(lake, {JANUARY: ["d"]}) == {}
