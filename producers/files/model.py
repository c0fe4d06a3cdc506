"""What a reader makes of a file: returns, and for each cell the place in the file it came from. Pure.

A reader is a function ``(data: bytes, book: PlanBook) -> FileRead``. It raises nothing for what stands in a file:
each part it cannot read is a :class:`PlacedFault`. Where a cell's place is known but its content cannot be read, the
return keeps the cell without value and text, so that the contract still sees that something was given there.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from plan.book import PlanBook
from plan.canonical import digest
from plan.faults import Fault, FaultCode
from plan.messages import Return, encode

_CELL = re.compile(r"cells/(\d+)(?:/(\w+))?")
_ROW = re.compile(r"cells/row=(.*)", re.DOTALL)
_LETTERS = 26


class Place(msgspec.Struct, frozen=True):
    """A place in a file, counted from 1: a cell of a sheet, a line (and column) of a text, or a path in a tree.

    All empty: the file as a whole.
    """

    sheet: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    @property
    def cell(self) -> str:
        """The name of a cell, as ``C7``; empty for a place that is no single cell."""
        return f"{column_letters(self.column)}{self.line}" if self.line and self.column else ""

    def at_column(self, column: int) -> "Place":
        """The place on the same line in another column."""
        return msgspec.structs.replace(self, column=column)

    def __str__(self) -> str:
        """How people are told the place: ``填报!C7``, or line and column in both languages."""
        if self.path:
            return self.path
        if self.sheet:
            return f"{self.sheet}!{self.cell or self.line or ''}".rstrip("!")
        if not self.line:
            return "文件 file"
        if not self.column:
            return f"第{self.line}行 line {self.line}"
        return f"第{self.line}行第{self.column}列 line {self.line}, column {self.column}"


WHOLE = Place()


class PlacedFault(msgspec.Struct, frozen=True):
    """A fault and its place in the file; ``fault.place`` is that place as text."""

    fault: Fault
    place: Place


class ReadReturn(msgspec.Struct, frozen=True):
    """One return of a file, still without an id, with the places it came from.

    ``cells`` has one place for each cell of the return, where its value stands. ``columns`` says in which column of
    the same line its other fields stand (``item``, ``row``, ``unit``). ``envelope`` has the places of ``form``,
    ``form_version``, ``unit``, ``period``, ``note``. ``whole`` stands for the return as such.
    """

    sent: Return
    cells: tuple[Place, ...]
    whole: Place = WHOLE
    envelope: Mapping[str, Place] = MappingProxyType({})
    columns: Mapping[str, int] = MappingProxyType({})

    def place_of(self, path: str) -> Place:
        """The place in the file of a path in the return, such as a contract fault's ``cells/3/value``."""
        if found := _CELL.fullmatch(path):
            at, field = int(found[1]), found[2]
            if at < len(self.cells):
                column = self.columns.get(field or "", 0)
                return self.cells[at].at_column(column) if column else self.cells[at]
        elif found := _ROW.fullmatch(path):
            for cell, place in zip(self.sent.cells, self.cells, strict=True):
                if cell.row == found[1]:
                    return place.at_column(self.columns.get("row", place.column))
        return self.envelope.get(path, self.whole)


class FileRead(msgspec.Struct, frozen=True):
    """All that a file holds: its returns, and every fault met in reading. Any fault refuses the whole file."""

    returns: tuple[ReadReturn, ...] = ()
    faults: tuple[PlacedFault, ...] = ()


Reader = Callable[[bytes, PlanBook], FileRead]


def placed(code: FaultCode, place: Place, says_zh: str, says_en: str) -> PlacedFault:
    """A fault at a place of a file."""
    return PlacedFault(Fault(code, str(place), says_zh, says_en), place)


def at_its_place(fault: Fault, read: ReadReturn) -> PlacedFault:
    """A fault of the contract, with the file's own place instead of the path in the message."""
    place = read.place_of(fault.place)
    return PlacedFault(msgspec.structs.replace(fault, place=str(place)), place)


def named(sent: Return) -> Return:
    """The return with its id, made from its content: the same content is the same return, sent twice a duplicate."""
    unnamed = msgspec.structs.replace(sent, return_id="")
    return msgspec.structs.replace(unnamed, return_id=digest(encode(unnamed)))


def column_letters(column: int) -> str:
    """The letters of a column counted from 1: ``A``, ``Z``, ``AA``."""
    letters = ""
    while column:
        column, at = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + at) + letters
    return letters
