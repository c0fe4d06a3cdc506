"""What a scenario must end in, worked out from its parameters alone: nothing of the rating engine is used here.

The rules are those of the plan's presets in words. Energy intensity (ndrc-2021): the year's task is met by a fall of
4.84 % (the even compound share of 18 % in four years), missed by a smaller fall (middle) or a rise (severe); progress
is met when the chain of changes is below that path, and achieved when it is below the whole. Counts, shares and yearly
floors (ndrc-2020): met, missed by up to a tenth of what is asked (mild), missed by more (severe).
"""

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

import msgspec

from plan.due import deadline_at, start_of
from plan.model import Plan
from plan.periods import parse_period
from producers.simulator.setup import YEARS, Setup

_TASK_PCT = Fraction("4.84")
_WHOLE_LEFT = Fraction(82, 100)
_EACH_YEAR = 4
_MILD = Fraction(1, 10)


class ExpectedStatus(msgspec.Struct, frozen=True):
    """One status to be found: the newest assessment of a target, area, yardstick and period by the alerting preset."""

    target: str
    area: str
    yardstick: str
    period: str
    status: str
    reason: str = ""


def expected_statuses(setup: Setup, plan: Plan, last_tick: dt.date) -> tuple[ExpectedStatus, ...]:
    """The statuses of the targets that the scenarios are about, for every period that the simulation covers."""
    found = [each for each in _told(setup, plan) if setup.covers(parse_period(each.period))]
    return tuple(_silenced(each, setup, plan, last_tick) for each in found)


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
    for month, done in zip((6, 9, 12), scenario.projects_done_pct, strict=True):
        status = "achieved" if month == 12 and done >= 100 else _amount(Fraction(done), Fraction(100 * month, 12))
        yield _city("key-projects-2017", "plan_progress", f"2017-01..{month:02d}", status)
    base, *later = map(Fraction, scenario.sei_share_pct)
    for at, share in enumerate(later, 1):
        asked = base + (60 - base) * at / _EACH_YEAR
        status = "achieved" if share >= 60 else _amount(share, asked)
        yield _city("sei-revenue-share-2020", "plan_progress", str(YEARS[at]), status)


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


def _silenced(each: ExpectedStatus, setup: Setup, plan: Plan, last_tick: dt.date) -> ExpectedStatus:
    """Nothing is green once nobody reports: what was not handed in before is not assessed, overdue."""
    silent = setup.scenario.silent_from
    if silent is None:
        return each
    target = next(one for one in plan.targets if one.id == each.target)
    indicator = next(one for one in plan.indicators if one.id == target.indicator)
    form = next(one for one in plan.forms if one.id == indicator.form)
    deadline = deadline_at(form, parse_period(each.period))
    # Returns come at most six days before they are due.
    if deadline < start_of(silent) or deadline >= start_of(last_tick):
        return each
    return msgspec.structs.replace(each, status="not_assessed", reason="overdue")
