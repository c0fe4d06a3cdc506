"""The gateway on a Kafka that asks for logins: its own login is enough for all that it does, and no more is needed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plan.loader import load_plan
from tests.support.gateway_process import PLAN_FOLDER, GatewayProcess
from tests.support.secured import SecuredKafka

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

PREFIX = "door."


@pytest.fixture
def gateway(
    secured_kafka: SecuredKafka, tmp_path: Path, free_ports: Callable[[int], list[int]]
) -> Iterator[GatewayProcess]:
    plan = load_plan(PLAN_FOLDER)
    secured_kafka.give_access(secured_kafka.administrator(PREFIX), plan)
    pipeline = secured_kafka.commands("sender-gateway", PREFIX, QINGYU_GATEWAY_STORE=str(tmp_path / "gateway.sqlite"))
    made = GatewayProcess(pipeline, free_ports(1)[0])
    made.store = tmp_path / "gateway.sqlite"
    made.start()
    yield made
    made.end()


def test_with_its_own_login_the_gateway_sends_and_hears(gateway: GatewayProcess) -> None:
    gateway.wait_until(lambda: gateway.ready()["kafka"] == "" and gateway.ready()["outcomes"] == "")
    mill = gateway.reporter("mill-01")
    receipt = mill.insist(mill.output("r-1"))
    assert receipt["held_by"] == "kafka"
    assert gateway.stop() == 0
