"""Runs the writer again and again, each time killed at a step: ``killing_writer FILE STEP:NTH ...``.

A step is a function of the writer, by the module that calls it; the process kills itself when the function has returned
for the nth time (with ``-`` before the step: just before it is called). So no kill is spent on a process that is still
importing, and each falls between two given statements of a commit. The writers are forked from one process that has
imported everything.

The file holds the messages of a log; some are sent before each writer starts. One that finds nothing more to do before
it came to its step ends by itself, and is started again with more to do.
"""

import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

import consumers.running
from broker.clients import make_admin, make_producer, quiet
from broker.settings import KafkaSettings
from broker.topics import ensure_topics
from consumers.running import run_writer
from expectations.rules import Rule
from plan.messages import PlanMessage
from plan.topics import PLANS, topics_of

_LANDINGS = 8
_SUITE = "expectations.suite"
_IDLE_S = 60

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


class InnerAuditor:
    """Audits in the writer's own process: a child would import for seconds again with each writer."""

    def judge(self, form_id: str, rules: tuple[Rule, ...], frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
        return import_module(_SUITE).judge(form_id, rules, frame)

    def __enter__(self) -> "InnerAuditor":
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to end."""


class Logged(msgspec.Struct, frozen=True, array_like=True):
    """One message of a log, with the plain name of its topic."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes


def killed(step: str, nth: int, batch: int) -> bool:
    """Run a writer until it is killed at the step; False when it read everything before it came there."""
    child = os.fork()
    if not child:
        consumers.running.Auditor = InnerAuditor
        arm(step, nth)
        # The lake is looked after by a writer that waits for more, which goes on until it is killed.
        waits = "upkeep" in step
        signal.alarm(_IDLE_S)
        run_writer(os.environ, lambda: False, until_idle=not waits, batch_records=batch)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    ended = os.waitstatus_to_exitcode(status)
    if ended not in (0, -signal.SIGKILL, -signal.SIGALRM):
        sys.exit(f"the writer failed on the way to {step}: {ended}")
    return ended == -signal.SIGKILL


def main(file: str, told: list[str]) -> None:
    """Send some messages, kill a writer, and so on; what is left is sent at the end."""
    import_module(_SUITE)  # once, before the first fork; whoever only wants the steps' names need not wait for it
    settings = KafkaSettings.from_environ(os.environ)
    log = msgspec.msgpack.decode(Path(file).read_bytes(), type=list[Logged])
    plans = [msgspec.json.decode(each.value, type=PlanMessage).plan for each in log if each.topic == PLANS]
    with make_admin(settings) as admin:
        ensure_topics(admin, settings, topics_of(plans), quiet)
    # Enough for more than one landing of each writer, and that the log lasts: some find nothing to announce.
    some = max(len(log) // (4 * len(told)), 2)
    batch = max(some // 3, 1)
    for each in told:
        step, _, nth = each.rpartition(":")
        while True:
            if not log:
                sys.exit(f"the log ended before the writer came to {each}")
            _send(settings, log[:some])
            del log[:some]
            if killed(step, int(nth), batch):
                break
        sys.stdout.write(f"killed at {each}\n")
        sys.stdout.flush()
    _send(settings, log)


def _send(settings: KafkaSettings, messages: list[Logged]) -> None:
    """One after the other, as their first sender did; the client's threads must be gone before the next fork."""
    producer = make_producer(settings, "test-log", linger_ms=0)
    for each in messages:
        producer.send(settings.topic(each.topic), value=each.value, key=each.key, partition=each.partition)
    producer.flush()
    producer.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
