"""What a simulation is asked for, and the facts and scenarios it rests on: all of it data."""

import csv
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import msgspec

from plan.model import Names
from plan.periods import Period
from plan.yaml_lines import read_yaml_file

_HERE = Path(__file__).parent
YEARS = (2016, 2017, 2018, 2019, 2020)
"""The years of the plan, the base year first. Figures of the data files stand in this order."""


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What happens: see scenarios.yaml."""

    names: Names
    intensity_change_pct: tuple[Decimal, ...]
    investment_growth_pct: tuple[Decimal, ...]
    mines_closed: tuple[int, ...]
    projects_done_pct: tuple[int, ...]
    sei_share_pct: tuple[Decimal, ...]
    smart_renovations: tuple[int, ...]
    silent_from: dt.date | None = None


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """One simulation: equal setups make equal returns, byte for byte.

    ``scale``: how many of the enterprises, energy users and sources there are, 1 for all. ``meter_days``: on how many
    of the last days meters and hourly emissions report.
    """

    scenario_id: str
    scenario: Scenario
    seed: int
    first: Period
    last: Period
    scale: float
    meter_days: int
    forms: frozenset[str]

    @property
    def about(self) -> str:
        """What decides the figures, in short: simulations that say the same of themselves may share a log."""
        what = f"{self.scenario_id}, seed {self.seed}, scale {self.scale:g}, {self.first} to {self.last}"
        return f"{what}, {self.meter_days} days of meters"

    @property
    def daily_days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day of the forms by day, of which only the last days are simulated."""
        last = self.last.end_date
        return max(last - dt.timedelta(days=self.meter_days - 1), self.first.start_date), last

    def covers(self, period: Period) -> bool:
        """Tell whether a reference period lies within the months asked for."""
        return self.first.start_date <= period.start_date and period.end_date <= self.last.end_date


def load_scenarios() -> Mapping[str, Scenario]:
    """The scenarios by id; what one leaves out is as in the first."""
    found = read_yaml_file(_HERE / "scenarios.yaml").data
    assert isinstance(found, dict)
    usual = next(iter(found.values()))
    return {key: msgspec.convert({**usual, **own}, Scenario) for key, own in found.items()}


def load_facts() -> Mapping[tuple[int, str], Decimal]:
    """The published totals (and those made up beside them) by year and item."""
    with (_HERE / "facts.csv").open(encoding="utf-8", newline="") as file:
        return {(int(row["period"]), row["item"]): Decimal(row["value"]) for row in csv.DictReader(file)}


Yearly = Mapping[str, Mapping[str, tuple[Decimal, ...]]]
"""Form, item, one figure for each of :data:`YEARS`."""


def load_departments() -> Yearly:
    """Yearly figures of the forms that no scenario changes: form, item, one figure a year of :data:`YEARS`."""
    found = read_yaml_file(_HERE / "departments.yaml").data
    return msgspec.convert(found, dict[str, dict[str, tuple[Decimal, ...]]])
