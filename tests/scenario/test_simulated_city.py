"""Five simulated years through the whole job on real parts, against the truth that the simulator wrote beside.

Two scenarios at a hundredth of the city: one drifts off track slowly, in one the reporting collapses. What is expected
comes from the scenarios' parameters (producers/simulator/truth.py), not from the rating engine.
"""

import json
import os
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.pipeline import Pipeline, clean_environ

pytestmark = [pytest.mark.broker, pytest.mark.timeout(600)]


class City:
    """A simulated city that went through the job, and its truth."""

    def __init__(self, pipeline: Pipeline, out: Path) -> None:
        self.pipeline = pipeline
        self.summary = json.loads((out / "truth_summary.json").read_text(encoding="utf-8"))
        self.truth = [json.loads(line) for line in (out / "truth.jsonl").read_text(encoding="utf-8").splitlines()]

    def planted(self, expected: str) -> list[dict[str, str]]:
        """Lines of the truth whose expectation begins so."""
        return [line for line in self.truth if line["expected"].startswith(expected)]


@pytest.fixture(scope="module", params=["slow-drift", "reporting-collapse"])
def city(request: pytest.FixtureRequest, kafka_server: str, tmp_path_factory: pytest.TempPathFactory) -> City:
    """One scenario, sent, landed, audited, derived and rated."""
    folder = tmp_path_factory.mktemp("city")
    environ = clean_environ(
        os.environ,
        QINGYU_VAR=str(folder / "var"),
        QINGYU_KAFKA_BOOTSTRAP=kafka_server,
        QINGYU_TOPIC_PREFIX=f"city-{request.param}-",
    )
    pipeline = Pipeline(environ)
    out = folder / "simulated"
    pipeline.run(
        "feed", "simulate", "--scenario", request.param, "--seed", "11", "--scale", "0.01", "--meter-days", "1",
        "--out", str(out),
    )  # fmt: skip
    pipeline.settle()
    return City(pipeline, out)


def test_every_status_is_that_of_the_truth(city: City) -> None:
    rows = city.pipeline.ask(
        "SELECT target_id, area_id, yardstick, period, status, reason FROM stg_assessment WHERE is_alerting "
        "QUALIFY row_number() OVER (PARTITION BY target_id, area_id, yardstick, period ORDER BY kafka_offset DESC) = 1"
    )
    found = {row[:4]: row[4:] for row in rows}
    expected = {
        (each["target"], each["area"], each["yardstick"], each["period"]): (each["status"], each["reason"])
        for each in city.summary["statuses"]
    }
    assert len(expected) == 61
    assert {key: found.get(key) for key in expected} == expected


def test_every_indicator_value_is_that_of_the_truth(city: City) -> None:
    rows = city.pipeline.ask(
        "SELECT indicator_id, area_id, period, value FROM fct_indicator_value "
        "QUALIFY row_number() OVER (PARTITION BY indicator_id, area_id, period ORDER BY cutoff_at DESC) = 1"
    )
    found = {row[:3]: None if row[3] is None else Decimal(str(row[3])) for row in rows}
    off = {}
    for each in city.summary["values"]:
        key = (each["indicator"], each["area"], each["period"])
        value, told = found[key], None if each["value"] is None else Decimal(each["value"])
        if (value is None) != (told is None) or abs((value or 0) - (told or 0)) > Decimal(each["give_or_take"]):
            off[key] = (value, told)
    assert len(city.summary["values"]) == 60
    assert off == {}


def test_the_scenarios_show_what_they_are_for(city: City) -> None:
    """Else the truth could be met by a city in which nothing happens."""
    statuses = Counter(each["status"] for each in city.summary["statuses"])
    if city.summary["scenario"] == "slow-drift":
        assert {"achieved", "on_track", "mild", "middle", "severe"} <= statuses.keys()
    else:
        assert statuses["not_assessed"] >= 20


def test_nothing_is_green_after_the_reporting_collapsed(city: City) -> None:
    if city.summary["scenario"] != "reporting-collapse":
        rows = city.pipeline.ask("SELECT count(*) FROM fct_response WHERE period LIKE '2020%' AND is_overdue")
        assert rows[0][0] < city.pipeline.ask("SELECT count(*) FROM fct_response WHERE period LIKE '2020%'")[0][0]
        return
    rows = city.pipeline.ask(
        "SELECT DISTINCT status, reason FROM stg_assessment WHERE period LIKE '2020%' "
        "QUALIFY row_number() OVER (PARTITION BY target_id, area_id, yardstick, preset_id, period "
        "ORDER BY kafka_offset DESC) = 1"
    )
    assert {status for status, _ in rows} == {"not_assessed"}


def test_each_planted_refusal_is_a_dead_letter_with_its_code(city: City) -> None:
    letters = city.pipeline.ask("SELECT topic, decode(message_key), decode(payload), faults FROM dead_letter")
    planted = Counter(_named(line) for line in city.planted("refused:"))
    found: Counter[tuple[str, ...]] = Counter()
    for topic, key, payload, faults in letters:
        codes = {fault["code"] for fault in json.loads(str(faults))}
        sender = str(topic).rsplit(".", 1)[1]
        # What was cut in two lost its id, but not its key.
        names = [key] if "not_json" in codes else re.findall(r'"return_id":"([^"]+)"', str(payload))
        found.update((name, code, sender) for name in names for code in codes if (name, code, sender) in planted)
    assert found == planted
    assert len(letters) == sum(planted.values())


def _named(line: dict[str, str]) -> tuple[str, str, str]:
    code = line["expected"].removeprefix("refused:")
    return (line["unit"] if code == "not_json" else line["return_id"], code, line["sender"])


def test_what_waits_for_the_audit_has_landed(city: City) -> None:
    landed = {return_id for (return_id,) in city.pipeline.ask("SELECT return_id FROM stg_return")}
    waiting = {line["return_id"] for line in city.planted("landed:")}
    assert waiting
    assert waiting <= landed
    assert landed.isdisjoint(line["return_id"] for line in city.planted("absent"))


def test_every_message_is_accounted_for(city: City) -> None:
    rows = city.pipeline.ask(
        "SELECT sum(consumed), sum(landed), sum(dead_lettered), sum(duplicate) FROM kafka_source "
        "WHERE topic LIKE 'returns.%'"
    )
    consumed, landed, dead, duplicate = (int(str(count)) for count in rows[0])
    assert consumed == city.summary["sent"] == landed + dead + duplicate
    assert dead == len(city.planted("refused:"))
    assert duplicate == len(city.planted("duplicate"))


def test_simulated_data_do_not_mix_with_real_ones(city: City, tmp_path: Path) -> None:
    """The real plan goes into the log; after that the simulator sends nothing more into it."""
    city.pipeline.run("feed", "plan")
    said = city.pipeline.run("feed", "simulate", "--scale", "0.01", "--out", str(tmp_path / "again"), expect=1)
    assert "the log holds the real plan xuchang-2017-2020" in said
    assert "QINGYU_TOPIC_PREFIX" in said
