"""The alerter process: read plans and values from Kafka, judge, announce, tell.

The order of one round, on which its promises rest:
1. poll a batch from the positions stored with the data;
2. take it in one SQLite transaction: values, assessments, alerts, what is to be sent and told, and the offsets;
3. send what is queued to Kafka; mark it after the acknowledgement;
4. tell people; mark each notice after its channel took it.
A crash at any point repeats the steps that were not marked: exactly once for the store, at least once outside it.
"""

import logging
from collections.abc import Callable
from contextlib import ExitStack

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError, OffsetOutOfRangeError

from alerts.faults import StoreUnfit, TopicsMissing
from alerts.intake import Intake, Record
from alerts.messenger import Messenger
from alerts.notify import Clock, tell_due
from alerts.outbox import Message, Outbox
from alerts.store import Address, Store
from broker.clients import cluster_id, make_admin, make_consumer, make_producer
from broker.settings import KafkaSettings
from plan.topics import INDICATOR_VALUES, PLANS

_log = logging.getLogger(__name__)

CLIENT_ID = "qingyu-alerter"
_POLL_MS = 500
_BATCH_MAX = 500
_ACK_WAIT_S = 30
_CLOSE_S = 5


class Alerter:
    """Reads, judges, announces and tells until it is told to stop."""

    def __init__(
        self,
        settings: KafkaSettings,
        store: Store,
        *,
        intake: Intake,
        outbox: Outbox,
        messenger: Messenger,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._store = store
        self._intake = intake
        self._outbox = outbox
        self._messenger = messenger
        self._clock = clock

    def run(self, is_stopping: Callable[[], bool], is_once: bool = False) -> int:
        """Work until ``is_stopping``; with ``is_once`` until everything is read, announced and tried once.

        Returns how many notices no channel has taken. Raises BrokerAway, OtherCluster, StoreUnfit, TopicsMissing;
        with ``is_once`` KafkaError too, otherwise announcements wait for the next round.
        """
        with make_admin(self._settings, _log.info) as admin:
            self._store.claim_cluster(cluster_id(admin))
        with ExitStack() as open_clients:
            consumer = open_clients.enter_context(make_consumer(self._settings, CLIENT_ID, _log.info))
            producer = make_producer(self._settings, CLIENT_ID, _log.info)
            # Nothing is lost by closing in haste: what is not acknowledged stays in the outbox.
            open_clients.callback(producer.close, timeout=_CLOSE_S)
            self._assign(consumer)
            while not is_stopping():
                taken = self._take(consumer)
                is_idle = is_once and not taken and self._has_caught_up(consumer)
                self._announce(producer, is_patient=not is_once)
                if is_idle or not is_once:
                    tell_due(self._outbox, self._messenger, self._clock, is_last_call=is_idle)
                if is_idle:
                    break
        return self._outbox.untold_count()

    def _assign(self, consumer: KafkaConsumer) -> None:
        partitions: list[TopicPartition] = []
        for name in (PLANS, INDICATOR_VALUES):
            topic = self._settings.topic(name)
            numbers = consumer.partitions_for_topic(topic)
            if not numbers:
                raise TopicsMissing(f"Kafka has no topic {topic}.", "Create the topics: `qingyu kafka start`.")
            partitions += [TopicPartition(topic, number) for number in sorted(numbers)]
        consumer.assign(partitions)
        first, end = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
        for partition in partitions:
            stored = self._store.next_offset(self._settings.bare(partition.topic), partition.partition)
            position = first[partition] if stored is None else stored
            if not first[partition] <= position <= end[partition]:
                raise StoreUnfit(
                    f"The store wants to go on at {partition.topic}-{partition.partition}@{position}, Kafka holds "
                    f"{first[partition]} to {end[partition]}: messages were deleted or the topic was made anew.",
                    "Move the store away and let it be rebuilt (docs/runbooks/alerts.md).",
                )
            consumer.seek(partition, position)

    def _take(self, consumer: KafkaConsumer) -> int:
        try:
            polled = consumer.poll(timeout_ms=_POLL_MS, max_records=_BATCH_MAX)
        except OffsetOutOfRangeError as fault:
            raise StoreUnfit(
                f"Kafka no longer holds the messages the alerter was to read next ({fault}).",
                "Move the store away and let it be rebuilt (docs/runbooks/alerts.md).",
            ) from fault
        records = [self._record(each) for batch in polled.values() for each in batch]
        # Plans first: what they judge may stand in the same batch, and would only wait.
        records.sort(key=lambda record: record.address.topic != PLANS)
        if records:
            self._intake.take(records)
        return len(records)

    def _record(self, polled: ConsumerRecord) -> Record:
        address = Address(self._settings.bare(polled.topic), polled.partition, polled.offset)
        return Record(address, polled.value or b"")

    def _has_caught_up(self, consumer: KafkaConsumer) -> bool:
        ends = consumer.end_offsets(list(consumer.assignment()))
        return all(consumer.position(partition) >= end for partition, end in ends.items())

    def _announce(self, producer: KafkaProducer, is_patient: bool) -> None:
        while waiting := self._outbox.unsent(_BATCH_MAX):
            try:
                self._send(producer, waiting)
            except KafkaError as fault:
                if not is_patient:
                    raise
                _log.warning("%d announcements wait, Kafka does not take them: %s", len(waiting), fault)
                return
            with self._store.transaction():
                self._outbox.mark_sent(waiting)

    def _send(self, producer: KafkaProducer, waiting: tuple[Message, ...]) -> None:
        futures = [
            producer.send(self._settings.topic(each.topic), key=each.key.encode(), value=each.value) for each in waiting
        ]
        producer.flush(timeout=_ACK_WAIT_S)
        for future in futures:
            future.get(timeout=_ACK_WAIT_S)
