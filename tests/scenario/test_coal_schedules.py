"""China's coal 2016: 72.27, 95 and 150 Mt of 250 by the end of June, July and August; the year's task was done.

"Half the year, half the task" would have alarmed all summer; the plan's back-loaded steps do not. Pure: the rating and
the life of an alert on the shipped plan. Expected numbers by hand, from 25 000 wan_t:

* even months: 6/12 = 12 500, 7/12 = 14 583.33, 8/12 = 16 666.67;
* the plan's steps: 25 % = 6 250, 35 % = 8 750, 55 % = 13 750.
"""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from alerts.life import HoldPolicy, Life, PeriodStatus, Step, compare, live
from plan.book import PlanView
from plan.codes import ScheduleKind, Status, Yardstick
from plan.loader import load_plan
from plan.messages import AlertState, Bound, Change, Verdict
from plan.model import Schedule, Target
from rating.engine import Observed, Rating, rate

_PLAN = Path(__file__).parents[2] / "plan" / "henan-2016-2020"
_COAL = "china-coal-capacity-2016"

JUNE, JULY, AUGUST = "2016-01..06", "2016-01..07", "2016-01..08"
_PUBLISHED = (
    Observed(JUNE, Decimal(7227), Bound.EXACT, Verdict.PASSED, is_overdue=False),
    Observed(JULY, Decimal(9500), Bound.AT_LEAST, Verdict.PASSED, is_overdue=False),
    Observed(AUGUST, Decimal(15000), Bound.AT_LEAST, Verdict.PASSED, is_overdue=False),
)


@pytest.fixture(scope="module")
def view() -> PlanView:
    """The plan as it ships."""
    return PlanView(load_plan(_PLAN))


@pytest.fixture(scope="module")
def progress(view: PlanView) -> Callable[[Target], dict[str, Rating]]:
    """Rates a target's plan progress in each published month, by its alerting preset."""

    def made(target: Target) -> dict[str, Rating]:
        return {
            point.period: rating
            for point in _PUBLISHED
            for rating in rate(
                target, view.indicators[target.indicator], _PUBLISHED, point.period, view.presets, area=target.area
            )
            if rating.is_alerting and rating.yardstick is Yardstick.PLAN_PROGRESS
        }

    return made


@pytest.fixture
def coal(view: PlanView) -> Target:
    """The target with the plan's own, back-loaded steps."""
    return view.targets[_COAL]


@pytest.fixture
def coal_in_even_months(coal: Target) -> Target:
    """The same target as if every month had the same task."""
    even = Schedule(kind=ScheduleKind.LINEAR, note=coal.schedule.note)
    return msgspec.structs.replace(coal, schedule=even)


def told(target: Target, ratings: dict[str, Rating]) -> list[Step | None]:
    """What each month in turn changes on the alert of the target's plan progress."""
    (rule,) = (each for each in target.yardsticks if each.yardstick is Yardstick.PLAN_PROGRESS)
    policy = HoldPolicy(rule.hold_periods, rule.keep_firing_periods)
    judged = [PeriodStatus(period, rating.status) for period, rating in ratings.items()]
    lives = [Life(), *(live(judged[:count], policy) for count in range(1, len(judged) + 1))]
    return [compare(before, after) for before, after in pairwise(lives)]


def test_under_the_plans_steps_every_month_is_on_track_and_nothing_alerts(
    coal: Target, progress: Callable[[Target], dict[str, Rating]]
) -> None:
    ratings = progress(coal)
    assert {period: (each.required, each.status) for period, each in ratings.items()} == {
        JUNE: (Decimal("6250.00"), Status.ON_TRACK),
        JULY: (Decimal("8750.00"), Status.ON_TRACK),
        AUGUST: (Decimal("13750.00"), Status.ON_TRACK),
    }
    assert told(coal, ratings) == [None, None, None]


def test_in_even_months_june_and_july_are_severe_and_august_is_mild(
    coal_in_even_months: Target, progress: Callable[[Target], dict[str, Rating]]
) -> None:
    ratings = progress(coal_in_even_months)
    assert {period: (each.required, each.missed_pct, each.status) for period, each in ratings.items()} == {
        # 5 273 of 12 500, 5 083.33 of 14 583.33.
        JUNE: (Decimal("12500.00"), Decimal("42.18"), Status.SEVERE),
        JULY: (Decimal("14583.33"), Decimal("34.86"), Status.SEVERE),
        # 1 666.67 of 16 666.67 is a tenth to the last digit: 15 000 = 9/10 x 8/12 x 25 000. Mild, not severe.
        AUGUST: (Decimal("16666.67"), Decimal("10.00"), Status.MILD),
    }


def test_in_even_months_an_alert_opens_in_june_and_only_eases_in_august(
    coal_in_even_months: Target, progress: Callable[[Target], dict[str, Rating]]
) -> None:
    opened, again, eased = told(coal_in_even_months, progress(coal_in_even_months))
    assert opened is not None
    assert (opened.change, opened.to_state, opened.to_status) == (Change.OPENED, AlertState.FIRING, Status.SEVERE)
    assert again is None
    assert eased is not None
    assert (eased.change, eased.to_state, eased.to_status) == (Change.EASED, AlertState.FIRING, Status.MILD)


def test_a_tonne_less_in_august_would_have_been_severe(view: PlanView, coal_in_even_months: Target) -> None:
    less = Observed(AUGUST, Decimal("14999.9999"), Bound.EXACT, Verdict.PASSED, is_overdue=False)
    indicator = view.indicators[coal_in_even_months.indicator]
    (found,) = (
        each
        for each in rate(coal_in_even_months, indicator, [less], AUGUST, view.presets, area="china")
        if each.is_alerting and each.yardstick is Yardstick.PLAN_PROGRESS
    )
    assert found.status is Status.SEVERE
