"""From a Kafka record to something that can land, or to a dead letter with every fault."""

import datetime as dt
import re
from typing import Any, TypeVar, get_args

import msgspec

from consumers.filing import file_return, moment
from consumers.intake import intake_of
from consumers.message import Message, Polled
from consumers.repairs import read_repair
from plan.book import PlanBook
from plan.canonical import canonical_json, digest, plan_hash
from plan.cell_text import text_fault
from plan.check import check_plan
from plan.contract import decode_return
from plan.decoding import decode, listed_faults
from plan.due import start_of
from plan.explanation_contract import check_explanation, decode_explanation
from plan.faults import Fault, FaultCode, Refused
from plan.messages import PLAN_BYTES_MAX, TEXT_MAX, Assessment, Explanation, PlanMessage, Tick, Transition, encode
from plan.periods import is_period
from plan.shown import shown
from plan.topics import (  # fmt: skip
    ALERTS,
    ASSESSMENTS,
    PLANS,
    REPAIRS,
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
    ReadRepair,
    ReadResult,
    ReadReturn,
    ReadTick,
)

_plan_decoder = msgspec.json.Decoder(PlanMessage)
_tick_decoder = msgspec.json.Decoder(Tick)
_assessment_decoder = msgspec.json.Decoder(Assessment)
_transition_decoder = msgspec.json.Decoder(Transition)

_VERSION_MAX = 2**31
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,100})?")
"""A number as our alerter writes it, and no larger than a column holds."""

Read = ReadReturn | ReadTick | ReadPlan | ReadResult | ReadExplanation | ReadRepair | ReadDeadLetter


def decode_batch(polled: Polled, cluster_id: str, book: PlanBook) -> Batch:
    """Decode what was read together.

    The order of the batch: by topic, partition and offset. A plain return takes the fast path; what does not take it is
    read in full, and lands or is refused just the same.
    """
    kinds: dict[type[Read], list[Any]] = {kind: [] for kind in get_args(Read)}
    for part in sorted(polled.parts, key=lambda each: (each.topic, each.partition)):
        topic, messages = part.topic, part.messages
        plain = intake_of(book, topic).file(part) if is_return_topic(topic) else [None] * len(messages)
        for read, message in zip(plain, messages, strict=True):
            made = read or decode_record(topic, message, book)
            kinds[type(made)].append(made)
    return Batch(
        cluster_id=cluster_id,
        spans=polled.spans,
        returns=tuple(kinds[ReadReturn]),
        ticks=tuple(kinds[ReadTick]),
        plans=tuple(kinds[ReadPlan]),
        results=tuple(kinds[ReadResult]),
        explanations=tuple(kinds[ReadExplanation]),
        dead=tuple(kinds[ReadDeadLetter]),
        repairs=tuple(kinds[ReadRepair]),
    )


def decode_record(topic: str, record: Message, book: PlanBook) -> Read:
    """Decode one message of a topic (its plain name, without any prefix)."""
    address = Address(topic, record.partition, record.offset)
    received_at = moment(record.timestamp)
    phase = "decode"
    try:
        payload = _payload(record)
        if is_return_topic(topic):
            sent = decode_return(payload)
            phase = "contract"
            return file_return(address, record, sent, book, received_at)
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
            case str() if topic == REPAIRS:
                return read_repair(address, record, payload, lambda origin, mended: decode_record(origin, mended, book))
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
    """Check what the landing of a result works with: a text that is no number or period would stop it.

    So would an id with a character that nobody sees: DuckLake cannot look for a text with NUL in it.
    """
    faults = [] if is_period(result.period) else [_malformed("period", result.period)]
    id_name = "assessment_id" if isinstance(result, Assessment) else "transition_id"
    if fault := text_fault(getattr(result, id_name), id_name, TEXT_MAX, is_one_line=True):
        faults.append(fault)
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
        f"{shown(text)} 无法使用;请由评级程序重发",
        f"{shown(text)} cannot be used; let the alerter send it again",
    )


def _payload(record: Message) -> bytes:
    if record.value is None:
        fault = Fault(FaultCode.NOT_JSON, "message", "消息为空;请重报", "the message is empty; send it again")
        raise Refused((fault,))
    return bytes(record.value)


def _explanation(
    address: Address, record: Message, sent: Explanation, book: PlanBook, received_at: dt.datetime
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
            f"方案摘要应为 {made},收到 {shown(message.plan_hash)};请用 qingyu feed plan 重发",
            f"the plan's hash is {made}, the message says {shown(message.plan_hash)}; send it with qingyu feed plan",
        )
        raise Refused((fault,))
    if faults := check_plan(message.plan, message.plan.id):
        raise Refused(listed_faults(faults, "方案有误"))
    return ReadPlan(address, message.plan, made, canonical_json(message.plan).decode())
