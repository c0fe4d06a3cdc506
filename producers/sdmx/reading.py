"""From the bytes of an SDMX file to returns with their places, by the mappings of the plans."""

import logging
from collections.abc import Sequence

from plan.book import PlanBook
from plan.faults import FaultCode
from producers.files.model import WHOLE, FileRead, Reader, placed
from producers.sdmx.cells import SdmxRead, read_cells
from producers.sdmx.csv_reader import read_csv
from producers.sdmx.detect import SdmxFormat, sdmx_format
from producers.sdmx.json_reader import read_json
from producers.sdmx.mapping_model import DataflowMapping
from producers.sdmx.model import BYTES_MAX, SdmxData
from producers.sdmx.xml_reader import read_xml

logging.getLogger("sdmx").addHandler(logging.NullHandler())  # what it doubts is told as faults here


def reader_for(flows: Sequence[DataflowMapping]) -> Reader:
    """The reader of SDMX files by these mappings, as the file door wants it."""

    def read(data: bytes, book: PlanBook) -> FileRead:
        return read_sdmx(data, flows, book).file

    return read


def read_sdmx(data: bytes, flows: Sequence[DataflowMapping], book: PlanBook) -> SdmxRead:
    """Read one file; raises nothing for what stands in it."""
    return read_cells(_observations(data, flows), flows, book)


def _observations(data: bytes, flows: Sequence[DataflowMapping]) -> SdmxData:
    if len(data) > BYTES_MAX:
        says = (
            f"共 {len(data)} 字节,超过 {BYTES_MAX};请拆分文件",
            f"{len(data)} bytes, at most {BYTES_MAX}; split the file",
        )
        return SdmxData(faults=(placed(FaultCode.TOO_LARGE, WHOLE, *says),))
    match sdmx_format(data):
        case SdmxFormat.CSV:
            return read_csv(data)
        case SdmxFormat.ML:
            return read_xml(data, flows)
        case SdmxFormat.JSON:
            return read_json(data)
        case None:
            says = (
                "不是 SDMX 文件;可收 SDMX-CSV 2.0、SDMX-ML 2.1、SDMX-JSON 1.0",
                "no SDMX file; SDMX-CSV 2.0, SDMX-ML 2.1 and SDMX-JSON 1.0 are taken",
            )
            return SdmxData(faults=(placed(FaultCode.NOT_READABLE, WHOLE, *says),))
