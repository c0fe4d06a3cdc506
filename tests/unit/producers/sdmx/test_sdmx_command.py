"""`qingyu feed sdmx` as far as it goes without Kafka: what is refused never gets there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from producers.cli import app

CASES = Path(__file__).parents[3] / "cases" / "sdmx"


@pytest.fixture
def feed(henan: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Factory: the command on these files; Kafka is nowhere."""
    monkeypatch.setenv("QINGYU_KAFKA_BOOTSTRAP", "127.0.0.1:9")
    monkeypatch.setenv("COLUMNS", "250")

    def run(*files: Path, sender: str = "files") -> Result:
        words = ["sdmx", *map(str, files), "--plan", str(henan), "--sender", sender]
        return CliRunner().invoke(app, words)

    return run


def test_every_fault_is_shown_and_nothing_is_sent(feed: Callable[..., Result], tmp_path: Path) -> None:
    bad = tmp_path / "坏 表.csv"
    text = (CASES / "energy.csv").read_text(encoding="utf-8")
    bad.write_text(text.replace("2.2944", "200").replace("EN_CONS_CHANGE", "EN_X"), encoding="utf-8")
    done = feed(bad, CASES / "generic.xml")
    assert done.exit_code == 1
    shown = done.output
    assert "unknown_code 第3行第6列 line 3, column 6" in shown
    # A fault of the contract is told at the line of the file, too: 200 yi_tce are over the limit of the form.
    assert "out_of_limits 第4行第9列 line 4, column 9" in shown
    assert "1 of 2 files have faults; nothing was sent" in shown
    assert "坏 表.csv: 拒收 observations refused" in shown


def test_a_sender_that_may_not_speak_for_the_unit_is_refused(feed: Callable[..., Result]) -> None:
    done = feed(CASES / "energy.csv", sender="stranger")
    assert done.exit_code == 1
    assert "not_authorised" in done.output
    assert "1 of 1 files have faults; nothing was sent" in done.output


def test_the_same_return_in_two_files_is_refused(feed: Callable[..., Result]) -> None:
    done = feed(CASES / "energy.csv", CASES / "energy.json")
    assert done.exit_code == 1
    assert "energy-annual henan-stats 2017" in done.output


def test_a_file_that_is_not_there_is_told(feed: Callable[..., Result], tmp_path: Path) -> None:
    done = feed(tmp_path / "none.csv")
    assert (done.exit_code, "cannot be read" in done.output) == (1, True)


def test_a_file_with_nothing_for_the_plan_is_told(feed: Callable[..., Result], tmp_path: Path) -> None:
    header, *lines = (CASES / "energy.csv").read_text(encoding="utf-8").splitlines()
    other = tmp_path / "other.csv"
    other.write_text("\n".join([header, *(line for line in lines if "CN-JS" in line)]), encoding="utf-8")
    done = feed(other)
    assert (done.exit_code, "no figures in the file" in done.output) == (1, True)
