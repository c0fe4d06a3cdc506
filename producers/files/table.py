"""A table with one cell of a return on each line: the lines of one form, unit and period make one return. Pure."""

from collections.abc import Sequence
from operator import itemgetter

import msgspec

from plan.book import PlanBook
from plan.faults import FaultCode
from plan.messages import Cell, Return
from plan.model import Form, Item
from producers.files.grid import Grid, Value, is_blank
from producers.files.headings import COLUMNS, find_columns
from producers.files.model import FileRead, Place, PlacedFault, ReadReturn, placed
from producers.files.names import BookNames
from producers.files.numbers import NotRead, half_width
from producers.files.values import read_content, read_period, read_row, read_text

_FIELDS = {"item": "item", "row": "row", "measure": "unit", "value": "value", "text": "text"}
"""The columns that become a cell's fields."""


class _Gathered(msgspec.Struct):
    """A return that is being gathered, line by line."""

    form: Form
    version: int
    unit: str
    period: str
    line: int
    cells: list[Cell] = []
    places: list[Place] = []
    notes: dict[str, None] = {}


def read_table(grid: Grid, names: BookNames, book: PlanBook) -> FileRead:
    """Read a table without blank lines, whose first row has the headings; everything else is taken or told."""
    faults: list[PlacedFault] = []
    columns = find_columns(grid, faults)
    if columns is None:
        return FileRead(faults=tuple(faults))
    if len(grid.rows) == 1:
        says = ("只有列名,没有数据;每行写一项", "headings only, no figures; write one cell a line")
        faults.append(placed(FaultCode.NO_CELLS, Place(grid.sheet, grid.lines[0]), *says))
    reader = _TableReader(grid, columns, names, book, faults)
    for line, row in zip(grid.lines[1:], grid.rows[1:], strict=True):
        reader.take(line, row)
    return FileRead(tuple(reader.returns()), tuple(faults))


class _FormWords:
    """What was found to be meant by the words of one form's lines, which repeat themselves."""

    def __init__(self, form: Form, names: BookNames) -> None:
        self.form = form
        self._names = names
        self._by_id = {item.id: item for item in form.items}
        self._items: dict[Value, Item | NotRead] = {}
        self._rows: dict[Value, str | NotRead] = {"": ""}
        self._measures: dict[Value, str | NotRead] = {"": ""}

    def item(self, value: Value) -> Item | NotRead:
        """The item that a cell names."""
        if value not in self._items:
            found = self._names.items(self.form.id).find(read_text(value))
            self._items[value] = found if isinstance(found, NotRead) else self._by_id[found]
        return self._items[value]

    def row(self, value: Value) -> str | NotRead:
        """The row that a cell names; empty for the header."""
        if value not in self._rows:
            rows = self.form.rows
            self._rows[value] = read_text(value) if rows is None or is_blank(value) else read_row(value, rows)
        return self._rows[value]

    def measure(self, value: Value) -> str | NotRead:
        """The unit of measure that a cell names; empty where it names none."""
        if value not in self._measures:
            is_empty = is_blank(value)
            self._measures[value] = "" if is_empty else self._names.measures(self.form.id).find(read_text(value))
        return self._measures[value]


class _Head(msgspec.Struct, frozen=True):
    """What a line says before its item: the return it belongs to, and what is wrong with it.

    Without words of a form nothing more of the line can be read. With faults its cells are read, for their own faults,
    and belong to no return.
    """

    words: _FormWords | None
    gathered: _Gathered | None
    faults: tuple[tuple[str, NotRead], ...] = ()


class _TableReader:
    """Takes lines, one after the other."""

    def __init__(
        self, grid: Grid, columns: dict[str, int], names: BookNames, book: PlanBook, faults: list[PlacedFault]
    ) -> None:
        self._grid = grid
        self._columns = columns
        self._names = names
        self._book = book
        self._faults = faults
        self._gathered: dict[tuple[str, int, str, str], _Gathered] = {}
        self._heads: dict[tuple[Value, ...], _Head] = {}
        self._words: dict[str, _FormWords] = {}
        self._width = max(columns.values())
        # A column that is not there is read from the empty cell that is put after each row.
        at = {name: columns.get(name, self._width + 1) - 1 for name in COLUMNS}
        self._head_of = itemgetter(at["form"], at["form_version"], at["unit"], at["period"])
        self._rest_of = itemgetter(at["item"], at["row"], at["value"], at["text"], at["measure"], at["note"])

    def take(self, line: int, row: Sequence[Value]) -> None:
        """Read one line into the return it belongs to; adds its faults."""
        padded = (*row[: self._width], *[""] * (self._width + 1 - len(row)), "")
        key = self._head_of(padded)
        head = self._heads.get(key)
        if head is None:
            head = self._heads[key] = self._read_head(line, key)
        for column, fault in head.faults:
            self._fault(line, column, fault)
        words = head.words
        if words is None:
            return
        named, row_name, value, text, measure, note = self._rest_of(padded)
        item = words.item(named)
        if isinstance(item, NotRead):
            self._fault(line, "item", item)
            return
        if item.type.is_numeric:
            own, given, other, stray = "value", value, "text", text
        else:
            own, given, other, stray = "text", text, "value", value
        number, written = self._content(line, own, given, item)
        if stray != "" and not is_blank(stray):
            self._fault(line, other, _WRONG_COLUMN[other])
        cell = Cell(
            item=item.id,
            value=number,
            text=written,
            row=self._or_fault(line, "row", words.row(row_name)),
            unit=self._or_fault(line, "measure", words.measure(measure)),
        )
        gathered = head.gathered
        if gathered is not None:
            gathered.cells.append(cell)
            gathered.places.append(Place(self._grid.sheet, line, self._columns.get(own, 0)))
            if note != "" and not is_blank(note):
                gathered.notes[read_text(note)] = None

    def returns(self) -> list[ReadReturn]:
        """The returns gathered, in the order of their first lines."""
        columns = {field: self._columns[name] for name, field in _FIELDS.items() if name in self._columns}
        return [
            ReadReturn(
                Return(
                    return_id="",
                    form=each.form.id,
                    form_version=each.version,
                    unit=each.unit,
                    period=each.period,
                    cells=tuple(each.cells),
                    note="\n".join(each.notes),
                ),
                cells=tuple(each.places),
                whole=Place(self._grid.sheet, each.line),
                envelope={
                    name: self._grid.place(each.line, self._columns[name])
                    for name in ("form", "form_version", "unit", "period", "note")
                    if name in self._columns
                },
                columns=columns,
            )
            for each in self._gathered.values()
        ]

    def _read_head(self, line: int, key: tuple[Value, ...]) -> _Head:
        form_id = self._names.forms.find(read_text(key[0]))
        if isinstance(form_id, NotRead):
            return _Head(None, None, (("form", form_id),))
        view = self._book.view_of_form(form_id)
        if view is None:
            raise LookupError(f"form {form_id!r} was found by name and is in no plan")
        form = view.forms[form_id]
        words = self._words.setdefault(form_id, _FormWords(form, self._names))
        version = _version(key[1])
        unit = self._names.units(form_id).find(read_text(key[2]))
        period = read_period(key[3], form.calendar.kind)
        if isinstance(version, NotRead) or isinstance(unit, NotRead) or isinstance(period, NotRead):
            parts = (("form_version", version), ("unit", unit), ("period", period))
            return _Head(words, None, tuple((name, part) for name, part in parts if isinstance(part, NotRead)))
        named = (form_id, version, unit, period)
        gathered = self._gathered.setdefault(named, _Gathered(form, version, unit, period, line, [], [], {}))
        return _Head(words, gathered)

    def _content(self, line: int, column: str, value: Value, item: Item) -> tuple[float | None, str]:
        odd = self._grid.odd.get((line, self._columns.get(column, 0))) if self._grid.odd else None
        if odd is None and is_blank(value):
            return (None, "")
        content = read_content(value, item, odd)
        if isinstance(content, NotRead):
            self._fault(line, column, content)
            return (None, "")
        return content

    def _or_fault(self, line: int, column: str, found: str | NotRead) -> str:
        if isinstance(found, NotRead):
            self._fault(line, column, found)
            return ""
        return found

    def _fault(self, line: int, column: str, fault: NotRead) -> None:
        place = self._grid.place(line, self._columns[column])
        self._faults.append(placed(fault.code, place, fault.says_zh, fault.says_en))


_WRONG_COLUMN = {
    "value": NotRead(
        FaultCode.WRONG_TYPE, "本指标不是数字;请填在“文字”列", "this item is no number; use the text column"
    ),
    "text": NotRead(FaultCode.WRONG_TYPE, "本指标是数字;请填在“数值”列", "this item is a number; use the value column"),
}


def _version(value: Value) -> int | NotRead:
    text = half_width(read_text(value))
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return NotRead(
        FaultCode.WRONG_VERSION, "版本应为整数,如 1;请填写", "the version is a whole number such as 1; write it"
    )
