"""Announce values and outcomes: the outbox of the lake goes to Kafka in its order, forgotten once acknowledged."""

import duckdb
from kafka import KafkaProducer

from broker.settings import KafkaSettings
from warehouse.leading import Guard, unguarded
from warehouse.outbox import mark_sent, unsent

_AT_ONCE = 500
_ACKNOWLEDGED_WITHIN_S = 60


class Muted:
    """Stands where the producer stands while a lake is rebuilt: takes everything as sent, and nobody hears of it."""

    def send(self, _topic: str, *, value: bytes, key: bytes) -> "Muted":
        """Drop a message. What is returned is asked whether it was acknowledged."""
        return self

    def get(self, timeout: float) -> None:
        """Acknowledge it."""


Sending = KafkaProducer | Muted


def announce(
    lake: duckdb.DuckDBPyConnection, producer: Sending, settings: KafkaSettings, guard: Guard = unguarded
) -> int:
    """Send what is in the outbox; returns how many. A crash between sending and forgetting sends again:
    readers drop repeats by message id."""
    sent = 0
    while waiting := unsent(lake, _AT_ONCE):
        futures = [
            producer.send(settings.topic(topic), value=payload.encode(), key=key.encode())
            for _, topic, key, payload in waiting
        ]
        for future in futures:
            future.get(timeout=_ACKNOWLEDGED_WITHIN_S)
        mark_sent(lake, waiting[-1][0], guard)
        sent += len(waiting)
    return sent
