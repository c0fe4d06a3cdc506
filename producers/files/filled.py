"""A filled-in spreadsheet of a form, read back by the layout it was written by. Pure.

The hidden sheet says which form, unit and period it is for; where each cell stands follows from the plan, and both
have to agree with each other and with the labels people saw while they filled it in.
"""

from collections.abc import Iterable, Iterator, Sequence

from plan.book import PlanBook, PlanView
from plan.faults import FaultCode
from plan.messages import Cell, Return
from plan.periods import PeriodFault, parse_period
from producers.files.grid import Grid, Value, is_blank
from producers.files.layout import (  # fmt: skip
    ABOUT_LINE,
    CONTENT,
    GUIDE_SHEET,
    HEADING_LINE,
    HELP,
    HINT_LINE,
    MACHINE_SHEET,
    NUMBER,
    ROW_NAME,
    SHEET,
    TITLE_LINE,
    Input,
    Layout,
    Spot,
    cell_name,
    lay_out,
    machine_rows,
    shown,
)
from producers.files.model import FileRead, Place, PlacedFault, ReadReturn, placed
from producers.files.numbers import NotRead
from producers.files.sheet_scan import Oddity
from producers.files.values import read_content, read_row, read_text
from producers.files.workbook import Sheet

MARK = "qingyu-form-template"
OWN_SHEETS = frozenset({SHEET, GUIDE_SHEET, MACHINE_SHEET})
_MACHINE_COLUMNS = 4
_SHOWN_MAX = 60


def machine_sheet(sheets: Iterable[Sheet]) -> Grid | None:
    """The hidden sheet of a spreadsheet that we wrote; None for any other workbook."""
    return next((sheet.grid for sheet in sheets if sheet.name == MACHINE_SHEET), None)


def read_filled(sheets: Sequence[Sheet], machine: Grid, book: PlanBook) -> FileRead:
    """Read the one return of a filled-in spreadsheet."""
    faults: list[PlacedFault] = []
    told = [tuple(str(value) for value in row[:_MACHINE_COLUMNS]) for row in machine.rows]
    layout = _layout(told, book, faults)
    grid = next((sheet.grid for sheet in sheets if sheet.name == SHEET), None)
    if grid is None:
        says = (f"找不到“{SHEET}”工作表;请重新领取模板", f"the sheet {SHEET} is missing; take a new template")
        faults.append(placed(FaultCode.ALTERED_TEMPLATE, Place(), *says))
    for sheet in sheets:
        if sheet.name not in OWN_SHEETS and any(True for _ in sheet.grid.filled()):
            says_zh = "模板里多了一张有内容的工作表;请删去,或另存为单独的文件"
            says_en = "a sheet with content was added to the template; delete it, or save it as a file of its own"
            faults.append(placed(FaultCode.ALTERED_TEMPLATE, Place(sheet.name), says_zh, says_en))
    if layout is None or grid is None or faults:
        return FileRead(faults=tuple(faults))
    if altered := [*_altered_labels(layout, grid), *_strays(layout, grid)]:
        return FileRead(faults=tuple(altered))
    read = _Reading(layout, grid, faults).read()
    return FileRead((read,), tuple(faults))


def _layout(told: list[tuple[str, ...]], book: PlanBook, faults: list[PlacedFault]) -> Layout | None:
    """The layout that the hidden sheet speaks of, when all it says agrees with the plan."""
    values = {row[0]: row[1] for row in told if len(row) > 1 and row[0] not in {"cell", "row"}}
    view = book.view_of_form(values.get("form", ""))
    if MARK not in values or view is None:
        faults.append(
            _altered(Place(MACHINE_SHEET), f"没有报表 {values.get('form', '')!r}", "it names no form we know")
        )
        return None
    form = view.forms[values["form"]]
    if values.get("form_version") != str(form.version):
        version = values.get("form_version", "")
        says_zh = f"这是第 {version} 版模板,报表现为第 {form.version} 版;请领取新模板填报"
        says_en = f"a template of version {version}, the form is at version {form.version}; fill in a new template"
        faults.append(placed(FaultCode.WRONG_VERSION, Place(SHEET), says_zh, says_en))
        return None
    layout = _layout_for(view, values)
    ours = [] if layout is None else [_padded(row) for row in machine_rows(layout)]
    # The lists of answers stand beside and may reach further down.
    theirs = [row for row in map(_padded, told) if any(row)]
    if layout is None or theirs != ours:
        faults.append(
            _altered(Place(MACHINE_SHEET), "模板内部信息与方案不符", "its hidden sheet does not fit the plan")
        )
        return None
    return layout


def _layout_for(view: PlanView, values: dict[str, str]) -> Layout | None:
    unit = view.units.get(values.get("unit", ""))
    try:
        parse_period(values.get("period", ""))
    except PeriodFault:
        return None
    return None if unit is None else lay_out(view.forms[values["form"]], unit, values["period"], view.measures)


def _padded(row: Sequence[str]) -> tuple[str, ...]:
    return tuple((*row, *[""] * _MACHINE_COLUMNS)[:_MACHINE_COLUMNS])


def _altered_labels(layout: Layout, grid: Grid) -> Iterator[PlacedFault]:
    """A fault for each label that does not stand where it was written: lines were moved, or words changed."""
    for spot, names in layout.labels.items():
        found, wanted = read_text(_at(grid, spot)), shown(names)
        if "".join(found.split()) != "".join(wanted.split()):
            zh = f"应为 {names.zh!r},实为 {found[:_SHOWN_MAX]!r}"
            en = f"{names.en or names.zh!r} should stand here, found {found[:_SHOWN_MAX]!r}"
            yield _altered(grid.place(*spot), zh, en)


def _strays(layout: Layout, grid: Grid) -> Iterator[PlacedFault]:
    """A fault for each cell that holds something where nothing is read."""
    spots = {each.spot for each in layout.inputs} | set(layout.row_names.values()) | set(layout.labels) | {layout.note}
    header = {each.spot[0] for each in layout.header_inputs}
    for line, column, _ in grid.filled():
        is_ours = line == HINT_LINE or (column == NUMBER and line > HEADING_LINE)
        if (line, column) not in spots and not is_ours and not (column == HELP and line in header):
            says_zh = "此处不是填报格,内容不会被读取;请移到填报格或备注,或清空"
            says_en = "nothing is read from here; move it into an entry or the note, or empty the cell"
            yield placed(FaultCode.ALTERED_TEMPLATE, grid.place(line, column), says_zh, says_en)


class _Reading:
    """Reads the entries of one spreadsheet."""

    def __init__(self, layout: Layout, grid: Grid, faults: list[PlacedFault]) -> None:
        self._layout = layout
        self._grid = grid
        self._faults = faults
        self._cells: list[Cell] = []
        self._places: list[Place] = []

    def read(self) -> ReadReturn:
        """The return; faults of single cells are added beside."""
        layout = self._layout
        names = self._row_names()
        used = {each.spot[0] for each in layout.inputs if self._take(each, names.get(each.spot[0], each.row))}
        for line, name in names.items():
            if name and line not in used:
                says = (
                    "这一行只有编号,没有内容;请填写或清空",
                    "this row has a name and nothing else; fill or empty it",
                )
                self._fault(layout.row_names[line], NotRead(FaultCode.INCOMPLETE_ROW, *says))
        sent = Return(
            return_id="",
            form=layout.form.id,
            form_version=layout.form.version,
            unit=layout.unit.id,
            period=layout.period,
            cells=tuple(self._cells),
            note=read_text(_at(self._grid, layout.note)),
        )
        envelope = {
            "form": self._grid.place(TITLE_LINE, 1),
            "unit": self._grid.place(ABOUT_LINE, 1),
            "period": self._grid.place(ABOUT_LINE, CONTENT),
            "note": self._grid.place(*layout.note),
        }
        columns = {"row": ROW_NAME} if layout.row_names else {}
        return ReadReturn(sent, tuple(self._places), Place(SHEET), envelope, columns)

    def _row_names(self) -> dict[int, str]:
        """By line, what the reporter called the row; a name that stands twice is a fault."""
        rows = self._layout.form.rows
        names: dict[int, str] = {}
        first: dict[str, Spot] = {}
        if rows is None:
            return names
        for line, spot in self._layout.row_names.items():
            value = _at(self._grid, spot)
            name = "" if is_blank(value) else read_row(value, rows)
            if isinstance(name, NotRead):
                self._fault(spot, name)
                name = ""
            names[line] = name
            if name and first.setdefault(name, spot) != spot:
                says_zh = f"与 {cell_name(first[name])} 的编号相同;请并为一行或改正"
                says_en = f"the same name as in {cell_name(first[name])}; make one row of both, or correct it"
                self._fault(spot, NotRead(FaultCode.BAD_ROW, says_zh, says_en))
        return names

    def _take(self, each: Input, row: str) -> bool:
        """Take one entry; tells whether there was any."""
        value, odd = _at(self._grid, each.spot), self._grid.odd.get(each.spot)
        if is_blank(value) and odd in (None, Oddity.SHOWN_OTHERWISE):
            return False
        content = read_content(value, each.item, odd)
        if isinstance(content, NotRead):
            self._fault(each.spot, content)
            content = (None, "")
        number, text = content
        self._cells.append(Cell(item=each.item.id, value=number, text=text, row=row))
        self._places.append(self._grid.place(*each.spot))
        return True

    def _fault(self, spot: Spot, fault: NotRead) -> None:
        self._faults.append(placed(fault.code, self._grid.place(*spot), fault.says_zh, fault.says_en))


def _at(grid: Grid, spot: Spot) -> Value:
    line, column = spot
    row = grid.rows[line - 1] if line <= len(grid.rows) else ()
    return row[column - 1] if column <= len(row) else ""


def _altered(place: Place, zh: str, en: str) -> PlacedFault:
    mend_zh, mend_en = "请重新领取模板,把数填入", "take a new template and fill it in"
    return placed(FaultCode.ALTERED_TEMPLATE, place, f"{zh};{mend_zh}", f"{en}; {mend_en}")
