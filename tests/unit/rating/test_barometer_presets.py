"""Published yearly changes of provinces under the two national presets, as far as the files allow to check them.

The issues of 2013-14 print levels without figures and the yearly changes are of 2015-19, without levels: no figure can
be rated against a printed level. What must hold is what the texts say of every figure, and the one province whose
task was published.
"""

import csv
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
import yaml

from plan.codes import Status
from plan.model import Preset
from rating.case import Judged
from rating.preset import decide
from rating.standing import EvenShare
from rating.wording import Text

F = Fraction
ROOT = Path(__file__).resolve().parents[3]
CHANGES = ROOT / "tests" / "cases" / "barometer" / "yearly_changes.csv"
NATIONAL = ("ndrc-2020", "ndrc-2021")


@pytest.fixture(scope="module")
def national() -> dict[str, Preset]:
    shipped = yaml.safe_load((ROOT / "plan" / "presets.yaml").read_text(encoding="utf-8"))["presets"]
    return {each["id"]: msgspec.convert(each, Preset) for each in shipped if each["id"] in NATIONAL}


def yearly_changes() -> dict[tuple[str, int], F]:
    rows = csv.DictReader(CHANGES.read_text(encoding="utf-8").splitlines())
    return {
        (row["province"], int(row["year"])): F(row["value_pct"])
        for row in rows
        if row["indicator"] == "energy_intensity_change_pct"
    }


def rated(change_pct: F, task: F, preset: Preset) -> Status:
    """The yearly change against the even yearly share of a five-year task."""
    standing = EvenShare(reduction=-change_pct / 100, rest=1 - task, years=5, is_strict=False)
    return decide(preset, Judged(standing, False, "%", Text("", ""), ())).status


@pytest.mark.parametrize("task", ["0.10", "0.15", "0.18"])
def test_a_rise_is_level_1_whatever_the_task_and_a_fall_never_is(task: str, national: dict[str, Preset]) -> None:
    found = {
        key
        for key, change in yearly_changes().items()
        if rated(change, F(task), national["ndrc-2021"]) is Status.SEVERE
    }
    assert found == {("内蒙古", 2018), ("内蒙古", 2019), ("辽宁", 2019), ("宁夏", 2015), ("宁夏", 2017)}
    assert national["ndrc-2021"].level_labels["severe"] == "一级"


@pytest.mark.parametrize("task", ["0.10", "0.15", "0.18"])
def test_the_two_presets_agree_on_who_met_the_task(task: str, national: dict[str, Preset]) -> None:
    for change in yearly_changes().values():
        older, newer = (rated(change, F(task), national[name]) for name in NATIONAL)
        assert (older is Status.ON_TRACK) == (newer is Status.ON_TRACK)
        # Whoever rose is at the worst level of both.
        assert older is Status.SEVERE or newer is not Status.SEVERE


def test_henan_met_its_even_share_in_every_year_of_the_files(national: dict[str, Preset]) -> None:
    # 16 % in five years: 1 - 0.84 ** (1/5) = 3.427 % a year.
    changes = yearly_changes()
    for year in range(2016, 2020):
        for preset in national.values():
            assert rated(changes["河南", year], F("0.16"), preset) is Status.ON_TRACK
    # 2020: +0.76 %, missed by 122 %.
    assert {rated(F("0.76"), F("0.16"), preset) for preset in national.values()} == {Status.SEVERE}


@pytest.mark.parametrize(
    ("change_pct", "older", "newer"),
    [
        # Against 3.427 %; nine tenths of it are 3.084 %.
        ("-3.43", Status.ON_TRACK, Status.ON_TRACK),
        ("-3.42", Status.MILD, Status.MIDDLE),
        ("-3.09", Status.MILD, Status.MIDDLE),
        ("-3.08", Status.SEVERE, Status.MIDDLE),
        ("0", Status.SEVERE, Status.MIDDLE),
        ("0.01", Status.SEVERE, Status.SEVERE),
    ],
)
def test_levels_around_the_even_share(
    change_pct: str, older: Status, newer: Status, national: dict[str, Preset]
) -> None:
    assert tuple(rated(F(change_pct), F("0.16"), national[name]) for name in NATIONAL) == (older, newer)
