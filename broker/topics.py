"""Bring the topics of the plans into being, and notice when an existing one does not fit its declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import (
    LeaderNotAvailableError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)

from broker.faults import TopicMismatch

if TYPE_CHECKING:
    from kafka import KafkaAdminClient

    from broker.settings import KafkaSettings
    from plan.topics import TopicSpec

_READY_WAIT_MS = 30_000


def ensure_topics(
    admin: KafkaAdminClient, settings: KafkaSettings, specs: Iterable[TopicSpec], tell: Callable[[str], None]
) -> tuple[str, ...]:
    """Create the declared topics that are missing; return their broker names. Doing it again changes nothing.

    An existing topic is left as it is. Raises TopicMismatch, naming every fault, when one has fewer
    partitions than declared or another value of a declared setting; KafkaError when Kafka refuses.
    """
    wanted = {settings.topic(spec.name): spec for spec in specs}
    if not wanted:
        return ()
    missing = [name for name, partitions in _partitions(admin, list(wanted)).items() if partitions is None]
    if missing:
        _create(admin, {name: wanted[name] for name in missing})
        tell(f"created {len(missing)} of {len(wanted)} topics: {', '.join(missing)}")
    admin.wait_for_topics(list(wanted), timeout_ms=_READY_WAIT_MS)
    faults = _mismatches(admin, wanted)
    if faults:
        raise TopicMismatch(
            "Topics on Kafka do not fit the plans: " + "; ".join(faults) + ".",
            "On a local server that may be emptied: `qingyu kafka wipe` and `start`. Elsewhere let the "
            "cluster's operator correct them while the writer is stopped: settings with "
            "kafka-configs.sh --alter, partitions with kafka-topics.sh --alter.",
        )
    return tuple(missing)


def _partitions(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, int | None]:
    """How many partitions each topic has; None for one that does not exist."""
    found: dict[str, int | None] = {}
    for topic in admin.describe_topics(list(names)):
        code = topic["error_code"]
        if code == UnknownTopicOrPartitionError.errno:
            found[topic["name"]] = None
        elif code in (0, LeaderNotAvailableError.errno):
            found[topic["name"]] = len(topic["partitions"])
        else:
            raise for_code(code)(f"topic {topic['name']}")
    return found


def _create(admin: KafkaAdminClient, specs: dict[str, TopicSpec]) -> None:
    # No replication factor: how many copies a cluster keeps is for its own default to say.
    wishes = {name: {"num_partitions": spec.partitions, "configs": dict(spec.config)} for name, spec in specs.items()}
    answer = admin.create_topics(wishes, raise_errors=False)
    for topic in answer["topics"]:
        # Two processes that start together both see a topic missing; the second finds it made.
        if topic["error_code"] not in (0, TopicAlreadyExistsError.errno):
            raise for_code(topic["error_code"])(f"topic {topic['name']}: {topic['error_message']}")


def _mismatches(admin: KafkaAdminClient, wanted: dict[str, TopicSpec]) -> list[str]:
    faults = []
    partitions = _partitions(admin, list(wanted))
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in wanted]
    described = admin.describe_configs(resources, config_filter="all")["topic"]
    for name, spec in wanted.items():
        has = partitions[name] or 0
        if has < spec.partitions:
            faults.append(f"{name} has {has} partitions, declared are {spec.partitions}")
        for key, value in spec.config.items():
            actual = described[name].get(key, {}).get("value")
            if actual is None or _words(actual) != _words(value):
                faults.append(f"{name} has {key}={actual}, declared is {value}")
    return faults


def _words(value: str) -> set[str]:
    """A setting may be a list, and Kafka keeps no order in it (`compact,delete`)."""
    return {word.strip() for word in value.split(",")}
