"""The parts of a plan as tables: replaced whole when a plan lands."""

import duckdb

from plan.book import PlanView
from plan.model import Plan, Target, YardstickRule
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
    view = PlanView(plan)
    rows: dict[str, list[list[object]]] = {
        "dim_plan": [[plan.id, plan_hash, plan.names.zh, plan.names.en, plan.document]],
        "dim_area": [[plan.id, each.id, each.names.zh, each.names.en, each.parent] for each in plan.areas],
        "dim_unit_of_measure": [[plan.id, each.id, each.names.zh, each.names.en] for each in plan.measures],
        "dim_reporting_unit": [
            [plan.id, each.id, each.area, each.names.zh, each.names.en, each.industry] for each in plan.units
        ],
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
            row
            for place, target in enumerate(plan.targets)
            if not target.restates
            for area in view.areas_of(target)
            for row in _target_rows(view, place, target, area)
        ],
    }
    for table, made in rows.items():
        if made:
            marks = ", ".join("?" for _ in made[0])
            lake.executemany(f"INSERT INTO {table} VALUES ({marks})", made)


def _target_rows(view: PlanView, place: int, target: Target, area: str) -> list[list[object]]:
    """A row for each yardstick; a target that only a person can judge has one row without any."""
    owners = "、".join(view.owners[owner].names.zh for owner in view.owners_of(target.id))
    rules: tuple[YardstickRule | None, ...] = target.yardsticks or (None,)
    return [
        [
            view.plan.id,
            target.id,
            place,
            target.clause,
            target.names.zh,
            target.names.en,
            target.indicator,
            area,
            owners,
            target.value,
            "" if target.comparator is None else target.comparator.value,
            target.unit,
            parse_period(target.deadline).end_date,
            "" if rule is None else rule.yardstick.value,
            "" if rule is None else rule.alert_preset,
            rule.beside[0] if rule is not None and rule.beside else "",
            target.kind.value,
        ]
        for rule in rules
    ]
