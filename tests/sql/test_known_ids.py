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
ASKED = [("energy", "2017-01", "a"), ("energy", "2017-01", "c"), ("energy", "2017-02", "a"), ("output", "2017", "a")]
FOUND = {("energy", "2017-01", "a"): "one", ("energy", "2017-02", "a"): "three"}


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
        known.note([])


def test_what_is_remembered_is_not_asked_of_the_lake_again(lake: duckdb.DuckDBPyConnection) -> None:
    known = KnownIds("raw_return", "return_id")
    known.find(lake, ASKED)
    known.note([(("energy", "2017-01", "d"), "five"), (("output", "2017", "a"), "six")])
    lake.execute("DROP TABLE raw_return")

    assert known.find(lake, [*ASKED, ("energy", "2017-01", "d")]) == {
        **FOUND, ("energy", "2017-01", "d"): "five", ("output", "2017", "a"): "six",
    }  # fmt: skip


@pytest.mark.parametrize(("ids_kept", "scope_ids"), [(2, 100), (100, 2), (0, 0)])
def test_within_its_bounds_what_landed_is_still_found(
    lake: duckdb.DuckDBPyConnection, ids_kept: int, scope_ids: int
) -> None:
    """Bounded memory forgets whole scopes, and asks the lake for them again."""
    known = KnownIds("raw_return", "return_id", ids_kept=ids_kept, scope_ids=scope_ids)
    keys = [("energy", f"2018-{month:02d}", one) for month in range(1, 5) for one in ("a", "b", "c")]
    for key in keys:
        assert known.find(lake, [key]) == {}
        lake.execute("INSERT INTO raw_return VALUES (?, ?, ?, ?)", [*key, "/".join(key)])
        known.note([(key, "/".join(key))])

    assert known.find(lake, keys) == {key: "/".join(key) for key in keys}


def test_after_forgetting_the_lake_is_asked(lake: duckdb.DuckDBPyConnection) -> None:
    known = KnownIds("raw_return", "return_id")
    known.find(lake, ASKED)
    known.note([(("energy", "2017-01", "d"), "never committed")])

    known.forget()

    assert known.find(lake, [("energy", "2017-01", "d")]) == {}
