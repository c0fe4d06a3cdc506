"""Which slices fall due between two moments: each once, whatever the ticks in between."""

import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from plan.due import expected_slices, falling_due
from tests.support.small_plan import small_book

VIEW = small_book().views["small"]
FIRST = dt.datetime(2017, 12, 1, tzinfo=dt.UTC)
DAYS = st.lists(st.integers(0, 500), min_size=1, max_size=8)


def test_without_a_beginning_everything_before_is_due() -> None:
    # The forms of 2017 are due by 30 January 2018 (UTC+8); those to November by 30 December 2017.
    due = falling_due(VIEW, None, dt.datetime(2018, 1, 1, tzinfo=dt.UTC))
    assert [(each.form, each.period) for each in due] == [("mines", "2017-01..11")]


def test_the_beginning_belongs_to_it_and_the_end_does_not() -> None:
    (moment,) = {moment for each, moment in expected_slices(VIEW) if each.period == "2017"}
    assert {each.period for each in falling_due(VIEW, moment, moment + dt.timedelta(microseconds=1))} >= {"2017"}
    assert "2017" not in {each.period for each in falling_due(VIEW, None, moment)}


@given(DAYS)
def test_ticks_divide_the_deadlines_without_loss_or_repeat(days: list[int]) -> None:
    moments = sorted({FIRST + dt.timedelta(days=day) for day in days})
    found = list(falling_due(VIEW, None, moments[0]))
    for since, before in itertools.pairwise(moments):
        found += falling_due(VIEW, since, before)
    assert sorted(found) == sorted(each for each, moment in expected_slices(VIEW) if moment < moments[-1])
