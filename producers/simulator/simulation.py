"""One simulation as a whole: plan, returns with their faults, calendar, truth."""

import datetime as dt
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

import msgspec

from plan.book import PlanBook
from plan.contract import check_return, decode_return
from plan.due import expected_slices
from plan.faults import Fault, Refused
from plan.model import Plan
from plan.periods import LOCAL_ZONE
from producers.simulator.plan_folder import write_plan
from producers.simulator.planting import expected_counts, plant
from producers.simulator.population import draw, register
from producers.simulator.sending import Sending
from producers.simulator.setup import Setup
from producers.simulator.spoilers import Planted
from producers.simulator.truth import ExpectedStatus, ExpectedValue, expected_statuses, expected_values
from producers.simulator.world import all_returns

_DAY = dt.timedelta(days=1)


class Simulation(msgspec.Struct, frozen=True):
    """What will be sent, day by day, and what is to come of it."""

    plan: Plan
    sendings: tuple[Sending, ...]
    truth: tuple[Planted, ...]
    statuses: tuple[ExpectedStatus, ...]
    values: tuple[ExpectedValue, ...]
    last_tick: dt.date

    @property
    def by_day(self) -> Mapping[dt.date, tuple[Sending, ...]]:
        """The sendings of each day on which there are any."""
        return {day: tuple(found) for day, found in groupby(self.sendings, key=lambda each: each.day)}

    @property
    def first_day(self) -> dt.date:
        """The plan's first day, or that of an earlier return."""
        return min([self.plan.first_day, *(each.day for each in self.sendings[:1])])


def simulate(setup: Setup, out: Path) -> Simulation:
    """Make a simulation; its plan is written under ``out``. Raises NotOurs."""
    people = draw(setup)
    plan = write_plan(out, register(people), setup)
    good = all_returns(setup, plan, people)
    sendings, truth = plant(good, {form.id: form for form in plan.forms}, setup.seed)
    last = _last_tick(setup, plan, sendings)
    return Simulation(
        plan=plan,
        sendings=sendings,
        truth=truth,
        statuses=expected_statuses(setup, plan, last),
        values=expected_values(setup, plan, last),
        last_tick=last,
    )


def wrongly_made(simulation: Simulation, now: dt.datetime) -> tuple[tuple[Sending, tuple[Fault, ...]], ...]:
    """Sendings that should keep the contract and do not: a fault of the simulator, never sent."""
    book = PlanBook((simulation.plan,))
    found = []
    for each in simulation.sendings:
        if not each.is_good:
            continue
        try:
            check_return(decode_return(each.payload), book, each.sender_id, each.form, now)
        except Refused as refused:
            found.append((each, refused.faults))
    return tuple(found)


def summary(setup: Setup, simulation: Simulation) -> dict[str, object]:
    """The truth in short: what was sent, what is expected to become of it, the statuses that must come out."""
    return {
        "scenario": setup.scenario_id,
        "seed": setup.seed,
        "scale": setup.scale,
        "sent": len(simulation.sendings),
        "planted": expected_counts(simulation.truth),
        "last_tick": simulation.last_tick,
        "values": simulation.values,
        "statuses": simulation.statuses,
    }


def _last_tick(setup: Setup, plan: Plan, sendings: tuple[Sending, ...]) -> dt.date:
    """The day after everything asked for is handed in or overdue."""
    book = PlanBook((plan,))
    view = book.views[plan.id]
    due = [moment for each, moment in expected_slices(view) if each.period[:4] <= str(setup.last.year)]
    last = max(moment.astimezone(LOCAL_ZONE).date() for moment in due)
    return max([last, *(each.day for each in sendings[-1:])]) + _DAY
