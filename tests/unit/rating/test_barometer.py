"""Official barometers of 2013 and 2014: what they must agree with, and what changed by name between two issues."""

import csv
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from plan.codes import Status
from rating.issues import Changes, Move, changes, changes_by_yardstick

CASES = Path(__file__).resolve().parents[2] / "cases" / "barometer"
ANNUAL, PROGRESS, GROWTH = (
    "年度节能目标(对照年均节能任务)",
    "五年进度(对照“十二五”节能工作进度要求)",
    "能耗增速(对照2014-2015行动方案)",
)
ANNUAL_2013 = "年度节能目标"
OF_2014 = ("2014-Q1", "2014-01..04", "2014-01..05", "2014-H1", "2014-01..07", "2014-01..11")
STATUS = {"3": Status.ON_TRACK, "2": Status.MIDDLE, "1": Status.SEVERE}
THIRD, SECOND, FIRST = STATUS["3"], STATUS["2"], STATUS["1"]


def read(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((CASES / name).read_text(encoding="utf-8").splitlines()))


def issues() -> dict[str, dict[str, dict[str, Status]]]:
    """Issue -> yardstick -> area -> status."""
    made: dict[str, dict[str, dict[str, Status]]] = defaultdict(lambda: defaultdict(dict))
    for row in read("levels.csv"):
        made[row["period"]][row["yardstick_zh"]][row["area"]] = STATUS[row["level"]]
    return made


def names(moves: tuple[Move, ...]) -> list[str]:
    return [move.area for move in moves]


def test_each_area_stands_once_in_each_issue_and_yardstick() -> None:
    rows = Counter((row["period"], row["yardstick_zh"], row["area"]) for row in read("levels.csv"))
    assert set(rows.values()) == {1}
    assert len(rows) == 452


def test_every_issue_names_the_same_areas() -> None:
    rosters = {
        (period, yardstick): frozenset(areas)
        for period, by_yardstick in issues().items()
        for yardstick, areas in by_yardstick.items()
    }
    national = {roster for (period, _), roster in rosters.items() if period != "2014-01..09"}
    anhui = {roster for (period, _), roster in rosters.items() if period == "2014-01..09"}
    assert [len(roster) for roster in national] == [30]
    assert [len(roster) for roster in anhui] == [16]
    # 31 provinces less Tibet, which was not rated.
    assert "西藏" not in next(iter(national))


def test_where_the_text_names_two_levels_the_rest_is_level_3() -> None:
    remaining = [row for row in read("issues.csv") if row["level_3"] == "remaining areas"]
    assert len(remaining) == 13
    for row in remaining:
        statuses = Counter(issues()[row["period"]][row["yardstick_zh"]].values())
        # The named levels are the short lists: that is why a text can say "the remaining areas".
        assert statuses[THIRD] > statuses[FIRST] + statuses[SECOND]


def test_every_level_has_a_source() -> None:
    sources = {(row["period"], row["yardstick_zh"]): row for row in read("issues.csv")}
    used = {(row["period"], row["yardstick_zh"]) for row in read("levels.csv")}
    assert used == set(sources)
    assert all(row["source_title"] and row["source_address"] for row in sources.values())


def test_2013_by_name() -> None:
    found = changes(issues()["2013-Q1"][ANNUAL_2013], issues()["2013-H1"][ANNUAL_2013])
    assert set(names(found.worse)) == {"海南", "云南", "贵州", "青海", "宁夏"}
    assert found.better == (Move("广西", SECOND, THIRD),)
    assert found.entered == found.left == ()


def test_between_two_issues_of_2014_only_common_yardsticks_are_compared() -> None:
    found = changes_by_yardstick(issues()["2014-H1"], issues()["2014-01..07"])
    assert set(found) == {ANNUAL, PROGRESS}
    assert found[ANNUAL].worse == (Move("陕西", SECOND, FIRST),)
    assert found[ANNUAL].better == (Move("宁夏", FIRST, SECOND),)
    assert found[PROGRESS].worse == ()
    assert found[PROGRESS].better == (Move("福建", SECOND, THIRD),)


def test_july_to_november_2014_by_name() -> None:
    found = changes_by_yardstick(issues()["2014-01..07"], issues()["2014-01..11"])
    assert names(found[ANNUAL].worse) == ["宁夏"]
    assert names(found[ANNUAL].better) == ["陕西"]
    assert names(found[PROGRESS].better) == ["陕西"]
    assert set(names(found[GROWTH].better)) == {"江苏", "海南", "青海", "云南"}
    assert found[PROGRESS].worse == found[GROWTH].worse == ()


def test_shaanxi_flaps_on_the_annual_task_while_its_progress_moves_once() -> None:
    annual = [issues()[period][ANNUAL]["陕西"] for period in OF_2014]
    assert annual == [FIRST, SECOND, THIRD, SECOND, FIRST, THIRD]
    progress = [issues()[period][PROGRESS]["陕西"] for period in OF_2014 if PROGRESS in issues()[period]]
    assert progress == [SECOND, SECOND, SECOND, THIRD]

    moved = Counter(
        area
        for before, after in pairwise(OF_2014)
        for found in [changes(issues()[before][ANNUAL], issues()[after][ANNUAL])]
        for area in names(found.better + found.worse)
    )
    assert moved == {"陕西": 5, "宁夏": 2}  # all other 28 provinces never moved in these six issues


def test_one_province_can_stand_at_both_ends_at_once() -> None:
    november = issues()["2014-01..11"]
    assert november[ANNUAL]["陕西"] is november[PROGRESS]["陕西"] is THIRD
    assert november[GROWTH]["陕西"] is FIRST


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            {"甲": Status.MILD, "乙": Status.SEVERE},
            {"乙": Status.SEVERE, "丙": Status.ON_TRACK},
            Changes(better=(), worse=(), entered=("丙",), left=("甲",)),
        ),
        # No statistics: neither better nor worse.
        (
            {"甲": Status.SEVERE, "乙": Status.NOT_ASSESSED},
            {"甲": Status.NOT_ASSESSED, "乙": Status.MIDDLE},
            Changes(better=(), worse=(), entered=("乙",), left=("甲",)),
        ),
        (
            {"甲": Status.ON_TRACK, "乙": Status.ACHIEVED},
            {"甲": Status.ACHIEVED, "乙": Status.ON_TRACK},
            Changes(
                better=(Move("甲", Status.ON_TRACK, Status.ACHIEVED),),
                worse=(Move("乙", Status.ACHIEVED, Status.ON_TRACK),),
                entered=(),
                left=(),
            ),
        ),
        ({}, {}, Changes(better=(), worse=(), entered=(), left=())),
    ],
)
def test_changes_by_name(before: dict[str, Status], after: dict[str, Status], expected: Changes) -> None:
    assert changes(before, after) == expected
