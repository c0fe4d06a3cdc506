"""The csv of a figures file as rows of named cells: encoding, size, headings and widths are settled here."""

import csv
import io
from collections.abc import Sequence
from difflib import get_close_matches
from types import MappingProxyType

import msgspec

from plan.figure_faults import Defect, FileFault
from plan.messages import TEXT_MAX
from plan.model import Names

BYTES_MAX = 32_000_000
ROWS_MAX = 500_000

COLUMNS = MappingProxyType(
    {
        "indicator": "指标",
        "area": "地区",
        "period": "报告期",
        "value": "数值",
        "unit": "单位",
        "published_at": "发布日期",
        "revision": "修订",
        "source": "来源",
        "status": "状态",
        "bound": "界限",
    }
)
"""The columns there are, each with its Chinese heading, which is as good."""
REQUIRED = ("indicator", "area", "period", "value", "unit")

_BY_HEADING = {**{column: column for column in COLUMNS}, **{zh: column for column, zh in COLUMNS.items()}}

_UNNAMED = ""
"""The heading of a column that a spreadsheet exported without one."""
_DELIMITERS = MappingProxyType({";": Names(zh="分号", en="semicolons"), "\t": Names(zh="制表符", en="tabs")})
"""What some spreadsheets write instead of commas."""


class Row(msgspec.Struct, frozen=True):
    """One line of the file: its number and its cells by column, without the blanks around them."""

    line: int
    cells: dict[str, str]


def read_rows(data: bytes, faults: list[FileFault]) -> list[Row]:
    """The rows of a file; whatever cannot be read is added to ``faults`` and left out."""
    text = _decoded(data, faults)
    if text is None or _is_delimited_otherwise(text, faults):
        return []
    lines = _lines(text, faults)
    if not lines:
        if not faults:
            says = (
                "文件没有内容;第一行写列名,以下每行一个数",
                "the file is empty; write headings, then one figure a line",
            )
            faults.append(FileFault(1, "file", Defect.EMPTY, *says))
        return []
    (heading_line, headings), *body = lines
    columns = _columns(heading_line, headings, faults)
    if not body:
        says = ("只有列名,没有数;每行写一个数", "headings only, no figures; write one figure a line")
        faults.append(FileFault(heading_line, "file", Defect.EMPTY, *says))
    if len(body) > ROWS_MAX:
        says = (f"{len(body)} 行,最多 {ROWS_MAX} 行;请分成几个文件", f"{len(body)} rows, at most {ROWS_MAX}; split it")
        faults.append(FileFault(heading_line, "file", Defect.TOO_MANY_ROWS, *says))
        return []
    return [] if columns is None else _rows(body, columns, faults)


def _decoded(data: bytes, faults: list[FileFault]) -> str | None:
    if len(data) > BYTES_MAX:
        says_zh = f"文件有 {len(data)} 字节,最多 {BYTES_MAX};请分成几个文件"
        says_en = f"the file has {len(data)} bytes, at most {BYTES_MAX}; split it"
        faults.append(FileFault(1, "file", Defect.TOO_LARGE, says_zh, says_en))
        return None
    try:
        # A spreadsheet's byte order mark is no part of the first heading.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as refused:
        line = data.count(b"\n", 0, refused.start) + 1
        says_zh = f"第 {refused.start} 字节不是 UTF-8;请在表格软件中另存为“CSV UTF-8”"
        says_en = f"not UTF-8 at byte {refused.start}; in the spreadsheet, save it as “CSV UTF-8”"
        faults.append(FileFault(line, "file", Defect.NOT_UTF8, says_zh, says_en))
        return None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        says = ("含空字符,不是文本文件;请另存为“CSV UTF-8”", "a NUL character: not a text file; save it as “CSV UTF-8”")
        faults.append(FileFault(line, "file", Defect.NOT_CSV, *says))
        return None
    return text


def _is_delimited_otherwise(text: str, faults: list[FileFault]) -> bool:
    """Whether the headings tell that the cells are not separated by commas: then nothing else about them is said."""
    for line, heading in enumerate(io.StringIO(text, newline=""), start=1):
        if not heading.strip(",;\t \r\n"):
            continue
        for delimiter, names in _DELIMITERS.items():
            if _known_headings(heading, delimiter) > max(1, _known_headings(heading, ",")):
                zh = f"各列用{names.zh}分隔;请在表格软件中另存为“CSV UTF-8(逗号分隔)”,小数点用“.”"
                en = f"the columns are separated by {names.en}; save the file as “CSV UTF-8 (comma delimited)”"
                says = (zh, f"{en}, with decimal points")
                faults.append(FileFault(line, "file", Defect.WRONG_DELIMITER, *says))
                return True
        return False
    return False


def _known_headings(heading: str, delimiter: str) -> int:
    return sum(cell.strip(' "\r\n') in _BY_HEADING for cell in heading.split(delimiter))


def _lines(text: str, faults: list[FileFault]) -> list[tuple[int, list[str]]]:
    """Lines that are not blank, each with the number of its first physical line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                found.append((line, stripped))
            line = reader.line_num + 1
    except csv.Error as refused:
        says = (f"不是正确的 CSV({refused});检查引号", f"not proper csv ({refused}); check the quotation marks")
        faults.append(FileFault(line, "file", Defect.NOT_CSV, *says))
        return []
    return found


def _columns(line: int, headings: Sequence[str], faults: list[FileFault]) -> list[str] | None:
    """The column of each heading, of one without a heading an empty name; None when the cells cannot be told apart."""
    before = len(faults)
    named: list[str] = []
    for heading in headings:
        if heading == _UNNAMED:
            named.append(_UNNAMED)
            continue
        column = _BY_HEADING.get(heading)
        if column is None:
            near = get_close_matches(heading, _BY_HEADING, n=1)
            hint = (f";是否指 {near[0]}", f"; did you mean {near[0]}?") if near else ("", "")
            known = ", ".join(COLUMNS)
            says_zh = f"没有这一列:{heading!r}{hint[0]}。可用的列:{known}"
            says_en = f"no such column {heading!r}{hint[1]}; the columns: {known}; separate them with commas"
            faults.append(FileFault(line, heading, Defect.UNKNOWN_COLUMN, says_zh, says_en))
        elif column in named:
            says = ("这一列出现两次;只留一列", "this column stands twice; keep one")
            faults.append(FileFault(line, column, Defect.REPEATED_COLUMN, *says))
        named.append(column or heading)
    for column in REQUIRED:
        if column not in named:
            says_zh = f"缺少这一列({COLUMNS[column]});必须有:{', '.join(REQUIRED)}"
            says_en = f"this column is missing; needed: {', '.join(REQUIRED)}"
            faults.append(FileFault(line, column, Defect.MISSING_COLUMN, says_zh, says_en))
    return named if len(faults) == before else None


def _rows(body: Sequence[tuple[int, list[str]]], columns: list[str], faults: list[FileFault]) -> list[Row]:
    found: list[Row] = []
    needed = len(_without_trailing(columns))
    unnamed = [at for at, column in enumerate(columns) if column == _UNNAMED]
    filled: dict[int, list[int]] = {}
    for line, given in body:
        # A spreadsheet pads rows with the empty cells of columns that are no longer used, some rows only.
        cells = given[:needed] + _without_trailing(given[needed:])
        if not needed <= len(cells) <= len(columns):
            says_zh = f"有 {len(cells)} 格,应为 {needed} 格;含逗号的文字要加引号"
            says_en = f"{len(cells)} cells, {needed} are needed; put text with a comma in quotation marks"
            faults.append(FileFault(line, "row", Defect.WRONG_WIDTH, says_zh, says_en))
            continue
        for at in unnamed:
            if at < len(cells) and cells[at]:
                filled.setdefault(at + 1, []).append(line)
        # A row that ends with its last named column is shorter than the headings.
        named = [(column, cell) for column, cell in zip(columns, cells, strict=False) if column != _UNNAMED]
        long = [column for column, cell in named if len(cell) > TEXT_MAX]
        for column in long:
            says = (f"超过 {TEXT_MAX} 字;请缩短", f"more than {TEXT_MAX} characters; shorten it")
            faults.append(FileFault(line, column, Defect.TEXT_TOO_LONG, *says))
        if not long:
            found.append(Row(line, dict(named)))
    faults += [_unnamed(at, lines) for at, lines in filled.items()]
    return found


def _without_trailing(cells: list[str]) -> list[str]:
    """The cells up to the last one that is not empty."""
    last = max((at for at, cell in enumerate(cells, start=1) if cell), default=0)
    return cells[:last]


def _unnamed(at: int, lines: Sequence[int]) -> FileFault:
    """The fault of a column (counted from 1) that holds something under no heading, told once for all its lines."""
    zh = f"第 {at} 列没有列名,却有内容({len(lines)} 行,第 {lines[0]} 行起);写上列名,或清空这一列"
    en = f"column {at} has no heading but holds something ({len(lines)} lines, the first is {lines[0]})"
    return FileFault(lines[0], f"column {at}", Defect.UNNAMED_COLUMN, zh, f"{en}; name it, or empty the column")
