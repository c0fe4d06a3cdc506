"""Receipts that are about to be handed out, between the event loop and the store's thread.

A stored receipt says `spool` until something better is known. While a POST waits for Kafka its promise is open; when
Kafka's answer is written down and the promise is still open, the same transaction makes the receipt say `kafka`. When
the wait is over first, the promise is settled and the receipt says `spool` for ever. Either way nothing more has to
be written once the POST is answered, so a disk that is full by then cannot turn a kept message into a refused one.
"""

import asyncio
import threading
from collections.abc import Iterable
from enum import Enum, auto

from producers.gateway.spool import Acknowledged


class _State(Enum):
    OPEN = auto()
    CLAIMED = auto()
    SETTLED = auto()


class Promise:
    """One receipt that is waited for; shared by all who hand in the same content at once."""

    def __init__(self, receipt_id: str, loop: asyncio.AbstractEventLoop) -> None:
        self.receipt_id = receipt_id
        self.state = _State.OPEN
        self.settled: asyncio.Future[Acknowledged | None] = loop.create_future()


class Promises:
    """All promises that are not settled. Made in the event loop; `claim`, `keep` and `drop` come from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._open: dict[str, Promise] = {}

    def open(self, receipt_id: str) -> Promise:
        """Promise a new receipt."""
        promise = Promise(receipt_id, self._loop)
        with self._lock:
            self._open[receipt_id] = promise
        return promise

    def find(self, receipt_id: str) -> Promise | None:
        """The promise of a receipt that somebody waits for."""
        with self._lock:
            return self._open.get(receipt_id)

    async def wait(self, promise: Promise, seconds: float) -> Acknowledged | None:
        """Wait until the promise is settled, at most so long; then it is settled by that.

        Gives Kafka's answer if the receipt says `kafka`.
        """
        timer = self._loop.call_later(seconds, self._expire, promise)
        try:
            return await promise.settled
        finally:
            timer.cancel()

    def _expire(self, promise: Promise) -> None:
        with self._lock:
            # Claimed: Kafka's answer is being written down at this moment, and is waited for.
            if promise.state is _State.OPEN:
                self._settle(promise, None)

    def claim(self, receipt_id: str) -> bool:
        """Whether a receipt may still say `kafka`; if so it is not settled otherwise until `keep` or `drop`."""
        with self._lock:
            promise = self._open.get(receipt_id)
            if promise is None:
                return False
            promise.state = _State.CLAIMED
            return True

    def keep(self, answers: Iterable[Acknowledged]) -> None:
        """These answers are written down: the receipts claimed for them say `kafka`."""
        for answer in answers:
            with self._lock:
                promise = self._open.get(answer.receipt_id)
                if promise is not None:
                    self._settle(promise, answer)

    def drop(self, receipt_ids: Iterable[str]) -> None:
        """Nothing better will be known of these in time: they say `spool`."""
        for receipt_id in receipt_ids:
            with self._lock:
                promise = self._open.get(receipt_id)
                if promise is not None:
                    self._settle(promise, None)

    def _settle(self, promise: Promise, answer: Acknowledged | None) -> None:
        promise.state = _State.SETTLED
        del self._open[promise.receipt_id]
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_resolve, promise.settled, answer)


def _resolve(future: "asyncio.Future[Acknowledged | None]", answer: Acknowledged | None) -> None:
    if not future.done():
        future.set_result(answer)
