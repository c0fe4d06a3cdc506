"""SDMX-JSON 1.0 brought into the one shape that sdmx1 reads, or the fault that stands in the way. Pure.

sdmx1 knows the envelope of the drafts (`header`, `structure`, `dataSets`), not that of 1.0 (`meta`, `data`), stumbles
over keys that 1.0 allows (`names`, `annotations`), and does not tell which dataflow a message is about.
"""

import json
import re
from collections.abc import Iterable

import msgspec

from plan.faults import FaultCode
from producers.files.model import WHOLE, Place, PlacedFault, placed
from producers.sdmx.model import DEPTH_MAX, FlowKind, FlowRef

LEVELS = ("dataSet", "series", "observation")
_HEADER = {"id": "message", "prepared": "1970-01-01T00:00:00Z", "sender": {"id": "sender"}}
"""sdmx1 insists on one; nothing of a header is used here."""
_URN = re.compile(r"urn:sdmx:[\w.]+\.(?P<kind>\w+)=(?P<agency>[^:()]+):(?P<id>[^:()]+)\((?P<version>[^()]+)\)")
_HREF = re.compile(r"/(?P<kind>\w+)/(?P<agency>[^/?]+)/(?P<id>[^/?]+)/(?P<version>[^/?]+)/?(?:\?.*)?$")
_KINDS = {
    "dataflow": FlowKind.DATAFLOW,
    "datastructure": FlowKind.STRUCTURE,
    "provisionagreement": FlowKind.PROVISION,
}


class ShapeFault(Exception):
    """A message is not SDMX-JSON 1.0; ``fault`` says why and where."""

    def __init__(self, path: str, says_zh: str, says_en: str, code: FaultCode = FaultCode.MALFORMED) -> None:
        super().__init__(says_en)
        self.fault: PlacedFault = placed(code, Place(path=path) if path else WHOLE, says_zh, says_en)


def load_json(data: bytes) -> object:
    """Parse a message; a key that stands twice, and depth beyond all SDMX, are faults. Raises ShapeFault."""
    try:
        loaded = json.loads(data, object_pairs_hook=_once)
    except RecursionError as refused:
        raise _too_deep() from refused
    except ValueError as refused:
        says = (f"不是合法的 UTF-8 JSON:{refused}", f"not JSON in UTF-8: {refused}; export it again")
        raise ShapeFault("", *says, FaultCode.NOT_READABLE) from refused
    level, depth = [loaded], 0
    while level:
        depth += 1
        if depth > DEPTH_MAX:
            raise _too_deep()
        level = [inner for each in level for inner in _inside(each) if isinstance(inner, dict | list)]
    return loaded


def shaped(loaded: object) -> dict[str, object]:
    """The message in sdmx1's shape, without everything that is not read. Raises ShapeFault."""
    body = _body(loaded)
    structure = mapping(body.get("structure"), "structure")
    return {
        "header": _HEADER,
        "structure": {
            "dimensions": _levels(structure, "dimensions"),
            "attributes": _levels(structure, "attributes"),
        },
        "dataSets": [
            _data_set(each, f"dataSets/{at}") for at, each in enumerate(listing(body.get("dataSets"), "dataSets"))
        ],
    }


def flow_of(loaded: object) -> FlowRef:
    """The dataflow, else the data structure, that the links of the structure name. Raises ShapeFault."""
    structure = mapping(_body(loaded).get("structure"), "structure")
    found: dict[FlowKind, FlowRef] = {}
    for at, each in enumerate(listing(structure.get("links", []), "structure/links")):
        link = mapping(each, f"structure/links/{at}")
        named = _URN.match(str(link.get("urn", ""))) or _HREF.search(str(link.get("href", "")))
        if named and (kind := _KINDS.get(named["kind"].lower())):
            found[kind] = FlowRef(kind, named["agency"], named["id"], named["version"])
    for kind in FlowKind:
        if kind in found:
            return found[kind]
    says = (
        "未指明数据流;请在 structure/links 中给出数据流的 urn 或 href",
        "no dataflow is named; give its urn or href in structure/links",
    )
    raise ShapeFault("structure/links", *says)


def mapping(data: object, path: str) -> dict[str, object]:
    """The data as an object; raises ShapeFault where it is none."""
    if isinstance(data, dict):
        return data
    raise ShapeFault(path, "此处应为 JSON 对象", "an object is needed here; check it against SDMX-JSON 1.0")


def listing(data: object, path: str) -> list[object]:
    """The data as an array; raises ShapeFault where it is none."""
    if isinstance(data, list):
        return data
    raise ShapeFault(path, "此处应为 JSON 数组", "an array is needed here; check it against SDMX-JSON 1.0")


def _body(loaded: object) -> dict[str, object]:
    """What holds structure and data sets: the message itself, or its `data`."""
    message = mapping(loaded, "")
    body = mapping(message["data"], "data") if "data" in message else message
    if "structures" in body:
        says = ("这是 SDMX-JSON 2.0;请导出 1.0", "this is SDMX-JSON 2.0; export it as 1.0")
        raise ShapeFault("data/structures", *says, FaultCode.NOT_READABLE)
    return body


def _levels(structure: dict[str, object], kind: str) -> dict[str, object]:
    path = f"structure/{kind}"
    levels = mapping(structure.get(kind, {}), path)
    for level, components in levels.items():
        if level not in LEVELS and components:
            says = f"components at the level {level[:40]!r} are not read; give them at {', '.join(LEVELS)}"
            raise ShapeFault(f"{path}/{level}", f"层级 {level[:40]!r} 无法读取;请放在 {'、'.join(LEVELS)}", says)
    made: dict[str, object] = {}
    names: set[str] = set()
    for level in LEVELS:
        listed = listing(levels.get(level, []), f"{path}/{level}")
        found = [_component(each, f"{path}/{level}/{at}", names) for at, each in enumerate(listed)]
        if (kind, level) == ("dimensions", "dataSet") and any(len(each.values) != 1 for each in found):
            says = "a dimension of the whole data set has one value; move it to another level, or give one"
            raise ShapeFault(f"{path}/{level}", "适用于整个数据集的维度应只有一个值;请更正", says)
        made[level] = found
    return made


class _Component(msgspec.Struct, frozen=True):
    """A dimension or attribute as sdmx1 wants it."""

    id: str
    name: str
    keyPosition: int
    values: list[dict[str, object]]


def _component(data: object, path: str, names: set[str]) -> _Component:
    component = mapping(data, path)
    name = text(component.get("id"), f"{path}/id")
    if name in names:
        # sdmx1 would take it for one, at the later level.
        says = (f"{name[:40]!r} 出现两次;只留一个", f"{name[:40]!r} stands twice; give it at one level")
        raise ShapeFault(f"{path}/id", *says)
    names.add(name)
    listed = listing(component.get("values", []), f"{path}/values")
    values = [_value(value, f"{path}/values/{number}") for number, value in enumerate(listed)]
    # sdmx1 drops an attribute without values, and then misreads all that come after it.
    return _Component(name, name, len(names), values or [{"id": ""}])


def _value(data: object, path: str) -> dict[str, object]:
    value = mapping(data, path)
    if "id" in value:
        return {"id": text(value["id"], f"{path}/id")}
    return {"id": text(value.get("name"), f"{path}/name")}


def _data_set(data: object, path: str) -> dict[str, object]:
    found = mapping(data, path)
    kept: dict[str, object] = {key: found[key] for key in ("series", "observations", "attributes") if key in found}
    return {"action": text(found.get("action", "Information"), f"{path}/action"), **kept}


def text(data: object, path: str) -> str:
    """The data as a text; raises ShapeFault where it is none."""
    if isinstance(data, str):
        return data
    raise ShapeFault(path, "此处应为文字", "a text is needed here; check it against SDMX-JSON 1.0")


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    made: dict[str, object] = {}
    for key, value in pairs:
        if key in made:
            raise ValueError(f"the key {key[:80]!r} stands twice in one object")
        made[key] = value
    return made


def _too_deep() -> ShapeFault:
    says = f"nested deeper than {DEPTH_MAX} levels, which no SDMX data are; check the file"
    return ShapeFault("", f"嵌套超过 {DEPTH_MAX} 层;请核对文件", says, FaultCode.TOO_DEEP)


def _inside(data: object) -> Iterable[object]:
    return data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
