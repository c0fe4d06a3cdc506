"""Everything a simulated city would hand in, in the order of its calendar. Pure but for the data files."""

from collections.abc import Iterator

from plan.model import Form, Plan
from producers.simulator.departments import department_returns
from producers.simulator.emissions import execution_returns, hourly_returns
from producers.simulator.energy import EnergyYears, energy_returns, meter_returns
from producers.simulator.enterprises import EnterpriseYears, enterprise_returns
from producers.simulator.events import (  # fmt: skip
    Monthly,
    event_returns,
    mine_steps,
    permit_rows,
    plant_rows,
    project_rows,
    recognition_rows,
    small_trade_rows,
)
from producers.simulator.population import Population
from producers.simulator.sending import Sending
from producers.simulator.setup import Setup, load_departments
from producers.simulator.totals import totals_of

DAILY = frozenset({"energy-meter-daily", "emission-hourly-daily"})
"""Forms of which only the last days are simulated: all days at full scale would be 52 million cells."""


def all_returns(setup: Setup, plan: Plan, people: Population) -> tuple[Sending, ...]:
    """The good returns of a simulation, before anything is planted in them."""
    forms = {form.id: form for form in plan.forms}
    silent = setup.scenario.silent_from
    found = (each for each in _returns(setup, forms, people) if silent is None or each.day < silent)
    return tuple(sorted(found, key=lambda each: each.order))


def _returns(setup: Setup, forms: dict[str, Form], people: Population) -> Iterator[Sending]:
    totals = totals_of(setup)
    yield from department_returns(setup, forms, load_departments(), totals)
    if "enterprise-monthly" in setup.forms:
        made = EnterpriseYears(setup, people, totals)
        yield from enterprise_returns(setup, forms["enterprise-monthly"], people, made)
    if setup.forms & {"energy-monthly", "energy-meter-daily"}:
        energy = EnergyYears(setup, people, totals)
        if "energy-monthly" in setup.forms:
            yield from energy_returns(setup, forms["energy-monthly"], people, energy)
        if "energy-meter-daily" in setup.forms:
            yield from meter_returns(setup, forms["energy-meter-daily"], people, energy)
    if "emission-hourly-daily" in setup.forms:
        yield from hourly_returns(setup, forms["emission-hourly-daily"], people)
    if "permit-execution-quarterly" in setup.forms:
        yield from execution_returns(setup, forms["permit-execution-quarterly"], people)
    for form in forms.values():
        if form.id in setup.forms and form.id not in DAILY and form.rows is not None:
            yield from event_returns(setup, form, _rows(setup, form, people), form.roster)


def _rows(setup: Setup, form: Form, people: Population) -> Monthly:
    unit = form.roster[0]
    match form.id:
        case "capacity-events-monthly":
            return mine_steps(setup, unit)
        case "projects-monthly":
            return project_rows(setup, form, unit)
        case "small-trades-events-monthly":
            return small_trade_rows(setup, form.roster)
        case "permit-events-monthly":
            return permit_rows(setup, people, unit)
        case "recognitions-monthly":
            return recognition_rows(setup, people, "xuchang-science")
        case "renewable-plants-monthly":
            return plant_rows(form, unit)
        case _:
            return {}  # the register did not change and the ledger is empty: reports of zero
