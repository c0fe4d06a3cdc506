"""How far the lake is behind the log, and whether everything that landed is derived and announced."""

import datetime as dt
import time
from collections.abc import Mapping

import duckdb
import msgspec
from kafka import KafkaConsumer, TopicPartition

from broker.clients import Tell, make_consumer, quiet
from broker.settings import KafkaSettings
from plan.model import Plan
from plan.topics import INDICATOR_VALUES, outcome_topics, topics_of
from warehouse.batch import Account
from warehouse.lake import LakeMissing, open_reader, utc
from warehouse.plans import plans_in_force
from warehouse.settings import WarehouseSettings
from warehouse.sources import SourceRow, Sources, read_sources

_NOTHING = SourceRow(0, 0, Account())
_LOOK_SECONDS = 0.5


class Lag(msgspec.Struct, frozen=True):
    """One partition: its account and how many messages are not landed yet."""

    topic: str
    partition: int
    account: Account
    lag: int


class Progress(msgspec.Struct, frozen=True):
    """Lags of all partitions the plans declare, what still has to be derived or announced, and the newest commit."""

    lags: tuple[Lag, ...]
    underived: int
    unannounced: int
    committed_at: dt.datetime

    @property
    def is_settled(self) -> bool:
        """Tell whether the lake says all that the log does."""
        return not any(lag.lag for lag in self.lags) and not self.underived and not self.unannounced


def progress(environ: Mapping[str, str], tell: Tell = quiet) -> Progress:
    """Look once; raises ``LakeMissing`` before the writer ever ran. While Kafka is away, ``tell`` hears of the wait."""
    settings = KafkaSettings.from_environ(environ)
    consumer = make_consumer(settings, "qingyu-lag", tell)
    try:
        return _look(WarehouseSettings.from_environ(environ), consumer, settings)
    finally:
        consumer.close()


def settled(environ: Mapping[str, str], within_s: float, tell: Tell = quiet) -> Progress:
    """Look until everything is landed, derived and announced, or the time is over; returns the last look."""
    settings = KafkaSettings.from_environ(environ)
    warehouse = WarehouseSettings.from_environ(environ)
    deadline = time.monotonic() + within_s
    consumer = make_consumer(settings, "qingyu-lag", tell)
    try:
        while True:
            is_last = time.monotonic() > deadline
            try:
                found = _look(warehouse, consumer, settings)
                if found.is_settled or is_last:
                    return found
            except LakeMissing:
                if is_last:
                    raise
            time.sleep(_LOOK_SECONDS)
    finally:
        consumer.close()


def _look(warehouse: WarehouseSettings, consumer: KafkaConsumer, settings: KafkaSettings) -> Progress:
    lake = open_reader(warehouse)
    try:
        plans, sources = plans_in_force(lake), read_sources(lake)
        underived, unannounced = _undone(lake)
        (committed_at,) = lake.execute("SELECT max(snapshot_time) FROM w.snapshots()").fetchall()[0]
    finally:
        lake.close()
    # A lake without a plan has work as long as the log holds one: it is counted by the lag on the topic of plans.
    return Progress(_lags(plans, sources, consumer, settings), underived, unannounced, utc(committed_at))


def _undone(lake: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    row = lake.execute(
        "SELECT (SELECT count(*) FROM touched_slice) + (SELECT count(*) FROM dim_plan AS p "
        "LEFT JOIN watched_until AS w USING (plan_id, plan_hash) "
        "WHERE w.tick_date IS DISTINCT FROM (SELECT max(tick_date) FROM raw_tick)), "
        "(SELECT count(*) FROM outbox)"
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def _lags(
    plans: tuple[Plan, ...], sources: Sources, consumer: KafkaConsumer, settings: KafkaSettings
) -> tuple[Lag, ...]:
    announced = {INDICATOR_VALUES, *outcome_topics(plans)}
    read = [spec.name for spec in topics_of(plans) if spec.name not in announced]
    places = {
        TopicPartition(settings.topic(topic), at): (topic, at)
        for topic in read
        for at in consumer.partitions_for_topic(settings.topic(topic)) or ()
    }
    ends = consumer.end_offsets(list(places))
    found = []
    for partition, place in places.items():
        row = sources.get(place, _NOTHING)
        found.append(Lag(*place, row.account, ends[partition] - row.next_offset))
    return tuple(sorted(found, key=lambda lag: (lag.topic, lag.partition)))
