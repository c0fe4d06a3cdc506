"""A return on its way out: who sends it, the check before it goes, the receipt after. Pure."""

import datetime as dt
from collections.abc import Iterable

import msgspec

from plan.book import PlanBook
from plan.contract import check_return, decode_return
from plan.faults import Fault, Refused
from plan.messages import Return, encode
from plan.topics import return_topic


class Outgoing(msgspec.Struct, frozen=True):
    """A return and the sender under whose name it goes out."""

    sender_id: str
    sent: Return

    @property
    def topic(self) -> str:
        """The plan's name of the topic it belongs on."""
        return return_topic(self.sent.form, self.sender_id)


class Receipt(msgspec.Struct, frozen=True):
    """Proof that Kafka holds a return: its address, with the plan's name of the topic."""

    topic: str
    partition: int
    offset: int
    return_id: str


class RefusedReturn(msgspec.Struct, frozen=True):
    """A return that breaks the contract, with every fault."""

    outgoing: Outgoing
    faults: tuple[Fault, ...]


class ReturnsRefused(Exception):
    """Returns break the contract; ``refused`` names each of them with every fault. Nothing was sent."""

    def __init__(self, refused: tuple[RefusedReturn, ...]) -> None:
        super().__init__("\n".join(_line(each, fault) for each in refused for fault in each.faults))
        self.refused = refused


def read_outgoing(payload: bytes, sender_id: str, book: PlanBook, now: dt.datetime) -> Outgoing:
    """Decode and check one return as it came in; raises :class:`plan.faults.Refused` with every fault.

    ``now`` stands for the broker's time, which a return meets a moment later.
    """
    sent = decode_return(payload)
    check_return(sent, book, sender_id, sent.form, now)
    return Outgoing(sender_id, sent)


def headers_of(sent: Return, trace_id: str) -> list[tuple[str, bytes]]:
    """What travels beside a return, for whoever routes or traces it without reading it; the payload alone counts.

    ``trace_id``: 32 hexadecimal digits as in W3C's traceparent, the same for all that one run or one request sent.
    """
    named = {
        "form": sent.form,
        "version": str(sent.form_version),
        "return_id": sent.return_id,
        "trace_id": trace_id,
    }
    return [(name, text.encode()) for name, text in named.items()]


def check_all(outgoing: Iterable[Outgoing], book: PlanBook, now: dt.datetime) -> None:
    """Check every return in the very bytes that would be sent; raises :class:`ReturnsRefused`."""
    refused = []
    for each in outgoing:
        try:
            read_outgoing(encode(each.sent), each.sender_id, book, now)
        except Refused as fault:
            refused.append(RefusedReturn(each, fault.faults))
    if refused:
        raise ReturnsRefused(tuple(refused))


def _line(refused: RefusedReturn, fault: Fault) -> str:
    sent = refused.outgoing.sent
    return f"{sent.form} {sent.unit} {sent.period} ({sent.return_id}): {fault.place}: {fault.says_en}"
