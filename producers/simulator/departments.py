"""What bureaus and counties report of the whole year: what the rated targets rest on."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from plan.messages import Cell
from plan.model import Form
from plan.periods import Period
from producers.simulator.chance import stream
from producers.simulator.events import CAPACITIES_WAN_T, PROJECT_YI_YUAN, PROJECTS
from producers.simulator.sending import Sending, make_return, on_time, periods_of, sending_of
from producers.simulator.setup import YEARS, Setup
from producers.simulator.totals import Totals

Figures = Mapping[str, Decimal]
_HUNDREDTH = Decimal("0.01")


def department_returns(
    setup: Setup, forms: Mapping[str, Form], yearly: Mapping[str, Mapping[str, tuple[Decimal, ...]]], totals: Totals
) -> Iterator[Sending]:
    """The returns of every department and county form without rows, of each unit on its roster."""
    chance = stream(setup.seed, "departments")
    for form in forms.values():
        if form.roster_groups or form.rows is not None or form.id not in setup.forms:
            continue
        for period in periods_of(form):
            figures = figures_of(setup, form.id, period, yearly, totals)
            for unit in form.roster:
                early = float(chance.random())
                if not setup.covers(period):
                    continue
                day = on_time(form, period, early)
                cells = [Cell(item=item, value=float(value)) for item, value in figures.items()]
                yield sending_of(make_return(form, unit, str(period), cells, day))


def figures_of(
    setup: Setup, form_id: str, period: Period, yearly: Mapping[str, Mapping[str, tuple[Decimal, ...]]], totals: Totals
) -> Figures:
    """The figures of one form for one period: those of the scenario, else those of departments.yaml."""
    at = YEARS.index(period.year)
    scenario = setup.scenario
    match form_id:
        case "xuchang-energy-annual":
            return {"industrial-energy": totals.energy[at], "industrial-value-added": totals.value_added[at]}
        case "xuchang-industry-revenue-annual":
            share = scenario.sei_share_pct[at] / 100
            sei = (totals.revenue[at] * share).quantize(_HUNDREDTH, ROUND_HALF_UP)
            return {"sei-revenue": sei, "above-scale-revenue": totals.revenue[at]}
        case "xuchang-value-added-annual":
            whole = totals.value_added[at] * Decimal("1.1")
            parts = {"high-tech-value-added": Decimal(36 + 4 * at), "sei-value-added": Decimal(39 + 3 * at)}
            made = {item: (whole * pct / 100).quantize(_HUNDREDTH, ROUND_HALF_UP) for item, pct in parts.items()}
            return {"total-industrial-value-added": whole.quantize(_HUNDREDTH, ROUND_HALF_UP), **made}
        case "xuchang-manufacturing-investment-annual":
            return {"manufacturing-investment-growth": scenario.investment_growth_pct[at - 1]}
        case "xuchang-county-smart-annual":
            models = (2, 5, 7, 10)[at - 1]
            return {"smart-renovations": Decimal(scenario.smart_renovations[at - 1]), "smart-models": Decimal(models)}
        case "xuchang-coal-exit-monthly":
            closed = scenario.mines_closed[period.last_month - 6]
            accepted = scenario.mines_closed[max(0, period.last_month - 7)] if period.last_month > 6 else 0
            capacity = sum(CAPACITIES_WAN_T[:closed])
            return {
                "mines-closed-ytd": Decimal(closed),
                "mines-accepted-ytd": Decimal(accepted),
                "mine-capacity-retired-ytd": Decimal(capacity),
            }
        case "xuchang-key-projects-quarterly":
            done = scenario.projects_done_pct[period.last_month // 3 - 2]
            invested = Decimal(PROJECT_YI_YUAN * done) / 100
            return {"key-project-investment": invested, "key-projects-listed": Decimal(PROJECTS)}
        case _:
            return {item: values[at] for item, values in yearly[form_id].items()}
