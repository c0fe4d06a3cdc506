"""Bring the topics of the plans into being, and notice when an existing one does not fit its declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import (
    ClusterAuthorizationFailedError,
    LeaderNotAvailableError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)

from broker.faults import NotAllowed, TopicMismatch

if TYPE_CHECKING:
    from kafka import KafkaAdminClient

    from broker.settings import KafkaSettings
    from plan.topics import TopicSpec

_READY_WAIT_MS = 30_000
_NOT_ALLOWED = (TopicAuthorizationFailedError.errno, ClusterAuthorizationFailedError.errno)


def ensure_topics(
    admin: KafkaAdminClient, settings: KafkaSettings, specs: Iterable[TopicSpec], tell: Callable[[str], None]
) -> tuple[str, ...]:
    """Create the declared topics that are missing; return their broker names. Doing it again changes nothing.

    An existing topic is left as it is. Raises TopicMismatch, naming every fault, when one has fewer
    partitions than declared or another value of a declared setting; NotAllowed, naming every topic, when the
    login may not see or create some; KafkaError when Kafka refuses for another reason.
    """
    wanted = {settings.topic(spec.name): spec for spec in specs}
    if not wanted:
        return ()
    found, hidden = _partitions(admin, list(wanted))
    _refuse(settings, hidden, "see")
    missing = [name for name, partitions in found.items() if partitions is None]
    if missing:
        _refuse(settings, _create(admin, {name: wanted[name] for name in missing}), "create")
        tell(f"created {len(missing)} of {len(wanted)} topics: {', '.join(missing)}")
    admin.wait_for_topics(list(wanted), timeout_ms=_READY_WAIT_MS)
    faults, unread = _mismatches(admin, wanted)
    _refuse(settings, unread, "read the settings of")
    if faults:
        raise TopicMismatch(
            "Topics on Kafka do not fit the plans: " + "; ".join(faults) + ".",
            "On a local server that may be emptied: `qingyu kafka wipe` and `start`. Elsewhere let the "
            "cluster's operator correct them while the writer is stopped: settings with "
            "kafka-configs.sh --alter, partitions with kafka-topics.sh --alter.",
        )
    return tuple(missing)


def _refuse(settings: KafkaSettings, topics: Sequence[str], what: str) -> None:
    if topics:
        raise NotAllowed(
            f"The user {settings.username!r} may not {what} these topics: {', '.join(topics)}.",
            "Let the operator run `qingyu kafka start`, which creates topics, and `qingyu kafka secure`, which gives "
            "each user what its plan says; or log in as another user.",
        )


def _partitions(admin: KafkaAdminClient, names: Sequence[str]) -> tuple[dict[str, int | None], list[str]]:
    """How many partitions each topic has, None for one that does not exist; and those we may not see."""
    found: dict[str, int | None] = {}
    hidden = []
    for topic in admin.describe_topics(list(names)):
        code = topic["error_code"]
        if code == UnknownTopicOrPartitionError.errno:
            found[topic["name"]] = None
        elif code in (0, LeaderNotAvailableError.errno):
            found[topic["name"]] = len(topic["partitions"])
        elif code in _NOT_ALLOWED:
            hidden.append(topic["name"])
        else:
            raise for_code(code)(f"topic {topic['name']}")
    return found, hidden


def _create(admin: KafkaAdminClient, specs: dict[str, TopicSpec]) -> list[str]:
    """Create topics; returns those we may not create."""
    # No replication factor: how many copies a cluster keeps is for its own default to say.
    wishes = {name: {"num_partitions": spec.partitions, "configs": dict(spec.config)} for name, spec in specs.items()}
    refused = []
    answer = admin.create_topics(wishes, raise_errors=False)
    for topic in answer["topics"]:
        if topic["error_code"] in _NOT_ALLOWED:
            refused.append(topic["name"])
        # Two processes that start together both see a topic missing; the second finds it made.
        elif topic["error_code"] not in (0, TopicAlreadyExistsError.errno):
            raise for_code(topic["error_code"])(f"topic {topic['name']}: {topic['error_message']}")
    return refused


def _mismatches(admin: KafkaAdminClient, wanted: dict[str, TopicSpec]) -> tuple[list[str], list[str]]:
    """What does not fit; and the topics whose settings we may not read."""
    faults, unread = [], []
    partitions, _ = _partitions(admin, list(wanted))
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in wanted]
    described = admin.describe_configs(resources, config_filter="all")["topic"]
    for name, spec in wanted.items():
        if not described[name]:  # the client drops the error that Kafka gives for such a topic
            unread.append(name)
            continue
        has = partitions[name] or 0
        if has < spec.partitions:
            faults.append(f"{name} has {has} partitions, declared are {spec.partitions}")
        for key, value in spec.config.items():
            actual = described[name].get(key, {}).get("value")
            if actual is None or _words(actual) != _words(value):
                faults.append(f"{name} has {key}={actual}, declared is {value}")
    return faults, unread


def _words(value: str) -> set[str]:
    """A setting may be a list, and Kafka keeps no order in it (`compact,delete`)."""
    return {word.strip() for word in value.split(",")}
