"""What is asked year by year: totals held against the task of a year, and years that no form reports."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from plan.model import Plan

STOCK: Mapping[str, object] = {"targets/2/kind": "stock", "presets/0/kinds/+": "stock"}
TASKS = "targets/2/yardsticks/0"
BY_TASK = {"yardstick": "annual_task", "alert_preset": "shares"}
EACH_YEAR: Mapping[str, object] = {
    "targets/1/kind": "yearly_flow",
    "targets/1/every": "year",
    "targets/1/schedule": {"kind": "linear", "note": {"zh": "均分", "en": "even"}},
    "presets/0/kinds/+": "yearly_flow",
}


@pytest.mark.parametrize("measure", ["level", "cumulative"])
def test_official_task_against_a_total(faults_after: Callable[..., Any], measure: str) -> None:
    (fault,) = faults_after(
        {
            **STOCK,
            "indicators/2/measure": measure,
            "targets/2/deadline": "2017",
            TASKS: {**BY_TASK, "official_tasks": {"2017": 40}},
        }
    )

    assert (fault.key, fault.says) == (
        f"{TASKS}/official_tasks",
        f"an official task is a year's own amount, 'closed-share' states a total ({measure}): "
        "write the totals as milestones",
    )


@pytest.mark.parametrize("measure", ["level", "cumulative"])
def test_total_of_several_years_by_the_task_of_a_year(faults_after: Callable[..., Any], measure: str) -> None:
    (fault,) = faults_after({**STOCK, "indicators/2/measure": measure, TASKS: BY_TASK})

    assert (fault.key, fault.says) == (
        f"{TASKS}/yardstick",
        f"'closed-share' states a total ({measure}): it would be rated at the deadline only; use plan_progress",
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({**STOCK, "targets/2/deadline": "2017", TASKS: BY_TASK}, id="one year only"),
        pytest.param({TASKS: BY_TASK, "indicators/2/measure": "year_to_date"}, id="a year's own amount"),
        pytest.param(
            {
                "targets/2/every": "year",
                "targets/2/deadline": "2017",
                TASKS: {**BY_TASK, "official_tasks": {"2017": 90}},
            },
            id="asked anew each year",
        ),
        pytest.param({"indicators/0/measure": "level", "targets/0/baseline/value": 2}, id="reduction told from levels"),
    ],
)
def test_task_of_a_year_that_makes_sense(make_plan: Callable[..., Plan], changes: Mapping[str, object]) -> None:
    assert make_plan(changes).id == "small"


def test_years_asked_that_no_form_reports(faults_after: Callable[..., Any]) -> None:
    (fault,) = faults_after({**EACH_YEAR, "targets/1/baseline/period": "2014", "targets/1/deadline": "2018"})

    assert (fault.key, fault.says) == (
        "targets/1/baseline/period",
        "asked of every year after 2014, but form 'mines' has no period of 2015, 2016, 2018: "
        "let the baseline be the year before the first year asked, or add the periods to the form",
    )


def test_years_asked_that_a_form_reports(make_plan: Callable[..., Plan]) -> None:
    assert make_plan(EACH_YEAR).targets[1].every == "year"


def test_years_asked_of_an_indicator_without_form_are_not_missed(make_plan: Callable[..., Plan]) -> None:
    unfed = {"indicators/1/form": "", "indicators/1/formula": "", "indicators/1/inputs": {}}

    assert make_plan({**EACH_YEAR, **unfed, "targets/1/baseline/period": "2014"}).targets[1].every == "year"
