"""Who waits for Kafka's acknowledgement of which message: between the store's thread and the event loop."""

import asyncio
from collections.abc import Iterable

from producers.gateway.spool import Entry


class Waiters:
    """Futures by receipt id; opened and resolved in the event loop's thread only."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[str, list[asyncio.Future[Entry]]] = {}

    def open(self, receipt_id: str) -> "asyncio.Future[Entry]":
        """A future that is resolved when Kafka has the message; to be closed after use."""
        future: asyncio.Future[Entry] = self._loop.create_future()
        self._waiting.setdefault(receipt_id, []).append(future)
        return future

    def close(self, receipt_id: str, future: "asyncio.Future[Entry]") -> None:
        """Nobody waits with this future any more."""
        left = [other for other in self._waiting.get(receipt_id, ()) if other is not future]
        if left:
            self._waiting[receipt_id] = left
        else:
            self._waiting.pop(receipt_id, None)
        future.cancel()

    def tell(self, entries: Iterable[Entry]) -> None:
        """Say, from any thread, that Kafka has these and the store knows; nothing after the loop has ended."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._resolve, list(entries))

    def _resolve(self, entries: list[Entry]) -> None:
        for entry in entries:
            for future in self._waiting.pop(entry.receipt_id, ()):
                if not future.done():
                    future.set_result(entry)
