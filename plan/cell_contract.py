"""The cells' part of the return contract: items, types, units of measure, areas, limits, sources."""

import sys
from collections.abc import Mapping
from decimal import Decimal

from plan.book import PlanView
from plan.cell_text import check_text, text_fault
from plan.codes import ItemType
from plan.columns import columns_of
from plan.faults import Fault, FaultCode
from plan.messages import CELLS_MAX, TEXT_MAX, VALUE_MAX, Cell, Return
from plan.model import Form, Item
from plan.row_contract import check_rows, is_in_its_place
from plan.shown import listed, shown


def check_cells(sent: Return, view: PlanView, form: Form, faults: list[Fault]) -> None:
    """Add every fault of the cells of a return to ``faults``."""
    unit = view.units.get(sent.unit)
    own_area = unit.area if unit is not None else ""
    if not view.screens[form.id].passes(columns_of(sent.cells), own_area, len(sent.sources)):
        list_cell_faults(sent, view.items[form.id], form, own_area, faults)


def list_cell_faults(sent: Return, items: Mapping[str, Item], form: Form, own_area: str, faults: list[Fault]) -> None:
    """The same cell by cell: slow, and complete."""
    if not sent.cells:
        faults.append(Fault(FaultCode.NO_CELLS, "cells", "没有任何数据;请填报", "no cells; report at least one"))
    if len(sent.cells) > CELLS_MAX:
        faults.append(
            Fault(
                FaultCode.TOO_MANY_CELLS,
                "cells",
                f"{len(sent.cells)} 个单元格,超过 {CELLS_MAX};请拆分",
                f"{len(sent.cells)} cells, at most {CELLS_MAX}; split the return",
            )
        )
        return
    seen: set[tuple[str, str]] = set()
    for at, cell in enumerate(sent.cells):
        place = f"cells/{at}"
        if (cell.item, cell.row) in seen:
            where = (f",行 {shown(cell.row)}", f" in row {shown(cell.row)}") if cell.row else ("", "")
            faults.append(
                Fault(
                    FaultCode.REPEATED_ITEM,
                    f"{place}/item",
                    f"{shown(cell.item)}{where[0]} 重复填报;只留一个",
                    f"{shown(cell.item)} is reported twice{where[1]}; keep one",
                )
            )
        seen.add((cell.item, cell.row))
        item = items.get(cell.item)
        if item is None:
            known = listed(tuple(items))
            faults.append(
                Fault(
                    FaultCode.UNKNOWN_ITEM,
                    f"{place}/item",
                    f"本表没有指标 {shown(cell.item)};可填:{known}",
                    f"no item {shown(cell.item)} on this form; known: {known}",
                )
            )
        else:
            is_in_its_place(cell, item, form, place, faults)
            _check_cell(cell, item, own_area, place, faults)
        if any(not 0 <= number < len(sent.sources) for number in cell.sources):
            faults.append(
                Fault(
                    FaultCode.UNKNOWN_SOURCE,
                    f"{place}/sources",
                    "引用的来源不在来源清单内;请补充",
                    "points to a source that is not listed; list it",
                )
            )
    check_rows(sent, form, faults)


def _check_cell(cell: Cell, item: Item, own_area: str, place: str, faults: list[Fault]) -> None:
    if cell.unit and cell.unit != item.unit:
        wanted = (f"应为 {item.unit}", f"is reported in {item.unit}") if item.unit else ("应为空", "has no unit")
        faults.append(
            Fault(
                FaultCode.WRONG_UNIT,
                f"{place}/unit",
                f"{item.names.zh} 的计量单位{wanted[0]},收到 {shown(cell.unit)};请换算后重报",
                f"{item.id} {wanted[1]}, found {shown(cell.unit)}; convert and send again",
            )
        )
    # Figures of other areas come from the units there: a department speaks for its own area only.
    if cell.area and own_area and cell.area != own_area:
        faults.append(
            Fault(
                FaultCode.UNKNOWN_AREA,
                f"{place}/area",
                f"本单位只报 {own_area} 的数据,收到 {shown(cell.area)};请删去地区或改正",
                f"this unit reports for {own_area} only, found {shown(cell.area)}; leave it out or correct it",
            )
        )
    if cell.basis and (fault := text_fault(cell.basis, f"{place}/basis", TEXT_MAX)):
        faults.append(fault)
    if item.type.is_numeric:
        _check_number(cell, item, place, faults)
    else:
        check_text(cell, item, place, faults)


def _check_number(cell: Cell, item: Item, place: str, faults: list[Fault]) -> None:
    if cell.text:
        faults.append(
            Fault(
                FaultCode.WRONG_TYPE,
                f"{place}/text",
                f"{item.names.zh} 应填数字,收到文字;请改填 value",
                f"{item.id} is a number, found a text; write it as value",
            )
        )
    if cell.value is None or not abs(cell.value) <= sys.float_info.max:
        # JSON has no such number, but a return made from a spreadsheet is checked before it becomes JSON.
        faults.append(
            Fault(
                FaultCode.MALFORMED,
                f"{place}/value",
                f"{item.names.zh} 不是数值;请填写数字或删去该项",
                f"{item.id} is not a number; write one or leave the cell out",
            )
        )
        return
    if item.type is ItemType.INTEGER and not float(cell.value).is_integer():
        faults.append(
            Fault(
                FaultCode.WRONG_TYPE,
                f"{place}/value",
                f"{item.names.zh} 应为整数,收到 {cell.value};请核对",
                f"{item.id} is a whole number, found {cell.value}; check it",
            )
        )
    low = -VALUE_MAX if item.minimum is None else item.minimum
    high = VALUE_MAX if item.maximum is None else item.maximum
    # Rounding keeps order, so a number strictly inside the rounded limits is inside the exact ones, and cheaply so.
    if float(low) < cell.value < float(high):
        return
    value = Decimal(repr(cell.value))
    if not low <= value <= high:
        shown = f"[{low}, {high}]"
        faults.append(
            Fault(
                FaultCode.OUT_OF_LIMITS,
                f"{place}/value",
                f"{item.names.zh} {cell.value} 超出允许范围 {shown};请核对数值和单位",
                f"{item.id} {cell.value} lies outside {shown}; check the value and its unit",
            )
        )
