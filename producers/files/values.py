"""The content of one cell of a table as what its item holds: number, code, text, day; row names and periods. Pure."""

import datetime as dt
import re
from functools import lru_cache

from plan.codes import ItemType, RowsBy
from plan.faults import FaultCode
from plan.model import Item, Rows
from plan.periods import PeriodKind
from producers.files.grid import Value
from producers.files.names import code_labels
from producers.files.numbers import NotRead, half_width, read_number
from producers.files.sheet_scan import Oddity

Content = tuple[float | None, str]
"""What becomes a cell's ``value`` and ``text``; a text that is none of the item's codes is left to the contract."""

_DIGITS_KEPT = 10.0**15
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?", re.ASCII)


def read_content(value: Value, item: Item, odd: Oddity | None) -> Content | NotRead:
    """What a cell of an item says, or why it cannot be taken."""
    if odd is not None:
        return ODD[odd]
    if item.type.is_numeric:
        number = _number(value)
        return number if isinstance(number, NotRead) else (number, "")
    if item.type is ItemType.CODE:
        text = half_width(_text(value))
        return (None, _codes(item).get(text.casefold(), text))
    if item.type is ItemType.DATE:
        day = read_day(value)
        return day if isinstance(day, NotRead) else (None, day)
    return _long_number(value) or (None, _text(value))


def read_text(value: Value) -> str:
    """A cell as free text, whatever it holds; a whole number without a decimal point."""
    return _text(value)


def read_day(value: Value) -> str | NotRead:
    """A day as ``2017-06-30``; what is no day stays as it is written, for the contract to refuse."""
    if isinstance(value, dt.datetime):
        if value.time() != dt.time():
            says_zh = f"{value} 带有时刻;只填日期,如 2017-06-30"
            return NotRead(FaultCode.BAD_DATE, says_zh, f"{value} has a time of day; write the day alone")
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    text = half_width(_text(value))
    found = _DAY.fullmatch(text)
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else text


def read_row(value: Value, rows: Rows) -> str | NotRead:
    """The name of a row: a key just as it stands, or a time of day as ``HH:MM``."""
    if rows.by is RowsBy.KEY:
        return _long_number(value) or _text(value)
    if isinstance(value, dt.timedelta):
        value = (dt.datetime.min + value).time() if dt.timedelta() <= value < dt.timedelta(days=1) else str(value)
    if isinstance(value, dt.time) and not value.second and not value.microsecond:
        return f"{value:%H:%M}"
    text = half_width(_text(value))
    found = _CLOCK.fullmatch(text)
    return f"{int(found[1]):02d}:{found[2]}" if found else text


_PERIOD_WORDS = (
    (re.compile(r"(\d{4})年?(?:全年)?", re.ASCII), "{0}"),
    (re.compile(r"(\d{4})年?(?:上半年)", re.ASCII), "{0}-H1"),
    (re.compile(r"(\d{4})年?(?:下半年)", re.ASCII), "{0}-H2"),
    (re.compile(r"(\d{4})年?第?([1-4一二三四])季度?", re.ASCII), "{0}-Q{1}"),
    (re.compile(r"(\d{4})年1[-~至到]([2-9]|1[0-2])月", re.ASCII), "{0}-01..{1:0>2}"),
    (re.compile(r"(\d{4})(?:年|-)(\d{1,2})月?", re.ASCII), "{0}-{1:0>2}"),
)
_QUARTERS = str.maketrans("一二三四", "1234")


def read_period(value: Value, kind: PeriodKind) -> str | NotRead:
    """A reference period as the house writes it, from the words people use and the days that spreadsheets make of it.

    ``2017-06`` typed into a spreadsheet becomes 1 June 2017, which in a monthly form can mean nothing else.
    """
    if isinstance(value, dt.date):
        day = read_day(value)
        is_month = not isinstance(day, NotRead) and kind is PeriodKind.MONTH and value.day == 1
        if isinstance(day, NotRead) or kind is PeriodKind.DAY:
            return day
        if is_month:
            return day[:7]
        says_zh = f"{day} 是日期,不是本表的报告期;请把单元格设为文本后填写"
        says_en = f"{day} is a day, no period of this form; format the cell as text and write the period"
        return NotRead(FaultCode.BAD_PERIOD, says_zh, says_en)
    text = half_width(_text(value))
    if kind is PeriodKind.DAY:
        found = _DAY.fullmatch(text)
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else text
    for pattern, written in _PERIOD_WORDS:
        if found := pattern.fullmatch(text):
            return written.format(*(part.translate(_QUARTERS) for part in found.groups()))
    return text


def _number(value: Value) -> float | NotRead:
    if type(value) is float:
        return value
    if isinstance(value, str):
        return read_number(value)
    if isinstance(value, bool):
        return NotRead(FaultCode.WRONG_TYPE, f"{value} 不是数字;请填数字", f"{value} is no number; write one")
    if isinstance(value, int | float):
        return float(value)
    says_zh = f"{value} 是日期或时间,不是数字;请把单元格格式改为常规后重填"
    says_en = f"{value} is a day or time, no number; set the cell's format to General and write the number again"
    return NotRead(FaultCode.WRONG_TYPE, says_zh, says_en)


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, float) and value.is_integer() and abs(value) < _DIGITS_KEPT:
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)


def _long_number(value: Value) -> NotRead | None:
    """The fault of a code that a spreadsheet took for a number and rounded, such as an 18-digit licence number."""
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) < _DIGITS_KEPT:
        return None
    says_zh = f"{value:.0f} 被表格软件当作数字,末位已舍去;请把单元格设为文本后重填"
    says_en = f"{value:.0f} was stored as a number and lost its last digits; format the cell as text and write it again"
    return NotRead(FaultCode.AMBIGUOUS, says_zh, says_en)


@lru_cache(maxsize=1024)
def _codes(item: Item) -> dict[str, str]:
    """The ids of an item's codes by every name they have alone."""
    names = [name.casefold() for code in item.codes for name in {code.names.zh, code.names.en}]
    own = {
        half_width(name).casefold(): code.id
        for code in item.codes
        for name in (code.names.zh, code.names.en)
        if names.count(name.casefold()) == 1
    }
    labels = {half_width(label).casefold(): code for code, label in code_labels(item).items()}
    return own | labels | {code.id.casefold(): code.id for code in item.codes}


ODD = {
    Oddity.FORMULA: NotRead(
        FaultCode.HAS_FORMULA,
        "是公式;公式的结果可能已过时,请复制后“选择性粘贴—数值”",
        "a formula, whose result may be out of date; copy it and paste the value in its place",
    ),
    Oddity.ERROR: NotRead(
        FaultCode.MALFORMED,
        "是错误值(如 #DIV/0!);请填数字或清空",
        "an error value such as #DIV/0!; write a number or empty the cell",
    ),
    Oddity.SHOWN_OTHERWISE: NotRead(
        FaultCode.AMBIGUOUS,
        "按百分比或千、万显示,所见与所存的数不同;请把格式改为常规,按计量单位重填",
        "shown as per cent or in thousands, so that another number is stored than is seen; "
        "set its format to General and write the number in its unit",
    ),
}
