"""The feed's commands as far as they go without Kafka: what they refuse, and how they say so."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from producers.cli import app

_GOOD = {
    "return_id": "r-1",
    "form": "economy-annual",
    "form_version": 1,
    "unit": "nbs",
    "period": "2017",
    "cells": [{"item": "gdp-growth", "value": 6.8}],
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Factory: run a command where no Kafka answers; gives exit code, output and errors."""
    monkeypatch.setenv("QINGYU_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setenv("QINGYU_KAFKA_WAIT", "0.2")
    monkeypatch.setenv("QINGYU_VAR", str(tmp_path / "var"))

    def invoke(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, arguments)
        return result.exit_code, result.stdout, result.stderr

    return invoke


def test_a_bad_return_is_refused_with_every_fault_in_both_languages(run, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    cells = [{"item": "gdp-growth", "value": 680, "unit": "wan_t"}, {"item": "gdp", "value": 1}]
    file.write_text(json.dumps({**_GOOD, "period": "2017年", "cells": cells}), encoding="utf-8")
    code, out, err = run("return", str(file), "--sender", "published")
    assert (code, out) == (1, "")
    for place in (
        "bad_period period",
        "wrong_unit cells/0/unit",
        "out_of_limits cells/0/value",
        "unknown_item cells/1/item",
    ):
        assert place in err
    assert "地区生产总值增速 的计量单位应为 pct,收到 'wan_t';请换算后重报" in err
    assert "gdp-growth is reported in pct, found 'wan_t'; convert and send again" in err
    assert "4 faults; nothing was sent" in err


def test_what_is_not_json_is_refused(run, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text("form;unit;period\n", encoding="utf-8")
    code, _, err = run("return", str(file), "--sender", "published")
    assert code == 1
    assert "not_json message" in err


def test_a_file_that_is_not_there_is_named(run, tmp_path: Path) -> None:
    code, _, err = run("return", str(tmp_path / "none.json"), "--sender", "published")
    assert code == 1
    assert "none.json cannot be read: No such file or directory" in err


def test_kafka_away_is_said_with_the_mend(run, tmp_path: Path) -> None:
    file = tmp_path / "good.json"
    file.write_text(json.dumps(_GOOD), encoding="utf-8")
    code, out, err = run("return", str(file), "--sender", "published")
    assert (code, out) == (1, "")
    assert "did not answer within 0.2 s" in err
    assert "QINGYU_KAFKA_BOOTSTRAP" in err


@pytest.mark.parametrize(
    ("day", "says"), [("2021/12/31", "write it as 2021-12-31"), ("2099-01-01", "has not begun in China")]
)
def test_a_tick_of_no_day_or_of_a_day_to_come_is_refused(run, day: str, says: str) -> None:
    code, _, err = run("tick", day)
    assert code == 2
    assert says in " ".join(err.replace("│", " ").split())


def test_a_broken_plan_is_refused_by_file_and_line(run, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "plan.yaml").write_text("id: broken\n", encoding="utf-8")
    code, _, err = run("published", "--plan", str(folder))
    assert code == 1
    assert "The plan or its figures cannot be used" in err
    assert "forms.yaml:1:" in err
