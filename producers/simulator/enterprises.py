"""What above-scale enterprises report each month: the year to date, adding up to the city's totals in December."""

from collections.abc import Iterator

import numpy as np

from plan.messages import Cell
from plan.model import Form
from producers.simulator.chance import stream
from producers.simulator.population import Population
from producers.simulator.seasons import monthly_shares, yearly_parts
from producers.simulator.sending import Sending, make_return, on_time, periods_of, sending_of
from producers.simulator.setup import YEARS, Setup
from producers.simulator.totals import Totals
from producers.simulator.upgrades import Upgrades

_WAN_PER_YI = 10_000
_OUTPUT_BY_REVENUE = 1.03
_MIDYEAR, _DONE_BY = 6, 9


class EnterpriseYears:
    """Revenue and value added of each enterprise, year and month, in 10 000 yuan."""

    def __init__(self, setup: Setup, people: Population, totals: Totals) -> None:
        revenue = np.array([float(total) * _WAN_PER_YI for total in totals.revenue])
        added = np.array([float(total) * _WAN_PER_YI for total in totals.value_added])
        shares = monthly_shares(setup.seed, len(people.ids))
        self.revenue = yearly_parts(setup.seed, "revenue", people.sizes, revenue)[:, :, None] * shares
        self.added = yearly_parts(setup.seed, "added", people.sizes, added)[:, :, None] * shares
        strategic = self.revenue[people.is_sei].sum(axis=(0, 2))
        asked = revenue * np.array([float(share) for share in setup.scenario.sei_share_pct]) / 100
        self.sei_part = asked / strategic
        """Part of strategic industries in what their enterprises sell, each year."""

    def output(self, at: int, year: int, month: int) -> float:
        """Gross output of one enterprise in one month; year and month are places."""
        return round(float(self.revenue[at, year, month]) * _OUTPUT_BY_REVENUE, 1)

    def to_date(self, year: int, month: int) -> tuple[np.ndarray, np.ndarray]:
        """Revenue and value added since January, to one decimal as enterprises report them."""
        at = YEARS.index(year)
        return tuple(np.round(each[:, at, :month].sum(axis=1), 1) for each in (self.revenue, self.added))


def enterprise_returns(
    setup: Setup, form: Form, people: Population, years: EnterpriseYears, upgrades: Upgrades
) -> Iterator[Sending]:
    """The monthly returns of all enterprises, form `enterprise-monthly`."""
    early = stream(setup.seed, "enterprises").random((len(people.ids), len(YEARS) * 12))
    staff = np.maximum(20, (people.sizes * 150).astype(int))
    for period in filter(setup.covers, periods_of(form)):
        year, month = YEARS.index(period.year), period.last_month
        revenue, added = years.to_date(period.year, month)
        owned, cnc, has_cio = upgrades.equipped(people.sizes, year, month)
        robots = upgrades.robots[:, year if month > _MIDYEAR else max(year - 1, 0)]
        prices = 1 + 0.012 * (year + 1)
        for at, unit in enumerate(people.ids):
            is_sei = bool(people.is_sei[at])
            cells = [
                Cell(item="output-value", value=round(float(revenue[at]) * _OUTPUT_BY_REVENUE, 1)),
                Cell(item="revenue", value=float(revenue[at])),
                Cell(item="value-added-current", value=round(float(added[at]) * prices, 1)),
                Cell(item="value-added-comparable", value=float(added[at])),
                Cell(item="sei-field", text=people.fields[at] if is_sei else "none"),
                Cell(item="rd-spending", value=round(float(revenue[at]) * 0.018, 1)),
                Cell(item="machine-tools", value=float(owned[at])),
                Cell(item="cnc-machine-tools", value=float(cnc[at])),
                Cell(item="robots", value=float(robots[at])),
                Cell(item="has-cio", text="yes" if has_cio[at] else "no"),
                Cell(item="renovation", text=_renovation(bool(upgrades.is_upgraded[at, year]), month)),
                Cell(item="smart-renovation", text=_renovation(bool(upgrades.is_smart[at, year]), month)),
                Cell(item="employees", value=float(staff[at])),
            ]
            if is_sei:
                cells.append(Cell(item="sei-revenue", value=round(float(revenue[at]) * float(years.sei_part[year]), 1)))
            day = on_time(form, period, early[at, year * 12 + month - 1])
            yield sending_of(make_return(form, unit, str(period), cells, day))


def _renovation(is_done_this_year: bool, month: int) -> str:
    """What is upgraded in a year is done by autumn."""
    if not is_done_this_year:
        return "none"
    return "started" if month < _DONE_BY else "completed"
