"""Fixtures every test may use: a real Kafka of this session, and settings that keep tests apart on it."""

import itertools
import os
import random
import socket
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from broker.local import LocalKafka
    from broker.settings import KafkaSettings
    from tests.support.postgres import LocalPostgres


def pytest_configure(config: pytest.Config) -> None:
    # kafka-python reads its message schemas through importlib functions that Python 3.11 calls deprecated.
    config.addinivalue_line("filterwarnings", "ignore:(read|open)_text is deprecated:DeprecationWarning")


@pytest.fixture(scope="session")
def free_ports() -> Callable[[int], list[int]]:
    """Factory: so many different ports of the loopback address that nobody listens on.

    They lie below those that outgoing connections are given: a client that knocks at a server just stopped could
    otherwise be given that very port and hold it.
    """
    candidates = iter(random.Random(os.getpid()).sample(range(20_000, 32_000), 2_000))

    def is_free(port: int) -> bool:
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                return False
        return True

    def find(count: int) -> list[int]:
        return list(itertools.islice(filter(is_free, candidates), count))

    return find


@pytest.fixture(scope="session")
def local_kafka(
    tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[int], list[int]]
) -> Iterator[Callable[[], "LocalKafka"]]:
    """Factory: a private, not yet started LocalKafka in its own folder; stopped at the session's end.

    The jars come from the shared cache (QINGYU_CACHE or ~/.cache/qingyu).
    """
    from broker.clients import quiet
    from broker.local import LocalKafka
    from broker.places import cache_folder

    made: list[LocalKafka] = []

    def make() -> LocalKafka:
        port, controller_port = free_ports(2)
        # A Chinese name with a space: the paths people really have.
        folder = tmp_path_factory.mktemp("kafka") / "晴雨 服务"
        made.append(LocalKafka(folder, port, controller_port, cache_folder(os.environ)))
        return made[-1]

    yield make
    for server in made:
        server.stop(quiet)


@pytest.fixture(scope="session")
def kafka_server(local_kafka: Callable[[], "LocalKafka"]) -> str:
    """The bootstrap address of a running Kafka that the whole session shares. Do not stop it."""
    from broker.clients import quiet

    server = local_kafka()
    server.start(quiet)
    return server.endpoint.bootstrap


@pytest.fixture(scope="session")
def kafka_settings(kafka_server: str) -> Callable[..., "KafkaSettings"]:
    """Factory: settings for the session's Kafka with a topic prefix no other test has.

    Each call makes a new prefix; keyword arguments replace fields of KafkaSettings.
    """
    from broker.settings import KafkaSettings

    def make(**changes: object) -> KafkaSettings:
        prefix = f"t{uuid.uuid4().hex[:10]}-"
        settings = KafkaSettings(bootstrap=kafka_server, is_local=True, topic_prefix=prefix, wait_s=20.0)
        return replace(settings, **changes)

    return make


@pytest.fixture(scope="session")
def postgres_server(free_ports: Callable[[int], list[int]]) -> "Iterator[LocalPostgres]":
    """A running PostgreSQL that the whole session shares; ``database()`` makes an empty database. Do not stop it."""
    from tests.support.postgres import LocalPostgres

    server = LocalPostgres(free_ports(1)[0])
    try:
        server.start()
        yield server
    finally:
        server.stop()
