"""Registers that grow as the yearly counts say: recognitions, small trades, plants, names, the ledger of tasks.

Each kind of event adds up, year by year, to what the same bureau reports for the year.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import numpy as np

from plan.model import Form, Plan
from producers.simulator.chance import stream
from producers.simulator.events import Monthly, Rows, month_key, row_of
from producers.simulator.population import Population, industry_code
from producers.simulator.seasons import apportion
from producers.simulator.sending import periods_of
from producers.simulator.setup import YEARS, Setup, Yearly

_RECOGNITIONS = (
    ("high-tech", "national", "xuchang-science", 11, "xuchang-high-tech-enterprises-annual", "high-tech-enterprises"),
    ("rd-institution", "provincial", "xuchang-science", 10, "xuchang-rd-institutions-annual", "enterprises-with-rd"),
    ("incubator", "provincial", "xuchang-science", 9, "xuchang-incubators-annual", "incubators"),
    ("smart-factory", "provincial", "xuchang-iit", 11, "xuchang-smart-factories-annual", "smart-factories"),
    ("green-factory", "provincial", "xuchang-iit", 10, "xuchang-green-enterprises-annual", "green-factories"),
    ("brand", "national", "xuchang-quality", 12, "xuchang-national-brands-annual", "national-brands"),
)
"""Kind, level, who reports it, month in which it is granted, and the yearly count that it adds to."""
_APPLIED_BEFORE, _FAIL_OF = 4, 5
"""Months between application and recognition; of so many recognised, one more had applied in vain: ours."""

_TRADES = (
    "foundry", "chemicals", "galvanising", "smelting", "ceramics", "hair-sorting", "bean-products", "sweet-potato",
)  # fmt: skip
_TRADES_BY_COUNTY = np.array([0.30, 0.27, 0.12, 0.16, 0.05, 0.10])
_LARGEST_PLANT_MW = 110
_HOURS = {"solar": (60, 60), "wind": (150, 20)}
"""Full-load hours of a month: the least, and how many more at midsummer."""
_LEDGER_ENTRIES = 6


def recognition_rows(setup: Setup, people: Population, yearly: Yearly) -> Monthly:
    """Applications, and four months later what is granted: as many as the yearly counts grow by."""
    found: dict[tuple[str, str], Rows] = defaultdict(list)
    for kind, level, unit, month, form, item in _RECOGNITIONS:
        # Young firms below the scale are recognised too; incubators are no enterprises at all.
        order = stream(setup.seed, "recognitions", kind).permutation(len(people.ids))
        listed = [] if kind == "incubator" else [people.ids[at] for at in order]
        granted = growth(yearly[form][item])
        queue = [*listed, *(f"sim-{kind}-{number:03d}" for number in range(1, sum(granted) + _FAIL_OF))]
        done = 0
        for year, count in zip(YEARS, granted, strict=True):
            applied = queue[done : done + count + count // _FAIL_OF]
            for enterprises, state, at in (
                (applied, "applied", month - _APPLIED_BEFORE),
                (applied[:count], "granted", month),
            ):
                day = dt.date(year, at, 20)
                for row in enterprises:
                    cells = {"kind": kind, "state": state, "event-date": day.isoformat(), "level": level}
                    found[unit, month_key(day)].append(row_of(row, cells))
            done += count
    return found


def small_trade_rows(setup: Setup, units: Sequence[str], yearly: Yearly) -> Monthly:
    """All small workshops are listed in the first quarter of 2017; then they move into parks, year by year."""
    counts = yearly["xuchang-small-trades-annual"]
    listed = apportion(_TRADES_BY_COUNTY, int(counts["small-enterprises-listed"][0]))
    moved = [apportion(_TRADES_BY_COUNTY, int(total)) for total in counts["small-enterprises-moved"]]
    chance = stream(setup.seed, "small trades")
    found: dict[tuple[str, str], Rows] = defaultdict(list)
    for place, unit in enumerate(units):
        trades = chance.integers(0, len(_TRADES), int(listed[place]))
        steps = [(number, "listed", dt.date(2017, 1 + number % 3, 12)) for number in range(int(listed[place]))]
        for at, year in enumerate(YEARS[1:], 1):
            first, last = int(moved[at - 1][place]), int(moved[at][place])
            start = 4 if year == YEARS[1] else 1
            for number in range(first, last):
                month = start + (number - first) * (13 - start) // (last - first)
                steps.append((number, "relocated", dt.date(year, month, 1 + number % 28)))
        for number, state, day in steps:
            cells = {"trade": _TRADES[trades[number]], "state": state, "event-date": day.isoformat()}
            found[unit, month_key(day)].append(row_of(f"ST-{place + 1}-{number + 1:04d}", cells))
    return found


def plant_rows(form: Form, unit: str, yearly: Yearly) -> Monthly:
    """Every plant on the grid, each month, with its generation; capacities add up to those of the year's end."""
    plants: list[tuple[str, float, dt.date]] = []
    for kind, item in (("solar", "solar-capacity"), ("wind", "wind-capacity")):
        capacity = yearly["xuchang-renewables-annual"][item]
        for year, more in zip((2015, *YEARS[1:]), (int(capacity[0]), *growth(capacity)[1:]), strict=True):
            pieces = -(-more // _LARGEST_PLANT_MW)
            sizes = apportion(np.ones(pieces), more).tolist() if pieces else []
            plants += [(kind, float(size), dt.date(year, 6 + at % 6, 28)) for at, size in enumerate(sizes)]
    found: dict[tuple[str, str], Rows] = {}
    for period in periods_of(form):
        summer = 1 - abs(period.last_month - 6.5) / 6
        hours = {kind: least + more * summer for kind, (least, more) in _HOURS.items()}
        found[unit, str(period)] = [
            row_of(f"RE-{number:03d}", {
                "kind": kind, "capacity": mw, "generation": round(mw * hours[kind], 1), "grid-date": day.isoformat(),
            })
            for number, (kind, mw, day) in enumerate(plants, 1)
            if day <= period.end_date
        ]  # fmt: skip
    return found


def rename_rows(setup: Setup, people: Population, unit: str) -> Monthly:
    """Now and then an enterprise changes its name; nobody enters or leaves the register of a simulation."""
    chance = stream(setup.seed, "names")
    found: dict[tuple[str, str], Rows] = {}
    for year in YEARS:
        for month in sorted(map(int, chance.choice(np.arange(1, 13), 4, replace=False))):
            at, day = int(chance.integers(len(people.ids))), dt.date(year, month, 18)
            cells = {
                "event": "renamed", "name": f"模拟企业{people.ids[at][-4:]}（{year}年更名）", "area": people.areas[at],
                "industry": industry_code(people, at), "event-date": day.isoformat(),
            }  # fmt: skip
            found[unit, month_key(day)] = [row_of(people.ids[at], cells)]
    return found


def ledger_rows(form: Form, plan: Plan) -> Monthly:
    """A few of the plan's tasks of each bureau: not started, in progress, done once their deadline of 2017 is over."""
    found: dict[tuple[str, str], Rows] = {}
    for unit in form.roster:
        owner = unit.removeprefix("xuchang-")
        tasks = [target for target in plan.targets if owner in target.owners][:_LEDGER_ENTRIES]
        for place, period in enumerate(periods_of(form)):
            rows: Rows = []
            for number, task in enumerate(tasks, 1):
                is_over = task.deadline.startswith("2017") and period.year > 2017
                state = "done" if is_over else "not-started" if place < number % 3 else "in-progress"
                rows.append(row_of(f"{owner}-{number:02d}", {"clause": task.clause, "state": state}))
            found[unit, str(period)] = rows
    return found


def growth(counts: Sequence[Decimal]) -> list[int]:
    """By how much a count grows in each year; the first year is where it stands already, and shrinking is none."""
    return [0, *(max(0, int(now - before)) for before, now in pairwise(counts))]
