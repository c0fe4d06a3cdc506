"""How our spreadsheets look: fonts, colours, borders, and text that stays text whatever it begins with."""

import math
import re
from unicodedata import east_asian_width

from openpyxl.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from plan.model import Names

_FACE = "微软雅黑"
_INK, _GREY, _DARK, _PALE, _ENTRY, _RED = "1F2933", "7B8794", "1F5F6B", "E8F1F2", "FFF8DC", "FFC7CE"

TITLE = Font(name=_FACE, size=16, bold=True, color=_DARK)
BOLD = Font(name=_FACE, size=11, bold=True, color=_INK)
PLAIN = Font(name=_FACE, size=11, color=_INK)
SMALL = Font(name=_FACE, size=9, color=_GREY)
ON_DARK = Font(name=_FACE, size=11, bold=True, color="FFFFFF")

DARK_FILL = PatternFill("solid", fgColor=_DARK)
PALE_FILL = PatternFill("solid", fgColor=_PALE)
ENTRY_FILL = PatternFill("solid", fgColor=_ENTRY)
FAULT_FILL = PatternFill("solid", fgColor=_RED)
NO_FILL = PatternFill()

_THIN = Side(style="thin", color="B8C4CE")
BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
OPEN = Protection(locked=False)

LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center", indent=1)

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST = 32_000
_LINE, _ROOM = 14.0, 6.0
"""Height of one line of text, and the air around it."""


def height_for(*cells: tuple[str, float]) -> float:
    """The height of a line whose cells hold these texts, each in a column so many characters wide."""
    return max(_LINE, *(sum(_lines(part, width) for part in text.split("\n")) * _LINE for text, width in cells)) + _ROOM


def _lines(text: str, width: float) -> int:
    wide = sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
    return max(1, math.ceil(wide / max(width - 2, 1)))


def write_text(cell: Cell, text: str) -> None:
    """Write a text that a spreadsheet never takes for a formula; characters it cannot hold become `?`."""
    cell.value = _ILLEGAL.sub("?", text)[:_LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in {"=", "+", "-", "@", "\t", "\r"}


def write_names(cell: Cell, names: Names, *, is_light: bool = False) -> None:
    """Write both names of a thing into one cell: Chinese, and the English beneath it, smaller."""
    if not names.en or names.en == names.zh:
        write_text(cell, names.zh)
        return
    small = InlineFont(rFont=_FACE, sz=8, color="D9E6E8" if is_light else _GREY)
    font = cell.font
    large = InlineFont(rFont=_FACE, sz=font.sz, b=font.b, color=font.color)
    cell.value = CellRichText(TextBlock(large, names.zh), TextBlock(small, f"\n{names.en}"))
