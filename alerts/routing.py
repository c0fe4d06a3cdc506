"""Whether a transition is told to people. Pure: (transition, policy) -> notice or silence, with the reason."""

from enum import StrEnum

import msgspec

from plan.messages import AlertState, Change, Transition


class Urgency(StrEnum):
    """How loud a notice is."""

    WARNING = "warning"
    INFO = "info"
    SUCCESS = "success"


class SilenceReason(StrEnum):
    """Why nobody is told."""

    CHANGE_IS_QUIET = "change_is_quiet"
    NEVER_TOLD = "never_told"


class Notice(msgspec.Struct, frozen=True):
    """People are told, this loud."""

    urgency: Urgency


class Silence(msgspec.Struct, frozen=True):
    """Nobody is told, for this reason."""

    reason: SilenceReason


class RoutingPolicy(msgspec.Struct, frozen=True):
    """Which changes are told and how loud; a change that is not listed is quiet."""

    told: dict[Change, Urgency]


STANDARD = RoutingPolicy(
    {
        Change.OPENED: Urgency.WARNING,
        Change.WORSENED: Urgency.WARNING,
        Change.CORRECTED: Urgency.INFO,
        Change.EASED: Urgency.INFO,
        Change.RESOLVED: Urgency.SUCCESS,
    }
)
"""Held and dropped are quiet: an officer is not troubled with what may pass by itself."""

_NEVER_TOLD = (AlertState.INACTIVE, AlertState.PENDING)


def route(transition: Transition, policy: RoutingPolicy) -> Notice | Silence:
    """Decide whether people are told of the transition."""
    urgency = policy.told.get(transition.change)
    if urgency is None:
        return Silence(SilenceReason.CHANGE_IS_QUIET)
    # A correction corrects what was told; between inactive and pending nothing ever was.
    if transition.from_state in _NEVER_TOLD and transition.to_state in _NEVER_TOLD:
        return Silence(SilenceReason.NEVER_TOLD)
    if transition.change is Change.CORRECTED and transition.to_state is AlertState.FIRING:
        is_news = transition.from_state is not AlertState.FIRING
        return Notice(Urgency.WARNING if is_news else urgency)
    return Notice(urgency)
