"""The spool: rows of the store that wait for Kafka, and the book of receipts. Each function is (part of) a job.

How a message is held, from the POST to the log:

1. it is inserted as an entry; the commit is on the disk before anything is said (store.py);
2. the drainer reads entries in the order of their numbers and sends them; of one unit it has at most one under way,
   so that whatever Kafka, the network or a restart does, a unit's messages stand in the log in its own order;
3. when Kafka has acknowledged an entry its address is written beside it: the entry waits no more;
4. its receipt says `spool`; the transaction of step 3 makes it say `kafka`, with the address, if it has not been
   handed out by then (promises.py). Once handed out it never changes: who asks again with the same content reads it;
5. a crash after sending and before step 3 sends again: the same id and content, a duplicate that the landing drops;
6. a crash before step 1 has committed: nothing was promised, nothing is kept;
7. the payload goes when it is known to have landed, or some days after the acknowledgement; the receipt stays.
"""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any

import msgspec

from producers.gateway.faults import OtherContent, SpoolFull


class EntryKind(StrEnum):
    """What kind of message an entry holds."""

    RETURN = "return"
    EXPLANATION = "explanation"


class HeldBy(StrEnum):
    """Who held the message when its receipt was handed out."""

    KAFKA = "kafka"
    SPOOL = "spool"


class Taken(msgspec.Struct, frozen=True):
    """A checked message on its way into the spool."""

    kind: EntryKind
    receipt_id: str
    key_id: str
    unit: str
    form: str
    form_version: int
    period: str
    sent_id: str
    idempotency_key: str | None
    content_hash: bytes
    payload: bytes
    topic: str
    trace_id: str
    received_at: dt.datetime


class Address(msgspec.Struct, frozen=True):
    """Where Kafka holds a message; the topic by the plan's name."""

    topic: str
    partition: int
    offset: int


class Entry(msgspec.Struct, frozen=True):
    """An entry of the book of receipts."""

    number: int
    kind: EntryKind
    receipt_id: str
    unit: str
    form: str
    period: str
    sent_id: str
    topic: str
    received_at: dt.datetime
    replaces: str
    held_by: HeldBy
    kafka_partition: int | None
    kafka_offset: int | None

    @property
    def address(self) -> Address | None:
        """Where Kafka holds it; None while it waits."""
        if self.kafka_partition is None or self.kafka_offset is None:
            return None
        return Address(self.topic, self.kafka_partition, self.kafka_offset)


class Unsent(msgspec.Struct, frozen=True):
    """An entry with what the drainer needs to send it."""

    number: int
    kind: EntryKind
    receipt_id: str
    unit: str
    form: str
    form_version: int
    sent_id: str
    topic: str
    trace_id: str
    payload: bytes


class Acknowledged(msgspec.Struct, frozen=True):
    """Kafka's answer for an entry."""

    number: int
    receipt_id: str
    partition: int
    offset: int


class Waiting(msgspec.Struct, frozen=True):
    """How much waits for Kafka, and since when."""

    entries: int
    bytes: int
    oldest_at: dt.datetime | None


class Bound(msgspec.Struct, frozen=True):
    """How much may wait for Kafka."""

    entries: int
    bytes: int


_ENTRY = (
    "number, kind, receipt_id, unit, form, period, sent_id, topic, received_at, replaces, held_by, "
    "kafka_partition, kafka_offset"
)

_STANDS = (
    "NOT EXISTS (SELECT 1 FROM outcome AS o WHERE o.kind = 'dead_lettered' AND o.unit = e.unit AND o.form = e.form "
    "AND o.period = e.period AND o.sent_id = e.sent_id AND o.topic = e.topic)"
)


def stamp(at: dt.datetime) -> str:
    """A moment as the store keeps it."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def take(database: sqlite3.Connection, taken: Taken, bound: Bound) -> tuple[Entry, bool]:
    """Keep a message, or find that it was taken before; tells which (True: it is new).

    Raises OtherContent, SpoolFull.
    """
    earlier = _same(database, taken)
    if earlier is not None:
        return earlier, False
    entries, held = database.execute("SELECT entries, bytes FROM waiting").fetchone()
    if entries >= bound.entries or held + len(taken.payload) > bound.bytes:
        raise SpoolFull(f"{entries} entries, {held} bytes wait")
    return _insert(database, taken), True


def entry_of(database: sqlite3.Connection, number: int) -> Entry:
    """The entry of a number that is known to exist."""
    return _entry(database.execute(f"SELECT {_ENTRY} FROM entry WHERE number = ?", (number,)).fetchone())


def acknowledge(
    database: sqlite3.Connection, answers: Iterable[Acknowledged], at: dt.datetime, claim: Callable[[str], bool]
) -> None:
    """Write Kafka's answers beside their entries; an address once written stays.

    `claim` tells of a receipt whether it may still say `kafka`.
    """
    for each in answers:
        held_by = HeldBy.KAFKA if claim(each.receipt_id) else HeldBy.SPOOL
        database.execute(
            "UPDATE entry SET kafka_partition = ?, kafka_offset = ?, acknowledged_at = ?, held_by = ? "
            "WHERE number = ? AND kafka_offset IS NULL",
            (each.partition, each.offset, stamp(at), held_by, each.number),
        )


def told_by_kafka(entry: Entry, answer: Acknowledged) -> Entry:
    """The entry as it is once Kafka's answer was written down in time. Pure."""
    return msgspec.structs.replace(
        entry, held_by=HeldBy.KAFKA, kafka_partition=answer.partition, kafka_offset=answer.offset
    )


def next_unsent(database: sqlite3.Connection, after: int, rows_max: int, bytes_max: int) -> list[Unsent]:
    """The next entries that wait, in order, up to a bound; at least one when there is any."""
    found: list[Unsent] = []
    held = 0
    for row in database.execute(
        "SELECT number, kind, receipt_id, unit, form, form_version, sent_id, topic, trace_id, payload FROM entry "
        "WHERE kafka_offset IS NULL AND number > ? ORDER BY number LIMIT ?",
        (after, rows_max),
    ):
        held += len(row[-1])
        if found and held > bytes_max:
            break
        found.append(Unsent(row[0], EntryKind(row[1]), *row[2:]))
    return found


def waiting(database: sqlite3.Connection) -> Waiting:
    """How much waits for Kafka, and since when."""
    entries, held = database.execute("SELECT entries, bytes FROM waiting").fetchone()
    oldest = database.execute(
        "SELECT received_at FROM entry WHERE kafka_offset IS NULL ORDER BY number LIMIT 1"
    ).fetchone()
    return Waiting(entries, held, dt.datetime.fromisoformat(oldest[0]) if oldest else None)


def find_sent(database: sqlite3.Connection, unit: str, kind: EntryKind, sent_id: str) -> list[Entry]:
    """What a unit handed in under an id; an id counts within form and period, so there may be several. Newest first."""
    rows = database.execute(
        f"SELECT {_ENTRY} FROM entry WHERE sent_id = ? AND unit = ? AND kind = ? ORDER BY number DESC",
        (sent_id, unit, kind),
    )
    return [_entry(row) for row in rows]


def list_sent(database: sqlite3.Connection, unit: str, kind: EntryKind, before: int, count: int) -> list[Entry]:
    """What a unit handed in, newest first, from below a number."""
    rows = database.execute(
        f"SELECT {_ENTRY} FROM entry WHERE unit = ? AND number < ? AND kind = ? ORDER BY number DESC LIMIT ?",
        (unit, before, kind, count),
    )
    return [_entry(row) for row in rows]


def standing_returns(database: sqlite3.Connection, unit: str) -> Iterator[tuple[str, str, str, str]]:
    """Form, period, receipt and moment (as kept) of a unit's returns that are not known to be refused, in their order.

    There may be thousands, of which somebody looks at a few.
    """
    refused = set(
        database.execute(
            "SELECT topic, form, period, sent_id FROM outcome WHERE unit = ? AND kind = 'dead_lettered'", (unit,)
        )
    )
    for topic, form, period, sent_id, receipt_id, at in database.execute(
        "SELECT topic, form, period, sent_id, receipt_id, received_at FROM entry "
        "WHERE unit = ? AND kind = 'return' ORDER BY number",
        (unit,),
    ):
        if (topic, form, period, sent_id) not in refused:
            yield form, period, receipt_id, at


def replaced_by(database: sqlite3.Connection, entry: Entry) -> str | None:
    """The receipt of the latest return after this one of its unit, form and period that is not known to be refused."""
    row = database.execute(
        "SELECT receipt_id FROM entry AS e WHERE unit = ? AND form = ? AND period = ? AND kind = 'return' "
        f"AND number > ? AND {_STANDS} ORDER BY number DESC LIMIT 1",
        (entry.unit, entry.form, entry.period, entry.number),
    ).fetchone()
    return None if row is None else str(row[0])


def drop_old_payloads(database: sqlite3.Connection, before: dt.datetime) -> int:
    """Drop the payloads of what Kafka acknowledged before a moment; the receipts stay."""
    return database.execute(
        "UPDATE entry SET payload = NULL "
        "WHERE payload IS NOT NULL AND kafka_offset IS NOT NULL AND acknowledged_at < ?",
        (stamp(before),),
    ).rowcount


def _same(database: sqlite3.Connection, taken: Taken) -> Entry | None:
    """The entry of the same content under the same idempotency key or id. Raises OtherContent."""
    if taken.idempotency_key is not None:
        row = database.execute(
            f"SELECT content_hash, {_ENTRY} FROM entry WHERE unit = ? AND idempotency_key = ?",
            (taken.unit, taken.idempotency_key),
        ).fetchone()
        if row is not None:
            if row[0] != taken.content_hash:
                raise OtherContent("idempotency_key", taken.idempotency_key)
            return _entry(row[1:])
    row = database.execute(
        f"SELECT content_hash, {_ENTRY} FROM entry WHERE sent_id = ? AND form = ? AND period = ? AND kind = ?",
        (taken.sent_id, taken.form, taken.period, taken.kind),
    ).fetchone()
    if row is None:
        return None
    if row[0] != taken.content_hash:
        raise OtherContent(f"{taken.kind}_id", taken.sent_id)
    return _entry(row[1:])


def _insert(database: sqlite3.Connection, taken: Taken) -> Entry:
    replaces = _replaced(database, taken)
    values = {
        **{name: getattr(taken, name) for name in taken.__struct_fields__},
        "size": len(taken.payload),
        "received_at": stamp(taken.received_at),
        "replaces": replaces,
        "held_by": HeldBy.SPOOL,
    }
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    number = database.execute(f"INSERT INTO entry ({columns}) VALUES ({marks})", tuple(values.values())).lastrowid
    if number is None:
        raise LookupError("SQLite gave no number to an inserted row")
    shared = {name: getattr(taken, name) for name in taken.__struct_fields__ if name in Entry.__struct_fields__}
    return Entry(
        number=number, replaces=replaces, held_by=HeldBy.SPOOL, kafka_partition=None, kafka_offset=None, **shared
    )


def _replaced(database: sqlite3.Connection, taken: Taken) -> str:
    """The receipt of the unit's return that this one replaces: the latest that is not known to be refused."""
    if taken.kind is not EntryKind.RETURN:
        return ""
    row = database.execute(
        "SELECT receipt_id FROM entry AS e WHERE unit = ? AND form = ? AND period = ? AND kind = 'return' "
        f"AND {_STANDS} ORDER BY number DESC LIMIT 1",
        (taken.unit, taken.form, taken.period),
    ).fetchone()
    return "" if row is None else str(row[0])


def _entry(row: tuple[Any, ...]) -> Entry:
    number, kind, receipt_id, unit, form, period, sent_id, topic, at, replaces, held_by, partition, offset = row
    return Entry(
        number,
        EntryKind(kind),
        receipt_id,
        unit,
        form,
        period,
        sent_id,
        topic,
        dt.datetime.fromisoformat(at),
        replaces,
        HeldBy(held_by),
        partition,
        offset,
    )
