"""What the alerter remembers, in SQLite. Decisions are made elsewhere; this module only keeps and gives back.

Writes belong into :meth:`Store.transaction`; sending and telling mark their rows in one of their own.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from alerts.faults import OtherCluster
from alerts.life import Life, LifeState, PeriodStatus, in_order
from plan.codes import Status, Yardstick
from plan.faults import Fault
from plan.messages import AlertState, Assessment, IndicatorValue, Transition, encode
from plan.model import Plan

_value_decoder = msgspec.json.Decoder(IndicatorValue)
_plan_decoder = msgspec.json.Decoder(Plan)
_assessment_decoder = msgspec.json.Decoder(Assessment)
_plan_encoder = msgspec.json.Encoder(order="sorted", decimal_format="string")


class Address(msgspec.Struct, frozen=True):
    """Where a message stands on Kafka; the topic without the installation's prefix."""

    topic: str
    partition: int
    offset: int


class Identity(msgspec.Struct, frozen=True):
    """What an alert is about; it holds no value and no level."""

    plan_id: str
    target: str
    area: str
    yardstick: Yardstick

    @property
    def alert_id(self) -> str:
        """The alert's stable id: plan/target/area/yardstick."""
        return f"{self.plan_id}/{self.target}/{self.area}/{self.yardstick}"


class Waiting(msgspec.Struct, frozen=True):
    """A value message that waits for its plan."""

    number: int
    address: Address
    plan_hash: str
    content: bytes


class Store:
    """The alerter's store on an open connection (see alerts.database)."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: commit at the end, roll back on any exception."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def claim_cluster(self, cluster_id: str) -> None:
        """Bind the store to a Kafka cluster on first use; raises OtherCluster for any other one later."""
        row = self._one("SELECT value FROM facts WHERE name = 'kafka_cluster'")
        if row is None:
            self._do("INSERT INTO facts VALUES ('kafka_cluster', ?)", cluster_id)
        elif row[0] != cluster_id:
            raise OtherCluster(
                f"The alert store belongs to Kafka cluster {row[0]}, this is {cluster_id}: "
                "its offsets mean nothing here.",
                "Point QINGYU_KAFKA_BOOTSTRAP at the old cluster, or move the store away and let it be rebuilt "
                "(docs/runbooks/alerts.md).",
            )

    def next_offset(self, topic: str, partition: int) -> int | None:
        """The next offset to read; None when the partition was never read."""
        row = self._one("SELECT next_offset FROM offsets WHERE topic = ? AND partition = ?", topic, partition)
        return None if row is None else int(row[0])

    def passed(self, address: Address) -> None:
        """Record that the message has been dealt with."""
        self._do(
            "INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)", address.topic, address.partition, address.offset + 1
        )

    def refuse(self, address: Address, payload: bytes, faults: Sequence[Fault]) -> None:
        """Keep a message that cannot be used, with its faults."""
        listed = msgspec.json.encode(tuple(faults)).decode()
        self._do(
            "INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?, ?)",
            *(address.topic, address.partition, address.offset, payload, listed),
        )

    def put_plan(self, plan: Plan, plan_hash: str) -> None:
        """Keep a version of a plan; a known one stays as it is."""
        content = _plan_encoder.encode(plan)
        self._do("INSERT OR IGNORE INTO plans VALUES (?, ?, ?, ?)", plan_hash, plan.id, plan.version, content)

    def plan(self, plan_hash: str) -> Plan | None:
        """The plan of this hash, if it has arrived."""
        row = self._one("SELECT content FROM plans WHERE plan_hash = ?", plan_hash)
        return None if row is None else _plan_decoder.decode(row[0])

    def plan_in_force(self, plan_id: str) -> str | None:
        """Hash of the version that judges; None before the first value."""
        row = self._one("SELECT plan_hash FROM plans_in_force WHERE plan_id = ?", plan_id)
        return None if row is None else str(row[0])

    def put_in_force(self, plan_id: str, plan_hash: str) -> None:
        """Let this version of the plan judge from now on."""
        self._do("INSERT OR REPLACE INTO plans_in_force VALUES (?, ?)", plan_id, plan_hash)

    def wait_for_plan(self, address: Address, value: IndicatorValue) -> None:
        """Put a value aside until its plan arrives."""
        self._do(
            "INSERT INTO waiting_values (topic, partition, position, plan_id, plan_hash, content) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            *(address.topic, address.partition, address.offset),
            *(value.plan_id, value.plan_hash, encode(value)),
        )

    def first_waiting(self, plan_id: str) -> Waiting | None:
        """The oldest value of the plan that waits."""
        row = self._one(
            "SELECT number, topic, partition, position, plan_hash, content FROM waiting_values "
            "WHERE plan_id = ? ORDER BY number LIMIT 1",
            plan_id,
        )
        return None if row is None else Waiting(row[0], Address(*row[1:4]), row[4], row[5])

    def waits_no_more(self, waiting: Waiting) -> None:
        """Forget a value that waited, because it is taken now."""
        self._do("DELETE FROM waiting_values WHERE number = ?", waiting.number)

    def is_repeat(self, message_id: str) -> bool:
        """Tell whether the value message was taken before, and remember it."""
        made = self._do("INSERT OR IGNORE INTO seen_values VALUES (?)", message_id)
        return made.rowcount == 0

    def put_value(self, value: IndicatorValue) -> None:
        """Make this the newest value of its indicator, area and period."""
        self._do(
            "INSERT OR REPLACE INTO indicator_values VALUES (?, ?, ?, ?, ?, ?)",
            *(value.plan_id, value.indicator, value.area, value.period, value.message_id, encode(value)),
        )

    def series(self, plan_id: str, indicator: str, area: str) -> tuple[IndicatorValue, ...]:
        """The newest value of each period, in no particular order of time."""
        rows = self._all(
            "SELECT content FROM indicator_values WHERE plan_id = ? AND indicator = ? AND area = ? ORDER BY period",
            *(plan_id, indicator, area),
        )
        return tuple(_value_decoder.decode(content) for (content,) in rows)

    def put_assessment(self, made: Assessment, content_digest: str) -> bool:
        """Keep the assessment if it says something else than the last one of its kind; tell whether it does."""
        key = (made.plan_id, made.target, made.area, made.yardstick, made.preset, made.period)
        row = self._one(
            "SELECT content_digest FROM assessments "
            "WHERE plan_id = ? AND target = ? AND area = ? AND yardstick = ? AND preset = ? AND period = ?",
            *key,
        )
        if row is not None and row[0] == content_digest:
            return False
        self._do(
            "INSERT OR REPLACE INTO assessments VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *key, content_digest, encode(made)
        )
        return True

    def assessments(self, plan_id: str, target: str, area: str, period: str) -> tuple[Assessment, ...]:
        """The newest assessments of a target in an area and period, by every yardstick and preset."""
        rows = self._all(
            "SELECT content FROM assessments WHERE plan_id = ? AND target = ? AND area = ? AND period = ? "
            "ORDER BY yardstick, preset",
            *(plan_id, target, area, period),
        )
        return tuple(_assessment_decoder.decode(content) for (content,) in rows)

    def forget_assessments(self, plan_id: str) -> None:
        """Forget the plan's newest assessments: a new version of the plan judges everything anew."""
        self._do("DELETE FROM assessments WHERE plan_id = ?", plan_id)

    def identities(self, plan_id: str) -> tuple[Identity, ...]:
        """All alerts of a plan that were ever judged."""
        rows = self._all(
            "SELECT plan_id, target, area, yardstick FROM alerts WHERE plan_id = ? ORDER BY alert_id", plan_id
        )
        return tuple(Identity(row[0], row[1], row[2], Yardstick(row[3])) for row in rows)

    def life(self, identity: Identity) -> Life:
        """The judged periods of an alert and where it stands; a new one is inactive."""
        row = self._one(
            "SELECT state, status, period, since_period, run FROM alerts WHERE alert_id = ?", identity.alert_id
        )
        if row is None:
            return Life()
        judged = self._all("SELECT period, status FROM judgements WHERE alert_id = ?", identity.alert_id)
        history = in_order(PeriodStatus(period, Status(status)) for period, status in judged)
        return Life(history, LifeState(AlertState(row[0]), Status(row[1]), *row[2:]))

    def put_state(self, identity: Identity, preset: str, state: LifeState) -> None:
        """Record where the alert stands."""
        self._do(
            "INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (alert_id) DO UPDATE SET "
            "preset = excluded.preset, state = excluded.state, status = excluded.status, "
            "period = excluded.period, since_period = excluded.since_period, run = excluded.run",
            *(identity.alert_id, identity.plan_id, identity.target, identity.area, identity.yardstick, preset),
            *(state.state, state.status, state.period, state.since_period, state.run),
        )

    def preset(self, identity: Identity) -> str:
        """The preset that last moved the alert."""
        row = self._one("SELECT preset FROM alerts WHERE alert_id = ?", identity.alert_id)
        return "" if row is None else str(row[0])

    def judged_by(self, identity: Identity, period: str) -> str:
        """Id of the assessment behind the judgement of a period; empty when there is none."""
        row = self._one(
            "SELECT assessment_id FROM judgements WHERE alert_id = ? AND period = ?", identity.alert_id, period
        )
        return "" if row is None else str(row[0])

    def judge(self, identity: Identity, made: Assessment) -> None:
        """Record what a period was judged."""
        self._do(
            "INSERT OR REPLACE INTO judgements VALUES (?, ?, ?, ?)",
            *(identity.alert_id, made.period, made.status, made.assessment_id),
        )

    def forget_judgements(self, identity: Identity) -> None:
        """Forget the judged periods of an alert whose target or yardstick the plan no longer has."""
        self._do("DELETE FROM judgements WHERE alert_id = ?", identity.alert_id)

    def put_transition(self, made: Transition) -> None:
        """Record a transition."""
        self._do(
            "INSERT INTO transitions (transition_id, alert_id, content) VALUES (?, ?, ?)",
            *(made.transition_id, made.alert_id, encode(made)),
        )

    def _do(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self._database.execute(statement, values)

    def _one(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._database.execute(statement, values).fetchone()
        return row

    def _all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        return self._database.execute(statement, values).fetchall()
