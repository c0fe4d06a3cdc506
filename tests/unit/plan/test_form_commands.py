"""``qingyu form list|schema|pages`` as people run it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from plan.form_commands import form_app

Data = dict[str, Any]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command; gives exit code, output and errors."""
    monkeypatch.setenv("COLUMNS", "200")

    def runner(*arguments: str | Path) -> tuple[int, str, str]:
        done = CliRunner().invoke(form_app, [str(each) for each in arguments])
        return done.exit_code, done.stdout, done.stderr

    return runner


def test_list_tells_who_reports_what_and_when(run: Run) -> None:
    code, out, _ = run("list")

    assert code == 0
    (line,) = (line for line in out.splitlines() if "permit-execution-quarterly" in line)
    assert [each.strip() for each in line.strip("│ ").split("│")] == [
        "permit-execution-quarterly",
        "排污许可执行报告（季度）",
        "季 quarterly",
        "固定污染源",
        "15",
    ]


def test_schema_is_json_of_that_form(run: Run) -> None:
    code, out, _ = run("schema", "energy-monthly")

    made = json.loads(out)
    assert code == 0
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["$defs"]["Return"]["properties"]["form"] == {"const": "energy-monthly"}
    assert made["$defs"]["cell-natural-gas"]["properties"]["unit"] == {"enum": ["", "wan_m3"]}


def test_schema_of_no_form_says_where_they_are_listed(run: Run) -> None:
    code, out, err = run("schema", "nope")

    assert (code, out) == (2, "")
    assert "no form 'nope'; qingyu form list tells them" in err


def test_a_plan_with_faults_is_sent_to_the_check(run: Run, good_data: Data, write_plan: Callable[..., Path]) -> None:
    good_data["forms"][0]["roster"] = []

    code, _, err = run("list", "--plan", write_plan(good_data))

    assert code == 1
    assert "qingyu plan check" in err


def test_pages_remove_what_a_plan_no_longer_has_and_nothing_else(
    run: Run, good_data: Data, write_plan: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "pages"
    own, other = out / good_data["id"], out / "another-plan"
    for folder in (own, other):
        folder.mkdir(parents=True)
        (folder / "gone.json").write_text("{}", encoding="utf-8")
    (own / "notes.txt").write_text("mine", encoding="utf-8")

    code, said, _ = run("pages", "--out", out, "--plan", write_plan(good_data))

    forms = {f"{form['id']}.json" for form in good_data["forms"]}
    assert code == 0
    assert said == f"{len(forms) + 1} pages in {out}\n"
    assert {file.name for file in own.iterdir()} == forms | {"notes.txt"}
    assert [file.name for file in other.iterdir()] == ["gone.json"]
    assert "README.md" in {file.name for file in out.iterdir()}
