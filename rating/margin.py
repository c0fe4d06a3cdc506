"""Is a value nearer to what is asked of it than its indicator is usually revised?"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import msgspec

from plan.codes import Direction
from plan.messages import Margin
from rating.case import Case, Judged, Withheld
from rating.numbers import decimal


def margin_of(
    case: Case, judged: Judged, judge: Callable[[Case], Judged | Withheld], usual_revision: Decimal | None
) -> Margin:
    """Borderline when the figure, moved by its usual revision, comes to lie on the other side of what is asked.

    ``usual_revision`` is the mean absolute revision in the indicator's unit; None: unknown. Where the gap is in that
    unit too, this asks whether it is smaller than the usual revision (a gap as large is clear). Where it is not (the
    gap of a progress, of a ratio), the figure that was moved is judged anew by ``judge``; one that could not be
    judged leaves the margin unknown.
    """
    if usual_revision is None:
        return Margin.UNKNOWN
    better = -1 if case.demand.direction is Direction.LESS else 1
    across = -better if judged.standing.is_met else better
    moved = judge(_moved(case, case.value + across * Fraction(usual_revision)))
    if isinstance(moved, Withheld):
        return Margin.UNKNOWN
    other_side = 1 if judged.standing.is_met else -1
    return Margin.BORDERLINE if moved.standing.short_sign == other_side else Margin.CLEAR


def _moved(case: Case, value: Fraction) -> Case:
    point = msgspec.structs.replace(case.point, value=decimal(value))
    return msgspec.structs.replace(case, point=point, series=case.series.with_point(point), value=value)
