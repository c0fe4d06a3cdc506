"""Read SDMX-ML 2.1 data, generic and structure-specific, with sdmx1, after :mod:`producers.sdmx.xml_scan`."""

import io
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout

from sdmx.exceptions import XMLParseError
from sdmx.model.v21 import DataSet
from sdmx.reader.xml import Reader

from plan.faults import FaultCode
from producers.files.model import WHOLE, PlacedFault, placed
from producers.sdmx.flows import mapping_for
from producers.sdmx.mapping_model import DataflowMapping
from producers.sdmx.model import Action, FlowRef, Observation, SdmxData
from producers.sdmx.structure import definition_of
from producers.sdmx.xml_scan import DataSetScan, Scan, scan_xml

_ACTIONS = {
    "": Action.INFORMATION,
    "Information": Action.INFORMATION,
    "Append": Action.APPEND,
    "Replace": Action.REPLACE,
    "Delete": Action.DELETE,
}


def read_xml(data: bytes, flows: Sequence[DataflowMapping]) -> SdmxData:
    """Read a whole message, or say why it cannot be read."""
    scan = scan_xml(data)
    if isinstance(scan, PlacedFault):
        return SdmxData(faults=(scan,))
    flow = _flow(scan)
    if isinstance(flow, PlacedFault):
        return SdmxData(faults=(flow,))
    unknown = sorted({each.action for each in scan.sets} - {*_ACTIONS})
    if unknown:
        says = (
            f"没有操作 {unknown[0][:40]!r};可写 Information、Append、Replace",
            f"there is no action {unknown[0][:40]!r}; write Information, Append or Replace",
        )
        return SdmxData(faults=(placed(FaultCode.MALFORMED, WHOLE, *says),))
    mapping = mapping_for(flow, flows)
    if not isinstance(mapping, DataflowMapping):
        # Without a mapping nothing can be read; the observations are told of as what they are, unmapped.
        return SdmxData(tuple(_unread(flow, scan)))
    return _read(data, flow, mapping, scan)


def _flow(scan: Scan) -> FlowRef | PlacedFault:
    """The one dataflow that a message is about."""
    found = {scan.flows.get(each.structure) for each in scan.sets}
    if len(found) == 1 and (flow := found.pop()) is not None:
        return flow
    if not scan.sets:
        says = ("报文中没有数据集;请重新导出", "the message has no data set; export it again")
        return placed(FaultCode.NO_CELLS, WHOLE, *says)
    says = (
        "数据集未指明数据流,或一个报文含多个数据流;请每个数据流单独一个文件",
        "a data set names no structure of the header, or the message is about several; make one file of each dataflow",
    )
    return placed(FaultCode.AMBIGUOUS, WHOLE, *says)


def _unread(flow: FlowRef, scan: Scan) -> Iterator[Observation]:
    for each in scan.sets:
        for place in each.places:
            yield Observation(place, flow, _ACTIONS[each.action], {}, None)


def _read(data: bytes, flow: FlowRef, mapping: DataflowMapping, scan: Scan) -> SdmxData:
    is_specific = scan.root.startswith("StructureSpecific")
    attributes = scan.attribute_names if is_specific else ()
    structure = definition_of(mapping, attributes, scan.group_names)
    try:
        with redirect_stdout(io.StringIO()):  # it prints what it was at when it fails
            sets = Reader().convert(io.BytesIO(data), structure=structure).data
    except (XMLParseError, RuntimeError) as refused:
        reason = repr(refused.__cause__ or refused)[:200]
        says = (
            f"报文结构有误({reason});请对照 SDMX-ML 2.1 核对",
            f"not built as SDMX-ML 2.1 asks ({reason}); check it against the standard",
        )
        return SdmxData(faults=(placed(FaultCode.NOT_READABLE, WHOLE, *says),))
    counted, read = [len(each.places) for each in scan.sets], [len(each.obs) for each in sets]
    if counted != read:
        says = (
            f"文件有 {counted} 条观测值,只读出 {read} 条;请拆分文件后重报",
            f"the file has {counted} observations, {read} could be read; split the file and send again",
        )
        return SdmxData(faults=(placed(FaultCode.NOT_READABLE, WHOLE, *says),))
    pairs = zip(scan.sets, sets, strict=True)
    return SdmxData(tuple(each for seen, data_set in pairs for each in _observations(flow, seen, data_set)))


def _observations(flow: FlowRef, seen: DataSetScan, data_set: DataSet) -> Iterator[Observation]:
    whole = {name: str(each.value) for name, each in data_set.attrib.items()}
    for place, found in zip(seen.places, data_set.obs, strict=True):
        components = dict(whole)
        # From the widest to the nearest, which wins.
        levels = [group.attrib for group in found.group_keys]
        levels += [found.series_key.attrib] if found.series_key is not None else []
        for level in (*levels, found.attached_attribute):
            components.update((name, str(each.value)) for name, each in level.items())
        components.update((name, str(each.value)) for name, each in found.key.values.items())
        value = None if found.value is None else str(found.value)
        yield Observation(place, flow, _ACTIONS[seen.action], components, value or None)
