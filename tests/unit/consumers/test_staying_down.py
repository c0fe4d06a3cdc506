"""A writer whose budget is spent leaves with the exit code after which the supervisor leaves it alone."""

import configparser

import pytest
import typer

from broker.places import ROOT
from consumers.budget import BudgetSpent
from consumers.stopping import STAY_DOWN, stopping_faults


def test_the_sentence_is_said_and_the_exit_code_is_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left, stopping_faults():
        raise BudgetSpent("returns.a.b: 3 of 4 [of] all")
    assert left.value.exit_code == STAY_DOWN
    assert "returns.a.b: 3 of 4 [of] all" in capsys.readouterr().err


def test_the_supervisor_restarts_the_writer_after_every_other_exit() -> None:
    conf = configparser.ConfigParser(interpolation=None)
    conf.read(ROOT / "deploy" / "supervisord.conf", encoding="utf-8")
    assert conf["program:writer"]["autorestart"] == "unexpected"
    assert conf["program:writer"]["exitcodes"] == str(STAY_DOWN)
