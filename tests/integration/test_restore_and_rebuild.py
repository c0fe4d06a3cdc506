"""The drill: a backup beside the running writer, the lake destroyed, restored, the writer goes on; then a rebuild.

The rebuilt lake is the undisturbed one: made in one go from the same log. Its hash must be the restored lake's.
"""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from kafka import TopicPartition

from broker.clients import make_consumer
from broker.settings import KafkaSettings
from consumers.lag import settled
from plan.book import PlanBook
from plan.loader import load_plan
from plan.topics import INDICATOR_VALUES, outcome_topics
from tests.scenario.story import PLAN_FOLDER, Sending, months, read_story
from tests.support.pipeline import Pipeline

pytestmark = pytest.mark.broker
_WITHIN_S = 120


def _settle(drill: Pipeline) -> None:
    assert settled(drill.environ, _WITHIN_S).is_settled


def _announced(drill: Pipeline) -> dict[str, int]:
    """Ends of the topics on which the writer announces."""
    settings = KafkaSettings.from_environ(drill.environ)
    plans = PlanBook([load_plan(PLAN_FOLDER)]).plans
    names = [settings.topic(topic) for topic in (INDICATOR_VALUES, *outcome_topics(plans))]
    consumer = make_consumer(settings, "test-announced")
    try:
        places = [TopicPartition(name, at) for name in names for at in consumer.partitions_for_topic(name) or ()]
        return {f"{place.topic}[{place.partition}]": end for place, end in consumer.end_offsets(places).items()}
    finally:
        consumer.close()


def test_the_drill(pipeline: Callable[..., Pipeline], tmp_path: Path) -> None:
    drill = pipeline("drill")
    lake = Path(drill.environ["QINGYU_VAR"]) / "lake"
    story, sending, parts = read_story(), Sending(drill.environ), months()
    drill.run("feed", "plan", "--plan", str(PLAN_FOLDER))
    writer = drill.start("writer", "run", "--batch", "20")
    try:
        sending.days(story, *parts[0])
        _settle(drill)
        going_on = threading.Thread(target=sending.days, args=(story, *parts[1]))
        going_on.start()
        drill.run("warehouse", "backup", str(tmp_path / "kept"))
        going_on.join()
        _settle(drill)
        refused = drill.run("warehouse", "rebuild", expect=1)
    finally:
        writer.kill()
        writer.wait()

    shutil.rmtree(lake)
    drill.run("warehouse", "restore", str(tmp_path / "kept"))
    ((restored,),) = drill.ask("SELECT sum(consumed) FROM kafka_source")
    sending.days(story, *parts[2])
    drill.run("writer", "run", "--until-idle")
    before, announced = drill.state_hashes(), _announced(drill)
    ((read,),) = drill.ask("SELECT sum(consumed) FROM kafka_source")
    sending.days(story, *parts[3])  # no writer heard of it yet: it is not for the rebuild to swallow

    said = drill.run("warehouse", "rebuild", "--compare")
    rebuilt = _announced(drill)

    assert "another writer holds the lake" in refused
    assert 0 < restored < read
    assert "state hashes are equal" in said
    assert drill.state_hashes() == before
    assert sum(announced.values()) > 0
    assert rebuilt == announced
    assert drill.ask("SELECT count(*) FROM outbox") == [(0,)]
    # The old lake lies aside; nothing else is left over.
    kept = {each.name.split("-")[0] for each in lake.iterdir()}
    assert kept == {"catalogue.sqlite", "catalogue.sqlite.old", "data", "data.old", "writer.lock"}
    # What came since is announced by the writer, not muted.
    drill.run("writer", "run", "--until-idle")
    assert sum(_announced(drill).values()) > sum(announced.values())
