"""The figures of a refused message, read as far as they can be, and held against those of its mended text. Pure.

A repair mends the envelope or the encoding; a figure, and what a reporter says of one, is the reporter's alone.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from plan.faults import FAULTS_MAX, Fault, FaultCode
from plan.messages import ROW_MAX, Bound, ObservationStatus
from plan.shown import shown

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_WORDING = "text"
_USUAL = (("status", ObservationStatus.NORMAL.value), ("bound", Bound.EXACT.value), ("basis", ""))
"""What a cell means by leaving it out, and therefore counts as nothing."""

Figure = tuple[str, ...]
"""Item, row, area, unit of measure, status, bound and basis of a cell, then what it says; or an explanation's text."""


class Comparison(msgspec.Struct, frozen=True):
    """Whether a refused message could be read far enough to be compared, and what differs."""

    is_compared: bool
    faults: tuple[Fault, ...]


def compare(refused: bytes, mended: bytes) -> Comparison:
    """Hold a mended message against the refused one; both are of one topic, and the mended one kept the contract.

    The refused one is read in every encoding it may be in: it agrees when one of them agrees.
    """
    readings = [found for text in _texts(refused) if (found := _figures(text)) is not None]
    after = _figures(mended.decode())
    if not readings or after is None:
        return Comparison(False, ())
    if after in readings:
        return Comparison(True, ())
    return Comparison(True, tuple(_differences(readings[0], after)))


def _texts(payload: bytes) -> Iterator[str]:
    try:
        yield payload.decode("utf-8-sig")
    except UnicodeDecodeError:
        # The last one always reads: item ids and numbers are plain letters, whatever stands between them.
        for encoding, errors in (("gb18030", "strict"), ("utf-16", "strict"), ("utf-8", "replace")):
            try:
                yield payload.decode(encoding, errors)
            except UnicodeDecodeError:
                continue


def _figures(text: str) -> Counter[Figure] | None:
    """The figures of a text; None when it is not JSON or no figures can be found in it."""
    try:
        data = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=str)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    cells = data.get("cells")
    if isinstance(cells, list):
        return Counter(map(_figure, cells)) if all(isinstance(cell, dict) for cell in cells) else None
    return Counter([(_WORDING, str(data["text"]).strip())]) if "text" in data else None


def _figure(cell: dict[str, Any]) -> Figure:
    said = (_content(cell.get(name)) for name in ("value", "text"))
    details = ("" if (state := str(cell.get(name, usual))) == usual else state for name, usual in _USUAL)
    place = (str(cell.get(name, "")) for name in ("item", "row", "area", "unit"))
    return (*place, *details, *(each for each in said if each))


def _content(value: object) -> str:
    """What a cell says, however it is written: 12.50, "12.5" and "１２.5" are one number."""
    if value is None:
        return ""
    text = unicodedata.normalize("NFKC", str(value)).strip()
    return str(_plain(Decimal(text))) if _NUMBER.fullmatch(text) else text


def _plain(number: Decimal) -> Decimal:
    # Not normalize(): that would round what is longer than the context's precision.
    sign, digits, exponent = number.as_tuple()
    kept = list(digits)
    if not isinstance(exponent, int):
        return number
    while len(kept) > 1 and kept[-1] == 0:
        kept.pop()
        exponent += 1
    return Decimal((sign, tuple(kept), exponent)) if any(kept) else Decimal(0)


def _differences(before: Counter[Figure], after: Counter[Figure]) -> Iterator[Fault]:
    gone, added = before - after, after - before
    places = sorted({_place(figure) for figure in (*gone, *added)})
    for place in places[:FAULTS_MAX]:
        was, becomes = (_said(figures, place) for figures in (gone, added))
        yield Fault(
            FaultCode.CHANGED_FIGURE,
            place,
            f"拒收件为 {was},修复件为 {becomes};修复只能改信封或编码,数据须由填报单位更正",
            f"refused was {was}, mended is {becomes}; a repair mends the envelope or the encoding, a figure only its "
            "reporter: ask for a new return",
        )


def _place(figure: Figure) -> str:
    if figure[0] == _WORDING and len(figure) == 2:
        return _WORDING
    return "/".join(("cells", *(_step(name) for name in figure[:2] if name)))


def _step(name: str) -> str:
    return name if len(name) <= ROW_MAX and name.isprintable() else shown(name)


def _said(figures: Counter[Figure], place: str) -> str:
    alike = sorted((*figure[7:], *figure[2:7]) or figure[1:] for figure in figures if _place(figure) == place)
    found = [" ".join(filter(None, each)) for each in alike]
    return shown("; ".join(found)) if found else "—"
