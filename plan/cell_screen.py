"""A quick look at the cells of a return: is there plainly nothing wrong? Most returns pass it, and cost little.

It never lists faults and never passes a return that :func:`plan.cell_contract.check_cells` would refuse; whatever it is
not sure of, that one looks at cell by cell. Which cells a return has (its layout) is looked at once and remembered:
the returns of a form nearly all have the same. What is left to do for each is to hold its figures against the limits.
"""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import itemgetter, lt
from typing import Any

import msgspec

from plan.codes import ItemType, RowsBy
from plan.columns import Columns, layout_digest
from plan.messages import CELLS_MAX, TEXT_MAX
from plan.model import Form, Item
from plan.row_contract import is_key

_HOURS, _MINUTES = 24, 60
_LAYOUTS_KEPT, _CELLS_KEPT = 256, 512
"""So many layouts are remembered, none of more cells: a sender cannot fill the memory with ever new rows."""
_ONE = 1


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


class Layout(msgspec.Struct, frozen=True):
    """Items and rows that are plainly right together, and what their figures are held against.

    ``digest`` is of the layout itself. ``rows``: how many rows it has; ``counted``: where their number is reported.
    """

    digest: bytes
    rules: tuple[_Rule, ...]
    numeric: Callable[[Sequence[Any]], tuple[Any, ...]]
    others: Callable[[Sequence[Any]], tuple[Any, ...]]
    whole: Callable[[Sequence[Any]], tuple[Any, ...]]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    texts: tuple[_Rule, ...]
    rows: int
    counted: int | None


class Screen:
    """The rules of one form, laid out for speed; made once with the plan."""

    def __init__(self, form: Form, largest: float) -> None:
        self._rules = {item.id: _rule(item, largest, has_rows=form.rows is not None) for item in form.items}
        self._needed = frozenset(item.id for item in form.items if item.required and item.in_rows)
        self._rows = form.rows
        self._times = _times(form.rows.every_minutes) if form.rows and form.rows.by is RowsBy.TIME else None
        self._layouts: dict[tuple[tuple[str, ...], tuple[str, ...]], Layout] = {}

    def layout(self, columns: Columns) -> Layout | None:
        """The layout of cells when it is plainly right; None when it is not, or nobody can tell at a glance."""
        key = (columns.items, columns.rows)
        known = self._layouts.get(key)
        if known is not None:
            return known
        made = self._look(*key)
        if made is not None and len(columns.items) <= _CELLS_KEPT:
            if len(self._layouts) >= _LAYOUTS_KEPT:
                self._layouts.clear()
            self._layouts[key] = made
        return made

    def passes(self, columns: Columns, own_area: str, sources: int) -> bool:
        """Tell whether there is plainly nothing wrong with the cells of a return that names so many sources."""
        layout = self.layout(columns)
        return layout is not None and is_plainly_right(columns, layout, own_area, sources)

    def _look(self, items: tuple[str, ...], rows: tuple[str, ...]) -> Layout | None:
        if not 0 < len(items) <= CELLS_MAX or len(set(zip(items, rows, strict=True))) != len(items):
            return None
        rules = tuple(self._rules[item] for item in items if item in self._rules)
        if len(rules) != len(items):
            return None
        if any(bool(row) is not rule.in_rows for row, rule in zip(rows, rules, strict=True)):
            return None
        if self._rows is not None and not self._are_rows_right(items, {row for row in rows if row}):
            return None
        counted = self._rows.count_item if self._rows is not None else ""
        if counted and counted not in items:
            return None
        numeric = [at for at, rule in enumerate(rules) if rule.is_numeric]
        others = [at for at, rule in enumerate(rules) if not rule.is_numeric]
        return Layout(
            digest=layout_digest(items, rows),
            rules=rules,
            numeric=_picker(numeric, len(items)),
            others=_picker(others, len(items)),
            whole=_picker([at for at in numeric if rules[at].is_whole], len(items)),
            lows=tuple(rules[at].low for at in numeric),
            highs=tuple(rules[at].high for at in numeric),
            texts=tuple(rules[at] for at in others),
            rows=len({row for row in rows if row}),
            counted=items.index(counted) if counted else None,
        )

    def _are_rows_right(self, items: tuple[str, ...], rows: set[str]) -> bool:
        assert self._rows is not None
        if len(rows) > self._rows.most:
            return False
        if self._times is not None:
            if not rows <= self._times:
                return False
        elif not all(map(is_key, rows)):
            return False
        # No cell stands twice, so this many required cells in rows are one of each in each row.
        needed = self._needed
        return sum(item in needed for item in items) == len(needed) * len(rows)


def is_plainly_right(columns: Columns, layout: Layout, own_area: str, sources: int) -> bool:
    """Tell whether cells of a right layout hold plainly right figures and texts."""
    values = layout.numeric(columns.values)
    if None in values or any(layout.numeric(columns.texts)):
        return False
    if not (all(map(lt, layout.lows, values)) and all(map(lt, values, layout.highs))):
        return False
    if not all(float(value).is_integer() for value in layout.whole(columns.values)):
        return False
    if layout.counted is not None and columns.values[layout.counted] != layout.rows:
        return False
    if layout.texts:
        if any(value is not None for value in layout.others(columns.values)):
            return False
        if not all(map(_is_plain, layout.others(columns.texts), layout.texts)):
            return False
    return not columns.details or all(
        each.unit in ("", rule.unit)
        and each.area in ("", own_area)
        and not each.basis
        and (not each.sources or 0 <= min(each.sources) <= max(each.sources) < sources)
        for each, rule in zip(columns.details, layout.rules, strict=True)
    )


def _picker(places: list[int], length: int) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """A function that picks the places out of a column, as fast as Python can."""
    if len(places) == length:
        return tuple
    if not places:
        return lambda _column: ()
    if len(places) == _ONE:
        only = places[0]
        return lambda column: (column[only],)
    return itemgetter(*places)


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
