"""The city's yearly totals under a scenario: from the published facts, by growth and change of intensity."""

from decimal import ROUND_HALF_UP, Decimal

import msgspec

from producers.simulator.setup import YEARS, Setup, load_facts

_HUNDREDTH = Decimal("0.01")
_NOMINAL_EXTRA = Decimal("1.5")
"""By how many points revenue grows more than value added at comparable prices, for prices: ours."""


class Totals(msgspec.Struct, frozen=True):
    """One figure for each of the years: revenue and value added in 100 million yuan, energy in 10 000 tce."""

    revenue: tuple[Decimal, ...]
    value_added: tuple[Decimal, ...]
    energy: tuple[Decimal, ...]


def totals_of(setup: Setup) -> Totals:
    """Totals of each year, to two decimals, as a bureau would report them."""
    facts = load_facts()
    revenue, added = [facts[2016, "above-scale-revenue"]], [facts[2016, "industrial-value-added"]]
    intensity = [facts[2016, "energy-intensity"]]
    for year, change in zip(YEARS[1:], setup.scenario.intensity_change_pct, strict=True):
        growth = facts[year, "value-added-growth"]
        revenue.append(_grown(revenue[-1], growth + _NOMINAL_EXTRA))
        added.append(_grown(added[-1], growth))
        intensity.append(_grown(intensity[-1], change))
    energy = [level * value for level, value in zip(intensity, added, strict=True)]
    return Totals(*(tuple(map(_rounded, each)) for each in (revenue, added, energy)))


def _grown(value: Decimal, pct: Decimal) -> Decimal:
    return value * (1 + pct / 100)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_HUNDREDTH, ROUND_HALF_UP)
