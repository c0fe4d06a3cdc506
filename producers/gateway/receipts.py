"""Receipts as they are handed out: a function of an entry, the same for ever once fixed."""

import datetime as dt

import msgspec

from producers.gateway.spool import Address, Entry, HeldBy


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Proof that a message was taken. `held_by` says who held it when the receipt was handed out.

    topic, partition and offset: its place in the log, when Kafka held it then.
    """

    receipt_id: str
    form: str
    unit: str
    period: str
    held_by: HeldBy
    topic: str | None
    partition: int | None
    offset: int | None
    received_at: dt.datetime


class ReturnReceipt(Receipt, frozen=True, kw_only=True):
    """Receipt of a return. `replaces`: the receipt of the unit's earlier return of the same form and period."""

    return_id: str
    replaces: str | None


class ExplanationReceipt(Receipt, frozen=True, kw_only=True):
    """Receipt of an explanation."""

    explanation_id: str


def return_receipt(entry: Entry) -> ReturnReceipt:
    """The receipt of a return."""
    address = _address(entry)
    return ReturnReceipt(
        receipt_id=entry.receipt_id,
        return_id=entry.sent_id,
        form=entry.form,
        unit=entry.unit,
        period=entry.period,
        held_by=entry.held_by,
        topic=address.topic if address else None,
        partition=address.partition if address else None,
        offset=address.offset if address else None,
        received_at=entry.received_at,
        replaces=entry.replaces or None,
    )


def explanation_receipt(entry: Entry) -> ExplanationReceipt:
    """The receipt of an explanation."""
    address = _address(entry)
    return ExplanationReceipt(
        receipt_id=entry.receipt_id,
        explanation_id=entry.sent_id,
        form=entry.form,
        unit=entry.unit,
        period=entry.period,
        held_by=entry.held_by,
        topic=address.topic if address else None,
        partition=address.partition if address else None,
        offset=address.offset if address else None,
        received_at=entry.received_at,
    )


def _address(entry: Entry) -> Address | None:
    """The place in the log, if it was known when the receipt was handed out."""
    return entry.address if entry.held_by is HeldBy.KAFKA else None
