"""A plain DuckDB with hand-made inputs, and the statements under test by name."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import expectations
from tests.support.input_tables import InputTables
from warehouse.migrations import sql


@pytest.fixture
def inputs() -> Iterator[InputTables]:
    """Empty input tables."""
    made = InputTables()
    yield made
    made.db.close()


@pytest.fixture(scope="session")
def formula() -> Callable[[str], str]:
    """Factory: text of an indicator formula."""
    return lambda name: sql(f"indicators/{name}")


@pytest.fixture(scope="session")
def check() -> Callable[[str], str]:
    """Factory: text of a check rule."""
    folder = Path(expectations.__file__).parent / "sql"
    return lambda name: (folder / f"{name}.sql").read_text(encoding="utf-8")
