"""From a Kafka record to something that can land, or to a dead letter with every fault."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import TypeVar

import msgspec
from kafka.consumer.fetcher import ConsumerRecord

from plan.book import PlanBook, PlanView
from plan.canonical import canonical_json, digest, plan_hash
from plan.check import check_plan
from plan.contract import check_return, decode_return, known_at
from plan.decoding import decode
from plan.due import start_of
from plan.explanation_contract import check_explanation, decode_explanation
from plan.faults import Fault, FaultCode, Refused
from plan.messages import PLAN_BYTES_MAX, Assessment, Explanation, PlanMessage, Return, Tick, Transition, encode
from plan.periods import is_period
from plan.topics import (  # fmt: skip
    ALERTS,
    ASSESSMENTS,
    PLANS,
    TICKS,
    explaining_sender,
    is_explanation_topic,
    is_return_topic,
    split_return_topic,
)
from warehouse.batch import (  # fmt: skip
    Address,
    Batch,
    ReadDeadLetter,
    ReadExplanation,
    ReadPlan,
    ReadResult,
    ReadReturn,
    ReadTick,
    Span,
)
from warehouse.due_slices import looks_back

_plan_decoder = msgspec.json.Decoder(PlanMessage)
_tick_decoder = msgspec.json.Decoder(Tick)
_assessment_decoder = msgspec.json.Decoder(Assessment)
_transition_decoder = msgspec.json.Decoder(Transition)

_VERSION_MAX = 2**31
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,100})?")
"""A number as our alerter writes it, and no larger than a column holds."""

Read = ReadReturn | ReadTick | ReadPlan | ReadResult | ReadExplanation | ReadDeadLetter


def decode_batch(
    records: Iterable[tuple[str, ConsumerRecord]],
    spans: dict[tuple[str, int], Span],
    cluster_id: str,
    book: PlanBook,
) -> Batch:
    """Decode records given with their topic's plain name. Order: by topic, partition and offset."""
    ordered = sorted(records, key=lambda pair: (pair[0], pair[1].partition, pair[1].offset))
    reads: list[Read] = [decode_record(topic, record, book) for topic, record in ordered]
    return Batch(
        cluster_id=cluster_id,
        spans=spans,
        returns=tuple(read for read in reads if isinstance(read, ReadReturn)),
        ticks=tuple(read for read in reads if isinstance(read, ReadTick)),
        plans=tuple(read for read in reads if isinstance(read, ReadPlan)),
        results=tuple(read for read in reads if isinstance(read, ReadResult)),
        explanations=tuple(read for read in reads if isinstance(read, ReadExplanation)),
        dead=tuple(read for read in reads if isinstance(read, ReadDeadLetter)),
    )


def decode_record(topic: str, record: ConsumerRecord, book: PlanBook) -> Read:
    """Decode one record of a topic (its plain name, without any prefix)."""
    address = Address(topic, record.partition, record.offset)
    received_at = dt.datetime.fromtimestamp(record.timestamp / 1000, dt.UTC)
    phase = "decode"
    try:
        payload = _payload(record)
        if is_return_topic(topic):
            sent = decode_return(payload)
            phase = "contract"
            return _return(address, record, sent, book, received_at)
        if is_explanation_topic(topic):
            explained = decode_explanation(payload)
            phase = "contract"
            return _explanation(address, record, explained, book, received_at)
        match topic:
            case str() if topic == PLANS:
                return _plan(address, decode(payload, PlanMessage, _plan_decoder.decode, PLAN_BYTES_MAX))
            case str() if topic == TICKS:
                return _tick(address, decode(payload, Tick, _tick_decoder.decode).tick_date, received_at)
            case str() if topic == ASSESSMENTS:
                assessment = _whole(decode(payload, Assessment, _assessment_decoder.decode))
                return ReadResult(address, topic, assessment.assessment_id, assessment.period, payload.decode())
            case str() if topic == ALERTS:
                transition = _whole(decode(payload, Transition, _transition_decoder.decode))
                return ReadResult(address, topic, transition.transition_id, transition.period, payload.decode())
            case _:
                raise ValueError(f"the writer does not read the topic {topic!r}")
    except Refused as refused:
        is_told = _is_told(topic, book)
        return ReadDeadLetter(address, record.key, record.value, phase, refused.faults, received_at, is_told)


def _is_told(topic: str, book: PlanBook) -> bool:
    """Tell whether the sender behind a topic is told what becomes of its messages."""
    if is_return_topic(topic):
        form_id, sender_id = split_return_topic(topic)
        view = book.view_of_form(form_id)
        sender = None if view is None else view.senders.get(sender_id)
        return sender is not None and sender.gets_outcomes
    return is_explanation_topic(topic)


_Result = TypeVar("_Result", Assessment, Transition)


def _whole(result: _Result) -> _Result:
    """Check what the columns of a result are cast from: a text that is no number or period would stop the landing."""
    faults = [] if is_period(result.period) else [_malformed("period", result.period)]
    if isinstance(result, Assessment):
        if not 0 <= result.preset_version < _VERSION_MAX:
            faults.append(_malformed("preset_version", str(result.preset_version)))
        numbers = {name: getattr(result, name) for name in ("value", "required", "gap", "missed_pct")}
        faults += [_malformed(name, text) for name, text in numbers.items() if text is not None and not _fits(text)]
    if faults:
        raise Refused(tuple(faults))
    return result


def _fits(text: str) -> bool:
    return _PLAIN_NUMBER.fullmatch(text) is not None


def _malformed(place: str, text: str) -> Fault:
    return Fault(
        FaultCode.MALFORMED,
        place,
        f"{text!r} 无法使用;请由评级程序重发",
        f"{text!r} cannot be used; let the alerter send it again",
    )


def _payload(record: ConsumerRecord) -> bytes:
    if record.value is None:
        fault = Fault(FaultCode.NOT_JSON, "message", "消息为空;请重报", "the message is empty; send it again")
        raise Refused((fault,))
    return bytes(record.value)


def _return(
    address: Address, record: ConsumerRecord, sent: Return, book: PlanBook, received_at: dt.datetime
) -> ReadReturn:
    topic_form, sender_id = split_return_topic(address.topic)
    view = check_return(sent, book, sender_id, topic_form, received_at)
    sender = view.senders[sender_id]
    area = view.unit_area(sent.unit)
    return ReadReturn(
        address=address,
        sent=sent,
        content_digest=digest(encode(sent)),
        plan_id=view.plan.id,
        area=area,
        sender=sender_id,
        is_backdated=sender.may_backdate and sent.published_at is not None,
        known_at=known_at(sent, sender, received_at),
        received_at=received_at,
        key=record.key,
        payload=bytes(record.value),
        touches=_touches(sent, view, area),
        is_told=sender.gets_outcomes,
    )


def _explanation(
    address: Address, record: ConsumerRecord, sent: Explanation, book: PlanBook, received_at: dt.datetime
) -> ReadExplanation:
    sender_id = explaining_sender(address.topic)
    view = check_explanation(sent, book, sender_id, received_at)
    return ReadExplanation(
        address=address,
        sent=sent,
        content_digest=digest(encode(sent)),
        plan_id=view.plan.id,
        area=view.unit_area(sent.unit),
        sender=sender_id,
        received_at=received_at,
        key=record.key,
        payload=bytes(record.value),
        is_told=True,
    )


def _touches(sent: Return, view: PlanView, area: str) -> tuple[tuple[str, str, str], ...]:
    """The slices a return bears on: its own, those of the forms audited with it, and the next of a form that looks
    back on the period before.
    """
    same_period = tuple(
        (form.id, sent.period, area)
        for form in view.plan.forms
        if (form.id == sent.form or sent.form in form.audited_with)
        and view.is_reported_for(form, sent.period)
        and area in view.slice_areas(form)
    )
    own = view.forms[sent.form]
    if not looks_back(own):
        return same_period
    periods = own.calendar.periods
    following = periods[periods.index(sent.period) + 1 :][:1]
    return (*same_period, *((own.id, period, area) for period in following))


def _tick(address: Address, day: dt.date, received_at: dt.datetime) -> ReadTick:
    """A day that has not begun makes everything overdue for good: the log cannot take it back."""
    if start_of(day) > received_at:
        says_en = f"{day} has not begun yet; send a day's tick when it has"
        raise Refused((Fault(FaultCode.BAD_DATE, "tick_date", f"{day} 尚未开始;到日再发", says_en),))
    return ReadTick(address, day)


def _plan(address: Address, message: PlanMessage) -> ReadPlan:
    made = plan_hash(message.plan)
    if made != message.plan_hash:
        fault = Fault(
            FaultCode.MALFORMED,
            "plan_hash",
            f"方案摘要应为 {made},收到 {message.plan_hash};请用 qingyu feed plan 重发",
            f"the plan's hash is {made}, the message says {message.plan_hash}; send it with qingyu feed plan",
        )
        raise Refused((fault,))
    faults = tuple(
        Fault(FaultCode.MALFORMED, "/".join(map(str, each.path)), f"方案有误:{each.says}", each.says)
        for each in check_plan(message.plan, message.plan.id)
    )
    if faults:
        raise Refused(faults)
    return ReadPlan(address, message.plan, made, canonical_json(message.plan).decode())
