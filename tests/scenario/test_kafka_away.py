"""Kafka is away: every command says so in words a person can act on, and a running writer gets over it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from broker.clients import quiet
from broker.local import LocalKafka
from consumers.lag import settled
from tests.scenario.story import FIRST_DAY, PLAN_FOLDER, Sending, read_story
from tests.support.pipeline import REPOSITORY, Pipeline, clean_environ

COMMANDS = (("feed", "published"), ("writer", "run"), ("writer", "status"), ("alerts", "run"))
WAIT_S = 4
"""Longer than one attempt to connect (3 s), so that there is something to say between two of them."""

_AWAY_S = 4
"""Several of the idle writer's looks at Kafka, which come twice a second."""


@pytest.fixture(scope="module")
def given_up(
    free_ports: Callable[[int], list[int]], tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, ...], tuple[int, str]]:
    """Exit code and words of each command where nobody listens; they wait side by side."""
    (closed,) = free_ports(1)
    running = {
        command: subprocess.Popen(
            [sys.executable, "qingyu.py", *command],
            cwd=REPOSITORY,
            env=clean_environ(
                os.environ,
                QINGYU_VAR=str(tmp_path_factory.mktemp(command[0])),
                QINGYU_KAFKA_BOOTSTRAP=f"127.0.0.1:{closed}",
                QINGYU_KAFKA_WAIT=str(WAIT_S),
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command in COMMANDS
    }
    said = {command: process.communicate(timeout=120)[0] for command, process in running.items()}
    return {command: (process.returncode, said[command]) for command, process in running.items()}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_waits_aloud_and_gives_up_with_the_mend(
    given_up: dict[tuple[str, ...], tuple[int, str]], command: tuple[str, ...]
) -> None:
    code, said = given_up[command]
    assert code == 1, said
    assert "does not answer yet; waiting" in said
    assert said.count(f"did not answer within {WAIT_S} s.") == 1
    assert "QINGYU_KAFKA_BOOTSTRAP" in said
    assert "Traceback" not in said


@pytest.fixture
def private_kafka(local_kafka: Callable[[], LocalKafka]) -> Iterator[LocalKafka]:
    """A running Kafka of this test's own, which it may stop."""
    server = local_kafka()
    server.start(quiet)
    yield server
    server.stop(quiet)


@pytest.mark.broker
@pytest.mark.faults
def test_a_writer_that_loses_kafka_goes_on_when_it_is_back(private_kafka: LocalKafka, tmp_path: Path) -> None:
    pipeline = Pipeline(
        clean_environ(os.environ, QINGYU_VAR=str(tmp_path), QINGYU_KAFKA_BOOTSTRAP=private_kafka.endpoint.bootstrap)
    )
    story, sending = read_story(), Sending(pipeline.environ)
    pipeline.run("feed", "plan", "--plan", str(PLAN_FOLDER))
    writer = pipeline.start("writer", "run")
    try:
        sending.days(story, FIRST_DAY, date(2018, 3, 12))
        assert settled(pipeline.environ, 60).is_settled
        private_kafka.stop(quiet)
        time.sleep(_AWAY_S)
        private_kafka.start(quiet)
        sending.days(story, date(2018, 3, 13), date(2018, 4, 12))
        assert settled(pipeline.environ, 60).is_settled
        assert writer.poll() is None
    finally:
        writer.terminate()
        code = writer.wait(timeout=60)
    assert code == 0
    found = pipeline.ask("SELECT area_id, period, received FROM fct_response WHERE area_id <> 'city' ORDER BY ALL")
    assert found == [
        ("east", "2018-01..02", 2),
        ("east", "2018-01..03", 2),
        ("west", "2018-01..02", 2),
        ("west", "2018-01..03", 2),
    ]

    undisturbed = Pipeline(pipeline.environ | {"QINGYU_VAR": str(tmp_path / "undisturbed")})
    undisturbed.run("writer", "run", "--until-idle")
    assert undisturbed.state_hashes() == pipeline.state_hashes()
