"""A figure published as a bound may prove a miss or a success, never both: "at most" cannot prove a floor met.

Praise needs proof. A requirement that is met only as far as an adverse bound goes is not assessed until the figure is
explained; one that is missed stays missed, with the doubt in words.
"""

from collections.abc import Iterable, Iterator

from plan.codes import Direction, Measure, Yardstick
from plan.messages import Bound, Observed, Reason
from rating.case import Case, Judged, Withheld
from rating.wording import Text, withheld

_OF_TRENDS = (Yardstick.GROWTH_RATIO, Yardstick.WEATHER)
_CHAINED = (Measure.YEARLY_CHANGE_PCT, Measure.YEARLY_CHANGE)
_UNPROVEN = Text(
    "待核实:公布的是界限值,不足以证明达到要求",
    "to be verified: the figure was published as a bound that does not prove the requirement met",
)


def proven(case: Case, judged: Judged) -> Judged | Withheld:
    """The judgement, unless it rests on a bound that points the wrong way: then it is withheld (to verify)."""
    if not (judged.standing.is_met or judged.is_achieved) or not _rests_on_adverse_bound(case, judged):
        return judged
    said = withheld(Reason.TO_VERIFY, _UNPROVEN)
    return Withheld(Reason.TO_VERIFY, said, judged.evidence, case.indicator.unit, case.point.value)


def _rests_on_adverse_bound(case: Case, judged: Judged) -> bool:
    if case.rule.yardstick in _OF_TRENDS and not judged.is_achieved:
        # A trend can be steepened by a bound at either of its ends.
        return any(point.bound is not Bound.EXACT for point in _years(case, case.series.years()))
    adverse = Bound.AT_LEAST if case.demand.direction is Direction.LESS else Bound.AT_MOST
    if any(point.bound is adverse for point in _summed_up(case)):
        return True
    # What was reduced is the less, the less there was to begin with.
    return any(point.bound is Bound.AT_MOST for point in _started_from(case))


def _summed_up(case: Case) -> Iterable[Observed]:
    """The figures that the value was made from: all years since the base where changes were chained or added up."""
    if case.rule.yardstick is Yardstick.ANNUAL_TASK or case.indicator.measure not in _CHAINED:
        return (case.point,)
    return _years(case, range(case.demand.base.year + 1, case.at.year + 1))


def _started_from(case: Case) -> Iterable[Observed]:
    """The level that a reduction is counted from, unless the plan states it."""
    if not case.demand.is_reduction or case.indicator.measure is not Measure.LEVEL:
        return ()
    base = case.demand.base.year
    start = case.at.year - 1 if case.rule.yardstick is Yardstick.ANNUAL_TASK else base
    return () if start == base and case.demand.base_value is not None else _years(case, (start,))


def _years(case: Case, years: Iterable[int]) -> Iterator[Observed]:
    found = (case.series.year(year) for year in years)
    return (point for point in found if point is not None)
