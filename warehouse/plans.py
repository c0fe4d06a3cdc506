"""The plans in force, read back from the lake: the newest text of each plan."""

import duckdb
import msgspec

from plan.model import Plan

_decoder = msgspec.json.Decoder(Plan)


def plans_in_force(lake: duckdb.DuckDBPyConnection) -> tuple[Plan, ...]:
    """The newest plan of each id, in the order of ids."""
    rows = lake.execute(
        "SELECT plan FROM raw_plan QUALIFY row_number() OVER (PARTITION BY plan_id ORDER BY kafka_offset DESC) = 1 "
        "ORDER BY plan_id"
    ).fetchall()
    return tuple(_decoder.decode(text) for (text,) in rows)
