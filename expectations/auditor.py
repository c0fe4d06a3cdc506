"""The auditor: a child process that imports Great Expectations once, is given frames and gives back failures.

Importing Great Expectations costs seconds; the writer lands meanwhile. The child is started by spawn and holds no
copy of the parent's end of the pipe, so it ends by itself when the writer is killed.
"""

import multiprocessing
import os
from multiprocessing.connection import Connection
from types import TracebackType

import pandas as pd

from expectations.rules import Rule

_ANSWER_SECONDS = 300


class AuditorGone(Exception):
    """The auditor process ended or does not answer; the writer must stop rather than pass anything unaudited."""


class Auditor:
    """Handle on the auditor process; use as a context manager."""

    def __init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._ours, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs,), name="qingyu-auditor", daemon=True)
        self._process.start()
        theirs.close()

    def judge(self, form_id: str, rules: tuple[Rule, ...], frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
        """Judge a frame by a form's rules; returns the failing row keys by rule. Raises :class:`AuditorGone`."""
        try:
            self._ours.send((form_id, rules, frame))
            if not self._ours.poll(_ANSWER_SECONDS):
                raise AuditorGone(f"no answer on {form_id} within {_ANSWER_SECONDS} s; restart the writer")
            failed, broken = self._ours.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError) as gone:
            raise AuditorGone("the auditor process ended; see the writer's log, then restart the writer") from gone
        if broken:
            raise AuditorGone(f"the audit of {form_id} could not be made: {broken}")
        return failed

    def __enter__(self) -> "Auditor":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ours.close()
        self._process.join(timeout=1)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


def _serve(pipe: Connection) -> None:
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    from expectations.suite import AuditBroken, judge  # noqa: PLC0415 (seconds of import belong to the child)

    with pipe:
        while True:
            try:
                form_id, rules, frame = pipe.recv()
            except EOFError:
                return
            try:
                pipe.send((judge(form_id, rules, frame), ""))
            except AuditBroken as broken:
                pipe.send(({}, str(broken)))
