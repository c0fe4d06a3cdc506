"""Texts of the return contract: codes, days and free text, without characters that could act or hide."""

import datetime as dt
import unicodedata

from plan.codes import ItemType
from plan.faults import Fault, FaultCode
from plan.messages import TEXT_MAX, Cell
from plan.model import Item
from plan.shown import listed, shown

_LINE_BREAKS = "\n"
_HIDING = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
"""Unicode classes of characters that nobody sees: controls, formats (turned reading direction), private, unassigned,
and line ends that no editor shows."""
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters, marks and signs without a shape: a joiner, fillers, inherent vowels, the empty braille cell."""


def text_fault(text: str, place: str, longest: int, *, is_one_line: bool = False) -> Fault | None:
    """What is wrong with a free text, if anything: its length, or characters that nobody sees."""
    if len(text) > longest:
        return Fault(
            FaultCode.TEXT_TOO_LONG,
            place,
            f"长度 {len(text)} 超过 {longest};请缩短",
            f"{len(text)} characters, at most {longest}; shorten it",
        )
    if text.isascii() and text.isprintable():
        return None
    allowed = "" if is_one_line else _LINE_BREAKS
    for at, char in enumerate(text):
        if (unicodedata.category(char) in _HIDING or char in _BLANK) and char not in allowed:
            return Fault(
                FaultCode.BAD_TEXT,
                place,
                f"第 {at + 1} 个字符(U+{ord(char):04X})不可见;请删去",
                f"character {at + 1} (U+{ord(char):04X}) cannot be seen; take it out",
            )
    return None


def check_text(cell: Cell, item: Item, place: str, faults: list[Fault]) -> None:
    """Add every fault of a cell whose item is a code, a text or a day."""
    if cell.value is not None:
        faults.append(
            Fault(
                FaultCode.WRONG_TYPE,
                f"{place}/value",
                f"{item.names.zh} 不是数字项;请改填 text",
                f"{item.id} is no number; write it as text",
            )
        )
    if not cell.text.strip():
        faults.append(
            Fault(
                FaultCode.MALFORMED,
                f"{place}/text",
                f"{item.names.zh} 为空;请填写或删去该项",
                f"{item.id} is empty; write it or leave the cell out",
            )
        )
        return
    match item.type:
        case ItemType.CODE:
            _check_code(cell, item, place, faults)
        case ItemType.DATE:
            _check_date(cell, item, place, faults)
        case _:
            if fault := text_fault(cell.text, f"{place}/text", TEXT_MAX):
                faults.append(fault)


def _check_code(cell: Cell, item: Item, place: str, faults: list[Fault]) -> None:
    if any(cell.text == code.id for code in item.codes):
        return
    known_zh = listed([f"{code.id}({code.names.zh})" for code in item.codes])
    known_en = listed([code.id for code in item.codes], ", ")
    faults.append(
        Fault(
            FaultCode.UNKNOWN_CODE,
            f"{place}/text",
            f"{item.names.zh} 没有代码 {shown(cell.text)};可填:{known_zh}",
            f"{item.id} has no code {shown(cell.text)}; known: {known_en}",
        )
    )


def _check_date(cell: Cell, item: Item, place: str, faults: list[Fault]) -> None:
    try:
        day = dt.date.fromisoformat(cell.text)
    except ValueError:
        day = None
    # fromisoformat also reads 20170630 and week dates; one way of writing keeps texts comparable.
    if day is None or day.isoformat() != cell.text:
        faults.append(
            Fault(
                FaultCode.BAD_DATE,
                f"{place}/text",
                f"{item.names.zh} 的日期 {shown(cell.text)} 写法有误;请写成 2017-06-30",
                f"{item.id}: {shown(cell.text)} is not a day; write it as 2017-06-30",
            )
        )
