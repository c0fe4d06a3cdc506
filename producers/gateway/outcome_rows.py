"""What became of messages, in the store. Each function is (part of) a job.

Outcomes are kept as they are announced, by the address of their message, and meet the book of receipts only when
somebody asks: an outcome may be here before the acknowledgement of its own message is written down.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Mapping

import msgspec

from plan.faults import Fault
from plan.messages import Finding, OutcomeKind, ReturnOutcome, Verdict
from plan.topics import EXPLANATIONS
from producers.gateway.spool import Entry, stamp

_faults = msgspec.json.Decoder(tuple[Fault, ...])
_findings = msgspec.json.Decoder(tuple[Finding, ...])


class Fate(msgspec.Struct, frozen=True):
    """What became of one message: landed, duplicate or dead-lettered with its faults."""

    kind: OutcomeKind
    at: dt.datetime
    faults: tuple[Fault, ...]


class Audited(msgspec.Struct, frozen=True):
    """The newest verdict on the slice a return lies in, with the findings about its unit."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    at: dt.datetime


class HandedIn(msgspec.Struct, frozen=True):
    """When the first return of a form and period landed."""

    form: str
    period: str
    at: dt.datetime


def next_offsets(database: sqlite3.Connection, topic: str) -> dict[int, int]:
    """Where to go on reading, by partition."""
    return dict(database.execute("SELECT partition, next FROM next_offset WHERE topic = ?", (topic,)))


def put_outcomes(
    database: sqlite3.Connection, topic: str, outcomes: Iterable[ReturnOutcome], nexts: Mapping[int, int]
) -> None:
    """Keep outcomes and how far they are read, together; a repeated outcome changes nothing."""
    for each in outcomes:
        if each.kind is OutcomeKind.AUDITED:
            _put_audit(database, each)
        else:
            _put_fate(database, each)
    for partition, next_offset in nexts.items():
        database.execute("INSERT OR REPLACE INTO next_offset VALUES (?, ?, ?)", (topic, partition, next_offset))


def fate_of(database: sqlite3.Connection, entry: Entry) -> Fate | None:
    """What became of an entry. It may have been sent twice: then the first copy counts, not the repeat."""
    row = database.execute(
        "SELECT kind, at, faults FROM outcome WHERE unit = ? AND form = ? AND period = ? AND sent_id = ? AND topic = ? "
        "ORDER BY kind = 'duplicate', at LIMIT 1",
        (*_names(entry), entry.topic),
    ).fetchone()
    return None if row is None else Fate(OutcomeKind(row[0]), _moment(row[1]), _faults.decode(row[2]))


def audit_of(database: sqlite3.Connection, entry: Entry) -> Audited | None:
    """The newest audit of the slice that a return lies in."""
    row = database.execute(
        "SELECT verdict, findings, at FROM audit WHERE unit = ? AND form = ? AND period = ? AND sent_id = ?",
        _names(entry),
    ).fetchone()
    return None if row is None else Audited(Verdict(row[0]), _findings.decode(row[1]), _moment(row[2]))


def landed_of(database: sqlite3.Connection, unit: str) -> list[HandedIn]:
    """The forms and periods for which a return of a unit has landed."""
    rows = database.execute(
        "SELECT form, period, min(at) FROM outcome WHERE unit = ? AND kind = 'landed' AND topic NOT LIKE ? "
        "GROUP BY form, period",
        (unit, f"{EXPLANATIONS}.%"),
    )
    return [HandedIn(form, period, _moment(at)) for form, period, at in rows]


def _put_fate(database: sqlite3.Connection, each: ReturnOutcome) -> None:
    database.execute(
        "INSERT OR REPLACE INTO outcome VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(each.topic, each.partition, each.offset, each.kind, each.return_id, each.form, each.unit, each.period),
            *(stamp(each.at), msgspec.json.encode(each.faults).decode()),
        ),
    )
    # The warehouse holds it from now on, landed or as a dead letter.
    database.execute(
        "UPDATE entry SET payload = NULL WHERE sent_id = ? AND form = ? AND period = ? AND unit = ? AND topic = ? "
        "AND kafka_offset IS NOT NULL",
        (each.return_id, each.form, each.period, each.unit, each.topic),
    )


def _put_audit(database: sqlite3.Connection, each: ReturnOutcome) -> None:
    if each.verdict is None:
        return
    database.execute(
        "INSERT OR REPLACE INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(each.unit, each.form, each.period, each.return_id, each.verdict),
            *(msgspec.json.encode(each.findings).decode(), stamp(each.at)),
        ),
    )


def _names(entry: Entry) -> tuple[str, ...]:
    return entry.unit, entry.form, entry.period, entry.sent_id


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
