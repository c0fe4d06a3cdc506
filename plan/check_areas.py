"""Checks of the areas: which lies in which, which are ranked, and the ranking itself."""

from collections.abc import Mapping

from plan.check_base import Faults
from plan.codes import AreaKind
from plan.model import Area, Plan
from plan.yaml_lines import KeyPath

_FROM_LARGE_TO_SMALL = (AreaKind.COUNTRY, AreaKind.PROVINCE, AreaKind.CITY, AreaKind.COUNTY, AreaKind.ZONE)


def check_areas(plan: Plan, faults: Faults) -> None:
    """Add every fault of the plan's areas, of who reports from them, and of the ranking."""
    areas = {area.id: area for area in plan.areas}
    for at, area in enumerate(plan.areas):
        path: KeyPath = ("areas", at)
        if not area.parent:
            if area.is_ranked:
                says = f"{area.id!r} is ranked among the areas of its parent; name the parent"
                faults.add((*path, "parent"), says)
            continue
        if not faults.known((*path, "parent"), area.parent, areas, "area"):
            continue
        if _lies_in_itself(area, areas):
            faults.add((*path, "parent"), f"area {area.id!r} would lie in itself; correct the parents")
        elif _size(areas[area.parent]) >= _size(area):
            says = f"a {area.kind} does not lie in a {areas[area.parent].kind}; correct the kind or the parent"
            faults.add((*path, "kind"), says)
    for at, unit in enumerate(plan.units):
        faults.known(("units", at, "area"), unit.area, areas, "area")
    _check_ranking(plan, faults)


def _size(area: Area) -> int:
    return _FROM_LARGE_TO_SMALL.index(area.kind)


def _lies_in_itself(area: Area, areas: Mapping[str, Area]) -> bool:
    seen = {area.id}
    above = area.parent
    while above in areas and above not in seen:
        seen.add(above)
        above = areas[above].parent
    return above == area.id


def _check_ranking(plan: Plan, faults: Faults) -> None:
    ranking = plan.ranking
    if ranking is None:
        return
    ranked = sum(area.is_ranked for area in plan.areas)
    if not ranked:
        faults.add(("ranking",), "no area is ranked; write is_ranked: true at those that are")
    for key, count in (("praised", ranking.praised), ("criticised", ranking.criticised)):
        if count < 0:
            faults.add(("ranking", key), f"{count}: a number of areas is 0 or more")
    named = ranking.praised + ranking.criticised
    if not named:
        faults.add(("ranking", "praised"), "nobody is praised nor criticised; say how many, or leave the ranking out")
    elif ranked and named > ranked:
        says = f"{named} areas are praised or criticised, {ranked} are ranked; some would be both"
        faults.add(("ranking", "praised"), f"{says}; correct the numbers")
