"""The gateway without HTTP: who may come in, messages into the spool, questions answered from the store."""

import asyncio
import datetime as dt
import logging
import secrets
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import msgspec

from broker.settings import KafkaSettings
from plan.book import PlanBook
from plan.periods import LOCAL_ZONE
from plan.topics import topics_of_sender
from producers.gateway.database import connect_reader
from producers.gateway.drainer import Drainer
from producers.gateway.faults import OtherContent, SpoolFull, StoreBroken, StoreClosed, StoreFull
from producers.gateway.key_rows import find_key
from producers.gateway.keys import Key, KeyState, judge, read_token
from producers.gateway.limits import Bucket, Rate, spend
from producers.gateway.listener import Listener
from producers.gateway.metrics import Metrics
from producers.gateway.problems import DISK_RETRY_S, Problem, of_store, too_often
from producers.gateway.promises import Promises
from producers.gateway.settings import SENDER, GatewaySettings
from producers.gateway.spool import (  # fmt: skip
    Bound,
    Entry,
    Taken,
    Waiting,
    drop_old_payloads,
    entry_of,
    take,
    told_by_kafka,
    waiting,
)
from producers.gateway.store import Store
from producers.gateway.wording import DoorCode, told

_log = logging.getLogger(__name__)
T = TypeVar("T")
KEY_HOLDS_S = 1.0
"""A key that is rotated or revoked is worth what it was for so long at most."""
_NO_KEY = {"WWW-Authenticate": "Bearer"}


class Ready(msgspec.Struct, frozen=True):
    """Whether messages are taken now, and what stands behind it. `kafka`, `outcomes`: empty while all is well."""

    is_ready: bool
    store: str
    spool_entries: int
    spool_bytes: int
    spool_used_pct: float
    oldest_at: dt.datetime | None
    kafka: str
    outcomes: str


class Gateway:
    """Made inside the event loop that serves it; opened and closed by its owner."""

    def __init__(
        self,
        settings: GatewaySettings,
        kafka: KafkaSettings,
        book: PlanBook,
        clock: Callable[[], dt.datetime],
        metrics: Metrics,
    ) -> None:
        self.settings = settings
        self.book = book
        self.clock = clock
        self.metrics = metrics
        self._bound = Bound(settings.spool_rows, settings.spool_bytes)
        self._rate = Rate(settings.rate_per_s, settings.burst)
        self._buckets: dict[str, Bucket] = {}
        self._keys: dict[str, tuple[Key, float]] = {}
        self._promises = Promises()
        self.store = Store(settings.store, metrics.committed)
        self._reader = connect_reader(settings.store)
        self._drainer = Drainer(
            self.store,
            settings,
            kafka,
            specs=topics_of_sender(book.plans, SENDER),
            clock=clock,
            promises=self._promises,
        )
        self._listener = Listener(self.store, kafka)
        self._store_fault = ""
        self._fault_holds_until = 0.0
        self._was_kafka_seen = False

    def open(self) -> None:
        """Begin to send to Kafka and to read outcomes."""
        self._drainer.start()
        self._listener.start()

    @property
    def is_alive(self) -> bool:
        """Whether all its threads run; when one has ended the gateway must end too."""
        return self.store.is_open and self._drainer.is_alive and self._listener.is_alive

    async def close(self, seconds: float) -> None:
        """Let what is under way arrive for so many seconds, then end. What has not arrived stays in the spool."""
        await asyncio.to_thread(self._drainer.stop, seconds)
        await asyncio.to_thread(self._listener.stop, seconds)
        await asyncio.to_thread(self.store.close)
        self._reader.close()

    def admit(self, authorization: str) -> Key:
        """The valid key of a request, within its rate; raises Problem (401, 429)."""
        presented = read_token(authorization)
        if presented is None:
            raise Problem(401, [told(DoorCode.NO_KEY, "Authorization")], _NO_KEY)
        key = self._find_key(presented.key_id)
        state = judge(key, presented, self.clock())
        if key is None or state is not KeyState.VALID:
            raise _unfit(key, state)
        bucket, wait_s = spend(self._buckets.get(key.key_id), self._rate, time.monotonic())
        self._buckets[key.key_id] = bucket
        if wait_s > 0:
            raise too_often(wait_s)
        return key

    def _find_key(self, key_id: str) -> Key | None:
        """The key of an id. A look into the file costs as much as all else of the door, so it holds for a moment."""
        now = time.monotonic()
        known = self._keys.get(key_id)
        if known is not None and now < known[1]:
            return known[0]
        key = find_key(self._reader, key_id)
        if key is not None:
            self._keys[key_id] = (key, now + KEY_HOLDS_S)
        return key

    @staticmethod
    def new_receipt_id(at: dt.datetime) -> str:
        """A receipt id that no other gateway will make."""
        return f"{at:%Y%m%d}-{secrets.token_hex(8)}"

    async def hand_in(self, taken: Taken) -> tuple[Entry, bool]:
        """Keep a message and wait a moment for Kafka; gives the entry as its receipt says it, and whether it is new.

        Raises Problem (409, 503, 507).
        """
        if not self._drainer.is_stalled:
            self._promises.open(taken.receipt_id)
        try:
            entry, is_new = await self._take(taken)
            entry = await (self._promised(entry) if is_new else self._as_promised(entry))
        finally:
            self._promises.drop((taken.receipt_id,))
        self.metrics.receipts.labels(entry.kind, entry.held_by).inc()
        return entry, is_new

    async def _take(self, taken: Taken) -> tuple[Entry, bool]:
        job = self.store.write(lambda database: take(database, taken, self._bound))
        try:
            entry, is_new = await asyncio.wrap_future(job)
        except (StoreFull, StoreBroken) as fault:
            self._store_fault = str(fault)
            self._fault_holds_until = time.monotonic() + DISK_RETRY_S
            raise of_store(fault) from fault
        except (OtherContent, SpoolFull, StoreClosed) as fault:
            raise of_store(fault) from fault
        if is_new:
            self._store_fault = ""
            self._drainer.wake()
        return entry, is_new

    async def _promised(self, entry: Entry) -> Entry:
        """The entry when nothing of its receipt changes any more."""
        promise = self._promises.find(entry.receipt_id)
        if promise is None:
            return entry
        answer = await self._promises.wait(promise, self.settings.ack_wait_s)
        return entry if answer is None else told_by_kafka(entry, answer)

    async def _as_promised(self, entry: Entry) -> Entry:
        """The same for an entry that was there before: its receipt may be handed out at this moment, or long ago."""
        if self._promises.find(entry.receipt_id) is not None:
            return await self._promised(entry)
        return await self.ask(lambda database: entry_of(database, entry.number))

    async def ask(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Answer a question from the store; raises Problem (503)."""
        return await _settled(self.store.read(job))

    async def ready(self) -> Ready:
        """Whether messages are taken now."""
        held = await self.ask(waiting)
        used = max(held.entries / self._bound.entries, held.bytes / self._bound.bytes)
        return Ready(
            is_ready=not self._store_fault and used < 1,
            store=self._store_fault or "ok",
            spool_entries=held.entries,
            spool_bytes=held.bytes,
            spool_used_pct=round(100 * used, 1),
            oldest_at=held.oldest_at,
            kafka=self._drainer.trouble or ("" if not self._drainer.is_stalled else "slow"),
            outcomes=self._listener.trouble or "",
        )

    async def look_after(self) -> None:
        """Try the disk, drop old payloads, measure. To be called now and then."""
        before = self.clock() - dt.timedelta(days=self.settings.keep_days)

        def job(database: sqlite3.Connection) -> Waiting:
            database.execute("INSERT OR REPLACE INTO fact VALUES ('looked_after_at', ?)", (before.isoformat(),))
            drop_old_payloads(database, before)
            return waiting(database)

        try:
            held = await asyncio.wrap_future(self.store.write(job))
        except (StoreFull, StoreBroken) as fault:
            self._store_fault = str(fault)
            _log.error("the disk takes nothing: %s", fault)
        else:
            # A small write may fit where a return did not; so what a return met counts for a while.
            if time.monotonic() > self._fault_holds_until:
                self._store_fault = ""
            self.metrics.show_waiting(held)
            self._note_kafka(held)
        self.metrics.acknowledged.set(self._drainer.acknowledged)
        self.metrics.failed_sends.set(self._drainer.failed_sends)
        self.metrics.outcomes.set(self._listener.heard)
        self.metrics.unreadable.set(self._listener.unreadable)

    def _note_kafka(self, held: Waiting) -> None:
        is_seen = not self._drainer.is_stalled
        if is_seen != self._was_kafka_seen:
            words = "Kafka acknowledges" if is_seen else "Kafka does not acknowledge, the spool takes all"
            _log.warning("%s; %d entries wait", words, held.entries)
        self._was_kafka_seen = is_seen
        self.metrics.is_kafka_seen.set(is_seen)


async def _settled(asked: "Future[T]") -> T:
    try:
        return await asyncio.wrap_future(asked)
    except (OtherContent, SpoolFull, StoreFull, StoreBroken, StoreClosed) as fault:
        raise of_store(fault) from fault


def _unfit(key: Key | None, state: KeyState) -> Problem:
    if key is not None and state is KeyState.EXPIRED:
        at = key.expires_at.astimezone(LOCAL_ZONE).isoformat(sep=" ", timespec="minutes")
        return Problem(401, [told(DoorCode.KEY_EXPIRED, "Authorization", at=at)], _NO_KEY)
    code = DoorCode.KEY_REVOKED if state is KeyState.REVOKED else DoorCode.WRONG_KEY
    return Problem(401, [told(code, "Authorization")], _NO_KEY)
