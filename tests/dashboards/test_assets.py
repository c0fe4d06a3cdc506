"""The assets link up: charts to datasets and columns, the dashboard to charts, datasets to the lake."""

from __future__ import annotations

import json
import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from bootstrap import DATABASE_NAME
from lake_reader import ReadOnlyLake
from room_settings import RoomSettings
from select_only import LAKE_SCHEMA

from plan.words import STATUS
from tests.dashboards.report_views import REPORT_COLUMNS, MadeLake

ASSETS = Path(__file__).resolve().parents[2] / "dashboards" / "assets"
GRID_COLUMNS = 12
LEVELS = {status.value: names.zh for status, names in STATUS.items()}


def load(folder: str) -> dict[str, dict[str, Any]]:
    found = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((ASSETS / folder).rglob("*.yaml"))
    }
    assert found, f"no assets in {folder}"
    return found


DATABASES, DATASETS, CHARTS, DASHBOARDS = map(load, ("databases", "datasets", "charts", "dashboards"))
BY_UUID = {dataset["uuid"]: dataset for dataset in DATASETS.values()}
BAROMETER = DASHBOARDS["barometer"]
TILES = [item for item in BAROMETER["position"].values() if isinstance(item, dict) and item["type"] == "CHART"]


def names(dataset: dict[str, Any]) -> set[str]:
    columns = {column["column_name"] for column in dataset["columns"]}
    return columns | {metric["metric_name"] for metric in dataset["metrics"]}


def used_names(chart: dict[str, Any]) -> Iterator[str]:
    """Every column and metric a chart names, in its form and in its query."""
    params, query = chart["params"], json.loads(chart["query_context"])["queries"][0]
    lists = [params.get("all_columns", []), params.get("groupby", []), params.get("metrics", [])]
    lists += [query.get("metrics", []), [order[0] for order in query["orderby"]], list(params.get("column_config", {}))]
    lists += [[rule["column"] for rule in params.get("conditional_formatting", [])]]
    lists += [[json.loads(order)[0] for order in params.get("order_by_cols", [])]]
    for names_used in lists:
        yield from names_used
    for column in query["columns"]:
        yield column["sqlExpression"] if isinstance(column, dict) else column
    yield from (params[key] for key in ("metric", "x_axis") if key in params)


@pytest.mark.parametrize("kind", ["databases", "datasets", "charts", "dashboards"])
def test_keys_follow_from_names_and_so_stay(kind: str) -> None:
    for name, asset in load(kind).items():
        assert asset["uuid"] == str(uuid.uuid5(uuid.NAMESPACE_URL, f"qingyu/dashboards/{kind}/{name}"))


def test_there_is_one_database_and_it_takes_nothing_in() -> None:
    (database,) = DATABASES.values()
    assert database["database_name"] == DATABASE_NAME
    assert database["sqlalchemy_uri"] == "duckdb:///:memory:"
    closed = ("allow_run_async", "allow_ctas", "allow_cvas", "allow_dml", "allow_csv_upload")
    assert not any(database[switch] for switch in closed)
    assert {dataset["database_uuid"] for dataset in DATASETS.values()} == {database["uuid"]}


@pytest.mark.parametrize("key", CHARTS)
def test_a_chart_uses_only_what_its_dataset_has(key: str) -> None:
    dataset = BY_UUID[CHARTS[key]["dataset_uuid"]]
    assert set(used_names(CHARTS[key])) - names(dataset) == set()


@pytest.mark.parametrize("key", CHARTS)
def test_a_chart_has_a_chinese_title_and_asks_the_same_in_form_and_query(key: str) -> None:
    chart = CHARTS[key]
    assert re.search(r"[\u4e00-\u9fff]", chart["slice_name"])
    query = json.loads(chart["query_context"])["queries"][0]
    if chart["viz_type"] == "table":
        assert query["columns"] == chart["params"]["all_columns"]
        assert "metrics" not in query, "an empty list of metrics would group the rows"
        assert query["orderby"] == [json.loads(order) for order in chart["params"]["order_by_cols"]]


@pytest.mark.parametrize("key", DATASETS)
def test_every_column_and_metric_has_a_chinese_name(key: str) -> None:
    for item in (*DATASETS[key]["columns"], *DATASETS[key]["metrics"]):
        assert re.search(r"[\u4e00-\u9fff]", item["verbose_name"]), item


@pytest.mark.parametrize("key", [key for key in DATASETS if DATASETS[key]["sql"] is None])
def test_a_physical_dataset_has_the_columns_of_its_view(key: str) -> None:
    stored = {c["column_name"]: c["type"] for c in DATASETS[key]["columns"] if "expression" not in c}
    assert stored == REPORT_COLUMNS[DATASETS[key]["table_name"]]


@pytest.mark.parametrize("key", DATASETS)
def test_every_column_and_metric_of_a_dataset_is_answered_by_the_lake_through_the_gate(
    key: str, lake_factory: Callable[[str], MadeLake], settings_factory: Callable[[MadeLake], RoomSettings]
) -> None:
    dataset = DATASETS[key]
    assert dataset["schema"] == LAKE_SCHEMA
    source = f"({dataset['sql']}) AS virtual_table" if dataset["sql"] else f"main.{dataset['table_name']}"
    columns = [f"{c.get('expression', c['column_name'])} AS {c['column_name']}" for c in dataset["columns"]]
    metrics = [f"{m['expression']} AS {m['metric_name']}" for m in dataset["metrics"]]
    cursor = ReadOnlyLake(settings_factory(lake_factory("lake"))).connect().cursor()
    cursor.execute(f"SELECT {', '.join(columns)} FROM {source}")
    assert cursor.fetchall()
    types = {name: str(kind) for name, kind, *_ in cursor.description}
    cursor.execute(f"SELECT {', '.join(metrics)} FROM {source}")
    assert len(cursor.fetchall()) == 1
    assert set(types) == {column["column_name"] for column in dataset["columns"]}


def test_the_dashboard_holds_every_chart_once() -> None:
    assert BAROMETER["dashboard_title"] == "晴雨表"
    assert BAROMETER["slug"] == "barometer"
    placed = {tile["meta"]["uuid"]: tile["meta"]["sliceName"] for tile in TILES}
    assert placed == {chart["uuid"]: chart["slice_name"] for chart in CHARTS.values()}
    assert len(TILES) == len(CHARTS)


def test_rows_fill_the_grid_with_tiles_of_one_height() -> None:
    position = BAROMETER["position"]
    for row_id in position["GRID_ID"]["children"]:
        tiles = [position[child]["meta"] for child in position[row_id]["children"]]
        assert sum(tile["width"] for tile in tiles) == GRID_COLUMNS, row_id
        assert len({tile["height"] for tile in tiles}) == 1, row_id


def test_filters_point_at_datasets_and_reach_only_charts_that_have_their_column() -> None:
    dataset_of_tile = {
        tile["meta"]["chartId"]: next(
            BY_UUID[chart["dataset_uuid"]] for chart in CHARTS.values() if chart["uuid"] == tile["meta"]["uuid"]
        )
        for tile in TILES
    }
    reached = defaultdict(set)
    for native in BAROMETER["metadata"]["native_filter_configuration"]:
        (target,) = native["targets"]
        column = target["column"]["name"]
        assert column in names(BY_UUID[target["datasetUuid"]])
        for chart_id, dataset in dataset_of_tile.items():
            if chart_id not in native["scope"]["excluded"]:
                assert column in names(dataset), (native["name"], dataset["table_name"])
                reached[native["name"]].add(chart_id)
    assert set(reached) == {"方案", "目标", "走势目标"}


def test_each_status_has_a_mark_of_its_own_beside_its_colour_and_only_grey_for_not_assessed() -> None:
    (label,) = [c for c in DATASETS["rpt_barometer"]["columns"] if c["column_name"] == "status_label"]
    marks = dict(re.findall(r"WHEN '(\w+)' THEN '(\S) '", label["expression"]))
    marks["not_assessed"] = re.findall(r"ELSE '(\S) '", label["expression"])[0]
    assert set(marks) == set(LEVELS)
    assert len(set(marks.values())) == len(LEVELS)
    rules = [r for r in CHARTS["level"]["params"]["conditional_formatting"] if r["column"] == "status_label"]
    colours = {rule["targetValue"]: rule["colorScheme"] for rule in rules}
    assert set(colours) == set(marks.values())
    assert len(set(colours.values())) == len(LEVELS)
    red, green, blue = (colours[marks["not_assessed"]][start : start + 2] for start in (1, 3, 5))
    assert red == green == blue


def test_the_counting_tiles_are_named_and_ordered_as_the_plan_names_and_ranks_its_statuses() -> None:
    row = BAROMETER["position"]["ROW-counts"]["children"]
    titles = [BAROMETER["position"][child]["meta"]["sliceName"] for child in row]
    assert [title[2:].removesuffix("（项）") for title in titles] == list(LEVELS.values())
    assert row == [f"CHART-count_{status}" for status in LEVELS]


def test_no_asset_names_a_foreign_host() -> None:
    for path in ASSETS.rglob("*.yaml"):
        assert "://" not in path.read_text(encoding="utf-8").replace("duckdb:///:memory:", ""), path.name
