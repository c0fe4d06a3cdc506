"""What the store holds, for people: alerts, unsent notices, refused and waiting messages. Reads only."""

import sqlite3
from typing import Any

import msgspec

from plan.codes import Status, Yardstick
from plan.messages import AlertState
from plan.model import Plan


class AlertRow(msgspec.Struct, frozen=True):
    """One alert with its Chinese names; ``untold`` counts its notices that no channel took yet."""

    alert_id: str
    target_zh: str
    area_zh: str
    yardstick: Yardstick
    state: AlertState
    status: Status
    period: str
    since_period: str
    untold: int


class UntoldRow(msgspec.Struct, frozen=True):
    """One notice that a channel did not take yet."""

    channel: str
    title: str
    attempts: int
    last_outcome: str
    due_at: str


class Overview(msgspec.Struct, frozen=True):
    """Everything `qingyu alerts list` shows; inactive alerts are left out."""

    alerts: tuple[AlertRow, ...]
    untold: tuple[UntoldRow, ...]
    refused: int
    waiting: int
    unsent: int


_BY_URGENCY = "CASE state WHEN 'firing' THEN 0 WHEN 'pending' THEN 1 ELSE 2 END"

_ALERTS = f"""
    SELECT alert_id, plan_id, target, area, yardstick, state, status, period, since_period,
           (SELECT count(*) FROM notices JOIN transitions USING (transition_id)
            WHERE transitions.alert_id = alerts.alert_id AND sent_at IS NULL)
    FROM alerts WHERE state <> 'inactive' ORDER BY {_BY_URGENCY}, alert_id
"""


def overview(database: sqlite3.Connection) -> Overview:
    """Read the store as of one moment."""
    database.execute("BEGIN")
    try:
        names = _Names(database)
        return Overview(
            alerts=tuple(_alert(names, row) for row in database.execute(_ALERTS)),
            untold=tuple(
                UntoldRow(*row)
                for row in database.execute(
                    "SELECT channel, title, attempts, last_outcome, due_at FROM notices "
                    "WHERE sent_at IS NULL ORDER BY number"
                )
            ),
            refused=_count(database, "SELECT count(*) FROM refused"),
            waiting=_count(database, "SELECT count(*) FROM waiting_values"),
            unsent=_count(database, "SELECT count(*) FROM outbox WHERE is_sent = 0"),
        )
    finally:
        database.execute("ROLLBACK")


class _Names:
    """Chinese names by the plan versions in force; an id the plan no longer has stands for itself."""

    def __init__(self, database: sqlite3.Connection) -> None:
        rows = database.execute("SELECT plan_id, content FROM plans_in_force JOIN plans USING (plan_id, plan_hash)")
        plans = {plan_id: msgspec.json.decode(content, type=Plan) for plan_id, content in rows}
        self.targets = {(at, each.id): each.names.zh for at, plan in plans.items() for each in plan.targets}
        self.areas = {(at, each.id): each.names.zh for at, plan in plans.items() for each in plan.areas}


def _alert(names: _Names, row: tuple[Any, ...]) -> AlertRow:
    alert_id, plan_id, target, area, yardstick, state, status, period, since, untold = row
    return AlertRow(
        alert_id=alert_id,
        target_zh=names.targets.get((plan_id, target), target),
        area_zh=names.areas.get((plan_id, area), area),
        yardstick=Yardstick(yardstick),
        state=AlertState(state),
        status=Status(status),
        period=period,
        since_period=since,
        untold=untold,
    )


def _count(database: sqlite3.Connection, statement: str) -> int:
    return int(database.execute(statement).fetchone()[0])
