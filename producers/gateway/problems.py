"""A refusal on its way to HTTP, and its body (RFC 9457) with every fault in both languages."""

import math
import re
from collections.abc import Iterable, Mapping

import msgspec

from plan.faults import FaultCode, Refused
from producers.gateway.faults import OtherContent, SpoolFull, StoreBroken, StoreClosed, StoreFull
from producers.gateway.wording import DoorCode, Language, Told, of_contract, title, told

PROBLEM_TYPE = "application/problem+json"
RETRY_S = 5
"""When to try again what a moment may mend."""
DISK_RETRY_S = 60


class ProblemBody(msgspec.Struct, frozen=True):
    """What a refused request is answered."""

    type: str
    title: str
    status: int
    faults: tuple[Told, ...]
    trace_id: str


class Problem(Exception):
    """A request is refused: status, every fault, further headers."""

    def __init__(self, status: int, faults: Iterable[Told], headers: Mapping[str, str] | None = None) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.says_en for fault in self.faults))
        self.status = status
        self.headers = dict(headers or {})

    def body(self, language: Language, trace_id: str) -> ProblemBody:
        """The body of the answer."""
        return ProblemBody("about:blank", title(self.status, language), self.status, self.faults, trace_id)


StoreFault = OtherContent | SpoolFull | StoreFull | StoreBroken | StoreClosed


def of_store(fault: StoreFault) -> Problem:
    """What the store's answer means to who posted."""
    match fault:
        case OtherContent(place="idempotency_key", named=named):
            return Problem(409, [told(DoorCode.SAME_KEY_OTHER_CONTENT, "Idempotency-Key", what=repr(named))])
        case OtherContent(place=place, named=named):
            return Problem(409, [told(FaultCode.SAME_ID_OTHER_CONTENT, place, what=repr(named))])
        case SpoolFull():
            return _later(503, DoorCode.SPOOL_FULL, RETRY_S)
        case StoreFull():
            return _later(507, DoorCode.DISK_FULL, DISK_RETRY_S)
        case StoreBroken():
            return _later(503, DoorCode.DISK_FAULT, DISK_RETRY_S)
        case StoreClosed():
            return _later(503, DoorCode.CLOSING, RETRY_S)


def of_contract_faults(refused: Refused) -> Problem:
    """A return or explanation that breaks the contract, with all its faults."""
    codes = {fault.code for fault in refused.faults}
    status = 413 if codes == {FaultCode.TOO_LARGE} else 422
    return Problem(status, map(of_contract, refused.faults))


def too_often(wait_s: float) -> Problem:
    """The key's rate is used up."""
    return _later(429, DoorCode.TOO_OFTEN, max(math.ceil(wait_s), 1))


def busy() -> Problem:
    """As many requests as may be are under way."""
    return _later(503, DoorCode.BUSY, 1)


def too_large(bytes_max: int) -> Problem:
    """The body is longer than allowed; the connection ends, the rest is not read."""
    return Problem(413, [told(FaultCode.TOO_LARGE, "body", most=bytes_max)], {"Connection": "close"})


def head_too_large(bytes_max: int) -> Problem:
    """Path, query and headers are longer than any client of ours needs."""
    return Problem(431, [told(DoorCode.HEAD_TOO_LARGE, "headers", most=bytes_max)], {"Connection": "close"})


def too_slow() -> Problem:
    """The body came too slowly; the connection ends."""
    return Problem(408, [told(DoorCode.TOO_SLOW, "body")], {"Connection": "close"})


def not_found(place: str, what: str) -> Problem:
    """There is no such thing, or it is not this unit's to see."""
    return Problem(404, [told(DoorCode.NOT_FOUND, place, what=what)])


def our_fault() -> Problem:
    """What should not happen."""
    return Problem(500, [told(DoorCode.OUR_FAULT, "gateway")])


def _later(status: int, code: DoorCode, wait_s: int) -> Problem:
    return Problem(status, [told(code, "gateway", wait=wait_s)], {"Retry-After": str(wait_s)})


_TRACE = re.compile(r"00-(?P<id>[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_NO_TRACE = "0" * 32


def trace_id_of(traceparent: str) -> str | None:
    """The trace id of a W3C traceparent header; None when there is no usable one."""
    found = _TRACE.fullmatch(traceparent)
    return found["id"] if found and found["id"] != _NO_TRACE else None
