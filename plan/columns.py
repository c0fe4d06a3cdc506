"""The cells of a return as columns: what the contract looks at all at once, and what lands as Arrow.

Most returns are plain: each cell has an item and a number or a text, at most a row, and nothing else. Those are decoded
into a narrower shape, in less than half the time, and carry no details.
"""

import hashlib
import math
from array import array
from collections.abc import Sequence
from operator import attrgetter
from typing import cast

import msgspec

from plan.messages import Bound, Cell, ObservationStatus, Wire


class PlainCell(Wire, frozen=True, gc=False):
    """A cell without any detail."""

    item: str
    value: float | None = None
    text: str = ""
    row: str = ""


class PlainReturn(Wire, frozen=True, gc=False):
    """A return of plain cells that its sender did not date and that names no sources: what nearly every return is."""

    return_id: str
    form: str
    form_version: int
    unit: str
    period: str
    cells: tuple[PlainCell, ...]


class Detail(msgspec.Struct, frozen=True, gc=False):
    """What a cell says beside its item, row and figure."""

    area: str = ""
    unit: str = ""
    status: ObservationStatus = ObservationStatus.NORMAL
    bound: Bound = Bound.EXACT
    basis: str = ""
    sources: tuple[int, ...] = ()


NO_DETAIL = Detail()


class Columns(msgspec.Struct, frozen=True, gc=False):
    """Cells as columns of equal length; ``details`` is empty where no cell has any."""

    items: tuple[str, ...]
    rows: tuple[str, ...]
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    details: tuple[Detail, ...] = ()


_item, _row, _value, _text = (attrgetter(name) for name in ("item", "row", "value", "text"))
_plain_decoder = msgspec.json.Decoder(PlainReturn)


def decode_plain(payload: bytes) -> PlainReturn:
    """Decode a plain return; raises msgspec's errors for whatever is not one, which says nothing against it yet."""
    return _plain_decoder.decode(payload)


def plain_columns(cells: Sequence[PlainCell | Cell], details: tuple[Detail, ...] = ()) -> Columns:
    """Columns of cells, with the details given."""
    return Columns(
        tuple(map(_item, cells)), tuple(map(_row, cells)), tuple(map(_value, cells)), tuple(map(_text, cells)), details
    )


def columns_of(cells: Sequence[Cell]) -> Columns:
    """Columns of the cells of a return in full."""
    details = tuple(Detail(each.area, each.unit, each.status, each.bound, each.basis, each.sources) for each in cells)
    return plain_columns(cells, details if any(each != NO_DETAIL for each in details) else ())


def layout_digest(items: tuple[str, ...], rows: tuple[str, ...]) -> bytes:
    """Digest of which cells there are, in their order."""
    return hashlib.sha256(_packed(items) + _packed(rows)).digest()


def content_digest(columns: Columns, layout: bytes, envelope: bytes) -> str:
    """Digest of a return's content; equal for equal content, whatever bytes it was sent as.

    ``layout``: of its cells (:func:`layout_digest`); ``envelope``: what else belongs to the content.
    """
    values = columns.values
    # No number that is sent is NaN: JSON has none.
    figures = [math.nan if value is None else value for value in values] if None in values else values
    # The layout says how many numbers follow, and each part after them its own length.
    parts = [layout, array("d", cast("tuple[float, ...]", figures)).tobytes(), len(envelope).to_bytes(8), envelope]
    if any(columns.texts):
        parts.append(_packed(columns.texts))
    for place, each in enumerate(columns.details):
        if each != NO_DETAIL:
            sources = ",".join(map(str, each.sources))
            parts.append(_packed((str(place), each.area, each.unit, each.status, each.bound, each.basis, sources)))
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def _packed(column: Sequence[str]) -> bytes:
    """Texts with their number and lengths before them, so that none can run together."""
    return array("q", (len(column), *map(len, column))).tobytes() + "".join(column).encode()
