"""Checks of the items and rows of a form: types, units of measure, codes, limits, what names a row."""

from collections.abc import Collection
from itertools import pairwise

from plan.check_base import Faults
from plan.codes import ItemType, RowsBy
from plan.messages import CELLS_MAX
from plan.model import Form, Item, Rows
from plan.periods import PeriodKind
from plan.yaml_lines import KeyPath

_LIMITS = ("minimum", "plausible_minimum", "plausible_maximum", "maximum")
_DAY_MINUTES = 24 * 60


def check_items(form: Form, measures: Collection[str], path: KeyPath, faults: Faults) -> None:
    """Add every fault of the items of a form and of its rows."""
    if not form.items:
        faults.add((*path, "items"), "the form has no items; name what is reported")
    faults.ids((*path, "items"), (item.id for item in form.items), "item")
    for number, item in enumerate(form.items):
        place: KeyPath = (*path, "items", number)
        if item.type.is_numeric:
            faults.known((*place, "unit"), item.unit, measures, "measure")
            _check_limits(item, place, faults)
        else:
            _check_text_item(item, place, faults)
        _check_codes(item, place, faults)
        if item.tce_factor is not None and item.tce_factor < 0:
            faults.add((*place, "tce_factor"), f"{item.tce_factor}: coal equivalent is 0 or more")
        if item.in_rows and form.rows is None:
            faults.add((*place, "in_rows"), "the form has no rows; describe them in rows, or leave this out")
    if form.rows is not None:
        _check_rows(form, form.rows, (*path, "rows"), faults)


def _check_limits(item: Item, path: KeyPath, faults: Faults) -> None:
    given = [(key, value) for key in _LIMITS if (value := getattr(item, key)) is not None]
    for (low_key, low), (high_key, high) in pairwise(given):
        if high < low:
            says = f"{high_key} {high} is below {low_key} {low}; the order is {' <= '.join(_LIMITS)}"
            faults.add((*path, high_key), says)


def _check_text_item(item: Item, path: KeyPath, faults: Faults) -> None:
    for key in (*_LIMITS, "tce_factor"):
        if getattr(item, key) is not None:
            faults.add((*path, key), f"an item of type {item.type} has no {key}; leave it out")
    if item.unit:
        faults.add((*path, "unit"), f"an item of type {item.type} has no unit of measure; leave it out")


def _check_codes(item: Item, path: KeyPath, faults: Faults) -> None:
    if item.type is not ItemType.CODE:
        if item.codes:
            faults.add((*path, "codes"), f"an item of type {item.type} has no codes; leave them out, or make it a code")
        return
    if not item.codes:
        faults.add((*path, "codes"), "an item of type code needs its codes; list them")
    faults.ids((*path, "codes"), (code.id for code in item.codes), "code")


def _check_rows(form: Form, rows: Rows, path: KeyPath, faults: Faults) -> None:
    in_rows = [item for item in form.items if item.in_rows]
    if not in_rows:
        faults.add(path, "no item is given in rows; mark those that are with in_rows: true")
    header = len(form.items) - len(in_rows)
    if rows.most < 1 or rows.most * len(in_rows) + header > CELLS_MAX:
        says = f"{rows.most} rows of {len(in_rows)} items and {header} beside them: a return has 1 to {CELLS_MAX} cells"
        faults.add((*path, "most"), f"{says}; allow fewer rows, or at least 1")
    if rows.by is RowsBy.TIME:
        if rows.every_minutes < 1 or _DAY_MINUTES % rows.every_minutes:
            faults.add((*path, "every_minutes"), f"{rows.every_minutes} minutes do not divide a day; write 15 or 60")
        elif rows.most != _DAY_MINUTES // rows.every_minutes:
            says = (
                f"a day has {_DAY_MINUTES // rows.every_minutes} rows of {rows.every_minutes} minutes, not {rows.most}"
            )
            faults.add((*path, "most"), f"{says}; write that number")
        if form.calendar.kind is not PeriodKind.DAY:
            faults.add((*path, "by"), f"rows by time are those of a day, this form is by {form.calendar.kind}")
    elif rows.every_minutes:
        faults.add((*path, "every_minutes"), "only rows by time have it; leave it out")
    if rows.count_item:
        whole = [item.id for item in form.items if item.type is ItemType.INTEGER and not item.in_rows]
        faults.known((*path, "count_item"), rows.count_item, whole, "whole number in the header")
