"""Yearly levels of a series, for the yardsticks that look at a trend instead of a task."""

from fractions import Fraction

import msgspec

from plan.codes import Measure
from plan.messages import Evidence, Reason
from rating import evidence
from rating.case import Case, Withheld
from rating.chain import chain, impossible
from rating.held import Usable, figure
from rating.numbers import decimal
from rating.wording import withheld

_INDEX = Fraction(100)
"""The level of the base year where only its changes are known."""


class Levels(msgspec.Struct, frozen=True):
    """Exact levels by year up to the rated one, the level to reach, and the row of evidence behind each year.

    ``base`` is None where the level of the baseline is not known.
    """

    by_year: dict[int, Fraction]
    rows: dict[int, Evidence]
    base: Fraction | None
    target: Fraction
    unit: str


def yearly_levels(case: Case) -> Levels | Withheld:
    """The levels of the years up to that of the case, which is a whole year.

    Yearly changes of a reduction are chained from 100 at the base year: every year since then is needed, and years
    before it are added as far back as they are known without a gap. Levels and running totals are taken as they are.
    """
    if case.indicator.measure is Measure.YEARLY_CHANGE_PCT:
        return _chained(case)
    return _stated(case)


def _chained(case: Case) -> Levels | Withheld:
    base, last = case.demand.base.year, case.at.year
    links = chain(case, base + 1, last)
    if isinstance(links, Withheld):
        return links
    levels = {base: _INDEX}
    rows = {base: evidence.computed("基期指数", "index of the base year", str(base), decimal(_INDEX), "")}
    for year, factor, row in zip(range(base + 1, last + 1), links.factors, links.evidence, strict=True):
        levels[year] = levels[year - 1] * factor
        rows[year] = row
    for year in range(base, min(case.series.years()) - 1, -1):
        found = figure(case.series.year(year), case.indicator)
        if isinstance(found, Reason) or found.value <= -100:
            break
        levels[year - 1] = levels[year] / (1 + found.value / 100)
        rows[year - 1] = evidence.reported(found.point, case.indicator)
    return Levels(levels, rows, _INDEX, _INDEX * case.demand.rest, "")


def _stated(case: Case) -> Levels | Withheld:
    demand, indicator = case.demand, case.indicator
    found = [(year, figure(case.series.year(year), indicator)) for year in case.series.years()]
    usable = {year: each for year, each in found if isinstance(each, Usable)}
    levels = {year: each.value for year, each in usable.items()}
    rows = {year: evidence.reported(each.point, indicator) for year, each in usable.items()}
    if demand.base_value is not None:
        levels[demand.base.year] = Fraction(demand.base_value)
        rows[demand.base.year] = evidence.baseline(demand, indicator, demand.base_value)
    levels[case.at.year], rows[case.at.year] = case.value, evidence.reported(case.point, indicator)
    base = levels.get(demand.base.year)
    if not demand.is_reduction:
        return Levels(levels, rows, base, demand.bar, indicator.unit)
    if base is None:
        row = evidence.no_baseline(demand, indicator)
        return Withheld(Reason.BASE_MISSING, withheld(Reason.BASE_MISSING), (*rows.values(), row), indicator.unit)
    if min(levels.values()) <= 0:
        return impossible(tuple(rows.values()), indicator.unit)
    return Levels(levels, rows, base, base * demand.rest, indicator.unit)
