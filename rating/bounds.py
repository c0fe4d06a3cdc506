"""A figure published as a bound may prove a miss or a success, never both: "at most" cannot prove a floor met.

Praise needs proof. A requirement that is met only as far as an adverse bound goes is not assessed until the figure is
explained; one that is missed stays missed, with the doubt in words.
"""

from plan.codes import Comparator, Kind, Measure, Yardstick
from plan.messages import Bound, Reason
from rating.case import Case, Judged, Withheld
from rating.wording import Text, withheld

_CHAINED = (Measure.YEARLY_CHANGE_PCT, Measure.YEARLY_CHANGE, Measure.LEVEL)
_UNPROVEN = Text(
    "待核实:公布的是界限值,不足以证明达到要求",
    "to be verified: the figure was published as a bound that does not prove the requirement met",
)


def proven(case: Case, judged: Judged) -> Judged | Withheld:
    """The judgement, unless it rests on a bound that points the wrong way: then it is withheld (to verify)."""
    if not (judged.standing.is_met or judged.is_achieved) or not _rests_on_adverse_bound(case):
        return judged
    said = withheld(Reason.TO_VERIFY, _UNPROVEN)
    return Withheld(Reason.TO_VERIFY, said, judged.evidence, case.indicator.unit, case.point.value)


def _rests_on_adverse_bound(case: Case) -> bool:
    less_is_better = case.target.kind is Kind.REDUCTION or case.target.comparator is Comparator.AT_MOST
    adverse = Bound.AT_LEAST if less_is_better else Bound.AT_MOST
    is_chain = case.rule.yardstick is Yardstick.PLAN_PROGRESS and case.indicator.measure in _CHAINED
    points = case.series.until(case.at) if is_chain and less_is_better else (case.point,)
    return any(point.bound is adverse for point in points)
