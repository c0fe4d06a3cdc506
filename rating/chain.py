"""Several years together: all of them or none, each figure named; and the chain of a reduction made from them."""

from collections.abc import Iterable
from fractions import Fraction

import msgspec

from plan.codes import Measure
from plan.messages import Evidence, Reason
from rating import evidence
from rating.case import Case, Withheld
from rating.held import Usable, figure
from rating.numbers import product, step
from rating.wording import Text, missing_years, withheld


class Years(msgspec.Struct, frozen=True):
    """Exact values of consecutive years, and the evidence that names them."""

    values: dict[int, Fraction]
    evidence: tuple[Evidence, ...]


class Chain(msgspec.Struct, frozen=True):
    """Factors by which the level moved, year by year or in one; ``steps`` says how each came about."""

    factors: tuple[Fraction, ...]
    steps: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    @property
    def reached(self) -> Fraction:
        """Product of the factors: the level at the end relative to the level at the start."""
        return product(self.factors)


def all_years(case: Case, years: Iterable[int], unit: str) -> Years | Withheld:
    """The values of these years, or incomplete with every missing or held year and why."""
    found = {year: figure(case.series.year(year), case.indicator) for year in years}
    rows = tuple(
        evidence.reported(each.point, case.indicator)
        if isinstance(each, Usable)
        else evidence.missing(str(year), each, case.indicator)
        for year, each in found.items()
    )
    held = {year: each for year, each in found.items() if isinstance(each, Reason)}
    if held:
        # Every rate hangs on the base level: its absence says more than "incomplete".
        reason = Reason.BASE_MISSING if case.demand.base.year in held else Reason.INCOMPLETE
        return Withheld(reason, withheld(reason, missing_years(held)), rows, unit)
    return Years({year: each.value for year, each in found.items() if isinstance(each, Usable)}, rows)


def chain(case: Case, first: int, last: int) -> Chain | Withheld:
    """The way from the end of the year before ``first`` to the end of ``last``, as factors ``1 - k``.

    Published yearly changes are taken as they are, and every one is needed. Levels need their two ends only: the level
    of the last year is divided by that of the year before the first. A level that is not positive, or a fall of 100 %
    and more, cannot be and has to be verified.
    """
    if case.indicator.measure is Measure.LEVEL:
        return _between_levels(case, first - 1, last)
    years = all_years(case, range(first, last + 1), evidence.PCT)
    if isinstance(years, Withheld):
        return years
    if any(change <= -100 for change in years.values.values()):
        return impossible(years.evidence, evidence.PCT)
    factors = tuple(1 + change / 100 for change in years.values.values())
    return Chain(factors, tuple(step(factor) for factor in factors), years.evidence)


def _between_levels(case: Case, start: int, end: int) -> Chain | Withheld:
    planned = case.demand.base_value if start == case.demand.base.year else None
    years = all_years(case, (end,) if planned is not None else (start, end), evidence.PCT)
    if isinstance(years, Withheld):
        return years
    values, rows = years.values, years.evidence
    if planned is not None:
        values = {start: Fraction(planned), **values}
        rows = (evidence.baseline(case.demand, case.indicator, planned), *rows)
    if any(level <= 0 for level in values.values()):
        return impossible(rows, evidence.PCT)
    made = f"{step(values[end])} ÷ {step(values[start])}"
    return Chain((values[end] / values[start],), (made,), rows)


def impossible(rows: tuple[Evidence, ...], unit: str) -> Withheld:
    """A figure that cannot be: the reporter must verify it."""
    return Withheld(Reason.TO_VERIFY, withheld(Reason.TO_VERIFY, _IMPOSSIBLE), rows, unit)


_IMPOSSIBLE = Text(
    "出现不可能的数值(水平不为正,或降幅达到 100 %),请填报单位核实",
    "an impossible figure (a level that is not positive, or a fall of 100 % and more): the reporter must verify it",
)
