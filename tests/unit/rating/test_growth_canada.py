"""The published results of 66 series of the Canadian Indicator Framework, reproduced from their inputs."""

import csv
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from plan.codes import Direction, Status
from plan.messages import Reason
from rating import growth
from rating.growth import GrowthRatio, Point
from rating.growth_untargeted import GrowthTrend, judge_untargeted

F = Fraction
FILE = Path(__file__).resolve().parents[2] / "cases" / "canada" / "progress.csv"
ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
STATUS = {
    "substantial_progress": Status.ON_TRACK,
    "moderate_progress": Status.MILD,
    "limited_progress": Status.MIDDLE,
    "deterioration": Status.SEVERE,
}
CUTS = ((F("0.95"), Status.ON_TRACK), (F("0.60"), Status.MILD), (F(0), Status.MIDDLE))


def judged(row: dict[str, str]) -> GrowthRatio | GrowthTrend | Reason:
    base: Point = int(row["base_year"]), F(row["base_value"])
    now: Point = int(row["current_year"]), F(row["current_value"])
    direction = Direction(row["direction"])
    if row["target"]:
        return growth.judge(base, now, (int(row["target_year"]), F(row["target"])), direction)
    return judge_untargeted(base, now, direction, F(row["limit"]) if row["limit"] else None)


def status_of(made: GrowthRatio | GrowthTrend) -> Status:
    if isinstance(made, GrowthTrend):
        return made.status
    if made.is_met:
        return Status.ACHIEVED
    return next((status for cut, status in CUTS if made.ratio_against(cut) >= 0), Status.SEVERE)


@pytest.mark.parametrize("row", ROWS, ids=[row["series"] for row in ROWS])
def test_each_series_has_the_published_result(row: dict[str, str]) -> None:
    made = judged(row)
    if row["status"] == "not_available":
        assert made is Reason.TOO_FEW_POINTS
        return
    assert not isinstance(made, Reason)
    assert status_of(made) is STATUS[row["status"]]
    assert float(made.score) == pytest.approx(float(row["score"]), abs=1e-9, rel=0)
    value = made.ratio if isinstance(made, GrowthRatio) else made.growth_pct / 100
    assert value is not None
    assert float(value) == pytest.approx(float(row["progress_value"]), abs=1e-9, rel=0)


def test_counts_of_the_framework() -> None:
    kinds = Counter(type(judged(row)) for row in ROWS)
    assert kinds == {GrowthRatio: 21, GrowthTrend: 42, Reason: 3}
