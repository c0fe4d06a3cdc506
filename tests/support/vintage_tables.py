"""What the as-of macros read, by hand, on a plain DuckDB in memory: no lake, no log."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import duckdb

from warehouse.migrations import sql

LATEST = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
HASH = "hash-now"

_CREATE = """
CREATE TABLE stg_return (
    return_row BIGINT, plan_id VARCHAR, form_id VARCHAR, period VARCHAR, period_end_date DATE, area_id VARCHAR,
    unit_id VARCHAR, sender_id VARCHAR, return_id VARCHAR, published_kind VARCHAR, known_at TIMESTAMPTZ,
    received_at TIMESTAMPTZ, topic VARCHAR, kafka_partition INTEGER, kafka_offset BIGINT
);
CREATE TABLE stg_cell (
    return_row BIGINT, item_id VARCHAR, row_key VARCHAR, area_id VARCHAR, value DECIMAL(28, 8), text_value VARCHAR,
    unit VARCHAR, status VARCHAR, bound VARCHAR, basis VARCHAR
);
CREATE TABLE fct_indicator_value (
    plan_id VARCHAR, plan_hash VARCHAR, form_id VARCHAR, indicator_id VARCHAR, area_id VARCHAR, period VARCHAR,
    cutoff_at TIMESTAMPTZ, value DECIMAL(28, 8), unit VARCHAR, bound VARCHAR, verdict VARCHAR, received INTEGER,
    due INTEGER, is_overdue BOOLEAN, known_at TIMESTAMPTZ
);
CREATE TABLE fct_response (
    plan_id VARCHAR, plan_hash VARCHAR, form_id VARCHAR, period VARCHAR, area_id VARCHAR, cutoff_at TIMESTAMPTZ,
    expected INTEGER, received INTEGER
);
CREATE TABLE dim_plan (plan_id VARCHAR, plan_hash VARCHAR);
INSERT INTO dim_plan VALUES ('plan', 'hash-now');
"""
_LAID = ("fct_observation_latest", "return_as_of", "observation_as_of", "indicator_value_as_of", "response_as_of")


def day(number: int) -> dt.datetime:
    """Noon of a day of January 2018."""
    return dt.datetime(2018, 1, number, 12, tzinfo=dt.UTC)


class VintageTables:
    """The tables, filled row by row, with the macros and the view of the latest laid on them."""

    def __init__(self) -> None:
        self.db = duckdb.connect(":memory:")
        self.db.execute(_CREATE)
        for name in _LAID:
            self.db.execute(sql(f"marts/{name}"))
        self._rows = 0

    def add_return(
        self,
        unit: str,
        cells: Mapping[str, str],
        known_at: dt.datetime,
        *,
        period: str = "2017",
        topic: str = "returns.form.door",
        return_id: str = "",
    ) -> None:
        """One return with its cells, values as decimal text; its row number is its offset."""
        self._rows += 1
        at = self._rows
        row = [at, "plan", "form", period, dt.date(2017, 12, 31), "city", unit, "door", return_id or f"r-{at}", "exact"]
        self.db.execute(
            f"INSERT INTO stg_return VALUES ({', '.join('?' * 15)})", [*row, known_at, known_at, topic, 0, at]
        )
        for item, value in cells.items():
            cell = [at, item, "", "", Decimal(value), "", "", "A", "exact", ""]
            self.db.execute(f"INSERT INTO stg_cell VALUES ({', '.join('?' * 10)})", cell)

    def add_value(
        self,
        value: str | None,
        cutoff_at: dt.datetime,
        *,
        period: str = "2017",
        verdict: str = "passed",
        plan_hash: str = HASH,
        known_at: dt.datetime | None = None,
    ) -> None:
        """One derived value of the indicator ``rate`` of the city; known at its cut-off if nothing else is said."""
        figure = None if value is None else Decimal(value)
        key = ["plan", plan_hash, "form", "rate", "city", period, cutoff_at]
        self.db.execute(
            f"INSERT INTO fct_indicator_value VALUES ({', '.join('?' * 15)})",
            [*key, figure, "pct", "exact", verdict, 1, 1, False, known_at or cutoff_at],
        )

    def add_response(self, received: int, cutoff_at: dt.datetime, *, plan_hash: str = HASH) -> None:
        """One derivation of the slice of 2017."""
        row = ["plan", plan_hash, "form", "2017", "city", cutoff_at, 2, received]
        self.db.execute(f"INSERT INTO fct_response VALUES ({', '.join('?' * 8)})", row)

    def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of a statement."""
        return self.db.execute(statement, list(values)).fetchall()

    def answer(self, name: str, **asked: object) -> list[dict[str, object]]:
        """Rows of a statement of the vintages, by column."""
        found = self.db.execute(sql(f"vintages/{name}"), asked)
        heads = [column[0] for column in found.description]
        return [dict(zip(heads, row, strict=True)) for row in found.fetchall()]
