"""Which figures of a target and area are waited for on a day: by the calendar of its form, else year by year."""

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from plan.aim import Span
from plan.book import PlanView
from plan.due import due_date
from plan.model import Target
from plan.periods import Period, PeriodKind, parse_period


class Wait(StrEnum):
    """What is known on a day about a figure that is expected."""

    NOT_ENDED = "not_ended"
    ENDED = "ended"
    OVERDUE = "overdue"


class Expected(msgspec.Struct, frozen=True):
    """A period whose figure is expected. ``due_on``: the last day to report it; None where no form asks for it."""

    period: Period
    due_on: dt.date | None

    def on(self, day: dt.date) -> Wait:
        """What is known at the end of a day. Without a form nothing is ever overdue: nobody was asked."""
        if self.due_on is not None and self.due_on <= day:
            return Wait.OVERDUE
        return Wait.ENDED if self.period.end_date <= day else Wait.NOT_ENDED


def expected(view: PlanView, target: Target, area: str, span: Span) -> tuple[Expected, ...]:
    """Periods from the baseline to the deadline whose figures are expected for the area, in order of time."""
    form = view.forms.get(view.indicators[target.indicator].form)
    if form is None:
        return tuple(Expected(period, None) for period in _years(span))
    asked = [parse_period(text) for text in form.calendar.periods if view.roster(form, area, text)]
    on_the_way = sorted((period for period in asked if span.holds(period)), key=lambda each: each.sort_key)
    if not on_the_way:
        return tuple(Expected(period, None) for period in _years(span))
    return tuple(Expected(period, due_date(form, period)) for period in on_the_way)


def _years(span: Span) -> Iterator[Period]:
    """The years that end on the way, and the deadline itself where it is no year's end."""
    for year in range(span.base.year, span.deadline.year + 1):
        period = Period(PeriodKind.YEAR, year, 1, 12)
        if span.holds(period):
            yield period
    if span.deadline.last_month != 12:
        yield span.deadline
