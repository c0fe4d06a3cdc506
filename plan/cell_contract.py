"""The cells' part of the return contract: items, units of measure, areas, limits, sources."""

import math
from decimal import Decimal

from plan.book import PlanView
from plan.faults import Fault, FaultCode
from plan.messages import CELLS_MAX, TEXT_MAX, Cell, Return
from plan.model import Form, Item

VALUE_MAX = Decimal(10) ** 15
"""No figure of a city comes near it, and sums of many stay inside the warehouse's DECIMAL(28, 8)."""


def check_cells(sent: Return, view: PlanView, form: Form, faults: list[Fault]) -> None:
    """Add every fault of the cells of a return to ``faults``."""
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
    items = view.items[form.id]
    unit = view.units.get(sent.unit)
    own_area = unit.area if unit is not None else ""
    seen: set[str] = set()
    for at, cell in enumerate(sent.cells):
        place = f"cells/{at}"
        if cell.item in seen:
            faults.append(
                Fault(
                    FaultCode.REPEATED_ITEM,
                    f"{place}/item",
                    f"{cell.item} 重复填报;只留一个",
                    f"{cell.item} is reported twice; keep one",
                )
            )
        seen.add(cell.item)
        item = items.get(cell.item)
        if item is None:
            known = "、".join(items)
            faults.append(
                Fault(
                    FaultCode.UNKNOWN_ITEM,
                    f"{place}/item",
                    f"本表没有指标 {cell.item!r};可填:{known}",
                    f"no item {cell.item!r} on this form; known: {known}",
                )
            )
        else:
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


def _check_cell(cell: Cell, item: Item, own_area: str, place: str, faults: list[Fault]) -> None:
    if cell.unit and cell.unit != item.unit:
        faults.append(
            Fault(
                FaultCode.WRONG_UNIT,
                f"{place}/unit",
                f"{item.names.zh} 的计量单位应为 {item.unit},收到 {cell.unit};请换算后重报",
                f"{item.id} is reported in {item.unit}, found {cell.unit}; convert and send again",
            )
        )
    # Figures of other areas come from the units there: a department speaks for its own area only.
    if cell.area and own_area and cell.area != own_area:
        faults.append(
            Fault(
                FaultCode.UNKNOWN_AREA,
                f"{place}/area",
                f"本单位只报 {own_area} 的数据,收到 {cell.area!r};请删去地区或改正",
                f"this unit reports for {own_area} only, found {cell.area!r}; leave the area out or correct it",
            )
        )
    if len(cell.basis) > TEXT_MAX:
        faults.append(
            Fault(
                FaultCode.TEXT_TOO_LONG,
                f"{place}/basis",
                f"口径说明超过 {TEXT_MAX} 字;请缩短",
                f"the basis is over {TEXT_MAX} characters; shorten it",
            )
        )
    if not math.isfinite(cell.value):
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
