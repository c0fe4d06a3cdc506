"""When the lake is looked after, and what is done then: a pure decision of what has piled up and how long ago."""

import datetime as dt
from enum import StrEnum

import msgspec


class Chore(StrEnum):
    """One thing that is done for the lake."""

    WRITE_OUT = "write-out"
    MERGE = "merge"
    REWRITE = "rewrite"
    EXPIRE = "expire"
    CLEAN_UP = "clean-up"
    ORPHANS = "orphans"


SMALL = (Chore.WRITE_OUT, Chore.MERGE)
"""Rows that wait in the catalogue become files, and small files become one."""
WHOLE = (Chore.WRITE_OUT, Chore.EXPIRE, Chore.MERGE, Chore.REWRITE, Chore.CLEAN_UP, Chore.ORPHANS)
"""Also: old snapshots expire, files lose their deleted rows, and what nobody needs any more is deleted."""


class Reason(StrEnum):
    """Why something is done, or nothing."""

    MANY_COMMITS = "many-commits"
    MANY_ROWS = "many-rows"
    IDLE = "idle"
    RHYTHM = "rhythm"
    ASKED = "asked"
    NOTHING_NEW = "nothing-new"
    TOO_EARLY = "too-early"


class UpkeepPolicy(msgspec.Struct, frozen=True):
    """The rhythm. A day's grace: so long may a reader hold on to what it has begun to read."""

    commits_most: int = 300
    rows_most: int = 20_000
    idle_rows: int = 2_000
    idle_every: dt.timedelta = dt.timedelta(minutes=10)
    whole_every: dt.timedelta = dt.timedelta(hours=1)
    keep_snapshots: dt.timedelta = dt.timedelta(days=1)
    grace: dt.timedelta = dt.timedelta(days=1)


class UpkeepFacts(msgspec.Struct, frozen=True):
    """What has piled up since the last time; ``None``: not yet since the writer started, so long ago."""

    commits: int
    inlined_rows: int
    is_idle: bool
    since_small: dt.timedelta | None
    since_whole: dt.timedelta | None


class Decision(msgspec.Struct, frozen=True):
    """The chores in their order, none at all if it is not time, and the reason."""

    chores: tuple[Chore, ...]
    reason: Reason


def decide(facts: UpkeepFacts, policy: UpkeepPolicy) -> Decision:
    """Decide whether the lake is looked after now. Without a commit there is nothing to do, however long ago."""
    if not facts.commits:
        return Decision((), Reason.NOTHING_NEW)
    reason = _reason(facts, policy)
    if reason is None:
        return Decision((), Reason.TOO_EARLY)
    is_whole_due = facts.since_whole is None or facts.since_whole >= policy.whole_every
    return Decision(WHOLE if is_whole_due else SMALL, reason)


def _reason(facts: UpkeepFacts, policy: UpkeepPolicy) -> Reason | None:
    if facts.commits >= policy.commits_most:
        return Reason.MANY_COMMITS
    if facts.inlined_rows >= policy.rows_most:
        return Reason.MANY_ROWS
    if not facts.is_idle:
        return None
    if facts.inlined_rows >= policy.idle_rows:
        return Reason.IDLE
    if facts.since_small is None or facts.since_small >= policy.idle_every:
        return Reason.RHYTHM
    return None
