"""What waits to leave the store: messages to Kafka, notices to people.

Rows are written in the transaction of the batch and marked after the other side took them. A process that dies
in between sends again: consumers drop repeats by id, receivers of notices by the idempotency key.
"""

import datetime as dt
import sqlite3
from collections.abc import Sequence

import msgspec

from alerts.routing import Urgency


class Message(msgspec.Struct, frozen=True):
    """One message to Kafka; the topic without the installation's prefix."""

    number: int
    topic: str
    key: str
    value: bytes


class PendingNotice(msgspec.Struct, frozen=True):
    """One notice to one channel that was not taken yet."""

    number: int
    transition_id: str
    channel: str
    urgency: Urgency
    title: str
    body: str
    attempts: int

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt, another one for every transition and channel."""
        return f"{self.transition_id}@{self.channel}"


class Outbox:
    """The unsent rows of the store on an open connection."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def add_message(self, topic: str, key: str, value: bytes) -> None:
        """Queue a message; call it inside the batch's transaction."""
        self._database.execute("INSERT INTO outbox (topic, key, value) VALUES (?, ?, ?)", (topic, key, value))

    def unsent(self, limit: int) -> tuple[Message, ...]:
        """The oldest messages that were not acknowledged, in order."""
        rows = self._database.execute(
            "SELECT number, topic, key, value FROM outbox WHERE is_sent = 0 ORDER BY number LIMIT ?", (limit,)
        )
        return tuple(Message(*row) for row in rows)

    def mark_sent(self, messages: Sequence[Message]) -> None:
        """Record that Kafka holds the messages."""
        self._database.executemany(
            "UPDATE outbox SET is_sent = 1 WHERE number = ?", [(message.number,) for message in messages]
        )

    def add_notice(self, transition_id: str, channel: str, urgency: Urgency, title: str, body: str) -> None:
        """Queue a notice; call it inside the batch's transaction."""
        self._database.execute(
            "INSERT INTO notices (transition_id, channel, urgency, title, body) VALUES (?, ?, ?, ?, ?)",
            (transition_id, channel, urgency, title, body),
        )

    def untold(self, due_by: dt.datetime | None) -> tuple[PendingNotice, ...]:
        """Notices that no receiver took, oldest first; with ``due_by`` only those whose wait is over."""
        rows = self._database.execute(
            "SELECT number, transition_id, channel, urgency, title, body, attempts FROM notices "
            "WHERE sent_at IS NULL AND (? OR due_at <= ?) ORDER BY number",
            (due_by is None, "" if due_by is None else _utc(due_by)),
        )
        return tuple(PendingNotice(at, by, to, Urgency(loud), *rest) for at, by, to, loud, *rest in rows)

    def mark_told(self, notice: PendingNotice, at: dt.datetime) -> None:
        """Record that the receiver took the notice."""
        self._database.execute(
            "UPDATE notices SET sent_at = ?, attempts = attempts + 1, last_outcome = 'sent' WHERE number = ?",
            (_utc(at), notice.number),
        )

    def mark_failed(self, notice: PendingNotice, outcome: str, due_at: dt.datetime) -> None:
        """Record a failed attempt and when to try again."""
        self._database.execute(
            "UPDATE notices SET attempts = attempts + 1, last_outcome = ?, due_at = ? WHERE number = ?",
            (outcome, _utc(due_at), notice.number),
        )

    def postpone(self, notice: PendingNotice, due_at: dt.datetime) -> None:
        """Let the notice wait without an attempt, because its channel fails at present."""
        self._database.execute("UPDATE notices SET due_at = ? WHERE number = ?", (_utc(due_at), notice.number))

    def untold_count(self) -> int:
        """How many notices no receiver took yet."""
        (count,) = self._database.execute("SELECT count(*) FROM notices WHERE sent_at IS NULL").fetchone()
        return int(count)


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")
