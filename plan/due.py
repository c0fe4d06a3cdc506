"""Due dates and expected slices: who must report what by when. Pure functions of the plan."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from plan.book import PlanView
from plan.model import Form
from plan.periods import LOCAL_ZONE, Period, parse_period


class Slice(msgspec.Struct, frozen=True, order=True):
    """Form x reference period x area: what is audited together."""

    form: str
    period: str
    area: str


def due_date(form: Form, period: Period) -> dt.date:
    """Last day on which the form may be reported for the period."""
    return period.end_date + dt.timedelta(days=form.calendar.due_days)


def start_of(day: dt.date) -> dt.datetime:
    """The first moment of a calendar day in the plan's time zone (UTC+8), as UTC."""
    return dt.datetime.combine(day, dt.time(), LOCAL_ZONE).astimezone(dt.UTC)


def deadline_at(form: Form, period: Period) -> dt.datetime:
    """The last moment of the due date, as UTC: a return known later is late, none by then is overdue."""
    return start_of(due_date(form, period) + dt.timedelta(days=1)) - dt.timedelta(microseconds=1)


def expected_slices(view: PlanView) -> Iterator[tuple[Slice, dt.datetime]]:
    """Every slice the plan's calendar expects, with its deadline; one whose whole roster is exempt is not."""
    for form in view.plan.forms:
        areas = view.slice_areas(form)
        for text in form.calendar.periods if areas else ():
            moment = deadline_at(form, parse_period(text))
            for area in areas:
                if view.roster(form, area, text):
                    yield Slice(form.id, text, area), moment


def falling_due(view: PlanView, since: dt.datetime | None, before: dt.datetime) -> tuple[Slice, ...]:
    """The expected slices whose deadline lies in ``[since, before)``, by deadline; without ``since``, all before."""
    moments, slices = _by_deadline(view)
    first = 0 if since is None else bisect_left(moments, since)
    return slices[first : bisect_left(moments, before)]


@lru_cache(maxsize=8)
def _by_deadline(view: PlanView) -> tuple[tuple[dt.datetime, ...], tuple[Slice, ...]]:
    # A register of enterprises with daily returns has some ten thousand slices, and every tick asks for a few.
    found = sorted((moment, each) for each, moment in expected_slices(view))
    return tuple(moment for moment, _ in found), tuple(each for _, each in found)
