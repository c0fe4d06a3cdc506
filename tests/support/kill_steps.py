"""The steps of the writer at which it is killed, and how a process is made to kill itself at one.

A step is a function of the writer, by the module that calls it; the process kills itself when the function has returned
for the nth time (with ``-`` before the step: just before it is called). So no kill is spent on a process that is still
importing, and each falls between two given statements of a commit.
"""

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from typing import Any

_LANDINGS = 8

STEPS = (
    # One landing, in the order of its docstring.
    "warehouse.landing:_check_follows",
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


def kills(count: int, chance: random.Random) -> list[str]:
    """So many kills, all steps alike, in a chance order. A landing is done more than once by each writer."""
    steps = [STEPS[at % len(STEPS)] for at in range(count)]
    chance.shuffle(steps)
    return [f"{step}:{chance.choice((1, 2)) if step in STEPS[:_LANDINGS] else 1}" for step in steps]


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
