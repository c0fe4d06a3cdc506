"""A quick look at the cells of a return: is there plainly nothing wrong? Most returns pass it, and cost little.

It never lists faults and never passes a return that :func:`plan.cell_contract.check_cells` would refuse; whatever it is
not sure of, that one looks at cell by cell. Which cells a return has (its layout) is looked at once and remembered:
the returns of a form nearly all have the same. What is left to do for each is to hold its figures against the limits.
"""

import math
from collections.abc import Sequence
from decimal import Decimal

import msgspec
import numpy as np
import numpy.typing as npt

from plan.codes import ItemType, RowsBy
from plan.columns import Columns, Detail, layout_digest
from plan.messages import CELLS_MAX, TEXT_MAX
from plan.model import Form, Item
from plan.plain import times_of
from plan.row_contract import is_key

_LAYOUTS_KEPT, _CELLS_KEPT = 256, 512
"""So many layouts are remembered, none of more cells: a sender cannot fill the memory with ever new rows."""


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

    ``digest`` is of the layout itself. ``numeric``, ``whole`` and ``others``: places of the numbers, of those that must
    be whole, and of what is no number. ``counted``: where the number of ``rows`` is reported.
    """

    items: tuple[str, ...]
    rows: tuple[str, ...]
    digest: bytes
    rules: tuple[_Rule, ...]
    numeric: slice | list[int]
    lows: npt.NDArray[np.float64]
    highs: npt.NDArray[np.float64]
    whole: list[int]
    others: list[int]
    row_count: int
    counted: int | None


class Screen:
    """The rules of one form, laid out for speed; made once with the plan."""

    def __init__(self, form: Form, largest: float) -> None:
        self._rules = {item.id: _rule(item, largest, has_rows=form.rows is not None) for item in form.items}
        self._needed = frozenset(item.id for item in form.items if item.required and item.in_rows)
        self._rows = form.rows
        self._times = frozenset(times_of(form.rows)) if form.rows and form.rows.by is RowsBy.TIME else None
        self._layouts: dict[tuple[tuple[str, ...], tuple[str, ...]], Layout] = {}

    def layout(self, items: tuple[str, ...], rows: tuple[str, ...]) -> Layout | None:
        """The layout of cells when it is plainly right; None when it is not, or nobody can tell at a glance."""
        key = (items, rows)
        known = self._layouts.get(key)
        if known is not None:
            return known
        made = self._look(*key)
        if made is not None and len(items) <= _CELLS_KEPT:
            if len(self._layouts) >= _LAYOUTS_KEPT:
                self._layouts.clear()
            self._layouts[key] = made
        return made

    def passes(self, columns: Columns, own_area: str, sources: int) -> bool:
        """Tell whether there is plainly nothing wrong with the cells of a return that names so many sources."""
        layout = self.layout(columns.items, columns.rows)
        return (
            layout is not None
            and are_plainly_right(layout, [(columns.figures, columns.texts)])[0]
            and _are_details_right(layout, columns.details, own_area, sources)
        )

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
        return Layout(
            items=items,
            rows=rows,
            digest=layout_digest(items, rows),
            rules=rules,
            numeric=numeric if len(numeric) < len(rules) else slice(None),
            lows=np.array([rules[at].low for at in numeric]),
            highs=np.array([rules[at].high for at in numeric]),
            whole=[at for at in numeric if rules[at].is_whole],
            others=[at for at, rule in enumerate(rules) if not rule.is_numeric],
            row_count=len({row for row in rows if row}),
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


def are_plainly_right(layout: Layout, several: Sequence[tuple[bytes, tuple[str, ...]]]) -> list[bool]:
    """Tell of each of several returns of one right layout whether its figures and texts are plainly right.

    Both as :class:`plan.columns.Columns` has them.
    """
    figures = np.frombuffer(b"".join([figures for figures, _ in several])).reshape(len(several), -1)
    numbers = figures[:, layout.numeric]
    # A number that is missing is NaN, which no comparison holds for.
    right = np.asarray(((layout.lows < numbers) & (numbers < layout.highs)).all(axis=1))
    if layout.whole:
        whole = figures[:, layout.whole]
        right &= (np.floor(whole) == whole).all(axis=1)
    if layout.counted is not None:
        right &= figures[:, layout.counted] == layout.row_count
    if layout.others:
        right &= np.isnan(figures[:, layout.others]).all(axis=1)
    found: list[bool] = right.tolist()
    if layout.others or any(texts for _, texts in several):
        found = [so and _are_texts_right(layout, texts) for so, (_, texts) in zip(found, several, strict=True)]
    return found


def _are_texts_right(layout: Layout, texts: tuple[str, ...]) -> bool:
    if not texts:
        return not layout.others
    return all(
        not text if rule.is_numeric else _is_plain(text, rule) for text, rule in zip(texts, layout.rules, strict=True)
    )


def _are_details_right(layout: Layout, details: tuple[Detail, ...], own_area: str, sources: int) -> bool:
    return not details or all(
        each.unit in ("", rule.unit)
        and each.area in ("", own_area)
        and not each.basis
        and (not each.sources or 0 <= min(each.sources) <= max(each.sources) < sources)
        for each, rule in zip(details, layout.rules, strict=True)
    )


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
