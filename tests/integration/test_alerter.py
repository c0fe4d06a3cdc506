"""The alerter on a real Kafka with the real plan, rating and fake messenger: told once, whatever happens to it."""

import datetime as dt
import functools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest
from kafka import TopicPartition
from kafka.errors import KafkaError

from alerts.assembly import open_alerter
from alerts.database import connect
from alerts.fake_messenger import FakeMessenger
from alerts.faults import OtherCluster, StoreUnfit, TopicsMissing
from alerts.settings import AlertSettings
from alerts.store import Address, Store
from broker.clients import ensure_topics, make_admin, make_consumer, make_producer, quiet
from broker.settings import KafkaSettings
from plan.canonical import plan_hash
from plan.codes import Status, Yardstick
from plan.loader import load_plans
from plan.messages import Assessment, Bound, Change, IndicatorValue, PlanMessage, Transition, Verdict, encode
from plan.model import Plan
from plan.topics import ALERTS, ASSESSMENTS, INDICATOR_VALUES, PLANS, topics_of

pytestmark = [
    pytest.mark.broker,
    # apprise looks for imghdr, which Python 3.11 calls deprecated.
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
]

_ROOT = Path(__file__).resolve().parents[2]
_TOPICS = (PLANS, INDICATOR_VALUES, ASSESSMENTS, ALERTS)
_HENAN = [("2016", "-7.64"), ("2017", "-7.90"), ("2018", "-5.01"), ("2019", "-7.98"), ("2020", "0.76")]


@functools.cache
def _plan() -> Plan:
    (plan,) = (each for each in load_plans(_ROOT / "plan") if each.id == "henan-2016-2020")
    return plan


def _value(period: str, figure: str | None, cutoff: int = 0) -> IndicatorValue:
    """Henan's energy intensity as the writer would announce it, ``cutoff`` days after the bulletin."""
    plan = _plan()
    known = dt.datetime(int(period) + 1, 7, 1, 8, tzinfo=dt.UTC) + dt.timedelta(days=cutoff)
    return IndicatorValue(
        message_id=f"{period}-{figure}-{cutoff}",
        plan_id=plan.id,
        plan_hash=plan_hash(plan),
        indicator="energy-intensity-change",
        area="henan",
        period=period,
        value=figure,
        unit="pct",
        bound=Bound.EXACT,
        basis="",
        verdict=Verdict.PASSED,
        findings=(),
        received=1,
        due=1,
        cover_pct="100",
        due_date=dt.date(int(period) + 1, 12, 31),
        is_overdue=False,
        known_at=known,
        cutoff_at=known,
        origins=(),
        sources=(),
    )


class Desk:
    """Kafka topics of one test, an alerter in a folder of its own, and the messenger it tells."""

    def __init__(self, kafka: KafkaSettings, folder: Path, messenger: FakeMessenger) -> None:
        self.kafka = kafka
        self.messenger = messenger
        self.environ = {
            "QINGYU_VAR": str(folder),
            "QINGYU_NOTIFY_URLS": messenger.url,
            "QINGYU_KAFKA_BOOTSTRAP": kafka.bootstrap,
            "QINGYU_TOPIC_PREFIX": kafka.topic_prefix,
            "QINGYU_KAFKA_WAIT": str(kafka.wait_s),
        }
        self.settings = AlertSettings.from_environ(self.environ)

    def publish(self, *values: IndicatorValue, plan: Plan | None = None) -> None:
        """Send a plan and values, as `qingyu plan` and the writer do."""
        with make_producer(self.kafka, "test") as producer:
            if plan is not None:
                message = PlanMessage(plan_hash=plan_hash(plan), plan=plan)
                producer.send(self.kafka.topic(PLANS), value=encode(message)).get(10)
            for value in values:
                producer.send(self.kafka.topic(INDICATOR_VALUES), value=encode(value)).get(10)

    def send_raw(self, payload: bytes) -> None:
        """Send bytes to the topic of values."""
        with make_producer(self.kafka, "test") as producer:
            producer.send(self.kafka.topic(INDICATOR_VALUES), value=payload).get(10)

    def run_once(self) -> int:
        """Run the alerter until it has caught up; returns the count of untold notices."""
        with open_alerter(self.settings, self.kafka, lambda: dt.datetime.now(dt.UTC)) as alerter:
            return alerter.run(lambda: False, is_once=True)

    @contextmanager
    def process(self, *options: str) -> Iterator[subprocess.Popen]:
        """The alerter as a process of its own."""
        command = [sys.executable, "-c", "from alerts.cli import app; app()", "run", *options]
        with subprocess.Popen(command, cwd=_ROOT, env={**os.environ, **self.environ}) as running:
            yield running

    def store(self) -> closing:
        """The alerter's store, while no alerter runs or beside one."""
        return closing(connect(self.settings.store))

    def read(self, name: str) -> list[bytes]:
        """Everything on a topic, in order."""
        partition = TopicPartition(self.kafka.topic(name), 0)
        with make_consumer(self.kafka, "test") as consumer:
            consumer.assign([partition])
            consumer.seek(partition, 0)
            end, found = consumer.end_offsets([partition])[partition], []
            while consumer.position(partition) < end:
                found += [each for batch in consumer.poll(500).values() for each in batch]
        return [each.value for each in found]

    def transitions(self) -> list[Transition]:
        """All transitions on the topic."""
        return [msgspec.json.decode(each, type=Transition) for each in self.read(ALERTS)]

    def received(self) -> list[dict]:
        """What the messenger got."""
        if not self.messenger.file.exists():
            return []
        # It is read while it is written: what follows the last line's end is still under way.
        *lines, _ = self.messenger.file.read_bytes().split(b"\n")
        return [json.loads(line) for line in lines]


def _make_topics(kafka: KafkaSettings, names: tuple[str, ...]) -> None:
    with make_admin(kafka) as admin:
        ensure_topics(admin, kafka, [spec for spec in topics_of([]) if spec.name in names], quiet)


@pytest.fixture
def desk(kafka_settings: Callable[..., KafkaSettings], tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Factory: a desk with the named topics, fresh ones."""
    running: list[FakeMessenger] = []

    def make(*topics: str) -> Desk:
        kafka, folder = kafka_settings(wait_s=3.0), tmp_path / f"预警 {len(running)}"
        _make_topics(kafka, topics)
        messenger = FakeMessenger(0, folder / "fake-messenger" / "received.jsonl")
        threading.Thread(target=messenger.serve_forever, args=(0.05,), daemon=True).start()
        running.append(messenger)
        return Desk(kafka, folder, messenger)

    yield make
    for server in running:
        server.shutdown()
        server.server_close()


def _until(is_true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def _transition_of(notice: dict) -> str:
    return notice["idempotency_key"].split("@")[0]


def test_henan_2020_is_told_once_with_both_facts(desk) -> None:
    office = desk(*_TOPICS)
    office.publish(*(_value(*each) for each in _HENAN[:3]), plan=_plan())
    assert office.run_once() == 0
    assert office.received() == []
    office.send_raw(b"not a value")
    office.publish(*(_value(*each) for each in _HENAN[3:]))
    assert office.run_once() == 0  # a new process, as far as the store is concerned

    assessments = [msgspec.json.decode(each, type=Assessment) for each in office.read(ASSESSMENTS)]
    assert len({each.assessment_id for each in assessments}) == len(assessments) == 5 * 4
    by_kind = {(each.period, each.yardstick, each.preset): each for each in assessments}
    annual = by_kind["2020", Yardstick.ANNUAL_TASK, "ndrc-2021"]
    assert (annual.status, annual.level_label, annual.indicator_value) == (Status.SEVERE, "一级", "0.76")
    progress = by_kind["2020", Yardstick.PLAN_PROGRESS, "ndrc-2021"]
    assert (progress.status, progress.value) == (Status.ACHIEVED, "165.62")

    (opened,) = office.transitions()
    assert (opened.change, opened.period, opened.effective_at) == (
        Change.OPENED,
        "2020",
        dt.datetime(2021, 7, 1, 8, tzinfo=dt.UTC),
    )
    assert opened.assessment_id == annual.assessment_id
    (notice,) = office.received()
    assert notice["idempotency_key"].startswith(f"{opened.transition_id}@json://127.0.0.1:")
    message = notice["body"]["message"]
    assert "年度任务:2020 年单位地区生产总值能耗上升 0.76 %(任务:下降 3.43 %)" in message
    assert "预警等级一级(ndrc-2021)" in message
    assert "规划进度:2020 年累计完成 165.62 %(进度要求 100 %),已达标" in message

    before = office.read(ASSESSMENTS), office.read(ALERTS)
    assert office.run_once() == 0
    assert (office.read(ASSESSMENTS), office.read(ALERTS)) == before
    assert len(office.received()) == 1
    with office.store() as database:
        assert database.execute("SELECT count(*) FROM refused").fetchone() == (1,)


def test_a_rebuilt_store_makes_the_same_ids(desk) -> None:
    office = desk(*_TOPICS)
    office.publish(*(_value(*each) for each in _HENAN), _value("2018", "-1.00", cutoff=900), plan=_plan())
    office.run_once()
    first = office.read(ASSESSMENTS), office.read(ALERTS)
    for file in office.settings.store.parent.glob("alerts.sqlite*"):
        file.unlink()
    office.run_once()
    for name, once in zip((ASSESSMENTS, ALERTS), first, strict=True):
        assert office.read(name) == once * 2
    keys = [each["idempotency_key"] for each in office.received()]
    assert keys[: len(keys) // 2] == keys[len(keys) // 2 :]


def test_killed_again_and_again_it_says_the_same_and_nothing_is_lost(desk) -> None:
    figures = ["-7.64", "0.50", "-1.00", "-9.00", "0.00", "-3.42", "-3.43"]
    values = [_value(str(2016 + at % 5), figures[(at * 3) % 7], cutoff=400 * (at // 5)) for at in range(40)]
    calm, stormy = desk(*_TOPICS), desk(*_TOPICS)
    calm.publish(*values, plan=_plan())
    assert calm.run_once() == 0

    stormy.publish(plan=_plan())
    for at in range(0, 40, 10):
        stormy.publish(*values[at : at + 10])
        seen = len(stormy.received())
        with stormy.process() as running:
            # Killed while it is telling: the first notice of this part has just arrived.
            _until(lambda seen=seen: len(stormy.received()) > seen)
            running.kill()
            assert running.wait(10) == -signal.SIGKILL
    everything = {_transition_of(each) for each in calm.received()}
    with stormy.process() as running:
        _until(lambda: {_transition_of(each) for each in stormy.received()} == everything)
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0

    for name in (ASSESSMENTS, ALERTS):
        assert list(dict.fromkeys(stormy.read(name))) == calm.read(name)
    # At least once: each kill can have fallen between one answer of the messenger and its mark.
    assert len(calm.received()) <= len(stormy.received()) <= len(calm.received()) + 4


def test_once_ends_with_an_error_while_a_notice_is_not_taken(desk) -> None:
    office = desk(*_TOPICS)
    office.publish(*(_value(*each) for each in _HENAN), plan=_plan())
    office.messenger.shutdown()
    office.messenger.server_close()
    with office.process("--once") as running:
        assert running.wait(60) == 1
    with office.store() as database:
        rows = database.execute("SELECT channel, attempts, last_outcome FROM notices ORDER BY number").fetchall()
    assert [(row[0].split(":")[0], *row[1:]) for row in rows] == [("qingyufile", 1, "sent"), ("json", 1, "not_taken")]
    # The file channel was served all the same.
    notices = office.settings.store.parent / "notices.jsonl"
    assert len(notices.read_text(encoding="utf-8").splitlines()) == 1


def test_announcements_wait_while_kafka_does_not_take_them(desk) -> None:
    office = desk(PLANS, INDICATOR_VALUES)
    office.publish(*(_value(*each) for each in _HENAN), plan=_plan())
    with pytest.raises(KafkaError):
        office.run_once()
    with office.process() as running:
        # Nobody waits for Kafka to be told: the officer hears of it all the same.
        _until(lambda: len(office.received()) == 1)
        _make_topics(office.kafka, (ASSESSMENTS, ALERTS))
        _until(lambda: len(office.read(ALERTS)) == 1)
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    assert len(office.read(ASSESSMENTS)) == 5 * 4
    assert len(office.received()) == 1


def test_another_cluster_missing_topics_and_lost_messages_are_refused(desk) -> None:
    office = desk(*_TOPICS)
    with office.store() as database:
        Store(database).passed(Address(PLANS, 0, 7))
    with pytest.raises(StoreUnfit, match="wants to go on at"):
        office.run_once()
    with office.store() as database:
        database.execute("UPDATE facts SET value = 'another'")
    with pytest.raises(OtherCluster, match="another"):
        office.run_once()
    with pytest.raises(TopicsMissing, match="qingyu kafka start"):
        desk().run_once()
