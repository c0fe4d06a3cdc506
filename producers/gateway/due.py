"""What is due from a reporting unit, by when, and what it has handed in. Pure.

Counted by the calendar of the day given, and by what this door has taken: it is not told what went in by another. What
is overdue for the barometer the warehouse decides at its ticks; this list is for the reporter.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import msgspec

from plan.book import PlanBook, PlanView
from plan.due import due_date
from plan.model import Form
from plan.periods import parse_period


class DueState(StrEnum):
    """Where a return that is due stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    OVERDUE = "overdue"


class Submitted(msgspec.Struct, frozen=True):
    """What was handed in for a form and period; without a receipt when an earlier store of the gateway took it."""

    at: dt.datetime
    receipt_id: str | None


class Due(msgspec.Struct, frozen=True):
    """One form for one period that a unit is to report."""

    form: str
    name_zh: str
    name_en: str
    period: str
    due_date: dt.date
    state: DueState
    submitted: Submitted | None


class Wish(msgspec.Struct, frozen=True):
    """Which of the returns due somebody wants to see; empty narrows nothing down."""

    form: str = ""
    state: DueState | None = None
    due_from: dt.date = dt.date.min
    due_to: dt.date = dt.date.max


def forms_of(book: PlanBook, unit: str, forms: Iterable[str], sender: str) -> Iterator[tuple[PlanView, Form]]:
    """The forms a unit is on the roster of and a sender may send, of those in a scope (an empty one is all)."""
    scope = frozenset(forms)
    for view in book.views.values():
        for form in view.plan.forms:
            in_scope = not scope or form.id in scope
            if in_scope and view.may_send(sender, form.id) and unit in view.roster_units(form):
                yield view, form


def dues(
    forms: Iterable[tuple[PlanView, Form]],
    unit: str,
    submitted: Mapping[tuple[str, str], Submitted],
    today: dt.date,
    wish: Wish,
) -> list[Due]:
    """What is due of periods that have begun, by due date; what was handed in stays listed as submitted."""
    found = [
        due
        for view, form in forms
        if not wish.form or form.id == wish.form
        for due in _of_form(view, form, unit, submitted, today)
        if wish.due_from <= due.due_date <= wish.due_to and (wish.state is None or due.state is wish.state)
    ]
    return sorted(found, key=lambda due: (due.due_date, due.form, due.period))


def _of_form(
    view: PlanView, form: Form, unit: str, submitted: Mapping[tuple[str, str], Submitted], today: dt.date
) -> Iterator[Due]:
    area = view.unit_area(unit)
    for text in form.calendar.periods:
        period = parse_period(text)
        if period.start_date > today or unit not in view.roster(form, area, text):
            continue
        last_day = due_date(form, period)
        handed_in = submitted.get((form.id, text))
        state = DueState.OVERDUE if today > last_day else DueState.OPEN
        if handed_in is not None:
            state = DueState.SUBMITTED
        yield Due(form.id, form.names.zh, form.names.en, text, last_day, state, handed_in)
