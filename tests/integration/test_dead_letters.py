"""A bad return goes whole to the dead letters with every fault; its neighbours land; the account stays whole."""

import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from broker.clients import make_producer
from broker.settings import KafkaSettings
from tests.support.pipeline import Pipeline

pytestmark = pytest.mark.broker
TOPIC = "returns.energy-annual.published"


def body(**changes: object) -> dict[str, object]:
    made: dict[str, object] = {
        "return_id": "r-1",
        "form": "energy-annual",
        "form_version": 1,
        "unit": "henan-stats",
        "period": "2016",
        "published_at": "2017-12-25T00:00:00+08:00",
        "cells": [{"item": "energy-intensity-change", "value": -7.64, "unit": "pct"}],
    }
    return made | changes


BAD = {
    "malformed": (b'{"return_id": "r-2", "form": "energy', {"not_json"}),
    "wrong_shape": (json.dumps(body(cells="none", form_version="one", extra=1)).encode(), {"malformed"}),
    "unknown_form": (json.dumps(body(return_id="r-3", form="no-such-form")).encode(), {"unknown_form"}),
    "wrong_unit_and_unknown_item": (
        json.dumps(
            body(
                return_id="r-4",
                cells=[
                    {"item": "energy-intensity-change", "value": -7.64, "unit": "wan_t"},
                    {"item": "no-such-item", "value": 1},
                ],
            )
        ).encode(),
        {"wrong_unit", "unknown_item"},
    ),
    "oversized": (json.dumps(body(return_id="r-5", note="x" * 1_000_001)).encode(), {"too_large"}),
    "not_authorised": (json.dumps(body(return_id="r-6", unit="nobody")).encode(), {"unknown_unit", "not_authorised"}),
    "empty": (None, {"not_json"}),
}


@pytest.fixture
def fed(pipeline: Callable[..., Pipeline]) -> Pipeline:
    """The plans, then bad returns between two good ones, landed."""
    made = pipeline()
    made.run("feed", "plan")
    made.run("writer", "run", "--until-idle")  # makes the topics that the plans declare
    settings = KafkaSettings.from_environ(made.environ)
    good = [
        json.dumps(body()).encode(),
        json.dumps(body(return_id="r-9", period="2017", published_at="2018-07-25T00:00:00+08:00")).encode(),
    ]
    producer = make_producer(settings, "test")
    for payload in (good[0], *(payload for payload, _ in BAD.values()), good[1], good[1]):
        producer.send(settings.topic(TOPIC), value=payload, key=b"henan-stats")
    producer.flush()
    producer.close()
    made.run("writer", "run", "--until-idle")
    return made


def test_each_bad_return_is_a_dead_letter_with_every_fault(fed: Pipeline) -> None:
    rows = fed.ask("SELECT payload, faults FROM dead_letter ORDER BY kafka_offset")
    assert len(rows) == len(BAD)
    for (name, (payload, codes)), (kept, faults) in zip(BAD.items(), rows, strict=True):
        found = json.loads(faults)
        assert kept == payload, name
        assert {fault["code"] for fault in found} == codes, name
        assert all(fault["says_zh"] and fault["says_en"] and fault["place"] for fault in found), name
    shape = json.loads(rows[1][1])
    assert {fault["place"] for fault in shape} == {"cells", "form_version", "extra"}


def test_the_neighbours_land_and_the_account_is_whole(fed: Pipeline) -> None:
    assert fed.ask("SELECT return_id FROM stg_return ORDER BY return_id") == [("r-1",), ("r-9",)]
    (account,) = fed.ask(
        "SELECT sum(consumed), sum(landed), sum(dead_lettered), sum(duplicate) FROM kafka_source "
        f"WHERE topic = '{TOPIC}'"
    )
    assert account == (10, 2, 7, 1)


def test_the_operator_sees_faults_and_mends(fed: Pipeline) -> None:
    said = "".join(fed.run("dead-letters", "list").split())
    assert "计量单位应为pct,收到'wan_t'" in said
    assert "no-such-item" in said


def test_the_same_id_with_other_content_is_a_dead_letter(fed: Pipeline) -> None:
    settings = KafkaSettings.from_environ(fed.environ)
    changed = json.dumps(body(cells=[{"item": "energy-intensity-change", "value": -1.0, "unit": "pct"}])).encode()
    producer = make_producer(settings, "test")
    producer.send(settings.topic(TOPIC), value=changed, key=b"henan-stats")
    producer.flush()
    producer.close()
    fed.run("writer", "run", "--until-idle")
    (row,) = fed.ask("SELECT faults FROM dead_letter WHERE phase = 'duplicate'")
    assert json.loads(row[0])[0]["code"] == "same_id_other_content"
    assert fed.ask("SELECT value FROM fct_observation_latest WHERE period = '2016'")[0][0] == Decimal("-7.64")
