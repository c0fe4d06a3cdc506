"""Factories: the real Henan plan with other hold periods, announced values, and an alerter's inside on real SQLite."""

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from alerts.database import connect
from alerts.intake import Intake, Record
from alerts.judging import Judging
from alerts.outbox import Outbox
from alerts.routing import STANDARD
from alerts.store import Address, Store
from plan.canonical import plan_hash
from plan.loader import load_plans
from plan.messages import Assessment, Bound, IndicatorValue, Origin, PlanMessage, Source, Transition, Verdict, encode
from plan.model import Plan
from plan.topics import ALERTS, ASSESSMENTS, INDICATOR_VALUES, PLANS

TARGET = "henan-energy-intensity-2020"
_PLANS = Path(__file__).resolve().parents[3] / "plan"


@pytest.fixture(scope="session")
def henan() -> Callable[..., Plan]:
    """Factory: the plan henan-2016-2020, its energy intensity target changed as asked."""
    (plan,) = (each for each in load_plans(_PLANS) if each.id == "henan-2016-2020")

    def make(hold: int = 1, keep: int = 1, version: int = 1, value: Decimal = Decimal(16)) -> Plan:
        def changed(target):
            if target.id != TARGET:
                return target
            rules = tuple(
                msgspec.structs.replace(rule, hold_periods=hold, keep_firing_periods=keep) for rule in target.yardsticks
            )
            return msgspec.structs.replace(target, yardsticks=rules, value=value)

        return msgspec.structs.replace(plan, version=version, targets=tuple(changed(each) for each in plan.targets))

    return make


@pytest.fixture(scope="session")
def value() -> Callable[..., IndicatorValue]:
    """Factory: one announced value of Henan's energy intensity; the id is made from what it says."""

    def make(plan: Plan, period: str, figure: str | None, day: str = "2021-06-30", **changes: object) -> IndicatorValue:
        known = dt.datetime.fromisoformat(f"{day}T08:00:00+00:00")
        digest = hashlib.sha256(f"{plan_hash(plan)} {period} {figure} {day} {changes}".encode())
        made = IndicatorValue(
            message_id=digest.hexdigest()[:16],
            plan_id=plan.id,
            plan_hash=plan_hash(plan),
            indicator="energy-intensity-change",
            area="henan",
            period=period,
            value=figure,
            unit="pct",
            bound=Bound.EXACT,
            basis="",
            verdict=Verdict.PASSED,
            findings=(),
            received=1,
            due=1,
            cover_pct="100",
            due_date=dt.date(int(period[:4]) + 1, 12, 31),
            is_overdue=False,
            known_at=known,
            cutoff_at=known,
            origins=(Origin(topic="returns.energy-annual.published", partition=0, offset=1, return_id=f"r-{period}"),),
            sources=(Source(title="公报", address="address not held", grade="primary"),),
        )
        return msgspec.structs.replace(made, **changes)

    return make


class Inside:
    """An alerter without Kafka and channels: messages in by hand, queues out."""

    def __init__(self, database: sqlite3.Connection, channels: tuple[str, ...]) -> None:
        self.database = database
        self.store, self.outbox = Store(database), Outbox(database)
        self.intake = Intake(self.store, Judging(self.store, self.outbox, channels, STANDARD))
        self._next = {PLANS: 0, INDICATOR_VALUES: 0}

    def record(self, topic: str, payload: bytes) -> Record:
        """The next message of a topic."""
        self._next[topic] += 1
        return Record(Address(topic, 0, self._next[topic] - 1), payload)

    def plan(self, plan: Plan) -> Record:
        """A plan as a message."""
        return self.record(PLANS, encode(PlanMessage(plan_hash=plan_hash(plan), plan=plan)))

    def values(self, *values: IndicatorValue) -> list[Record]:
        """Values as messages."""
        return [self.record(INDICATOR_VALUES, encode(value)) for value in values]

    def take(self, *records: Record) -> None:
        """Take one batch."""
        self.intake.take(records)

    def sent(self, topic: str) -> list[bytes]:
        """What was queued for a topic so far."""
        return [message.value for message in self.outbox.unsent(10_000) if message.topic == topic]

    @property
    def transitions(self) -> list[Transition]:
        """All transitions so far."""
        return [msgspec.json.decode(each, type=Transition) for each in self.sent(ALERTS)]

    @property
    def assessments(self) -> list[Assessment]:
        """All assessments so far."""
        return [msgspec.json.decode(each, type=Assessment) for each in self.sent(ASSESSMENTS)]

    def faults(self) -> list[str]:
        """The faults of all refused messages."""
        return [row[0] for row in self.database.execute("SELECT faults FROM refused ORDER BY topic, position")]


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Callable[..., Inside]]:
    """Factory: a fresh inside on a store of its own, or one that goes on with the store of that name."""
    opened: list[sqlite3.Connection] = []

    def make(name: str = "alerts", channels: tuple[str, ...] = ("json://officer",)) -> Inside:
        database = connect(tmp_path / "预警 库" / f"{name}.sqlite")
        opened.append(database)
        return Inside(database, channels)

    yield make
    for database in opened:
        database.close()
