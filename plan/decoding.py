"""From bytes to a typed message, or to every fault of its size, depth, JSON and shape."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from plan.faults import Fault, FaultCode, Refused
from plan.messages import JSON_DEPTH_MAX, RETURN_BYTES_MAX
from plan.structure import build

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
            _, found = build(data, wanted)
            shape = [("/".join(str(step) for step in each.path) or "message", each.says) for each in found]
            shape = shape or [("message", str(refused))]
            raise Refused(
                tuple(Fault(FaultCode.MALFORMED, place, f"格式不符:{says}", says) for place, says in shape)
            ) from refused
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
