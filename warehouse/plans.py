"""The plans in force, read back from the lake: the newest text of each plan."""

import logging

import duckdb
import msgspec

from plan.model import Plan

log = logging.getLogger("qingyu.plans")
_decoder = msgspec.json.Decoder(Plan)


def plans_in_force(lake: duckdb.DuckDBPyConnection) -> tuple[Plan, ...]:
    """The newest plan of each id, in the order of ids.

    A plan that landed under an older program may lack what is needed today: it is left out until it is sent again.
    """
    rows = lake.execute(
        "SELECT plan_id, plan FROM raw_plan "
        "QUALIFY row_number() OVER (PARTITION BY plan_id ORDER BY kafka_offset DESC) = 1 ORDER BY plan_id"
    ).fetchall()
    found: list[Plan] = []
    for plan_id, text in rows:
        try:
            found.append(_decoder.decode(text))
        except msgspec.ValidationError as old:
            log.warning("plan %s in the lake is of an older shape (%s); send it again: qingyu feed plan", plan_id, old)
    return tuple(found)
