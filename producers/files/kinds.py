"""What kind of file it is, by its first bytes and its suffix; the two must not contradict each other. Pure."""

from enum import StrEnum

from plan.faults import FaultCode
from producers.files.model import WHOLE, PlacedFault, placed

BYTES_MAX = 20_000_000


class FileKind(StrEnum):
    """The kinds of files that are taken."""

    XLSX = "xlsx"
    TABLE = "table"
    SDMX = "sdmx"


_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_SUFFIXES = {
    "xlsx": FileKind.XLSX,
    "csv": FileKind.TABLE,
    "tsv": FileKind.TABLE,
    "txt": FileKind.TABLE,
    "xml": FileKind.SDMX,
    "json": FileKind.SDMX,
}
_SDMX_CSV_FIRST = ("STRUCTURE", "DATAFLOW")
"""The first heading of SDMX-CSV 2 and 1."""
_BOM = "\ufeff"


def kind_of(name: str, data: bytes) -> FileKind | PlacedFault:
    """The kind of a file, or why it is not taken."""
    stem, _, suffix = name.lower().rpartition(".")
    suffix = suffix if stem else ""
    if not data:
        return placed(
            FaultCode.NO_CELLS, WHOLE, "文件是空的;请核对后重报", "the file is empty; check it and hand it in again"
        )
    if len(data) > BYTES_MAX:
        says_zh = f"文件超过 {BYTES_MAX // 1_000_000} MB;请拆分"
        return placed(FaultCode.TOO_LARGE, WHOLE, says_zh, f"more than {BYTES_MAX // 1_000_000} MB; split the file")
    if data.startswith(_OLD_OFFICE):
        says_zh = "是旧版 xls 或加了密码的工作簿;请去掉密码,另存为 xlsx 后重报"
        says_en = "an old xls, or a workbook with a password; save it as xlsx without a password"
        return placed(FaultCode.NOT_READABLE, WHOLE, says_zh, says_en)
    kind = _SUFFIXES.get(suffix)
    if kind is None:
        return _refused(f"不收 .{suffix[:10]} 文件", f"files of type .{suffix[:10]} are not taken")
    if (kind is FileKind.XLSX) != data.startswith(_ZIP):
        return _refused(f"内容与后缀 .{suffix} 不符", f"the content does not fit the suffix .{suffix}")
    return FileKind.SDMX if kind is FileKind.TABLE and _is_sdmx_csv(data) else kind


def _is_sdmx_csv(data: bytes) -> bool:
    heading = data[:40].decode("utf-8", "replace").removeprefix(_BOM).lstrip('"')
    return heading.startswith(_SDMX_CSV_FIRST)


def _refused(zh: str, en: str) -> PlacedFault:
    taken_zh, taken_en = "可报 xlsx、csv、SDMX(xml、json、csv)", "xlsx, csv and SDMX (xml, json, csv) are"
    return placed(FaultCode.NOT_READABLE, WHOLE, f"{zh};{taken_zh}", f"{en}; {taken_en}")
