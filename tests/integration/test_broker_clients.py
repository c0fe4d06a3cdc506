"""Producer, consumer, admin and topics against a real Kafka: waiting, giving up, refusing, round trips."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError

from broker import local
from broker.clients import cluster_id, ensure_topics, make_admin, make_consumer, make_producer, quiet
from broker.faults import BrokerAway, BrokerRefused, TopicMismatch
from broker.local import LocalKafka
from broker.settings import KafkaSettings, SaslMechanism, SecurityProtocol
from plan.messages import RETURN_BYTES_MAX
from plan.topics import TopicSpec

pytestmark = pytest.mark.broker

Settings = Callable[..., KafkaSettings]
_KEPT = {"cleanup.policy": "delete", "retention.ms": "-1", "message.timestamp.type": "LogAppendTime"}


def _poll_for_10_s(consumer: KafkaConsumer) -> None:
    for _ in range(20):
        consumer.poll(500)


@pytest.mark.parametrize("make", [make_admin, lambda s, tell: make_producer(s, "t", tell)])
def test_kafka_away_is_told_and_given_up_after_the_wait(
    free_ports: Callable[[int], list[int]], make: Callable[..., object]
) -> None:
    settings = KafkaSettings(bootstrap=f"127.0.0.1:{free_ports(1)[0]}", is_local=True, wait_s=4.0)
    threads, told, began = threading.active_count(), [], time.monotonic()
    with pytest.raises(BrokerAway, match=r"did not answer within 4 s\. Start the local server: `qingyu kafka start`"):
        make(settings, told.append)
    assert 4.0 <= time.monotonic() - began < 30.0
    assert len(told) == 1  # after an attempt of 3 s; at 4 s it gives up
    assert threading.active_count() == threads  # nothing is left running


def test_a_named_cluster_that_is_away_gets_its_own_mend(free_ports: Callable[[int], list[int]]) -> None:
    settings = KafkaSettings(bootstrap=f"127.0.0.1:{free_ports(1)[0]}", is_local=False, wait_s=0.2)
    with pytest.raises(BrokerAway, match="QINGYU_KAFKA_BOOTSTRAP"):
        make_consumer(settings, "t")


def test_a_client_that_waits_gets_through_when_kafka_comes(
    kafka_settings: Settings, free_ports: Callable[[int], list[int]]
) -> None:
    """A listener that says nothing stands for a broker that is still starting."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        mute = f"127.0.0.1:{silent.getsockname()[1]}"
        both = kafka_settings(bootstrap=f"{mute},{kafka_settings().bootstrap}", wait_s=60.0)
        with make_admin(both) as admin:
            assert cluster_id(admin) == cluster_id(kafka_settings())


def test_bytes_go_round_and_the_broker_stamps_the_time(kafka_settings: Settings) -> None:
    settings = kafka_settings()
    topic = settings.topic("ticks")
    with make_admin(settings) as admin:
        assert ensure_topics(admin, settings, [TopicSpec("ticks", 1, _KEPT)], quiet) == (topic,)
    payload = b"x" * RETURN_BYTES_MAX  # the largest return the contract takes
    began_ms = int(time.time() * 1000)
    with make_producer(settings, "t") as producer:
        # A date of 2017 in the record must not become its time: retention would delete it at once.
        producer.send(topic, payload, key=b"unit-1", timestamp_ms=1_483_228_800_000).get(timeout=20)
    consumer = make_consumer(settings, "t")
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        consumer.seek(partition, 0)
        (record,) = consumer.poll(10_000)[partition]
    finally:
        consumer.close()
    assert (record.key, record.value, record.offset) == (b"unit-1", payload, 0)
    assert record.timestamp >= began_ms


def test_the_consumer_never_chooses_an_offset_by_itself(kafka_settings: Settings) -> None:
    settings = kafka_settings()
    partition = TopicPartition(settings.topic("ticks"), 0)
    with make_admin(settings) as admin:
        ensure_topics(admin, settings, [TopicSpec("ticks", 1, _KEPT)], quiet)
    consumer = make_consumer(settings, "t")
    try:
        consumer.assign([partition])
        with pytest.raises(NoOffsetForPartitionError):
            consumer.poll(5000)
        consumer.seek(partition, 7)  # beyond the end, as after a wiped broker
        with pytest.raises(OffsetOutOfRangeError):
            _poll_for_10_s(consumer)
    finally:
        consumer.close()


def test_topics_are_created_once_and_as_declared(kafka_settings: Settings) -> None:
    settings, told = kafka_settings(), []
    specs = [TopicSpec("ticks", 1, _KEPT), TopicSpec("returns.energy-monthly.gateway", 3, _KEPT)]
    names = (settings.topic("ticks"), settings.topic("returns.energy-monthly.gateway"))
    with make_admin(settings) as admin:
        assert ensure_topics(admin, settings, specs, told.append) == names
        assert ensure_topics(admin, settings, specs, told.append) == ()
        assert ensure_topics(admin, settings, [], told.append) == ()
        assert {t["name"]: len(t["partitions"]) for t in admin.describe_topics(list(names))} == {
            names[0]: 1,
            names[1]: 3,
        }
    assert told == [f"created 2 of 2 topics: {names[0]}, {names[1]}"]


def test_topics_in_another_shape_are_all_listed_and_left_alone(kafka_settings: Settings) -> None:
    settings = kafka_settings()
    name = settings.topic("ticks")
    existing = {"cleanup.policy": "compact,delete", "retention.ms": "1000"}
    with make_admin(settings) as admin:
        ensure_topics(admin, settings, [TopicSpec("ticks", 1, existing)], quiet)
        # Order within a list does not matter, more partitions than declared do no harm.
        same = TopicSpec("ticks", 1, {"cleanup.policy": "delete,compact"})
        assert ensure_topics(admin, settings, [same], quiet) == ()
        with pytest.raises(TopicMismatch) as caught:
            ensure_topics(admin, settings, [TopicSpec("ticks", 2, _KEPT), TopicSpec("alerts", 1, _KEPT)], quiet)
        said = str(caught.value)
        for part in (
            f"{name} has 1 partitions, declared are 2",
            "declared is delete",
            f"{name} has retention.ms=1000, declared is -1",
            f"{name} has message.timestamp.type=CreateTime, declared is LogAppendTime",
            "qingyu kafka wipe",
        ):
            assert part in said
        assert "alerts" not in said
        assert len(admin.describe_topics([name])[0]["partitions"]) == 1


_LOGIN = """
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller_port},LOGIN://127.0.0.1:%(port)d
advertised.listeners=PLAINTEXT://127.0.0.1:${port},LOGIN://127.0.0.1:%(port)d
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.login.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule \\
  required user_gateway="right";
"""


def test_a_wrong_password_is_refused_early_and_never_shown(
    local_kafka: Callable[[], LocalKafka],
    free_ports: Callable[[int], list[int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, (port,) = local_kafka(), free_ports(1)
    template = (local.DEPLOY_KAFKA / "server.properties").read_text(encoding="utf-8")
    # The last of two lines with one key counts.
    (tmp_path / "server.properties").write_text(template + _LOGIN % {"port": port}, encoding="utf-8")
    (tmp_path / "log4j2.xml").write_bytes((local.DEPLOY_KAFKA / "log4j2.xml").read_bytes())
    monkeypatch.setattr(local, "DEPLOY_KAFKA", tmp_path)
    server.start(quiet)
    login = KafkaSettings(
        bootstrap=f"127.0.0.1:{port}",
        is_local=False,
        security_protocol=SecurityProtocol.SASL_PLAINTEXT,
        sasl_mechanism=SaslMechanism.PLAIN,
        username="gateway",
        password="right",
        wait_s=60.0,
    )
    assert cluster_id(login) == cluster_id(server.settings)
    began = time.monotonic()
    with pytest.raises(BrokerRefused, match=r"refused the user 'gateway'.*QINGYU_KAFKA_SASL_USERNAME") as caught:
        make_producer(replace(login, password="mistyped"), "t")
    assert time.monotonic() - began < 30.0
    assert "mistyped" not in str(caught.value)
    server.stop(quiet)
