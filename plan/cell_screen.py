"""A quick look at the cells of a return: is there plainly nothing wrong? Most returns pass it, and cost little.

It never lists faults and never passes a return that :func:`plan.cell_contract.check_cells` would refuse; whatever it is
not sure of, that one looks at cell by cell.
"""

import math
from decimal import Decimal

import msgspec

from plan.codes import ItemType, RowsBy
from plan.messages import CELLS_MAX, TEXT_MAX, Cell, Return
from plan.model import Form, Item
from plan.row_contract import is_key

_HOURS, _MINUTES = 24, 60


class _Rule(msgspec.Struct, frozen=True):
    """What is plainly right of one item. The limits are open: a value that lies on one does not pass."""

    unit: str
    in_rows: bool
    is_numeric: bool
    is_whole: bool
    low: float
    high: float
    codes: frozenset[str]
    is_text: bool


class Screen:
    """The rules of one form, laid out for speed; made once with the plan."""

    def __init__(self, form: Form, largest: float) -> None:
        self._rules = {item.id: _rule(item, largest, has_rows=form.rows is not None) for item in form.items}
        self._required = sum(item.required and item.in_rows for item in form.items) if form.rows else 0
        self._needed = frozenset(item.id for item in form.items if item.required and item.in_rows)
        self._rows = form.rows
        self._times = _times(form.rows.every_minutes) if form.rows and form.rows.by is RowsBy.TIME else None

    def passes(self, sent: Return, own_area: str) -> bool:
        """Tell whether there is plainly nothing wrong with the cells of a return."""
        cells = sent.cells
        if not 0 < len(cells) <= CELLS_MAX or len({(cell.item, cell.row) for cell in cells}) != len(cells):
            return False
        rules = self._rules
        sources = len(sent.sources)
        for cell in cells:
            rule = rules.get(cell.item)
            if (
                rule is None
                or bool(cell.row) is not rule.in_rows
                or (cell.unit and cell.unit != rule.unit)
                or (cell.area and cell.area != own_area)
                or cell.basis
                or (cell.sources and not 0 <= min(cell.sources) <= max(cell.sources) < sources)
            ):
                return False
            if rule.is_numeric:
                value = cell.value
                if value is None or cell.text or not rule.low < value < rule.high:
                    return False
                if rule.is_whole and not float(value).is_integer():
                    return False
            elif cell.value is not None or not _is_plain(cell.text, rule):
                return False
        return self._rows is None or self._are_rows_right(cells)

    def _are_rows_right(self, cells: tuple[Cell, ...]) -> bool:
        assert self._rows is not None
        rows = {cell.row for cell in cells if cell.row}
        if len(rows) > self._rows.most:
            return False
        if self._times is not None:
            if not rows <= self._times:
                return False
        elif not all(map(is_key, rows)):
            return False
        needed = self._needed
        # No cell stands twice, so this many required cells in rows are one of each in each row.
        if needed and sum(cell.item in needed for cell in cells) != self._required * len(rows):
            return False
        counted = self._rows.count_item
        return not counted or any(cell.item == counted and cell.value == len(rows) for cell in cells)


def _rule(item: Item, largest: float, *, has_rows: bool) -> _Rule:
    return _Rule(
        unit=item.unit,
        in_rows=item.in_rows and has_rows,
        is_numeric=item.type.is_numeric,
        is_whole=item.type is ItemType.INTEGER,
        low=-largest if item.minimum is None else _open(item.minimum, -math.inf),
        high=largest if item.maximum is None else _open(item.maximum, math.inf),
        codes=frozenset(code.id for code in item.codes),
        is_text=item.type is ItemType.TEXT,
    )


def _open(limit: Decimal, outwards: float) -> float:
    """A limit that no value may touch: one step outside where the number itself stands for the limit exactly."""
    number = float(limit)
    return math.nextafter(number, outwards) if Decimal(repr(number)) == limit else number


def _is_plain(text: str, rule: _Rule) -> bool:
    if text in rule.codes:
        return True
    return rule.is_text and bool(text.strip()) and len(text) <= TEXT_MAX and text.isascii() and text.isprintable()


def _times(every_minutes: int) -> frozenset[str]:
    starts = range(0, _HOURS * _MINUTES, max(every_minutes, 1))
    return frozenset(f"{start // _MINUTES:02d}:{start % _MINUTES:02d}" for start in starts)
