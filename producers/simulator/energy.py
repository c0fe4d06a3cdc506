"""What key energy users report: energy by product each month, and their meters by the quarter of an hour."""

import datetime as dt
from collections.abc import Iterator

import numpy as np

from plan.messages import Cell
from plan.model import Form
from producers.simulator.chance import stream
from producers.simulator.enterprises import EnterpriseYears
from producers.simulator.population import Population, without_giants
from producers.simulator.seasons import monthly_shares, yearly_parts
from producers.simulator.sending import Sending, make_return, on_time, periods_of, sending_of
from producers.simulator.setup import YEARS, Setup
from producers.simulator.totals import Totals

_KEY_SHARE = 0.7
"""Share of industry's energy that the key users use: ours."""
_TCE_PER_WAN_TCE = 10_000
_MIX = {"raw-coal": 0.46, "natural-gas": 0.12, "diesel": 0.02, "electricity": 0.35, "heat": 0.05}
"""Shares of the products in an enterprise's coal equivalent: ours."""
_DAY_SHAPE = 1 + 0.35 * np.exp(-(((np.arange(96) / 4 - 14) / 4.5) ** 2))
_POWER_FACTOR = 0.33


class EnergyYears:
    """Coal equivalent of each key user, year and month, in tonnes."""

    def __init__(self, setup: Setup, people: Population, totals: Totals) -> None:
        users = list(people.energy_users)
        weights = without_giants((people.sizes * people.energy_need)[users])
        city = np.array([float(total) * _TCE_PER_WAN_TCE * _KEY_SHARE for total in totals.energy])
        shares = monthly_shares(setup.seed + 1, len(users))
        self.tce = yearly_parts(setup.seed, "energy", weights, city)[:, :, None] * shares


def energy_returns(
    setup: Setup, form: Form, people: Population, years: EnergyYears, enterprises: EnterpriseYears
) -> Iterator[Sending]:
    """The monthly returns by product, form `energy-monthly`; the total is that of the products as reported."""
    factors = {item.id: float(item.tce_factor) for item in form.items if item.tce_factor is not None}
    early = stream(setup.seed, "energy").random((len(people.energy_users), len(YEARS) * 12))
    for period in filter(setup.covers, periods_of(form)):
        year, month = YEARS.index(period.year), period.last_month - 1
        for at, user in enumerate(people.energy_users):
            tce = float(years.tce[at, year, month])
            amounts = {item: round(tce * share / factors[item], 2) for item, share in _MIX.items()}
            total = round(sum(amount * factors[item] for item, amount in amounts.items()), 2)
            cells = [Cell(item=item, value=amount) for item, amount in amounts.items()]
            cells.append(Cell(item="energy-total", value=total))
            cells.append(Cell(item="output-value", value=enterprises.output(user, year, month)))
            day = on_time(form, period, early[at, year * 12 + month])
            yield sending_of(make_return(form, people.ids[user], str(period), cells, day))


def meter_returns(setup: Setup, form: Form, people: Population, years: EnergyYears) -> Iterator[Sending]:
    """A day of readings for each key user, form `energy-meter-daily`, for the days of its calendar."""
    chance = stream(setup.seed, "meters")
    factor = 1.229 / 10_000  # tce of a kilowatt-hour, calorific value: GB/T 2589-2020
    rows = [f"{quarter // 4:02d}:{quarter % 4 * 15:02d}" for quarter in range(96)]
    for period in periods_of(form):
        days = (period.end_date.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        for at, user in enumerate(people.energy_users):
            tce = float(years.tce[at, YEARS.index(period.year), period.last_month - 1])
            kwh_a_day = tce * _MIX["electricity"] / factor / days.day
            load = kwh_a_day * _DAY_SHAPE / _DAY_SHAPE.sum() * chance.normal(1.0, 0.03, 96)
            cells = [
                cell
                for row, kwh in zip(rows, np.round(load, 2), strict=True)
                for cell in (
                    Cell(item="active-energy", value=float(kwh), row=row),
                    Cell(item="reactive-energy", value=round(float(kwh) * _POWER_FACTOR, 2), row=row),
                )
            ]
            day = period.end_date + dt.timedelta(days=1)
            yield sending_of(make_return(form, people.ids[user], str(period), cells, day))
