"""What becomes of a repair, from the dead letter that it answers. Pure."""

import msgspec

from plan.faults import Fault, FaultCode
from plan.messages import OutcomeKind, RepairKind
from plan.refused_figures import compare
from warehouse.batch import ReadDeadLetter, ReadRepair

_PHASE = "repair"


class Origin(msgspec.Struct, frozen=True):
    """What the lake knows of the address that a repair answers; ``landed_digest`` is empty when nothing landed."""

    is_letter: bool
    payload: bytes | None
    is_repaired: bool
    landed_digest: str


class Judgement(msgspec.Struct, frozen=True):
    """What becomes of a repair, as far as it can be told without other messages; faults only of a refused one."""

    kind: OutcomeKind
    phase: str = ""
    faults: tuple[Fault, ...] = ()
    is_compared: bool = False


def judge(repair: ReadRepair, origin: Origin) -> Judgement:
    """Tell whether a repair may land. Pure; a clash of its id with another message is found when it is sorted."""
    read = repair.read
    if not origin.is_letter:
        # After a change of plan a rebuild lands what was refused before: its repair then says nothing new.
        if not isinstance(read, ReadDeadLetter) and read.content_digest == origin.landed_digest:
            return Judgement(OutcomeKind.DUPLICATE, is_compared=True)
        return _refused(FaultCode.NO_DEAD_LETTER, "offset", _NO_LETTER)
    if origin.is_repaired:
        return _refused(FaultCode.ALREADY_REPAIRED, "offset", _REPAIRED)
    if not origin.payload:
        return _refused(FaultCode.CHANGED_FIGURE, "payload", _NOTHING_TO_MEND)
    is_unchanged = repair.mended == origin.payload
    if repair.kind is RepairKind.REPLAYED and not is_unchanged:
        return _refused(FaultCode.CHANGED_REPLAY, "payload", _CHANGED)
    if isinstance(read, ReadDeadLetter):
        return Judgement(OutcomeKind.DEAD_LETTERED, read.phase, read.faults)
    if is_unchanged:
        return Judgement(OutcomeKind.LANDED, is_compared=True)
    found = compare(origin.payload, repair.mended)
    if found.faults:
        return Judgement(OutcomeKind.DEAD_LETTERED, _PHASE, found.faults, is_compared=True)
    return Judgement(OutcomeKind.LANDED, is_compared=found.is_compared)


_NO_LETTER = (
    "该地址没有死信;请用 dead-letters list 核对地址",
    "no dead letter lies there; look for it with dead-letters list",
)
_REPAIRED = (
    "该死信已修复;更正请由填报单位重报",
    "this dead letter is repaired already; a correction is its reporter's",
)
_NOTHING_TO_MEND = (
    "原消息为空,无可修复;请填报单位重报",
    "the message was empty, so nothing of it can be mended: ask for a return",
)
_CHANGED = ("重放不得改动消息;改动请用 repair", "a replay sends the very same message; use repair for a mended one")


def _refused(code: FaultCode, place: str, says: tuple[str, str]) -> Judgement:
    return Judgement(OutcomeKind.DEAD_LETTERED, _PHASE, (Fault(code, place, *says),))
