"""Runs the writer again and again, each time killed at a step: ``killing_writer FILE STEP:NTH ...``.

A step is a function of the writer, by the module that calls it; the process kills itself when the function has returned
for the nth time (with ``-`` before the step: just before it is called). So no kill is spent on a process that is still
importing, and each falls between two given statements of a commit. The writers are forked from one process that has
imported everything.

The file holds the messages of a log; some are sent before each writer starts. One that finds nothing more to do before
it came to its step ends by itself, and is started again with more to do.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from broker.clients import make_admin, make_producer, quiet
from broker.settings import KafkaSettings
from broker.topics import ensure_topics
from consumers.running import run_writer
from plan.messages import PlanMessage
from plan.topics import PLANS, topics_of

BATCH = 40

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


class Logged(msgspec.Struct, frozen=True, array_like=True):
    """One message of a log, with the plain name of its topic."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes


def killed(step: str, nth: int) -> bool:
    """Run a writer until it is killed at the step; False when it read everything before it came there."""
    child = os.fork()
    if not child:
        arm(step, nth)
        run_writer(os.environ, lambda: False, until_idle=True, batch_records=BATCH)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"the writer failed on the way to {step}")
    return False


def main(file: str, kills: list[str]) -> None:
    """Send some messages, kill a writer, and so on; what is left is sent at the end."""
    settings = KafkaSettings.from_environ(os.environ)
    log = msgspec.msgpack.decode(Path(file).read_bytes(), type=list[Logged])
    plans = [msgspec.json.decode(each.value, type=PlanMessage).plan for each in log if each.topic == PLANS]
    with make_admin(settings) as admin:
        ensure_topics(admin, settings, topics_of(plans), quiet)
    some = max(len(log) // (4 * len(kills)), 1)
    for each in kills:
        step, _, nth = each.rpartition(":")
        while True:
            if not log:
                sys.exit(f"the log ended before the writer came to {each}")
            _send(settings, log[:some])
            del log[:some]
            if killed(step, int(nth)):
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
