"""Who is told of what."""

import datetime as dt

import pytest

from alerts.routing import STANDARD, Notice, Silence, SilenceReason, Urgency, route
from plan.codes import Status, Yardstick
from plan.messages import AlertState, Change, Transition


def _transition(change: Change, from_state: AlertState, to_state: AlertState) -> Transition:
    return Transition(
        transition_id="t",
        alert_id="a",
        plan_id="p",
        plan_hash="h",
        target="x",
        area="y",
        yardstick=Yardstick.ANNUAL_TASK,
        preset="ndrc-2021",
        change=change,
        from_state=from_state,
        to_state=to_state,
        from_status=Status.ON_TRACK,
        to_status=Status.SEVERE,
        period="2020",
        effective_at=dt.datetime(2021, 1, 1, tzinfo=dt.UTC),
        headline_zh="",
        headline_en="",
        assessment_id="",
        beside=(),
    )


_INACTIVE, _PENDING, _FIRING, _RESOLVED = (
    AlertState.INACTIVE,
    AlertState.PENDING,
    AlertState.FIRING,
    AlertState.RESOLVED,
)


@pytest.mark.parametrize(
    ("change", "from_state", "to_state", "expected"),
    [
        (Change.HELD, _INACTIVE, _PENDING, Silence(SilenceReason.CHANGE_IS_QUIET)),
        (Change.DROPPED, _PENDING, _INACTIVE, Silence(SilenceReason.CHANGE_IS_QUIET)),
        (Change.OPENED, _INACTIVE, _FIRING, Notice(Urgency.WARNING)),
        (Change.WORSENED, _FIRING, _FIRING, Notice(Urgency.WARNING)),
        (Change.EASED, _FIRING, _FIRING, Notice(Urgency.INFO)),
        (Change.RESOLVED, _FIRING, _RESOLVED, Notice(Urgency.SUCCESS)),
        (Change.CORRECTED, _FIRING, _INACTIVE, Notice(Urgency.INFO)),
        (Change.CORRECTED, _FIRING, _FIRING, Notice(Urgency.INFO)),
        (Change.CORRECTED, _RESOLVED, _INACTIVE, Notice(Urgency.INFO)),
        (Change.CORRECTED, _INACTIVE, _FIRING, Notice(Urgency.WARNING)),
        (Change.CORRECTED, _RESOLVED, _FIRING, Notice(Urgency.WARNING)),
        (Change.CORRECTED, _INACTIVE, _PENDING, Silence(SilenceReason.NEVER_TOLD)),
        (Change.CORRECTED, _PENDING, _INACTIVE, Silence(SilenceReason.NEVER_TOLD)),
        (Change.CORRECTED, _INACTIVE, _INACTIVE, Silence(SilenceReason.NEVER_TOLD)),
    ],
)
def test_route(change: Change, from_state: AlertState, to_state: AlertState, expected: Notice | Silence) -> None:
    assert route(_transition(change, from_state, to_state), STANDARD) == expected
