"""The parts of a plan as tables: replaced whole when a plan lands."""

import duckdb

from plan.model import Plan
from plan.periods import parse_period

_TABLES = (
    "dim_plan",
    "dim_area",
    "dim_unit_of_measure",
    "dim_reporting_unit",
    "dim_form",
    "dim_indicator",
    "dim_target",
)


def replace_dimensions(lake: duckdb.DuckDBPyConnection, plan: Plan, plan_hash: str) -> None:
    """Put the plan's parts into the dimension tables in place of its earlier version."""
    for table in _TABLES:
        lake.execute(f"DELETE FROM {table} WHERE plan_id = ?", [plan.id])
    owners = {owner.id: owner.names.zh for owner in plan.owners}
    rows: dict[str, list[list[object]]] = {
        "dim_plan": [[plan.id, plan_hash, plan.names.zh, plan.names.en, plan.document]],
        "dim_area": [[plan.id, each.id, each.names.zh, each.names.en, each.parent] for each in plan.areas],
        "dim_unit_of_measure": [[plan.id, each.id, each.names.zh, each.names.en] for each in plan.measures],
        "dim_reporting_unit": [[plan.id, each.id, each.area, each.names.zh, each.names.en] for each in plan.units],
        "dim_form": [[plan.id, each.id, each.names.zh, each.names.en] for each in plan.forms],
        "dim_indicator": [
            [
                plan.id,
                each.id,
                each.form,
                each.unit,
                each.names.zh,
                each.names.en,
                each.basis.zh,
                each.basis.en,
            ]
            for each in plan.indicators
        ],
        "dim_target": [
            [
                plan.id,
                target.id,
                place,
                target.clause,
                target.names.zh,
                target.names.en,
                target.indicator,
                target.area,
                "、".join(owners[owner] for owner in target.owners),
                target.value,
                target.comparator.value,
                target.unit,
                parse_period(target.deadline).end_date,
                rule.yardstick.value,
                rule.alert_preset,
                rule.beside[0] if rule.beside else "",
            ]
            for place, target in enumerate(plan.targets)
            for rule in target.yardsticks
        ],
    }
    for table, made in rows.items():
        if made:
            marks = ", ".join("?" for _ in made[0])
            lake.executemany(f"INSERT INTO {table} VALUES ({marks})", made)
