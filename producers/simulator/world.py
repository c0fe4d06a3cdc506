"""Everything a simulated city would hand in, in the order of its calendar. Pure but for the data files."""

from collections.abc import Iterator

from plan.model import Form, Plan
from producers.simulator.departments import Bureaus
from producers.simulator.emissions import execution_returns, hourly_returns
from producers.simulator.energy import EnergyYears, energy_returns, meter_returns
from producers.simulator.enterprises import EnterpriseYears, enterprise_returns
from producers.simulator.events import Monthly, event_returns, mine_steps, project_rows
from producers.simulator.permits import permit_rows
from producers.simulator.population import Population
from producers.simulator.registers import ledger_rows, plant_rows, recognition_rows, rename_rows, small_trade_rows
from producers.simulator.sending import Sending
from producers.simulator.setup import Setup, Yearly, load_departments
from producers.simulator.totals import totals_of
from producers.simulator.upgrades import Equipment, Upgrades


def all_returns(setup: Setup, plan: Plan, people: Population) -> tuple[Sending, ...]:
    """The good returns of a simulation, before anything is planted in them."""
    silent = setup.scenario.silent_from
    found = (each for each in _returns(setup, plan, people) if silent is None or each.day < silent)
    return tuple(sorted(found, key=lambda each: each.order))


def _returns(setup: Setup, plan: Plan, people: Population) -> Iterator[Sending]:
    forms = {form.id: form for form in plan.forms}
    yearly, totals = load_departments(), totals_of(setup)
    areas = {unit.id: unit.area for unit in plan.units if unit.id in forms["xuchang-county-smart-annual"].roster}
    equipment = Equipment(
        tools=_counts(yearly, "xuchang-cnc-annual", "production-equipment"),
        controlled=_counts(yearly, "xuchang-cnc-annual", "controlled-equipment"),
        with_cio=_counts(yearly, "xuchang-cio-annual", "enterprises-with-cio"),
        robot_users=_counts(yearly, "xuchang-county-robots-annual", "robot-users"),
    )
    upgrades = Upgrades(setup, people, tuple(areas.values()), equipment)
    bureaus = Bureaus(setup=setup, yearly=yearly, totals=totals, upgrades=upgrades, areas=areas)
    yield from bureaus.returns(forms)
    enterprises = EnterpriseYears(setup, people, totals)
    energy = EnergyYears(setup, people, totals)
    for form in (each for each in plan.forms if each.id in setup.forms):
        match form.id:
            case "enterprise-monthly":
                yield from enterprise_returns(setup, form, people, enterprises, upgrades)
            case "energy-monthly":
                yield from energy_returns(setup, form, people, energy, enterprises)
            case "energy-meter-daily":
                yield from meter_returns(setup, form, people, energy)
            case "emission-hourly-daily":
                yield from hourly_returns(setup, form, people)
            case "permit-execution-quarterly":
                yield from execution_returns(setup, form, people)
            case _ if form.rows is not None:
                yield from event_returns(setup, form, _rows(setup, form, plan, people, yearly), form.roster)


def _counts(yearly: Yearly, form: str, item: str) -> tuple[int, ...]:
    return tuple(map(int, yearly[form][item]))


def _rows(setup: Setup, form: Form, plan: Plan, people: Population, yearly: Yearly) -> Monthly:
    unit = form.roster[0]
    match form.id:
        case "capacity-events-monthly":
            return mine_steps(setup, unit)
        case "projects-monthly":
            return project_rows(setup, form, unit)
        case "small-trades-events-monthly":
            return small_trade_rows(setup, form.roster, yearly)
        case "permit-events-monthly":
            return permit_rows(setup, people, yearly, unit)
        case "recognitions-monthly":
            return recognition_rows(setup, people, yearly)
        case "renewable-plants-monthly":
            return plant_rows(form, unit, yearly)
        case "enterprise-events-monthly":
            return rename_rows(setup, people, unit)
        case "ledger-monthly":
            return ledger_rows(form, plan)
        case _:
            raise KeyError(form.id)  # a form with rows of which the simulator knows nothing yet
