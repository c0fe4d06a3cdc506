"""Faults between targets: restatements, pairs, what counties hold under the city, and minima of each county."""

from collections.abc import Callable
from typing import Any

import pytest

from plan.book import PlanView
from plan.model import Plan

Data = dict[str, Any]
NAMES = {"zh": "名", "en": "name"}


def _area(area: str, **more: object) -> Data:
    return {"id": area, "names": NAMES, "kind": "county", "parent": "city", "is_ranked": True, **more}


def _aim(target: str, value: float, area: str = "city", **more: object) -> Data:
    """A number of factories to be there in 2018, counted anew from 0 at the end of 2016."""
    return {
        "id": target,
        "clause": "2",
        "names": NAMES,
        "indicator": "factories",
        "area": area,
        "kind": "stock",
        "value": value,
        "unit": "t",
        "comparator": ">=",
        "strength": "firm",
        "baseline": {"period": "2016", "value": 0},
        "deadline": "2018",
        "owners": ["bureau"],
        "schedule": {"kind": "linear", "note": NAMES},
        "yardsticks": [{"yardstick": "plan_progress", "alert_preset": "shares"}],
        **more,
    }


COUNTED = {"names": NAMES, "definition": NAMES, "unit": "t", "measure": "level", "places": 0, "basis": NAMES}
CITY = {"id": "city", "names": NAMES, "kind": "city"}
ZONE = {"id": "zone", "names": NAMES, "kind": "zone", "parent": "city"}
AGAIN = {"restates": "whole", "yardsticks": []}
CAP = {"indicator": "furnaces", "kind": "ceiling", "comparator": "<="}
EACH = {"scope": "each_county"}

GOOD = {
    "restated": [_aim("whole", 100), _aim("again", 100, **AGAIN)],
    "pair": [_aim("whole", 100, paired_with="floor"), _aim("floor", 10, **EACH)],
    "parts reach the whole": [
        _aim("whole", 30),
        *(_aim(each, 10, each, parent="whole") for each in ("east", "west", "county")),
    ],
    "parts of what does not add up are not summed": [_aim("whole", 100), _aim("part", 10, "east", parent="whole")],
    "part of a strict whole is strict": [
        _aim("whole", 20, comparator=">"),
        _aim("one", 10, "east", parent="whole"),
        _aim("two", 10, "west", parent="whole", comparator=">"),
    ],
    "parts within a cap": [_aim("whole", 30, **CAP), _aim("part", 30, "east", parent="whole", **CAP)],
    "minima just fit": [_aim("whole", 30), _aim("floor", 10, **EACH)],
    "minimum of another year": [_aim("whole", 10), _aim("floor", 10, deadline="2017", **EACH)],
    "county at the minimum": [_aim("floor", 10, **EACH), _aim("own", 10, "east")],
    "zone is not ranked": [_aim("floor", 10, **EACH), _aim("own", 1, "zone")],
}

DEFECTS: dict[str, tuple[list[Data], str, str]] = {
    "restates-unknown": (
        [_aim("again", 1, restates="ghost", yardsticks=[])],
        "targets/4/restates",
        "no target 'ghost'",
    ),
    "restates-itself": ([_aim("again", 1, restates="again", yardsticks=[])], "targets/4/restates", "names itself"),
    "restates-in-a-chain": (
        [_aim("whole", 100), _aim("again", 100, **AGAIN), _aim("thrice", 100, restates="again", yardsticks=[])],
        "targets/6/restates",
        "restates 'whole' itself",
    ),
    "restates-what-it-does-not-say": (
        [_aim("whole", 100), _aim("again", 90, **{**AGAIN, "comparator": ">"})],
        "targets/5/restates",
        "value, comparator differ",
    ),
    "restatement-with-yardsticks": (
        [_aim("whole", 100), _aim("again", 100, restates="whole")],
        "targets/5/yardsticks",
        "is rated there",
    ),
    "pair-with-nobody": ([_aim("whole", 1, paired_with="ghost")], "targets/4/paired_with", "no target 'ghost'"),
    "pair-with-itself": ([_aim("whole", 1, paired_with="whole")], "targets/4/paired_with", "names itself"),
    "parent-unknown": ([_aim("part", 1, "east", parent="ghost")], "targets/4/parent", "no target 'ghost'"),
    "parent-itself": ([_aim("part", 1, "east", parent="part")], "targets/4/parent", "names itself"),
    "parent-of-another-year": (
        [_aim("whole", 1), _aim("part", 1, "east", parent="whole", deadline="2017")],
        "targets/5/parent",
        "deadline differ",
    ),
    "parent-of-another-indicator": (
        [_aim("whole", 1), _aim("part", 1, "east", parent="fewer-mines")],
        "targets/5/parent",
        "indicator, kind, deadline differ",
    ),
    "parent-in-the-same-area": (
        [_aim("whole", 1), _aim("part", 1, "city", parent="whole")],
        "targets/5/parent",
        "'city' does not lie in 'city'",
    ),
    "parent-beside": (
        [_aim("whole", 1, "west"), _aim("part", 1, "east", parent="whole")],
        "targets/5/parent",
        "'east' does not lie in 'west'",
    ),
    "parent-asked-of-each-county": (
        [_aim("whole", 10, **EACH), _aim("part", 10, "east", parent="whole")],
        "targets/5/parent",
        "'whole' is asked of each_county",
    ),
    "parent-that-restates": (
        [_aim("whole", 100), _aim("again", 100, **AGAIN), _aim("part", 100, "east", parent="again")],
        "targets/6/parent",
        "only restates 'whole'",
    ),
    "parts-that-fall-short": (
        [_aim("whole", 100), _aim("one", 40, "east", parent="whole"), _aim("two", 35.5, "west", parent="whole")],
        "targets/4/value",
        "its parts reach 75.5 of 100 t, 24.5 short",
    ),
    "parts-that-just-reach-a-strict-whole": (
        [_aim("whole", 20, comparator=">"), _aim("part", 20, "east", parent="whole")],
        "targets/4/value",
        "more than that is asked",
    ),
    "parts-over-a-cap": (
        [_aim("whole", 30, **CAP), *(_aim(each, 20, each, parent="whole", **CAP) for each in ("east", "west"))],
        "targets/4/value",
        "its parts allow 40 t together, 10 more",
    ),
    "county-below-the-minimum": (
        [_aim("floor", 10, **EACH), _aim("own", 9, "east")],
        "targets/5/value",
        "milder than >= 10 asked of each county by 'floor'",
    ),
    "county-not-as-strict-as-the-minimum": (
        [_aim("floor", 10, comparator=">", **EACH), _aim("own", 10, "east")],
        "targets/5/value",
        "milder than > 10",
    ),
    "county-over-the-cap-of-each": (
        [_aim("cap", 10, **EACH, **CAP), _aim("own", 11, "east", **CAP)],
        "targets/5/value",
        "milder than <= 10",
    ),
    "minima-over-the-whole": (
        [_aim("whole", 29), _aim("floor", 10, **EACH)],
        "targets/5/value",
        "10 in each of 3 counties make 30 t, more than the 29 of 'whole'",
    ),
    "each-county-where-there-is-none": (
        [_aim("floor", 10, "east", **EACH)],
        "targets/4/scope",
        "no ranked area lies in 'east'",
    ),
    "each-enterprise-by-a-count": (
        [_aim("all", 10, scope="each_enterprise")],
        "targets/4/scope",
        "is rated by coverage, not as stock",
    ),
}


@pytest.fixture
def linked(good_data: Data) -> Callable[..., Data]:
    """Changes to the small plan: three ranked counties and a zone, and targets on indicators that nobody feeds yet."""

    def put(*targets: Data, adds_up: bool = True) -> Data:
        used = {target["indicator"] for target in targets}
        counted = [
            {**COUNTED, "id": indicator, "direction": direction, "adds_up": adds_up}
            for indicator, direction in (("factories", "more"), ("furnaces", "less"))
            if indicator in used
        ]
        return {
            "areas": [CITY, *(_area(each) for each in ("county", "east", "west")), ZONE],
            "presets/0/kinds": ["reduction", "capacity_retired", "coverage", "stock", "ceiling"],
            "indicators": [*good_data["indicators"], *counted],
            "targets": [*good_data["targets"], *targets],
        }

    return put


@pytest.mark.parametrize("case", GOOD)
def test_links_that_make_sense(case: str, linked: Callable[..., Data], make_plan: Callable[..., Plan]) -> None:
    adds_up = "does not add up" not in case

    assert len(make_plan(linked(*GOOD[case], adds_up=adds_up)).targets) == 4 + len(GOOD[case])


@pytest.mark.parametrize("defect", DEFECTS)
def test_defect_is_named_at_its_place(
    defect: str, linked: Callable[..., Data], faults_after: Callable[..., Any]
) -> None:
    targets, key, says = DEFECTS[defect]

    (fault,) = faults_after(linked(*targets))

    assert fault.key == key
    assert says in fault.says


def test_view_knows_areas_owners_and_what_is_rated(linked: Callable[..., Data], make_plan: Callable[..., Plan]) -> None:
    again = {**AGAIN, "owners": ["office", "bureau"]}
    changes = linked(_aim("whole", 100), _aim("again", 100, **again), _aim("floor", 10, **EACH))

    view = PlanView(make_plan(changes | {"owners/+": {"id": "office", "names": NAMES}}))

    assert view.areas_of(view.targets["whole"]) == ("city",)
    assert view.areas_of(view.targets["floor"]) == ("county", "east", "west")
    assert view.owners_of("whole") == ("bureau", "office")
    assert view.owners_of("again") == ("office", "bureau")
    assert [target.id for target in view.rated_targets()] == [
        "less-energy", "fewer-mines", "coverage", "whole", "floor"
    ]  # fmt: skip
