"""When the lake is looked after: by commits, by rows that wait, when idle, and never without a reason."""

import datetime as dt

import pytest

from warehouse.upkeep_rules import SMALL, WHOLE, Chore, Decision, Reason, UpkeepFacts, UpkeepPolicy, decide

MINUTES = [dt.timedelta(minutes=each) for each in range(121)]
POLICY = UpkeepPolicy(
    commits_most=100,
    rows_most=1000,
    idle_rows=50,
    idle_every=MINUTES[10],
    whole_every=MINUTES[60],
)


def facts(
    commits: int, rows: int, *, is_idle: bool = False, small: int | None = 0, whole: int | None = 0
) -> UpkeepFacts:
    return UpkeepFacts(
        commits,
        rows,
        is_idle,
        None if small is None else MINUTES[small],
        None if whole is None else MINUTES[whole],
    )


@pytest.mark.parametrize(
    ("given", "chores", "reason"),
    [
        (facts(0, 5000, is_idle=True, small=120, whole=120), (), Reason.NOTHING_NEW),
        (facts(99, 999), (), Reason.TOO_EARLY),
        (facts(100, 0), SMALL, Reason.MANY_COMMITS),
        (facts(1, 1000), SMALL, Reason.MANY_ROWS),
        (facts(100, 1000, whole=60), WHOLE, Reason.MANY_COMMITS),
        (facts(100, 1000, whole=59), SMALL, Reason.MANY_COMMITS),
        (facts(1, 49, is_idle=True, small=9), (), Reason.TOO_EARLY),
        (facts(1, 50, is_idle=True, small=9), SMALL, Reason.IDLE),
        (facts(1, 0, is_idle=True, small=10), SMALL, Reason.RHYTHM),
        (facts(1, 0, is_idle=False, small=120, whole=120), (), Reason.TOO_EARLY),
        (facts(1, 0, is_idle=True, small=None, whole=None), WHOLE, Reason.RHYTHM),
        (facts(100, 0, small=None, whole=None), WHOLE, Reason.MANY_COMMITS),
    ],
)
def test_the_rhythm(given: UpkeepFacts, chores: tuple[Chore, ...], reason: Reason) -> None:
    assert decide(given, POLICY) == Decision(chores, reason)


def test_rows_become_files_before_files_are_merged_and_files_fall_out_of_use_before_they_are_deleted() -> None:
    for chores in (SMALL, WHOLE):
        assert chores.index(Chore.WRITE_OUT) < chores.index(Chore.MERGE)
    assert set(WHOLE) == set(Chore)
    for earlier in (Chore.EXPIRE, Chore.MERGE, Chore.REWRITE):
        assert WHOLE.index(earlier) < WHOLE.index(Chore.CLEAN_UP)
