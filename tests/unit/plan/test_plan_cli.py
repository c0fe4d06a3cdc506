"""``qingyu plan check|show`` as people run it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from plan.cli import app

Data = dict[str, Any]
PLANS = Path(__file__).parents[3] / "plan"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Run the command; gives exit code, output and errors."""
    monkeypatch.setenv("COLUMNS", "200")

    def runner(*arguments: str | Path) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, [str(each) for each in arguments])
        return done.exit_code, done.stdout, done.stderr

    return runner


def test_check_without_a_folder_checks_the_plans_that_ship(run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = run("check")

    assert code == 0
    henan, xuchang = out.splitlines()
    assert henan == "henan-2016-2020 河南省与全国“十三五”节能和去产能目标: 12 targets, no fault"
    assert xuchang.startswith("xuchang-2017-2020 许昌市制造业转型发展实施方案: ")
    assert xuchang.endswith(" targets, no fault")


def test_check_prints_every_fault_with_file_and_line(
    run: Callable[..., tuple[int, str, str]], good_data: Data, write_plan: Callable[..., Path]
) -> None:
    good_data["targets"][1]["owners"] = []
    good_data["forms"][1]["roster"] = []
    folder = write_plan(good_data)

    code, out, err = run("check", folder)

    assert code == 1
    assert len(out.splitlines()) == 2
    assert out.startswith(f"{folder / 'forms.yaml'}:")
    assert ": targets/1/owners: nobody answers for the target; name the responsible units" in out
    assert "faults: 2; mend them and check again" in err


def test_check_takes_a_folder_of_plans(
    run: Callable[..., tuple[int, str, str]], good_data: Data, write_plan: Callable[..., Path]
) -> None:
    folder = write_plan(good_data)

    assert run("check", folder.parent)[:2] == (0, "small small名: 4 targets, no fault\n")
    assert run("check", folder, folder.parent)[:2] == (0, "small small名: 4 targets, no fault\n")


def test_check_reads_the_published_figures(
    run: Callable[..., tuple[int, str, str]], good_data: Data, write_plan: Callable[..., Path]
) -> None:
    folder = write_plan(good_data)
    (folder / "sources.csv").write_text("id,title,address,grade\ns1,公报,address not held,mirror\n", encoding="utf-8")
    heading = (
        "form,item,unit,area_zh,indicator_zh,indicator_en,period,value,unit_of_measure,status,bound,basis,"
        "published_at,published_kind,sources,reference_only_because\n"
    )
    good = "mines,closed,stats,某市,关闭,closed,2017-01..06,9,t,A,exact,ytd,2017-07-27,exact,s1,\n"
    figures = folder / "figures.csv"

    figures.write_text(heading + good, encoding="utf-8")
    assert run("check", folder)[0] == 0

    figures.write_text(heading + good.replace(",t,", ",tce,"), encoding="utf-8")
    code, out, err = run("check", folder)
    assert code == 1
    assert out.startswith(f"{figures}:2: unit_of_measure: ")
    assert "faults: 1; mend" in err

    figures.write_text(heading + good.replace(",9,", ",nine,"), encoding="utf-8")
    assert run("check", folder)[1].startswith(f"{figures}:2: value: ")


def test_folder_without_a_plan_says_what_to_do(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, out, err = run("check", tmp_path)

    assert (code, out) == (1, "")
    assert "holds no plan.yaml" in err
    assert "plan/README.md says how a plan is written" in err


def test_show_counts_and_lists_the_targets_in_chinese(
    run: Callable[..., tuple[int, str, str]],
) -> None:
    code, out, _ = run("show", PLANS / "henan-2016-2020")

    assert code == 0
    assert (
        "规模 size: 目标 targets 12, 指标 indicators 13, 报表 forms 5, 奖励 awards 0, 责任单位 owners 5, 地区 areas 2"
        in out
    )
    assert "类别 kind: 降幅 reduction 2, 去产能 capacity retired 8, 总量上限 ceiling 2" in out
    assert "期限 deadline: 2016 5, 2020 7" in out
    assert "力度 strength: 确定 firm 12" in out
    assert "范围 scope: 全域 the area as a whole 12" in out
    assert "<= 3540 万吨标准煤" in out


def test_show_tells_qualitative_targets_and_those_of_each_county(
    run: Callable[..., tuple[int, str, str]], good_data: Data, write_plan: Callable[..., Path]
) -> None:
    good_data["targets"][2]["scope"] = "each_county"
    good_data["forms"][2]["roster"] = ["stats", "office"]

    code, out, _ = run("show", write_plan(good_data))

    assert code == 0
    assert "范围 scope: 全域 the area as a whole 3, 各县(市、区) each county 1" in out
    assert "city名:各县(市、区)" in out
    (row,) = (line for line in out.splitlines() if "better名" in line)
    assert [cell.strip() for cell in row.split("│")[1:-1]] == [
        "better", "1.2", "better名", "city名", "—", "2018", "bureau名", "定性"
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["show", "coverage"])
def test_a_narrow_terminal_gets_records_instead_of_columns_of_two_letters(
    run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")

    code, out, _ = run(command, PLANS / "henan-2016-2020")

    lines = [line for line in re.sub(r"\x1b\[[0-9;]*m", "", out).splitlines() if line.startswith("│")]
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    assert code == 0
    assert ["条目 clause", "1.1"] in cells
    assert ["目标 target", "河南单位地区生产总值能耗五年降低16%"] in cells
    assert max(map(cell_len, lines)) <= 80


def test_a_pipe_gets_the_table_whatever_the_terminal_was(
    run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    _, out, _ = run("show", PLANS / "henan-2016-2020")

    (row,) = (line for line in out.splitlines() if "henan-energy-intensity-2020" in line)
    assert ">= 16 %" in row


def test_show_without_a_folder_shows_the_plans_that_ship(run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = run("show")

    assert code == 0
    assert "henan-2016-2020 version" in out
    assert "xuchang-2017-2020 version" in out


def test_coverage_tells_how_each_target_becomes_known(
    run: Callable[..., tuple[int, str, str]], good_data: Data, write_plan: Callable[..., Path]
) -> None:
    again = {**good_data["targets"][0], "id": "again", "yardsticks": [], "restates": "less-energy"}
    good_data["targets"].append(again)
    good_data["indicators"][2] |= {"form": "", "formula": "", "inputs": {}}
    good_data["indicators"].append({**good_data["indicators"][1], "id": "spare"})

    code, out, err = run("coverage", write_plan(good_data))

    assert (code, err) == (0, "")
    assert "已有报表 fed by a form: 2/5" in out
    assert "尚无报表 not yet fed: 1/5" in out
    assert "由人评定 only a person can state it: 1/5" in out
    assert "重述,见所指目标 restates another target: 1/5" in out
    assert "shown but not rated: spare" in out
    (fed,) = (line for line in out.splitlines() if "fewer-mines名" in line)
    assert [cell.strip() for cell in fed.split("│")[1:-1]] == ["1.1", "fewer-mines名", "mines名", "stats名"]


def test_coverage_of_a_bad_plan_points_to_check(
    run: Callable[..., tuple[int, str, str]], good_data: Data, write_plan: Callable[..., Path]
) -> None:
    good_data["targets"][1]["owners"] = []

    assert run("coverage", write_plan(good_data))[0] == 1


def test_show_of_a_bad_plan_points_to_check(
    run: Callable[..., tuple[int, str, str]], good_data: Data, write_plan: Callable[..., Path]
) -> None:
    good_data["targets"][1]["owners"] = []

    code, out, err = run("show", write_plan(good_data))

    assert (code, out) == (1, "")
    assert "faults: 1; run `qingyu plan check`" in err
