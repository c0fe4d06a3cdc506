"""Read SDMX-CSV 2.0: one line, one observation.

With the csv module of the language, not with sdmx1's reader: that one keeps no line numbers, forgets the dataflow of
a line, takes labels (`A: Annual`) for codes, needs an ACTION column and checks by `assert`
(docs/runbooks/sdmx.md has the list).
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence

import msgspec

from plan.faults import FaultCode
from producers.files.model import WHOLE, Place, PlacedFault, placed
from producers.sdmx.model import OBSERVATIONS_MAX, Action, FlowKind, FlowRef, Observation, SdmxData

_START = re.compile(r'"?STRUCTURE(?:\[.\])?"?(?P<delimiter>[,;|\t])')
_STRUCTURE = re.compile(r"STRUCTURE(\[.\])?")
_COLUMN = re.compile(r"(?P<id>[A-Za-z][\w@$.-]*)(?:\[[^\]]*\])*(?P<label>: .*)?", re.DOTALL)
_REFERENCE = re.compile(r"(?P<agency>[^:()\s]+):(?P<id>[^:()\s]+)\((?P<version>[^()\s]+)\)(?:: .*)?", re.DOTALL)
_BEFORE = ("STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY", "OBS_KEY")
"""The columns before the components, in this order; all but the first may be left out."""
_VALUE = "OBS_VALUE"


class _Header(msgspec.Struct, frozen=True):
    """Where the columns stand, counted from 0. ``labelled``: those whose cells read `CODE: label`."""

    width: int
    before: dict[str, int]
    components: dict[str, int]
    labelled: frozenset[int]


def is_sdmx_csv(head: bytes) -> bool:
    """Tell from its first bytes whether a csv file is SDMX-CSV 2.0."""
    text = head.removeprefix(b"\xef\xbb\xbf")[:80].decode("latin-1")
    found = _START.match(text)
    return found is not None and text[found.end() :].lstrip('"').startswith("STRUCTURE_ID")


def read_csv(data: bytes) -> SdmxData:
    """Read a whole file, or say every line that cannot be read."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as refused:
        line = refused.object[: refused.start].count(b"\n") + 1
        says = (f"不是 UTF-8 编码(第 {line} 行);请另存为 UTF-8", f"not UTF-8 in line {line}; save the file as UTF-8")
        return SdmxData(faults=(placed(FaultCode.NOT_READABLE, Place(line=line), *says),))
    found = _START.match(text)
    if found is None:
        says = ("首列应为 STRUCTURE", "the first column must be STRUCTURE; write the file as SDMX-CSV 2.0")
        return SdmxData(faults=(placed(FaultCode.NOT_READABLE, Place(line=1), *says),))
    faults: list[PlacedFault] = []
    rows = _rows(text, found["delimiter"], faults)
    _, names = next(rows, (1, []))
    header = _read_header(names, faults)
    if header is None:
        return SdmxData(faults=tuple(faults))
    observations: list[Observation] = []
    unread = 0
    for line, row in rows:
        if len(observations) + unread == OBSERVATIONS_MAX:
            says = (
                f"超过 {OBSERVATIONS_MAX} 条观测值;请拆分文件",
                f"more than {OBSERVATIONS_MAX} observations; split the file",
            )
            faults.append(placed(FaultCode.TOO_LARGE, WHOLE, *says))
            break
        observation = _read_row(row, line, header, faults)
        if observation is None:
            unread += 1
        else:
            observations.append(observation)
    columns = {component: at + 1 for component, at in header.components.items()}
    return SdmxData(tuple(observations), tuple(faults), unread, columns)


def _rows(text: str, delimiter: str, faults: list[PlacedFault]) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line each begins in; empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for row in reader:
            if row:
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error as refused:
        says = (f"引号或分隔符有误:{refused};请更正", f"quotation marks or separators are wrong: {refused}; mend them")
        faults.append(placed(FaultCode.NOT_READABLE, Place(line=begins), *says))


def _read_header(names: Sequence[str], faults: list[PlacedFault]) -> _Header | None:
    before: dict[str, int] = {}
    at = 1
    for name in _BEFORE:
        if at < len(names) and names[at] == name:
            before[name] = at
            at += 1
    if not names or not _STRUCTURE.fullmatch(names[0]) or "STRUCTURE_ID" not in before:
        says = ("前两列应为 STRUCTURE 和 STRUCTURE_ID", "the first columns must be STRUCTURE and STRUCTURE_ID")
        faults.append(placed(FaultCode.BAD_COLUMN, Place(line=1), *says))
        return None
    # With STRUCTURE_NAME each component is followed by a column of its labels.
    step = 2 if "STRUCTURE_NAME" in before else 1
    components: dict[str, int] = {}
    labelled: set[int] = set()
    for column in range(at, len(names), step):
        found = _COLUMN.fullmatch(names[column])
        if found is None or found["id"] in components:
            says = (
                f"列名 {names[column][:40]!r} 无法识别或重复;请更正",
                f"column {names[column][:40]!r} is no component or stands twice; correct it",
            )
            faults.append(placed(FaultCode.BAD_COLUMN, Place(line=1, column=column + 1), *says))
            continue
        components[found["id"]] = column
        if found["label"]:
            labelled.add(column)
    if _VALUE not in components:
        says = (f"缺少 {_VALUE} 列;请补充", f"the column {_VALUE} is missing; add it")
        faults.append(placed(FaultCode.BAD_COLUMN, Place(line=1), *says))
    return None if faults else _Header(len(names), before, components, frozenset(labelled))


def _read_row(row: Sequence[str], line: int, header: _Header, faults: list[PlacedFault]) -> Observation | None:
    place = Place(line=line)
    if len(row) != header.width:
        says = (
            f"本行 {len(row)} 列,表头 {header.width} 列;请核对分隔符和引号",
            f"{len(row)} fields, the header has {header.width}; check separators and quotation marks",
        )
        faults.append(placed(FaultCode.BAD_COLUMN, place, *says))
        return None
    flow = _flow(row, header, place, faults)
    action = _action(row, header, place, faults)
    if flow is None or action is None:
        return None
    cells = {
        component: row[at].split(": ", 1)[0] if at in header.labelled else row[at]
        for component, at in header.components.items()
    }
    value = cells.pop(_VALUE)
    return Observation(
        place=place.at_column(header.components[_VALUE] + 1),
        flow=flow,
        action=action,
        components={component: cell for component, cell in cells.items() if cell},
        value=value or None,
    )


def _flow(row: Sequence[str], header: _Header, place: Place, faults: list[PlacedFault]) -> FlowRef | None:
    column = header.before["STRUCTURE_ID"]
    found = _REFERENCE.fullmatch(row[column])
    if found is not None and row[0] in list(FlowKind):
        return FlowRef(FlowKind(row[0]), found["agency"], found["id"], found["version"])
    says = (
        f"{row[0][:40]!r}、{row[column][:80]!r} 未指明数据流;请写成 dataflow、AGENCY:ID(1.0)",
        f"{row[0][:40]!r}, {row[column][:80]!r} name no dataflow; write dataflow and AGENCY:ID(1.0)",
    )
    faults.append(placed(FaultCode.MALFORMED, place.at_column(column + 1), *says))
    return None


def _action(row: Sequence[str], header: _Header, place: Place, faults: list[PlacedFault]) -> Action | None:
    column = header.before.get("ACTION")
    if column is None:
        return Action.INFORMATION  # what the standard means where the column is left out
    if row[column] in list(Action):
        return Action(row[column])
    says = (
        f"没有操作 {row[column][:40]!r};可写 I、A、R",
        f"there is no action {row[column][:40]!r}; write I, A or R",
    )
    faults.append(placed(FaultCode.MALFORMED, place.at_column(column + 1), *says))
    return None
