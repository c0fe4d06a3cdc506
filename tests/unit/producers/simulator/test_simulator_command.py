"""`qingyu feed simulate` as a person types it, without a broker."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from broker.places import PLANS
from plan.loader import load_plan
from producers.simulator.commands import feed_simulate
from producers.simulator.plan_folder import PLAN_ID

app = typer.Typer()
app.command()(feed_simulate)
FORMS = ("--form", "xuchang-energy-annual", "--form", "energy-monthly", "--form", "enterprise-monthly")


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"NO_COLOR": "1", "COLUMNS": "200"})


def test_a_dry_run_writes_plan_and_truth(tmp_path: Path) -> None:
    out = tmp_path / "city"
    words = ("--scenario", "slow-drift", "--seed", "5", "--scale", "0.01", "--out", str(out), "--dry-run", *FORMS)
    done = _run(*words)
    assert done.exit_code == 0, done.output
    assert "simulated, not real statistics" in done.output
    assert load_plan(out / PLAN_ID).names.zh.startswith("【模拟】")
    summary = json.loads((out / "truth_summary.json").read_text(encoding="utf-8"))
    assert (summary["scenario"], summary["seed"], summary["scale"]) == ("slow-drift", 5, 0.01)
    planted = [json.loads(line) for line in (out / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sum(summary["planted"].values()) == len(planted)
    assert set(planted[0]) == {"kind", "form", "unit", "period", "item", "return_id", "sender", "expected"}
    files = {each: each.read_bytes() for each in sorted(out.rglob("*")) if each.is_file()}
    assert _run(*words).exit_code == 0
    assert {each: each.read_bytes() for each in sorted(out.rglob("*")) if each.is_file()} == files


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scenario", "boom"), "known: on-track, slow-drift, sudden-shock, back-loaded, reporting-collapse"),
        (("--from", "2015-01"), "--from and --to are months of 2016 to 2020 in order"),
        (("--from", "2019-01", "--to", "2018-12"), "--from and --to are months of 2016 to 2020 in order"),
        (("--from", "2016"), "--from and --to are months of 2016 to 2020 in order"),
        (("--from", "January"), "January"),
        (("--form", "no-such"), "no form no-such"),
        (("--scale", "0"), "--scale"),
        (("--meter-days", "0"), "--meter-days"),
    ],
)
def test_words_that_do_not_fit_are_refused(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = _run(*words, "--out", str(tmp_path), "--dry-run")
    assert done.exit_code == 2
    assert said in " ".join(done.output.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_real_plans_is_refused(tmp_path: Path) -> None:
    real = tmp_path / PLAN_ID / "plan.yaml"
    real.parent.mkdir()
    real.write_bytes((PLANS / PLAN_ID / "plan.yaml").read_bytes())
    done = _run("--scale", "0.01", "--out", str(tmp_path), "--dry-run", *FORMS)
    assert done.exit_code == 1
    assert "holds a plan that is not simulated" in done.output
    assert "--out" in done.output
    assert [each.name for each in tmp_path.iterdir()] == [PLAN_ID]
