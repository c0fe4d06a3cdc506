"""A table with one cell of a return on each line: the lines of one form, unit and period make one return. Pure."""

from collections.abc import Sequence

import msgspec

from plan.book import PlanBook
from plan.faults import FaultCode
from plan.messages import Cell, Return
from plan.model import Form, Item
from producers.files.grid import Grid, Value, is_blank
from producers.files.headings import find_columns
from producers.files.model import FileRead, Place, PlacedFault, ReadReturn, placed
from producers.files.names import BookNames
from producers.files.numbers import NotRead, half_width
from producers.files.values import read_content, read_period, read_row, read_text

_FIELDS = {"item": "item", "row": "row", "measure": "unit", "value": "value", "text": "text"}
"""The columns that become a cell's fields."""
_BLANK_LINE = dict.fromkeys(("row", "value", "text", "measure", "note"), "")


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
    """Read a table whose first row has the headings; a blank line is passed over, everything else is taken or told."""
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


class _TableReader:
    """Takes lines; remembers what every name and heading part was found to be, since lines repeat them."""

    def __init__(
        self, grid: Grid, columns: dict[str, int], names: BookNames, book: PlanBook, faults: list[PlacedFault]
    ) -> None:
        self._grid = grid
        self._columns = columns
        self._names = names
        self._book = book
        self._faults = faults
        self._gathered: dict[tuple[str, int, str, str], _Gathered] = {}
        self._heads: dict[tuple[Value, ...], _Gathered | tuple[tuple[str, NotRead], ...]] = {}
        self._items: dict[tuple[str, Value], Item | NotRead] = {}
        self._measures: dict[tuple[str, Value], str | NotRead] = {}
        self._at = {name: column - 1 for name, column in columns.items()}
        self._head_at = [self._at[name] for name in ("form", "form_version", "unit", "period")]
        self._width = max(columns.values())

    def take(self, line: int, row: Sequence[Value]) -> None:
        """Read one line into the return it belongs to; adds its faults."""
        if len(row) < self._width:
            row = [*row, *[""] * (self._width - len(row))]
        if not any(not is_blank(value) for value in row):
            return
        gathered = self._head(line, row)
        if gathered is None:
            return
        form = gathered.form
        item = self._item(form, row[self._at["item"]])
        if isinstance(item, NotRead):
            self._fault(line, "item", item)
            return
        given = {name: row[self._at[name]] if name in self._at else "" for name in _BLANK_LINE}
        value, text = self._content(line, item, given)
        gathered.cells.append(
            Cell(
                item=item.id,
                value=value,
                text=text,
                row=self._row(line, form, given["row"]),
                unit=self._measure(line, form, given["measure"]),
            )
        )
        gathered.places.append(
            self._grid.place(line, self._columns.get("value" if item.type.is_numeric else "text", 0))
        )
        if not is_blank(given["note"]):
            gathered.notes[read_text(given["note"])] = None

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

    def _head(self, line: int, row: Sequence[Value]) -> _Gathered | None:
        """The return that a line belongs to; None, with the faults added, for a line that names none."""
        key = tuple(row[at] for at in self._head_at)
        if key not in self._heads:
            self._heads[key] = self._read_head(line, key)
        found = self._heads[key]
        if isinstance(found, _Gathered):
            return found
        for column, fault in found:
            self._fault(line, column, fault)
        return None

    def _read_head(self, line: int, key: tuple[Value, ...]) -> _Gathered | tuple[tuple[str, NotRead], ...]:
        form_id = self._names.forms.find(read_text(key[0]))
        if isinstance(form_id, NotRead):
            return (("form", form_id),)
        view = self._book.view_of_form(form_id)
        if view is None:
            raise LookupError(f"form {form_id!r} was found by name and is in no plan")
        form = view.forms[form_id]
        version = _version(key[1])
        unit = self._names.units(form_id).find(read_text(key[2]))
        period = read_period(key[3], form.calendar.kind)
        if isinstance(version, NotRead) or isinstance(unit, NotRead) or isinstance(period, NotRead):
            parts = (("form_version", version), ("unit", unit), ("period", period))
            return tuple((name, part) for name, part in parts if isinstance(part, NotRead))
        return self._gathered.setdefault(
            (form_id, version, unit, period),
            _Gathered(form, version, unit, period, line, [], [], {}),
        )

    def _item(self, form: Form, value: Value) -> Item | NotRead:
        key = (form.id, value)
        if key not in self._items:
            found = self._names.items(form.id).find(read_text(value))
            by_id = {item.id: item for item in form.items}
            self._items[key] = found if isinstance(found, NotRead) else by_id[found]
        return self._items[key]

    def _content(self, line: int, item: Item, given: dict[str, Value]) -> tuple[float | None, str]:
        own, other = ("value", "text") if item.type.is_numeric else ("text", "value")
        odd = self._grid.odd.get((line, self._columns.get(own, 0))) if self._grid.odd else None
        if odd is None and is_blank(given[own]):
            content: tuple[float | None, str] = (None, "")
        else:
            read = read_content(given[own], item, odd)
            if isinstance(read, NotRead):
                self._fault(line, own, read)
                read = (None, "")
            content = read
        if not is_blank(given[other]):
            self._fault(line, other, _WRONG_COLUMN[other])
        return content

    def _row(self, line: int, form: Form, value: Value) -> str:
        if is_blank(value):
            return ""
        row = read_text(value) if form.rows is None else read_row(value, form.rows)
        if isinstance(row, NotRead):
            self._fault(line, "row", row)
            return ""
        return row

    def _measure(self, line: int, form: Form, value: Value) -> str:
        if is_blank(value):
            return ""
        key = (form.id, value)
        if key not in self._measures:
            self._measures[key] = self._names.measures(form.id).find(read_text(value))
        measure = self._measures[key]
        if isinstance(measure, NotRead):
            self._fault(line, "measure", measure)
            return ""
        return measure

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
