"""One bad plan per defect of areas, ranking, awards, units of measure, exemptions and formulas."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plan.model import Plan

Data = dict[str, Any]
NAMES = {"zh": "名", "en": "name"}


def _area(area: str, kind: str, parent: str, **more: object) -> Data:
    return {"id": area, "names": NAMES, "kind": kind, "parent": parent, **more}


def ranking(**counts: int) -> Data:
    return {"ranking": {"clause": "3.4", "names": NAMES, "every": "year", "praised": 1, "criticised": 0, **counts}}


def award(kind: str, *tiers: Data) -> Data:
    """One award with tiers; the plan then has a file of awards."""
    made = [{"names": NAMES, **tier} for tier in tiers]
    one: Data = {"id": "prize", "clause": "2", "names": NAMES, "kind": kind, "recipient": NAMES, "tiers": made}
    return {"awards": [{**one, "is_once": True}]}


def measure(unit: str, **more: object) -> Data:
    return {"id": unit, "names": NAMES, **more}


def exempt(*entries: tuple[str, list[str]]) -> Data:
    """Exemptions from the first form, which `stats` and `office` report for 2017 and 2018."""
    made = [{"unit": unit, "periods": periods, "because": NAMES} for unit, periods in entries]
    return {"forms/0/calendar/exemptions": made}


def formula(name: str, unit: str, **inputs: str) -> Data:
    """Another formula for the third indicator, which nothing but the target of coverage asks for."""
    return {
        "indicators/2/form": "energy",
        "indicators/2/formula": name,
        "indicators/2/unit": unit,
        "indicators/2/inputs": inputs,
        "targets/2/unit": unit,
        "targets/2/kind": "capacity_retired",
    }


ENERGY = {"energy": "total", "value_added": "coal"}
RATIO = [
    measure("tce"),
    measure("wan_tce", of="tce", factor=10000),
    measure("yuan"),
    measure("wan_yuan", of="yuan", factor=10000),
    measure("yi_yuan", of="wan_yuan", factor=10000),
    measure("tce_per_wan_yuan"),
    measure("tce_per_yuan"),
    measure("pct"),
    measure("t"),
]
OF_RATIO = {"measures": RATIO, "forms/0/items/0/unit": "wan_tce", "forms/0/items/1/unit": "yi_yuan"}

GOOD: dict[str, Data] = {
    "a zone in a county": {"areas/+": _area("park", "zone", "county")},
    "a county under a province": {"areas/0/kind": "province"},
    "ranking of all": ranking(),
    "fixed award of two tiers": award("fixed", {"amount_wan_yuan": 100}, {"amount_wan_yuan": 50}),
    "award by threshold": award(
        "threshold", {"from_yi_yuan": 10, "amount_wan_yuan": 10}, {"from_yi_yuan": 20, "amount_wan_yuan": 20}
    ),
    "matching award": award("matching", {"match_pct": 50}),
    "matching award by another grant's own rule": award("matching", {}),
    "conversions": {"measures/1": measure("t", of="tce", factor=0.7)},
    "exemptions": exempt(("stats", ["2017"]), ("office", ["2018"])),
    "share": formula("share", "pct", numerator="coal", denominator="total"),
    "intensity whose units are not all known": formula("energy-intensity", "tce_per_wan_yuan", **ENERGY),
    # 10 000 tce over 100 million yuan is 1 tce over 10 000 yuan.
    "intensity in its unit": {**formula("energy-intensity", "tce_per_wan_yuan", **ENERGY), **OF_RATIO},
}

DEFECTS: dict[str, tuple[Data, str, str]] = {
    # areas and ranking
    "county-in-a-county": ({"areas/+": _area("east", "county", "county")}, "areas/2/kind", "does not lie in a county"),
    "province-in-a-city": ({"areas/+": _area("up", "province", "city")}, "areas/2/kind", "does not lie in a city"),
    "city-in-a-zone": (
        {"areas/+": _area("park", "zone", "city"), "areas/1/parent": "park"},
        "areas/1/kind",
        "a county does not lie in a zone",
    ),
    "ranked-without-parent": ({"areas/1/parent": ""}, "areas/1/parent", "name the parent"),
    "ranking-of-nobody": ({"areas/1/is_ranked": False, **ranking()}, "ranking", "no area is ranked"),
    "ranking-of-too-many": (
        ranking(criticised=1),
        "ranking/praised",
        "2 areas are praised or criticised, 1 are ranked",
    ),
    "ranking-without-consequence": (ranking(praised=0), "ranking/praised", "nobody is praised"),
    "negative-ranking": (ranking(praised=2, criticised=-1), "ranking/criticised", "0 or more"),
    # awards
    "award-without-tiers": (award("fixed"), "awards/0/tiers", "name at least one"),
    "award-without-amount": (award("fixed", {}), "awards/0/tiers/0/amount_wan_yuan", "add it"),
    "award-of-nothing": (award("fixed", {"amount_wan_yuan": 0}), "awards/0/tiers/0/amount_wan_yuan", "more than 0"),
    "fixed-award-with-threshold": (
        award("fixed", {"amount_wan_yuan": 5, "from_yi_yuan": 5}),
        "awards/0/tiers/0/from_yi_yuan",
        "a fixed award has no such amount",
    ),
    "threshold-without-threshold": (
        award("threshold", {"amount_wan_yuan": 5}),
        "awards/0/tiers/0/from_yi_yuan",
        "in every tier",
    ),
    "thresholds-that-do-not-rise": (
        award("threshold", {"from_yi_yuan": 20, "amount_wan_yuan": 10}, {"from_yi_yuan": 20, "amount_wan_yuan": 20}),
        "awards/0/tiers/1/from_yi_yuan",
        "20 is not more than 20",
    ),
    "amounts-that-fall": (
        award("threshold", {"from_yi_yuan": 10, "amount_wan_yuan": 20}, {"from_yi_yuan": 20, "amount_wan_yuan": 10}),
        "awards/0/tiers/1/amount_wan_yuan",
        "10 is not more than 20",
    ),
    "matching-by-an-amount": (
        award("matching", {"amount_wan_yuan": 5}),
        "awards/0/tiers/0/amount_wan_yuan",
        "a matching award has no such amount",
    ),
    "matching-nothing": (award("matching", {"match_pct": 0}), "awards/0/tiers/0/match_pct", "more than 0"),
    "award-twice": (
        {"awards": [*award("matching", {})["awards"], *award("matching", {})["awards"]]},
        "awards/1/id",
        "defined twice",
    ),
    "award-with-unknown-key": ({"awards": [{"id": "prize", "money": 1}]}, "awards/0/money", "unknown key"),
    # units of measure
    "measure-of-unknown": ({"measures/1": measure("t", of="kg", factor=1000)}, "measures/1/of", "no measure 'kg'"),
    "measure-of-itself": ({"measures/1": measure("t", of="t", factor=1)}, "measures/1/of", "made of itself"),
    "measure-without-factor": ({"measures/1": measure("t", of="tce")}, "measures/1/factor", "how many tce is one t?"),
    "factor-of-nothing": ({"measures/1": measure("t", factor=3)}, "measures/1/of", "factor 3 of what?"),
    "factor-zero": ({"measures/1": measure("t", of="tce", factor=0)}, "measures/1/factor", "more than 0"),
    # exemptions
    "exempt-stranger": (exempt(("ghost", ["2017"])), "forms/0/calendar/exemptions/0/unit", "no unit on the roster"),
    "exempt-from-nothing": (exempt(("stats", [])), "forms/0/calendar/exemptions/0/periods", "name the periods"),
    "exempt-outside-the-calendar": (
        exempt(("stats", ["2019"])),
        "forms/0/calendar/exemptions/0/periods/0",
        "no period of this calendar",
    ),
    "exempt-twice": (
        exempt(("stats", ["2017"]), ("stats", ["2017"])),
        "forms/0/calendar/exemptions/1/periods/0",
        "by another entry",
    ),
    "exempt-for-ever": (
        exempt(("stats", ["2017"]), ("stats", ["2018"])),
        "forms/0/calendar/exemptions/1/periods",
        "take it off the roster",
    ),
    # formulas
    "share-in-tonnes": (formula("share", "t", numerator="coal", denominator="total"), "indicators/2/unit", "per cent"),
    "share-of-unlike-units": (
        formula("share", "pct", numerator="coal", denominator="growth"),
        "indicators/2/inputs",
        "numerator in tce, denominator in pct",
    ),
    "share-of-itself": (
        formula("share", "pct", numerator="coal", denominator="coal"),
        "indicators/2/inputs",
        "one item stands for two",
    ),
    "share-without-denominator": (
        formula("share", "pct", numerator="coal"),
        "indicators/2/inputs",
        "numerator, denominator",
    ),
    "intensity-in-one-unit": (formula("energy-intensity", "t", **ENERGY), "indicators/2/unit", "tce_per_wan_yuan"),
    "intensity-ten-thousand-times-off": (
        {**formula("energy-intensity", "tce_per_yuan", **ENERGY), **OF_RATIO},
        "indicators/2/unit",
        "wan_tce over yi_yuan does not give tce_per_yuan",
    ),
    "intensity-of-the-wrong-thing": (
        {**formula("energy-intensity", "tce_per_wan_yuan", **ENERGY), **OF_RATIO, "forms/0/items/0/unit": "t"},
        "indicators/2/unit",
        "t over yi_yuan does not give",
    ),
}


@pytest.mark.parametrize("case", GOOD)
def test_parts_that_make_sense(case: str, make_plan: Callable[..., Plan]) -> None:
    assert make_plan(GOOD[case]).id == "small"


@pytest.mark.parametrize("defect", DEFECTS)
def test_defect_is_named_at_its_place(defect: str, faults_after: Callable[..., Any]) -> None:
    changes, key, says = DEFECTS[defect]

    found = {fault.key: fault for fault in faults_after(changes)}

    assert key in found
    assert says in found[key].says
    holder = key.split("/", maxsplit=1)[0]
    in_file = f"{holder}.yaml" if holder in ("forms", "indicators", "targets", "awards") else "plan.yaml"
    assert Path(found[key].file).name == in_file


def test_measures_in_a_circle_are_told_for_each(faults_after: Callable[..., Any]) -> None:
    circle = {"measures/1": measure("t", of="tce", factor=2), "measures/2": measure("tce", of="t", factor=0.5)}

    assert [fault.key for fault in faults_after(circle)] == ["measures/1/of", "measures/2/of"]


def test_indicator_that_a_form_feeds_need_not_be_asked_for(make_plan: Callable[..., Plan], good_data: Data) -> None:
    plan = make_plan({"indicators/+": {**good_data["indicators"][1], "id": "shown-only"}})

    assert plan.indicators[3].id == "shown-only"


def test_dangling_id_that_looks_like_another(faults_after: Callable[..., Any]) -> None:
    (fault,) = faults_after({"targets/2/unit": "pctt"})

    assert fault.says == "no measure 'pctt'; did you mean pct? known: pct, t, tce, tce_per_wan_yuan"
