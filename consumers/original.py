"""Look at a message where it lies in the log: its headers are kept nowhere else."""

from collections.abc import Mapping
from dataclasses import replace

from kafka import TopicPartition
from kafka.errors import KafkaError

from broker.clients import make_consumer
from broker.faults import BrokerFault
from broker.local_login import as_operator
from broker.settings import KafkaSettings
from warehouse.batch import Address

_WAIT_S = 5.0

Headers = tuple[tuple[str, bytes | None], ...]


def headers_of(environ: Mapping[str, str], address: Address) -> Headers | None:
    """The headers of a message, in their order; None when Kafka does not answer or no longer has it."""
    try:
        settings = replace(KafkaSettings.from_environ(as_operator(environ)), wait_s=_WAIT_S)
        consumer = make_consumer(settings, "qingyu-dead-letters")
    except BrokerFault:
        return None
    try:
        place = TopicPartition(settings.topic(address.topic), address.partition)
        consumer.assign([place])
        consumer.seek(place, address.offset)
        found = consumer.poll(timeout_ms=int(_WAIT_S * 1000), max_records=1).get(place, [])
        return next((tuple(record.headers) for record in found if record.offset == address.offset), None)
    except KafkaError:
        return None
    finally:
        consumer.close()
