"""One bad plan per defect of indicators and targets: one change, one fault, at its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TABLE = "targets/1/schedule/done_pct"


def done(**steps: float) -> dict[str, object]:
    """Another table for the second target; ``m06`` is the period to the end of June 2017."""
    return {TABLE: {f"2017-01..{month[1:]}": share for month, share in steps.items()}}


RULE = "targets/0/yardsticks/0"
NAMES = {"zh": "名", "en": "name"}
IDLE = {
    "id": "idle",
    "names": NAMES,
    "definition": NAMES,
    "unit": "t",
    "direction": "more",
    "measure": "level",
    "places": 0,
    "basis": NAMES,
}

FILE_OF = {key: f"{key}.yaml" for key in ("forms", "indicators", "targets")}

DEFECTS = {
    # indicators
    "indicator-in-unknown-measure": ({"indicators/2/unit": "kg"}, "indicators/2/unit", "no measure 'kg'"),
    "indicator-of-unknown-form": ({"indicators/0/form": "ghost"}, "indicators/0/form", "no form 'ghost'"),
    "indicator-input-unknown": ({"indicators/0/inputs": {"value": "ghost"}}, "indicators/0/inputs/value", "no item"),
    "indicator-formula-unknown": ({"indicators/0/formula": "magic"}, "indicators/0/formula", "known: as-published"),
    "indicator-input-misnamed": ({"indicators/0/inputs": {"worth": "intensity"}}, "indicators/0/inputs", "exactly"),
    "indicator-places-too-many": ({"indicators/0/places": 9}, "indicators/0/places", "0 to 8"),
    "indicator-places-negative": ({"indicators/0/places": -1}, "indicators/0/places", "0 to 8"),
    "indicator-limits-crossed": (
        {"indicators/1/minimum": 14, "indicators/1/maximum": 14},
        "indicators/1/maximum",
        "not more than minimum 14",
    ),
    "rates-that-add-up": ({"indicators/0/adds_up": True}, "indicators/0/adds_up", "do not add up"),
    "indicator-with-formula-of-no-form": (
        {"indicators/2/form": "", "indicators/2/inputs": {}},
        "indicators/2/formula",
        "names no form",
    ),
    "indicator-with-inputs-of-no-form": (
        {"indicators/2/form": "", "indicators/2/formula": ""},
        "indicators/2/inputs",
        "names no form",
    ),
    "indicator-nobody-uses": (
        {"indicators/+": {**IDLE, "form": ""}},
        "indicators/3",
        "nobody uses 'idle'",
    ),
    # targets
    "owner-of-no-target": ({"owners/+": {"id": "ghost", "names": NAMES}}, "owners/1", "no target names 'ghost'"),
    "owner-nobody": ({"targets/0/owners": []}, "targets/0/owners", "nobody answers"),
    "owner-unknown": ({"targets/0/owners": ["ghost"]}, "targets/0/owners/0", "no owner 'ghost'"),
    "owner-twice": ({"targets/0/owners": ["bureau", "bureau"]}, "targets/0/owners/1", "stands twice"),
    "target-in-unknown-area": ({"targets/0/area": "moon"}, "targets/0/area", "no area 'moon'"),
    "target-of-unknown-indicator": ({"targets/0/indicator": "ghost"}, "targets/0/indicator", "no indicator"),
    "target-unit-unlike-indicator": ({"targets/1/unit": "tce"}, "targets/1/unit", "convert the target"),
    "target-nobody-reports-for": ({"targets/1/area": "county"}, "targets/1/area", "nobody on the roster"),
    "reduction-from-year-to-date": (
        {"indicators/0/measure": "year_to_date"},
        "targets/0/indicator",
        "not from year_to_date",
    ),
    "reduction-not-in-per-cent": ({"targets/0/unit": "t"}, "targets/0/unit", "written in pct"),
    "reduction-negative": ({"targets/0/value": -16}, "targets/0/value", "positive and below 100"),
    "reduction-of-hundred": ({"targets/0/value": 100}, "targets/0/value", "positive and below 100"),
    "share-over-hundred": ({"targets/2/value": 100.1}, "targets/2/value", "between 0 and 100"),
    "share-negative": ({"targets/2/value": -0.1}, "targets/2/value", "between 0 and 100"),
    "floor-written-as-ceiling": ({"targets/2/comparator": "<="}, "targets/2/comparator", "a ceiling is written <="),
    "baseline-not-a-period": ({"targets/0/baseline/period": "soon"}, "targets/0/baseline/period", "not a period"),
    "deadline-not-a-period": ({"targets/2/deadline": "soon"}, "targets/2/deadline", "not a period"),
    "deadline-before-baseline": (
        {"targets/2/baseline/period": "2018"},
        "targets/2/deadline",
        "not after the baseline",
    ),
    "deadline-before-the-plan": (
        {"targets/3/deadline": "2016"},
        "targets/3/deadline",
        "ends before the plan's first_day",
    ),
    "qualitative-deadline-not-a-period": ({"targets/3/deadline": "soon"}, "targets/3/deadline", "not a period"),
    "deadline-after-the-plan": ({"targets/2/deadline": "2019"}, "targets/2/deadline", "after the plan's last_day"),
    # schedules
    "compound-for-capacity": (
        {"targets/2/schedule/kind": "compound"},
        "targets/2/schedule/kind",
        "compound for a coverage",
    ),
    "steps-on-a-linear-schedule": (
        {"targets/2/schedule/done_pct": {"2018": 100}},
        "targets/2/schedule/done_pct",
        "only a table schedule has done_pct",
    ),
    "linear-for-a-reduction": (
        {"targets/0/schedule/kind": "linear"},
        "targets/0/schedule/kind",
        "rates of a reduction",
    ),
    "reduction-to-the-end-of-a-month": ({"targets/0/deadline": "2018-11"}, "targets/0/deadline", "a year to a year"),
    "reduction-from-a-month": (
        {"targets/0/baseline/period": "2016-12"},
        "targets/0/deadline",
        "a year to a year",
    ),
    "table-without-steps": (done(), TABLE, "no steps"),
    "table-not-monotone": (done(m06=50, m07=40, m12=100), f"{TABLE}/2017-01..07", "never shrinks"),
    "table-not-ending-at-hundred": (done(m06=50, m12=99), TABLE, "must end with 100"),
    "table-ending-before-deadline": (done(m06=50, m11=100), TABLE, "must end with 100 at the deadline 2017"),
    "table-share-negative": (done(m06=-1, m12=100), f"{TABLE}/2017-01..06", "between 0 and 100"),
    "table-step-not-a-period": (
        {TABLE: {"June": 40, "2017-01..12": 100}},
        f"{TABLE}/June",
        "'June' is not a period",
    ),
    "table-step-before-baseline": (
        {TABLE: {"2016-01..06": 10, "2017-01..12": 100}},
        f"{TABLE}/2016-01..06",
        "between baseline and deadline",
    ),
    "table-steps-out-of-order": (
        {TABLE: {"2017-01..06": 40, "2017-Q2": 40, "2017-01..12": 100}},
        f"{TABLE}/2017-Q2",
        "order of time",
    ),
    # yardsticks
    "qualitative-with-yardstick": (
        {"targets/3/yardsticks": [{"yardstick": "plan_progress", "alert_preset": "shares"}]},
        "targets/3/yardsticks",
        "people judge a qualitative target",
    ),
    "no-yardstick": ({"targets/2/yardsticks": []}, "targets/2/yardsticks", "name one"),
    "yardstick-twice": (
        {"targets/0/yardsticks/1/yardstick": "annual_task"},
        "targets/0/yardsticks/1/yardstick",
        "twice",
    ),
    "progress-of-yearly-rates": (
        {"indicators/2/measure": "yearly_change_pct"},
        "targets/2/yardsticks/0/yardstick",
        "use annual_task",
    ),
    "progress-of-yearly-changes": (
        {"indicators/2/measure": "yearly_change"},
        "targets/2/yardsticks/0/yardstick",
        "against a ceiling only",
    ),
    "progress-of-year-to-date-over-years": (
        {"targets/1/baseline/period": "2015"},
        "targets/1/yardsticks/0/yardstick",
        "starts anew each January",
    ),
    "hold-of-no-period": ({f"{RULE}/hold_periods": 0}, f"{RULE}/hold_periods", "at least 1"),
    "keep-firing-of-no-period": ({f"{RULE}/keep_firing_periods": 0}, f"{RULE}/keep_firing_periods", "at least 1"),
    "alert-preset-unknown": ({f"{RULE}/alert_preset": "ghost"}, f"{RULE}/alert_preset", "known: shares, direction"),
    "beside-preset-unknown": ({f"{RULE}/beside": ["ghost"]}, f"{RULE}/beside/0", "no preset 'ghost'"),
    "preset-beside-itself": ({f"{RULE}/beside": ["direction"]}, f"{RULE}/beside/0", "stands twice"),
    "preset-unsuited-to-kind": (
        {"targets/1/yardsticks/0/alert_preset": "direction"},
        "targets/1/yardsticks/0/alert_preset",
        "no meaning for a capacity_retired",
    ),
    "official-task-of-a-half-year": (
        {f"{RULE}/official_tasks": {"2017-H1": 1}},
        f"{RULE}/official_tasks/2017-H1",
        "write 2017",
    ),
    "official-task-of-no-period": ({f"{RULE}/official_tasks": {"x": 1}}, f"{RULE}/official_tasks/x", "not a period"),
    "official-task-outside-the-plan": (
        {f"{RULE}/official_tasks": {"2016": 1}},
        f"{RULE}/official_tasks/2016",
        "between baseline and deadline",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_defect_is_named_at_its_place(defect: str, faults_after: Callable[..., Any]) -> None:
    changes, key, says = DEFECTS[defect]

    faults = faults_after(changes)

    assert [fault.key for fault in faults] == [key]
    assert says in faults[0].says
    assert Path(faults[0].file).name == FILE_OF.get(key.split("/")[0], "plan.yaml")


def test_share_of_the_way_over_hundred_is_told_where_it_stands_and_at_the_end(faults_after: Any) -> None:
    assert [fault.key for fault in faults_after(done(m06=40, m12=101))] == [TABLE, f"{TABLE}/2017-01..12"]


def test_published_item_in_another_unit_than_its_indicator(faults_after: Any) -> None:
    (fault,) = faults_after({"indicators/1/unit": "tce", "targets/1/unit": "tce"})

    assert (fault.key, fault.says) == (
        "indicators/1/unit",
        "the item is in t, the indicator in tce; as published they are the same",
    )


def test_level_to_be_reduced_must_be_positive(faults_after: Any) -> None:
    (fault,) = faults_after({"indicators/0/measure": "level"})

    assert (fault.key, fault.says) == (
        "targets/0/baseline/value",
        "0: the level that is to be reduced must be positive",
    )


def test_target_in_unknown_measure_is_told_once(faults_after: Any) -> None:
    (fault,) = faults_after({"targets/1/unit": "kg"})

    assert (fault.key, fault.says) == ("targets/1/unit", "no measure 'kg'; known: pct, t, tce, tce_per_wan_yuan")


def test_ceiling_is_written_at_most(make_plan: Callable[..., Any], faults_after: Any) -> None:
    ceiling = {
        "targets/2/kind": "ceiling",
        "targets/2/value": 3540,
        "presets/0/kinds/+": "ceiling",
        "indicators/2/direction": "less",
    }

    assert make_plan({**ceiling, "targets/2/comparator": "<="}).targets[2].value == 3540
    assert [fault.key for fault in faults_after(ceiling)] == ["targets/2/comparator"]


def test_defects_of_several_files_are_told_at_once(faults_after: Any) -> None:
    faults = faults_after({"forms/2/roster": ["ghost"], "targets/0/owners": [], "version": 0})

    assert [fault.key for fault in faults] == ["forms/2/roster/0", "version", "targets/0/owners"]


def test_table_with_unreadable_deadline_is_still_read(faults_after: Any) -> None:
    faults = faults_after({"targets/1/deadline": "soon", f"{TABLE}/2017-01..06": 101})

    assert [fault.key for fault in faults] == ["targets/1/deadline", f"{TABLE}/2017-01..06", f"{TABLE}/2017-01..12"]


def test_target_against_an_indicator_of_unknown_form_is_left_to_the_indicator(faults_after: Any) -> None:
    (fault,) = faults_after({"indicators/1/form": "ghost"})

    assert fault.key == "indicators/1/form"


def test_formula_of_several_inputs(make_plan: Callable[..., Any]) -> None:
    plan = make_plan(
        {
            "indicators/0/unit": "tce_per_wan_yuan",
            "indicators/0/measure": "level",
            "targets/0/baseline/value": 1.25,
            "indicators/0/formula": "energy-intensity",
            "indicators/0/inputs": {"energy": "total", "value_added": "coal"},
        }
    )

    assert plan.indicators[0].inputs == {"energy": "total", "value_added": "coal"}
