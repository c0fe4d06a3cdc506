"""A small year on real parts: late, revised, missing, wrong-unit and recovered returns, and what is made of them.

``small_year/story.csv`` says what is handed in and when; ``small_year/expected.csv`` is the timeline it must lead to,
worked out by hand from the rules, with the reason in its last column. Both are compared row by row, both ways.
"""

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from alerts.lag import settled as alerter_settled
from consumers.lag import settled as writer_settled
from plan.faults import Fault
from tests.scenario.story import FIRST_DAY, LAST_DAY, PLAN_FOLDER, Sending, Told, months, read_story
from tests.scenario.timeline import expected, notices, responses_of_lake, told_by_lake
from tests.support.pipeline import Pipeline, clean_environ

pytestmark = [pytest.mark.broker, pytest.mark.timeout(600)]

NONE: dict[str, list[object]] = {"missing": [], "extra": []}
_SETTLED_WITHIN_S = 90


class Year:
    """The finished year: its installation, its story, and the state of the marts before the live return."""

    def __init__(self, pipeline: Pipeline, story: tuple[Told, ...], hashes: dict[str, tuple[int, str]]) -> None:
        self.pipeline = pipeline
        self.story = story
        self.hashes = hashes


def _installation(folder: Path, bootstrap: str, prefix: str) -> Pipeline:
    return Pipeline(
        clean_environ(os.environ, QINGYU_VAR=str(folder), QINGYU_KAFKA_BOOTSTRAP=bootstrap, QINGYU_TOPIC_PREFIX=prefix)
    )


def _differences(found: Sequence[object], wanted: Sequence[object]) -> dict[str, list[object]]:
    """Rows that are expected and not there, and rows that are there and not expected; equal rows are counted."""
    return {
        "missing": list((Counter(wanted) - Counter(found)).elements()),
        "extra": list((Counter(found) - Counter(wanted)).elements()),
    }


@pytest.fixture(scope="module")
def year(kafka_server: str, tmp_path_factory: pytest.TempPathFactory) -> Year:
    """The whole story in one go, then the return that is handed in today."""
    pipeline = _installation(tmp_path_factory.mktemp("year"), kafka_server, "small-year.")
    story = read_story()
    pipeline.run("feed", "plan", "--plan", str(PLAN_FOLDER))
    sending = Sending(pipeline.environ)
    sending.days(story, FIRST_DAY, LAST_DAY)
    pipeline.settle()
    hashes = pipeline.state_hashes()
    sending.live(story)
    pipeline.settle()
    return Year(pipeline, story, hashes)


def test_assessments_transitions_and_notices_are_as_worked_out_by_hand(year: Year) -> None:
    wanted, _ = expected()
    assert _differences(told_by_lake(year.pipeline), wanted) == NONE


def test_every_look_at_a_slice_is_as_worked_out_by_hand(year: Year) -> None:
    _, wanted = expected()
    assert _differences(responses_of_lake(year.pipeline), wanted) == NONE


def test_dead_letters_are_those_of_the_story_with_their_reasons(year: Year) -> None:
    rows = year.pipeline.ask("SELECT payload, phase, faults FROM dead_letter")
    found = []
    for payload, phase, faults in rows:
        codes = "+".join(fault.code for fault in msgspec.json.decode(faults, type=tuple[Fault, ...]))
        found.append((msgspec.json.decode(payload)["return_id"], f"dead_letter:{phase}:{codes}"))
    wanted = [
        (told.outgoing.sent.return_id, told.becomes) for told in year.story if told.becomes.startswith("dead_letter")
    ]
    assert sorted(found) == sorted(wanted)


def test_every_return_of_the_story_is_accounted_for(year: Year) -> None:
    (counts,) = year.pipeline.ask(
        "SELECT sum(consumed), sum(landed), sum(dead_lettered), sum(duplicate) FROM kafka_source "
        "WHERE topic LIKE 'returns.%'"
    )
    kinds = [told.becomes.split(":")[0] for told in year.story]
    assert counts == (len(kinds), kinds.count("landed"), kinds.count("dead_letter"), kinds.count("duplicate"))


def test_the_notices_say_it_in_chinese_and_in_order(year: Year) -> None:
    titles = [re.match("【(.+?)】(.+?) ", line["title"]) for line in notices(year.pipeline)]
    assert [found.groups() for found in titles if found] == [
        ("新预警", "东河县"),
        ("新预警", "西岭县"),
        ("加重", "东河县"),
        ("解除", "西岭县"),
        ("更正", "示例市"),
        ("更正", "示例市"),
        ("更正", "西岭县"),
        ("减轻", "东河县"),
        ("解除", "东河县"),
        ("更正", "东河县"),
        ("加重", "示例市"),
        ("更正", "示例市"),
        ("更正", "示例市"),
        ("更正", "示例市"),
        ("更正", "示例市"),
    ]


def test_sent_month_by_month_it_comes_to_the_same(year: Year, kafka_server: str, tmp_path: Path) -> None:
    """The writer and the alerter run all year and deal with each month before the next one is sent."""
    pipeline = _installation(tmp_path, kafka_server, "small-year-by-months.")
    pipeline.run("feed", "plan", "--plan", str(PLAN_FOLDER))
    sending = Sending(pipeline.environ)
    processes = [pipeline.start("writer", "run", "--batch", "7"), pipeline.start("alerts", "run")]
    try:
        for first, last in months():
            sending.days(year.story, first, last)
            for settled in (writer_settled, alerter_settled, writer_settled):
                found = settled(pipeline.environ, _SETTLED_WITHIN_S)
                assert found.is_settled, f"{first:%B %Y}: {found}"
    finally:
        for process in processes:
            process.terminate()
        codes = [process.wait(timeout=60) for process in processes]
    assert codes == [0, 0]
    assert pipeline.state_hashes() == year.hashes
