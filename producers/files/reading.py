"""From the bytes of a file people hand in to the returns it holds, whatever kind of file it is."""

from collections.abc import Iterator

from plan.book import PlanBook
from plan.faults import FaultCode
from producers.files.filled import machine_sheet, read_filled
from producers.files.kinds import FileKind, kind_of
from producers.files.model import WHOLE, FileRead, Place, PlacedFault, Reader, placed
from producers.files.names import BookNames
from producers.files.numbers import NotRead
from producers.files.safety import Unsafe
from producers.files.sheet_scan import Oddity
from producers.files.table import read_table
from producers.files.text_table import read_text_table
from producers.files.values import ODD
from producers.files.workbook import Sheet, read_workbook

FAULTS_SHEET = "错误清单"
FAULTS_TITLE = "晴雨 Qingyu 错误清单"
"""What the first cell of that sheet says; a mended file still has it, and it holds no figures."""


def read_file(name: str, data: bytes, book: PlanBook, read_sdmx: Reader) -> FileRead:
    """Read a file by its kind; every fault has its place, and nothing is raised for what stands in a file."""
    kind = kind_of(name, data)
    if isinstance(kind, PlacedFault):
        return FileRead(faults=(kind,))
    match kind:
        case FileKind.XLSX:
            return _read_xlsx(data, book)
        case FileKind.TABLE:
            return _read_csv(data, book)
        case FileKind.SDMX:
            return read_sdmx(data, book)


def _read_csv(data: bytes, book: PlanBook) -> FileRead:
    faults: list[PlacedFault] = []
    grid = read_text_table(data, faults)
    if grid is None:
        return FileRead(faults=tuple(faults))
    read = read_table(grid, BookNames(book), book)
    return FileRead(read.returns, (*faults, *read.faults))


def _read_xlsx(data: bytes, book: PlanBook) -> FileRead:
    try:
        workbook = read_workbook(data)
    except Unsafe as refused:
        return FileRead(faults=refused.faults)
    sheets = [sheet for sheet in workbook.sheets if not is_fault_list(sheet)]
    faults = list(_formulas(sheets))
    machine = machine_sheet(sheets)
    if machine is not None:
        read = read_filled(sheets, machine, book)
        return FileRead(read.returns, (*faults, *read.faults))
    reads = list(_tables(sheets, book))
    returns = tuple(each for read in reads for each in read.returns)
    return FileRead(returns, (*faults, *(fault for read in reads for fault in read.faults)))


def is_fault_list(sheet: Sheet) -> bool:
    """Tell whether a sheet is the list of faults of an earlier refusal."""
    rows = sheet.grid.rows
    return sheet.name == FAULTS_SHEET and bool(rows) and bool(rows[0]) and rows[0][0] == FAULTS_TITLE


def _tables(sheets: list[Sheet], book: PlanBook) -> Iterator[FileRead]:
    names = BookNames(book)
    filled = [sheet for sheet in sheets if any(True for _ in sheet.grid.filled())]
    if not filled:
        says = ("工作簿没有内容;请填写后重报", "the workbook is empty; fill it in")
        yield FileRead(faults=(placed(FaultCode.NO_CELLS, WHOLE, *says),))
    for sheet in filled:
        if sheet.is_hidden:
            says_zh = "有内容的隐藏工作表;请取消隐藏核对,或删去"
            says_en = "a hidden sheet with content; show it and check it, or delete it"
            yield FileRead(faults=(placed(FaultCode.UNSAFE_FILE, Place(sheet.name), says_zh, says_en),))
            continue
        yield read_table(sheet.grid.without_blank_lines(), names, book)


def _formulas(sheets: list[Sheet]) -> Iterator[PlacedFault]:
    """A fault for each formula and error value, wherever it stands."""
    for sheet in sheets:
        for (line, column), odd in sorted(sheet.grid.odd.items()):
            if odd is not Oddity.SHOWN_OTHERWISE:
                fault: NotRead = ODD[odd]
                yield placed(fault.code, sheet.grid.place(line, column), fault.says_zh, fault.says_en)
