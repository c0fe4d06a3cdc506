"""The columns of a table with one cell of a return on each line, by their Chinese or English headings. Pure."""

from collections.abc import Sequence
from difflib import get_close_matches
from types import MappingProxyType

from plan.faults import FaultCode
from producers.files.grid import Grid, Value, is_blank
from producers.files.model import Place, PlacedFault, placed
from producers.files.numbers import half_width

COLUMNS = MappingProxyType(
    {
        "form": "报表",
        "form_version": "版本",
        "unit": "填报单位",
        "period": "报告期",
        "item": "指标",
        "row": "行",
        "value": "数值",
        "text": "文字",
        "measure": "计量单位",
        "note": "备注",
    }
)
"""The columns there are, each with its Chinese heading, which is as good."""
REQUIRED = ("form", "form_version", "unit", "period", "item")
CONTENT = ("value", "text")
"""At least one of them has to be there."""

_BY_HEADING = {**{column: column for column in COLUMNS}, **{zh: column for column, zh in COLUMNS.items()}}
KNOWN = frozenset(_BY_HEADING)


def heading_of(value: Value) -> str:
    """A heading as it is compared: plain letters, no blanks around."""
    return half_width(str(value)).casefold()


def find_columns(grid: Grid, faults: list[PlacedFault]) -> dict[str, int] | None:
    """The column number, from 1, of each known heading in the first row; None when the table cannot be read."""
    before = len(faults)
    line, headings = grid.lines[0], grid.rows[0]
    found: dict[str, int] = {}
    for at, value in enumerate(headings, start=1):
        if is_blank(value):
            continue
        heading = heading_of(value)
        place = grid.place(line, at)
        column = _BY_HEADING.get(heading)
        if column is None:
            faults.append(_unknown(place, str(value)))
        elif column in found:
            says = ("这一列出现两次;只留一列", "this column stands twice; keep one")
            faults.append(placed(FaultCode.BAD_COLUMN, place, *says))
        else:
            found[column] = at
    missing = [column for column in REQUIRED if column not in found]
    if not any(column in found for column in CONTENT):
        missing += [CONTENT[0]]
    if missing:
        shown_zh = "、".join(f"{COLUMNS[column]}({column})" for column in missing)
        says_en = f"columns are missing: {', '.join(missing)}; add them to the heading line"
        faults.append(placed(FaultCode.BAD_COLUMN, Place(grid.sheet, line), f"缺少列:{shown_zh};请在首行补上", says_en))
    faults += _unnamed(grid, headings)
    return found if len(faults) == before else None


def _unknown(place: Place, heading: str) -> PlacedFault:
    near = get_close_matches(heading_of(heading), _BY_HEADING, n=1)
    hint = (f";是否指 {near[0]}", f"; did you mean {near[0]}?") if near else ("", "")
    known_zh = "、".join(COLUMNS.values())
    says_zh = f"没有这一列:{heading[:40]!r}{hint[0]}。可用的列:{known_zh}"
    says_en = f"no such column {heading[:40]!r}{hint[1]}; the columns: {', '.join(COLUMNS)}"
    return placed(FaultCode.BAD_COLUMN, place, says_zh, says_en)


def _unnamed(grid: Grid, headings: Sequence[Value]) -> list[PlacedFault]:
    """A fault for each column that holds something under no heading, told once, at its first cell."""
    named = {at for at, value in enumerate(headings, start=1) if not is_blank(value)}
    nearest = next(at for at in range(1, len(named) + 2) if at not in named)
    first: dict[int, int] = {}
    for line, row in zip(grid.lines, grid.rows, strict=True):
        if len(row) >= nearest:
            for at, value in enumerate(row, start=1):
                if at not in named and at not in first and not is_blank(value):
                    first[at] = line
    says = ("这一列没有列名却有内容;请写列名或清空", "this column has no heading but holds something; name or empty it")
    return [placed(FaultCode.BAD_COLUMN, grid.place(line, at), *says) for at, line in first.items()]
