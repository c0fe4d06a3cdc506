"""From bytes and a key to a message for the spool: who may say what, then the contract. Pure."""

import datetime as dt
import hashlib

import msgspec

from plan.book import PlanBook
from plan.contract import check_return
from plan.explanation_contract import check_explanation
from plan.faults import FaultCode
from plan.messages import Explanation, Return, encode
from plan.topics import explanation_topic, return_topic
from producers.gateway.keys import Key
from producers.gateway.problems import Problem
from producers.gateway.settings import SENDER
from producers.gateway.spool import EntryKind, Taken
from producers.gateway.wording import told


class Request(msgspec.Struct, frozen=True):
    """What of a request beside its body belongs to a message."""

    key: Key
    idempotency_key: str | None
    receipt_id: str
    trace_id: str
    received_at: dt.datetime


def take_return(sent: Return, request: Request, book: PlanBook) -> Taken:
    """Check who reports, then the contract; raises Problem (403) or Refused with every fault."""
    require_scope(request.key, sent.unit, sent.form)
    check_return(sent, book, SENDER, sent.form, request.received_at)
    return _taken(EntryKind.RETURN, sent, sent.return_id, sent.form_version, request)


def take_explanation(sent: Explanation, request: Request, book: PlanBook) -> Taken:
    """The same for an explanation."""
    require_scope(request.key, sent.unit, sent.form)
    view = check_explanation(sent, book, SENDER, request.received_at)
    return _taken(EntryKind.EXPLANATION, sent, sent.explanation_id, view.forms[sent.form].version, request)


def require_scope(key: Key, unit: str, form: str) -> None:
    """Raise Problem (403) unless the key may report the form as the unit."""
    if unit == key.unit and key.may_report(form):
        return
    place, what = ("unit", unit) if unit != key.unit else ("form", form)
    forms = f" {', '.join(key.forms)}" if key.forms else ""
    fault = told(FaultCode.NOT_AUTHORISED, place, unit=key.unit, forms=forms, what=repr(what[:100]))
    raise Problem(403, [fault])


def _taken(kind: EntryKind, sent: Return | Explanation, sent_id: str, form_version: int, request: Request) -> Taken:
    payload = encode(sent)
    topic = return_topic(sent.form, SENDER) if kind is EntryKind.RETURN else explanation_topic(SENDER)
    return Taken(
        kind=kind,
        receipt_id=request.receipt_id,
        key_id=request.key.key_id,
        unit=sent.unit,
        form=sent.form,
        form_version=form_version,
        period=sent.period,
        sent_id=sent_id,
        idempotency_key=request.idempotency_key,
        content_hash=hashlib.sha256(payload).digest(),
        payload=payload,
        topic=topic,
        trace_id=request.trace_id,
        received_at=request.received_at,
    )
