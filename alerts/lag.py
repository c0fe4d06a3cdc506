"""Whether the alerter has dealt with everything that was announced: lag, unsent messages, untold notices."""

import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing

import msgspec
from kafka import KafkaConsumer, TopicPartition

from alerts.database import connect_reader
from alerts.faults import StoreUnfit
from alerts.settings import AlertSettings
from broker.clients import Tell, make_consumer, quiet
from broker.settings import KafkaSettings
from plan.topics import INDICATOR_VALUES, PLANS

_LOOK_SECONDS = 0.5


class Progress(msgspec.Struct, frozen=True):
    """What is still to be read, sent to Kafka and told to people; what waits for its plan or was refused."""

    unread: int
    unsent: int
    untold: int
    waiting: int
    refused: int

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing is left to do."""
        return not (self.unread or self.unsent or self.untold or self.waiting or self.refused)


def settled(environ: Mapping[str, str], within_s: float, tell: Tell = quiet) -> Progress:
    """Look until nothing is left to do or the time is over; returns the last look. Raises ``StoreUnfit``.

    While Kafka is away, ``tell`` hears of the wait.
    """
    settings = KafkaSettings.from_environ(environ)
    store = AlertSettings.from_environ(environ).store
    deadline = time.monotonic() + within_s
    consumer = make_consumer(settings, "qingyu-alert-lag", tell)
    try:
        while True:
            is_last = time.monotonic() > deadline
            try:
                with closing(connect_reader(store)) as database:
                    found = _look(database, consumer, settings)
                if found.is_settled or is_last:
                    return found
            except StoreUnfit:
                if is_last:
                    raise
            time.sleep(_LOOK_SECONDS)
    finally:
        consumer.close()


def _look(database: sqlite3.Connection, consumer: KafkaConsumer, settings: KafkaSettings) -> Progress:
    read = {(topic, at): offset for topic, at, offset in database.execute("SELECT * FROM offsets")}
    partitions = {
        TopicPartition(settings.topic(topic), at): (topic, at)
        for topic in (PLANS, INDICATOR_VALUES)
        for at in consumer.partitions_for_topic(settings.topic(topic)) or ()
    }
    ends = consumer.end_offsets(list(partitions))
    unread = sum(end - read.get(partitions[partition], 0) for partition, end in ends.items())
    (unsent,) = database.execute("SELECT count(*) FROM outbox WHERE is_sent = 0").fetchone()
    (untold,) = database.execute("SELECT count(*) FROM notices WHERE sent_at IS NULL").fetchone()
    (waiting,) = database.execute("SELECT count(*) FROM waiting_values").fetchone()
    (refused,) = database.execute("SELECT count(*) FROM refused").fetchone()
    return Progress(unread, unsent, untold, waiting, refused)
