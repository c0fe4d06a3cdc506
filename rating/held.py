"""Which values may be judged at all: a missing, failed or unexplained one is held, with the reason."""

from fractions import Fraction

import msgspec

from plan.messages import ObservationStatus, Observed, Reason, Verdict

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


def figure(point: Observed | None) -> Usable | Reason:
    """The point with its exact value if it may be judged, else the reason why it is held.

    A figure of another definition is no figure of this indicator, whatever the audit says of it. A preliminary one is
    used and named as such.
    """
    if point is None:
        return Reason.NO_DATA
    if point.value is None:
        if point.is_overdue:
            return Reason.OVERDUE
        return Reason.INCOMPLETE if point.verdict is Verdict.PENDING else Reason.NO_DATA
    if point.status is ObservationStatus.DEFINITION_DIFFERS:
        return Reason.DEFINITION_MISMATCH
    return _REASON_OF_VERDICT[point.verdict] or Usable(point, Fraction(point.value))
