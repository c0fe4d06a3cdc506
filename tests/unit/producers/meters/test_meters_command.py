"""`qingyu feed meter` as far as it goes without Kafka: what a person may say, and what is refused."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from producers.cli import app

XUCHANG = Path(__file__).parents[4] / "plan" / "xuchang-2017-2020"
REGISTER = (
    "id,name_zh,name_en,area,groups,industry,since,until\n"
    "steel-works,钢厂,Steel works,xuchang,key-energy,31,,\n"
    "power-plant,电厂,Power plant,xuchang,emission-source,44,,\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Xuchang plan with a register of two enterprises."""
    root = tmp_path_factory.mktemp("plans")
    shutil.copytree(XUCHANG, root / XUCHANG.name)
    shutil.copy(XUCHANG.parent / "presets.yaml", root)
    (root / XUCHANG.name / "register.csv").write_text(REGISTER, encoding="utf-8")
    return root / XUCHANG.name


@pytest.fixture
def feed(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Factory: the command on a file with this content; Kafka is nowhere."""
    monkeypatch.setenv("QINGYU_KAFKA_BOOTSTRAP", "127.0.0.1:9")
    monkeypatch.setenv("QINGYU_KAFKA_WAIT", "0.2")
    monkeypatch.setenv("COLUMNS", "250")

    def run(content: str, format_id: str, unit: str, form: str, *more: str, sender: str = "files") -> Result:
        file = tmp_path / "电表.csv"
        file.write_text(content, encoding="utf-8")
        words = ["meter", str(file), "--format", format_id, "--unit", unit, "--form", form, "--sender", sender]
        return CliRunner().invoke(app, [*words, "--plan", str(folder), *more])

    return run


@pytest.fixture
def steel(feed: Callable[..., Result], steel_lines: Callable[..., list[str]]) -> Callable[..., Result]:
    """Factory: the command on a day of the steel plant's meter."""

    def run(*more: str, day: dt.date = dt.date(2018, 1, 31), unit: str = "steel-works", **given: str) -> Result:
        return feed("\n".join(steel_lines(day)), "steel-15min", unit, "energy-meter-daily", *more, **given)

    return run


def test_a_sender_that_may_not_speak_for_the_unit_is_refused(steel: Callable[..., Result]) -> None:
    done = steel(sender="environment-system")
    assert (done.exit_code, "not_authorised" in done.output) == (1, True)


def test_a_unit_that_has_no_meter_is_refused(steel: Callable[..., Result]) -> None:
    for unit, code in (("power-plant", "not_on_roster"), ("nobody", "unknown_unit")):
        done = steel(unit=unit)
        assert (done.exit_code, code in done.output, "nothing was sent" in done.output) == (1, True, True)


def test_days_outside_the_calendar_are_refused(steel: Callable[..., Result]) -> None:
    done = steel(day=dt.date(2015, 12, 31))
    assert (done.exit_code, "period_not_due" in done.output) == (1, True)


def test_what_is_not_fed_is_shown_with_the_reason(steel: Callable[..., Result]) -> None:
    done = steel(unit="nobody")
    assert "CO2(tCO2)" in done.output
    assert "with two decimals only" in done.output


TURBINE_LINE = "4.5,1018,83,3.5,23,1086,549,134,11.8,0.3,81.9"
TURBINE = (
    "Ambient temperature,Ambient pressure,Ambient humidity,Air filter difference pressure,Gas turbine exhaust pressure,"
    "Turbine inlet temperature,Turbine after temperature,Compressor discharge pressure,Turbine energy yield,"
    f"Carbon monoxide,Nitrogen oxides\n{TURBINE_LINE}\n"
)
SAYS = ("--declare", "operating-share=1", "--declare", "validity=valid")
BEGINS = ("--from", "2018-01-01T00:00")
WRONG = {
    "no-beginning": (SAYS, "is no time"),
    "no-full-hour": (("--from", "2018-01-01T00:30", *SAYS), "write the full hour in China time"),
    "with-a-zone": (("--from", "2018-01-01T00:00+00:00", *SAYS), "without a zone"),
    "beyond-all-plans": (("--from", "9999-12-31T23:00", *SAYS), "write the full hour in China time"),
    "with-a-source": ((*BEGINS, "--source", "3/1", *SAYS), "has one source only"),
    "strange-declaration": ((*BEGINS, "--declare", "load=1"), "write ITEM=VALUE"),
}


@pytest.mark.parametrize("defect", WRONG)
def test_what_a_person_gives_must_go_with_the_format(feed: Callable[..., Result], defect: str) -> None:
    more, says = WRONG[defect]
    done = feed(TURBINE, "turbine-hourly", "power-plant", "emission-hourly-daily", *more)
    assert (done.exit_code, says in done.output) == (2, True), done.output


def test_a_format_with_times_takes_no_beginning(steel: Callable[..., Result]) -> None:
    done = steel(*BEGINS)
    assert (done.exit_code, "has its own times" in done.output) == (2, True)


def test_rows_that_lack_what_the_form_requires_are_refused_unless_declared(feed: Callable[..., Result]) -> None:
    """The turbine's file says neither how long the hour ran nor what it is worth; a person may."""
    door = (TURBINE, "turbine-hourly", "power-plant", "emission-hourly-daily", *BEGINS)
    without = feed(*door)
    assert (without.exit_code, "incomplete_row" in without.output) == (1, True)
    declared = feed(*door, *SAYS)
    # Nothing is wrong any more but that no Kafka answers.
    assert ("faults" in declared.output, "127.0.0.1:9" in declared.output) == (False, True)


def test_a_format_or_form_that_does_not_exist_is_told(feed: Callable[..., Result]) -> None:
    for format_id, form, says in (
        ("steel", "energy-meter-daily", "known: steel-15min, turbine-hourly"),
        ("steel-15min", "meters", "no form 'meters'"),
        ("steel-15min", "energy-monthly", "reported by month, a meter by day"),
        ("steel-15min", "emission-hourly-daily", "has no rows every 15 minutes"),
    ):
        done = feed(TURBINE, format_id, "steel-works", form)
        assert (done.exit_code != 0, says in done.output) == (True, True), done.output
