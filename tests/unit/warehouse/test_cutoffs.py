"""When a slice is derived: a reviewed table of cases, and two laws.

Moments of the table are local (UTC+8); the due date is 30 January 2018, so ``deadline`` is its last microsecond.
A return is written ``unit@moment``, with ``~`` when its sender dated it and ``+`` for a form audited beside.
"""

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.periods import LOCAL_ZONE
from warehouse.cutoffs import Cutoffs, Known, cutoffs

DEADLINE = dt.datetime(2018, 1, 30, 23, 59, 59, 999999, LOCAL_ZONE)
with Path(__file__).with_name("cutoffs.csv").open(encoding="utf-8", newline="") as _text:
    CASES = list(csv.DictReader(_text))


def _moment(text: str) -> dt.datetime:
    local = DEADLINE if text == "deadline" else dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)
    return local.astimezone(dt.UTC)


def _known(row: int, text: str) -> Known:
    unit, moment = text.rstrip("~+").split("@")
    return Known(_moment(moment), row, unit, is_own="+" not in text, is_backdated="~" in text)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case: dict[str, str]) -> None:
    known = [_known(row, text) for row, text in enumerate(case["returns"].split())]
    tick = dt.date.fromisoformat(case["last_tick"]) if case["last_tick"] else None

    decided = cutoffs(known, case["roster"].split(), _moment("deadline"), tick)

    # Written in any order in the table, given in order of time by the decision.
    wanted = tuple(sorted(_moment(text) for text in case["cutoffs"].split()))
    assert decided == Cutoffs(wanted, case["is_waiting"] == "yes")


def test_returns_may_come_from_any_iterable() -> None:
    waiting = Known(_moment("2018-01-10T09:00"), 1, "a", is_own=True, is_backdated=True)

    assert cutoffs(iter([waiting]), ["a"], _moment("deadline"), None) == Cutoffs((), is_waiting=True)


_DAYS = st.integers(min_value=-4, max_value=4)
_TICKS = st.none() | _DAYS.map(lambda days: (DEADLINE + dt.timedelta(days=days)).date())


@st.composite
def _returns(draw: st.DrawFn) -> list[Known]:
    count = draw(st.integers(min_value=0, max_value=6))
    return [
        Known(
            DEADLINE.astimezone(dt.UTC) + dt.timedelta(days=draw(_DAYS), hours=draw(st.sampled_from([-6, 0, 6]))),
            row,
            draw(st.sampled_from(["a", "b"])),
            draw(st.booleans()),
            draw(st.booleans()),
        )
        for row in range(count)
    ]


@given(_returns().flatmap(lambda known: st.tuples(st.just(known), st.permutations(known))), _TICKS)
def test_the_order_of_arrival_does_not_matter(orders: tuple[list[Known], list[Known]], tick: dt.date | None) -> None:
    one, other = (cutoffs(known, ("a", "b"), DEADLINE, tick) for known in orders)

    assert one == other


@given(_returns(), _TICKS, st.integers(min_value=0, max_value=6))
def test_a_later_tick_never_removes_a_cutoff(known: list[Known], tick: dt.date | None, later: int) -> None:
    next_tick = (tick or dt.date(2018, 1, 20)) + dt.timedelta(days=later)

    before = cutoffs(known, ("a", "b"), DEADLINE, tick)
    after = cutoffs(known, ("a", "b"), DEADLINE, next_tick)

    assert set(before.moments) <= set(after.moments)


@given(_returns(), _TICKS)
def test_every_cutoff_is_the_deadline_or_a_known_moment(known: list[Known], tick: dt.date | None) -> None:
    decided = cutoffs(known, ("a", "b"), DEADLINE, tick)

    assert set(decided.moments) <= {each.known_at for each in known} | {DEADLINE}
