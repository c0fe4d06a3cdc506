"""How far the lake is behind the log, for each topic-partition."""

from collections.abc import Mapping

import msgspec
from kafka import TopicPartition

from broker.clients import make_consumer
from broker.settings import KafkaSettings
from warehouse.batch import Account
from warehouse.lake import open_reader
from warehouse.settings import WarehouseSettings
from warehouse.sources import read_sources


class Lag(msgspec.Struct, frozen=True):
    """One partition: its account and how many messages are not landed yet."""

    topic: str
    partition: int
    account: Account
    lag: int


def lags(environ: Mapping[str, str]) -> tuple[Lag, ...]:
    """Accounts and lags of all partitions the lake has read, by topic."""
    settings = KafkaSettings.from_environ(environ)
    lake = open_reader(WarehouseSettings.from_environ(environ))
    try:
        sources = read_sources(lake)
    finally:
        lake.close()
    consumer = make_consumer(settings, "qingyu-lag")
    try:
        places = {TopicPartition(settings.topic(topic), at): (topic, at) for topic, at in sources}
        ends = consumer.end_offsets(list(places))
    finally:
        consumer.close()
    found = [
        Lag(*place, sources[place].account, ends[partition] - sources[place].next_offset)
        for partition, place in places.items()
    ]
    return tuple(sorted(found, key=lambda lag: (lag.topic, lag.partition)))
