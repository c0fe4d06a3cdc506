"""One message of the simulation: the very bytes, under which sender, on which day, and what is to become of it."""

import datetime as dt
from collections.abc import Iterable

import msgspec

from plan.canonical import digest
from plan.due import due_date
from plan.messages import Cell, DateKind, Return, encode
from plan.model import Form
from plan.periods import LOCAL_ZONE, Period, parse_period
from plan.topics import return_topic

SIMULATOR, INTRUDER = "simulator", "intruder"
_NINE = dt.time(9)


class Sending(msgspec.Struct, frozen=True):
    """A return on its way, as bytes. ``is_good``: it keeps the contract, or should."""

    day: dt.date
    form: str
    unit: str
    period: str
    return_id: str
    payload: bytes
    sender_id: str = SIMULATOR
    is_good: bool = True

    @property
    def topic(self) -> str:
        """The plan's name of the topic it goes to."""
        return return_topic(self.form, self.sender_id)

    @property
    def order(self) -> tuple[dt.date, str, str, str, str]:
        """The order in which a day's returns are sent."""
        return (self.day, self.form, self.unit, self.period, self.return_id)


def on_time(form: Form, period: Period, chance: float) -> dt.date:
    """A day on which the return of a period is handed in: some days before it is due, never before the period's end."""
    due = due_date(form, period)
    early = int(chance * min(6, form.calendar.due_days))
    return max(due - dt.timedelta(days=early), period.end_date + dt.timedelta(days=1))


def make_return(form: Form, unit: str, period: str, cells: Iterable[Cell], day: dt.date) -> Return:
    """A return published at nine in the morning of a day; its id comes from its content."""
    unnamed = Return(
        return_id="",
        form=form.id,
        form_version=form.version,
        unit=unit,
        period=period,
        cells=tuple(cells),
        published_at=dt.datetime.combine(day, _NINE, LOCAL_ZONE),
        published_kind=DateKind.EXACT,
    )
    return msgspec.structs.replace(unnamed, return_id=digest(encode(unnamed)))


def sending_of(sent: Return, *, sender_id: str = SIMULATOR, is_good: bool = True) -> Sending:
    """A return as it is sent, on the day of its publication."""
    assert sent.published_at is not None
    return Sending(
        day=sent.published_at.astimezone(LOCAL_ZONE).date(),
        form=sent.form,
        unit=sent.unit,
        period=sent.period,
        return_id=sent.return_id,
        payload=encode(sent),
        sender_id=sender_id,
        is_good=is_good,
    )


def periods_of(form: Form) -> tuple[Period, ...]:
    """The reference periods of a form, read."""
    return tuple(parse_period(text) for text in form.calendar.periods)
