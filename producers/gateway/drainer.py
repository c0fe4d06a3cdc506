"""From the spool to Kafka: one thread, one idempotent producer, each unit's messages in their order.

The thread lives as long as the gateway. While Kafka is away it keeps trying; what is under way is tried again by the
client itself, in order, and what the client gives up is sent again from here. Nothing is ever dropped.
"""

import datetime as dt
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace

import msgspec
from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.producer.future import RecordMetadata

from broker.clients import cluster_id, end_producer, ensure_topics, make_admin, make_producer, quiet
from broker.faults import BrokerFault
from broker.settings import KafkaSettings
from plan.topics import TopicSpec
from producers.gateway.cluster import claim_cluster
from producers.gateway.faults import OtherCluster, StoreBroken, StoreClosed, StoreFull
from producers.gateway.lanes import Lanes
from producers.gateway.promises import Promises
from producers.gateway.settings import GatewaySettings
from producers.gateway.spool import Acknowledged, EntryKind, Unsent, acknowledge, next_unsent
from producers.gateway.store import Store

_log = logging.getLogger(__name__)

_WINDOW_BYTES = 32 * 1024 * 1024
_CONNECT_S = 3.0
_RETRY_S = 1.0
_IDLE_S = 0.5
_LINGER_MS = 5
_DELIVERY_S = 24 * 3600.0
# So many failures with nothing taken in between: then the client itself is thought to be done for.
_FAILURES_MAX = 3


class _Failed(msgspec.Struct, frozen=True):
    """Kafka, or the client, did not take an entry."""

    entry: Unsent
    fault: KafkaError


class _Took(msgspec.Struct, frozen=True):
    """Kafka acknowledged an entry."""

    entry: Unsent
    answer: Acknowledged


class _Unmarked(msgspec.Struct, frozen=True):
    """Answers that could not be written down yet: the disk is full."""

    answers: tuple[Acknowledged, ...]


class _Woken(msgspec.Struct, frozen=True):
    """Something new is in the spool, or the drainer is to stop."""


_WOKEN = _Woken()
_Event = _Failed | _Took | _Unmarked | _Woken


class Drainer:
    """Sends what waits in the spool, and keeps the promises of receipts by what Kafka answers."""

    def __init__(
        self,
        store: Store,
        settings: GatewaySettings,
        kafka: KafkaSettings,
        *,
        specs: Sequence[TopicSpec],
        clock: Callable[[], dt.datetime],
        promises: Promises,
    ) -> None:
        self._store = store
        self._settings = settings
        self._kafka = replace(kafka, wait_s=_CONNECT_S)
        self._specs = specs
        self._clock = clock
        self._promises = promises
        self._inbox: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._lanes = Lanes()
        self._read_up_to = 0
        self._unmarked: list[Acknowledged] = []
        self._is_disk_bad = False
        self._failures = 0
        self._is_stopping = False
        self.failed_sends = 0
        self.acknowledged = 0
        self.trouble: str | None = "not connected yet"
        """Why nothing gets through to Kafka; None while it does."""
        self._oldest_sent_at: float | None = None
        self._thread = threading.Thread(target=self._run, name="gateway-drainer", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def wake(self) -> None:
        """Say that something new is in the spool."""
        self._inbox.put(_WOKEN)

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    @property
    def is_stalled(self) -> bool:
        """Whether a message taken now would not get through to Kafka within the wait for a receipt."""
        oldest = self._oldest_sent_at
        is_slow = oldest is not None and time.monotonic() - oldest > self._settings.ack_wait_s
        return self.trouble is not None or is_slow

    def stop(self, seconds: float) -> None:
        """Let what is under way arrive, at most so long; what does not stays in the spool."""
        self._is_stopping = True
        self.wake()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            while not self._is_stopping:
                producer = self._connect()
                if producer is not None:
                    self._drain(producer)
        except StoreClosed:
            _log.info("the store is closed; the drainer ends")

    def _connect(self) -> KafkaProducer | None:
        """A producer on topics that exist, at the cluster the store belongs to; None when there is none yet."""
        try:
            with make_admin(self._kafka, quiet) as admin:
                self._store.write(claim_cluster(cluster_id(admin))).result()
                ensure_topics(admin, self._kafka, self._specs, _log.info)
            producer = make_producer(self._kafka, "qingyu-gateway", quiet, linger_ms=_LINGER_MS, delivery_s=_DELIVERY_S)
        except (BrokerFault, KafkaError, OtherCluster, StoreFull, StoreBroken) as fault:
            if str(fault) != self.trouble:
                _log.warning("nothing goes to Kafka, the spool takes all: %s", fault)
            self.trouble = str(fault)
            self._collect(_RETRY_S)
            return None
        self.trouble = None
        self._failures = 0
        _log.info("sending to Kafka at %s", self._kafka.bootstrap)
        return producer

    def _drain(self, producer: KafkaProducer) -> None:
        try:
            while not self._is_stopping and self._failures < _FAILURES_MAX:
                self._read_on()
                self._send_ready(producer)
                self._collect(self._pause())
        finally:
            if not end_producer(producer, _RETRY_S):
                _log.info("what Kafka has not acknowledged stays in the spool")
            self._collect(0)
        if not self._is_stopping:
            _log.warning("connecting to Kafka anew after %d failures in a row", self._failures)

    def _pause(self) -> float:
        """How long nothing need be done unless something happens."""
        retry_at = self._lanes.next_retry_at
        if retry_at is None:
            return _IDLE_S
        return min(max(retry_at - time.monotonic(), 0.0), _IDLE_S)

    def _read_on(self) -> None:
        """Take entries from the spool into the window, as far as there is room."""
        rows = self._settings.window_rows - len(self._lanes)
        room = _WINDOW_BYTES - self._lanes.bytes
        if rows <= 0 or room <= 0:
            return
        after = self._read_up_to
        try:
            entries = self._store.read(lambda database: next_unsent(database, after, rows, room)).result()
        except StoreBroken as fault:
            _log.error("the spool cannot be read: %s", fault)
            return
        if entries:
            self._lanes.add(entries)
            self._read_up_to = entries[-1].number

    def _send_ready(self, producer: KafkaProducer) -> None:
        away: KafkaTimeoutError | None = None
        for entry in self._lanes.take_ready(time.monotonic()):
            if away is not None:
                self._inbox.put(_Failed(entry, away))
                continue
            try:
                sending = producer.send(
                    self._kafka.topic(entry.topic), entry.payload, key=entry.unit.encode(), headers=_headers(entry)
                )
            except KafkaTimeoutError as fault:
                # It has waited in vain to be told where the topic lives; the next would wait as long.
                away = fault
                self._inbox.put(_Failed(entry, fault))
            except KafkaError as fault:
                self._inbox.put(_Failed(entry, fault))
            else:
                # Both are called in the client's thread.
                sending.add_callback(self._hear_taken, entry)
                sending.add_errback(self._hear_failed, entry)
        self._oldest_sent_at = self._lanes.oldest_sent_at

    def _hear_taken(self, entry: Unsent, at: RecordMetadata) -> None:
        self._inbox.put(_Took(entry, Acknowledged(entry.number, entry.receipt_id, at.partition, at.offset)))

    def _hear_failed(self, entry: Unsent, fault: KafkaError) -> None:
        self._inbox.put(_Failed(entry, fault))

    def _collect(self, seconds: float) -> None:
        """Wait for something to happen and deal with all that has."""
        events = self._events(seconds)
        answers = [event.answer for event in events if isinstance(event, _Took)]
        for event in events:
            match event:
                case _Took(entry, _):
                    self._lanes.acknowledged(entry)
                    self._failures = 0
                case _Failed(entry, fault):
                    self._note_failure(entry, fault)
                case _Unmarked(held):
                    self._unmarked.extend(held)
                case _:
                    pass
        self._oldest_sent_at = self._lanes.oldest_sent_at
        if answers or (self._unmarked and not any(isinstance(event, _Unmarked) for event in events)):
            self._mark((*self._unmarked, *answers))
            self._unmarked.clear()

    def _events(self, seconds: float) -> list[_Event]:
        events: list[_Event] = []
        try:
            if seconds > 0:
                events.append(self._inbox.get(timeout=seconds))
            while True:
                events.append(self._inbox.get_nowait())
        except queue.Empty:
            return events

    def _note_failure(self, entry: Unsent, fault: KafkaError) -> None:
        self._lanes.failed(entry, time.monotonic() + _RETRY_S)
        self._failures += 1
        self.failed_sends += 1
        if not self._is_stopping:
            _log.warning("entry %d of %s for %s was not taken, sending again: %r", *_named(entry), fault)

    def _mark(self, answers: tuple[Acknowledged, ...]) -> None:
        """Write down what Kafka holds; not waited for, and tried again while the disk is full."""
        at = self._clock()
        marking = self._store.write(lambda database: acknowledge(database, answers, at, self._promises.claim))
        marking.add_done_callback(lambda done: self._marked(answers, done))

    def _marked(self, answers: tuple[Acknowledged, ...], done: "Future[None]") -> None:
        """Called in the store's thread. What could not be written is tried again; its receipts say `spool` for good."""
        fault = done.exception()
        if fault is None:
            self._promises.keep(answers)
        else:
            self._promises.drop(each.receipt_id for each in answers)
        if isinstance(fault, StoreFull | StoreBroken):
            if not self._is_disk_bad:
                _log.error("acknowledgements cannot be written down, trying on: %s", fault)
            self._is_disk_bad = True
            self._inbox.put(_Unmarked(answers))
        elif fault is None:
            self._is_disk_bad = False
            self.acknowledged += len(answers)


def _named(entry: Unsent) -> tuple[int, str, str]:
    return entry.number, entry.unit, entry.topic


def _headers(entry: Unsent) -> list[tuple[str, bytes]]:
    """As producers.outgoing.headers_of, from what the spool keeps beside the payload."""
    named = {"form": entry.form, "trace_id": entry.trace_id, f"{entry.kind}_id": entry.sent_id}
    if entry.kind is EntryKind.RETURN:
        named["version"] = str(entry.form_version)
    return [(name, text.encode()) for name, text in named.items()]
