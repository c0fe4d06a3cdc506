"""The registers that departments keep: mines that close in stages, projects, permits, recognitions and the rest.

Every month has a return; a month without events reports zero (零报告).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from plan.messages import Cell
from plan.model import Form
from plan.periods import Period
from producers.simulator.chance import stream
from producers.simulator.population import Population
from producers.simulator.sending import Sending, make_return, on_time, periods_of, sending_of
from producers.simulator.setup import Setup

MINES = 14
CAPACITIES_WAN_T = (45, 30, 30, 30, 21, 21, 21, 15, 15, 15, 15, 15, 18, 15)
"""Capacity of each mine; together the 3.06 Mt of the plan, the division is ours."""
_STEPS = ("planned", "started", "power-cut", "sealed", "self-checked", "accepted", "publicised", "spot-checked")
PROJECTS, PROJECT_YI_YUAN = 110, 396
_TRADES = (
    "foundry",
    "chemicals",
    "galvanising",
    "smelting",
    "ceramics",
    "hair-sorting",
    "bean-products",
    "sweet-potato",
)
_MILESTONES = ("planned", "started", "topped-out", "equipped", "in-production")

Rows = list[list[Cell]]
Monthly = Mapping[tuple[str, str], Rows]
"""Rows of each reporting unit and period."""


def event_returns(setup: Setup, form: Form, rows: Monthly, units: Sequence[str]) -> Iterator[Sending]:
    """A return of each unit for each period of a form with rows, with what happened then or with zero."""
    assert form.rows is not None
    chance = stream(setup.seed, "events", form.id)
    for period in filter(setup.covers, periods_of(form)):
        for unit in units:
            found = rows.get((unit, str(period)), [])
            cells = [Cell(item=form.rows.count_item, value=float(len(found))), *(cell for row in found for cell in row)]
            day = on_time(form, period, float(chance.random()))
            yield sending_of(make_return(form, unit, str(period), cells, day))


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
            cells = [
                Cell(item="state", text=step, row=row),
                Cell(item="capacity", value=float(CAPACITIES_WAN_T[number]), row=row),
                Cell(item="event-date", text=day.isoformat(), row=row),
            ]
            rows = found[unit, f"{day.year}-{day.month:02d}"]
            # Two steps of a mine in one month: the later one is what the month reports.
            rows[:] = [each for each in rows if each[0].row != row] + [cells]
    return found


def project_rows(setup: Setup, form: Form, unit: str) -> Monthly:
    """The closed list of 110 projects: the investment of 2017 follows the scenario, later years go on evenly."""
    areas = [code.id for item in form.items if item.id == "county" for code in item.codes]
    found: dict[tuple[str, str], Rows] = {}
    by_half, by_autumn, whole = setup.scenario.projects_done_pct
    for period in periods_of(form):
        done = _done_pct(period, by_half, by_autumn, whole)
        rows: Rows = []
        for number in range(PROJECTS):
            row, plan = f"P{number + 1:03d}", round(PROJECT_YI_YUAN / PROJECTS, 2)
            stage = min(len(_MILESTONES) - 1, int((period.year - 2017) * 1.3 + done / 50))
            rows.append(
                [
                    Cell(item="name", text=f"模拟项目{number + 1:03d}", row=row),
                    Cell(item="county", text=areas[number % len(areas)], row=row),
                    Cell(item="total-investment", value=round(plan * 2.6, 2), row=row),
                    Cell(item="year-plan", value=plan, row=row),
                    Cell(item="invested-ytd", value=round(plan * done / 100, 2), row=row),
                    Cell(item="milestone", text=_MILESTONES[stage], row=row),
                ]
            )
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


def small_trade_rows(setup: Setup, units: Sequence[str]) -> Monthly:
    """Each county moves a small workshop or two into a park each month."""
    chance = stream(setup.seed, "small trades")
    found: dict[tuple[str, str], Rows] = defaultdict(list)
    for place, unit in enumerate(units):
        for month in range(60):
            for number in range(int(chance.integers(0, 3))):
                row = f"ST-{place}{month:02d}{number}"
                day = dt.date(2016 + month // 12, month % 12 + 1, 12 + number)
                cells = [
                    Cell(item="trade", text=_TRADES[(month + number) % len(_TRADES)], row=row),
                    Cell(item="state", text="relocated" if number == 0 else "closed", row=row),
                    Cell(item="event-date", text=day.isoformat(), row=row),
                ]
                found[unit, f"{day.year}-{day.month:02d}"].append(cells)
    return found


def permit_rows(setup: Setup, people: Population, unit: str) -> Monthly:
    """Every source gets its permit in the second half of 2017, valid for three years."""
    found: dict[tuple[str, str], Rows] = defaultdict(list)
    for at, source in enumerate(people.sources):
        row, day = f"PW-{at + 1:04d}", dt.date(2017, 7 + at % 6, 15)
        size = float(people.sizes[source])
        cells = [
            Cell(item="event", text="issued", row=row),
            Cell(item="source-unit", text=people.ids[source], row=row),
            Cell(item="event-date", text=day.isoformat(), row=row),
            *(
                Cell(item=item, value=round(mean * size * 4.4, 1), row=row)
                for item, mean in (("so2-limit", 8.0), ("nox-limit", 21.0), ("dust-limit", 2.4))
            ),
            Cell(item="valid-until", text=day.replace(year=2020).isoformat(), row=row),
        ]
        found[unit, f"2017-{day.month:02d}"].append(cells)
    return found


def recognition_rows(setup: Setup, people: Population, unit: str) -> Monthly:
    """High-tech enterprises are recognised in November of each year, after an application in July."""
    chance = stream(setup.seed, "recognitions")
    found: dict[tuple[str, str], Rows] = defaultdict(list)
    for year in range(2016, 2021):
        for at in sorted(map(int, chance.choice(len(people.ids), min(24, len(people.ids)), replace=False))):
            for month, state in ((7, "applied"), (11, "granted")):
                row = people.ids[at]
                cells = [
                    Cell(item="kind", text="high-tech", row=row),
                    Cell(item="state", text=state, row=row),
                    Cell(item="event-date", text=f"{year}-{month:02d}-20", row=row),
                    Cell(item="level", text="national", row=row),
                ]
                found[unit, f"{year}-{month:02d}"].append(cells)
    return found


def plant_rows(form: Form, unit: str) -> Monthly:
    """A few solar plants and, from 2018 on, a wind farm, each month with its generation."""
    found: dict[tuple[str, str], Rows] = {}
    for period in periods_of(form):
        rows: Rows = []
        for number in range(1, 4 + period.year - 2016):
            row = f"PV-{number:03d}"
            sun = 60 + 60 * (1 - abs(period.last_month - 6.5) / 6)
            rows.append(
                [
                    Cell(item="kind", text="solar", row=row),
                    Cell(item="capacity", value=100.0, row=row),
                    Cell(item="generation", value=round(100 * sun, 1), row=row),
                ]
            )
        found[unit, str(period)] = rows
    return found
