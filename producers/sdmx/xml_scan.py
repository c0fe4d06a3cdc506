"""A first pass over SDMX-ML that trusts nothing: no DTD, bounded depth and number, and what the library does not tell.

sdmx1 keeps neither lines nor the action of a data set nor which dataflow the header names; and what it cannot place it
drops. This pass notes those, and counts, so that nothing that the file holds can be lost on the way. expat refuses a
DTD before anything in it is expanded or fetched.
"""

import re
from collections.abc import Mapping
from xml.parsers import expat

import msgspec

from plan.faults import FaultCode
from producers.files.model import WHOLE, Place, PlacedFault, placed
from producers.sdmx.model import DEPTH_MAX, OBSERVATIONS_MAX, FlowKind, FlowRef

_MESSAGE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
_TYPE = "http://www.w3.org/2001/XMLSchema-instance type"
_ROOTS = (
    "GenericData",
    "GenericTimeSeriesData",
    "StructureSpecificData",
    "StructureSpecificTimeSeriesData",
)
_KINDS = {
    "Structure": FlowKind.STRUCTURE,
    "StructureUsage": FlowKind.DATAFLOW,
    "ProvisionAgrement": FlowKind.PROVISION,  # the schema's own spelling
    "ProvisionAgreement": FlowKind.PROVISION,
}
_URN = re.compile(r"urn:sdmx:[\w.]+=(?P<agency>[^:()]+):(?P<id>[^:()]+)\((?P<version>[^()]+)\)")
_DEFAULT_VERSION = "1.0"
"""What the schema of 2.1 means by a reference without a version."""


class DataSetScan(msgspec.Struct):
    """One data set: what is to be done with it, the structure it names, and where its observations stand."""

    action: str
    structure: str
    places: list[Place]
    parents: set[str]


class Scan(msgspec.Struct):
    """What a message holds. ``flows`` by the id under which data sets name them."""

    root: str
    flows: dict[str, FlowRef]
    sets: list[DataSetScan]
    attribute_names: set[str]
    group_names: set[str]


class _Refused(Exception):
    """Ends the pass: the message is not taken."""

    def __init__(self, code: FaultCode, says_zh: str, says_en: str) -> None:
        super().__init__(says_en)
        self.code, self.says_zh, self.says_en = code, says_zh, says_en


def scan_xml(data: bytes) -> Scan | PlacedFault:
    """Go over a message once; gives what it holds, or why it is not taken."""
    walk = _Walk()
    try:
        walk.parser.Parse(data, True)
    except _Refused as refused:
        return placed(refused.code, walk.place, refused.says_zh, refused.says_en)
    except expat.ExpatError as refused:
        place = Place(line=refused.lineno, column=refused.offset + 1)
        why = expat.ErrorString(refused.code)
        says = (f"不是合法的 XML:{why};请重新导出为 UTF-8", f"not XML: {why}; export it again, in UTF-8")
        return placed(FaultCode.NOT_READABLE, place, *says)
    except (LookupError, ValueError) as refused:
        # expat asks the language for an encoding that it does not know by itself.
        says = (f"编码无法读取({refused});请存为 UTF-8", f"the encoding cannot be read ({refused}); save it as UTF-8")
        return placed(FaultCode.NOT_READABLE, Place(line=1), *says)
    for number, each in enumerate(walk.found.sets, 1):
        if len(each.parents) > 1:
            says = (
                f"第 {number} 个数据集同时有序列内和序列外的观测值;请分为两个数据集",
                f"data set {number} has observations in series and beside them; make two data sets of it",
            )
            return placed(FaultCode.AMBIGUOUS, WHOLE, *says)
    return walk.found


class _Walk:
    """The handlers of one pass."""

    def __init__(self) -> None:
        self.found = Scan("", {}, [], set(), set())
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._path: list[str] = []
        self._structure = ""
        self._urn = ""
        self._ids: list[set[str]] = []
        self._header_action = ""
        self._count = 0

    @property
    def place(self) -> Place:
        """Where the pass stands."""
        return Place(line=self.parser.CurrentLineNumber, column=self.parser.CurrentColumnNumber + 1)

    def _doctype(self, *_: object) -> None:
        raise _Refused(
            FaultCode.UNSAFE_FILE,
            "文件含 DTD(DOCTYPE);出于安全不予接收,请删去",
            "the file has a DTD (DOCTYPE), which is not taken for safety; leave it out",
        )

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if not self._path:
            self._open(name, local)
        if len(self._path) >= DEPTH_MAX:
            says = f"nested deeper than {DEPTH_MAX} levels, which no SDMX data are; check the file"
            raise _Refused(FaultCode.TOO_DEEP, f"嵌套超过 {DEPTH_MAX} 层;请核对文件", says)
        self._header(local, attributes)
        if local == "DataSet":
            self._data_set(attributes)
        elif self.found.sets:
            self._inside_set(name, local, attributes)
        self._path.append(local)
        self._ids.append(set())

    def _end(self, name: str) -> None:
        if name == "URN":
            if found := _URN.fullmatch(self._urn.strip()):
                self._refer(found["agency"], found["id"], found["version"])
            self._urn = ""
        self._path.pop()
        self._ids.pop()

    def _text(self, text: str) -> None:
        if self._path[-1] == "URN":
            self._urn += text
        elif self._path[-1] == "DataSetAction":
            self._header_action += text

    def _open(self, name: str, local: str) -> None:
        if name != f"{_MESSAGE} {local}" or local not in _ROOTS:
            raise _Refused(
                FaultCode.NOT_READABLE,
                f"不是 SDMX-ML 2.1 数据报文(根元素 {local[:40]});请导出为 GenericData 或 StructureSpecificData",
                f"no SDMX-ML 2.1 data message (root {local[:40]}); export GenericData or StructureSpecificData",
            )
        self.found.root = local

    def _header(self, local: str, attributes: Mapping[str, str]) -> None:
        if local == "Structure" and self._path[-1:] == ["Header"]:
            self._structure = attributes.get("structureID", "")
        elif local == "Ref" and self._path[1:2] == ["Header"] and self._path[-1] in _KINDS:
            version = attributes.get("version", _DEFAULT_VERSION)
            self._refer(attributes.get("agencyID", ""), attributes.get("id", ""), version)

    def _refer(self, agency: str, id_: str, version: str) -> None:
        kind = next((_KINDS[each] for each in reversed(self._path) if each in _KINDS), None)
        before = self.found.flows.get(self._structure)
        # A header may name the dataflow and its structure too; the dataflow says more.
        if kind is not None and (before is None or before.kind is FlowKind.STRUCTURE):
            self.found.flows[self._structure] = FlowRef(kind, agency, id_, version)

    def _data_set(self, attributes: Mapping[str, str]) -> None:
        plain = {name.rpartition(" ")[2]: value for name, value in attributes.items()}
        action = plain.get("action", self._header_action.strip())
        self.found.sets.append(DataSetScan(action, plain.get("structureRef", ""), [], set()))
        self._note(attributes)

    def _inside_set(self, name: str, local: str, attributes: Mapping[str, str]) -> None:
        if local == "Value" and "id" in attributes:
            self._once(attributes["id"])
        elif local == "Obs":
            self._count += 1
            if self._count > OBSERVATIONS_MAX:
                says = f"more than {OBSERVATIONS_MAX} observations; split the file"
                raise _Refused(FaultCode.TOO_LARGE, f"超过 {OBSERVATIONS_MAX} 条观测值;请拆分文件", says)
            self.found.sets[-1].places.append(self.place)
            self.found.sets[-1].parents.add(self._path[-1])
        if " " not in name:
            self._note(attributes)
            if local == "Group" and _TYPE in attributes:
                self.found.group_names.add(attributes[_TYPE].rpartition(":")[2])

    def _note(self, attributes: Mapping[str, str]) -> None:
        """Structure-specific messages carry components as attributes without a namespace."""
        self.found.attribute_names.update(each for each in attributes if " " not in each)

    def _once(self, component: str) -> None:
        if component in self._ids[-1]:
            raise _Refused(
                FaultCode.AMBIGUOUS,
                f"{component[:40]} 在同一处给了两次;只留一个",
                f"{component[:40]} is given twice in one place; keep one",
            )
        self._ids[-1].add(component)
