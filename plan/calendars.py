"""Calendars written by their first and last period: the loader lists the periods between."""

from collections.abc import Iterable

import msgspec

from plan.check_base import PathFault
from plan.model import Calendar, Form
from plan.periods import PeriodFault, from_to, parse_period

PERIODS_MAX = 4_000
"""About eleven years of days."""


def listed(forms: Iterable[Form]) -> tuple[tuple[Form, ...], tuple[PathFault, ...]]:
    """The forms with all periods of their calendars listed, and every fault of a first and last."""
    made: list[Form] = []
    faults: list[PathFault] = []
    for at, form in enumerate(forms):
        calendar, says = _listed(form.calendar)
        if says:
            faults.append(PathFault(("forms", at, "calendar"), says))
        made.append(msgspec.structs.replace(form, calendar=calendar))
    return tuple(made), tuple(faults)


def _listed(calendar: Calendar) -> tuple[Calendar, str]:
    if not calendar.first and not calendar.last:
        return calendar, ""
    if calendar.periods:
        return calendar, "periods are listed and given by first and last too; keep one of the two"
    if not calendar.first or not calendar.last:
        return calendar, "first and last go together; name both, or list the periods"
    try:
        first, last = parse_period(calendar.first), parse_period(calendar.last)
        if first.kind is not calendar.kind:
            return calendar, f"first is a {first.kind}, the calendar is by {calendar.kind}; correct one of them"
        periods = tuple(str(each) for each in from_to(first, last))
    except (PeriodFault, ValueError) as refused:
        return calendar, str(refused)
    if len(periods) > PERIODS_MAX:
        return calendar, f"{len(periods)} periods, at most {PERIODS_MAX}; bring first and last nearer together"
    return msgspec.structs.replace(calendar, periods=periods, first="", last=""), ""
