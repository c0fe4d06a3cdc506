"""The writer is killed at every step of its commits while the feed runs; the lake ends up as if nothing had happened.

Kills are set off by progress (a step is done for the nth time), not by the clock, so that none is spent on a process
that is still importing. 20 in the suite; ``make faults`` makes 200.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import TracebackType

import msgspec
import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from broker.clients import make_admin, make_consumer
from broker.settings import KafkaSettings
from consumers.log_ends import LogEnds
from consumers.reading import Reader
from plan.messages import RETURN_BYTES_MAX
from plan.topics import ALERTS, ASSESSMENTS, INDICATOR_VALUES, PLANS, TICKS
from tests.support.kill_steps import STEPS, kills
from tests.support.killing_writer import Logged
from tests.support.pipeline import REPOSITORY, Pipeline, pipeline_factory
from warehouse.lake import LakeMissing, open_reader
from warehouse.settings import WarehouseSettings
from warehouse.sources import check_accounts

pytestmark = [pytest.mark.broker, pytest.mark.faults, pytest.mark.timeout(600)]

KILLS = int(os.environ.get("QINGYU_KILLS", "20"))
SEED = 20170616
_BETWEEN_LOOKS_S = 0.4
"""A look costs as much processor as a small commit; the writers must get most of it."""


class Watching(threading.Thread):
    """A reader that polls all the while: every look must see whole commits, and none may fail."""

    def __init__(self, settings: WarehouseSettings) -> None:
        super().__init__()
        self._settings = settings
        self._stop_asked = threading.Event()
        self.landed = 0
        self.looks = 0
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._stop_asked.is_set():
                self._look()
                time.sleep(_BETWEEN_LOOKS_S)
        except BaseException as fault:  # noqa: BLE001 (handed to the test, which raises it)
            self.fault = fault

    def __enter__(self) -> "Watching":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_asked.set()
        self.join()
        if self.fault is not None and raised is None:
            raise self.fault

    def _look(self) -> None:
        try:
            lake = open_reader(self._settings)
        except LakeMissing:
            # Only before the writer has made the lake; once seen, it never goes missing.
            assert not self.looks, "the lake went missing"
            time.sleep(0.05)
            return
        try:
            lake.execute("BEGIN TRANSACTION")
            self.landed = check_accounts(lake).consumed
            (torn,) = lake.execute("SELECT count(*) FROM raw_return ANTI JOIN raw_cell USING (return_row)").fetchone()
            assert torn == 0, "a return without its cells: half a commit"
            (unjudged,) = lake.execute(
                "SELECT count(*) FROM indicator_value AS v ANTI JOIN derived_slice AS d "
                "USING (form_id, period, area_id, cutoff_at, plan_hash)"
            ).fetchone()
            assert unjudged == 0, "a value without its verdict: half a commit"
            lake.execute("COMMIT")
            self.looks += 1
        finally:
            lake.close()


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory, kafka_settings: Callable[..., object]) -> Pipeline:
    """The undisturbed run, to be read only."""
    made = pipeline_factory(tmp_path_factory.mktemp("calm"), kafka_settings, os.environ)()
    made.run("feed", "published")
    made.settle()
    return made


@pytest.mark.timeout(60 * KILLS)
def test_killed_at_every_step_the_lake_is_as_undisturbed(
    calm: Pipeline, pipeline: Callable[..., Pipeline], tmp_path: Path
) -> None:
    rough = pipeline("rough")
    log = tmp_path / "log"
    log.write_bytes(msgspec.msgpack.encode(_log_of(calm)))
    told = kills(KILLS, random.Random(SEED))
    assert len(STEPS) > KILLS or {each.rpartition(":")[0] for each in told} == set(STEPS)
    with Watching(WarehouseSettings.from_environ(rough.environ)) as watching:
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.killing_writer", str(log), *told],
            cwd=REPOSITORY, env=rough.environ | {"GX_ANALYTICS_ENABLED": "False"}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr[-4000:]
        assert done.stdout.count("killed at") == KILLS
        rough.settle()

    assert watching.looks > KILLS
    assert rough.state_hashes() == calm.state_hashes()
    (account,) = rough.ask("SELECT sum(consumed), sum(landed), sum(dead_lettered), sum(duplicate) FROM kafka_source")
    assert (
        account
        == calm.ask("SELECT sum(consumed), sum(landed), sum(dead_lettered), sum(duplicate) FROM kafka_source")[0]
    )


def _log_of(fed: Pipeline) -> list[Logged]:
    """What was fed, in the order in which Kafka took it."""
    settings = KafkaSettings.from_environ(fed.environ)
    topics = {topic for (topic,) in fed.ask("SELECT topic FROM kafka_source")} - {ASSESSMENTS, ALERTS}
    with (
        closing(make_consumer(settings, "test-log")) as consumer,
        closing(make_consumer(settings, "test-ends")) as ends_consumer,
    ):
        reader, log_ends = Reader(consumer, settings, 5000), LogEnds(ends_consumer, settings)
        reader.follow(tuple(sorted(topics)), {})
        log_ends.follow(reader.places)
        polls = reader.up_to(log_ends.now())
        found = [(part.topic, each) for polled in polls for part in polled.parts for each in part.messages]
    found.sort(key=lambda pair: (pair[1].timestamp, pair[0] != PLANS, pair[0] == TICKS, pair[1].offset))
    return [Logged(topic, each.partition, each.key, each.value or b"") for topic, each in found]


def test_ended_between_derivation_and_announcement_nothing_is_lost(
    calm: Pipeline, pipeline: Callable[..., Pipeline]
) -> None:
    """Values that were stored but not announced go out after the restart.

    A kill seldom falls into that moment, so Kafka is made to refuse the announcements: the writer ends right there.
    """
    rough = pipeline("rough")
    rough.run("feed", "published")
    writer = rough.start("writer", "run")
    # It has looked at the topics' settings when it lands, and lands long before it derives.
    with Watching(WarehouseSettings.from_environ(rough.environ)) as watching:
        while not watching.landed and watching.fault is None and writer.poll() is None:
            time.sleep(0.01)
        _limit_announcements(rough, "100")
        assert writer.wait(timeout=120) == 1
    (values, waiting) = rough.ask("SELECT (SELECT count(*) FROM indicator_value), (SELECT count(*) FROM outbox)")[0]
    assert values == waiting > 0
    _limit_announcements(rough, str(2 * RETURN_BYTES_MAX))  # as declared

    rough.settle()

    assert rough.ask("SELECT count(*) FROM outbox") == [(0,)]
    assert rough.state_hashes() == calm.state_hashes()


def _limit_announcements(rough: Pipeline, bytes_max: str) -> None:
    """Let the topic of indicator values take messages up to so many bytes."""
    settings = KafkaSettings.from_environ(rough.environ)
    topic = settings.topic(INDICATOR_VALUES)
    resource = ConfigResource(ConfigResourceType.TOPIC, topic, configs={"max.message.bytes": bytes_max})
    with make_admin(settings) as admin:
        assert admin.alter_configs([resource]) == {"topic": {topic: "OK"}}
