"""Who may do what, by hand from the design: a sender writes its own topics and nothing else."""

import msgspec
import pytest

from broker.acl_plan import Access, Difference, Rule, compare, is_ours, planned_access
from broker.settings import KafkaSettings
from tests.support.three_senders import ARCHIVE, GATEWAY, SYSTEM, plan_of

HERE = KafkaSettings(bootstrap="kafka:9092", is_local=False)
PLANNED = planned_access([plan_of(GATEWAY, SYSTEM, ARCHIVE)], HERE)

# What each user does; with each goes the right to read the settings of that topic.
DOES = {
    "sender-environment-system": {("WRITE", "returns.output.environment-system")},
    "sender-gateway": {
        ("WRITE", "returns.output.gateway"),
        ("WRITE", "returns.growth.gateway"),
        ("WRITE", "returns.mines.gateway"),
        ("WRITE", "explanations.gateway"),
        ("READ", "return-outcomes.gateway"),
    },
    "sender-archive": {("WRITE", "returns.growth.archive")},
    # The archive may back-date, so its returns are replayed between the ticks.
    "feed": {("WRITE", "plans"), ("WRITE", "ticks"), ("WRITE", "returns.growth.archive")},
    "alerter": {("READ", "plans"), ("READ", "indicator-values"), ("WRITE", "assessments"), ("WRITE", "alerts")},
    "writer": {
        ("READ", "plans"),
        ("READ", "ticks"),
        ("READ", "assessments"),
        ("READ", "alerts"),
        ("READ", "repairs"),
        ("READ", "returns.*"),
        ("CREATE", "returns.*"),
        ("READ", "explanations.*"),
        ("CREATE", "explanations.*"),
        ("WRITE", "indicator-values"),
        ("WRITE", "return-outcomes.*"),
        ("CREATE", "return-outcomes.*"),
    },
}


def _told(rule: Rule) -> tuple[str, str]:
    return rule.operation, rule.name + ("*" if rule.pattern == "PREFIXED" else "")


@pytest.mark.parametrize("user", DOES)
def test_a_user_gets_what_its_work_needs_and_no_more(user: str) -> None:
    given = {_told(rule) for rule in PLANNED.rules if rule.user == user}
    settings_of = {("DESCRIBE_CONFIGS", topic) for _, topic in DOES[user]}
    assert given == DOES[user] | settings_of


def test_there_are_no_other_users_and_no_rules_but_on_topics() -> None:
    assert PLANNED.users == DOES.keys()
    assert {rule.user for rule in PLANNED.rules} == PLANNED.users
    assert {(rule.resource, rule.permission) for rule in PLANNED.rules} == {("TOPIC", "ALLOW")}


def test_only_the_writers_rules_reach_topics_by_prefix() -> None:
    assert {rule.user for rule in PLANNED.rules if rule.pattern != "LITERAL"} == {"writer"}


def test_plans_that_share_a_sender_share_its_user() -> None:
    one, two = plan_of(SYSTEM), plan_of(GATEWAY, SYSTEM)
    both = planned_access([one, two], HERE)
    assert both.users == planned_access([two], HERE).users
    assert both.rules == planned_access([two], HERE).rules


def test_a_prefix_keeps_two_installations_apart() -> None:
    there = KafkaSettings(bootstrap="kafka:9092", is_local=False, topic_prefix="xc.")
    other = planned_access([plan_of(GATEWAY, SYSTEM, ARCHIVE)], there)
    assert other.users == {f"xc.{user}" for user in DOES}
    assert all(rule.user.startswith("xc.") and rule.name.startswith("xc.") for rule in other.rules)
    assert Rule("xc.writer", "READ", "xc.returns.", "PREFIXED") in other.rules
    together = Access(PLANNED.users | other.users, PLANNED.rules | other.rules)
    for planned, settings in ((PLANNED, HERE), (other, there)):
        assert compare(planned, together, settings) == Difference((), (), (), (), ())


def test_a_sender_can_never_be_taken_for_a_service() -> None:
    impostor = planned_access([plan_of(msgspec.structs.replace(SYSTEM, id="writer"))], HERE)
    assert {rule.name for rule in impostor.rules if rule.user == "sender-writer"} == {"returns.output.writer"}
    assert not is_ours("operator", HERE)
    assert not is_ours("monitor", HERE)


def test_nothing_is_there_yet() -> None:
    difference = compare(PLANNED, Access(frozenset({"operator"}), frozenset()), HERE)
    assert set(difference.new) == PLANNED.users
    assert set(difference.missing) == PLANNED.rules
    assert (difference.former, difference.extra, difference.foreign) == ((), (), ())


def test_what_the_plans_no_longer_give_is_told_from_what_is_not_ours() -> None:
    left = Rule("sender-gone", "WRITE", "returns.output.gone")
    more = Rule("sender-gateway", "WRITE", "plans")
    denied = Rule("feed", "READ", "ticks", permission="DENY")
    everybody = Rule("*", "READ", "returns.output.gateway")
    by_prefix = Rule("monitor", "READ", "returns.", "PREFIXED")
    every_topic = Rule("monitor", "DESCRIBE", "*")
    elsewhere = Rule("monitor", "READ", "weather")
    group = Rule("monitor", "READ", "plans", resource="GROUP")
    shut_out = Rule("mallory", "READ", "plans", permission="DENY")
    found = Access(
        PLANNED.users | {"sender-gone", "monitor", "operator"},
        PLANNED.rules | {left, more, denied, everybody, by_prefix, every_topic, elsewhere, group, shut_out},
    )
    difference = compare(PLANNED, found, HERE)
    assert (difference.new, difference.missing) == ((), ())
    assert difference.former == ("sender-gone",)
    assert set(difference.extra) == {left, more, denied}
    assert set(difference.foreign) == {everybody, by_prefix, every_topic}
