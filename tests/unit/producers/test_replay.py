"""The calendar of a replay: every day once, its tick before its returns, to the last day that matters."""

import datetime as dt
import itertools
from collections.abc import Callable

import pytest

from plan.book import PlanView
from plan.model import Plan
from producers.outgoing import Outgoing
from producers.replay import last_day, schedule

MakePlan = Callable[..., Plan]
Make = Callable[..., Outgoing]


def _ids(steps: list) -> dict[str, list[str]]:
    return {
        step.tick.tick_date.isoformat(): [each.sent.return_id for each in step.returns]
        for step in steps
        if step.returns
    }


def test_every_day_from_the_plan_s_first_to_the_day_after_the_last_due_date(make_plan: MakePlan) -> None:
    steps = list(schedule([], [PlanView(make_plan())]))
    days = [step.tick.tick_date for step in steps]
    # 2019 is due 60 days after 2019-12-31: 2020 has 31 + 29 days before March, so on 2020-02-29.
    assert (days[0], days[-1]) == (dt.date(2018, 1, 1), dt.date(2020, 3, 1))
    assert len(days) == 365 + 365 + 31 + 29 + 1
    assert all(later - earlier == dt.timedelta(days=1) for earlier, later in itertools.pairwise(days))
    assert not any(step.returns for step in steps)


def test_returns_go_out_on_the_day_they_were_published_in_their_order(make_plan: MakePlan, make_outgoing: Make) -> None:
    returns = [
        make_outgoing("2019-03-01", "b"),
        make_outgoing("2019-03-01", "a"),
        make_outgoing("2019-03-05", "c"),
    ]
    steps = list(schedule(returns, [PlanView(make_plan())]))
    assert _ids(steps) == {"2019-03-01": ["b", "a"], "2019-03-05": ["c"]}


def test_the_day_is_that_of_china(make_plan: MakePlan, make_outgoing: Make) -> None:
    late = make_outgoing(published_at=dt.datetime(2019, 3, 1, 17, 0, tzinfo=dt.UTC))  # 01:00 of the 2nd, UTC+8
    assert _ids(list(schedule([late], [PlanView(make_plan())]))) == {"2019-03-02": ["r-1"]}


def test_a_publication_after_all_due_dates_makes_the_calendar_longer(make_plan: MakePlan, make_outgoing: Make) -> None:
    late = make_outgoing("2020-08-23")
    assert last_day([late], [PlanView(make_plan())]) == dt.date(2020, 8, 24)


def test_a_publication_before_the_plan_makes_the_calendar_begin_with_it(
    make_plan: MakePlan, make_outgoing: Make
) -> None:
    steps = list(schedule([make_outgoing("2017-12-30")], [PlanView(make_plan())]))
    assert steps[0].tick.tick_date == dt.date(2017, 12, 30)
    assert len(steps[0].returns) == 1


def test_until_ends_the_calendar_and_leaves_later_returns_out(make_plan: MakePlan, make_outgoing: Make) -> None:
    returns = [make_outgoing("2018-01-02", "a"), make_outgoing("2018-01-04", "b")]
    steps = list(schedule(returns, [PlanView(make_plan())], dt.date(2018, 1, 3)))
    assert [step.tick.tick_date.day for step in steps] == [1, 2, 3]
    assert _ids(steps) == {"2018-01-02": ["a"]}


def test_plans_share_one_calendar(make_plan: MakePlan) -> None:
    early = make_plan(id="early", first_day="2017-06-01", forms=[])
    steps = list(schedule([], [PlanView(make_plan()), PlanView(early)]))
    days = [step.tick.tick_date for step in steps]
    assert (days[0], days[-1]) == (dt.date(2017, 6, 1), dt.date(2020, 3, 1))
    assert len(set(days)) == len(days)


def test_a_return_without_a_date_cannot_be_replayed(make_plan: MakePlan, make_outgoing: Make) -> None:
    with pytest.raises(ValueError, match="'r-1' has no publication date"):
        list(schedule([make_outgoing(None)], [PlanView(make_plan())]))
