"""What a refused file gets beside it: the workbook with every faulty cell marked, or the faults as a text."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.utils import quote_sheetname
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from plan.model import Names
from producers.files.look import (  # fmt: skip
    BOX,
    DARK_FILL,
    ENTRY_FILL,
    FAULT_FILL,
    LEFT,
    NO_FILL,
    ON_DARK,
    PLAIN,
    SMALL,
    TITLE,
    write_names,
    write_text,
)
from producers.files.model import Place, PlacedFault
from producers.files.reading import FAULTS_SHEET, FAULTS_TITLE
from producers.files.safety import Unsafe, checked_parts
from producers.files.sheet_scan import column_number
from producers.files.template import AUTHOR
from producers.files.workbook import read_workbook

MARKED_CELLS_MAX = 400_000
"""Larger workbooks get their faults as a text: marking a copy would take minutes."""
_RANGES_MAX = 4 * MARKED_CELLS_MAX
_REFERENCE = re.compile(rb"(?<![a-zA-Z])ref\s*=\s*[\"']([^\"'<]*)[\"']")
_RANGE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_HEADINGS = ("序号", "位置", "问题和改法", "What is wrong and how to mend it")
_MEND = Names(
    zh="整份文件未报送。请改正标红的格子,另存为原文件名后重新报送;本表不必删除。",
    en="Nothing was sent. Mend the cells in red, save under the file's own name and hand it in again.",
)
_CANNOT = (
    InvalidFileException, zipfile.BadZipFile, SyntaxError, OSError, KeyError, ValueError, TypeError, IndexError,
    AttributeError,
)  # fmt: skip
"""What openpyxl raises for a workbook that it cannot read; errors of XML are SyntaxErrors."""


def marked_copy(data: bytes, faults: Sequence[PlacedFault]) -> bytes | None:
    """A copy of the workbook with its faults marked and listed; None for one that is not to be opened."""
    copy = _loaded(data)
    if copy is None:
        return None
    _mark(copy, faults)
    made = io.BytesIO()
    copy.save(made)
    return made.getvalue()


def _loaded(data: bytes) -> Workbook | None:
    try:
        parts = checked_parts(data)
        workbook = read_workbook(data)
    except Unsafe:
        return None
    reach = sum(sheet.lines * sheet.columns for sheet in workbook.sheets)
    if reach > MARKED_CELLS_MAX or not _are_ranges_small(parts):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it leaves out of the copy does not concern the figures
            return load_workbook(io.BytesIO(workbook.data), rich_text=True)
    except _CANNOT:
        return None


def _are_ranges_small(parts: Mapping[str, bytes]) -> bool:
    """Tell whether no range is so large that making its cells (as of merged ones and links) would take minutes."""
    total = 0
    for content in parts.values():
        for reference in _REFERENCE.findall(content):
            found = _RANGE.fullmatch(reference)
            if found is None:
                return False
            if found[3]:
                lines = abs(int(found[4]) - int(found[2])) + 1
                total += lines * (abs(column_number(found[3]) - column_number(found[1])) + 1)
    return total <= _RANGES_MAX


def _mark(copy: Workbook, faults: Sequence[PlacedFault]) -> None:
    if FAULTS_SHEET in copy.sheetnames:
        del copy[FAULTS_SHEET]
    for sheet in copy.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                _make_inert(cell)
                _unmark(cell)
    by_place: dict[Place, list[PlacedFault]] = {}
    for each in faults:
        by_place.setdefault(each.place, []).append(each)
    for place, found in by_place.items():
        if place.cell and place.sheet in copy.sheetnames:
            _mark_cell(copy[place.sheet], place, found)
    _list(copy.create_sheet(FAULTS_SHEET, 0), faults, copy.sheetnames)
    copy.active = 0
    for sheet in copy.worksheets[1:]:
        sheet.sheet_view.tabSelected = False


def _make_inert(cell: Cell) -> None:
    """A formula becomes the text it was written as, and an address to click on plain text."""
    if cell.data_type == "f":
        write_text(cell, str(getattr(cell.value, "text", cell.value)))
    if cell.hyperlink is not None:
        cell.hyperlink = None


def _unmark(cell: Cell) -> None:
    """Take off the mark of an earlier refusal."""
    if cell.comment is not None and cell.comment.author == AUTHOR and cell.fill == FAULT_FILL:
        cell.comment = None
        cell.fill = NO_FILL if cell.protection.locked else ENTRY_FILL


def _mark_cell(sheet: Worksheet, place: Place, found: Iterable[PlacedFault]) -> None:
    cell = sheet.cell(place.line, place.column)
    for area in sheet.merged_cells.ranges:
        if cell.coordinate in area:
            cell = sheet.cell(area.min_row, area.min_col)
    cell.fill = FAULT_FILL
    text = "\n\n".join(f"{each.fault.says_zh}\n{each.fault.says_en}" for each in found)
    comment = Comment(text[:4000], AUTHOR)
    comment.width, comment.height = 380, 160
    cell.comment = comment


def _list(sheet: Worksheet, faults: Sequence[PlacedFault], names: Sequence[str]) -> None:
    for letter, width in zip("ABCD", (8, 26, 70, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet["A1"].font = TITLE
    write_text(sheet["A1"], FAULTS_TITLE)
    sheet["A2"].font = PLAIN
    write_names(sheet["A2"], Names(zh=f"共 {len(faults)} 处。{_MEND.zh}", en=f"{len(faults)} faults. {_MEND.en}"))
    sheet["A2"].alignment = LEFT
    sheet.merge_cells("A2:D2")
    sheet.row_dimensions[2].height = 36
    for at, heading in enumerate(_HEADINGS, start=1):
        cell = sheet.cell(4, at)
        cell.font, cell.fill, cell.alignment, cell.border = ON_DARK, DARK_FILL, LEFT, BOX
        write_text(cell, heading)
    for number, each in enumerate(faults, start=1):
        texts = (str(number), str(each.place), each.fault.says_zh, each.fault.says_en)
        for at, text in enumerate(texts, start=1):
            cell = sheet.cell(4 + number, at)
            cell.font, cell.alignment, cell.border = (SMALL if at == 4 else PLAIN), LEFT, BOX
            write_text(cell, text)
        if each.place.cell and each.place.sheet in names:
            sheet.cell(4 + number, 2).hyperlink = f"#{quote_sheetname(each.place.sheet)}!{each.place.cell}"
    sheet.freeze_panes = "A5"
    sheet.sheet_view.showGridLines = False


def fault_text(name: str, faults: Sequence[PlacedFault]) -> str:
    """The faults as a text for a person, one after the other."""
    lines = [
        FAULTS_TITLE,
        f"文件 file: {name}",
        f"共 {len(faults)} 处;整份文件未报送。请逐处改正后重新报送。",
        f"{len(faults)} faults; nothing was sent. Mend each and hand the file in again.",
    ]
    for number, each in enumerate(faults, start=1):
        fault = each.fault
        lines += ["", f"{number}. {each.place}  [{fault.code}]", f"   {fault.says_zh}", f"   {fault.says_en}"]
    return "\r\n".join(lines) + "\r\n"
