"""Kafka is away while reporters report: the spool takes all, keeps each unit's order, and all of it lands once.

The outage here is as long as the reporters take to hand in their returns, a matter of seconds: what has to hold does
not depend on its length, only on how much comes meanwhile, and the spool's bound is tested by itself.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from broker.clients import quiet
from broker.local import LocalKafka
from producers.gateway.database import connect
from tests.support.gateway_process import PLAN, GatewayProcess, Reporter, landed_order
from tests.support.pipeline import Pipeline, clean_environ

pytestmark = [pytest.mark.broker, pytest.mark.faults, pytest.mark.timeout(600)]

UNITS = 6
DURING = 8
"""Returns that each unit hands in while Kafka is away."""


@pytest.fixture
def kafka(local_kafka: Callable[[], LocalKafka]) -> Iterator[LocalKafka]:
    """A running Kafka of this test's own, which it may stop."""
    server = local_kafka()
    server.start(quiet)
    yield server
    server.stop(quiet)


@pytest.fixture
def gateway(kafka: LocalKafka, tmp_path: Path, free_ports: Callable[[int], list[int]]) -> Iterator[GatewayProcess]:
    environ = clean_environ(
        os.environ,
        QINGYU_VAR=str(tmp_path / "网关 var"),
        QINGYU_KAFKA_BOOTSTRAP=kafka.endpoint.bootstrap,
        QINGYU_GATEWAY_ACK_WAIT="0.2",
    )
    made = GatewayProcess(Pipeline(environ), free_ports(1)[0])
    made.pipeline.run("feed", "plan", *PLAN)
    made.start()
    yield made
    made.end()


def hand_in(reporters: list[Reporter], numbers: range) -> dict[str, dict]:
    """All units at once, each one return after the other; gives the receipts by return id."""
    receipts: dict[str, dict] = {}

    def report(reporter: Reporter) -> None:
        for number in numbers:
            return_id = f"{reporter.unit}-{number:02d}"
            # The same month again and again: each one corrects the one before, so their order matters.
            receipts[return_id] = reporter.insist(reporter.output(return_id, cloth=float(number)))

    threads = [threading.Thread(target=report, args=(reporter,)) for reporter in reporters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return receipts


def test_kafka_away_while_reporters_report(kafka: LocalKafka, gateway: GatewayProcess) -> None:
    reporters = [gateway.reporter(f"mill-{number:02d}") for number in range(1, UNITS + 1)]
    gateway.wait_until(lambda: gateway.ready()["kafka"] == "")
    before = hand_in(reporters, range(2))
    assert {receipt["held_by"] for receipt in before.values()} == {"kafka"}

    kafka.stop(quiet)
    during = hand_in(reporters, range(2, 2 + DURING))
    assert {receipt["held_by"] for receipt in during.values()} == {"spool"}
    assert gateway.ready()["spool_entries"] == UNITS * DURING
    assert gateway.ready()["is_ready"], "returns are taken while Kafka is away"
    assert reporters[0].state("mill-01-02")["state"] == "waiting"

    # The gateway is stopped and started in the middle of it, as an operator would try.
    assert gateway.stop() == 0
    gateway.start()
    still_away = hand_in(reporters, range(2 + DURING, 4 + DURING))
    assert {receipt["held_by"] for receipt in still_away.values()} == {"spool"}

    kafka.start(quiet)
    gateway.wait_drained()
    receipts = before | during | still_away
    for reporter in reporters:
        # Asked again, each receipt says what it said.
        for return_id, receipt in receipts.items():
            if receipt["unit"] == reporter.unit:
                assert reporter.state(return_id)["receipt"] == receipt

    gateway.pipeline.run("writer", "run", "--until-idle")
    order = [f"{number:02d}" for number in range(4 + DURING)]
    assert landed_order(gateway.pipeline) == {
        reporter.unit: [f"{reporter.unit}-{number}" for number in order] for reporter in reporters
    }
    assert gateway.pipeline.ask("SELECT count(*) FROM dead_letter") == [(0,)]
    latest = gateway.pipeline.ask("SELECT unit_id, value FROM fct_observation_latest WHERE item_id = 'cloth'")
    assert {(unit, float(value)) for unit, value in latest} == {
        (reporter.unit, float(3 + DURING)) for reporter in reporters
    }


def test_ended_between_kafka_s_answer_and_writing_it_down(gateway: GatewayProcess) -> None:
    """The one moment that sends twice: the copies fall away at the landing, by their id."""
    mill = gateway.reporter("mill-01")
    receipts = [mill.insist(mill.output(f"r-{number}", cloth=float(number))) for number in range(4)]
    gateway.wait_drained()
    gateway.kill()
    with closing(connect(gateway.store)) as database:
        # What the store would hold had it been killed before it wrote the answers for the last two.
        database.execute(
            "UPDATE entry SET kafka_partition = NULL, kafka_offset = NULL, acknowledged_at = NULL "
            "WHERE sent_id IN ('r-2', 'r-3')"
        )
        database.execute("UPDATE waiting SET entries = 2, bytes = (SELECT sum(size) FROM entry WHERE number > 2)")
    gateway.start()
    gateway.wait_drained()
    gateway.pipeline.run("writer", "run", "--until-idle")
    assert landed_order(gateway.pipeline) == {"mill-01": ["r-0", "r-1", "r-2", "r-3"]}
    copies = (
        "SELECT landed, duplicate FROM kafka_source WHERE topic = 'returns.output-monthly.gateway' AND consumed > 0"
    )
    assert gateway.pipeline.ask(copies) == [(4, 2)]
    gateway.wait_until(lambda: mill.state("r-3")["state"] in ("landed", "audited"))
    assert mill.state("r-0")["receipt"] == receipts[0]
