"""From the bytes of a csv to a grid: encoding, delimiter, quotation and size are settled here. Pure."""

import csv
import io

from plan.faults import FaultCode
from producers.files.encodings import Undecodable, decoded
from producers.files.grid import Grid
from producers.files.headings import COLUMNS, KNOWN, heading_of
from producers.files.model import Place, PlacedFault, placed
from producers.files.sheet_scan import COLUMNS_MAX

LINES_MAX = 500_000
DELIMITERS = ",;\t|"
_HEADING_MAX = 10_000


def read_text_table(data: bytes, faults: list[PlacedFault]) -> Grid | None:
    """The lines of a csv that are not blank; None, with the faults added, for what is no such table."""
    try:
        text = decoded(data, COLUMNS.values())
    except Undecodable as refused:
        faults.append(refused.fault)
        return None
    delimiter = _delimiter(text, faults)
    if delimiter is None:
        return None
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            if "".join(row).strip():
                if len(row) > COLUMNS_MAX or len(rows) > LINES_MAX:
                    faults.append(_too_large(line, len(row)))
                    return None
                rows.append(row)
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as refused:
        says = (f"不是正确的 CSV({refused});请检查引号", f"not proper csv ({refused}); check the quotation marks")
        faults.append(placed(FaultCode.NOT_READABLE, Place(line=line), *says))
        return None
    faults += _too_short(rows, lines)
    return Grid(rows, lines)


def _too_short(rows: list[list[str]], lines: list[int]) -> list[PlacedFault]:
    """A fault for each line with fewer cells than headings: which of them are missing cannot be told."""
    needed = max((at for at, heading in enumerate(rows[0], start=1) if heading.strip()), default=0)
    return [
        placed(
            FaultCode.BAD_COLUMN,
            Place(line=line),
            f"只有 {len(row)} 格,应为 {needed} 格;缺的格也要用分隔符占位",
            f"{len(row)} cells, {needed} are needed; keep the separators of empty cells",
        )
        for line, row in zip(lines, rows, strict=True)
        if len(row) < needed
    ]


def first_line(text: str) -> str:
    """The first line that is not blank, with the headings."""
    return next((line for line in io.StringIO(text[:_HEADING_MAX]) if line.strip(DELIMITERS + " \r\n")), "")


def _delimiter(text: str, faults: list[PlacedFault]) -> str | None:
    """What separates the cells: that by which the first line falls into the most headings we know."""
    heading = first_line(text)
    known = {
        delimiter: sum(heading_of(cell.strip('"\r\n ')) in KNOWN for cell in heading.split(delimiter))
        for delimiter in DELIMITERS
    }
    best = max(DELIMITERS, key=lambda delimiter: known[delimiter])
    if known[best] > 1:
        return best
    if not heading:
        says = ("文件没有内容;首行写列名,以下每行一项", "the file is empty; write headings, then one cell a line")
        faults.append(placed(FaultCode.NO_CELLS, Place(line=1), *says))
        return None
    shown = "、".join(COLUMNS.values())
    says_zh = f"首行不是列名;请写:{shown}(用逗号分隔)"
    says_en = f"the first line has no headings; write {', '.join(COLUMNS)}, separated by commas"
    faults.append(placed(FaultCode.BAD_COLUMN, Place(line=1), says_zh, says_en))
    return None


def _too_large(line: int, columns: int) -> PlacedFault:
    says_zh = f"超过 {LINES_MAX} 行或 {COLUMNS_MAX} 列(本行 {columns} 列);请拆分或核对"
    says_en = f"more than {LINES_MAX} lines or {COLUMNS_MAX} columns ({columns} here); split the file or check it"
    return placed(FaultCode.TOO_LARGE, Place(line=line), says_zh, says_en)
