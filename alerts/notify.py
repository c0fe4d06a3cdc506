"""Telling people what waits in the store: each notice until its channel takes it, never forgotten silently.

A notice is marked after the channel took it. A crash between the two tells it once more, with the same
idempotency key; nothing else ever does.
"""

import datetime as dt
import logging
from collections.abc import Callable

import msgspec

from alerts.messenger import Messenger, Outcome
from alerts.outbox import Outbox

_log = logging.getLogger(__name__)

_FIRST_WAIT_S = 15
_DOUBLINGS_MAX = 8

Clock = Callable[[], dt.datetime]


class Round(msgspec.Struct, frozen=True):
    """What one round of telling came to."""

    told: int
    failed: int


def wait_after(attempts: int) -> dt.timedelta:
    """How long to wait after so many failed attempts: 15 s, doubled each time, 64 minutes at most."""
    return dt.timedelta(seconds=_FIRST_WAIT_S * 2 ** min(attempts - 1, _DOUBLINGS_MAX))


def tell_due(outbox: Outbox, messenger: Messenger, clock: Clock, is_last_call: bool = False) -> Round:
    """Try every notice whose wait is over; on the last call, every one that was not taken yet.

    A channel that fails is left alone for the rest of the round: the others must not wait for its time-outs.
    """
    told = failed = 0
    resting: dict[str, dt.datetime] = {}
    for notice in outbox.untold(None if is_last_call else clock()):
        if notice.channel in resting:
            outbox.postpone(notice, resting[notice.channel])
            continue
        outcome = messenger.send(notice)
        if outcome is Outcome.SENT:
            outbox.mark_told(notice, clock())
            told += 1
            continue
        failed += 1
        due_at = resting[notice.channel] = clock() + wait_after(notice.attempts + 1)
        outbox.mark_failed(notice, outcome, due_at)
        _log.warning(
            "notice %s was not taken by %s (%s); next attempt at %s",
            *(notice.transition_id, notice.channel, outcome, due_at.isoformat(timespec="seconds")),
        )
    return Round(told, failed)
