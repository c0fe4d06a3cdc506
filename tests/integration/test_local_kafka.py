"""The local Kafka through its life: cold start, warm start, kill, broken storage, taken ports."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from kafka import KafkaProducer, TopicPartition

from broker import local
from broker.clients import cluster_id, ensure_topics, make_admin, make_consumer, make_producer, quiet
from broker.faults import PortTaken, ServerDied, ServerRunning
from broker.local import LocalKafka, ServerState, Started, Stopped
from broker.process import ServerRecord, read_record, write_record
from plan.topics import TopicSpec

pytestmark = pytest.mark.broker

_KEPT = {"cleanup.policy": "delete", "retention.ms": "-1", "message.timestamp.type": "LogAppendTime"}
_SPECS = (TopicSpec("ticks", 1, _KEPT), TopicSpec("returns.energy-monthly.gateway", 3, _KEPT))


@pytest.fixture
def fresh(local_kafka: Callable[[], LocalKafka]) -> Iterator[LocalKafka]:
    """A server of this test alone, not yet started; stopped when the test ends."""
    server = local_kafka()
    yield server
    server.stop(quiet)


@pytest.fixture
def written(fresh: LocalKafka) -> LocalKafka:
    """A running server with the topics and one message on `ticks`."""
    assert fresh.start(quiet) is Started.FORMATTED_AND_STARTED
    with make_admin(fresh.settings) as admin:
        assert ensure_topics(admin, fresh.settings, _SPECS, quiet) == tuple(spec.name for spec in _SPECS)
    with make_producer(fresh.settings, "test") as producer:
        assert _send(producer, b"2017-01-01") == 0
    return fresh


def _send(producer: KafkaProducer, value: bytes) -> int:
    return producer.send("ticks", value, partition=0).get(timeout=20).offset


def _ticks(server: LocalKafka) -> list[bytes]:
    """Everything on `ticks` so far."""
    partition = TopicPartition("ticks", 0)
    consumer = make_consumer(server.settings, "test")
    try:
        consumer.assign([partition])
        consumer.seek(partition, 0)
        end = consumer.end_offsets([partition])[partition]
        values: list[bytes] = []
        while consumer.position(partition) < end:
            values += [record.value for record in consumer.poll(1000).get(partition, [])]
        return values
    finally:
        consumer.close()


def _record(server: LocalKafka) -> ServerRecord:
    record = read_record(server.folder / "server.json")
    assert record is not None
    return record


def test_cold_start_topics_stop_and_a_warm_start_that_keeps_the_data(written: LocalKafka) -> None:
    with make_admin(written.settings) as admin:
        topics = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(None)}
        assert topics == {"ticks": 1, "returns.energy-monthly.gateway": 3}
        first = cluster_id(admin)
    assert written.status() == local.LocalStatus(
        ServerState.RUNNING, written.endpoint.bootstrap, _record(written).pid, first
    )

    assert written.stop(quiet) is Stopped.STOPPED
    assert written.status().state is ServerState.STOPPED
    assert written.stop(quiet) is Stopped.NOT_RUNNING

    assert written.start(quiet) is Started.STARTED
    assert cluster_id(written.settings) == first
    assert _ticks(written) == [b"2017-01-01"]
    with make_admin(written.settings) as admin:
        assert ensure_topics(admin, written.settings, _SPECS, quiet) == ()


def test_starting_a_running_server_changes_nothing(written: LocalKafka) -> None:
    before = _record(written)
    assert written.start(quiet) is Started.ALREADY_RUNNING
    assert _record(written) == before
    with pytest.raises(ServerRunning, match=f"running, on port {written.port}.*stop"):
        replace(written, port=written.port + 1000).start(quiet)


@pytest.mark.faults
def test_a_killed_server_leaves_a_stale_pid_and_start_mends_it(written: LocalKafka) -> None:
    killed = _record(written)
    os.kill(killed.pid, signal.SIGKILL)
    while killed.is_alive:
        time.sleep(0.05)
    assert written.status().state is ServerState.ENDED_UNASKED

    told: list[str] = []
    assert written.start(told.append) is Started.STARTED
    assert any(f"pid {killed.pid} ended without being stopped" in line for line in told)
    assert _ticks(written) == [b"2017-01-01"]


@pytest.mark.faults
def test_a_pid_taken_over_by_another_program_is_not_mistaken_for_the_server(
    written: LocalKafka,
) -> None:
    running = _record(written)
    written.stop(quiet)
    # After a reboot our old number may belong to anybody, here to this very test.
    write_record(written.folder / "server.json", msgspec.structs.replace(running, pid=os.getpid()))
    assert written.stop(quiet) is Stopped.NOT_RUNNING
    assert written.start(quiet) is Started.STARTED


def test_a_stopped_server_can_move_to_other_ports(written: LocalKafka, free_ports: Callable[[int], list[int]]) -> None:
    written.stop(quiet)
    port, controller_port = free_ports(2)
    moved = replace(written, port=port, controller_port=controller_port)
    assert moved.start(quiet) is Started.STARTED
    assert _ticks(moved) == [b"2017-01-01"]


def test_half_formatted_storage_is_formatted_anew(fresh: LocalKafka) -> None:
    leftover = fresh.folder / "data" / "__cluster_metadata-0" / "00000000000000000000-0000000000.checkpoint.part"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(b"broken off")
    told: list[str] = []
    assert fresh.start(told.append) is Started.FORMATTED_AND_STARTED
    assert "the storage was only half formatted; formatted it anew" in told
    assert not leftover.exists()


def test_wipe_refuses_a_running_server_and_makes_a_new_cluster(written: LocalKafka) -> None:
    first = cluster_id(written.settings)
    with pytest.raises(ServerRunning, match=r"qingyu kafka stop"):
        written.wipe()
    written.stop(quiet)
    written.wipe()
    assert written.status().state is ServerState.NEVER_STARTED
    assert written.start(quiet) is Started.FORMATTED_AND_STARTED
    assert cluster_id(written.settings) != first


def test_a_taken_port_is_named_with_its_holder_and_the_mend(fresh: LocalKafka) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", fresh.controller_port))
        holder.listen()
        with pytest.raises(PortTaken, match=rf"{fresh.controller_port}.*\(pid {os.getpid()}\).*--port"):
            fresh.start(quiet)
    assert fresh.status().state is ServerState.NEVER_STARTED


def test_a_server_that_dies_while_starting_shows_its_last_words(
    fresh: LocalKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.start(quiet)
    fresh.stop(quiet)
    template = (local.DEPLOY_KAFKA / "server.properties").read_text(encoding="utf-8")
    (tmp_path / "log4j2.xml").write_bytes((local.DEPLOY_KAFKA / "log4j2.xml").read_bytes())
    (tmp_path / "server.properties").write_text(template + "num.io.threads=0\n", encoding="utf-8")
    monkeypatch.setattr(local, "DEPLOY_KAFKA", tmp_path)
    with pytest.raises(ServerDied, match=r"ended while it was starting(.|\n)*num\.io\.threads(.|\n)*server\.log"):
        fresh.start(quiet)
    assert fresh.status().state is ServerState.STOPPED
