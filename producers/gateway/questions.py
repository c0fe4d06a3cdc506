"""What a reporting unit asks of the store about its own messages. Each function is a job that only reads."""

import datetime as dt
import sqlite3

from producers.gateway.due import Submitted
from producers.gateway.outcome_rows import audit_of, fate_of, landed_of
from producers.gateway.spool import Entry, EntryKind, find_sent, list_sent, replaced_by, standing_returns
from producers.gateway.states import ExplanationState, ReturnState, explanation_state, return_state


def state_of_return(
    database: sqlite3.Connection, unit: str, return_id: str, form: str, period: str
) -> ReturnState | None:
    """How far a return has come: the newest of that id, form and period; an empty text narrows nothing down."""
    entry = _newest(find_sent(database, unit, EntryKind.RETURN, return_id), form, period)
    return None if entry is None else _state(database, entry)


def state_of_explanation(
    database: sqlite3.Connection, unit: str, explanation_id: str, form: str, period: str
) -> ExplanationState | None:
    """The same for an explanation."""
    entry = _newest(find_sent(database, unit, EntryKind.EXPLANATION, explanation_id), form, period)
    return None if entry is None else explanation_state(entry, fate_of(database, entry))


def returns_of(
    database: sqlite3.Connection, unit: str, before: int, count: int
) -> tuple[tuple[ReturnState, ...], int | None]:
    """A page of returns, newest first, and from below which number the next page goes on."""
    entries = list_sent(database, unit, EntryKind.RETURN, before, count + 1)
    page = entries[:count]
    further = page[-1].number if len(entries) > count else None
    return tuple(_state(database, entry) for entry in page), further


def submitted_by(database: sqlite3.Connection, unit: str) -> dict[tuple[str, str], Submitted]:
    """What was handed in here, by form and period; what is only known to have landed was taken by an earlier store."""
    found = {(each.form, each.period): Submitted(each.at, None) for each in landed_of(database, unit)}
    for form, period, receipt_id, at in standing_returns(database, unit):
        found[form, period] = Submitted(dt.datetime.fromisoformat(at), receipt_id)
    return found


def _newest(entries: list[Entry], form: str, period: str) -> Entry | None:
    fitting = (entry for entry in entries if form in ("", entry.form) and period in ("", entry.period))
    return next(fitting, None)


def _state(database: sqlite3.Connection, entry: Entry) -> ReturnState:
    fate, audit = fate_of(database, entry), audit_of(database, entry)
    return return_state(entry, fate, audit, replaced_by(database, entry))
