"""What becomes of a file that was read: all its returns go out, or, with any fault anywhere, none. Pure."""

import datetime as dt
from collections.abc import Collection, Iterator

import msgspec

from plan.book import PlanBook
from plan.faults import FAULTS_MAX, FaultCode, Refused
from plan.messages import encode
from producers.files.model import WHOLE, FileRead, Place, PlacedFault, ReadReturn, at_its_place, named, placed
from producers.outgoing import Outgoing, read_outgoing

_FOLLOWS = frozenset({FaultCode.NO_CELLS, FaultCode.ROW_COUNT, FaultCode.INCOMPLETE_ROW})
"""What may only follow from a cell that could not be read; told when all cells can be."""


class Examined(msgspec.Struct, frozen=True):
    """The returns of a file under their sender's name, and all faults in order of their places.

    A file with any fault is refused as a whole.
    """

    outgoing: tuple[Outgoing, ...]
    faults: tuple[PlacedFault, ...]


def examine(read: FileRead, sender_id: str, book: PlanBook, now: dt.datetime) -> Examined:
    """Check every return of a file by the contract; ``now`` stands for the broker's time."""
    outgoing = tuple(Outgoing(sender_id, named(each.sent)) for each in read.returns)
    faults = [*read.faults, *_repeated(read.returns)]
    faulty = {each.place for each in faults}
    for each, out in zip(read.returns, outgoing, strict=True):
        try:
            read_outgoing(encode(out.sent), sender_id, book, now)
        except Refused as refused:
            found = [at_its_place(fault, each) for fault in refused.faults]
            faults += [one for one in found if not (faulty and _is_told(one, faulty))]
    if not outgoing and not faults:
        says = ("文件里没有可报的数据;请填写后重报", "no figures in the file; fill it in and hand it in again")
        faults.append(placed(FaultCode.NO_CELLS, WHOLE, *says))
    return Examined(outgoing, _in_order(faults))


def _is_told(found: PlacedFault, faulty: Collection[Place]) -> bool:
    """Tell whether a fault of the contract says again, or only follows from, what was told of reading."""
    return found.fault.code in _FOLLOWS or (found.place in faulty and bool(found.place.column or found.place.path))


def _repeated(returns: tuple[ReadReturn, ...]) -> Iterator[PlacedFault]:
    """A fault for each return whose form, unit and period an earlier one of the file has: one would replace the other.

    Parts of one return on several sheets are not put together: whether they belong together is not ours to say.
    """
    first: dict[tuple[str, str, str], ReadReturn] = {}
    for each in returns:
        key = (each.sent.form, each.sent.unit, each.sent.period)
        if first.setdefault(key, each) is not each:
            shown = " ".join(key)
            says_zh = f"{shown} 已在 {first[key].whole} 报过;一个文件里每张报表只报一次,请合并"
            says_en = f"{shown} stands at {first[key].whole} as well; give each return once in a file"
            yield placed(FaultCode.REPEATED_ITEM, each.whole, says_zh, says_en)


def _in_order(faults: list[PlacedFault]) -> tuple[PlacedFault, ...]:
    """The faults by place, each once, and no more of them than a person can use."""
    once = {(each.place, each.fault.code, each.fault.says_en): each for each in faults}
    kept = sorted(once.values(), key=lambda each: (each.place.sheet, each.place.line, each.place.column))
    if len(kept) <= FAULTS_MAX:
        return tuple(kept)
    more = len(kept) - FAULTS_MAX
    says_zh, says_en = f"另有 {more} 处错误未列出;请先更正以上各处", f"{more} more faults; mend these first"
    return (*kept[:FAULTS_MAX], placed(FaultCode.MORE_FAULTS, WHOLE, says_zh, says_en))
