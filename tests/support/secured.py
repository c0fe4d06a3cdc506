"""A Kafka that asks for logins, started as an operator would, and people who log in there."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kafka import TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from broker.acl_plan import Difference, compare, planned_access
from broker.clients import ensure_topics, make_admin, make_consumer, make_producer, quiet
from broker.local import LocalKafka
from broker.local_login import with_login
from broker.passwords import Passwords
from broker.places import cache_folder, read_endpoint, secrets_folder
from broker.secure import Security
from broker.settings import KafkaSettings
from plan.model import Plan
from plan.topics import topics_of
from tests.support.pipeline import Pipeline, clean_environ
from tests.support.three_senders import ARCHIVE, GATEWAY, SYSTEM, plan_of

PREFIX = "mills."
"""The installation whose plan most tests use."""
PLAN = plan_of(GATEWAY, SYSTEM, ARCHIVE)
OWN = "returns.output.environment-system"


class SecuredKafka:
    """The server under one `var` folder; every login is that of one user of one installation (topic prefix)."""

    def __init__(self, var: Path, environ: Mapping[str, str]) -> None:
        self._environ = clean_environ(environ, QINGYU_VAR=str(var), QINGYU_CACHE=str(cache_folder(environ)))
        self.folder = var / "kafka"
        self.passwords = Passwords(secrets_folder(self.folder))

    @property
    def server(self) -> LocalKafka:
        """The server as it was started last."""
        at = read_endpoint(self.folder)
        return LocalKafka(self.folder, at.port, at.controller_port, cache_folder(os.environ), at.is_secure)

    def operator(self, **more: str) -> Pipeline:
        """Commands without any login in the environment: the administrator's."""
        return Pipeline({**self._environ, **more})

    def commands(self, user: str, prefix: str, **more: str) -> Pipeline:
        """Commands with the login of a user."""
        return self.operator(
            QINGYU_KAFKA_SECURITY_PROTOCOL="SASL_PLAINTEXT",
            QINGYU_KAFKA_SASL_USERNAME=prefix + user,
            QINGYU_KAFKA_SASL_PASSWORD_FILE=str(self.passwords.file(prefix + user)),
            QINGYU_TOPIC_PREFIX=prefix,
            **more,
        )

    def administrator(self, prefix: str) -> KafkaSettings:
        """The operator's own client."""
        return replace(self.server.settings, topic_prefix=prefix, wait_s=20.0)

    def login(self, user: str, prefix: str) -> KafkaSettings:
        """The client settings of a user."""
        return with_login(self.administrator(prefix), prefix + user, self.passwords.read(prefix + user))

    def give_access(self, settings: KafkaSettings, plan: Plan, prune: bool = False) -> Difference:
        """Make the topics and bring access to what the plan gives; returns what was otherwise."""
        with make_admin(settings) as admin:
            ensure_topics(admin, settings, topics_of([plan]), quiet)
            security = Security(admin, settings, self.passwords)
            difference = compare(planned_access([plan], settings), security.look(), settings)
            security.add(difference)
            if prune:
                security.prune(difference)
        return difference


def send(settings: KafkaSettings, topic: str, value: bytes = b"{}") -> int:
    """Send one message and wait for its offset."""
    with make_producer(settings, "test") as producer:
        return producer.send(settings.topic(topic), value, key=b"mill-a").get(timeout=20).offset


def read(settings: KafkaSettings, topic: str) -> list[ConsumerRecord]:
    """Everything on the first partition, whose end is asked for first: a reader may be refused there or later."""
    consumer = make_consumer(settings, "test")
    partition = TopicPartition(settings.topic(topic), 0)
    try:
        end = consumer.end_offsets([partition])[partition]
        consumer.assign([partition])
        consumer.seek(partition, 0)
        found: list[ConsumerRecord] = []
        while consumer.position(partition) < end:
            found += consumer.poll(timeout_ms=1000).get(partition, [])
        return found
    finally:
        consumer.close()
