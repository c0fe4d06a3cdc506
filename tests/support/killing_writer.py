"""Runs the writer again and again, each time killed at a step: ``killing_writer FILE STEP:NTH ...``.

The writers are forked from one process that has imported everything. The file holds the messages of a log. Each round
of a writer finds some more of them, so that it comes to its step soon and without being started anew; a log that ends
before is an error.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
import pandas as pd
from kafka import KafkaProducer

import consumers.reader_process
import consumers.running
import consumers.writer
from broker.clients import make_admin, make_producer, quiet
from broker.settings import KafkaSettings
from broker.topics import ensure_topics
from consumers.log_ends import LogEnds
from consumers.message import Place
from expectations.rules import Rule
from plan.messages import PlanMessage
from plan.topics import PLANS, topics_of
from tests.support.early_reader import EarlyReader
from tests.support.kill_steps import arm

_SUITE = "expectations.suite"
_STUCK_S = 60


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


def killed(step: str, nth: int, batch: int, send_more: Callable[[KafkaProducer], None]) -> bool:
    """Run a writer until it is killed at the step; False when it read everything before it came there."""
    # A thread would be missing in the child, with whatever it held locked.
    assert threading.active_count() == 1, threading.enumerate()
    asked, asking = Pipe()
    child = os.fork()
    if not child:
        asked.close()
        _write(step, nth, batch, asking)
        os._exit(0)
    asking.close()
    # The lake is looked after by a writer that waits for more, so that one gets no more than it can begin with.
    rounds_fed = 1 if "upkeep" in step else sys.maxsize
    settings = KafkaSettings.from_environ(os.environ)
    with asked, closing(make_producer(settings, "test-log", linger_ms=0)) as producer:
        while _is_asked(asked):
            if rounds_fed > 0:
                send_more(producer)
            rounds_fed -= 1
            asked.send(None)
    _, status = os.waitpid(child, 0)
    ended = os.waitstatus_to_exitcode(status)
    if ended not in (0, -signal.SIGKILL):
        sys.exit(f"the writer failed on the way to {step}: {ended}")
    return ended == -signal.SIGKILL


def _is_asked(pipe: Connection) -> bool:
    try:
        pipe.recv()
    except (EOFError, ConnectionResetError):
        return False
    return True


def _write(step: str, nth: int, batch: int, asking: Connection) -> None:
    consumers.reader_process.multiprocessing = EarlyReader(asking)
    consumers.running.Auditor = InnerAuditor
    consumers.writer.ends_of_round = _fed(consumers.writer.ends_of_round, asking)
    arm(step, nth)
    run_writer = consumers.running.run_writer
    run_writer(os.environ, lambda: False, until_idle="upkeep" not in step, batch_records=batch)


def _fed(ends_of_round: Callable[[LogEnds], dict[Place, int]], asking: Connection) -> Callable[..., dict[Place, int]]:
    """Let the log grow before each round looks where it ends."""

    def ends(log_ends: LogEnds) -> dict[Place, int]:
        signal.alarm(_STUCK_S)
        asking.send(None)
        asking.recv()
        return ends_of_round(log_ends)

    return ends


def main(file: str, told: list[str]) -> None:
    """Kill one writer after the other while the log grows; what is left is sent at the end."""
    import_module(_SUITE)  # once, before the first fork
    settings = KafkaSettings.from_environ(os.environ)
    log = msgspec.msgpack.decode(Path(file).read_bytes(), type=list[Logged])
    plans = [msgspec.json.decode(each.value, type=PlanMessage).plan for each in log if each.topic == PLANS]
    with make_admin(settings) as admin:
        ensure_topics(admin, settings, topics_of(plans), quiet)
    # Enough for more than one landing of each round, and that the log lasts: some rounds find nothing to announce.
    some = max(len(log) // (8 * len(told)), 2)
    portions = _portions(log, some)

    def send_more(producer: KafkaProducer) -> None:
        _send(producer, settings, next(portions, ()))

    for each in told:
        step, _, nth = each.rpartition(":")
        if not killed(step, int(nth), max(some // 3, 1), send_more):
            sys.exit(f"the log ended before the writer came to {each}")
        sys.stdout.write(f"killed at {each}\n")
        sys.stdout.flush()
    with closing(make_producer(settings, "test-log", linger_ms=0)) as producer:
        for portion in portions:
            _send(producer, settings, portion)


def _portions(log: Sequence[Logged], some: int) -> Iterator[Sequence[Logged]]:
    for at in range(0, len(log), some):
        yield log[at : at + some]


def _send(producer: KafkaProducer, settings: KafkaSettings, messages: Sequence[Logged]) -> None:
    """One after the other, as their first sender did."""
    for each in messages:
        producer.send(settings.topic(each.topic), value=each.value, key=each.key, partition=each.partition)
    producer.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
