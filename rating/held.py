"""Which values may be judged at all: a missing, failed or unexplained one is held, with the reason."""

from fractions import Fraction

import msgspec

from plan.messages import ObservationStatus, Observed, Reason, Verdict
from plan.model import Indicator

_REASON_OF_VERDICT = {
    Verdict.PASSED: Reason.NONE,
    Verdict.WAIVED: Reason.NONE,
    Verdict.TO_VERIFY: Reason.TO_VERIFY,
    Verdict.PENDING: Reason.INCOMPLETE,
    Verdict.FAILED: Reason.FAILED_AUDIT,
}


class Usable(msgspec.Struct, frozen=True):
    """A point that may be judged, and its exact value."""

    point: Observed
    value: Fraction


def figure(point: Observed | None, indicator: Indicator) -> Usable | Reason:
    """The point with its exact value if it may be judged, else the reason why it is held.

    A figure of another definition is no figure of this indicator, whatever the audit says of it. A preliminary one is
    used and named as such. What lies beyond the indicator's limits (more than all of it covered) cannot be: it is to be
    verified, however it was audited.
    """
    if point is None:
        return Reason.NO_DATA
    if point.value is None:
        if point.is_overdue:
            return Reason.OVERDUE
        return Reason.INCOMPLETE if point.verdict is Verdict.PENDING else Reason.NO_DATA
    if point.status is ObservationStatus.DEFINITION_DIFFERS:
        return Reason.DEFINITION_MISMATCH
    held = _REASON_OF_VERDICT[point.verdict] or (Reason.NONE if is_possible(point, indicator) else Reason.TO_VERIFY)
    return held or Usable(point, Fraction(point.value))


def is_possible(point: Observed, indicator: Indicator) -> bool:
    """Whether the value, if there is one, lies within the limits of its indicator; the limits belong to them."""
    if point.value is None:
        return True
    is_low = indicator.minimum is not None and point.value < indicator.minimum
    is_high = indicator.maximum is not None and point.value > indicator.maximum
    return not (is_low or is_high)
