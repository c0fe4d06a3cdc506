"""One bad plan per defect of header, ids, areas, senders and forms: one change, one fault, at its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plan.loader import PlanRefused

NAMES = {"zh": "名", "en": "name"}
ITEM = {"id": "coal", "names": NAMES, "unit": "tce"}
STEP = {"id": "step", "names": NAMES, "rule": "cumulative_step", "severity": "verify", "items": ["closed", "share"]}

DEFECTS = {
    # header
    "plan-id-unlike-folder": ({"id": "other"}, "plan.yaml", "id", "not the name of its folder, 'small'"),
    "plan-version-zero": ({"version": 0}, "plan.yaml", "version", "count from 1"),
    "last-day-before-first": ({"first_day": "2019-01-01"}, "plan.yaml", "last_day", "correct the dates"),
    "impossible-date": ({"first_day": "2017-02-30"}, "plan.yaml", "first_day", "date"),
    "blank-document": ({"document": " "}, "plan.yaml", "document", "write it"),
    "blank-chinese-name": ({"targets/0/names/zh": ""}, "targets.yaml", "targets/0/names/zh", "write it"),
    "blank-clause": ({"targets/0/clause": ""}, "targets.yaml", "targets/0/clause", "write it"),
    # ids
    "duplicate-area": (
        {"areas/+": {"id": "city", "names": NAMES, "kind": "city"}},
        "plan.yaml",
        "areas/2/id",
        "defined twice",
    ),
    "duplicate-target": ({"targets/1/id": "less-energy"}, "targets.yaml", "targets/1/id", "defined twice"),
    "duplicate-preset": ({"presets/2/id": "direction"}, "presets.yaml", "presets/2/id", "defined twice"),
    "duplicate-item": ({"forms/0/items/+": ITEM}, "forms.yaml", "forms/0/items/5/id", "defined twice"),
    "duplicate-check": ({"forms/0/checks/1/id": "parts"}, "forms.yaml", "forms/0/checks/1/id", "defined twice"),
    "id-with-underscore": ({"targets/0/id": "less_energy"}, "targets.yaml", "targets/0/id", "topic name"),
    "id-with-dot": ({"targets/0/id": "less.energy"}, "targets.yaml", "targets/0/id", "topic name"),
    "id-with-capital": ({"targets/0/id": "Less"}, "targets.yaml", "targets/0/id", "topic name"),
    "id-with-chinese": ({"targets/0/id": "目标"}, "targets.yaml", "targets/0/id", "topic name"),
    "empty-id": ({"targets/0/id": ""}, "targets.yaml", "targets/0/id", "topic name"),
    "measure-id-with-hyphen": ({"measures/3/id": "a-b"}, "plan.yaml", "measures/3/id", "underscores only"),
    # areas and units
    "unknown-parent-area": ({"areas/1/parent": "moon"}, "plan.yaml", "areas/1/parent", "no area 'moon'"),
    "area-lies-in-itself": ({"areas/0/parent": "city"}, "plan.yaml", "areas/0/parent", "lie in itself"),
    "unit-of-unknown-area": ({"units/1/area": "moon"}, "plan.yaml", "units/1/area", "known: city, county"),
    # senders
    "sender-of-unknown-unit": ({"senders/0/units/+": "ghost"}, "plan.yaml", "senders/0/units/2", "no reporting unit"),
    "sender-of-unknown-form": ({"senders/0/forms/+": "ghost"}, "plan.yaml", "senders/0/forms/3", "no form"),
    "sender-names-form-twice": ({"senders/0/forms/+": "mines"}, "plan.yaml", "senders/0/forms/3", "stands twice"),
    "roster-unit-without-sender": ({"senders/0/units": ["stats"]}, "forms.yaml", "forms/0/roster/1", "no sender"),
    "sender-of-no-unit": (
        {"senders/+": {"id": "idle", "names": NAMES, "units": [], "forms": ["mines"]}},
        "plan.yaml",
        "senders/1/units",
        "the list is empty",
    ),
    # forms
    "form-version-zero": ({"forms/0/version": 0}, "forms.yaml", "forms/0/version", "count from 1"),
    "negative-due-days": ({"forms/0/calendar/due_days": -1}, "forms.yaml", "forms/0/calendar/due_days", "0 or more"),
    "empty-calendar": (
        {"forms/2/calendar/periods": []},
        "forms.yaml",
        "forms/2/calendar/periods",
        "name the periods",
    ),
    "period-that-is-none": (
        {"forms/2/calendar/periods/0": "2017-13"},
        "forms.yaml",
        "forms/2/calendar/periods/0",
        "a month is written 01 to 12",
    ),
    "periods-out-of-order": (
        {"forms/0/calendar/periods": ["2018", "2017"]},
        "forms.yaml",
        "forms/0/calendar/periods/1",
        "order of time",
    ),
    "period-twice": (
        {"forms/0/calendar/periods": ["2017", "2017"]},
        "forms.yaml",
        "forms/0/calendar/periods/1",
        "order of time",
    ),
    "period-of-another-kind": (
        {"forms/2/calendar/periods/0": "2017-06"},
        "forms.yaml",
        "forms/2/calendar/periods/0",
        "the calendar is by year_to_date",
    ),
    "roster-unit-unknown": (
        {"forms/0/roster/+": "ghost"},
        "forms.yaml",
        "forms/0/roster/2",
        "no reporting unit 'ghost'",
    ),
    "roster-unit-twice": ({"forms/0/roster/+": "stats"}, "forms.yaml", "forms/0/roster/2", "stands twice"),
    "item-in-unknown-measure": ({"forms/0/items/0/unit": "kg"}, "forms.yaml", "forms/0/items/0/unit", "no measure"),
    "limits-crossed": ({"forms/0/items/3/maximum": 5}, "forms.yaml", "forms/0/items/3/maximum", "is below"),
    "plausible-outside-limits": (
        {"forms/0/items/3/minimum": -10},
        "forms.yaml",
        "forms/0/items/3/plausible_minimum",
        "is below",
    ),
    "audited-with-unknown-form": (
        {"forms/0/audited_with/+": "ghost"},
        "forms.yaml",
        "forms/0/audited_with/1",
        "no form 'ghost'",
    ),
    "audited-with-itself": (
        {"forms/0/audited_with/+": "energy"},
        "forms.yaml",
        "forms/0/audited_with",
        "leave it out",
    ),
    # checks
    "check-without-items": (
        {"forms/0/checks/0/items": []},
        "forms.yaml",
        "forms/0/checks/0/items",
        "names no items",
    ),
    "check-item-not-on-form": (
        {"forms/0/checks/0/items": ["coal", "closed"]},
        "forms.yaml",
        "forms/0/checks/0/items/1",
        "no item of this form",
    ),
    "negative-tolerance": (
        {"forms/0/checks/1/tolerance": -0.1},
        "forms.yaml",
        "forms/0/checks/1/tolerance",
        "0 or more",
    ),
    "identity-of-one-item": (
        {"forms/0/checks/1/items": ["growth"]},
        "forms.yaml",
        "forms/0/checks/1/items",
        "[growth, intensity change]",
    ),
    "step-of-three-items": (
        {"forms/0/checks/0": {**STEP, "items": ["total", "coal", "other"]}},
        "forms.yaml",
        "forms/0/checks/0/items",
        "[cumulative, flow]",
    ),
    "sum-without-total": ({"forms/0/checks/0/total": ""}, "forms.yaml", "forms/0/checks/0/total", "no item of this"),
    "sum-total-among-parts": (
        {"forms/0/checks/0/total": "coal"},
        "forms.yaml",
        "forms/0/checks/0/total",
        "one of its own parts",
    ),
    "total-on-a-step": (
        {"forms/2/checks": [{**STEP, "total": "share"}]},
        "forms.yaml",
        "forms/2/checks/0/total",
        "only sum_equals has a total",
    ),
    "other-form-on-a-step": (
        {"forms/2/checks": [{**STEP, "other_form": "economy"}]},
        "forms.yaml",
        "forms/2/checks/0/other_form",
        "leave other_form out",
    ),
    "identity-with-unknown-form": (
        {"forms/0/checks/1/other_form": "ghost"},
        "forms.yaml",
        "forms/0/checks/1/other_form",
        "no form 'ghost'",
    ),
    "identity-with-unknown-item": (
        {"forms/0/checks/1/other_item": "ghost"},
        "forms.yaml",
        "forms/0/checks/1/other_item",
        "known: gdp",
    ),
    "identity-with-form-not-at-hand": (
        {"forms/0/audited_with": []},
        "forms.yaml",
        "forms/0/checks/1/other_form",
        "name it in audited_with",
    ),
    "identity-with-form-of-other-calendar": (
        {
            "forms/0/audited_with": ["mines"],
            "forms/0/checks/1/other_form": "mines",
            "forms/0/checks/1/other_item": "share",
        },
        "forms.yaml",
        "forms/0/checks/1/other_form",
        "they cannot be compared",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_defect_is_named_at_its_place(defect: str, faults_after: Callable[..., Any]) -> None:
    changes, file, key, says = DEFECTS[defect]

    (fault,) = faults_after(changes)

    assert (Path(fault.file).name, fault.key) == (file, key)
    assert says in fault.says
    assert fault.line >= 1


def test_empty_roster_of_a_form_and_the_target_that_nobody_reports_for(faults_after: Callable[..., Any]) -> None:
    faults = faults_after({"forms/1/roster": []})

    assert [fault.key for fault in faults] == ["forms/1/roster"]


def test_form_without_items_is_refused_with_all_that_hangs_on_it(faults_after: Callable[..., Any]) -> None:
    faults = faults_after({"forms/1/items": []})

    assert [fault.key for fault in faults] == ["forms/0/checks/1/other_item", "forms/1/items"]


def test_areas_in_a_ring_are_told_for_each(faults_after: Callable[..., Any]) -> None:
    faults = faults_after({"areas/0/parent": "county"})

    assert [fault.key for fault in faults] == ["areas/0/parent", "areas/1/parent"]


def test_area_below_a_ring_is_not_blamed(faults_after: Callable[..., Any]) -> None:
    faults = faults_after({"areas/0/parent": "city", "areas/1/parent": "city"})

    assert [fault.key for fault in faults] == ["areas/0/parent"]


@pytest.mark.parametrize("key", ["areas", "owners", "units", "senders", "measures", "forms", "indicators", "targets"])
def test_empty_list_is_told_first_of_all(key: str, faults_after: Callable[..., Any]) -> None:
    assert key in {fault.key for fault in faults_after({key: []})}


def test_value_that_is_no_number_stops_the_comparisons(faults_after: Callable[..., Any]) -> None:
    (fault,) = faults_after({"targets/0/value": "NaN"})

    assert (fault.key, fault.says) == ("targets/0/value", "not a number; write one")


def test_plan_id_with_capitals_in_a_folder_of_the_same_name(make_plan: Callable[..., Any]) -> None:
    with pytest.raises(PlanRefused, match="small letters, digits and hyphens"):
        make_plan({"id": "Small_Plan"}, "Small_Plan")
