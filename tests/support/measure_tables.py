"""One derivation's tables for the files under ``sql/measures`` by hand, on a plain DuckDB in memory: no lake."""

import datetime as dt
from decimal import Decimal

import duckdb

from warehouse.measures import measure_rows
from warehouse.migrations import sql

NUMBER = 7
DEADLINE = dt.datetime(2017, 4, 15, tzinfo=dt.UTC)
_CREATE = """
CREATE TABLE input_return (number INTEGER, role VARCHAR, form_id VARCHAR, period VARCHAR, unit_id VARCHAR);
CREATE TABLE input_cell (
    number INTEGER, role VARCHAR, form_id VARCHAR, period VARCHAR, unit_id VARCHAR, item_id VARCHAR, row_key VARCHAR,
    value DECIMAL(28, 8), text_value VARCHAR
);
CREATE TABLE stg_return (
    form_id VARCHAR, period VARCHAR, area_id VARCHAR, unit_id VARCHAR, known_at TIMESTAMPTZ
);
CREATE TABLE measured_slice (
    number INTEGER, plan_id VARCHAR, plan_hash VARCHAR, form_id VARCHAR, period VARCHAR, area_id VARCHAR,
    area_kind VARCHAR, cutoff_at TIMESTAMPTZ, deadline_at TIMESTAMPTZ, end_date DATE, slices_due INTEGER,
    verdict VARCHAR
);
CREATE TABLE measured_return (number INTEGER, period VARCHAR, unit_id VARCHAR);
CREATE TABLE measured_part (
    number INTEGER, form_id VARCHAR, unit_id VARCHAR, industry VARCHAR, breakdown_kind VARCHAR, breakdown_key VARCHAR
);
CREATE TABLE measured_item (form_id VARCHAR, item_id VARCHAR, unit VARCHAR, tce_factor DECIMAL(9, 6));
CREATE TABLE dim_measure (
    measure_id VARCHAR, form_id VARCHAR, unit VARCHAR, is_ratio BOOLEAN, scale INTEGER, is_partial BOOLEAN,
    name_zh VARCHAR, name_en VARCHAR, beside_indicator_id VARCHAR
);
CREATE TABLE measure_value (
    plan_id VARCHAR, plan_hash VARCHAR, form_id VARCHAR, period VARCHAR, area_id VARCHAR, cutoff_at TIMESTAMPTZ,
    measure_id VARCHAR, breakdown_kind VARCHAR, breakdown_key VARCHAR, item_id VARCHAR, value DECIMAL(28, 8),
    unit VARCHAR, numerator DECIMAL(28, 8), denominator DECIMAL(28, 8), inputs INTEGER, missing INTEGER,
    slices_due INTEGER, verdict VARCHAR
);
"""
Cells = dict[str, float | str]


class MeasureTables:
    """One derivation of ``form`` for ``period``: the units due with their industries, the periods it rests on."""

    def __init__(
        self, form: str, period: str, units: dict[str, str], *, end: str = "2017-03-31", earlier: tuple[str, ...] = ()
    ) -> None:
        self.form, self.period = form, period
        self.db = duckdb.connect(":memory:")
        self.db.execute(_CREATE)
        self.db.executemany("INSERT INTO dim_measure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", measure_rows())
        self.db.execute(
            "INSERT INTO measured_slice VALUES (?, 'plan', 'hash', ?, ?, 'here', 'county', ?, ?, ?, 1, 'passed')",
            [NUMBER, form, period, DEADLINE + dt.timedelta(days=30), DEADLINE, end],
        )
        for unit, industry in units.items():
            for each in (period, *earlier):
                self.db.execute("INSERT INTO measured_return VALUES (?, ?, ?)", [NUMBER, each, unit])
            for kind, key in (("enterprise", unit), ("industry", industry), ("county", "here")):
                self.db.execute(
                    "INSERT INTO measured_part VALUES (?, ?, ?, ?, ?, ?)", [NUMBER, form, unit, industry, kind, key]
                )

    def item(self, item: str, unit: str, factor: str | None) -> None:
        """An item of the form, as the plan has it."""
        row = [self.form, item, unit, None if factor is None else Decimal(factor)]
        self.db.execute("INSERT INTO measured_item VALUES (?, ?, ?, ?)", row)

    def came(self, unit: str, cells: Cells, rows: dict[str, Cells] | None = None, *, period: str = "") -> None:
        """A return, of an earlier period where one is named; texts are codes, days or names."""
        role = "earlier" if period else "own"
        place = [NUMBER, role, self.form, period or self.period, unit]
        self.db.execute("INSERT INTO input_return VALUES (?, ?, ?, ?, ?)", place)
        for row_key, given in {"": cells, **(rows or {})}.items():
            for item, value in given.items():
                is_text = isinstance(value, str)
                self.db.execute(
                    "INSERT INTO input_cell VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [*place, item, row_key, None if is_text else value, value if is_text else ""],
                )

    def known(self, unit: str, at: dt.datetime) -> None:
        """A return as it lies in the lake, with the moment it became known."""
        self.db.execute("INSERT INTO stg_return VALUES (?, ?, 'here', ?, ?)", [self.form, self.period, unit, at])

    def run(self, measure: str) -> dict[tuple[str, str, str], tuple[str, Decimal | None, int, int]]:
        """By breakdown, key and item: unit, value, inputs and missing."""
        self.db.execute(sql("derivation/measured_cover"))
        self.db.execute(sql("derivation/measure_row"))
        self.db.execute(sql(f"measures/{measure}"))
        self.db.execute("DELETE FROM measure_value")
        self.db.execute(sql("derivation/measure_value"))
        rows = self.db.execute(
            "SELECT breakdown_kind, breakdown_key, item_id, unit, value, inputs, missing FROM measure_value"
        ).fetchall()
        found = {row[:3]: row[3:] for row in rows}
        assert len(found) == len(rows), rows
        return found
