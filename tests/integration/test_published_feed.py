"""The published feed on a real Kafka: the real Henan plan, in calendar order, twice; and the other commands."""

import csv
import datetime as dt
import gc
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from typer.testing import CliRunner

from broker.clients import ensure_topics, make_admin, make_consumer, make_producer, quiet
from broker.faults import BrokerAway
from broker.local import LocalKafka
from broker.settings import KafkaSettings
from plan.book import PlanBook
from plan.canonical import plan_hash
from plan.loader import load_plan
from plan.messages import Cell, PlanMessage, Return, Tick
from plan.model import Plan
from plan.topics import PLANS, TICKS, split_return_topic, topics_of
from producers.cli import app
from producers.outgoing import Outgoing, Receipt, ReturnsRefused
from producers.publisher import Publisher

pytestmark = pytest.mark.broker

Settings = Callable[..., KafkaSettings]
PLAN_ROOT = Path(__file__).parents[2] / "plan"
HENAN = PLAN_ROOT / "henan-2016-2020"
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def henan() -> Plan:
    return load_plan(HENAN)


@pytest.fixture
def read_all() -> Callable[..., list[ConsumerRecord]]:
    """Factory: every record of the plans' topics named by the settings, in each partition's order."""

    def read(settings: KafkaSettings, plans: list[Plan]) -> list[ConsumerRecord]:
        wanted = [
            TopicPartition(settings.topic(spec.name), number)
            for spec in topics_of(plans)
            for number in range(spec.partitions)
        ]
        # A feed makes the topics that it writes; the others are there too, and empty.
        with make_admin(settings) as admin:
            ensure_topics(admin, settings, topics_of(plans), quiet)
        with make_consumer(settings, "reader") as consumer:
            consumer.assign(wanted)
            consumer.seek_to_beginning(*wanted)
            ends = consumer.end_offsets(wanted)
            found: list[ConsumerRecord] = []
            while any(consumer.position(each) < ends[each] for each in wanted):
                for records in consumer.poll(timeout_ms=500).values():
                    found += records
        return found

    return read


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Factory: run a feed command against the Kafka of the settings; it must succeed; gives its output."""

    def invoke(settings: KafkaSettings, *arguments: str) -> str:
        monkeypatch.setenv("QINGYU_KAFKA_BOOTSTRAP", settings.bootstrap)
        monkeypatch.setenv("QINGYU_TOPIC_PREFIX", settings.topic_prefix)
        monkeypatch.setenv("QINGYU_VAR", str(tmp_path / "var"))
        monkeypatch.setenv("COLUMNS", "160")
        result = CliRunner().invoke(app, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    return invoke


def _bare(settings: KafkaSettings, records: list[ConsumerRecord], topic: str) -> list[ConsumerRecord]:
    return [record for record in records if record.topic == settings.topic(topic)]


def _returns(settings: KafkaSettings, records: list[ConsumerRecord]) -> list[tuple[ConsumerRecord, Return]]:
    return [
        (record, msgspec.json.decode(record.value, type=Return))
        for record in records
        if settings.bare(record.topic).startswith("returns.")
    ]


def _fed_rows() -> list[dict[str, str]]:
    with (HENAN / "figures.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["form"]]


def test_the_henan_plan_is_replayed_in_calendar_order(
    kafka_settings: Settings, run, read_all, henan: Plan, tmp_path: Path
) -> None:
    settings = kafka_settings()
    out = run(settings, "published", "--plan", str(HENAN))
    records = read_all(settings, [henan])
    returns = _returns(settings, records)
    (plan_record,) = _bare(settings, records, PLANS)
    ticks = [(record, msgspec.json.decode(record.value, type=Tick)) for record in _bare(settings, records, TICKS)]

    # The plan came first, as it is, under its id.
    sent_plan = msgspec.json.decode(plan_record.value, type=PlanMessage)
    assert (plan_record.key, sent_plan.plan_hash, sent_plan.plan) == (b"henan-2016-2020", plan_hash(henan), henan)
    assert all(plan_record.timestamp <= record.timestamp for record in records)

    # Every calendar day once and in order: 2020 is due on 2021-12-31, the day after makes it overdue.
    days = [tick.tick_date for _, tick in ticks]
    assert days == [dt.date(2016, 1, 1) + dt.timedelta(days=at) for at in range(len(days))]
    assert days[-1] == dt.date(2022, 1, 1)

    # One return for each unit, form and period, and day on which something was published for it.
    rows = _fed_rows()
    expected = {(row["form"], row["unit"], row["period"], row["published_at"]) for row in rows}
    issues = [(sent.form, sent.unit, sent.period, sent.published_at.date().isoformat()) for _, sent in returns]
    assert sorted(issues) == sorted(expected)
    assert f"│ {len(rows)} │" in " ".join(out.split())

    # No return is in the log before the tick of its day, nor after the tick of the next.
    tick_time = {tick.tick_date: record.timestamp for record, tick in ticks}
    for record, sent in returns:
        day = sent.published_at.date()
        assert tick_time[day] <= record.timestamp <= tick_time[day + dt.timedelta(days=1)]

    # On each partition, one reporting unit's returns lie in the order of publication; all of a run share a trace id.
    traces: set[bytes] = set()
    for record, sent in returns:
        assert record.key == sent.unit.encode()
        assert split_return_topic(settings.bare(record.topic)) == (sent.form, "published")
        headers = dict(record.headers)
        traces.add(headers.pop("trace_id"))
        assert headers == {"form": sent.form.encode(), "version": b"1", "return_id": sent.return_id.encode()}
        for later, after in returns:
            if (later.topic, later.partition) == (record.topic, record.partition) and later.offset > record.offset:
                assert after.published_at >= sent.published_at
    (trace,) = traces
    assert re.fullmatch(rb"[0-9a-f]{32}", trace)

    # Each return has its receipt on disk, with its address in the plan's words.
    (file,) = (tmp_path / "var" / "receipts").iterdir()
    receipts = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert sorted((each["topic"], each["partition"], each["offset"], each["return_id"]) for each in receipts) == sorted(
        (settings.bare(record.topic), record.partition, record.offset, sent.return_id) for record, sent in returns
    )


def test_published_values_arrive_as_published(kafka_settings: Settings, run, read_all, henan: Plan) -> None:
    """The coal and steel figures of July 2016: two on 16 August, the steel tonnage three days later (ndrc)."""
    settings = kafka_settings()
    run(settings, "published", "--plan", str(HENAN), "--until", "2016-08-31")
    returns = [sent for _, sent in _returns(settings, read_all(settings, [henan])) if sent.period == "2016-01..07"]
    first, second = sorted(returns, key=lambda sent: sent.published_at)
    assert {cell.item: cell.value for cell in first.cells} == {
        "coal-capacity-retired-ytd": 9500.0,
        "coal-task-share": 38.0,
        "steel-task-share": 47.0,
    }
    assert {cell.item for cell in second.cells} - {cell.item for cell in first.cells} == {"steel-capacity-retired-ytd"}
    assert [cell.value for cell in second.cells if cell.item == "steel-capacity-retired-ytd"] == [2126.0]


def test_feeding_twice_gives_duplicates_not_new_returns(kafka_settings: Settings, run, read_all, henan: Plan) -> None:
    settings = kafka_settings()
    run(settings, "published", "--plan", str(HENAN))
    once = [sent for _, sent in _returns(settings, read_all(settings, [henan]))]
    run(settings, "published", "--plan", str(HENAN))
    twice = [sent for _, sent in _returns(settings, read_all(settings, [henan]))]
    assert len(twice) == 2 * len(once)
    by_id = {sent.return_id: sent for sent in once}
    assert len(by_id) == len(once)
    assert all(by_id[sent.return_id] == sent for sent in twice)


def test_plan_tick_and_return_are_sent_one_by_one(
    kafka_settings: Settings, run, read_all, henan: Plan, tmp_path: Path
) -> None:
    settings = kafka_settings()
    assert plan_hash(henan) in run(settings, "plan", "--plan", str(HENAN))
    assert "2017-07-01 has begun" in run(settings, "tick", "2017-07-01")
    file = tmp_path / "return.json"
    good = Return(
        return_id="r-1",
        form="economy-annual",
        form_version=1,
        unit="nbs",
        period="2017",
        cells=(Cell(item="gdp-growth", value=6.8),),
    )
    file.write_bytes(msgspec.json.encode(good))
    out = run(settings, "return", str(file), "--sender", "published")
    records = read_all(settings, [henan])
    ((record, sent),) = _returns(settings, records)
    assert sent == good
    assert f"returns.economy-annual.published [{record.partition}] @ 0, return r-1" in out
    assert [len(_bare(settings, records, topic)) for topic in (PLANS, TICKS)] == [1, 1]


def test_one_bad_return_keeps_all_from_being_sent(kafka_settings: Settings, read_all, henan: Plan) -> None:
    settings = kafka_settings()
    good = Return(
        return_id="good",
        form="economy-annual",
        form_version=1,
        unit="nbs",
        period="2017",
        cells=(Cell(item="gdp-growth", value=6.8),),
    )
    bad = msgspec.structs.replace(good, return_id="bad", cells=())
    with make_admin(settings) as admin:
        ensure_topics(admin, settings, topics_of([henan]), quiet)
    with make_producer(settings, "t") as producer:
        publisher = Publisher(producer, settings, PlanBook([henan]), lambda: NOW)
        with pytest.raises(ReturnsRefused, match=r"\(bad\): cells: no cells"):
            publisher.send_returns([Outgoing("published", good), Outgoing("published", bad)])
        assert read_all(settings, [henan]) == []
        receipts = publisher.send_returns([Outgoing("published", good)])
    assert [(each.topic, each.offset, each.return_id) for each in receipts] == [
        ("returns.economy-annual.published", 0, "good")
    ]
    assert isinstance(receipts[0], Receipt)


@pytest.fixture
def impatient_producer(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[KafkaSettings], KafkaProducer]]:
    """Factory: a producer that gives up the delivery of a message after 5 s; closed afterwards."""
    caplog.set_level(logging.CRITICAL, "kafka")  # a log record that pytest keeps would keep the failed sockets
    made: list[KafkaProducer] = []

    def make(settings: KafkaSettings) -> KafkaProducer:
        made.append(
            KafkaProducer(bootstrap_servers=settings.addresses, request_timeout_ms=3000, delivery_timeout_ms=5000)
        )
        return made[-1]

    yield make
    while made:
        made.pop().close()
    # kafka-python leaves the sockets of failed attempts to the garbage collector: let it come while they may go.
    gc.collect()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_kafka_gone_while_sending_is_told_and_given_up(
    local_kafka: Callable[[], LocalKafka], kafka_settings: Settings, impatient_producer, henan: Plan
) -> None:
    server = local_kafka()
    server.start(quiet)
    settings = replace(kafka_settings(), bootstrap=server.endpoint.bootstrap)
    with make_admin(settings) as admin:
        ensure_topics(admin, settings, topics_of([henan]), quiet)
    told: list[str] = []
    publisher = Publisher(impatient_producer(settings), settings, PlanBook([henan]), lambda: NOW, told.append)
    publisher.send_tick(dt.date(2016, 1, 1))
    server.stop(quiet)
    with pytest.raises(BrokerAway, match=r"stopped answering while messages were being sent.* send the same again"):
        publisher.send_tick(dt.date(2016, 1, 2))
    assert told == [f"Kafka at {settings.bootstrap} has not acknowledged 1 messages; waiting"]
