"""The pipeline: one folder, one random topic prefix, the real commands as real processes. And a Kafka with logins."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.pipeline import Pipeline, pipeline_factory

if TYPE_CHECKING:
    from tests.support.secured import SecuredKafka


@pytest.fixture
def pipeline(tmp_path: Path, kafka_settings: Callable[..., object]) -> Callable[..., Pipeline]:
    """Factory: a pipeline of its own on the session's Kafka; keyword arguments are further environment variables."""
    return pipeline_factory(tmp_path, kafka_settings, os.environ)


@pytest.fixture(scope="session")
def secured_kafka(
    tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[int], list[int]]
) -> "Iterator[SecuredKafka]":
    """A Kafka that asks for logins, started by the command; nobody but its operator has one yet."""
    from tests.support.secured import SecuredKafka

    made = SecuredKafka(tmp_path_factory.mktemp("secured") / "晴雨 服务", os.environ)
    try:
        said = made.operator().run("kafka", "start", "--secure", "--port", str(free_ports(1)[0]))
        assert "with logins" in said
        yield made
    finally:
        made.operator().run("kafka", "stop")


@pytest.fixture(scope="session")
def mills(secured_kafka: "SecuredKafka") -> "SecuredKafka":
    """The same with topics, users and rules of the small plan with three senders."""
    from tests.support.secured import PLAN, PREFIX

    secured_kafka.give_access(secured_kafka.administrator(PREFIX), PLAN)
    return secured_kafka
