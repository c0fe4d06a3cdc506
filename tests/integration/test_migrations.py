"""An older lake is upgraded with its rows intact, step by step; a step that fails leaves the lake as it was."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.support.lakes import lake_settings
from warehouse.lake import open_writer
from warehouse.migrations import SQL, apply_migrations, migrate

FOLDER = SQL / "migrations"
OLD = 4
"""The last migration of the older lake: raw_cell had all its columns then, and no rows."""


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[int], Path]:
    """Factory: a folder with the migrations up to a number."""

    def make(last: int) -> Path:
        made = tmp_path / f"up to {last}"
        made.mkdir()
        for file in FOLDER.glob("*.sql"):
            if int(file.name[:4]) <= last:
                shutil.copy(file, made)
        return made

    return make


@pytest.fixture
def old_lake(tmp_path: Path, folder: Callable[[int], Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A lake of an older program with a return of two cells: one plain, one that says more."""
    with open_writer(lake_settings(tmp_path)) as lake:
        assert apply_migrations(lake, folder(OLD)) == (1, 2, 3, 4)
        lake.execute("INSERT INTO kafka_source VALUES (1, 'cluster', 'returns.output.gateway', 0, 8, 8, 1, 7, 0)")
        lake.execute(
            "INSERT INTO raw_return VALUES (7, 1, 7, 'small', 'output', 1, '2017', '2017-12-31', 'city', 'mill-a', "
            "'gateway', 'r-1', 'digest', false, 'actual', '[]', 'a note', '2018-01-10 08:00:00+00', "
            "'2018-01-10 08:00:01+00')"
        )
        lake.execute(
            "INSERT INTO raw_cell VALUES (7, 'energy', 'city', 1234567890.12, '', 'A', 'exact', '', '[]'), "
            "(7, 'value-added', 'county', 3, 'wan_yuan', 'P', 'at_least', '2010 prices', '[0]')"
        )
        yield lake


def _numbers(lake: duckdb.DuckDBPyConnection) -> list[int]:
    return [number for (number,) in lake.execute("SELECT number FROM migration ORDER BY number").fetchall()]


def test_an_older_lake_is_upgraded_with_its_rows(old_lake: duckdb.DuckDBPyConnection) -> None:
    snapshots = len(old_lake.execute("FROM w.snapshots()").fetchall())
    applied = migrate(old_lake)

    known = sorted(int(file.name[:4]) for file in FOLDER.glob("*.sql"))
    assert list(applied) == known[OLD:]
    assert _numbers(old_lake) == known
    # Each in a transaction of its own; laying the views takes two more commits at most.
    assert len(old_lake.execute("FROM w.snapshots()").fetchall()) - snapshots >= len(applied)
    found = old_lake.execute(
        "SELECT item_id, area_id, CAST(value AS VARCHAR), text_value, unit, status, bound, basis, row_key, return_id, "
        "known_at AT TIME ZONE 'UTC' FROM fct_observation ORDER BY item_id"
    ).fetchall()
    assert [row[:9] for row in found] == [
        ("energy", "city", "1234567890.12000000", "", "", "A", "exact", "", ""),
        ("value-added", "county", "3.00000000", "", "wan_yuan", "P", "at_least", "2010 prices", ""),
    ]
    assert {(row[9], str(row[10])) for row in found} == {("r-1", "2018-01-10 08:00:00")}
    assert old_lake.execute("SELECT next_offset, landed, dead_lettered FROM kafka_source").fetchall() == [(8, 1, 7)]


def test_a_step_that_fails_leaves_the_lake_as_it_was(
    old_lake: duckdb.DuckDBPyConnection, folder: Callable[[int], Path]
) -> None:
    steps = folder(5)
    (steps / "0099_fails.sql").write_text(
        "-- grain: none; the second statement fails.\n"
        "DROP TABLE raw_cell;\nCREATE TABLE half (a INTEGER);\n"
        "INSERT INTO half SELECT no_such_column FROM raw_return;\n"
    )

    with pytest.raises(duckdb.BinderException, match="no_such_column"):
        apply_migrations(old_lake, steps)

    # The one before it stands, of the failing one nothing does, and the lake goes on.
    assert _numbers(old_lake) == [1, 2, 3, 4, 5]
    assert old_lake.execute("SELECT item_id, row_key, value FROM raw_cell ORDER BY item_id").fetchall() == [
        ("energy", "", 1234567890.12),
        ("value-added", "", 3.0),
    ]
    assert old_lake.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'half'").fetchall() == []
    migrate(old_lake)
    assert old_lake.execute("SELECT count(*) FROM fct_observation").fetchone() == (2,)
