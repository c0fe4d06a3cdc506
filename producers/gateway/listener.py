"""From the topic of outcomes into the store: one thread, offsets in the same transaction as what was read."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace

import msgspec
from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError

from broker.clients import cluster_id, make_admin, make_consumer, quiet
from broker.faults import BrokerFault
from broker.settings import KafkaSettings
from plan.messages import ReturnOutcome
from plan.topics import outcome_topic
from producers.gateway.cluster import claim_cluster
from producers.gateway.faults import OtherCluster, StoreBroken, StoreClosed, StoreFull
from producers.gateway.outcome_rows import next_offsets, put_outcomes
from producers.gateway.settings import SENDER
from producers.gateway.store import Store

_log = logging.getLogger(__name__)

_CONNECT_S = 3.0
_RETRY_S = 2.0
_POLL_MS = 500
_TOPIC = outcome_topic(SENDER)
_decode = msgspec.json.Decoder(ReturnOutcome).decode


class Listener:
    """Reads what became of the returns that the gateway sent."""

    def __init__(self, store: Store, kafka: KafkaSettings) -> None:
        self._store = store
        self._kafka = replace(kafka, wait_s=_CONNECT_S)
        self._stopping = threading.Event()
        self.trouble: str | None = "not connected yet"
        """Why no outcomes are read; None while they are."""
        self.heard = 0
        self.unreadable = 0
        self._thread = threading.Thread(target=self._run, name="gateway-listener", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def stop(self, seconds: float) -> None:
        """End after the poll under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    self._listen()
                except (BrokerFault, KafkaError, OtherCluster, StoreFull, StoreBroken) as fault:
                    if str(fault) != self.trouble:
                        _log.warning("outcomes cannot be read, trying on: %s", fault)
                    self.trouble = str(fault)
                    self._stopping.wait(_RETRY_S)
        except StoreClosed:
            _log.info("the store is closed; the listener ends")

    def _listen(self) -> None:
        with make_admin(self._kafka, quiet) as admin:
            self._store.write(claim_cluster(cluster_id(admin))).result()
        consumer = make_consumer(self._kafka, "qingyu-gateway-outcomes", quiet)
        try:
            if self._place(consumer):
                self.trouble = None
                while not self._stopping.is_set():
                    self._take(consumer)
            else:
                # The drainer makes it as soon as it is connected.
                self.trouble = f"there is no topic {_TOPIC} yet"
                self._stopping.wait(_RETRY_S)
        finally:
            consumer.close()

    def _place(self, consumer: KafkaConsumer) -> bool:
        """Go on where the store stands; False when there is no such topic."""
        name = self._kafka.topic(_TOPIC)
        partitions = [TopicPartition(name, at) for at in sorted(consumer.partitions_for_topic(name) or ())]
        nexts = self._store.read(lambda database: next_offsets(database, _TOPIC)).result()
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, nexts.get(partition.partition, 0))
        return bool(partitions)

    def _take(self, consumer: KafkaConsumer) -> None:
        polled = consumer.poll(timeout_ms=_POLL_MS)
        if not polled:
            return
        outcomes = [outcome for records in polled.values() for outcome in self._decoded(records)]
        nexts = {partition.partition: records[-1].offset + 1 for partition, records in polled.items()}
        # When this fails the consumer is made anew and reads the same again.
        self._store.write(lambda database: put_outcomes(database, _TOPIC, outcomes, nexts)).result()
        self.heard += len(outcomes)

    def _decoded(self, records: Sequence[ConsumerRecord]) -> list[ReturnOutcome]:
        found = []
        for record in records:
            try:
                found.append(_decode(record.value))
            except msgspec.DecodeError as fault:
                self.unreadable += 1
                _log.error("outcome at offset %d cannot be read and is passed over: %s", record.offset, fault)
        return found
