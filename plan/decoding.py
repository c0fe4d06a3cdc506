"""From bytes to a typed message, or to every fault of its size, depth, JSON and shape."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from plan.faults import FAULTS_MAX, Fault, FaultCode, Refused
from plan.messages import JSON_DEPTH_MAX, RETURN_BYTES_MAX
from plan.shown import SHOWN_MAX, shown
from plan.structure import StructureFault, build

T = TypeVar("T", bound=msgspec.Struct)


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
            raise Refused(_shape_faults(found or (StructureFault((), str(refused)),))) from refused
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


def _shape_faults(found: tuple[StructureFault, ...]) -> tuple[Fault, ...]:
    """The faults of a message's shape; where the search for them has ended early, that too."""
    faults = tuple(
        Fault(FaultCode.MALFORMED, "/".join(map(_step, each.path)) or "message", f"格式不符:{each.says}", each.says)
        for each in found[:FAULTS_MAX]
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
