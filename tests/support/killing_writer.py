"""Runs the writer again and again, each time killed at a step: ``python -m tests.support.killing_writer STEP:NTH ...``.

A step is a function of the writer, by the module that calls it; the process kills itself when the function has returned
for the nth time (with ``-`` before the step: just before it is called). So no kill is spent on a process that is still
importing, and each falls between two given statements of a commit. The writers are forked from one process that has
imported everything.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from typing import Any

from consumers.running import run_writer

BATCH = 40
_WITHIN_S = 120
_LOOK_S = 0.02

STEPS = (
    # One landing, in the order of its docstring.
    "warehouse.landing:read_sources",
    "warehouse.landing:sort_returns",
    "warehouse.landing:insert_returns",
    "warehouse.landing:insert_others",
    "warehouse.landing:_touch",
    "warehouse.landing:put_out",
    "warehouse.landing:_store_sources",
    "warehouse.landing:transaction",
    # One derivation.
    "consumers.derive:load_inputs",
    "consumers.derive:audit",
    "consumers.derive:compute_values",
    "warehouse.derivation:_drop_void",
    "warehouse.derivation:_store_slices",
    "warehouse.derivation:_store_values",
    "warehouse.derivation:put_out",
    "warehouse.derivation:_settle",
    "warehouse.derivation:transaction",
    # What is announced: sent and not yet forgotten, and forgotten.
    "-consumers.announce:mark_sent",
    "consumers.announce:mark_sent",
    # Upkeep: when its first chore is done and not recorded.
    "-warehouse.upkeep:_record",
)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(step: str, nth: int) -> None:
    """Make this process kill itself at a step."""
    module_name, name = step.removeprefix("-").split(":")
    module = import_module(module_name)
    if name == "transaction":
        # What is killed after it has been committed, and before anybody learns of it.
        setattr(module, name, _killed_after_commit(module.transaction, nth))
    else:
        setattr(module, name, _killed(getattr(module, name), nth, is_before=step.startswith("-")))


def _killed(function: Callable[..., Any], nth: int, *, is_before: bool) -> Callable[..., Any]:
    calls = 0

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if is_before and calls == nth:
            _kill()
        found = function(*given, **named)
        if calls == nth:
            _kill()
        return found

    return call


def _killed_after_commit(function: Callable[..., Any], nth: int) -> Callable[..., Any]:
    calls = 0

    @contextmanager
    def committed(*given: Any) -> Iterator[None]:
        nonlocal calls
        with function(*given):
            yield
        calls += 1
        if calls == nth:
            _kill()

    return committed


def killed_once(step: str, nth: int) -> bool:
    """Run a writer until it is killed at the step; False when it ended otherwise or never came there."""
    child = os.fork()
    if not child:
        arm(step, nth)
        run_writer(os.environ, lambda: False, until_idle=False, batch_records=BATCH)
        os._exit(0)
    deadline = time.monotonic() + _WITHIN_S
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        time.sleep(_LOOK_S)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


if __name__ == "__main__":
    for each in sys.argv[1:]:
        told_step, _, told_nth = each.rpartition(":")
        began = time.monotonic()
        if not killed_once(told_step, int(told_nth)):
            sys.exit(f"the writer was not killed at {each}")
        sys.stdout.write(f"killed at {each} after {time.monotonic() - began:.1f} s\n")
        sys.stdout.flush()
