"""Land batches one after the other in a thread, so that the next is read and decoded meanwhile.

DuckDB and Arrow let other threads run while they work. One batch lands at a time, in the order they were given, and at
most one more waits: whoever gives a third waits too.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from warehouse.batch import Account, Batch


class Lander:
    """Handle on the landing thread; the lake must not be used by others between :meth:`put` and :meth:`finish`."""

    def __init__(self, land: Callable[[Batch], Account]) -> None:
        self._land = land
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="landing")
        self._landing: Future[Account] | None = None
        self._total = Account()

    def put(self, batch: Batch) -> None:
        """Land a batch when the one before has landed; raises what went wrong with that one."""
        self._settle()
        self._landing = self._thread.submit(self._land, batch)

    def finish(self) -> Account:
        """Wait until all has landed; returns the account since the last call, raises what went wrong."""
        self._settle()
        total, self._total = self._total, Account()
        return total

    def close(self) -> None:
        """End the thread; what is landing is waited for."""
        self._thread.shutdown()

    def _settle(self) -> None:
        landing, self._landing = self._landing, None
        if landing is not None:
            self._total = self._total.plus(landing.result())
