"""The drainer when Kafka, or its client, misbehaves. The doubles stand in for the client; the store is real."""

import datetime as dt
import itertools
import sqlite3
import time
from collections import namedtuple
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from producers.gateway.settings import GatewaySettings
from producers.gateway.spool import Bound, Taken, take, waiting
from producers.gateway.store import Store

pytestmark = pytest.mark.timeout(60)

Answered = namedtuple("Answered", ["partition", "offset"])
WIDE = Bound(1000, 1_000_000)


class Sending:
    """What the client gives back for a record: answered at once, well or badly."""

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def add_callback(self, hear: Callable[..., None], *before: object) -> None:
        if not isinstance(self._answer, Exception):
            hear(*before, self._answer)

    def add_errback(self, hear: Callable[..., None], *before: object) -> None:
        if isinstance(self._answer, Exception):
            hear(*before, self._answer)


class PickyProducer:
    """Takes a record unless `refuses` gives a fault for it; `log` is what Kafka would hold."""

    def __init__(self, refuses: Callable[[bytes], Exception | None], log: list[bytes]) -> None:
        self._refuses = refuses
        self._log = log

    def send(self, topic: str, value: bytes, key: bytes, headers: list) -> Sending:
        fault = self._refuses(value)
        if fault is not None:
            return Sending(fault)
        self._log.append(value)
        return Sending(Answered(0, len(self._log) - 1))


@pytest.fixture
def drain(monkeypatch: pytest.MonkeyPatch, store: Store):
    """Factory: run a drainer on the store with producers of ours until it has done what is asked, then stop it."""
    from broker.settings import KafkaSettings
    from producers.gateway import drainer

    monkeypatch.setattr(drainer, "_RETRY_S", 0.01)
    monkeypatch.setattr(drainer, "make_admin", lambda *_: nullcontext())
    monkeypatch.setattr(drainer, "cluster_id", lambda _: "a-cluster")
    monkeypatch.setattr(drainer, "ensure_topics", lambda *_: ())

    def run(make_producer: Callable[[], object], until: Callable[[], bool]) -> SimpleNamespace:
        made: list[object] = []

        def make(*_: object, **__: object) -> object:
            made.append(make_producer())
            return made[-1]

        monkeypatch.setattr(drainer, "make_producer", make)
        monkeypatch.setattr(drainer, "end_producer", lambda producer, _: True)
        working = drainer.Drainer(
            store,
            GatewaySettings(store=Path()),
            KafkaSettings(bootstrap="nowhere:1", is_local=False),
            specs=(),
            clock=lambda: dt.datetime(2018, 2, 10, tzinfo=dt.UTC),
            promises=NobodyWaits(),
        )
        working.start()
        ends = time.monotonic() + 30
        while not until():
            assert time.monotonic() < ends, "it does not get there"
            time.sleep(0.005)
        working.stop(10)
        assert not working.is_alive
        return SimpleNamespace(drainer=working, producers=made)

    return run


class NobodyWaits:
    """Promises of receipts that have all been handed out."""

    def claim(self, _receipt_id: str) -> bool:
        return False

    def keep(self, answers: object) -> None:
        pass

    def drop(self, receipt_ids: object) -> None:
        pass


def put(store: Store, taken: Taken) -> None:
    store.write(lambda database: take(database, taken, WIDE)).result()


def left(store: Store) -> int:
    return store.read(waiting).result().entries


def test_what_waits_goes_out_in_order(drain, store: Store, make_taken: Callable[..., Taken]) -> None:
    for number in range(6):
        put(store, make_taken(f"r-{number}", b"%d" % number, unit="ab"[number % 2]))
    log: list[bytes] = []
    drain(lambda: PickyProducer(lambda _: None, log), lambda: left(store) == 0)
    assert [value for value in log if int(value) % 2 == 0] == [b"0", b"2", b"4"]
    assert [value for value in log if int(value) % 2 == 1] == [b"1", b"3", b"5"]


def test_one_unit_s_trouble_is_not_another_s(drain, store: Store, make_taken: Callable[..., Taken]) -> None:
    """Kafka refuses everything of unit a, for instance by its rights: a's messages stay, in their order; b's go."""
    from kafka.errors import TopicAuthorizationFailedError

    for number in range(6):
        unit = "ab"[number % 2]
        put(store, make_taken(f"r-{number}", f"{unit}{number}".encode(), unit=unit))
    log: list[bytes] = []

    def refuses(value: bytes) -> Exception | None:
        return TopicAuthorizationFailedError("returns") if value.startswith(b"a") else None

    drain(lambda: PickyProducer(refuses, log), lambda: left(store) == 3)
    assert log == [b"b1", b"b3", b"b5"]
    # Once the rights are given, the rest follows.
    drain(lambda: PickyProducer(lambda _: None, log), lambda: left(store) == 0)
    assert log[3:] == [b"a0", b"a2", b"a4"]


def test_what_fails_now_and_then_arrives_in_order(drain, store: Store, make_taken: Callable[..., Taken]) -> None:
    from kafka.errors import KafkaTimeoutError

    for number in range(8):
        put(store, make_taken(f"r-{number}", b"%d" % number))
    log: list[bytes] = []
    fails = itertools.cycle([True, False, True, True, False])
    drain(
        lambda: PickyProducer(lambda _: KafkaTimeoutError("lost") if next(fails) else None, log),
        lambda: left(store) == 0,
    )
    assert log == [b"%d" % number for number in range(8)]


def test_a_client_that_is_done_for_is_made_anew(drain, store: Store, make_taken: Callable[..., Taken]) -> None:
    from kafka.errors import UnknownProducerIdError

    put(store, make_taken("r-0", b"0"))
    log: list[bytes] = []
    broken = [PickyProducer(lambda _: UnknownProducerIdError("done for"), log)]
    ran = drain(
        lambda: broken.pop() if broken else PickyProducer(lambda _: None, log),
        lambda: left(store) == 0,
    )
    assert len(ran.producers) == 2
    assert log == [b"0"]
    assert ran.drainer.failed_sends == 3


def test_a_full_disk_holds_up_no_sending_and_no_answer_is_forgotten(
    drain, store: Store, make_taken: Callable[..., Taken], monkeypatch: pytest.MonkeyPatch
) -> None:
    from producers.gateway import drainer

    for number in range(3):
        put(store, make_taken(f"r-{number}", b"%d" % number))
    really, times = drainer.acknowledge, iter(range(100))

    def full_at_first(*arguments: object) -> None:
        if next(times) < 4:
            fault = sqlite3.OperationalError("database or disk is full")
            fault.sqlite_errorname = "SQLITE_FULL"
            raise fault
        really(*arguments)

    log: list[bytes] = []
    monkeypatch.setattr(drainer, "acknowledge", full_at_first)
    drain(lambda: PickyProducer(lambda _: None, log), lambda: left(store) == 0)
    assert log == [b"0", b"1", b"2"]
