"""Numbers as people write them in tables: read where there is one reading only, refused otherwise. Pure."""

import re
from decimal import Decimal

import msgspec

from plan.faults import FaultCode

LENGTH_MAX = 60
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_ONE_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d+", re.ASCII)
_HALF_WIDTH = str.maketrans(
    {chr(full): chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)} | {"\u3000": " ", "\u00a0": " "}
)
_MINUS = str.maketrans({"−": "-", "﹣": "-", "‐": "-"})


def half_width(text: str) -> str:
    """The text with full-width letters, digits and signs as plain ones, without blanks around it.

    No more than that: a normal form would also make 10² into 102.
    """
    return text.translate(_HALF_WIDTH).strip()


class NotRead(msgspec.Struct, frozen=True):
    """Why the content of a cell is not taken: the kind of fault and the mend in both languages."""

    code: FaultCode
    says_zh: str
    says_en: str


def read_number(text: str) -> float | NotRead:
    """The number that a text stands for.

    Digits may be full-width, thousands separated by commas; ``1,234`` alone is refused, because it is 1 234 to some
    and 1.234 to others.
    """
    if _PLAIN.fullmatch(text):
        return _exactly(text, text)
    shown = text[:LENGTH_MAX]
    if len(text) > LENGTH_MAX:
        return NotRead(FaultCode.MALFORMED, f"{shown!r}… 不是数字;请填数字", f"{shown!r}... is no number; write one")
    plain = half_width(text).translate(_MINUS)
    if _PLAIN.fullmatch(plain):
        return _exactly(plain, shown)
    if _GROUPED.fullmatch(plain) and not _ONE_COMMA.fullmatch(plain):
        return _exactly(plain.replace(",", ""), shown)
    return _refused(plain, shown)


def _exactly(plain: str, shown: str) -> float | NotRead:
    """The number, unless it has more digits than a number on its way through the house can carry."""
    value = float(plain)
    if len(plain) > 15 and Decimal(repr(value)) != Decimal(plain):
        says_zh = f"{shown!r} 位数太多(超过 15 位有效数字);请按计量单位四舍五入"
        says_en = f"{shown!r} has more than 15 significant digits; round it in its unit"
        return NotRead(FaultCode.MALFORMED, says_zh, says_en)
    return value


def _refused(plain: str, shown: str) -> NotRead:
    if _ONE_COMMA.fullmatch(plain):
        without = plain.replace(",", "")
        says_zh = f"{shown!r} 中的逗号可能是千位分隔,也可能是小数点;请写成 {without} 或 {plain.replace(',', '.')}"
        says_en = (
            f"the comma in {shown!r} may separate thousands or decimals; write {without} or {plain.replace(',', '.')}"
        )
        return NotRead(FaultCode.AMBIGUOUS, says_zh, says_en)
    if _SCIENTIFIC.fullmatch(plain):
        says_zh = f"{shown!r} 是科学计数法,表格软件可能已舍去末位;请写出全部数字"
        says_en = f"{shown!r} is in scientific notation, which spreadsheets round; write out all digits"
        return NotRead(FaultCode.AMBIGUOUS, says_zh, says_en)
    if plain.endswith("%"):
        says_zh = f"{shown!r} 带百分号;请按本项计量单位只写数字"
        says_en = f"{shown!r} has a per cent sign; write the number alone, in the item's unit"
        return NotRead(FaultCode.AMBIGUOUS, says_zh, says_en)
    says_zh = f"{shown!r} 不是数字;只写数字,小数点用“.”,不带单位或文字"
    says_en = f"{shown!r} is no number; write digits with a decimal point, no unit and no words"
    return NotRead(FaultCode.MALFORMED, says_zh, says_en)
