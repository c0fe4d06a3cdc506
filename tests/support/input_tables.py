"""The tables ``input_return`` and ``input_cell`` by hand, on a plain DuckDB in memory: no lake, no log."""

import datetime as dt
from decimal import Decimal

import duckdb

_CREATE = """
CREATE TABLE input_return (
    number INTEGER, role VARCHAR, form_id VARCHAR, unit_id VARCHAR, period_end_date DATE, known_at TIMESTAMPTZ
);
CREATE TABLE input_cell (
    number INTEGER, role VARCHAR, form_id VARCHAR, unit_id VARCHAR, item_id VARCHAR,
    value DECIMAL(28, 8), status VARCHAR
);
"""
_KNOWN_AT = dt.datetime(2018, 1, 10, tzinfo=dt.UTC)


class InputTables:
    """Both tables, filled return by return."""

    def __init__(self) -> None:
        self.db = duckdb.connect(":memory:")
        self.db.execute(_CREATE)

    def add(
        self,
        number: int,
        unit: str,
        cells: dict[str, str],
        *,
        role: str = "own",
        form: str = "form",
        year: int = 2017,
        status: str = "A",
    ) -> None:
        """One return: its reporting unit and its cells, values as decimal text."""
        end = dt.date(year, 12, 31)
        self.db.execute(
            "INSERT INTO input_return VALUES (?, ?, ?, ?, ?, ?)", [number, role, form, unit, end, _KNOWN_AT]
        )
        for item, value in cells.items():
            row = [number, role, form, unit, item, Decimal(value), status]
            self.db.execute("INSERT INTO input_cell VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def run(self, text: str, **parameters: object) -> list[tuple[object, ...]]:
        """Rows of a statement, in order."""
        return sorted(self.db.execute(text, parameters).fetchall())
