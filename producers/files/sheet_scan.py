"""A look over a worksheet's raw XML before any library lays it out: its extent, and cells that hold no plain value.

A formula's result may be old or missing, an error is no figure, and a number shown as per cent or in thousands is
another number than the one stored. Pure.
"""

import re
from enum import StrEnum
from xml.etree import ElementTree

import msgspec

COLUMNS_MAX = 1_000
LINES_MAX = 200_000
AREA_MAX = 3_000_000


class Oddity(StrEnum):
    """Why the value that a library gives for a cell must not be taken."""

    FORMULA = "formula"
    ERROR = "error"
    SHOWN_OTHERWISE = "shown_otherwise"


class SheetScan(msgspec.Struct, frozen=True):
    """Extent of a sheet and its odd cells by (line, column), all counted from 1.

    ``has_unnamed`` tells that cells do not say where they stand.
    """

    lines: int
    columns: int
    odd: dict[tuple[int, int], Oddity]
    has_unnamed: bool = False

    @property
    def is_too_large(self) -> bool:
        """Tell whether the sheet reaches so far that nobody can have filled it in by hand."""
        is_far = self.columns > COLUMNS_MAX or self.lines > LINES_MAX
        return is_far or self.columns * self.lines > AREA_MAX


# An element in any prefix. No attribute value may hold a "<", so no search runs on past the next element.
_P = rb"<(?:[^\s<>/:]+:)?"
_REST = rb"([^<]{0,2000})"
"""The rest of an element's tag, and whatever text follows it; more attributes than that no cell has."""
_CELL_START = re.compile(_P + rb"c(?=[\s/>])")
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,6})")?')
_WHOLE_CELL = re.compile(_P + rb"c(?=[\s/>])" + _REST)
_ATTRIBUTE = re.compile(rb"\s+([^\s<>=/]+)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
_TAG_END = re.compile(rb"\s*/?>")
_REFERENCE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_FORMULA = re.compile(_P + rb"f[\s/>]")
_FORMULA_SIGNS = (b"<f", b":f")
_ERROR_SIGNS = (b'"e"', b"'e'")
_ERROR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_FORMULA_OR_CELL = re.compile(_P + rb"(?:(f)[\s/>]|c(?=[\s/>])" + _REST + rb")")


def scan(xml: bytes, shown_otherwise: frozenset[bytes]) -> SheetScan:
    """Scan one worksheet; ``shown_otherwise`` are the style numbers under which another number is shown."""
    begun = _cells_begun(xml)
    if begun > AREA_MAX:
        return SheetScan(lines=begun, columns=1, odd={})
    cells = _PLAIN_CELL.findall(xml)
    has_unnamed = False
    # The quick look suits what spreadsheets write; the style may stand elsewhere, so where it matters all is read.
    if shown_otherwise or len(cells) != begun:
        cells, has_unnamed = _cells_by_attributes(xml, begun)
    odd: dict[tuple[int, int], Oddity] = {}
    if shown_otherwise:
        for letters, line, style in cells:
            if style in shown_otherwise:
                odd[int(line), column_number(letters)] = Oddity.SHOWN_OTHERWISE
    if _may_hold(xml, _FORMULA_SIGNS, _FORMULA) or _may_hold(xml, _ERROR_SIGNS, _ERROR):
        odd |= _formulas_and_errors(xml)
    return SheetScan(
        lines=max((int(line) for line in {cell[1] for cell in cells}), default=0),
        columns=max((column_number(letters) for letters in {cell[0] for cell in cells}), default=0),
        odd=odd,
        has_unnamed=has_unnamed,
    )


def column_number(letters: bytes) -> int:
    """The number, from 1, of the column ``A``, ``Z``, ``AA``."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _cells_by_attributes(xml: bytes, begun: int) -> tuple[list[tuple[bytes, bytes, bytes]], bool]:
    """Letters, line and style of each cell however it is written, and whether some do not say where they stand."""
    found = []
    for text in _WHOLE_CELL.findall(xml):
        attributes = _attributes(text)
        if reference := _REFERENCE.fullmatch(attributes.get(b"r", b"")):
            found.append((reference[1], reference[2], attributes.get(b"s", b"")))
    return found, len(found) != begun


def _cells_begun(xml: bytes) -> int:
    """How many cell elements begin, in whatever way they are written."""
    if b":c" in xml:
        return len(_CELL_START.findall(xml))
    return sum(xml.count(b"<c" + after) for after in (b" ", b">", b"/", b"\t", b"\n", b"\r"))


def _may_hold(xml: bytes, signs: tuple[bytes, ...], pattern: re.Pattern[bytes]) -> bool:
    """Search a pattern that none of whose matches is without one of the signs, which are found much faster."""
    return any(sign in xml for sign in signs) and pattern.search(xml) is not None


def _attributes(text: bytes) -> dict[bytes, bytes]:
    """The attributes at the beginning of the rest of a tag; none when it does not end after them or one is repeated."""
    found: dict[bytes, bytes] = {}
    at = 0
    while one := _ATTRIBUTE.match(text, at):
        if one[1] in found:
            return {}
        found[one[1]] = one[2] or one[3] or b""
        at = one.end()
    return found if _TAG_END.match(text, at) else {}


def _formulas_and_errors(xml: bytes) -> dict[tuple[int, int], Oddity]:
    odd: dict[tuple[int, int], Oddity] = {}
    at = (0, 0)
    for is_formula, text in _FORMULA_OR_CELL.findall(xml):
        if is_formula:
            odd[at] = Oddity.FORMULA
            continue
        attributes = _attributes(text)
        reference = _REFERENCE.fullmatch(attributes.get(b"r", b""))
        at = (int(reference[2]), column_number(reference[1])) if reference else (0, 0)
        if attributes.get(b"t") == b"e":
            odd[at] = Oddity.ERROR
    return odd


_BUILT_IN_PERCENT = {9, 10}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_SCALED = re.compile(r"[0#?],+(?![0#?])")


def styles_shown_otherwise(styles: bytes) -> frozenset[bytes]:
    """Numbers of the cell styles that show per cent, or thousands and the like, of the number stored.

    Raises ElementTree.ParseError for a style sheet that is not XML.
    """
    if not styles:
        return frozenset()
    root = ElementTree.fromstring(styles)
    odd = set(_BUILT_IN_PERCENT)
    for each in _named(root, "numFmt"):
        code = _QUOTED.sub("", each.get("formatCode", ""))
        if "%" in code or _SCALED.search(code):
            odd.add(int(each.get("numFmtId", "0")))
    used = [style for group in _named(root, "cellXfs") for style in _named(group, "xf")]
    return frozenset(str(at).encode() for at, each in enumerate(used) if int(each.get("numFmtId", "0")) in odd)


def _named(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [each for each in root.iter() if str(each.tag).rpartition("}")[2] == name]
