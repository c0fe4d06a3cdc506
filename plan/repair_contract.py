"""The contract of repairs: an operator's answer to a dead letter, by name and with a reason. Pure."""

import re

import msgspec

from plan.cell_text import text_fault
from plan.decoding import decode
from plan.faults import Fault, FaultCode, Refused
from plan.messages import REPAIR_BYTES_MAX, TEXT_MAX, Repair
from plan.shown import shown
from plan.topics import EXPLANATIONS, RETURNS

_decoder = msgspec.json.Decoder(Repair)
_PARTITION_MAX = 2**31
_OFFSET_MAX = 2**63
_TOPIC = re.compile(r"[A-Za-z0-9._-]{1,249}")
"""What Kafka takes as the name of a topic; no other can hold a dead letter."""


def decode_repair(payload: bytes) -> Repair:
    """Decode one repair; raises :class:`plan.faults.Refused` with every fault of shape, origin, name and reason."""
    sent = decode(payload, Repair, _decoder.decode, REPAIR_BYTES_MAX)
    faults = [] if can_be_repaired(sent.topic) else [_no_topic(sent.topic)]
    for place, number, limit in (("partition", sent.partition, _PARTITION_MAX), ("offset", sent.offset, _OFFSET_MAX)):
        if not 0 <= number < limit:
            says_zh, says_en = f"须在 0 与 {limit - 1} 之间", f"must lie between 0 and {limit - 1}"
            faults.append(Fault(FaultCode.MALFORMED, place, says_zh, says_en))
    for place, text in (("by", sent.by), ("because", sent.because)):
        if fault := text_fault(text, place, TEXT_MAX, is_one_line=True):
            faults.append(fault)
        elif not text.strip():
            says_zh, says_en = "为空;请写明何人、为何修复", "empty; say who repairs and why"
            faults.append(Fault(FaultCode.MALFORMED, place, says_zh, says_en))
    if faults:
        raise Refused(tuple(faults))
    return sent


def can_be_repaired(topic: str) -> bool:
    """Tell whether an operator may answer a dead letter of a topic: a sender's return or explanation."""
    kind, *fields = topic.split(".")
    return (
        _TOPIC.fullmatch(topic) is not None and all(fields) and len(fields) == {RETURNS: 2, EXPLANATIONS: 1}.get(kind)
    )


def _no_topic(topic: str) -> Fault:
    return Fault(
        FaultCode.WRONG_TOPIC,
        "topic",
        f"{shown(topic)} 的死信不能修复;只能修复报表和说明,其余请由原程序重发",
        f"a dead letter of {shown(topic)} cannot be repaired; only returns and explanations can, others are sent again",
    )
