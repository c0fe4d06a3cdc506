"""What a scenario must end in, worked out from its parameters alone: nothing of the rating engine is used here.

Both the values of the indicators that the scenarios are about, and the statuses of their targets.

The rules are those of the plan's presets in words. Energy intensity (ndrc-2021): the year's task is met by a fall of
4.84 % (the even compound share of 18 % in four years), missed by a smaller fall (middle) or a rise (severe); progress
is met when the chain of changes is below that path, and achieved when it is below the whole. Counts, shares and yearly
floors (ndrc-2020): met, missed by up to a tenth of what is asked (mild), missed by more (severe).
"""

import datetime as dt
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import msgspec

from plan.due import deadline_at, start_of
from plan.model import Indicator, Plan
from plan.periods import parse_period
from producers.simulator.events import CAPACITIES_WAN_T, PROJECT_YI_YUAN
from producers.simulator.setup import YEARS, Setup, load_facts
from producers.simulator.upgrades import SMART_2016

_TASK_PCT = Fraction("4.84")
_WHOLE_LEFT = Fraction(82, 100)
_EACH_YEAR = 4
_SMART_ASKED = 100
_MILD = Fraction(1, 10)


class ExpectedStatus(msgspec.Struct, frozen=True):
    """One status to be found: the newest assessment of a target, area, yardstick and period by the alerting preset."""

    target: str
    area: str
    yardstick: str
    period: str
    status: str
    reason: str = ""


class ExpectedValue(msgspec.Struct, frozen=True):
    """One value of an indicator to be found, give or take; none (``value`` empty) where nobody reported it."""

    indicator: str
    area: str
    period: str
    value: Decimal | None
    give_or_take: Decimal = Decimal(0)


def expected_values(setup: Setup, plan: Plan, last_tick: dt.date) -> tuple[ExpectedValue, ...]:
    """The values of those indicators whose forms are simulated, for every period that the simulation covers."""
    by_id = {indicator.id: indicator for indicator in plan.indicators}
    return tuple(
        msgspec.structs.replace(each, value=None, give_or_take=Decimal(0))
        if _is_silenced(setup, plan, by_id[each.indicator], each.period, last_tick)
        else each
        for each in _values(setup, plan)
        if setup.covers(parse_period(each.period)) and by_id[each.indicator].form in setup.forms
    )


def _values(setup: Setup, plan: Plan) -> Iterator[ExpectedValue]:
    scenario = setup.scenario
    intensity = load_facts()[2016, "energy-intensity"]
    for year, change in zip(YEARS, (Decimal(0), *scenario.intensity_change_pct), strict=True):
        intensity *= 1 + change / 100
        told = intensity.quantize(Decimal("0.0001"), ROUND_HALF_UP)
        # Energy and value added are reported to two decimals: the last of four digits may differ by one.
        yield ExpectedValue("industrial-energy-intensity", "xuchang", str(year), told, Decimal("0.0001"))
    for year, growth in zip(YEARS[1:], scenario.investment_growth_pct, strict=True):
        yield ExpectedValue("manufacturing-investment-growth", "xuchang", str(year), growth)
    for year, share in zip(YEARS, scenario.sei_share_pct, strict=True):
        yield ExpectedValue("sei-revenue-share", "xuchang", str(year), share)
    counties = [area.id for area in plan.areas if area.is_ranked]
    for year, count in zip(YEARS[1:], scenario.smart_renovations, strict=True):
        for county in counties:
            yield ExpectedValue("county-smart-renovations", county, str(year), Decimal(count))
    for year, count in zip(YEARS, _smart_in_all(setup, len(counties)), strict=True):
        yield ExpectedValue("smart-enterprises", "xuchang", str(year), Decimal(count))
    for month, closed in zip(range(6, 13), scenario.mines_closed, strict=True):
        period, capacity = f"2017-01..{month:02d}", sum(CAPACITIES_WAN_T[:closed])
        yield ExpectedValue("mines-closed-ytd", "xuchang", period, Decimal(closed))
        yield ExpectedValue("mine-capacity-retired-ytd", "xuchang", period, Decimal(capacity))
    for month, done in zip((6, 9, 12), scenario.projects_done_pct, strict=True):
        invested = Decimal(PROJECT_YI_YUAN) * done / 100
        yield ExpectedValue("key-project-investment-ytd", "xuchang", f"2017-01..{month:02d}", invested)


def _smart_in_all(setup: Setup, counties: int) -> list[int]:
    """Enterprises of all counties with a smart upgrade, at the end of each year."""
    each_year = (SMART_2016, *setup.scenario.smart_renovations)
    return [counties * sum(each_year[: at + 1]) for at in range(len(YEARS))]


def expected_statuses(setup: Setup, plan: Plan, last_tick: dt.date) -> tuple[ExpectedStatus, ...]:
    """The statuses of the targets that the scenarios are about, for every period that the simulation covers.

    None without the base year: most targets are judged by where they stood then.
    """
    if not setup.covers(parse_period(str(YEARS[0]))):
        return ()
    by_id = {indicator.id: indicator for indicator in plan.indicators}
    indicators = {target.id: by_id[target.indicator] for target in plan.targets if target.indicator}
    found = []
    for each in _told(setup, plan):
        indicator = indicators[each.target]
        if not setup.covers(parse_period(each.period)) or indicator.form not in setup.forms:
            continue
        is_silenced = _is_silenced(setup, plan, indicator, each.period, last_tick)
        # Nothing is green once nobody reports.
        gone = msgspec.structs.replace(each, status="not_assessed", reason="overdue")
        found.append(gone if is_silenced else each)
    return tuple(found)


def _told(setup: Setup, plan: Plan) -> Iterator[ExpectedStatus]:
    scenario = setup.scenario
    yield from _intensity(scenario.intensity_change_pct)
    yield from _yearly("manufacturing-investment-growth", "xuchang", scenario.investment_growth_pct, Fraction(20))
    counties = [area.id for area in plan.areas if area.is_ranked]
    for county in counties:
        yield from _yearly("county-smart-renovation", county, scenario.smart_renovations, Fraction(3))
    for month, closed in zip(range(6, 13), scenario.mines_closed, strict=True):
        status = "achieved" if closed >= 14 else _amount(Fraction(closed), Fraction(14))
        yield _city("coal-mines-2017", "plan_progress", f"2017-01..{month:02d}", status)
        retired, all_of_it = Fraction(sum(CAPACITIES_WAN_T[:closed])), Fraction(sum(CAPACITIES_WAN_T))
        status = "achieved" if retired >= all_of_it else _amount(retired, all_of_it)
        yield _city("coal-capacity-2017", "plan_progress", f"2017-01..{month:02d}", status)
    for month, done in zip((6, 9, 12), scenario.projects_done_pct, strict=True):
        status = "achieved" if month == 12 and done >= 100 else _amount(Fraction(done), Fraction(100 * month, 12))
        yield _city("key-projects-2017", "plan_progress", f"2017-01..{month:02d}", status)
    yield from _on_an_even_path("sei-revenue-share-2020", [Fraction(share) for share in scenario.sei_share_pct], 60)
    smart = _smart_in_all(setup, len(counties))
    yield from _on_an_even_path("smart-enterprises-2020", [Fraction(count) for count in smart], _SMART_ASKED)


def _on_an_even_path(target: str, values: list[Fraction], asked_in_the_end: int) -> Iterator[ExpectedStatus]:
    """From where the base year stands the same amount is asked each year, until the whole is reached."""
    base, *later = values
    for at, value in enumerate(later, 1):
        asked = base + (asked_in_the_end - base) * at / _EACH_YEAR
        status = "achieved" if value >= asked_in_the_end else _amount(value, asked)
        yield _city(target, "plan_progress", str(YEARS[at]), status)


def _intensity(changes: tuple[object, ...]) -> Iterator[ExpectedStatus]:
    target, left = "industrial-energy-intensity-2020", Fraction(1)
    for year, change in zip(YEARS[1:], map(Fraction, map(str, changes)), strict=True):
        left *= 1 + change / 100
        task = "on_track" if change <= -_TASK_PCT else "severe" if change > 0 else "middle"
        # The path is compound: after n of four years (left/1)^(4/n) must be at most 0.82, compared without roots.
        is_met = left**_EACH_YEAR <= _WHOLE_LEFT ** (year - YEARS[0])
        progress = "achieved" if left <= _WHOLE_LEFT else "on_track" if is_met else "severe" if left > 1 else "middle"
        yield _city(target, "annual_task", str(year), task)
        yield _city(target, "plan_progress", str(year), progress)


def _yearly(target: str, area: str, values: tuple[object, ...], floor: Fraction) -> Iterator[ExpectedStatus]:
    """Asked anew each year; achieved in the last year only if every year met it."""
    met = True
    for year, value in zip(YEARS[1:], map(Fraction, map(str, values)), strict=True):
        status = _amount(value, floor)
        met = met and status == "on_track"
        is_over = year == YEARS[-1]
        yield ExpectedStatus(target, area, "annual_task", str(year), "achieved" if is_over and met else status)


def _amount(value: Fraction, asked: Fraction) -> str:
    if value >= asked:
        return "on_track"
    return "mild" if (asked - value) / asked <= _MILD else "severe"


def _city(target: str, yardstick: str, period: str, status: str) -> ExpectedStatus:
    return ExpectedStatus(target, "xuchang", yardstick, period, status)


def _is_silenced(setup: Setup, plan: Plan, indicator: Indicator, period: str, last_tick: dt.date) -> bool:
    """Tell whether a period was due when nobody reported any more. Returns come at most six days before."""
    silent = setup.scenario.silent_from
    if silent is None:
        return False
    form = next(one for one in plan.forms if one.id == indicator.form)
    return start_of(silent) <= deadline_at(form, parse_period(period)) < start_of(last_tick)
