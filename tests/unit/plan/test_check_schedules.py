"""One bad schedule per defect: profiles of past years, constant demands, milestones; tables stand with the targets."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from plan.model import Plan

NAMES = {"zh": "名", "en": "name"}
WAY = "targets/1/schedule"
FULL = {"01..03": 10, "01..06": 35.5, "01..12": 100}


def profile(**years: Mapping[str, float]) -> dict[str, object]:
    """A profile for the second target (a year to date of 2017); ``y2015`` is the year 2015."""
    past = {year[1:]: dict(shares) for year, shares in years.items()}
    return {WAY: {"kind": "profile", "note": NAMES, "past_done_pct": past}}


def milestones(steps: Mapping[str, float], **more: object) -> dict[str, object]:
    """Milestones for the third target, a coverage from 2016 (0) to 2018 (100)."""
    return {"targets/2/schedule": {"kind": "milestones", "note": NAMES, "milestones": dict(steps)}, **more}


STEPS = "targets/2/schedule/milestones"
GOOD: dict[str, dict[str, object]] = {
    "profile of two years": profile(y2015=FULL, y2016={"01..03": 0, "01..06": 0, "01..12": 100}),
    "profile of a demand of every year": {
        **profile(y2016=FULL),
        "targets/1/kind": "yearly_flow",
        "targets/1/every": "year",
        "targets/1/baseline/period": "2015",
        "forms/2/calendar/periods": ["2016-01..12", "2017-01..06", "2017-01..12"],
        "presets/0/kinds/+": "yearly_flow",
    },
    "constant": {"targets/2/schedule/kind": "constant"},
    "milestones": milestones({"2017": 40, "2018-H1": 40, "2018": 100}),
    "milestones of a ceiling that tightens": milestones(
        {"2017": 120, "2018": 100},
        **{
            "targets/2/kind": "ceiling",
            "targets/2/comparator": "<=",
            "targets/2/baseline/value": 150,
            "indicators/2/direction": "less",
            "presets/0/kinds/+": "ceiling",
        },
    ),
    "milestones of a ceiling that widens": milestones(
        {"2017": 60, "2018": 100},
        **{
            "targets/2/kind": "ceiling",
            "targets/2/comparator": "<=",
            "indicators/2/direction": "less",
            "presets/0/kinds/+": "ceiling",
        },
    ),
}

DEFECTS: dict[str, tuple[dict[str, object], str, str]] = {
    "profile-without-years": (profile(), f"{WAY}/past_done_pct", "no steps"),
    "profile-of-no-year": (profile(ylast=FULL), f"{WAY}/past_done_pct/last", "write 2016"),
    "profile-of-a-half-year": (profile(**{"y2016-H1": FULL}), f"{WAY}/past_done_pct/2016-H1", "write 2016"),
    "profile-of-the-year-itself": (profile(y2017=FULL), f"{WAY}/past_done_pct/2017", "not past at the deadline 2017"),
    "profile-stretch-written-as-month": (
        profile(y2016={"06": 40, "01..12": 100}),
        f"{WAY}/past_done_pct/2016/06",
        "write 01..06",
    ),
    "profile-stretch-of-no-month": (
        profile(y2016={"01..12": 100, "01..13": 100}),
        f"{WAY}/past_done_pct/2016/01..13",
        "no stretch of a year",
    ),
    "profile-out-of-order": (
        profile(y2016={"01..06": 40, "01..03": 40, "01..12": 100}),
        f"{WAY}/past_done_pct/2016/01..03",
        "order of time",
    ),
    "profile-that-shrinks": (
        profile(y2016={"01..03": 50, "01..06": 40, "01..12": 100}),
        f"{WAY}/past_done_pct/2016/01..06",
        "never shrinks",
    ),
    "profile-negative": (
        profile(y2016={"01..03": -1, "01..12": 100}),
        f"{WAY}/past_done_pct/2016/01..03",
        "between 0 and 100",
    ),
    "profile-without-the-whole-year": (profile(y2016={"01..06": 40}), f"{WAY}/past_done_pct/2016", "write 01..12: 100"),
    "profile-year-not-done": (
        profile(y2016={"01..06": 40, "01..12": 99}),
        f"{WAY}/past_done_pct/2016",
        "write 01..12: 100",
    ),
    "profile-with-uneven-years": (
        profile(y2015=FULL, y2016={"01..06": 40, "01..12": 100}),
        f"{WAY}/past_done_pct/2016",
        "01..03 is missing, another year has it",
    ),
    "profile-over-several-years": (
        {"targets/2/schedule": {"kind": "profile", "note": NAMES, "past_done_pct": {"2016": FULL}}},
        "targets/2/schedule/kind",
        "a profile divides one year",
    ),
    "profile-with-milestones": (
        {**profile(y2016=FULL), f"{WAY}/milestones": {"2017": 14}},
        f"{WAY}/milestones",
        "only a milestones schedule has milestones",
    ),
    "table-for-every-year": (
        {
            "targets/1/kind": "yearly_flow",
            "targets/1/every": "year",
            "targets/1/baseline/period": "2015",
            "presets/0/kinds/+": "yearly_flow",
        },
        f"{WAY}/kind",
        "asked anew each year",
    ),
    "constant-for-a-reduction": (
        {"targets/0/schedule/kind": "constant"},
        "targets/0/schedule/kind",
        "compound or a table",
    ),
    "milestones-without-steps": (milestones({}), STEPS, "no steps"),
    "milestones-that-fall": (milestones({"2017": 60, "2018-H1": 50, "2018": 100}), f"{STEPS}/2018-H1", "one way"),
    "milestones-out-of-order": (
        milestones({"2018-H1": 40, "2017": 60, "2018": 100}),
        f"{STEPS}/2017",
        "order of time",
    ),
    "milestone-of-no-period": (milestones({"soon": 40, "2018": 100}), f"{STEPS}/soon", "not a period"),
    "milestone-at-the-baseline": (milestones({"2016": 0, "2018": 100}), f"{STEPS}/2016", "between baseline"),
    "milestone-after-the-deadline": (
        milestones({"2018": 100, "2019": 100}),
        f"{STEPS}/2019",
        "between baseline and deadline",
    ),
    "milestones-that-miss-the-value": (milestones({"2017": 40, "2018": 90}), STEPS, "the target's value 100"),
    "milestones-that-end-early": (milestones({"2017": 100}), STEPS, "at the deadline 2018"),
    "milestone-over-the-indicator's-maximum": (
        milestones({"2017": 40, "2018": 100}, **{"indicators/2/maximum": 100, f"{STEPS}/2017": 120}),
        f"{STEPS}/2017",
        "over 100, the maximum",
    ),
}


@pytest.mark.parametrize("case", GOOD)
def test_schedules_that_make_sense(case: str, make_plan: Callable[..., Plan]) -> None:
    assert make_plan(GOOD[case]).targets[1].schedule is not None


@pytest.mark.parametrize("defect", DEFECTS)
def test_defect_is_named_at_its_place(defect: str, faults_after: Callable[..., Any]) -> None:
    changes, key, says = DEFECTS[defect]

    found = {fault.key: fault.says for fault in faults_after(changes)}

    assert key in found
    assert says in found[key]


def test_ceiling_may_not_be_widened_and_tightened_in_turns(faults_after: Callable[..., Any]) -> None:
    ceiling = GOOD["milestones of a ceiling that tightens"]
    steps = {"2017-H1": 110, "2017": 120, "2018": 100}

    (fault,) = faults_after({**ceiling, STEPS: steps})

    assert (fault.key, fault.says) == (
        f"{STEPS}/2017",
        "120 is more than 110 asked before; milestones go one way, that of the target",
    )
