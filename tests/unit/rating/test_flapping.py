"""Share of changes of a status: the worked case of Naemon, an official barometer that flapped, and periods left out."""

import csv
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import pytest

from plan.codes import Status
from plan.messages import Reason
from rating.flapping import Flapping, changed_share, flapping

_LEVELS = Path(__file__).resolve().parents[2] / "cases" / "barometer" / "levels.csv"
_STATUS = {"3": Status.ON_TRACK, "2": Status.MIDDLE, "1": Status.SEVERE}
_ON, _MILD, _NONE = Status.ON_TRACK, Status.MILD, Status.NOT_ASSESSED


def test_21_checks_with_7_changes_are_35_per_cent() -> None:
    """Naemon's example: of 20 possible changes those at 3, 4, 5, 9, 12, 16 and 19 took place."""
    at = {3, 4, 5, 9, 12, 16, 19}
    flips = accumulate(range(1, 21), lambda is_up, each: is_up != (each in at), initial=True)
    checks = [_ON if is_up else _MILD for is_up in flips]

    assert len(checks) == 21
    assert changed_share(checks) == Fraction(7, 20)


@pytest.mark.parametrize(
    ("yardstick", "changes", "possible"),
    [
        ("年度节能目标(对照年均节能任务)", 5, 5),
        ("五年进度(对照“十二五”节能工作进度要求)", 1, 3),
    ],
)
def test_shaanxi_2014_changed_every_time_on_the_annual_task_and_once_in_its_progress(
    yardstick: str, changes: int, possible: int
) -> None:
    """Annual task: 1, 2, 3, 2, 1, 3 from the first quarter to November; progress 2, 2, 2, 3 in four of those issues."""
    rows = list(csv.DictReader(_LEVELS.read_text(encoding="utf-8").splitlines()))
    order = ["2014-Q1", "2014-01..04", "2014-01..05", "2014-H1", "2014-01..07", "2014-01..11"]
    by_period = {
        row["period"]: _STATUS[row["level"]]
        for row in rows
        if (row["area"], row["yardstick_zh"]) == ("陕西", yardstick)
    }
    statuses = [by_period[period] for period in order if period in by_period]

    assert flapping(statuses) == Flapping(changes, possible)
    assert changed_share(statuses) == Fraction(changes, possible)


@pytest.mark.parametrize(
    ("statuses", "share"),
    [
        ([_ON, _ON, _ON], 0),
        ([_ON, _NONE, _ON], 0),
        ([_ON, _NONE, _MILD, _NONE, _MILD], Fraction(1, 2)),
        ([_ON, _MILD], 1),
        ([], Reason.TOO_FEW_POINTS),
        ([_ON], Reason.TOO_FEW_POINTS),
        ([_NONE, _ON, _NONE], Reason.TOO_FEW_POINTS),
    ],
)
def test_only_assessed_periods_count(statuses: list[Status], share: Fraction | Reason) -> None:
    assert changed_share(statuses) == share
