"""The cells of a return as columns: what the contract looks at all at once, and what lands as Arrow.

Most returns are plain: each cell has an item and a number or a text, at most a row, and nothing else. Those are decoded
into a narrower shape, made for their form (:mod:`plan.plain`), and carry no details.
"""

import hashlib
import math
from array import array
from collections.abc import Sequence

import msgspec

from plan.messages import Bound, Cell, ObservationStatus


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
    """Cells as columns of equal length; ``texts`` and ``details`` are empty where no cell has any.

    ``figures``: the numbers side by side as doubles of this machine, NaN for a cell without one: no number that is sent
    is NaN, JSON has none.
    """

    items: tuple[str, ...]
    rows: tuple[str, ...]
    figures: bytes
    texts: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()


def columns_of(cells: Sequence[Cell]) -> Columns:
    """Columns of the cells of a return in full."""
    details = tuple(Detail(each.area, each.unit, each.status, each.bound, each.basis, each.sources) for each in cells)
    texts = tuple(each.text for each in cells)
    return Columns(
        tuple(each.item for each in cells),
        tuple(each.row for each in cells),
        figures([each.value for each in cells]),
        texts if any(texts) else (),
        details if any(each != NO_DETAIL for each in details) else (),
    )


def figures(values: Sequence[float | None]) -> bytes:
    """Numbers side by side as :attr:`Columns.figures` holds them; one too large for a double is infinite."""
    try:
        return array("d", [math.nan if value is None else value for value in values]).tobytes()
    except OverflowError:  # a whole number of more than 308 digits
        return array("d", [math.nan if value is None else _double(value) for value in values]).tobytes()


def _double(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def layout_digest(items: tuple[str, ...], rows: tuple[str, ...]) -> bytes:
    """Digest of which cells there are, in their order."""
    return hashlib.sha256(_packed(items) + _packed(rows)).digest()


def content_digest(columns: Columns, layout: bytes, envelope: bytes) -> str:
    """Digest of a return's content; equal for equal content, whatever bytes it was sent as.

    ``layout``: of its cells (:func:`layout_digest`); ``envelope``: what else belongs to the content, with its length
    before it.
    """
    # The layout says how many numbers follow, and each part after them its own length.
    parts = [layout, columns.figures, envelope]
    if columns.texts:
        parts.append(_packed(columns.texts))
    for place, each in enumerate(columns.details):
        if each != NO_DETAIL:
            sources = ",".join(map(str, each.sources))
            parts.append(_packed((str(place), each.area, each.unit, each.status, each.bound, each.basis, sources)))
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def _packed(column: Sequence[str]) -> bytes:
    """Texts with their number and lengths before them, so that none can run together."""
    return array("q", (len(column), *map(len, column))).tobytes() + "".join(column).encode()
