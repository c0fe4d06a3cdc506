"""One small simulation that the tests of the simulator look at."""

from collections.abc import Callable

import pytest

from broker.places import PLANS
from plan.contract import decode_return
from plan.loader import load_plan
from plan.messages import Return
from plan.periods import parse_period
from producers.simulator.plan_folder import PLAN_ID
from producers.simulator.population import draw
from producers.simulator.setup import Setup, load_scenarios
from producers.simulator.simulation import Simulation, simulate
from producers.simulator.world import all_returns


@pytest.fixture(scope="session")
def make_setup() -> Callable[..., Setup]:
    """Factory: a setup of all forms; keyword arguments replace its parts."""
    forms = frozenset(form.id for form in load_plan(PLANS / PLAN_ID).forms)

    def make(scenario: str = "on-track", **changes: object) -> Setup:
        usual: dict[str, object] = {
            "seed": 7,
            "first": parse_period("2016-01"),
            "last": parse_period("2020-12"),
            "scale": 0.02,
            "meter_days": 2,
            "forms": forms,
        }
        return Setup(scenario_id=scenario, scenario=load_scenarios()[scenario], **{**usual, **changes})

    return make


@pytest.fixture(scope="session")
def simulation(make_setup: Callable[..., Setup], tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    """The scenario on-track at a fiftieth of the city."""
    return simulate(make_setup(), tmp_path_factory.mktemp("simulated"))


@pytest.fixture(scope="session")
def good(simulation: Simulation, make_setup: Callable[..., Setup]) -> tuple[Return, ...]:
    """The returns before anything is planted."""
    setup = make_setup()
    return tuple(decode_return(each.payload) for each in all_returns(setup, simulation.plan, draw(setup)))
