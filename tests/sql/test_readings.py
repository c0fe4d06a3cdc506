"""Readings come to hours and days by the rule of their unit: given rows, and what they come to worked out by hand."""

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from warehouse.migrations import sql
from warehouse.retention_rules import Rollup, rule_of

CELLS = [
    # return 1, a meter: three of four quarters of an hour at 00, one of 01; the manual reading counts like any other
    (1, "energy", "00:00", "1.5", ""), (1, "energy", "00:15", "2.5", ""), (1, "energy", "00:45", "0.25", ""),
    (1, "energy", "01:00", "10", ""), (1, "state", "00:15", None, "manual"), (1, "remark", "", None, "a header cell"),
    # return 2, a stack: at 03 calibrated, so given but not valid; at 05 without a figure
    (2, "so2", "02:00", "10", ""), (2, "flag", "02:00", None, "valid"),
    (2, "so2", "03:00", "900", ""), (2, "flag", "03:00", None, "calibration"),
    (2, "so2", "04:00", "15", ""), (2, "flag", "04:00", None, "valid"),
    (2, "so2", "05:00", None, ""), (2, "flag", "05:00", None, "valid"),
    (2, "so2", "06:00", "10", ""), (2, "flag", "06:00", None, "valid"),
    # return 3 is not ripe
    (3, "energy", "00:00", "7", ""),
]  # fmt: skip
ITEMS = pa.table(
    {
        "form_id": ["meter", "stack"], "item_id": ["energy", "so2"], "unit": ["kwh", "mg_per_m3"],
        "rule": ["sum", "mean"], "per_hour": [4, 1], "per_day": [96, 24], "flag_item": ["", "flag"],
    }
)  # fmt: skip


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    made = duckdb.connect()
    made.execute(sql("migrations/0010_retention"))
    made.execute(
        "CREATE TABLE stg_cell (return_row BIGINT, item_id VARCHAR, row_key VARCHAR, value DECIMAL(28, 8), "
        "text_value VARCHAR)"
    )
    made.executemany("INSERT INTO stg_cell VALUES (?, ?, ?, ?, ?)", CELLS)
    made.execute(
        "CREATE TABLE ripe_returns AS SELECT * FROM (VALUES (1, 'meter'), (2, 'stack')) AS t (return_row, form_id)"
    )
    made.register("rolled_items", ITEMS)
    for name in ("reading", "hours", "days"):
        made.execute(sql(f"retention/{name}"))
    yield made
    made.close()


def test_hours(db: duckdb.DuckDBPyConnection) -> None:
    found = db.execute("SELECT * EXCLUDE (unit, rule) FROM reading_hour ORDER BY return_row, hour").fetchall()

    number = Decimal
    assert found == [
        (1, "energy", 0, number("4.25"), number("0.25"), number("2.5"), 4, 3, 3),
        (1, "energy", 1, number("10"), number("10"), number("10"), 4, 1, 1),
        (2, "so2", 2, number("10"), number("10"), number("10"), 1, 1, 1),
        (2, "so2", 3, None, None, None, 1, 1, 0),
        (2, "so2", 4, number("15"), number("15"), number("15"), 1, 1, 1),
        (2, "so2", 5, None, None, None, 1, 0, 0),
        (2, "so2", 6, number("10"), number("10"), number("10"), 1, 1, 1),
    ]


def test_days(db: duckdb.DuckDBPyConnection) -> None:
    found = db.execute("SELECT * FROM reading_day ORDER BY return_row").fetchall()

    # 1.5 + 2.5 + 0.25 + 10 kWh of 96 quarters; (10 + 15 + 10) / 3 = 11.666... mg/m3 of 24 hours, 4 given, 3 valid.
    assert found == [
        (1, "energy", "kwh", "sum", Decimal("14.25"), Decimal("0.25"), Decimal("10"), 96, 4, 4),
        (2, "so2", "mg_per_m3", "mean", Decimal("11.66666667"), Decimal("10"), Decimal("15"), 24, 4, 3),
    ]


@pytest.mark.parametrize(
    ("unit", "rule"),
    [
        ("kwh", Rollup.SUM), ("kvarh", Rollup.SUM), ("t", Rollup.SUM), ("mg_per_m3", Rollup.MEAN),
        ("m3_per_h", Rollup.MEAN), ("share", Rollup.MEAN), ("pct", Rollup.MEAN),
    ],
)  # fmt: skip
def test_the_unit_says_whether_readings_are_added_or_averaged(unit: str, rule: Rollup) -> None:
    assert rule_of(unit) is rule
