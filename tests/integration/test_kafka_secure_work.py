"""Kafka with logins: every process does its own work with its own login, from the feed to the assessment."""

import datetime as dt
import json

import pytest
from kafka.errors import (
    TopicAuthorizationFailedError,
)

from broker.clients import ensure_topics, make_admin, make_producer, quiet
from broker.faults import NotAllowed
from consumers.resending import Answer, deliver
from plan.book import PlanBook
from plan.faults import FaultCode
from plan.messages import Cell, Repair, RepairKind, Return, encode
from plan.model import Sender
from plan.topics import TopicSpec, topics_of_sender
from producers.outgoing import Outgoing
from producers.publisher import Publisher
from tests.support.secured import OWN, PLAN, PREFIX, SecuredKafka, read, send
from warehouse.batch import Address

pytestmark = pytest.mark.broker


@pytest.mark.parametrize(
    ("user", "topic"),
    [
        ("writer", "returns.output.gateway"),
        ("writer", "plans"),
        ("writer", "assessments"),
        ("writer", "repairs"),
        ("feed", "repairs"),
        ("alerter", "indicator-values"),
        ("alerter", "returns.output.gateway"),
        ("feed", "indicator-values"),
        ("feed", "returns.output.gateway"),
        ("sender-gateway", "return-outcomes.gateway"),
        ("sender-gateway", "ticks"),
        ("sender-gateway", "repairs"),
    ],
)
def test_no_service_writes_what_is_anothers(mills: SecuredKafka, user: str, topic: str) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        send(mills.login(user, PREFIX), topic)


@pytest.mark.parametrize("sender", PLAN.senders, ids=lambda sender: sender.id)
def test_a_door_finds_its_topics_in_shape(mills: SecuredKafka, sender: Sender) -> None:
    login = mills.login(f"sender-{sender.id}", PREFIX)
    with make_admin(login) as admin:
        assert ensure_topics(admin, login, topics_of_sender([PLAN], sender.id), quiet) == ()


def test_the_writer_makes_topics_of_returns_and_no_others(mills: SecuredKafka) -> None:
    """A plan that comes through the log may name new ones."""
    writer = mills.login("writer", PREFIX)
    with make_admin(writer) as admin:
        assert ensure_topics(admin, writer, [TopicSpec("returns.output.newcomer", 1, {})], quiet)
        for name in ("weather", "plans2"):
            with pytest.raises(NotAllowed, match=f"may not see these topics: mills.{name}"):
                ensure_topics(admin, writer, [TopicSpec(name, 1, {})], quiet)


def test_only_the_operator_answers_dead_letters(mills: SecuredKafka) -> None:
    repair = Repair(
        topic=OWN, partition=0, offset=0, kind=RepairKind.REPLAYED, by="writer", because="may it?", payload="{}"
    )
    answer = Answer(Address(OWN, 0, 0), None, repair, ())
    with pytest.raises(NotAllowed, match=r"may not write mills\.repairs.*Log in as the operator"):
        deliver(mills.login("writer", PREFIX), [[answer]], quiet)


class Day:
    """What one small day brought: processes with a login each, and the lake they filled."""

    def __init__(self, kafka: SecuredKafka) -> None:
        self.writer, self.alerter = (kafka.commands(user, PREFIX) for user in ("writer", "alerter"))

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Read the lake."""
        return self.writer.ask(query)


@pytest.fixture(scope="module")
def day(mills: SecuredKafka) -> Day:
    """The feed sends plan and ticks; two senders their returns, one of them for a mill it may not speak for."""
    book = PlanBook([PLAN])
    feed = mills.login("feed", PREFIX)
    with make_producer(feed, "test") as producer:
        publisher = Publisher(producer, feed, book, _now)
        publisher.send_plans([PLAN])
        publisher.send_tick(dt.date(2018, 1, 1))
    gateway = mills.login("sender-gateway", PREFIX)
    with make_producer(gateway, "test") as producer:
        rate = Return("rate-1", "growth", 1, "bureau", "2017", (Cell(item="rate", value=1.0),))
        Publisher(producer, gateway, book, _now).send_returns([Outgoing("gateway", rate)])
    system = mills.login("sender-environment-system", PREFIX)
    for unit in ("mill-a", "mill-b"):
        send(system, OWN, encode(_output(f"{unit}-1", unit)))
    with make_producer(feed, "test") as producer:
        Publisher(producer, feed, book, _now).send_tick(dt.date(2018, 3, 1))
    made = Day(mills)
    made.writer.run("writer", "run", "--until-idle")
    made.alerter.run("alerts", "run", "--once")
    made.writer.run("writer", "run", "--until-idle")
    return made


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _output(return_id: str, unit: str) -> Return:
    cells = (Cell(item="energy", value=1.0), Cell(item="value-added", value=2.0))
    return Return(return_id, "output", 1, unit, "2017", cells)


def test_returns_go_all_the_way_with_a_login_at_each_step(day: Day) -> None:
    assert day.ask("SELECT return_id FROM stg_return ORDER BY return_id") == [("mill-a-1",), ("rate-1",)]
    assert day.ask("SELECT count(*) FROM stg_assessment WHERE target_id = 'rate-of-2018'")[0][0] > 0
    accounts = day.ask("SELECT topic, consumed, landed, dead_lettered FROM kafka_source ORDER BY topic")
    assert ("assessments", 1, 1, 0) in [
        (topic, bool(consumed), bool(landed), dead) for topic, consumed, landed, dead in accounts
    ]


def test_a_valid_login_that_speaks_for_another_unit_is_a_dead_letter(day: Day) -> None:
    rows = day.ask(f"SELECT payload, faults FROM dead_letter WHERE topic = '{OWN}'")
    refused = {json.loads(payload).get("return_id"): json.loads(faults) for payload, faults in rows}
    assert [fault["code"] for fault in refused["mill-b-1"]] == [FaultCode.NOT_AUTHORISED]
    assert "mill-a-1" not in refused


@pytest.mark.usefixtures("day")
def test_what_became_of_returns_is_read_by_who_may(mills: SecuredKafka) -> None:
    outcomes = read(mills.login("sender-gateway", PREFIX), "return-outcomes.gateway")
    assert {json.loads(record.value)["return_id"] for record in outcomes} == {"rate-1"}


def test_the_lag_is_shown_to_the_writers_login(day: Day) -> None:
    assert "returns.output.environment-system" in day.writer.run("writer", "status")
    day.alerter.run("alerts", "list", "--wait", "30")
