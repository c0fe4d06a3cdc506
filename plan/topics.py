"""The topic list of the plans: names, partitions, retention.

Source topics keep every message for ever (they are the record) and are never compacted, so that their offsets
have no gaps. The broker stamps its own append time: old dates in the payload must not make retention delete a
message. Dots part the fields of a name, so ids use hyphens.
"""

from collections.abc import Iterable, Sequence

import msgspec

from plan.messages import PLAN_BYTES_MAX, REPAIR_BYTES_MAX, RETURN_BYTES_MAX
from plan.model import Plan

INDICATOR_VALUES = "indicator-values"
ASSESSMENTS = "assessments"
ALERTS = "alerts"
OUTCOMES = "return-outcomes"
PLANS = "plans"
TICKS = "ticks"
RETURNS = "returns"
EXPLANATIONS = "explanations"
REPAIRS = "repairs"
_RETURN_PARTITIONS = 2


class TopicSpec(msgspec.Struct, frozen=True):
    """One topic to be created: name, partitions, settings in Kafka's words."""

    name: str
    partitions: int
    config: dict[str, str]


def return_topic(form_id: str, sender_id: str) -> str:
    """Name of the topic on which a sender hands in a form."""
    return f"{RETURNS}.{form_id}.{sender_id}"


def split_return_topic(topic: str) -> tuple[str, str]:
    """Form id and sender id of a return topic; raises ValueError for another topic's name."""
    kind, form_id, sender_id = topic.split(".")
    if kind != RETURNS:
        raise ValueError(f"{topic!r} is not a topic of returns")
    return form_id, sender_id


def is_return_topic(topic: str) -> bool:
    """Tell whether a topic carries returns."""
    return topic.startswith(f"{RETURNS}.")


def explanation_topic(sender_id: str) -> str:
    """Name of the topic on which a sender hands in explanations."""
    return f"{EXPLANATIONS}.{sender_id}"


def explaining_sender(topic: str) -> str:
    """Sender id of a topic of explanations; raises ValueError for another topic's name."""
    kind, sender_id = topic.split(".")
    if kind != EXPLANATIONS:
        raise ValueError(f"{topic!r} is not a topic of explanations")
    return sender_id


def is_explanation_topic(topic: str) -> bool:
    """Tell whether a topic carries explanations."""
    return topic.startswith(f"{EXPLANATIONS}.")


def outcome_topic(sender_id: str) -> str:
    """Name of the topic on which a sender is told what became of its returns: its own, for others' are confidential."""
    return f"{OUTCOMES}.{sender_id}"


def outcome_topics(plans: Iterable[Plan]) -> tuple[str, ...]:
    """All topics of outcomes, one for each sender that is told, once across plans."""
    return tuple(map(outcome_topic, _told(plans)))


def sender_of(topic: str) -> str:
    """Sender id of a topic that a sender writes; raises ValueError for another topic's name."""
    return split_return_topic(topic)[1] if is_return_topic(topic) else explaining_sender(topic)


def explanation_topics(plans: Iterable[Plan]) -> tuple[str, ...]:
    """All topics of explanations: one for each sender that is told what became of its returns, once across plans."""
    return tuple(map(explanation_topic, _told(plans)))


def _told(plans: Iterable[Plan]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sender.id for plan in plans for sender in plan.senders if sender.gets_outcomes))


def return_topics(plans: Iterable[Plan]) -> tuple[str, ...]:
    """All topics of returns, one per form and sender that may send it."""
    return tuple(
        return_topic(form_id, sender.id) for plan in plans for sender in plan.senders for form_id in sender.forms
    )


def topics_of(plans: Iterable[Plan]) -> tuple[TopicSpec, ...]:
    """Every topic the plans need, in a fixed order."""
    shared = [
        TopicSpec(PLANS, 1, _kept(2 * PLAN_BYTES_MAX)),
        TopicSpec(TICKS, 1, _kept()),
        TopicSpec(INDICATOR_VALUES, 1, _kept()),
        TopicSpec(ASSESSMENTS, 1, _kept()),
        TopicSpec(ALERTS, 1, _kept()),
        TopicSpec(REPAIRS, 1, _kept(2 * REPAIR_BYTES_MAX)),
    ]
    told = [TopicSpec(name, 1, _kept()) for name in (*explanation_topics(plans), *outcome_topics(plans))]
    returns = [TopicSpec(name, _RETURN_PARTITIONS, _kept()) for name in return_topics(plans)]
    return (*shared, *told, *returns)


def topics_of_sender(plans: Sequence[Plan], sender_id: str) -> tuple[TopicSpec, ...]:
    """The topics one sender works with, and the only ones its login may see: its own, and outcomes if it gets them."""
    mine = [sender for plan in plans for sender in plan.senders if sender.id == sender_id]
    names = {return_topic(form_id, sender_id) for sender in mine for form_id in sender.forms}
    if any(sender.gets_outcomes for sender in mine):
        names |= {explanation_topic(sender_id), outcome_topic(sender_id)}
    return tuple(spec for spec in topics_of(plans) if spec.name in names)


def _kept(bytes_max: int = 2 * RETURN_BYTES_MAX) -> dict[str, str]:
    return {
        "cleanup.policy": "delete",
        "retention.ms": "-1",
        "retention.bytes": "-1",
        "message.timestamp.type": "LogAppendTime",
        "max.message.bytes": str(bytes_max),
    }
