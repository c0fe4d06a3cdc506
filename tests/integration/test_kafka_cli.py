"""`qingyu kafka ...` as an operator uses it: sentences, exit codes, a server found again by the next command."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from broker.cli import app
from broker.clients import make_admin
from broker.places import PLANS
from broker.settings import KafkaSettings
from plan.loader import load_plans
from plan.topics import topics_of

pytestmark = pytest.mark.broker


@pytest.fixture
def qingyu_kafka(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """Factory: run `qingyu kafka WORDS` with its own var folder and no Kafka settings."""
    for name in ("BOOTSTRAP", "SECURITY_PROTOCOL", "SASL_USERNAME", "SASL_PASSWORD", "WAIT"):
        monkeypatch.delenv(f"QINGYU_KAFKA_{name}", raising=False)
    monkeypatch.setenv("QINGYU_VAR", str(tmp_path / "var"))

    def run(*words: str, **environ: str) -> Result:
        return CliRunner().invoke(app, list(words), env=environ)

    yield run
    run("stop")


def _flat(result: Result) -> str:
    """What was said, however it was wrapped to the width of the terminal."""
    return " ".join(result.output.split())


def test_a_day_with_the_local_server(
    qingyu_kafka: Callable[..., Result], free_ports: Callable[[int], list[int]], tmp_path: Path
) -> None:
    never = qingyu_kafka("status")
    assert never.exit_code == 1
    assert "was never started. Start it: `qingyu kafka start`" in _flat(never)

    port = free_ports(1)[0]
    specs = topics_of(load_plans(PLANS))
    started = qingyu_kafka("start", "--port", str(port))
    assert started.exit_code == 0, started.output
    assert f"Kafka is running at 127.0.0.1:{port}" in _flat(started)
    assert f"{len(specs)} topics are there" in _flat(started)

    # The port is remembered: neither the next command nor any other client has to be told.
    again = qingyu_kafka("start")
    assert again.exit_code == 0
    assert f"Kafka was already running at 127.0.0.1:{port}" in _flat(again)
    assert "0 of them new" in _flat(again)
    assert qingyu_kafka("status").exit_code == 0
    settings = KafkaSettings.from_environ({"QINGYU_VAR": str(tmp_path / "var")})
    with make_admin(settings) as admin:
        found = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(None)}
    assert found == {spec.name: spec.partitions for spec in specs}

    refused = qingyu_kafka("wipe", "--yes")
    assert refused.exit_code == 1
    assert "Run `qingyu kafka stop` first." in _flat(refused)

    assert "Kafka is stopped" in _flat(qingyu_kafka("stop"))
    assert "was not running" in _flat(qingyu_kafka("stop"))
    assert "is stopped. Start it" in _flat(qingyu_kafka("status"))
    assert qingyu_kafka("wipe", "--yes").exit_code == 0
    assert "was never started" in _flat(qingyu_kafka("status"))


def test_a_cluster_from_outside_gets_its_topics_and_is_never_started_or_stopped(
    qingyu_kafka: Callable[..., Result], kafka_settings: Callable[..., KafkaSettings], tmp_path: Path
) -> None:
    settings = kafka_settings()
    outside = {"QINGYU_KAFKA_BOOTSTRAP": settings.bootstrap, "QINGYU_TOPIC_PREFIX": settings.topic_prefix}
    started = qingyu_kafka("start", **outside)
    assert started.exit_code == 0, started.output
    assert f"topics are there at {settings.bootstrap}" in _flat(started)
    assert not (tmp_path / "var").exists()
    with make_admin(settings) as admin:
        assert settings.topic("ticks") in admin.list_topics()
    assert "Kafka answers at" in _flat(qingyu_kafka("status", **outside))
    for word in ("stop", "wipe"):
        result = qingyu_kafka(word, **outside)
        assert result.exit_code == 1
        assert f"`{word}` is for the local server only. Unset QINGYU_KAFKA_BOOTSTRAP" in _flat(result)


def test_faulty_settings_and_an_absent_cluster_are_sentences_not_traces(
    qingyu_kafka: Callable[..., Result], free_ports: Callable[[int], list[int]]
) -> None:
    faulty = qingyu_kafka("start", QINGYU_KAFKA_BOOTSTRAP="nowhere", QINGYU_KAFKA_WAIT="soon")
    assert faulty.exit_code == 1
    assert "'nowhere' is not host:port" in _flat(faulty)
    assert "'soon' is not a number" in _flat(faulty)
    away = qingyu_kafka("start", QINGYU_KAFKA_BOOTSTRAP=f"127.0.0.1:{free_ports(1)[0]}", QINGYU_KAFKA_WAIT="0.5")
    assert away.exit_code == 1
    assert "did not answer within 0.5 s" in _flat(away)
    assert "Traceback" not in away.output
