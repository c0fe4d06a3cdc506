"""From bytes to a typed message, or to every fault of its size, depth, JSON and shape."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from plan.check_base import PathFault
from plan.faults import FAULTS_MAX, Fault, FaultCode, Refused
from plan.messages import JSON_DEPTH_MAX, RETURN_BYTES_MAX
from plan.shown import SHOWN_MAX, harmless, shown
from plan.structure import StructureFault, build

T = TypeVar("T", bound=msgspec.Struct)
_SAYS_MAX = 1_000


def decode(payload: bytes, wanted: type[T], fast: Callable[[bytes], T], bytes_max: int = RETURN_BYTES_MAX) -> T:
    """Decode by the fast typed path; only when that refuses, walk the data and list all faults.

    Raises :class:`plan.faults.Refused`.
    """
    if len(payload) > bytes_max:
        says_en = f"{len(payload)} bytes are over the limit of {bytes_max}; split the return or drop the notes"
        says_zh = f"共 {len(payload)} 字节,超过上限 {bytes_max};请拆分报表或删减备注"
        raise Refused((Fault(FaultCode.TOO_LARGE, "message", says_zh, says_en),))
    try:
        try:
            return fast(payload)
        except msgspec.ValidationError as refused:
            # The fast path stops at the first fault, so what follows may not even be JSON.
            data = msgspec.json.decode(payload)
            _check_depth(data)
            _, found = build(data, wanted, FAULTS_MAX)
            raise Refused(listed_faults(found or (StructureFault((), str(refused)),), "格式不符")) from refused
    except RecursionError as refused:
        raise Refused((_TOO_DEEP,)) from refused
    except (msgspec.DecodeError, UnicodeDecodeError) as refused:
        fault = Fault(
            FaultCode.NOT_JSON,
            "message",
            f"不是合法的 UTF-8 JSON:{refused}",
            f"not JSON in UTF-8: {refused}; send it as JSON",
        )
        raise Refused((fault,)) from refused


_TOO_DEEP = Fault(
    FaultCode.TOO_DEEP,
    "message",
    f"嵌套超过 {JSON_DEPTH_MAX} 层;报表没有这样的层次,请核对",
    f"nested deeper than {JSON_DEPTH_MAX} levels; no return is, check what was sent",
)


_MORE_FAULTS = Fault(
    FaultCode.MORE_FAULTS, "message", "其余错误未列出;请先更正以上各处", "more faults are not listed; mend these first"
)


def listed_faults(found: Sequence[StructureFault | PathFault], what_zh: str) -> tuple[Fault, ...]:
    """Faults of a message's structure, as many as are listed; where there are more, that too."""
    faults = tuple(
        Fault(FaultCode.MALFORMED, "/".join(map(_step, each.path)) or "message", f"{what_zh}:{says}", says)
        for each in found[:FAULTS_MAX]
        for says in (harmless(each.says)[:_SAYS_MAX],)
    )
    return faults if len(found) <= FAULTS_MAX else (*faults[:-1], _MORE_FAULTS)


def _step(step: str | int) -> str:
    """One step of a place; a key that the sender made up is shown as any refused text."""
    text = str(step)
    return text if len(text) <= SHOWN_MAX and text.isprintable() else shown(text)


def _check_depth(data: object) -> None:
    level, depth = [data], 0
    while level:
        depth += 1
        if depth > JSON_DEPTH_MAX:
            raise Refused((_TOO_DEEP,))
        level = [inner for each in level for inner in _inside(each) if isinstance(inner, dict | list)]


def _inside(data: object) -> list[object]:
    if isinstance(data, dict):
        return list(data.values())
    return data if isinstance(data, list) else []
