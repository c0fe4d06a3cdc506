"""Plain returns: cells with an item and a figure, at most a row; neither dated by their sender nor with sources.

Nearly every return is one. For each form there is a decoder that takes its plain returns and nothing else: what the
form fixes (its id and version, its items, times of day) is held against it while the text is parsed, and is then the
form's own text, not a copy. That takes about half the time of reading any return. What it refuses is only not plain.
"""

from array import array
from collections.abc import Callable
from types import GenericAlias
from typing import Any, Literal, Protocol

import msgspec

from plan.codes import RowsBy
from plan.columns import figures
from plan.messages import Wire
from plan.model import Form, Rows

_HOURS, _MINUTES = 24, 60
NOT_PLAIN = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What a decoder raises for a payload that is not a plain return of its form."""


class _PlainCell(Protocol):
    """A cell as a form's decoder makes it; value, text and row as far as the form has such."""

    item: str
    value: float | None
    text: str
    row: str


class PlainReturn(Protocol):
    """A return as a form's decoder makes it."""

    return_id: str
    unit: str
    period: str
    cells: list[_PlainCell]


class PlainForm:
    """Decodes the plain returns of one form; made once with the plan."""

    def __init__(self, form: Form) -> None:
        self._has_rows = form.rows is not None
        self._is_numeric = all(item.type.is_numeric for item in form.items)
        self.decode: Callable[[bytes], PlainReturn] = _decoder(form, self._is_numeric)
        """Decode a payload; raises one of :data:`NOT_PLAIN` for one that is not a plain return of the form."""

    def columns(self, cells: list[Any]) -> tuple[tuple[str, ...], tuple[str, ...], bytes, tuple[str, ...]]:
        """Items, rows, figures and texts of cells, as :class:`plan.columns.Columns` has them.

        Comprehensions: no quicker way to take one field of many structs was found.
        """
        items = tuple([cell.item for cell in cells])
        rows = tuple([cell.row for cell in cells]) if self._has_rows else ("",) * len(cells)
        if self._is_numeric:
            return items, rows, array("d", [cell.value for cell in cells]).tobytes(), ()
        texts = tuple([cell.text for cell in cells])
        return items, rows, figures([cell.value for cell in cells]), texts if any(texts) else ()


def times_of(rows: Rows) -> tuple[str, ...]:
    """The times of day that name the rows of a form by time, ``HH:MM``."""
    starts = range(0, _HOURS * _MINUTES, max(rows.every_minutes, 1))
    return tuple(f"{start // _MINUTES:02d}:{start % _MINUTES:02d}" for start in starts)


def _decoder(form: Form, is_numeric: bool) -> Callable[[bytes], Any]:
    items = Literal[tuple(item.id for item in form.items)] if form.items else str
    fields: list[Any] = [("item", items)]
    fields += [("value", float)] if is_numeric else [("value", float | None, None), ("text", str, "")]
    if form.rows is not None:
        by_time = form.rows.by is RowsBy.TIME
        fields.append(("row", Literal[("", *times_of(form.rows))] if by_time else str, ""))
    cell = msgspec.defstruct("PlainCell", fields, bases=(Wire,), frozen=True, gc=False)
    made = msgspec.defstruct(
        "PlainReturn",
        [
            ("return_id", str),
            ("form", Literal[form.id]),
            ("form_version", Literal[form.version]),
            ("unit", str),
            ("period", str),
            ("cells", GenericAlias(list, (cell,))),
        ],
        bases=(Wire,),
        frozen=True,
        gc=False,
    )
    return msgspec.json.Decoder(made).decode
