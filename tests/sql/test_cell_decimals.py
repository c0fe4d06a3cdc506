"""A number as sent becomes the decimal of its shortest text, rounded half up to eight places, whatever its size."""

from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from warehouse.migrations import sql

_RAW = """
CREATE TABLE raw_cell (return_row BIGINT, item_id VARCHAR, row_key VARCHAR, value DOUBLE, text_value VARCHAR);
CREATE TABLE raw_cell_detail (
    return_row BIGINT, item_id VARCHAR, row_key VARCHAR,
    area_id VARCHAR, unit VARCHAR, status VARCHAR, bound VARCHAR, basis VARCHAR, sources VARCHAR
);
"""
# DuckDB reads a text with an exponent below the eighth place (9.9e-44) as 0.00000001; no figure is that small.
_NUMBERS = st.floats(-1e15, 1e15).filter(lambda value: value == 0 or abs(value) >= 1e-4) | st.decimals(
    -(10**10), 10**10, places=2
).map(float)


@settings(max_examples=60, deadline=None)
@given(values=st.lists(_NUMBERS, min_size=1, max_size=50))
@example(values=[0.0, -0.0, 0.1, 0.0001, 1234567890.12, 999999999.99999994, 1e9, -1e9, 1e15, 123456789012345.67])
def test_cells_are_the_decimals_of_their_texts(values: list[float]) -> None:
    with duckdb.connect(":memory:") as db:
        db.execute(_RAW)
        db.register("given", pa.table({"number": range(len(values)), "value": values}))
        db.execute("INSERT INTO raw_cell SELECT number, 'item', '', value, '' FROM given")
        db.execute(sql("staging/stg_cell"))

        found = [value for (value,) in db.execute("SELECT value FROM stg_cell ORDER BY return_row").fetchall()]

    assert found == [Decimal(repr(value)).quantize(Decimal("1e-8"), ROUND_HALF_UP) for value in values]
