"""Kafka with SCRAM logins and the StandardAuthorizer: a sender tries to do more than it may, others to get in."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import TopicPartition
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ConfigResource,
    ResourcePattern,
    ResourceType,
    UserScramCredentialUpsertion,
)
from kafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
)

from broker.clients import ensure_topics, make_admin, quiet
from broker.faults import BrokerAway, BrokerRefused, NotAllowed
from broker.jars import find_jars, find_java
from broker.places import cache_folder
from broker.secure import Security
from broker.settings import KafkaSettings
from plan.topics import topics_of
from tests.support.secured import OWN, PLAN, PREFIX, SecuredKafka, read, send

pytestmark = pytest.mark.broker

FOREIGN = (
    "returns.output.gateway",
    "returns.growth.archive",
    "explanations.gateway",
    "plans",
    "ticks",
    "indicator-values",
    "return-outcomes.gateway",
    "assessments",
    "alerts",
)


@pytest.fixture
def system(mills: SecuredKafka) -> KafkaSettings:
    """The login of the environment bureau's own system."""
    return mills.login("sender-environment-system", PREFIX)


# --- the environment bureau's own system tries to do more than it may --------------------------------------------


def test_a_sender_writes_its_own_topic(system: KafkaSettings) -> None:
    assert send(system, OWN) >= 0


@pytest.mark.parametrize("topic", FOREIGN)
def test_a_sender_writes_no_other_topic(system: KafkaSettings, topic: str) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        send(system, topic)


@pytest.mark.parametrize("topic", [OWN, *FOREIGN])
def test_a_sender_reads_nothing(system: KafkaSettings, topic: str) -> None:
    """Not even its own topic: what was handed in is for the writer alone."""
    if topic == OWN:
        send(system, OWN)
    with pytest.raises(TopicAuthorizationFailedError):
        read(system, topic)


def test_a_sender_sees_that_its_own_topic_exists_and_no_other(system: KafkaSettings) -> None:
    with make_admin(system) as admin:
        assert admin.list_topics() == [PREFIX + OWN]
        with pytest.raises(NotAllowed, match=r"may not see these topics: .*mills\.ticks.*qingyu kafka secure"):
            ensure_topics(admin, system, topics_of([PLAN]), quiet)
        mine = [spec for spec in topics_of([PLAN]) if spec.name == OWN]
        assert ensure_topics(admin, system, mine, quiet) == ()


def test_a_sender_makes_changes_and_deletes_no_topic(system: KafkaSettings) -> None:
    """A retention of a minute would delete the record as well as deleting it would."""
    own = PREFIX + OWN
    with make_admin(system) as admin:
        for attempt in (
            lambda: admin.create_topics({PREFIX + "returns.growth.environment-system": {"num_partitions": 1}}),
            lambda: admin.create_partitions({own: 9}),
            lambda: admin.delete_topics([own]),
            lambda: admin.delete_records({TopicPartition(own, 0): 1}),
        ):
            with pytest.raises(TopicAuthorizationFailedError):
                attempt()
        answer = admin.alter_configs([ConfigResource("TOPIC", own, {"retention.ms": "60000"})])
        assert "TopicAuthorizationFailedError" in answer["topic"][own]


def test_a_sender_gives_itself_no_rights(mills: SecuredKafka, system: KafkaSettings) -> None:
    everything = ResourcePattern(ResourceType.TOPIC, "*")
    wish = ACL(f"User:{system.username}", "*", ACLOperation.ALL, ACLPermissionType.ALLOW, everything)
    with make_admin(system) as admin:
        assert admin.create_acls([wish])["failed"] == [ClusterAuthorizationFailedError]
        assert [fault for _, _, fault in admin.delete_acls([wish])] == [ClusterAuthorizationFailedError]
        stolen = UserScramCredentialUpsertion(PREFIX + "writer", "SCRAM_SHA_512", "mine now")
        assert "needs ALTER" in admin.alter_user_scram_credentials([stolen])[PREFIX + "writer"]
        with pytest.raises(NotAllowed, match=r"may not set users and rules"):
            Security(admin, system, mills.passwords).look()


def test_a_sender_joins_no_group(system: KafkaSettings) -> None:
    with make_admin(system) as admin, pytest.raises(GroupAuthorizationFailedError):
        admin.list_group_offsets("anybody")


# --- getting in at all ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{"password": "guess"}, {"username": "nobody"}, {"username": "broker"}])
def test_a_wrong_login_is_refused(system: KafkaSettings, changes: dict[str, str]) -> None:
    with pytest.raises(BrokerRefused, match="refused the user"):
        make_admin(replace(system, **changes))


def test_nobody_gets_in_without_a_login(mills: SecuredKafka) -> None:
    at = mills.server.endpoint
    for port in (at.port, at.controller_port):
        anonymous = KafkaSettings(bootstrap=f"127.0.0.1:{port}", is_local=True, wait_s=2.0)
        with pytest.raises(BrokerAway):
            make_admin(anonymous)


_LOGINS = {
    "nobody": "security.protocol=PLAINTEXT",
    "guess": "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config="
    'org.apache.kafka.common.security.plain.PlainLoginModule required username="broker" password="guess";',
    "sender": "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\nsasl.jaas.config="
    "org.apache.kafka.common.security.scram.ScramLoginModule required "
    'username="mills.sender-environment-system" password="{sender}";',
    "server": "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config="
    'org.apache.kafka.common.security.plain.PlainLoginModule required username="broker" password="{broker}";',
}


@pytest.mark.parametrize("who", _LOGINS)
def test_the_controllers_door_is_shut_too(mills: SecuredKafka, tmp_path: Path, who: str) -> None:
    """The controller takes rules past the broker: Kafka's own tool gives them there, with the server's login only."""
    passwords = mills.passwords
    login = _LOGINS[who].format(
        sender=passwords.read(PREFIX + "sender-environment-system"), broker=passwords.read("broker")
    )
    config = tmp_path / "client.properties"
    config.write_text(f"{login}\nrequest.timeout.ms=4000\ndefault.api.timeout.ms=5000\n", encoding="utf-8")
    answer = subprocess.run(
        [
            *(find_java(), "-cp", f"{find_jars(cache_folder(os.environ), quiet)}/*"),
            *("org.apache.kafka.tools.AclCommand", "--command-config", str(config)),
            *("--bootstrap-controller", f"127.0.0.1:{mills.server.controller_port}"),
            *("--add", "--allow-principal", f"User:mallory-{who}", "--operation", "All", "--topic", "weather"),
        ],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    settings = mills.administrator(PREFIX)
    with make_admin(settings) as admin:
        users = {rule.user for rule in Security(admin, settings, passwords).look().rules}
    assert (f"mallory-{who}" in users) == (who == "server"), answer.stdout + answer.stderr
