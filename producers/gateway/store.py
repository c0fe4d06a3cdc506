"""The one thread that writes the gateway's SQLite file, and how jobs reach it.

How a commit works:

1. jobs wait in a queue; the thread takes all that wait (up to a bound) as one batch;
2. every job of the batch runs in one transaction, each behind a savepoint: what one job refuses leaves no trace and
   does not touch its neighbours;
3. one commit, one fsync, for the whole batch; only after it any job is answered;
4. when the batch does not fit on the disk it is rolled back and each job is tried alone, so that a large one does
   not take small ones with it; a job that does not fit is told StoreFull and nothing of it is kept.

So an answer means: it is on the disk. Reads run on the same connection between batches. A fault that no job may have
ends the thread; everybody who waits or asks later is told StoreClosed, and the gateway ends.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from producers.gateway.database import connect
from producers.gateway.faults import Refusal, StoreBroken, StoreClosed, StoreFull

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]

BATCH_MAX = 200


class _Asked:
    """A job with the answer somebody waits for."""

    __slots__ = ("answer", "is_write", "job")

    def __init__(self, job: Job[Any], *, is_write: bool) -> None:
        self.job = job
        self.is_write = is_write
        self.answer: Future[Any] = Future()


class Store:
    """The store; opens it, and runs its thread until closed. `committed` hears the size of each committed batch."""

    def __init__(self, path: Path, committed: Callable[[int], None] = lambda _jobs: None) -> None:
        self._database = connect(path)
        self._committed = committed
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._is_closing = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="gateway-store", daemon=True)
        self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether jobs are still taken."""
        return not self._is_closing

    def write(self, job: Job[T]) -> "Future[T]":
        """Run a job in the next transaction; answered when it is on the disk.

        Raises, through the future: the job's own Refusal, StoreFull, StoreBroken, StoreClosed.
        """
        return self._ask(_Asked(job, is_write=True))

    def read(self, job: Job[T]) -> "Future[T]":
        """Run a job that only reads; it sees everything answered before it was asked."""
        return self._ask(_Asked(job, is_write=False))

    def close(self) -> None:
        """Finish what was asked, then close the file."""
        with self._gate:
            is_first, self._is_closing = not self._is_closing, True
            if is_first:
                self._asked.put(None)
        self._thread.join()

    def _ask(self, asked: _Asked) -> "Future[Any]":
        with self._gate:
            if self._is_closing:
                asked.answer.set_exception(StoreClosed())
            else:
                self._asked.put(asked)
        return asked.answer

    def _run(self) -> None:
        batch: list[_Asked] = []
        try:
            is_open = True
            while is_open:
                batch, is_open = self._next_batch()
                self._answer([asked for asked in batch if asked.answer.set_running_or_notify_cancel()])
        finally:
            self._refuse_all(batch)
            self._database.close()

    def _next_batch(self) -> tuple[list[_Asked], bool]:
        batch: list[_Asked] = []
        while len(batch) < BATCH_MAX:
            try:
                asked = self._asked.get(block=not batch)
            except queue.Empty:
                break
            if asked is None:
                return batch, False
            batch.append(asked)
        return batch, True

    def _answer(self, batch: Sequence[_Asked]) -> None:
        writes = [asked for asked in batch if asked.is_write]
        if writes:
            self._write(writes)
        for asked in batch:
            if not asked.is_write:
                self._read(asked)

    def _read(self, asked: _Asked) -> None:
        try:
            _tell(asked, self._attempt(asked))
        except sqlite3.Error as fault:
            asked.answer.set_exception(_of_the_disk(fault))

    def _write(self, writes: Sequence[_Asked]) -> None:
        try:
            outcomes = self._transaction(writes)
        except (StoreFull, StoreBroken) as fault:
            if len(writes) == 1:
                writes[0].answer.set_exception(fault)
                return
            for asked in writes:
                self._write([asked])
            return
        for asked, outcome in zip(writes, outcomes, strict=True):
            _tell(asked, outcome)
        self._committed(len(writes))

    def _transaction(self, writes: Sequence[_Asked]) -> list[Any]:
        try:
            self._database.execute("BEGIN IMMEDIATE")
            outcomes = []
            for asked in writes:
                self._database.execute("SAVEPOINT job")
                outcome = self._attempt(asked)
                if isinstance(outcome, Refusal):
                    self._database.execute("ROLLBACK TO job")
                self._database.execute("RELEASE job")
                outcomes.append(outcome)
            self._database.execute("COMMIT")
        except sqlite3.Error as fault:
            # SQLite may have rolled back by itself already.
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise _of_the_disk(fault) from fault
        return outcomes

    def _attempt(self, asked: _Asked) -> Any:
        try:
            return asked.job(self._database)
        except Refusal as refusal:
            return refusal

    def _refuse_all(self, batch: Sequence[_Asked]) -> None:
        with self._gate:
            self._is_closing = True
        left = list(batch)
        while not self._asked.empty():
            asked = self._asked.get()
            if asked is not None:
                left.append(asked)
        for asked in left:
            if not asked.answer.done():
                asked.answer.set_exception(StoreClosed())


def _tell(asked: _Asked, outcome: Any) -> None:
    if isinstance(outcome, Refusal):
        asked.answer.set_exception(outcome)
    else:
        asked.answer.set_result(outcome)


def _of_the_disk(fault: sqlite3.Error) -> Exception:
    if fault.sqlite_errorname == "SQLITE_FULL":
        return StoreFull(str(fault))
    return StoreBroken(f"{fault.sqlite_errorname}: {fault}")
