"""The headline of a target: each yardstick at the newest period that it asks something of, the worst of them."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from plan.book import PlanView
from plan.codes import Status, Yardstick
from plan.figure_file import read_figures
from plan.loader import load_plan
from plan.messages import Reason
from plan.model import YardstickRule
from rating.report import Ask, Assessor, Findings
from tests.support.assess_plan import HEAD, write_town

Find = Callable[..., Findings]
_AUGUST = dt.date(2019, 8, 31)
_PROGRESS = "      - {yardstick: plan_progress, alert_preset: ndrc-2020}\n"
_TASKS = YardstickRule(
    yardstick=Yardstick.ANNUAL_TASK,
    alert_preset="ndrc-2020",
    official_tasks={"2017": Decimal(40), "2018": Decimal(60)},
)


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """The city's smart enterprises, 100 by 2020 from none in 2016, with tasks of 40 in 2017 and 60 in 2018.

    ``figures``: number by period. The plan check wants milestones instead of such tasks, so they are put in after it.
    """
    plan = load_plan(write_town(tmp_path))
    targets = [
        replace(each, yardsticks=(_TASKS, *each.yardsticks)) if each.id == "smart-2020" else each
        for each in plan.targets
    ]
    view = PlanView(replace(plan, targets=tuple(targets)))

    def run(
        figures: dict[str, str], as_of: dt.date = _AUGUST, preset: str = "", *, all_periods: bool = False
    ) -> Findings:
        rows = (f"smart,city,{period},{value},enterprise," for period, value in figures.items())
        assessor = Assessor(
            view, read_figures("\n".join((HEAD, *rows)).encode(), view), Ask(as_of, preset, all_periods)
        )
        (subject,) = [each for each in assessor.subjects() if each.target.id == "smart-2020"]
        return assessor.findings(subject)

    return run


def _told(found: Findings) -> list[tuple[str, str, str]]:
    return [(each.period, each.yardstick.value, each.reason or each.status) for each in found.ratings]


@pytest.mark.parametrize("all_periods", [False, True])
def test_a_half_year_that_is_on_track_does_not_drop_the_last_annual_colour(find: Find, all_periods: bool) -> None:
    """52 of 60 is 13 % short. The progress is met in 2018 (50) and in mid-2019 (62.5), which no task speaks of."""
    found = find({"2018": "52", "2019-H1": "63"}, all_periods=all_periods)

    assert (found.status, found.reason, found.newest) == (Status.SEVERE, Reason.NONE, "2019-H1")
    last = [("2019-H1", "annual_task", "not_yet_due"), ("2019-H1", "plan_progress", "on_track")]
    assert _told(found)[-2:] == last
    assert ("2018", "annual_task", "severe") in _told(found)
    # What the progress said of 2018 is out of date: it is shown only where every period was asked for.
    assert (("2018", "plan_progress", "on_track") in _told(found)) is all_periods


def test_the_worse_of_two_yardsticks_at_different_times(find: Find) -> None:
    """61 of 60 is met; 58 of 62.5 is 7.2 % short."""
    found = find({"2018": "61", "2019-H1": "58"})

    assert found.status is Status.MILD
    assert [each[0] for each in _told(found)] == ["2018", "2019-H1", "2019-H1"]


def test_a_missing_year_is_told_and_hides_no_colour(find: Find) -> None:
    """30 of 40 in 2017 is 25 % short; the year 2018 was never told; the half-year after it meets the progress."""
    found = find({"2017": "30", "2019-H1": "63"})

    assert found.status is Status.SEVERE
    assert _told(found) == [
        ("2017", "annual_task", "severe"),
        ("2018", "annual_task", "no_data"),
        ("2019-H1", "annual_task", "not_yet_due"),
        ("2019-H1", "plan_progress", "on_track"),
    ]


def test_a_good_colour_does_not_hide_a_missing_year(find: Find) -> None:
    found = find({"2017": "41", "2019-H1": "63"})

    assert (found.status, found.reason) == (Status.NOT_ASSESSED, Reason.NO_DATA)


def test_what_all_yardsticks_speak_of_is_enough(find: Find) -> None:
    """61 of 60, and of 50: nothing older counts, however bad it was."""
    found = find({"2017": "10", "2018": "61"})

    assert found.status is Status.ON_TRACK
    assert {each[0] for each in _told(found)} == {"2018"}


def test_a_yardstick_without_enough_history_does_not_grey_what_another_has_rated(tmp_path: Path) -> None:
    """The weather rule wants four years; the progress of the second year is rated all the same."""
    town = write_town(tmp_path)
    targets = town / "targets.yaml"
    weather = _PROGRESS + "      - {yardstick: weather, alert_preset: weather}\n"
    targets.write_text(targets.read_text(encoding="utf-8").replace(_PROGRESS, weather, 1), encoding="utf-8")
    view = PlanView(load_plan(town))
    figures = f"{HEAD}\nsmart,city,2017,25,enterprise,\nsmart,city,2018,50,enterprise,\n"
    assessor = Assessor(view, read_figures(figures.encode(), view), Ask(dt.date(2019, 3, 31), "", all_periods=False))
    (subject,) = [each for each in assessor.subjects() if each.target.id == "smart-2020"]

    found = assessor.findings(subject)

    assert ("2018", "weather", "too_few_points") in _told(found)
    assert (found.status, found.reason) == (Status.ON_TRACK, Reason.NONE)
