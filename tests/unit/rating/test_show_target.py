"""``qingyu plan show TARGET``: its path and figures as a chart and a table; without a target the plans as before."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import qingyu
from broker.places import ROOT
from tests.support.assess_plan import FIGURES, HEAD, write_town

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command; gives exit code, output and errors."""
    monkeypatch.setenv("COLUMNS", "180")

    def runner(*arguments: str | Path) -> tuple[int, str, str]:
        done = CliRunner().invoke(qingyu.app, ["plan", "show", *(str(each) for each in arguments)])
        return done.exit_code, done.stdout, done.stderr

    return runner


@pytest.fixture
def town(tmp_path: Path) -> tuple[Path, Path]:
    """The small town's plan and its figures file."""
    file = tmp_path / "town.csv"
    file.write_text(FIGURES, encoding="utf-8")
    return write_town(tmp_path), file


def _rows(out: str) -> list[list[str]]:
    """The cells of the table's rows."""
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in out.splitlines() if line.startswith("│ ")]


def test_a_target_of_the_plans_that_ship_is_shown_with_their_own_figures(run: Run) -> None:
    """Henan: (1 - 0.0764) x (1 - 0.079) leaves 0.85064; the path asks 1 - 0.84^(2/5) = 6.7365 % by then."""
    code, out, err = run("henan-energy-intensity-2020", "--as-of", "2018-12-31")
    assert (code, err) == (0, "")
    rows = _rows(out)
    assert ["2017", "6.736499", "14.93644", "-7.9", "正常 on track", "正常 on track"] in rows
    assert ["2020", "16", "—", "—", "", ""] in rows
    assert "要求 required" in out
    assert "实际 reached" in out
    for text in (
        "1.1 · 河南省",
        "河南省 >= 16 %",
        "河南省发展和改革委员会",
        "逐年同率",
        "ndrc-2021;并列 beside: ndrc-2020",
    ):
        assert text in out


def test_each_county_has_its_own_path(run: Run, town: tuple[Path, Path]) -> None:
    plan, figures = town
    code, out, _ = run("model-2020", "--plan", plan, "--figures", figures, "--as-of", "2019-12-31")
    assert code == 0
    assert "东县 East  轻微滞后 mild" in out
    assert "西县 West  未评估:无数据 not assessed: no data" in out
    rows = _rows(out)
    assert ["2018", "10", "9", "9", "轻微滞后 mild"] in rows
    assert ["2018", "10", "—", "—", "未评估:无数据 not assessed: no data"] in rows


def test_a_restated_target_shows_all_owners_and_the_path_it_is_rated_by(run: Run, town: tuple[Path, Path]) -> None:
    plan, figures = town
    code, out, _ = run("smart-again", plan, "--figures", figures, "--as-of", "2019-12-31")
    assert code == 0
    assert "smart-2020(在该目标评级 rated there)" in out
    assert ["2018", "50", "40", "40", "严重滞后 severe"] in _rows(out)
    _, rated, _ = run("smart-2020", plan, "--figures", figures, "--as-of", "2019-12-31")
    assert "市工信委;重述处另有 from restatements: 市发改委" in rated
    assert "成对 paired with" in rated


def test_a_demand_on_each_year_has_no_base_in_its_head(run: Run) -> None:
    """It is not counted from any; a floor for the end of the plan is."""
    nothing_told = ("--plan", ROOT / "plan" / "xuchang-2017-2020", "--as-of", "2017-01-31")
    for yearly in ("manufacturing-investment-growth", "county-smart-renovation"):
        code, out, _ = run(yearly, *nothing_told)
        assert code == 0
        assert "每期 every year" in out
        assert "基期 base" not in out
    assert "基期 base 2016" in run("sei-revenue-share-2020", *nothing_told)[1]


def test_how_often_a_status_changed_is_told_by_yardstick(run: Run, town: tuple[Path, Path]) -> None:
    """Henan: 2020 fell after four good years; the progress of 2016 and 2017 was on track, later achieved."""
    _, out, _ = run("henan-energy-intensity-2020", "--as-of", "2021-12-31")
    assert "年度任务 annual task: 评级变动 status changed in 1 of 4 issues (25 %)" in out
    assert "规划进度 plan progress: 评级变动 status changed in 1 of 4 issues (25 %)" in out
    plan, figures = town
    # One assessed period alone cannot have changed.
    _, out, _ = run("model-2020", "--plan", plan, "--figures", figures, "--as-of", "2019-12-31")
    assert "status changed" not in out


def test_a_qualitative_target_is_left_to_people(run: Run, town: tuple[Path, Path]) -> None:
    code, out, _ = run("formed", "--plan", town[0])
    assert code == 0
    assert "由人评定 a person decides" in out
    assert "要求 required" not in out


def test_a_plan_without_figures_still_shows_the_path(run: Run, town: tuple[Path, Path]) -> None:
    code, out, _ = run("smart-2020", "--plan", town[0], "--as-of", "2017-01-31")
    assert code == 0
    assert ["2017", "25", "—", "—", ""] in _rows(out)


def test_a_year_written_either_way_stands_in_its_row(run: Run, town: tuple[Path, Path]) -> None:
    """The form asks for 2017-01..12; 2017 is the same time. Last year's 5 mines are nothing of this year's way."""
    plan, figures = town
    figures.write_text(
        f"{HEAD}\nclosed,city,2016,5,mine,2017-02-01\nclosed,city,2017,14,mine,2018-02-01\n", encoding="utf-8"
    )
    code, out, _ = run("mines-2017", "--plan", plan, "--figures", figures, "--as-of", "2018-12-31")
    assert code == 0
    assert ["2016", "0", "—", "5", ""] in _rows(out)
    assert ["2017-01..12", "14", "14", "14", "已达标 achieved"] in _rows(out)


def test_what_connects_to_the_base_is_reached_whatever_is_missing_later(run: Run, town: tuple[Path, Path]) -> None:
    """10 % less in 2016; 2017 is missing, so the rate of 2018 connects to nothing."""
    _, figures = town
    rates = "energy-intensity-change,henan,2016,-10,pct,\nenergy-intensity-change,henan,2018,-3,pct,\n"
    figures.write_text(f"{HEAD}\n{rates}", encoding="utf-8")
    _, out, _ = run("henan-energy-intensity-2020", "--figures", figures, "--as-of", "2019-01-31")
    assert ["2016", "3.42697", "10", "-10", "正常 on track", "正常 on track"] in _rows(out)
    assert any(row[:4] == ["2018", "9.932611", "—", "-3"] for row in _rows(out))


def test_a_lonely_point_stands_at_its_own_date(run: Run, town: tuple[Path, Path]) -> None:
    """The axis is the whole path: one value asked at the deadline is drawn at its right end, under its own label."""
    _, out, _ = run("china-energy-total-2020", "--figures", _nothing(town), "--as-of", "2017-01-31")
    drawn = [line for line in out.splitlines() if line.strip().startswith("50.0┤")]
    labels = next(line for line in out.splitlines() if line.split()[:1] == ["2015"])
    assert drawn[0].rstrip().endswith("·│")
    assert labels.split() == ["2015", "2016", "2017", "2018", "2019", "2020"]


def test_milestones_are_steps_that_hold_until_the_next_one(run: Run, town: tuple[Path, Path]) -> None:
    """10 from 2017 on and 20 in 2020: nobody is asked for 15 in between, and no line leads there."""
    plan, figures = town
    targets = plan / "targets.yaml"
    before, after = targets.read_text(encoding="utf-8").split("  - id: model-2020")
    steps = after.replace("{kind: linear,", '{kind: milestones, milestones: {"2017": 10, "2020": 20},', 1)
    targets.write_text(f"{before}  - id: model-2020{steps}", encoding="utf-8")

    code, out, _ = run("model-2020", "--plan", plan, "--figures", figures, "--as-of", "2017-01-31")

    assert code == 0
    east, _ = out.split("西县 West")
    drawn = [line.split("│")[1] if line.strip().startswith("│") else line.split("┤")[1] for line in _chart(east)]
    middle = len(drawn) // 2
    risers = [{at for at, mark in enumerate(line.rstrip("│ ")) if mark != " "} for line in drawn]
    # From 0 to 10 the line goes straight up at one place, from 10 to 20 at another further right.
    first, second = set().union(*risers[middle + 1 : -1]), set().union(*risers[1 : middle - 1])
    assert (len(first), len(second)) == (1, 1)
    assert max(first) < min(second)


def _chart(out: str) -> list[str]:
    """The lines of the chart between its frames."""
    lines = out.splitlines()
    top = next(at for at, line in enumerate(lines) if line.strip().startswith("┌") and "┬" not in line)
    bottom = next(at for at, line in enumerate(lines) if at > top and line.strip().startswith("└"))
    return lines[top + 1 : bottom]


def _nothing(town: tuple[Path, Path]) -> Path:
    """A figures file that says nothing of that target."""
    town[1].write_text(f"{HEAD}\nenergy-intensity-change,henan,2016,-10,pct,\n", encoding="utf-8")
    return town[1]


def test_an_unknown_target_lists_those_that_look_alike(run: Run, town: tuple[Path, Path]) -> None:
    code, out, err = run("smart-2000", "nothing-like-it-at-all", "--plan", town[0])
    assert (code, out) == (1, "")
    assert "no target 'smart-2000';是否指 did you mean smart-2020, smart-again" in err
    assert "faults: 2" in err


def test_a_converted_figure_is_told(run: Run, town: tuple[Path, Path]) -> None:
    """950 after 1000: 5 % less."""
    plan, figures = town
    _, out, _ = run("energy-2020", "--plan", plan, "--figures", figures, "--as-of", "2018-12-31")
    assert ["2017", "4.265203", "5", "950", "正常 on track"] in _rows(out)
    assert "9500000 tce converted to 950 wan_tce" in out


def test_bad_figures_are_listed(run: Run, town: tuple[Path, Path]) -> None:
    plan, figures = town
    figures.write_text(FIGURES.replace("960,wan_tce", "960,mine"), encoding="utf-8")
    code, out, err = run("energy-2020", "--plan", plan, "--figures", figures)
    assert (code, out) == (1, "")
    assert ":7: unit: " in err


def test_without_a_target_plans_are_shown(run: Run, town: tuple[Path, Path]) -> None:
    code, out, _ = run(town[0])
    assert code == 0
    assert "某市方案" in out
    assert run("--plan", town[0]) == run(town[0])
    assert "许昌市" in run()[1]


def test_a_folder_without_a_plan_says_so(run: Run, tmp_path: Path) -> None:
    code, _, err = run("smart-2020", "--plan", tmp_path)
    assert code == 1
    assert "no plan.yaml here" in err
