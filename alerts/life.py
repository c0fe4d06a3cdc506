"""The life of an alert as a fold over the judged reference periods. Pure.

Identity is (target, area, yardstick); value and level are facts of it, so an alert that gets worse stays the
same alert. Time is counted in reference periods, never by the clock. Missing data say nothing: a period that is
not assessed neither opens nor resolves, and neither breaks nor extends a run.
"""

from collections.abc import Iterable, Sequence

import msgspec

from plan.codes import Status
from plan.messages import AlertState, Change
from plan.periods import parse_period

_GRADE = {
    Status.ACHIEVED: 0,
    Status.ON_TRACK: 0,
    Status.MILD: 1,
    Status.MIDDLE: 2,
    Status.SEVERE: 3,
}
"""How far off track; achieved and on track are equally good to an alert."""

_UNJUDGED = -1

_FORWARD = {
    (AlertState.INACTIVE, AlertState.PENDING): Change.HELD,
    (AlertState.RESOLVED, AlertState.PENDING): Change.HELD,
    (AlertState.INACTIVE, AlertState.FIRING): Change.OPENED,
    (AlertState.PENDING, AlertState.FIRING): Change.OPENED,
    (AlertState.RESOLVED, AlertState.FIRING): Change.OPENED,
    (AlertState.PENDING, AlertState.INACTIVE): Change.DROPPED,
    (AlertState.FIRING, AlertState.RESOLVED): Change.RESOLVED,
}
"""Steps that one later period can cause."""


class HoldPolicy(msgspec.Struct, frozen=True):
    """Consecutive off-track periods needed to fire, consecutive good ones needed to resolve; both at least 1."""

    hold_periods: int = 1
    keep_firing_periods: int = 1

    def __post_init__(self) -> None:
        if self.hold_periods < 1 or self.keep_firing_periods < 1:
            raise ValueError(
                f"hold_periods and keep_firing_periods are counted from 1, found {self.hold_periods} and "
                f"{self.keep_firing_periods}; correct the plan's yardstick"
            )


class PeriodStatus(msgspec.Struct, frozen=True):
    """The alerting preset's status of one reference period."""

    period: str
    status: Status


class LifeState(msgspec.Struct, frozen=True):
    """Where an alert stands. ``period`` is the last judged one, ``status`` its status.

    ``since_period``: first off-track period of a pending or firing alert, the period that resolved a resolved one.
    ``run`` counts what the state waits for: off-track periods while pending, good ones while firing.
    """

    state: AlertState = AlertState.INACTIVE
    status: Status = Status.NOT_ASSESSED
    period: str = ""
    since_period: str = ""
    run: int = 0


class Life(msgspec.Struct, frozen=True):
    """The judged periods in time order, and where they lead."""

    history: tuple[PeriodStatus, ...] = ()
    now: LifeState = LifeState()


class Relevelled(msgspec.Struct, frozen=True):
    """A judged period whose level a revision changed; not assessed now means withdrawn."""

    period: str
    from_status: Status
    to_status: Status


class Step(msgspec.Struct, frozen=True):
    """A change worth recording; the statuses are those of ``period``'s judgement before and after.

    ``also`` are the earlier periods that the same revision changed.
    """

    change: Change
    from_state: AlertState
    to_state: AlertState
    from_status: Status
    to_status: Status
    period: str
    also: tuple[Relevelled, ...] = ()


def is_off_track(status: Status) -> bool:
    """Tell whether the status is mild, middle or severe."""
    return grade(status) > 0


def grade(status: Status) -> int:
    """0 for good, 1 to 3 for mild to severe, -1 for not assessed."""
    return _GRADE.get(status, _UNJUDGED)


def remember(history: Sequence[PeriodStatus], judged: PeriodStatus) -> tuple[PeriodStatus, ...]:
    """The history with one more judgement, in time order.

    A later judgement of a period replaces the earlier one; "not assessed" replaces nothing, because a figure
    that is withdrawn or fails its audit must not end an alert.
    """
    if judged.status is Status.NOT_ASSESSED:
        return tuple(history)
    kept = [each for each in history if each.period != judged.period]
    return in_order([*kept, judged])


def in_order(history: Iterable[PeriodStatus]) -> tuple[PeriodStatus, ...]:
    """The periods in time order: by their end, then by their start."""
    return tuple(sorted(history, key=lambda each: parse_period(each.period).sort_key))


def fold(history: Sequence[PeriodStatus], policy: HoldPolicy, start: LifeState | None = None) -> LifeState:
    """The state after the periods, which are in time order; ``start`` continues an earlier fold."""
    state = start or LifeState()
    for each in history:
        if each.status is not Status.NOT_ASSESSED:
            state = _advance(state, each, policy)
    return state


def live(history: Sequence[PeriodStatus], policy: HoldPolicy) -> Life:
    """The life that the judged periods (in time order) make."""
    return Life(tuple(history), fold(history, policy))


def relevelled(before: Life, after: Life) -> tuple[Relevelled, ...]:
    """Periods judged before whose grade differs now, in time order."""
    now = {each.period: each.status for each in after.history}
    pairs = [(each, now.get(each.period, Status.NOT_ASSESSED)) for each in before.history]
    return tuple(Relevelled(old.period, old.status, new) for old, new in pairs if grade(old.status) != grade(new))


def compare(before: Life, after: Life) -> Step | None:
    """What one message changed; None when there is nothing to record.

    A revised level of a past period is a correction even if the alert's present state stays: it was told once.
    """
    old, new = before.now, after.now
    revised = relevelled(before, after)
    if revised:
        *also, last = revised
        return Step(Change.CORRECTED, old.state, new.state, last.from_status, last.to_status, last.period, tuple(also))
    if old.state is new.state:
        change = _regraded(old, new)
        if change is None:
            return None
    elif _is_later(new.period, old.period):
        change = _FORWARD.get((old.state, new.state), Change.CORRECTED)
    else:
        return _belated(before, after)
    return Step(change, old.state, new.state, old.status, new.status, new.period)


def _advance(state: LifeState, judged: PeriodStatus, policy: HoldPolicy) -> LifeState:
    made = msgspec.structs.replace(state, status=judged.status, period=judged.period)
    if is_off_track(judged.status):
        if state.state is AlertState.FIRING:
            return msgspec.structs.replace(made, run=0)
        is_first = state.state is not AlertState.PENDING
        run = 1 if is_first else state.run + 1
        since = judged.period if is_first else state.since_period
        if run >= policy.hold_periods:
            return msgspec.structs.replace(made, state=AlertState.FIRING, since_period=since, run=0)
        return msgspec.structs.replace(made, state=AlertState.PENDING, since_period=since, run=run)
    match state.state:
        case AlertState.PENDING:
            return msgspec.structs.replace(made, state=AlertState.INACTIVE, since_period="", run=0)
        case AlertState.FIRING if state.run + 1 >= policy.keep_firing_periods:
            return msgspec.structs.replace(made, state=AlertState.RESOLVED, since_period=judged.period, run=0)
        case AlertState.FIRING:
            return msgspec.structs.replace(made, run=state.run + 1)
        case AlertState.INACTIVE | AlertState.RESOLVED:
            return made


def _belated(before: Life, after: Life) -> Step:
    """The state moved though no later period came: an early one was judged late, or the plan's periods changed."""
    known = {each.period for each in before.history}
    late = [each for each in after.history if each.period not in known]
    told = late[-1] if late else PeriodStatus(after.now.period, after.now.status)
    was = Status.NOT_ASSESSED if late else before.now.status
    return Step(Change.CORRECTED, before.now.state, after.now.state, was, told.status, told.period)


def _regraded(old: LifeState, new: LifeState) -> Change | None:
    if new.state is not AlertState.FIRING or grade(old.status) == grade(new.status):
        return None
    return Change.WORSENED if grade(new.status) > grade(old.status) else Change.EASED


def _is_later(period: str, than: str) -> bool:
    return not than or (bool(period) and parse_period(period).sort_key > parse_period(than).sort_key)
