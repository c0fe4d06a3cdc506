"""Read a repair: its message is decoded as if it had come on the topic of the dead letter that it answers."""

from collections.abc import Callable

import msgspec

from consumers.message import Message
from plan.repair_contract import decode_repair
from warehouse.batch import Address, ReadDeadLetter, ReadExplanation, ReadRepair, ReadReturn

Decode = Callable[[str, Message], object]
"""Decodes a message of a topic: to what can land, or to a dead letter with every fault."""


def read_repair(address: Address, message: Message, payload: bytes, decode: Decode) -> ReadRepair:
    """Read a repair and the message in it; raises :class:`plan.faults.Refused` when it is no repair.

    What is checked are the rights and the form of the original topic, at the broker's time of the repair. Whether there
    is such a dead letter, and whether its figures are kept, is for the landing to find out: it has the lake.
    """
    repair = decode_repair(payload)
    mended = repair.payload.encode()
    read = decode(repair.topic, msgspec.structs.replace(message, value=mended))
    assert isinstance(read, ReadReturn | ReadExplanation | ReadDeadLetter), "only returns and explanations are repaired"
    return ReadRepair(
        address=address,
        origin=Address(repair.topic, repair.partition, repair.offset),
        kind=repair.kind,
        by=repair.by,
        because=repair.because,
        mended=mended,
        read=msgspec.structs.replace(read, address=address, payload=payload),
    )
