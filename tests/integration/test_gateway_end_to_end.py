"""The gateway on real Kafka with the real writer: from the POST to the verdict and back."""

from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import msgspec
import pytest
from kafka import TopicPartition

from broker.clients import make_consumer
from broker.settings import KafkaSettings
from plan.messages import Return
from producers.gateway.database import connect
from tests.support.gateway_process import PLAN, GatewayProcess, landed_order
from tests.support.pipeline import Pipeline

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]


@pytest.fixture
def gateway(pipeline: Callable[..., Pipeline], free_ports: Callable[[int], list[int]]) -> Iterator[GatewayProcess]:
    made = GatewayProcess(pipeline(), free_ports(1)[0])
    made.start()
    yield made
    made.end()


def record_at(gateway: GatewayProcess, receipt: dict):
    """The record that a receipt names, read from Kafka."""
    settings = KafkaSettings.from_environ(gateway.pipeline.environ)
    consumer = make_consumer(settings, "test")
    try:
        place = TopicPartition(settings.topic(receipt["topic"]), receipt["partition"])
        consumer.assign([place])
        consumer.seek(place, receipt["offset"])
        for _ in range(60):
            polled = consumer.poll(timeout_ms=500, max_records=1)
            if polled:
                return polled[place][0]
        raise AssertionError(f"nothing at {receipt}")
    finally:
        consumer.close()


def test_a_receipt_of_kafka_names_the_very_record(gateway: GatewayProcess) -> None:
    mill = gateway.reporter("mill-01")
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    gateway.wait_until(lambda: gateway.ready()["kafka"] == "")
    receipt = mill.post(mill.output("r-1", cloth=12.5), traceparent=f"00-{trace}-00f067aa0ba902b7-01").json()
    assert (receipt["held_by"], receipt["topic"]) == ("kafka", "returns.output-monthly.gateway")
    record = record_at(gateway, receipt)
    assert record.key == b"mill-01"
    assert dict(record.headers) == {
        "form": b"output-monthly",
        "version": b"2",
        "return_id": b"r-1",
        "trace_id": trace.encode(),
    }
    sent = msgspec.json.decode(record.value, type=Return)
    assert (sent.unit, sent.period, [(cell.item, cell.value) for cell in sent.cells]) == (
        "mill-01",
        "2018-01",
        [("cloth", 12.5)],
    )


def test_from_the_post_to_the_verdict_and_back(gateway: GatewayProcess) -> None:
    """One mill reports a figure that is hardly plausible, explains it; another corrects; the bureau fills in a form."""
    pipeline = gateway.pipeline
    pipeline.run("feed", "plan", *PLAN)
    first, second = gateway.reporter("mill-01"), gateway.reporter("mill-02")
    first.insist(first.output("r-1", cloth=9000.0))  # over the plausible 5000
    wrong = second.insist(second.output("r-1b", cloth=1.0))
    mended = second.insist(second.output("r-2b", cloth=10.0))
    assert mended["replaces"] == wrong["receipt_id"]
    pipeline.run("writer", "run", "--until-idle")
    gateway.wait_until(lambda: first.state("r-1")["state"] == "audited")
    gateway.wait_until(lambda: second.state("r-2b")["state"] == "audited")

    doubted = first.state("r-1")
    (finding,) = doubted["findings"]
    assert (finding["unit"], finding["item"], finding["severity"]) == ("mill-01", "cloth", "verify")
    assert doubted["advice"]["explain_at"] == "/v1/explanations"
    assert second.state("r-1b")["replaced_by"] == mended["receipt_id"]
    assert second.state("r-2b")["findings"] == []

    words = {
        "explanation_id": "e-1",
        "form": "output-monthly",
        "unit": "mill-01",
        "period": "2018-01",
        "item": "cloth",
        "check_id": finding["check_id"],
        "text": "一月新厂房投产,增加织机二百台,产量翻番",
    }
    assert first.post(words, "/v1/explanations").status_code == 202
    pipeline.run("writer", "run", "--until-idle")
    gateway.wait_until(lambda: first.get("/v1/explanations/e-1").json()["state"] == "landed")
    assert pipeline.ask("SELECT unit_id, item_id FROM fct_explanation") == [("mill-01", "cloth")]

    due = first.get("/v1/due?limit=3").json()
    assert [(each["period"], each["due_date"], each["state"]) for each in due["dues"]] == [
        ("2018-01", "2018-02-10", "submitted"),
        ("2018-02", "2018-03-10", "overdue"),
        ("2018-03", "2018-04-10", "overdue"),
    ]


def test_a_new_store_knows_what_the_earlier_one_s_returns_came_to(gateway: GatewayProcess) -> None:
    pipeline = gateway.pipeline
    pipeline.run("feed", "plan", *PLAN)
    mill = gateway.reporter("mill-03")
    first = mill.insist(mill.output("r-1"))
    pipeline.run("writer", "run", "--until-idle")
    assert gateway.stop() == 0
    for file in gateway.store.parent.glob("gateway.sqlite*"):
        file.unlink()
    gateway.start()
    mill = gateway.reporter("mill-03")

    def january() -> dict:
        return mill.get("/v1/due?form=output-monthly&limit=1").json()["dues"][0]

    gateway.wait_until(lambda: january()["state"] == "submitted")
    assert january()["submitted"]["receipt_id"] is None
    # Sent again it gets another receipt, and is dropped at the landing.
    again = mill.insist(mill.output("r-1"))
    assert again["receipt_id"] != first["receipt_id"]
    pipeline.run("writer", "run", "--until-idle")
    assert landed_order(pipeline) == {"mill-03": ["r-1"]}
    gateway.wait_until(lambda: mill.state("r-1")["state"] in ("landed", "audited"))


def test_keys_are_made_rotated_and_revoked_while_the_gateway_runs(gateway: GatewayProcess) -> None:
    def status(token: str) -> int:
        return httpx.get(f"{gateway.url}/v1/forms", headers={"Authorization": f"Bearer {token}"}).status_code

    def token_in(said: str) -> str:
        (found,) = [line for line in said.splitlines() if line.startswith("qy_")]
        return found

    run = gateway.pipeline.run
    first = token_in(run("key", "add", "mill-01", "--form", "output-monthly", "--expires", "2099-12-31", *PLAN))
    key_id = first.split("_")[1]
    assert status(first) == 200
    overlapping = token_in(run("key", "rotate", key_id, "--overlap-hours", "24"))
    assert (status(first), status(overlapping)) == (200, 200)
    last = token_in(run("key", "rotate", overlapping.split("_")[1], "--overlap-hours", "0"))
    # A running gateway knows of it within a second.
    gateway.wait_until(lambda: status(overlapping) == 401)
    assert (status(first), status(last)) == (200, 200)
    run("key", "revoke", key_id)
    gateway.wait_until(lambda: status(first) == 401)
    assert status(last) == 200
    listed = run("key", "list")
    for said in (key_id, "mill-01", "revoked", "expired", "valid"):
        assert said in listed
    for token in (first, overlapping, last):
        assert token.split("_", 2)[2] not in listed
        assert token.split("_", 2)[2].encode() not in gateway.store.read_bytes()
        assert token not in gateway.log


def test_keys_for_nobody_and_forms_of_others_are_not_made(pipeline: Callable[..., Pipeline]) -> None:
    run = pipeline().run
    assert "on the roster of no form" in run("key", "add", "mill-99", *PLAN, expect=1)
    assert "does not report intensity-yearly" in run(
        "key", "add", "mill-01", "--form", "intensity-yearly", *PLAN, expect=1
    )
    assert "There is no key" in run("key", "revoke", "aaaaaaaa", expect=1)
    assert "is over already" in run("key", "add", "mill-01", "--expires", "2018-01-01", *PLAN, expect=2)


def test_a_second_gateway_on_the_same_store_and_a_taken_port_are_refused(
    gateway: GatewayProcess, tmp_path, free_ports: Callable[[int], list[int]]
) -> None:
    run = gateway.pipeline.run
    (other,) = free_ports(1)
    assert "Another gateway works on" in run("gateway", "run", "--port", str(other), *PLAN, expect=1)
    gateway.pipeline.environ["QINGYU_GATEWAY_STORE"] = str(tmp_path / "other.sqlite")
    assert "cannot listen on 127.0.0.1" in run("gateway", "run", *PLAN, expect=1)


def test_a_store_is_not_taken_to_another_cluster(gateway: GatewayProcess) -> None:
    """Its receipts name addresses there: nothing is sent, everything is still taken, and the operator is told."""
    mill = gateway.reporter("mill-01")
    mill.insist(mill.output("r-1"))
    gateway.wait_drained()
    assert gateway.stop() == 0
    with closing(connect(gateway.store)) as database:
        database.execute("UPDATE fact SET value = 'another-cluster' WHERE name = 'kafka_cluster'")
    gateway.start()
    gateway.wait_until(lambda: "belongs to Kafka cluster another-cluster" in gateway.ready()["kafka"])
    assert mill.post(mill.output("r-2")).json()["held_by"] == "spool"
    assert gateway.ready()["spool_entries"] == 1
