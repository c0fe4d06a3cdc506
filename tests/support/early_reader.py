"""The writer's reader, forked before the writer opens anything.

In operation the reader is spawned, for a process with DuckDB and the client's threads cannot be forked, and imports for
longer than a killed writer lives. A writer that was itself forked from a process that has imported everything forks its
reader first of all; it waits until it is asked to read. What it then runs, over which pipe, is the same.
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

_fork = multiprocessing.get_context("fork")


class EarlyReader:
    """Stands where the module ``multiprocessing`` stands in :mod:`consumers.reader_process`, for one reader."""

    def __init__(self, inherited: Connection) -> None:
        """``inherited``: what the reader must not hold open, for its closing tells that the writer was killed."""
        ours, theirs = _fork.Pipe()
        asked, asking = _fork.Pipe(duplex=False)
        self._pipe = ours, theirs
        self._asking = asking
        self._process = _fork.Process(
            target=_wait_to_read, args=(asked, theirs, (ours, asking, inherited)), name="qingyu-reader", daemon=True
        )
        self._process.start()
        asked.close()

    def get_context(self, _method: str) -> SimpleNamespace:
        return SimpleNamespace(Pipe=lambda: self._pipe, Process=self._asked)

    def _asked(self, *, target: Callable[..., None], args: tuple[Any, ...], **_: object) -> SimpleNamespace:
        process = self._process
        return SimpleNamespace(
            start=lambda: self._asking.send((target, args[1:])),
            join=process.join, is_alive=process.is_alive, kill=process.kill, close=process.close,
        )  # fmt: skip


def _wait_to_read(asked: Connection, pipe: Connection, not_ours: tuple[Connection, ...]) -> None:
    for each in not_ours:
        each.close()
    try:
        serve, arguments = asked.recv()
    except EOFError:
        return  # the writer was killed, or failed, before it wanted to read
    serve(pipe, *arguments)
