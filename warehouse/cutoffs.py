"""When a slice is derived: a pure decision of what is known, the roster, the deadline and the newest tick.

A slice is derived

* at each return that completes it, or that revises it when complete;
* at its deadline, when it is not complete by then;
* at each return after the deadline, complete or not.

A return that its sender dated itself is looked at only when the day after it has begun in the log: by then
everything of that day is there, so that no border of a batch can part a day.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from plan.due import start_of
from plan.periods import LOCAL_ZONE


class Known(msgspec.Struct, frozen=True, order=True):
    """A landed return as far as the decision needs it.

    ``return_key`` names it without its Kafka address; ``is_own`` is False for a form the slice is audited with.
    """

    known_at: dt.datetime
    return_key: str
    unit: str
    is_own: bool
    is_backdated: bool


class Cutoffs(msgspec.Struct, frozen=True):
    """The cut-offs at which a slice must be derived, and whether a return still waits for its day to end."""

    moments: tuple[dt.datetime, ...]
    is_waiting: bool


def cutoffs(known: Iterable[Known], roster: Sequence[str], deadline: dt.datetime, last_tick: dt.date | None) -> Cutoffs:
    """Decide the cut-offs of one slice, in time order."""
    in_order = sorted(known)
    ripe = [each for each in in_order if _is_ripe(each, last_tick)]
    moments: set[dt.datetime] = set()
    missing = set(roster)
    completed_at: dt.datetime | None = None
    for each in ripe:
        if each.is_own:
            missing.discard(each.unit)
        if not missing and completed_at is None:
            completed_at = each.known_at
        if not missing or each.known_at > deadline:
            moments.add(each.known_at)
    has_passed = last_tick is not None and start_of(last_tick) > deadline
    if has_passed and (completed_at is None or completed_at > deadline):
        moments.add(deadline)
    return Cutoffs(tuple(sorted(moments)), is_waiting=len(ripe) < len(in_order))


def _is_ripe(known: Known, last_tick: dt.date | None) -> bool:
    if not known.is_backdated:
        return True
    return last_tick is not None and known.known_at.astimezone(LOCAL_ZONE).date() < last_tick
