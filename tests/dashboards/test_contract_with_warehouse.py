"""The warehouse's own views keep the contract that the dashboards rely on, seen through the locked reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from lake_reader import GuardedCursor, ReadOnlyLake
from room_settings import read_settings

from tests.dashboards.report_views import REPORT_COLUMNS
from warehouse.lake import open_writer
from warehouse.migrations import lay_views, migrate
from warehouse.settings import WarehouseSettings

DATASETS = sorted((Path(__file__).resolve().parents[2] / "dashboards" / "assets" / "datasets").rglob("*.yaml"))


@pytest.fixture(scope="module")
def cursor(tmp_path_factory: pytest.TempPathFactory) -> GuardedCursor:
    """The reader's cursor on an empty lake that the warehouse made."""
    folder = tmp_path_factory.mktemp("lake")
    environment = {
        "QINGYU_WAREHOUSE": f"ducklake:sqlite:{folder / 'catalogue.sqlite'}",
        "QINGYU_WAREHOUSE_DATA": str(folder / "data"),
    }
    with open_writer(WarehouseSettings.from_environ(environment)) as lake:
        migrate(lake)
        lay_views(lake)
    return ReadOnlyLake(read_settings(environment)).connect().cursor()


@pytest.mark.parametrize("view", REPORT_COLUMNS)
def test_a_published_view_has_the_promised_columns(view: str, cursor: GuardedCursor) -> None:
    cursor.execute(f"SELECT * FROM main.{view}")
    columns = {name: str(kind) for name, kind, *_ in cursor.description}
    assert {name: columns.get(name) for name in REPORT_COLUMNS[view]} == REPORT_COLUMNS[view]


@pytest.mark.parametrize("path", DATASETS, ids=lambda path: path.stem)
def test_a_dataset_is_answered_by_the_warehouse(path: Path, cursor: GuardedCursor) -> None:
    dataset: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    source = f"({dataset['sql']}) AS virtual_table" if dataset["sql"] else f"main.{dataset['table_name']}"
    columns = [f"{c.get('expression', c['column_name'])} AS {c['column_name']}" for c in dataset["columns"]]
    cursor.execute(f"SELECT {', '.join(columns)} FROM {source}")
    assert [name for name, *_ in cursor.description] == [c["column_name"] for c in dataset["columns"]]
