"""Forms with rows: what happened in a month. Mines that close in stages, and the list of projects.

Every month has a return; a month without events reports zero (零报告).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from plan.messages import Cell
from plan.model import Form
from plan.periods import Period
from producers.simulator.chance import stream
from producers.simulator.seasons import apportion
from producers.simulator.sending import Sending, make_return, on_time, periods_of, sending_of
from producers.simulator.setup import Setup

MINES = 14
CAPACITIES_WAN_T = (45, 30, 30, 30, 21, 21, 21, 15, 15, 15, 15, 15, 18, 15)
"""Capacity of each mine; together the 3.06 Mt of the plan, the division is ours."""
_STEPS = ("planned", "started", "power-cut", "sealed", "self-checked", "accepted", "publicised", "spot-checked")
PROJECTS, PROJECT_YI_YUAN, _PROJECT_SPREAD = 110, 396, 0.7
_MILESTONES = ("planned", "started", "topped-out", "equipped", "in-production")

Rows = list[list[Cell]]
Monthly = Mapping[tuple[str, str], Rows]
"""Rows of each reporting unit and period."""


def event_returns(setup: Setup, form: Form, rows: Monthly, units: Sequence[str]) -> Iterator[Sending]:
    """A return of each unit for each period of a form with rows, with what happened then or with zero."""
    assert form.rows is not None
    chance = stream(setup.seed, "events", form.id)
    for period in periods_of(form):
        for unit in units:
            early = float(chance.random())
            if not setup.covers(period):
                continue
            found = rows.get((unit, str(period)), [])
            cells = [Cell(item=form.rows.count_item, value=float(len(found))), *(cell for row in found for cell in row)]
            day = on_time(form, period, early)
            yield sending_of(make_return(form, unit, str(period), cells, day))


def row_of(row: str, cells: Mapping[str, str | float]) -> list[Cell]:
    """One row: numbers are values, the rest is text."""
    return [
        Cell(item=item, text=given, row=row) if isinstance(given, str) else Cell(item=item, value=given, row=row)
        for item, given in cells.items()
    ]


def month_key(day: dt.date) -> str:
    """The month of a day, as a reference period."""
    return f"{day.year}-{day.month:02d}"


def mine_steps(setup: Setup, unit: str) -> Monthly:
    """Each mine goes through its steps; it is sealed in the month in which the scenario closes it."""
    found: dict[tuple[str, str], Rows] = defaultdict(list)
    closed = setup.scenario.mines_closed
    for number in range(MINES):
        month = 6 + next(at for at, count in enumerate(closed) if number < count)
        for at, step in enumerate(_STEPS):
            # Sealed is the fourth step; those before lie a month apart, those after half a month.
            day = dt.date(2017, month, 20) + dt.timedelta(days=(at - 3) * (30 if at < 3 else 14))
            row = f"XC-M{number + 1:02d}"
            capacity = float(CAPACITIES_WAN_T[number])
            cells = row_of(row, {"state": step, "capacity": capacity, "event-date": day.isoformat()})
            rows = found[unit, month_key(day)]
            # Two steps of a mine in one month: the later one is what the month reports.
            rows[:] = [each for each in rows if each[0].row != row] + [cells]
    return found


def project_rows(setup: Setup, form: Form, unit: str) -> Monthly:
    """The closed list of 110 projects: the investment of 2017 follows the scenario, later years go on evenly."""
    areas = [code.id for item in form.items if item.id == "county" for code in item.codes]
    chance = stream(setup.seed, "projects")
    # In hundredths, so that the year's plans add up to the city's to the last digit.
    plans = apportion(chance.lognormal(0.0, _PROJECT_SPREAD, PROJECTS), PROJECT_YI_YUAN * 100) / 100
    places = chance.integers(0, len(areas), PROJECTS)
    found: dict[tuple[str, str], Rows] = {}
    for period in periods_of(form):
        done = _done_pct(period, *setup.scenario.projects_done_pct)
        rows: Rows = []
        for number, plan in enumerate(map(float, plans)):
            stage = int((period.year - 2017) * 1.3 + (done + number % 40) / 60)
            cells: dict[str, str | float] = {
                "name": f"模拟项目{number + 1:03d}",
                "county": areas[places[number]],
                "total-investment": round(plan * 2.6, 2),
                "year-plan": plan,
                "invested-ytd": round(plan * done / 100, 2),
                "milestone": _MILESTONES[min(len(_MILESTONES) - 1, stage)],
            }
            rows.append(row_of(f"P{number + 1:03d}", cells))
        found[unit, str(period)] = rows
    return found


def _done_pct(period: Period, by_half: int, by_autumn: int, whole: int) -> float:
    month = period.last_month
    if period.year > 2017:
        return 100 * month / 12
    known = {6: by_half, 9: by_autumn, 12: whole}
    before = max((at for at in known if at <= month), default=6)
    after = min(at for at in known if at >= month)
    if before == after:
        return float(known[before])
    return known[before] + (known[after] - known[before]) * (month - before) / (after - before)
