"""Who may do what on Kafka: users and access rules (ACLs) as the plans give them, and what is otherwise. Pure.

Each sender is a user that may write its own topics and no others. Nobody is given more than its work needs: reading
and writing carry the right to see a topic (Kafka's DESCRIBE) with them; DESCRIBE_CONFIGS lets a process check that its
topics have the declared shape; a producer is idempotent by its right to write, on every Kafka since 2.8. The operator
who sets all this is a super user of the cluster and has no rules.
"""

from collections.abc import Iterable, Iterator

import msgspec

from broker.settings import KafkaSettings
from plan.model import Plan, Sender
from plan.topics import (
    ALERTS,
    ASSESSMENTS,
    EXPLANATIONS,
    INDICATOR_VALUES,
    OUTCOMES,
    PLANS,
    REPAIRS,
    RETURNS,
    TICKS,
    explanation_topic,
    outcome_topic,
    return_topic,
)

WRITER = "writer"
ALERTER = "alerter"
FEED = "feed"
SERVICES = (WRITER, ALERTER, FEED)
_SENDER = "sender-"

_LITERAL, _PREFIXED = "LITERAL", "PREFIXED"


class Rule(msgspec.Struct, frozen=True, order=True):
    """One ACL in Kafka's words; `user` without the `User:` before it."""

    user: str
    operation: str
    name: str
    pattern: str = _LITERAL
    resource: str = "TOPIC"
    permission: str = "ALLOW"
    host: str = "*"

    def concerns(self, topic: str) -> bool:
        """Whether it says something about the topic."""
        if self.resource != "TOPIC":
            return False
        return topic.startswith(self.name) if self.pattern == _PREFIXED else self.name in (topic, "*")


class Access(msgspec.Struct, frozen=True):
    """Users that can log in, and the rules in force."""

    users: frozenset[str]
    rules: frozenset[Rule]


class Difference(msgspec.Struct, frozen=True):
    """How what is differs from what the plans give.

    `former` users and `extra` rules are ours and no longer in the plans; `foreign` rules let others at our topics.
    """

    new: tuple[str, ...]
    former: tuple[str, ...]
    missing: tuple[Rule, ...]
    extra: tuple[Rule, ...]
    foreign: tuple[Rule, ...]


def sender_user(sender_id: str) -> str:
    """The user of a sender, which no service can be mistaken for. Plans that share a sender share its user."""
    return f"{_SENDER}{sender_id}"


def planned_access(plans: Iterable[Plan], settings: KafkaSettings) -> Access:
    """What the plans give. Users' and topics' names bear the installation's prefix, so that several can share Kafka."""
    senders = [sender for plan in plans for sender in plan.senders]
    named = [*_services(senders), *(rule for sender in senders for rule in _sender(sender))]
    rules = frozenset(
        msgspec.structs.replace(rule, user=settings.topic(rule.user), name=settings.topic(rule.name)) for rule in named
    )
    users = {*SERVICES, *(sender_user(sender.id) for sender in senders)}
    return Access(frozenset(map(settings.topic, users)), rules)


def compare(planned: Access, found: Access, settings: KafkaSettings) -> Difference:
    """What has to be done so that what is found becomes what is planned."""
    topics = {rule.name for rule in planned.rules if rule.pattern == _LITERAL}
    others = [rule for rule in found.rules if not is_ours(rule.user, settings)]
    return Difference(
        new=tuple(sorted(planned.users - found.users)),
        former=tuple(sorted(user for user in found.users - planned.users if is_ours(user, settings))),
        missing=tuple(sorted(planned.rules - found.rules)),
        extra=tuple(sorted(rule for rule in found.rules - planned.rules if is_ours(rule.user, settings))),
        foreign=tuple(
            sorted(
                rule for rule in others if rule.permission == "ALLOW" and any(rule.concerns(topic) for topic in topics)
            )
        ),
    )


def is_ours(user: str, settings: KafkaSettings) -> bool:
    """Whether the name is one that this installation gives its users."""
    return user in map(settings.topic, SERVICES) or user.startswith(settings.topic(_SENDER))


def _sender(sender: Sender) -> Iterator[Rule]:
    user = sender_user(sender.id)
    for form_id in sender.forms:
        yield from _writes(user, return_topic(form_id, sender.id))
    if sender.gets_outcomes:
        yield from _writes(user, explanation_topic(sender.id))
        yield from _reads(user, outcome_topic(sender.id))


def _services(senders: Iterable[Sender]) -> Iterator[Rule]:
    # Nobody but the operator writes repairs.
    for topic in (PLANS, TICKS, ASSESSMENTS, ALERTS, REPAIRS):
        yield from _reads(WRITER, topic)
    yield from _writes(WRITER, INDICATOR_VALUES)
    # By prefix: a plan that comes through the log may name new topics, and the writer makes and reads them at once.
    for kind in (RETURNS, EXPLANATIONS):
        yield from _reads(WRITER, f"{kind}.", _PREFIXED)
        yield Rule(WRITER, "CREATE", f"{kind}.", _PREFIXED)
    yield from _writes(WRITER, f"{OUTCOMES}.", _PREFIXED)
    yield Rule(WRITER, "CREATE", f"{OUTCOMES}.", _PREFIXED)
    for topic in (PLANS, INDICATOR_VALUES):
        yield from _reads(ALERTER, topic)
    for topic in (ASSESSMENTS, ALERTS):
        yield from _writes(ALERTER, topic)
    for topic in (PLANS, TICKS):
        yield from _writes(FEED, topic)
    # A replay sends old returns between the ticks of their days. Whoever may send a plan could give himself the right.
    for sender in senders:
        if sender.may_backdate:
            for form_id in sender.forms:
                yield from _writes(FEED, return_topic(form_id, sender.id))


def _reads(user: str, topic: str, pattern: str = _LITERAL) -> Iterator[Rule]:
    yield Rule(user, "READ", topic, pattern)
    yield Rule(user, "DESCRIBE_CONFIGS", topic, pattern)


def _writes(user: str, topic: str, pattern: str = _LITERAL) -> Iterator[Rule]:
    yield Rule(user, "WRITE", topic, pattern)
    yield Rule(user, "DESCRIBE_CONFIGS", topic, pattern)
