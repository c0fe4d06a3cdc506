"""From the bytes of an xlsx to its sheets as grids: checked, scanned, then read by calamine."""

import io
import posixpath
import re
from xml.etree import ElementTree

import msgspec
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from plan.faults import FaultCode
from producers.files.grid import Grid
from producers.files.model import WHOLE, Place, PlacedFault, placed
from producers.files.safety import Unsafe, checked_parts, repacked
from producers.files.sheet_scan import (  # fmt: skip
    AREA_MAX,
    COLUMNS_MAX,
    LINES_MAX,
    SheetScan,
    scan,
    styles_shown_otherwise,
)

_WORKBOOK = "xl/workbook.xml"
_WORKBOOK_RELATIONS = "xl/_rels/workbook.xml.rels"
_STYLES = "xl/styles.xml"


class Sheet(msgspec.Struct, frozen=True):
    """One sheet of a workbook; ``lines`` and ``columns``: how far its cells reach, empty ones with a look included."""

    name: str
    is_hidden: bool
    grid: Grid
    lines: int
    columns: int


class Workbook(msgspec.Struct, frozen=True):
    """The sheets of a workbook in order, and its checked zip, safe to hand to other libraries."""

    sheets: tuple[Sheet, ...]
    data: bytes


def read_workbook(data: bytes) -> Workbook:
    """Read all sheets; raises :class:`producers.files.safety.Unsafe` with the faults of a file not to be opened."""
    parts = checked_parts(data)
    scans = _scans(parts)
    clean = repacked(parts)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(clean)) as book:
            if [each.name for each in book.sheets_metadata] != list(scans):
                raise _unreadable("its list of sheets is irregular")
            sheets = tuple(
                Sheet(
                    name=each.name,
                    is_hidden=each.visible is not SheetVisibleEnum.Visible,
                    grid=_grid(book, each.name, scans[each.name]),
                    lines=scans[each.name].lines,
                    columns=scans[each.name].columns,
                )
                for each in book.sheets_metadata
                if each.typ is SheetTypeEnum.WorkSheet
            )
    except CalamineError as fault:
        raise _unreadable(str(fault)) from fault
    return Workbook(sheets, clean)


def _grid(book: CalamineWorkbook, name: str, scanned: SheetScan) -> Grid:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return Grid(rows=rows, lines=range(1, len(rows) + 1), sheet=name, odd=scanned.odd)


def _scans(parts: dict[str, bytes]) -> dict[str, SheetScan]:
    """The scan of each sheet by its name, in the workbook's order; raises Unsafe for what must not be laid out."""
    try:
        otherwise = styles_shown_otherwise(parts.get(_STYLES, b""))
        files = _sheet_files(parts)
    except (ElementTree.ParseError, KeyError, ValueError) as fault:
        raise _unreadable(str(fault)) from fault
    scans = {name: scan(parts[file], otherwise) for name, file in files.items()}
    if faults := tuple(fault for name, each in scans.items() for fault in _extent_faults(name, each)):
        raise Unsafe(faults)
    return scans


def _extent_faults(name: str, scanned: SheetScan) -> list[PlacedFault]:
    place = Place(sheet=name)
    if scanned.has_unnamed:
        says_zh = "有单元格未注明位置;请在表格软件中打开并另存为 xlsx 后重报"
        says_en = "cells do not say where they stand; open it in a spreadsheet program and save it as xlsx"
        return [placed(FaultCode.NOT_READABLE, place, says_zh, says_en)]
    if scanned.is_too_large:
        reach = f"{scanned.lines} x {scanned.columns}"
        says_zh = f"数据区 {reach} 过大,最多 {LINES_MAX} 行、{COLUMNS_MAX} 列、{AREA_MAX} 格;请删去多余行列或拆分"
        says_en = (
            f"the sheet reaches over {reach} cells, at most {LINES_MAX} lines, {COLUMNS_MAX} columns "
            f"and {AREA_MAX} cells; delete stray lines and columns, or split it"
        )
        return [placed(FaultCode.TOO_LARGE, place, says_zh, says_en)]
    return []


def _sheet_files(parts: dict[str, bytes]) -> dict[str, str]:
    """The part that holds each sheet, by the sheet's name."""
    targets = {each.attrib["Id"]: each.attrib["Target"] for each in ElementTree.fromstring(parts[_WORKBOOK_RELATIONS])}
    found = {}
    for each in ElementTree.fromstring(parts[_WORKBOOK]).iter():
        if _local(each.tag) != "sheet":
            continue
        target = targets[{_local(key): value for key, value in each.attrib.items()}["id"]]
        file = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if file not in parts or each.attrib["name"] in found:
            raise ValueError(f"sheet {each.attrib['name']!r} is missing or there twice")
        found[each.attrib["name"]] = file
    return found


def _local(name: str) -> str:
    return re.sub(r"\{[^}]*\}", "", str(name))


def _unreadable(says: str) -> Unsafe:
    says_zh = f"工作簿结构有误,不能读取({says});请在表格软件中打开并另存为 xlsx 后重报"
    says_en = f"the workbook cannot be read ({says}); open it in a spreadsheet program and save it anew as xlsx"
    return Unsafe((placed(FaultCode.NOT_READABLE, WHOLE, says_zh, says_en),))
