"""What the dashboards rely on: the published views of the lake, their columns and types, and a made-up year.

`REPORT_COLUMNS` is the contract between warehouse and dashboards. `make_lake` builds a lake that keeps it, and
`write_rows` commits to it as the writer would. Figures are made up; names follow the first plan.
"""

from __future__ import annotations

import importlib.util
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import duckdb

from plan import words

_TARGET = {"target_id": "VARCHAR", "target_name_zh": "VARCHAR", "area_name_zh": "VARCHAR"}
_STATUS = {"status": "VARCHAR", "status_zh": "VARCHAR"}

REPORT_COLUMNS: dict[str, dict[str, str]] = {
    "rpt_barometer": {
        "plan_id": "VARCHAR",
        "plan_name_zh": "VARCHAR",
        "target_id": "VARCHAR",
        "target_name_zh": "VARCHAR",
        "target_name_en": "VARCHAR",
        "clause": "VARCHAR",
        "owner_names_zh": "VARCHAR",
        "area_id": "VARCHAR",
        "area_name_zh": "VARCHAR",
        "kind": "VARCHAR",
        "yardstick": "VARCHAR",
        "yardstick_zh": "VARCHAR",
        "period": "VARCHAR",
        "value": "DOUBLE",
        "required_value": "DOUBLE",
        "gap": "DOUBLE",
        "unit_zh": "VARCHAR",
        **_STATUS,
        "status_rank": "INTEGER",
        "reason_zh": "VARCHAR",
        "preset_id": "VARCHAR",
        "beside_preset_id": "VARCHAR",
        "beside_status_zh": "VARCHAR",
        "verdict": "VARCHAR",
        "verdict_zh": "VARCHAR",
        "alert_state": "VARCHAR",
        "alert_state_zh": "VARCHAR",
        "deadline": "DATE",
        "known_at": "TIMESTAMP WITH TIME ZONE",
        "judged_periods": "BIGINT",
    },
    "rpt_path": {
        "plan_id": "VARCHAR",
        **_TARGET,
        "yardstick": "VARCHAR",
        "yardstick_zh": "VARCHAR",
        "period": "VARCHAR",
        "period_end_date": "DATE",
        "value": "DOUBLE",
        "required_value": "DOUBLE",
        "unit_zh": "VARCHAR",
        **_STATUS,
        "verdict_zh": "VARCHAR",
        "reason_zh": "VARCHAR",
    },
    "rpt_alert": {
        "alert_id": "VARCHAR",
        "plan_id": "VARCHAR",
        **_TARGET,
        "yardstick_zh": "VARCHAR",
        "alert_state": "VARCHAR",
        "alert_state_zh": "VARCHAR",
        **_STATUS,
        "period": "VARCHAR",
        "effective_at": "TIMESTAMP WITH TIME ZONE",
        "headline_zh": "VARCHAR",
        "owner_names_zh": "VARCHAR",
    },
    "rpt_transition": {
        "alert_id": "VARCHAR",
        "target_name_zh": "VARCHAR",
        "area_name_zh": "VARCHAR",
        "yardstick_zh": "VARCHAR",
        "from_state_zh": "VARCHAR",
        "to_state_zh": "VARCHAR",
        "status_zh": "VARCHAR",
        "period": "VARCHAR",
        "effective_at": "TIMESTAMP WITH TIME ZONE",
        "headline_zh": "VARCHAR",
    },
    "rpt_data_quality": {
        "plan_id": "VARCHAR",
        "form_id": "VARCHAR",
        "form_name_zh": "VARCHAR",
        "period": "VARCHAR",
        "area_name_zh": "VARCHAR",
        "expected_count": "INTEGER",
        "received_count": "INTEGER",
        "coverage_pct": "DOUBLE",
        "verdict": "VARCHAR",
        "verdict_zh": "VARCHAR",
        "findings_zh": "VARCHAR",
        "due_date": "DATE",
        "is_overdue": "BOOLEAN",
        "cutoff_at": "TIMESTAMP WITH TIME ZONE",
    },
    "rpt_freshness": {
        "newest_commit_at": "TIMESTAMP WITH TIME ZONE",
        "newest_known_at": "TIMESTAMP WITH TIME ZONE",
        "last_tick_date": "DATE",
        "snapshot_id": "BIGINT",
    },
}

_EXTENSIONS = ("sqlite_scanner", "ducklake")


@dataclass(frozen=True)
class MadeLake:
    """Where a made lake lies: the attach string for the environment and its data folder."""

    address: str
    data: Path


def make_lake(folder: Path) -> MadeLake:
    """Make a lake whose views `rpt_*` are filled with a made-up year; `folder` must not hold one yet."""
    (folder / "data").mkdir(parents=True)
    catalogue = folder / "catalogue.sqlite"
    lake = MadeLake(f"ducklake:sqlite:{catalogue}", folder / "data")
    with _attached(lake) as writer:
        writer.execute("BEGIN")
        for view, columns in REPORT_COLUMNS.items():
            stored = view.replace("rpt_", "stored_")
            writer.execute(f"CREATE TABLE {stored} ({', '.join(f'{n} {t}' for n, t in columns.items())})")
            writer.execute(f"CREATE VIEW {view} AS SELECT * FROM {stored}")
        writer.execute("CREATE TABLE raw_return (body VARCHAR)")
        writer.execute("INSERT INTO raw_return VALUES ('not for dashboards')")
        for view, rows in _ROWS.items():
            writer.execute(f"INSERT INTO {view.replace('rpt_', 'stored_')} VALUES {', '.join(map(str, rows()))}")
        writer.execute("COMMIT")
    with sqlite3.connect(catalogue) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    return lake


def write_rows(lake: MadeLake, statement: str) -> None:
    """Commit one statement to the lake, as the writer process does while readers look on."""
    with _attached(lake) as writer:
        writer.execute(statement)


def _attached(lake: MadeLake) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    for name in _EXTENSIONS:
        folder = importlib.util.find_spec(f"duckdb_extension_{name}").submodule_search_locations[0]
        connection.execute(f"LOAD '{folder}/extensions/v{duckdb.__version__}/{name}.duckdb_extension'")
    connection.execute(f"ATTACH '{lake.address}' AS w (DATA_PATH '{lake.data}/', DATA_INLINING_ROW_LIMIT 500)")
    connection.execute("USE w")
    return connection


XUCHANG = ("xuzheng-2017-29", "许昌市制造业转型发展实施方案")
HENAN = ("henan-2016-2020", "河南省“十三五”节能与去产能")
_STATUSES = {status.value: (names.zh, rank) for rank, (status, names) in enumerate(words.STATUS.items())}
_VERDICTS = {verdict.value: names.zh for verdict, names in words.VERDICT.items()}
_ALERTS = {state.value: names.zh for state, names in words.ALERT_STATE.items()}
_YARDSTICKS = {yardstick.value: names.zh for yardstick, names in words.YARDSTICK.items()}


@dataclass(frozen=True)
class _Level:
    """One made-up row of the barometer."""

    plan: tuple[str, str]
    target: str
    name_zh: str
    area_zh: str
    clause: str
    owners_zh: str
    yardstick: str
    value: float | None
    required: float | None
    unit_zh: str
    status: str
    verdict: str = "passed"
    alert: str = "inactive"
    kind: str = "stock"

    @property
    def reason_zh(self) -> str:
        if self.kind == "qualitative":
            return "定性目标,由人评定"
        return "数据不全" if self.status == "not_assessed" else ""

    @property
    def headline_zh(self) -> str:
        return f"{self.name_zh}：{_STATUSES[self.status][0]}"


_INDUSTRY = "市工信委、市发改委、市统计局"
_LEVELS = (
    _Level(XUCHANG, "t-energy", "规上工业单位增加值能耗降低率", "许昌市", "1.2", _INDUSTRY, "plan_progress", 6.2,
           11.4, "%", "severe", "passed", "firing"),
    _Level(XUCHANG, "t-energy", "规上工业单位增加值能耗降低率", "许昌市", "1.2", _INDUSTRY, "annual_task", 2.9, 3.7,
           "%", "middle", "passed", "firing"),
    _Level(XUCHANG, "t-strategic", "战略性新兴产业主营业务收入占比", "许昌市", "2.1.2", _INDUSTRY, "plan_progress",
           51.0, 52.5, "%", "mild", "to_verify", "pending"),
    _Level(XUCHANG, "t-invest", "工业投资占固定资产投资比重", "许昌市", "2.5.20", "市工信委、市发改委", "plan_progress",
           38.6, 38.0, "%", "on_track"),
    _Level(XUCHANG, "t-solar", "太阳能光伏发电装机", "许昌市", "2.2.7", "市发改委、市工信委", "plan_progress", 1062.0,
           1000.0, "兆瓦", "achieved"),
    _Level(XUCHANG, "t-smart", "智能化改造企业数", "许昌市", "2.3.10", "市工信委、市发改委、市财政局", "plan_progress",
           None, 75.0, "家", "not_assessed", "pending"),
    _Level(XUCHANG, "t-base", "建成节能环保产业基地", "许昌市", "2.2.6", "市发改委", "", None, None, "", "not_assessed",
           "pending", kind="qualitative"),
    _Level(XUCHANG, "t-robot", "应用工业机器人企业数", "长葛市", "2.3.12", "市工信委、市财政局", "plan_progress", 9.0,
           7.5, "家", "on_track"),
    _Level(HENAN, "t-intensity", "万元生产总值能耗降低率", "河南省", "1", "省发展改革委", "annual_task", -0.76, 1.4,
           "%", "severe", "passed", "firing"),
    _Level(HENAN, "t-intensity", "万元生产总值能耗降低率", "河南省", "1", "省发展改革委", "plan_progress", 25.6, 16.0,
           "%", "achieved"),
    _Level(HENAN, "t-coal", "化解煤炭过剩产能", "河南省", "2", "省工业和信息化厅", "plan_progress", 6334.0, 6254.0,
           "万吨", "achieved"),
)  # fmt: skip
_KNOWN_AT = "2020-01-20 01:30:00+00"


def _barometer() -> list[tuple[object, ...]]:
    rows = []
    for level in _LEVELS:
        status_zh, rank = _STATUSES[level.status]
        gap = None if level.value is None else round(level.value - level.required, 2)
        rows.append(
            (
                *level.plan,
                level.target,
                level.name_zh,
                level.target,
                level.clause,
                level.owners_zh,
                "area",
                level.area_zh,
                level.kind,
                level.yardstick,
                _YARDSTICKS.get(level.yardstick, ""),
                "2019",
                level.value,
                level.required,
                gap,
                level.unit_zh,
                level.status,
                status_zh,
                rank,
                level.reason_zh,
                "ndrc-2020",
                "ndrc-2021",
                status_zh,
                level.verdict,
                _VERDICTS[level.verdict],
                level.alert,
                _ALERTS[level.alert],
                "2020-12-31",
                _KNOWN_AT,
                3 if level.target == "t-intensity" and level.yardstick == "annual_task" else 1,
            )
        )
    return [_literals(row) for row in rows]


def _path() -> list[tuple[object, ...]]:
    rows = []
    for level in (each for each in _LEVELS if each.yardstick):
        for year, share in ((2017, 0.35), (2018, 0.65), (2019, 1.0)):
            value = None if level.value is None else round(level.value * share * (2 - share), 2)
            status = level.status if year == 2019 else "on_track"
            rows.append(
                (
                    level.plan[0],
                    level.target,
                    level.name_zh,
                    level.area_zh,
                    level.yardstick,
                    _YARDSTICKS[level.yardstick],
                    str(year),
                    f"{year}-12-31",
                    value,
                    round(level.required * share, 2),
                    level.unit_zh,
                    status,
                    _STATUSES[status][0],
                    _VERDICTS[level.verdict],
                    level.reason_zh,
                )
            )
    return [_literals(row) for row in rows]


def _alert() -> list[tuple[object, ...]]:
    rows = [
        (
            f"a-{number}",
            level.plan[0],
            level.target,
            level.name_zh,
            level.area_zh,
            _YARDSTICKS[level.yardstick],
            level.alert,
            _ALERTS[level.alert],
            level.status,
            _STATUSES[level.status][0],
            "2019",
            f"2020-01-2{number} 02:00:00+00",
            level.headline_zh,
            level.owners_zh,
        )
        for number, level in enumerate(level for level in _LEVELS if level.alert != "inactive")
    ]
    return [_literals(row) for row in rows]


def _transition() -> list[tuple[object, ...]]:
    rows = [
        (
            f"a-{number}",
            level.name_zh,
            level.area_zh,
            _YARDSTICKS[level.yardstick],
            _ALERTS["pending"],
            _ALERTS[level.alert],
            _STATUSES[level.status][0],
            "2019",
            f"2020-01-2{number} 02:00:00+00",
            level.headline_zh,
        )
        for number, level in enumerate(level for level in _LEVELS if level.alert == "firing")
    ]
    return [_literals(row) for row in rows]


_SLICES = (
    ("energy-monthly", "规上工业企业能源月报", "许昌市", 96, 96, "passed", ""),
    ("energy-monthly", "规上工业企业能源月报", "禹州市", 24, 23, "to_verify", "1 家企业用电量环比变动超过 50%，待说明"),
    ("output-monthly", "规上工业产值月报", "长葛市", 18, 18, "failed", "县区合计与全市数相差 3.2%"),
    ("smart-quarterly", "智能化改造季报", "襄城县", 6, 4, "pending", "2 家单位未报"),
)


def _quality() -> list[tuple[object, ...]]:
    rows = []
    for form, name, area, expected, received, verdict, findings in _SLICES:
        coverage = round(100 * received / expected, 1)
        row = (XUCHANG[0], form, name, "2019-12", area, expected, received, coverage, verdict, _VERDICTS[verdict])
        rows.append((*row, findings, "2020-01-15", received < expected, "2020-01-16 00:00:00+00"))
    return [_literals(row) for row in rows]


def _freshness() -> list[tuple[object, ...]]:
    return [_literals(("2020-01-31 06:05:00+00", _KNOWN_AT, "2020-01-31", 42))]


_ROWS = {
    "rpt_barometer": _barometer,
    "rpt_path": _path,
    "rpt_alert": _alert,
    "rpt_transition": _transition,
    "rpt_data_quality": _quality,
    "rpt_freshness": _freshness,
}


class _Null:
    def __repr__(self) -> str:
        return "NULL"


def _literals(row: tuple[object, ...]) -> tuple[object, ...]:
    """The row with None spelled as SQL spells it."""
    return tuple(_Null() if cell is None else cell for cell in row)
