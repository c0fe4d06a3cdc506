"""From a refused message to a landed one, and a writer that stops when refusals explode: the real commands on Kafka."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.clients import make_producer
from broker.places import PLANS
from broker.settings import KafkaSettings
from tests.support.pipeline import Pipeline

pytestmark = pytest.mark.broker
TOPIC = "returns.energy-annual.published"
ITEM = "energy-intensity-change"


def _body(return_id: str, period: str, value: float = -7.5, **more: object) -> str:
    made: dict[str, object] = {
        "return_id": return_id, "form": "energy-annual", "form_version": 1, "unit": "henan-stats", "period": period,
        "cells": [{"item": ITEM, "value": value}],
    }  # fmt: skip
    return json.dumps(made | more, ensure_ascii=False)


def _send(made: Pipeline, *payloads: bytes) -> list[str]:
    """Send messages of one reporting unit; returns their addresses as the commands show them."""
    settings = KafkaSettings.from_environ(made.environ)
    producer = make_producer(settings, "test")
    headers = [("来源", "旧系统".encode())]
    futures = [
        producer.send(settings.topic(TOPIC), value=payload, key=b"henan-stats", headers=headers) for payload in payloads
    ]
    found = [future.get(timeout=20) for future in futures]
    producer.close()
    return [f"{TOPIC}[{place.partition}]@{place.offset}" for place in found]


@contextmanager
def _writing(made: Pipeline) -> Iterator[Callable[[], None]]:
    """A running writer; call what is given to wait until it has done everything."""
    writer = made.start("writer", "run")
    try:
        yield lambda: made.run("writer", "status", "--wait", "60") and None
    finally:
        writer.terminate()
        writer.wait(30)


def _plan_folder(folder: Path, maximum: int) -> str:
    """The Henan plan with another limit of its first item: what one refuses, a later one takes."""
    shutil.copytree(PLANS / "henan-2016-2020", folder / "henan-2016-2020")
    shutil.copy(PLANS / "presets.yaml", folder)
    folder /= "henan-2016-2020"
    forms = (folder / "forms.yaml").read_text(encoding="utf-8")
    assert "maximum: 50\n" in forms
    (folder / "forms.yaml").write_text(forms.replace("maximum: 50\n", f"maximum: {maximum}\n", 1), encoding="utf-8")
    return str(folder)


def _account(made: Pipeline, topic: str) -> object:
    (found,) = made.ask(
        "SELECT sum(consumed)::INT, sum(landed)::INT, sum(dead_lettered)::INT, sum(duplicate)::INT FROM kafka_source "
        f"WHERE topic = '{topic}'"
    )
    return found


def test_dead_letters_are_listed_shown_repaired_and_replayed(pipeline: Callable[..., Pipeline], tmp_path: Path) -> None:
    made = pipeline()
    rebuilt = pipeline("b", made.environ["QINGYU_TOPIC_PREFIX"])
    who = ("--by", "王芳", "--because", "与报送单位电话核实")
    made.run("feed", "plan", "--plan", _plan_folder(tmp_path / "one", 50))
    with _writing(made) as wait:
        wait()  # the writer makes the topics that the plan declares
        _, encoded, misdated, too_high = _send(
            made,
            _body("r-0", "2016").encode(),
            _body("r-1", "2017", note="许昌").encode("gb18030"),
            _body("r-2", "2018年").encode(),
            _body("r-3", "2019", 60).encode(),
        )
        wait()

        listed = made.run("dead-letters", "list")
        counts = {"not_json": 1, "bad_period": 1, "out_of_limits": 1}
        assert all(address in listed.replace("\n", "") for address in (encoded, misdated, too_high))
        assert all(f"│ {code}" in listed for code in counts)
        shown = made.run("dead-letters", "show", misdated)
        assert all(text in shown for text in ("henan-stats", "来源 = 旧系统", '"period": "2018年"', "尚未修复"))

        file = tmp_path / "mended.json"
        file.write_text(_body("r-2", "2018", -7.4), encoding="utf-8")
        said = made.run("dead-letters", "repair", misdated, "--file", str(file), *who, expect=1)
        assert "拒收件为 '-7.5',修复件为 '-7.4'" in said
        assert "not sent: 2" in made.run("dead-letters", "replay", misdated, too_high, *who, expect=1)
        assert made.ask("SELECT count(*) FROM stg_repair") == [(0,)]

        file.write_text(_body("r-2", "2018"), encoding="utf-8")
        assert f"{misdated} -> repairs[0]@0" in made.run("dead-letters", "repair", misdated, "--file", str(file), *who)
        file.write_text(_body("r-1", "2017", note="许昌"), encoding="utf-8")
        made.run("dead-letters", "repair", encoded, "--file", str(file), *who)
        wait()
        assert made.ask("SELECT return_id, topic, sender_id FROM stg_return ORDER BY return_id") == [
            ("r-0", TOPIC, "published"),
            ("r-1", "repairs", "published"),
            ("r-2", "repairs", "published"),
        ]
        shown = made.run("dead-letters", "show", misdated)
        assert all(text in shown for text in ("王芳: 与报送单位电话核实", "修复 repaired", "已入库 landed"))
        assert "已修复" in made.run("dead-letters", "repair", encoded, "--file", str(file), *who, expect=1)
        assert made.run("dead-letters", "list", "--unrepaired").count("@") == 1

        rebuilt.run("writer", "run", "--until-idle")
        assert rebuilt.state_hashes() == made.state_hashes()

        made.run("feed", "plan", "--plan", _plan_folder(tmp_path / "two", 80))
        wait()
        assert "sent: 1" in made.run("dead-letters", "replay", "--fault", "out_of_limits", *who)
        wait()

    assert made.ask(f"SELECT value::INT FROM fct_observation WHERE return_id = 'r-3' AND item_id = '{ITEM}'") == [(60,)]
    assert _account(made, TOPIC) == (4, 1, 3, 0)
    assert _account(made, "repairs") == (3, 3, 0, 0)
    rebuilt.run("writer", "run", "--until-idle")
    assert rebuilt.state_hashes() == made.state_hashes()


def test_exploding_refusals_stop_the_writer_until_somebody_starts_it(pipeline: Callable[..., Pipeline]) -> None:
    made = pipeline(QINGYU_REFUSALS_WINDOW="40", QINGYU_REFUSALS_LEAST="20")
    made.run("feed", "plan", "--plan", "plan/henan-2016-2020")
    made.run("writer", "run", "--until-idle")
    _send(made, *(_body(f"r-{at}", "2016", 99).encode() for at in range(30)), _body("good", "2016").encode())

    said = made.run("writer", "run", "--until-idle", expect=3)

    assert f"{TOPIC}: 30 of the last 31 messages (96 %) were refused, most often out_of_limits" in said
    assert "Traceback" not in said
    assert _account(made, TOPIC) == (31, 1, 30, 0)
    _send(made, _body("later", "2017").encode())
    made.run("writer", "run", "--until-idle")
    assert _account(made, TOPIC) == (32, 2, 30, 0)
