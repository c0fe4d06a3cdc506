"""What a spreadsheet itself checks while it is filled in: limits of numbers, lists of answers, lengths of texts."""

import datetime as dt
from collections.abc import Iterator

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from plan.codes import ItemType
from plan.messages import ROW_MAX, TEXT_MAX, VALUE_MAX
from plan.model import Item
from producers.files.guide import help_of
from producers.files.layout import Layout, cell_name
from producers.files.names import code_labels

_FIRST_LIST = 6
"""The first column of the machine's sheet that holds a list of answers."""
_PROMPT_MAX, _TITLE_MAX = 255, 32
_EPOCH = dt.date(1899, 12, 30)
_FIRST_DAY, _LAST_DAY = dt.date(1949, 1, 1), dt.date(2100, 12, 31)


def add_validations(sheet: Worksheet, machine: Worksheet, layout: Layout) -> None:
    """Add a rule to every cell that is filled in; the lists of answers go to the machine's sheet."""
    spots: dict[str, list[str]] = {}
    for each in layout.inputs:
        spots.setdefault(each.item.id, []).append(cell_name(each.spot))
    column = _FIRST_LIST
    for item in layout.form.items:
        if item.type is ItemType.CODE:
            rule = _pick(machine, column, item)
            column += 1
        else:
            rule = _bounds(item)
        _told(rule, item)
        for spot in _spans(spots[item.id]):
            rule.add(spot)
        sheet.add_data_validation(rule)
    if layout.row_names:
        rule = DataValidation(type="textLength", operator="between", formula1="1", formula2=str(ROW_MAX))
        rule.errorTitle, rule.error = "写法有误", f"最多 {ROW_MAX} 个字。At most {ROW_MAX} characters."
        for spot in _spans([cell_name(each) for each in layout.row_names.values()]):
            rule.add(spot)
        sheet.add_data_validation(rule)


def _pick(machine: Worksheet, column: int, item: Item) -> DataValidation:
    labels = list(code_labels(item).values())
    for line, label in enumerate(labels, start=1):
        cell = machine.cell(line, column, label)
        cell.data_type = "s"
    letter = get_column_letter(column)
    area = f"{quote_sheetname(machine.title)}!${letter}$1:${letter}${len(labels)}"
    return DataValidation(type="list", formula1=area, allow_blank=True)


def _bounds(item: Item) -> DataValidation:
    match item.type:
        case ItemType.NUMBER | ItemType.INTEGER:
            kind = "whole" if item.type is ItemType.INTEGER else "decimal"
            low = -VALUE_MAX if item.minimum is None else item.minimum
            high = VALUE_MAX if item.maximum is None else item.maximum
            return DataValidation(type=kind, operator="between", formula1=f"{low:f}", formula2=f"{high:f}")
        case ItemType.DATE:
            first, last = ((day - _EPOCH).days for day in (_FIRST_DAY, _LAST_DAY))
            return DataValidation(type="date", operator="between", formula1=str(first), formula2=str(last))
        case _:
            return DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(TEXT_MAX))


def _told(rule: DataValidation, item: Item) -> None:
    told = help_of(item)
    rule.allow_blank = True
    rule.showInputMessage = rule.showErrorMessage = True
    rule.promptTitle = item.names.zh[:_TITLE_MAX]
    rule.prompt = f"{told.zh}\n{told.en}"[:_PROMPT_MAX]
    rule.errorTitle = "填写有误 Not accepted"
    rule.error = f"{item.names.zh}:{told.zh}\n{told.en}"[:_PROMPT_MAX]


def _spans(spots: list[str]) -> Iterator[str]:
    """Cells of one column that follow each other as one span each: C9, C10, C11 is C9:C11."""
    start = end = ""
    for spot in spots:
        if end and _letters(spot) == _letters(end) and _line(spot) == _line(end) + 1:
            end = spot
            continue
        if start:
            yield f"{start}:{end}"
        start = end = spot
    if start:
        yield f"{start}:{end}"


def _letters(spot: str) -> str:
    return spot.rstrip("0123456789")


def _line(spot: str) -> int:
    return int(spot[len(_letters(spot)) :])
