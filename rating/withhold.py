"""Answers without a rating: the figure is held, or nothing is asked of the period."""

from plan.messages import Evidence, Observed, Reason
from plan.model import Indicator
from plan.periods import Period
from rating import evidence
from rating.case import Case, Withheld
from rating.held import is_possible
from rating.wording import beyond_limits, withheld


def held(indicator: Indicator, at: Period, point: Observed | None, reason: Reason) -> Withheld:
    """The figure of the period may not be judged. One that awaits an explanation is shown as it was reported."""
    if point is None or point.value is None:
        rows = (evidence.missing(str(at), reason, indicator),)
    else:
        rows = (evidence.reported(point, indicator),)
    value = point.value if point is not None and reason is Reason.TO_VERIFY else None
    is_beyond = point is not None and reason is Reason.TO_VERIFY and not is_possible(point, indicator)
    said = withheld(reason, beyond_limits(indicator) if is_beyond else None)
    return Withheld(reason, said, rows, indicator.unit, value)


def nothing_asked(case: Case, more: tuple[Evidence, ...] = ()) -> Withheld:
    """The yardstick asks nothing of this period.

    It is no whole year where a year is judged, lies outside the plan, its table is silent, or (told in ``more``) no
    baseline is known. The figure stays visible in the evidence.
    """
    rows = (
        evidence.reported(case.point, case.indicator),
        evidence.final_target(case.demand, case.demand.target.unit),
        *more,
    )
    return Withheld(Reason.NOT_YET_DUE, withheld(Reason.NOT_YET_DUE), rows, case.indicator.unit)
