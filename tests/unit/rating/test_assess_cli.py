"""``qingyu assess`` as people run it: figures in, ratings out; every bad input listed, nothing guessed."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

import qingyu
from broker.places import ROOT
from rating.record import recompute
from rating.report_json import AssessmentPart, Document
from tests.support.assess_plan import FIGURES, HEAD, write_town

Run = Callable[..., tuple[int, str, str]]
"""Gives exit code, output and errors."""
Report = Callable[..., Document]

_HENAN = ROOT / "plan" / "henan-2016-2020"
_RATES = {"2016": "-7.64", "2017": "-7.90", "2018": "-5.01", "2019": "-7.98", "2020": "0.76"}
"""Published yearly changes of energy per unit of GDP in Henan."""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command; gives exit code, output and errors."""
    monkeypatch.setenv("COLUMNS", "180")

    def runner(*arguments: str | Path) -> tuple[int, str, str]:
        done = CliRunner().invoke(qingyu.app, ["assess", *(str(each) for each in arguments)])
        return done.exit_code, done.stdout, done.stderr

    return runner


@pytest.fixture
def town(tmp_path: Path, run: Run) -> Run:
    """Assess the small town with a figures file."""
    plan = write_town(tmp_path)

    def assess(figures: str = FIGURES, as_of: str = "2019-12-31", *more: str) -> tuple[int, str, str]:
        file = tmp_path / "figures.csv"
        file.write_text(figures, encoding="utf-8")
        return run("--plan", plan, "--figures", file, "--as-of", as_of, *more)

    return assess


@pytest.fixture
def town_report(town: Run) -> Report:
    """Assess the small town; gives the JSON as it was printed."""

    def assess(figures: str = FIGURES, as_of: str = "2019-12-31", *more: str) -> Document:
        code, out, err = town(figures, as_of, "--format", "json", *more)
        assert (code, err) == (0, "")
        return msgspec.json.decode(out, type=Document)

    return assess


@pytest.fixture
def henan(tmp_path: Path, run: Run) -> Report:
    """Assess Henan from the five published rates."""

    def assess(as_of: str = "2021-12-31", *more: str) -> Document:
        rows = (
            f"energy-intensity-change,henan,{year},{rate},pct,{int(year) + 1}-12-25" for year, rate in _RATES.items()
        )
        file = tmp_path / "henan.csv"
        file.write_text("\n".join((HEAD, *rows)), encoding="utf-8")
        code, out, err = run("--plan", _HENAN, "--figures", file, "--as-of", as_of, "--format", "json", *more)
        assert (code, err) == (0, "")
        return msgspec.json.decode(out, type=Document)

    return assess


def _of(document: Document, yardstick: str, preset: str) -> dict[str, AssessmentPart]:
    return {
        each.period: each
        for each in document.assessments
        if (each.target, each.yardstick, each.preset) == ("henan-energy-intensity-2020", yardstick, preset)
    }


def test_henan_has_the_published_progress_and_the_annual_colours(henan: Report) -> None:
    found = henan("2021-12-31", "--all-periods")
    progress = _of(found, "plan_progress", "ndrc-2021")
    assert {period: str(each.value) for period, each in progress.items()} == {
        "2016": "45.58", "2017": "92.78", "2018": "122.26", "2019": "169.96", "2020": "165.62",
    }  # fmt: skip
    assert {period: each.status.value for period, each in progress.items()} == {
        "2016": "on_track", "2017": "on_track", "2018": "achieved", "2019": "achieved", "2020": "achieved",
    }  # fmt: skip
    last = _of(found, "annual_task", "ndrc-2021")["2020"]
    assert (last.status.value, str(last.value), str(last.required), last.level_label) == (
        "severe",
        "-0.76",
        "3.43",
        "一级",
    )
    beside = _of(found, "annual_task", "ndrc-2020")["2020"]
    assert (beside.status.value, str(beside.missed_pct), beside.is_alerting) == ("severe", "122.18", False)


def test_a_figure_published_later_is_not_seen(henan: Report) -> None:
    found = henan("2020-12-24")
    assert list(_of(found, "plan_progress", "ndrc-2021")) == ["2018"]
    assert found.figures.not_yet_known == 2
    assert list(_of(henan("2020-12-25"), "plan_progress", "ndrc-2021")) == ["2019"]


def test_each_assessment_is_made_again_from_its_facts_alone(henan: Report) -> None:
    found = henan("2021-12-31", "--all-periods")
    assert len(found.assessments) > len(_RATES)
    for each in found.assessments:
        again = recompute(each.facts)
        fields = AssessmentPart.__struct_fields__
        expected = {name: getattr(each, name) for name in fields if hasattr(again, name)}
        assert {name: getattr(again, name) for name in expected} == expected
        assert {"status", "reason", "value", "required", "gap", "margin", "evidence", "facts"} <= set(expected)


def test_the_town_by_hand(town: Run) -> None:
    """40 of 50 are 20 % short; 9 of 10 exactly 10 %; 960 after 950 is a rise of 1.05 % where 4.27 % less is asked."""
    code, out, _ = town(FIGURES, "2019-12-31", "--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    told = [
        (row["target"], row["area"], row["period"], row["preset"], row["status"], row["value"], row["required"])
        for row in rows
        if row["status"] != "not_assessed"
    ]
    assert told == [
        ("smart-2020", "city", "2018", "ndrc-2020", "severe", "40", "50"),
        ("model-2020", "east", "2018", "ndrc-2020", "mild", "9", "10"),
        ("energy-2020", "city", "2018", "ndrc-2021", "severe", "-1.05", "4.27"),
        ("energy-2020", "city", "2018", "ndrc-2020", "severe", "-1.05", "4.27"),
        ("mines-2017", "city", "2017-01..06", "ndrc-2020", "on_track", "7", "7"),
    ]
    missing = {
        (row["target"], row["area"], row["period"], row["reason"]) for row in rows if row["status"] == "not_assessed"
    }
    assert missing == {
        ("smart-2020", "city", "2019", "no_data"),
        ("model-2020", "east", "2019", "no_data"),
        ("model-2020", "west", "2019", "no_data"),
        ("energy-2020", "city", "2019", "no_data"),
        ("mines-2017", "city", "2017-01..12", "overdue"),
    }


def test_the_summary_counts_everything_and_nothing_missing_is_green(town_report: Report) -> None:
    found = town_report()
    assert found.summary.subjects == len(found.targets) == 5
    assert found.summary.by_status == {
        "severe": 2, "middle": 0, "mild": 1, "not_assessed": 2, "on_track": 0, "achieved": 0,
    }  # fmt: skip
    assert found.summary.not_assessed_by_reason == {"no_data": 1, "overdue": 1}
    assert (found.summary.qualitative, found.summary.restated) == (1, 1)
    assert [each.target for each in found.qualitative] == ["formed"]
    assert [(each.target, each.restates) for each in found.restated] == [("smart-again", "smart-2020")]
    smart = found.targets[0]
    assert (smart.target, smart.owners, smart.restated_by) == ("smart-2020", ("iit", "drc"), ("smart-again",))


def test_worst_first_and_paired_floors_together(town_report: Report) -> None:
    found = town_report()
    assert [(each.target, each.area, each.status.value) for each in found.targets] == [
        ("smart-2020", "city", "severe"),
        ("model-2020", "east", "mild"),
        ("model-2020", "west", "not_assessed"),
        ("energy-2020", "city", "severe"),
        ("mines-2017", "city", "not_assessed"),
    ]


def test_before_anything_is_due_nothing_is_assessed(town: Run) -> None:
    found = msgspec.json.decode(
        town(f"{HEAD}\n{FIGURES.splitlines()[4]}\n", "2017-06-29", "--format", "json")[1], type=Document
    )
    assert {(each.status.value, each.reason.value) for each in found.targets} == {("not_assessed", "not_yet_due")}
    assert found.assessments == ()


@pytest.mark.parametrize(
    ("as_of", "reason"),
    [("2017-06-30", "no_data"), ("2017-07-29", "no_data"), ("2017-07-30", "overdue"), ("2018-01-30", "overdue")],
)
def test_a_form_is_overdue_from_the_end_of_its_due_date(town_report: Report, as_of: str, reason: str) -> None:
    """The first half is due by 30 July (30 days after 30 June)."""
    only_smart = "\n".join(FIGURES.splitlines()[:2])
    found = town_report(only_smart, as_of)
    (mines,) = [each for each in found.targets if each.target == "mines-2017"]
    assert (mines.status.value, mines.reason.value) == ("not_assessed", reason)


def test_an_outlook_and_its_silence_are_told(town_report: Report) -> None:
    """30 more a year are asked after 20 lately; a straight line ends at 80."""
    found = town_report()
    by_target = {(each.target, each.area): each for each in found.targets}
    smart = by_target["smart-2020", "city"].outlook
    assert smart is not None
    assert (smart.pace.required, smart.pace.recent, smart.pace.need) == (30, 20, "faster")
    assert smart.projections[0].value == 80
    west = by_target["model-2020", "west"]
    assert (west.outlook, west.no_outlook_because, west.trend, west.no_trend_because) == (
        None,
        "no_data",
        None,
        "no_data",
    )


def test_a_gap_below_the_usual_revision_is_borderline(town_report: Report) -> None:
    """2017 was revised by 3; the gap of 2018, 2 short of 50, is smaller."""
    rows = ("2017,30,enterprise,2018-02-01", "2017,33,enterprise,2018-09-01", "2018,48,enterprise,2019-02-01")
    file = "\n".join((HEAD, *(f"smart,city,{row}" for row in rows)))
    found = town_report(file, "2019-03-01")
    (smart,) = [each for each in found.assessments if each.target == "smart-2020" and each.value is not None]
    assert (smart.margin.value, smart.facts.usual_revision, str(smart.gap)) == ("borderline", 3, "-2")
    before = town_report(file, "2018-03-01")
    assert before.assessments[0].facts.usual_revision is None


def test_one_preset_only(town: Run) -> None:
    found = msgspec.json.decode(
        town(FIGURES, "2018-12-31", "--preset", "ndrc-2021", "--format", "json")[1], type=Document
    )
    assert {each.preset for each in found.assessments} == {"ndrc-2021"}
    assert [each.target for each in found.targets] == ["energy-2020"]
    assert found.summary.not_rated_by_preset == 4


def test_the_table_speaks_both_languages_and_names_what_is_not_rated(town: Run) -> None:
    code, out, err = town()
    assert (code, err) == (0, "")
    for text in (
        "严重滞后 severe 2", "未评估:逾期未报", "not assessed:", "⇄ model-2020", "5.2 smart-again → smart-2020",
        "4.1 体系基本形成 市工信委", "9500000 tce converted to 950 wan_tce", "80 (60 … 100)",
        "需加快", "按近期速度直线外推", "每年 a year",
    ):  # fmt: skip
        assert text in out


def test_a_narrow_terminal_gets_records_instead_of_columns_of_one_letter(
    town: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")
    code, out, _ = town()
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in out.splitlines()]
    assert code == 0
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]
    for cell in (["地区 area", "某市"], ["差距 gap", "-10"], ["须 need", "需加快 must go faster"]):
        assert cell in cells
    assert max(len(line) for line in lines if line.startswith("│")) <= 80


_BAD_INPUT = {
    "another unit": ("energy,city,2019,900,mine,2020-06-01", ":9: unit: ", "cannot turn mine into wan_tce"),
    "contradiction": ("energy,city,2018,970,wan_tce,2019-06-01", ":9: value: ", "line 7 gives this figure"),
    "indicator": ("steel,city,2018,1,wan_tce,2019-06-01", ":9: indicator: ", "known: smart, model, energy, closed"),
    "area": ("energy,north,2018,1,wan_tce,2019-06-01", ":9: area: ", "known: city, east, west"),
    "period": ("energy,city,2021,1,wan_tce,2022-06-01", ":9: period: ", "outside the plan (2011 to 2020-12-31)"),
    "not a number": ("energy,city,2019,NaN,wan_tce,2020-06-01", ":9: value: ", "is not a number"),
    "a rate for a level": ("energy,city,2019,-5,pct,2020-06-01", ":9: unit: ", "give the amount"),
}


@pytest.mark.parametrize(("row", "place", "says"), _BAD_INPUT.values(), ids=_BAD_INPUT)
def test_bad_input_is_listed_and_nothing_is_rated(town: Run, row: str, place: str, says: str) -> None:
    code, out, err = town(FIGURES + row)
    assert (code, out) == (1, "")
    assert f"figures.csv{place}" in err
    assert says in err
    assert "faults: 1" in err


def test_all_bad_input_is_listed_at_once(town: Run) -> None:
    rows = "".join(f"{row}\n" for row, _, _ in _BAD_INPUT.values())
    code, out, err = town(FIGURES + rows, "2019-12-31", "--preset", "nanjian-2010")
    assert (code, out) == (1, "")
    assert f"faults: {len(_BAD_INPUT) + 1}" in err
    assert "no preset 'nanjian-2010'; known: ndrc-2020, ndrc-2021" in err


def test_of_very_many_faults_the_first_200_are_printed_and_the_rest_is_counted(town: Run) -> None:
    """Two faults in each of 150 lines."""
    code, out, err = town("\n".join((HEAD, *(f"energy,north,2019,many{at},wan_tce," for at in range(150)))))
    assert (code, out) == (1, "")
    assert (err.count(": area: "), err.count(": value: ")) == (100, 100)
    assert ":100: value: " in err  # no picture is made of :100:
    assert ":101: value: " in err
    assert ":102: area: " not in err
    assert "另有 100 处错误" in err
    assert "100 more, listed once those above are mended" in err
    assert "faults: 300" in err


def test_a_plan_with_faults_is_refused_with_all_of_them(run: Run, tmp_path: Path) -> None:
    town = write_town(tmp_path)
    targets = town / "targets.yaml"
    targets.write_text(targets.read_text(encoding="utf-8").replace("owners: [iit]", "owners: []"), encoding="utf-8")
    (tmp_path / "f.csv").write_text(FIGURES, encoding="utf-8")
    code, out, err = run("--plan", town, "--figures", tmp_path / "f.csv", "--as-of", "2019-12-31")
    assert (code, out) == (1, "")
    assert err.count(": nobody answers for the target; name the responsible units") == 3
    assert "plan.yaml:13: owners/0: no target names 'iit'" in err
    assert "faults: 4" in err


@pytest.mark.parametrize("as_of", ["31.12.2019", "2019-13-01"])
def test_a_day_that_is_none_is_refused(town: Run, as_of: str) -> None:
    code, out, _ = town(FIGURES, as_of)
    assert code != 0
    assert out == ""


def test_every_field_of_the_json_is_described() -> None:
    described = (ROOT / "docs" / "assess.md").read_text(encoding="utf-8")
    assert sorted(name for name in _names(Document) if f"`{name}`" not in described) == []


def _names(struct: Any) -> set[str]:
    """Field names of a struct and of all structs of the report in it."""
    found = set(struct.__struct_fields__)
    for field in msgspec.structs.fields(struct):
        for part in (field.type, *getattr(field.type, "__args__", ())):
            if hasattr(part, "__struct_fields__") and part.__module__.startswith("rating.report"):
                found |= _names(part)
    return found


def test_the_example_of_the_document_is_what_the_command_prints(run: Run, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "assess.md").read_text(encoding="utf-8")
    example = dict(re.findall(r"```(csv|json)\n(.*?)```", text, re.DOTALL))
    file = tmp_path / "figures.csv"
    file.write_text(example["csv"], encoding="utf-8")
    _, out, _ = run("--plan", _HENAN, "--figures", file, "--as-of", "2021-12-31", "--format", "json")
    assert _is_part_of(msgspec.json.decode(example["json"]), msgspec.json.decode(out))


def _is_part_of(part: Any, whole: Any) -> bool:
    """Whether all that the part holds stands in the whole; a list may be shortened."""
    if isinstance(part, dict):
        return all(key in whole and _is_part_of(value, whole[key]) for key, value in part.items())
    if isinstance(part, list):
        return all(any(_is_part_of(value, each) for each in whole) for value in part)
    return bool(part == whole)


def test_a_figure_of_half_a_year_does_not_hide_how_the_last_year_stood(town_report: Report) -> None:
    """Energy up 1.05 % in 2018; a reduction asks nothing of half a year. A missing year would show as missing."""
    half = "energy,city,2019-H1,500,wan_tce,2019-07-20\n"
    found = town_report(FIGURES + half, "2019-08-31")
    energy = next(each for each in found.targets if each.target == "energy-2020")
    assert (energy.status, energy.newest_period) == ("severe", "2019-H1")
    shown = [(each.period, each.reason) for each in found.assessments if each.target == "energy-2020"]
    assert shown == [("2018", ""), ("2018", ""), ("2019-H1", "not_yet_due"), ("2019-H1", "not_yet_due")]
    without = FIGURES.replace("energy,city,2018,960,wan_tce,2019-06-01\n", half)
    missing = next(each for each in town_report(without, "2019-08-31").targets if each.target == "energy-2020")
    assert (missing.status, missing.reason) == ("not_assessed", "no_data")
