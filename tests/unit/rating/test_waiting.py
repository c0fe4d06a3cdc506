"""Which figures are waited for: by a form's calendar and roster, else year by year to the deadline."""

import datetime as dt

import pytest

from plan.aim import Span
from plan.book import PlanView
from plan.loader import load_plan
from plan.periods import parse_period
from rating.waiting import Wait, expected
from tests.support.assess_plan import write_town


@pytest.fixture
def view(tmp_path_factory: pytest.TempPathFactory) -> PlanView:
    return PlanView(load_plan(write_town(tmp_path_factory.mktemp("plans"))))


def _span(base: str, deadline: str) -> Span:
    return Span(parse_period(base), parse_period(deadline))


def test_a_form_is_waited_for_by_its_calendar(view: PlanView) -> None:
    found = expected(view, view.targets["mines-2017"], "city", _span("2016", "2017"))
    assert [(str(each.period), each.due_on) for each in found] == [
        ("2017-01..06", dt.date(2017, 7, 30)),
        ("2017-01..12", dt.date(2018, 1, 30)),
    ]
    half = found[0]
    days = {
        "2017-06-29": Wait.NOT_ENDED,
        "2017-06-30": Wait.ENDED,
        "2017-07-29": Wait.ENDED,
        "2017-07-30": Wait.OVERDUE,
    }
    assert {day: half.on(dt.date.fromisoformat(day)) for day in days} == days


def test_an_area_that_nobody_reports_for_is_waited_for_by_years(view: PlanView) -> None:
    found = expected(view, view.targets["mines-2017"], "east", _span("2016", "2017"))
    assert [(str(each.period), each.due_on) for each in found] == [("2017", None)]


def test_without_a_form_years_are_waited_for_and_nothing_is_overdue(view: PlanView) -> None:
    target = view.targets["smart-2020"]
    found = expected(view, target, "city", _span("2016", "2020"))
    assert [str(each.period) for each in found] == ["2017", "2018", "2019", "2020"]
    assert found[0].on(dt.date(2030, 1, 1)) is Wait.ENDED
    to_june = expected(view, target, "city", _span("2016-06", "2018-06"))
    assert [str(each.period) for each in to_june] == ["2016", "2017", "2018-06"]
