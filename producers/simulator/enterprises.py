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

_WAN_PER_YI = 10_000


class EnterpriseYears:
    """Revenue and value added of each enterprise, year and month, in 10 000 yuan."""

    def __init__(self, setup: Setup, people: Population, totals: Totals) -> None:
        revenue = np.array([float(total) * _WAN_PER_YI for total in totals.revenue])
        added = np.array([float(total) * _WAN_PER_YI for total in totals.value_added])
        shares = monthly_shares(setup.seed, len(people.ids))
        self.revenue = yearly_parts(setup.seed, "revenue", people.sizes, revenue)[:, :, None] * shares
        self.added = yearly_parts(setup.seed, "added", people.sizes, added)[:, :, None] * shares

    def to_date(self, year: int, month: int) -> tuple[np.ndarray, np.ndarray]:
        """Revenue and value added since January, to one decimal as enterprises report them."""
        at = YEARS.index(year)
        return tuple(np.round(each[:, at, :month].sum(axis=1), 1) for each in (self.revenue, self.added))  # type: ignore[return-value]


def enterprise_returns(setup: Setup, form: Form, people: Population, years: EnterpriseYears) -> Iterator[Sending]:
    """The monthly returns of all enterprises, form `enterprise-monthly`."""
    count = len(people.ids)
    chance = stream(setup.seed, "enterprises")
    machines = np.maximum(3, (people.sizes * 25).astype(int))
    staff = np.maximum(20, (people.sizes * 150).astype(int))
    early = chance.random((count, len(YEARS) * 12))
    renovates = chance.integers(0, 4, (count, len(YEARS)))
    for period in filter(setup.covers, periods_of(form)):
        year, month = YEARS.index(period.year), period.last_month
        revenue, added = years.to_date(period.year, month)
        progress = (year * 12 + month) / (len(YEARS) * 12)
        cnc = (machines * (0.25 + 0.25 * progress)).astype(int)
        prices = 1 + 0.012 * (year + 1)
        for at, unit in enumerate(people.ids):
            is_sei = bool(people.is_sei[at])
            # A quarter of the enterprises upgrades in a year; it is done by autumn.
            renovation = ("started" if month < 9 else "completed") if renovates[at, year] == 0 else "none"
            smart = renovation if at % 5 == 0 else "none"
            cells = [
                Cell(item="output-value", value=round(float(revenue[at]) * 1.03, 1)),
                Cell(item="revenue", value=float(revenue[at])),
                Cell(item="value-added-current", value=round(float(added[at]) * prices, 1)),
                Cell(item="value-added-comparable", value=float(added[at])),
                Cell(item="sei-field", text=people.fields[at] if is_sei else "none"),
                Cell(item="rd-spending", value=round(float(revenue[at]) * 0.018, 1)),
                Cell(item="machine-tools", value=float(machines[at])),
                Cell(item="cnc-machine-tools", value=float(cnc[at])),
                Cell(item="robots", value=float(int(machines[at] * 0.1 * progress))),
                Cell(item="has-cio", text="yes" if at / count < progress else "no"),
                Cell(item="renovation", text=renovation),
                Cell(item="smart-renovation", text=smart),
                Cell(item="employees", value=float(staff[at])),
            ]
            if is_sei:
                cells.append(Cell(item="sei-revenue", value=round(float(revenue[at]) * 0.8, 1)))
            day = on_time(form, period, early[at, year * 12 + month - 1])
            yield sending_of(make_return(form, unit, str(period), cells, day))
