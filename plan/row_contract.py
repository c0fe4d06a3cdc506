"""The rows' part of the return contract: which cells stand in rows, how rows are named, that each is whole."""

import re

from plan.codes import RowsBy
from plan.faults import Fault, FaultCode
from plan.messages import ROW_MAX, Cell, Return
from plan.model import Form, Item, Rows
from plan.shown import shown

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_BRACKETS = r"()\uff08\uff09\u3014\u3015\u3010\u3011"
KEY_PATTERN = rf"[0-9A-Za-z{_HAN}{_BRACKETS}_\-./]{{1,{ROW_MAX}}}"
"""Digits, Latin letters, Chinese characters, the brackets of document numbers: no other script, nothing unseen."""
_KEY = re.compile(KEY_PATTERN)
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_MINUTES = 60


def is_key(row: str) -> bool:
    """Tell whether a text can name a row by key."""
    return _KEY.fullmatch(row) is not None


def is_in_its_place(cell: Cell, item: Item, form: Form, place: str, faults: list[Fault]) -> bool:
    """Tell whether a cell stands in the header or in a row as its item does; adds the fault where not."""
    if item.in_rows and form.rows is not None:
        says = _name_fault(cell.row, form.rows)
    elif cell.row:
        says = (
            f"{item.names.zh} 不在行内填报;请删去行号",
            f"{item.id} is not given in rows; leave the row out",
        )
    else:
        says = None
    if says is None:
        return True
    faults.append(Fault(FaultCode.BAD_ROW, f"{place}/row", *says))
    return False


def check_rows(sent: Return, form: Form, faults: list[Fault]) -> None:
    """Add every fault of the rows as a whole: their number, what each lacks, and the count in the header."""
    if form.rows is None:
        return
    in_rows = {item.id for item in form.items if item.in_rows}
    found: dict[str, set[str]] = {}
    for cell in sent.cells:
        if cell.item in in_rows and cell.row:
            found.setdefault(cell.row, set()).add(cell.item)
    if len(found) > form.rows.most:
        faults.append(
            Fault(
                FaultCode.TOO_MANY_ROWS,
                "cells",
                f"共 {len(found)} 行,超过 {form.rows.most};请核对或拆分",
                f"{len(found)} rows, at most {form.rows.most}; check them, or split the return",
            )
        )
    required = [item for item in form.items if item.in_rows and item.required]
    for row, has in found.items():
        lacking = [item for item in required if item.id not in has]
        if lacking:
            name = row if is_key(row) or _TIME.fullmatch(row) else shown(row)
            faults.append(
                Fault(
                    FaultCode.INCOMPLETE_ROW,
                    f"cells/row={name}",
                    f"行 {name} 缺:{'、'.join(item.names.zh for item in lacking)};请补填",
                    f"row {name} lacks {', '.join(item.id for item in lacking)}; fill it in",
                )
            )
    _check_count(sent, form.rows, len(found), faults)


def _name_fault(row: str, rows: Rows) -> tuple[str, str] | None:
    """What is wrong with the name of a row, in both languages; None where nothing is."""
    if rows.by is RowsBy.TIME:
        found = _TIME.fullmatch(row)
        if found and (int(found[1]) * _MINUTES + int(found[2])) % rows.every_minutes == 0:
            return None
        return (
            f"行 {shown(row)} 不是时刻;请写成 HH:MM,间隔 {rows.every_minutes} 分钟",
            f"row {shown(row)} is no time of the form; write HH:MM, every {rows.every_minutes} minutes",
        )
    if is_key(row):
        return None
    return (
        f"行编号 {shown(row)} 写法有误;请填{rows.names.zh},1 至 {ROW_MAX} 个字母、汉字、数字或 - _ . / ( )",
        f"row {shown(row)} is no {rows.names.en}; write 1 to {ROW_MAX} letters, digits or - _ . / ( )",
    )


def _check_count(sent: Return, rows: Rows, count: int, faults: list[Fault]) -> None:
    if not rows.count_item:
        return
    told = [(at, cell) for at, cell in enumerate(sent.cells) if cell.item == rows.count_item and not cell.row]
    if not told:
        says_zh = f"缺少行数 {rows.count_item};请填写,无内容时填 0(零报告)"
        says_en = f"the number of rows, {rows.count_item}, is missing; write it, 0 where there is nothing to report"
        faults.append(Fault(FaultCode.ROW_COUNT, "cells", says_zh, says_en))
    elif told[0][1].value != count:
        at, cell = told[0]
        says_zh = f"{rows.count_item} 填 {cell.value},实有 {count} 行;请核对"
        says_en = f"{rows.count_item} says {cell.value}, there are {count} rows; correct one of them"
        faults.append(Fault(FaultCode.ROW_COUNT, f"cells/{at}/value", says_zh, says_en))
