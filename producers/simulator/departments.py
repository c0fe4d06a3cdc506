"""What bureaus and counties report of the whole year: what the rated targets rest on."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from plan.messages import Cell
from plan.model import Form
from plan.periods import Period
from producers.simulator.chance import stream
from producers.simulator.events import CAPACITIES_WAN_T, PROJECT_YI_YUAN, PROJECTS
from producers.simulator.sending import Sending, make_return, on_time, periods_of, sending_of
from producers.simulator.setup import YEARS, Setup, Yearly
from producers.simulator.totals import Totals
from producers.simulator.upgrades import SMART_2016, Upgrades

_HUNDREDTH = Decimal("0.01")
_SMART_MODELS = (2, 5, 7, 10)
"""Smart model enterprises of the county that has fewest, at the end of 2017 to 2020: ours."""


class Bureaus(msgspec.Struct, frozen=True, kw_only=True):
    """All that bureaus and counties know. ``areas``: the area of each county government."""

    setup: Setup
    yearly: Yearly
    totals: Totals
    upgrades: Upgrades
    areas: Mapping[str, str]

    def returns(self, forms: Mapping[str, Form]) -> Iterator[Sending]:
        """The returns of every department and county form without rows, of each unit on its roster."""
        chance = stream(self.setup.seed, "departments")
        for form in forms.values():
            if form.roster_groups or form.rows is not None:
                continue
            for period in periods_of(form):
                for unit in form.roster:
                    early = float(chance.random())
                    if form.id not in self.setup.forms or not self.setup.covers(period):
                        continue
                    day = on_time(form, period, early)
                    figures = self.figures(form.id, unit, period)
                    cells = [Cell(item=item, value=float(value)) for item, value in figures.items()]
                    yield sending_of(make_return(form, unit, str(period), cells, day))

    def figures(self, form_id: str, unit: str, period: Period) -> Mapping[str, Decimal]:
        """The figures of one return: those of the scenario or of the enterprises, else those of departments.yaml."""
        at = YEARS.index(period.year)
        if form_id.startswith("xuchang-county-"):
            found = self._county(form_id, self.areas[unit], at)
            return {item: Decimal(count) for item, count in found.items()}
        match form_id:
            case "xuchang-energy-annual" | "xuchang-industry-revenue-annual" | "xuchang-value-added-annual":
                return self._economy(form_id, at)
            case "xuchang-manufacturing-investment-annual":
                return {"manufacturing-investment-growth": self.setup.scenario.investment_growth_pct[at - 1]}
            case "xuchang-smart-enterprises-annual":
                counties = len(self.areas)
                done = counties * sum((SMART_2016, *self.setup.scenario.smart_renovations)[: at + 1])
                return {"smart-renovated": Decimal(done), **self._as_listed(form_id, at)}
            case "xuchang-coal-exit-monthly" | "xuchang-key-projects-quarterly":
                return self._of_2017(form_id, period)
            case _:
                return self._as_listed(form_id, at)

    def _as_listed(self, form_id: str, at: int) -> Mapping[str, Decimal]:
        return {item: values[at] for item, values in self.yearly[form_id].items()}

    def _county(self, form_id: str, area: str, at: int) -> Mapping[str, int]:
        match form_id:
            case "xuchang-county-upgrade-annual":
                return {
                    "enterprises-upgraded": self.upgrades.upgraded(area, at),
                    "above-scale-enterprises": self.upgrades.above_scale(area),
                }
            case "xuchang-county-smart-annual":
                return {
                    "smart-renovations": self.setup.scenario.smart_renovations[at - 1],
                    "smart-models": self.upgrades.smart_models(area, _SMART_MODELS[at - 1]),
                }
            case "xuchang-county-robots-annual":
                return {"robot-users": self.upgrades.robot_users(area, at)}
            case _:
                raise KeyError(form_id)  # a county form of which the simulator knows nothing yet

    def _economy(self, form_id: str, at: int) -> Mapping[str, Decimal]:
        totals = self.totals
        match form_id:
            case "xuchang-energy-annual":
                return {"industrial-energy": totals.energy[at], "industrial-value-added": totals.value_added[at]}
            case "xuchang-industry-revenue-annual":
                sei = _rounded(totals.revenue[at] * self.setup.scenario.sei_share_pct[at] / 100)
                return {"sei-revenue": sei, "above-scale-revenue": totals.revenue[at]}
            case _:
                whole = totals.value_added[at] * Decimal("1.1")
                parts = {"high-tech-value-added": Decimal(36 + 4 * at), "sei-value-added": Decimal(39 + 3 * at)}
                made = {item: _rounded(whole * pct / 100) for item, pct in parts.items()}
                return {"total-industrial-value-added": _rounded(whole), **made}

    def _of_2017(self, form_id: str, period: Period) -> Mapping[str, Decimal]:
        scenario, month = self.setup.scenario, period.last_month
        if form_id == "xuchang-key-projects-quarterly":
            done = scenario.projects_done_pct[month // 3 - 2]
            return {
                "key-project-investment": Decimal(PROJECT_YI_YUAN * done) / 100,
                "key-projects-listed": Decimal(PROJECTS),
            }
        closed = scenario.mines_closed[month - 6]
        # What is closed is accepted a month later.
        accepted = scenario.mines_closed[month - 7] if month > 6 else 0
        return {
            "mines-closed-ytd": Decimal(closed),
            "mines-accepted-ytd": Decimal(accepted),
            "mine-capacity-retired-ytd": Decimal(sum(CAPACITIES_WAN_T[:closed])),
        }


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_HUNDREDTH, ROUND_HALF_UP)
