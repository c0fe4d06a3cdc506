"""The spreadsheet of a form, written for a person to fill in."""

import io
from collections.abc import Mapping

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from plan.codes import ItemType
from plan.model import Item, Names, UnitOfMeasure
from producers.files.guide import checks, help_of, item_rows, limits, plausible, steps
from producers.files.layout import (  # fmt: skip
    ABOUT_LINE,
    CONTENT,
    FIRST_ITEM,
    GUIDE_SHEET,
    HEADING_LINE,
    HELP,
    HINT_LINE,
    LABEL,
    MACHINE_SHEET,
    MEASURE,
    NUMBER,
    ROW_NAME,
    SHEET,
    TITLE_LINE,
    Input,
    Layout,
    Spot,
    machine_rows,
    shown,
)
from producers.files.look import (  # fmt: skip
    BOLD,
    BOX,
    CENTRE,
    DARK_FILL,
    ENTRY_FILL,
    LEFT,
    ON_DARK,
    OPEN,
    PALE_FILL,
    PLAIN,
    RIGHT,
    SMALL,
    TITLE,
    height_for,
    write_names,
    write_text,
)
from producers.files.validation import add_validations

_HINT = Names(
    zh="只填浅黄色格;填写要求见“填报说明”,点选格子也有提示。",
    en="Fill in the tinted cells only; the sheet 填报说明 explains them, and so does each cell when picked.",
)
_FORMATS = {
    ItemType.NUMBER: "General",
    ItemType.INTEGER: "#,##0",
    ItemType.CODE: "@",
    ItemType.TEXT: "@",
    ItemType.DATE: "yyyy-mm-dd",
}
_TEXT_FORMAT = "@"
_LINE_HEIGHT, _NAME_HEIGHT, _TITLE_HEIGHT, _SPACER_HEIGHT = 20.0, 32.0, 44.0, 8.0
_COLUMN, _TEXT_COLUMN, _LABEL_COLUMN, _HELP_COLUMN = 20, 36, 32, 52
_GUIDE_COLUMNS = (32, 40, 20, 16, 24, 24, 48)
_A4 = 9
_WIDE = 6
"""From so many columns on a page is turned on its side."""
AUTHOR = "晴雨 Qingyu"


def write_template(layout: Layout, measures: Mapping[str, UnitOfMeasure]) -> bytes:
    """The spreadsheet as the bytes of an xlsx."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    _write_top(sheet, layout)
    _write_header_items(sheet, layout)
    _write_table(sheet, layout)
    _write_guide(book.create_sheet(GUIDE_SHEET), layout, measures)
    machine = book.create_sheet(MACHINE_SHEET)
    for row in machine_rows(layout):
        machine.append(row)
    add_validations(sheet, machine, layout)
    machine.sheet_state = "veryHidden"
    _set_up_page(sheet, layout)
    book.properties.creator = AUTHOR
    book.properties.title = layout.form.names.zh
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _write_top(sheet: Worksheet, layout: Layout) -> None:
    last = get_column_letter(layout.columns)
    sheet.merge_cells(f"A{TITLE_LINE}:{last}{TITLE_LINE}")
    sheet.merge_cells(f"A{ABOUT_LINE}:{get_column_letter(MEASURE)}{ABOUT_LINE}")
    sheet.merge_cells(f"{get_column_letter(CONTENT)}{ABOUT_LINE}:{last}{ABOUT_LINE}")
    sheet.merge_cells(f"A{HINT_LINE}:{last}{HINT_LINE}")
    for spot, font, alignment in (
        ((TITLE_LINE, 1), TITLE, CENTRE),
        ((ABOUT_LINE, 1), BOLD, LEFT),
        ((ABOUT_LINE, CONTENT), BOLD, LEFT),
    ):
        cell = sheet.cell(*spot)
        cell.font, cell.alignment = font, alignment
        write_names(cell, layout.labels[spot])
    hint = sheet.cell(HINT_LINE, 1)
    hint.font, hint.alignment = SMALL, LEFT
    write_names(hint, _HINT)
    sheet.row_dimensions[TITLE_LINE].height = _TITLE_HEIGHT
    for line in (ABOUT_LINE, HINT_LINE):
        sheet.row_dimensions[line].height = _NAME_HEIGHT


def _write_header_items(sheet: Worksheet, layout: Layout) -> None:
    inputs = layout.header_inputs
    if inputs:
        if layout.columns > HELP:
            sheet.merge_cells(
                start_row=HEADING_LINE, end_row=HEADING_LINE, start_column=HELP, end_column=layout.columns
            )
        for at in range(NUMBER, HELP + 1):
            _heading(sheet, (HEADING_LINE, at), layout.labels[HEADING_LINE, at])
        sheet.row_dimensions[HEADING_LINE].height = _NAME_HEIGHT
    for number, each in enumerate(inputs, start=1):
        line = each.spot[0]
        _framed(sheet, (line, NUMBER), str(number))
        _label(sheet, (line, LABEL), each.item.names, each.item)
        _label(sheet, (line, MEASURE), layout.labels.get((line, MEASURE)))
        _entry(sheet, each)
        if layout.columns > HELP:
            sheet.merge_cells(start_row=line, end_row=line, start_column=HELP, end_column=layout.columns)
        told = sheet.cell(line, HELP)
        told.font, told.alignment, told.border = SMALL, LEFT, BOX
        write_names(told, help_of(each.item))
        wide = _HELP_COLUMN if layout.columns == HELP else _HELP_COLUMN + _COLUMN
        sheet.row_dimensions[line].height = height_for(
            (shown(each.item.names), _LABEL_COLUMN), (shown(help_of(each.item)), wide)
        )
    line, column = layout.note
    _label(sheet, (line, LABEL), layout.labels[line, LABEL])
    sheet.merge_cells(start_row=line, end_row=line, start_column=column, end_column=layout.columns)
    note = sheet.cell(line, column)
    note.protection, note.fill, note.border, note.alignment, note.font = OPEN, ENTRY_FILL, BOX, LEFT, PLAIN
    note.number_format = _TEXT_FORMAT
    sheet.row_dimensions[line].height = _NAME_HEIGHT


def _write_table(sheet: Worksheet, layout: Layout) -> None:
    lines = layout.row_lines
    if not lines:
        return
    heading, units = lines.start - 2, lines.start - 1
    in_rows = [item for item in layout.form.items if item.in_rows]
    last = FIRST_ITEM + len(in_rows)
    for at in range(NUMBER, last):
        _heading(sheet, (heading, at), layout.labels[heading, at])
        unit = sheet.cell(units, at)
        unit.fill, unit.border, unit.font, unit.alignment = PALE_FILL, BOX, SMALL, CENTRE
        if (units, at) in layout.labels:
            write_names(unit, layout.labels[units, at])
    for at, item in enumerate(in_rows, start=FIRST_ITEM):
        _comment(sheet, (heading, at), item)
    sheet.row_dimensions[heading].height = height_for(*((shown(item.names), _COLUMN) for item in in_rows))
    sheet.row_dimensions[units].height = _NAME_HEIGHT
    sheet.row_dimensions[heading - 1].height = _SPACER_HEIGHT
    for number, line in enumerate(lines, start=1):
        _framed(sheet, (line, NUMBER), str(number))
        name = sheet.cell(line, ROW_NAME)
        name.border, name.font, name.alignment, name.number_format = BOX, PLAIN, CENTRE, _TEXT_FORMAT
        if line in layout.row_names:
            name.protection, name.fill, name.alignment = OPEN, ENTRY_FILL, LEFT
        else:
            write_text(name, layout.labels[line, ROW_NAME].zh)
            name.fill = PALE_FILL
        sheet.row_dimensions[line].height = _LINE_HEIGHT
    for each in layout.inputs:
        if each.item.in_rows:
            _entry(sheet, each)


def _write_guide(sheet: Worksheet, layout: Layout, measures: Mapping[str, UnitOfMeasure]) -> None:
    for at, width in enumerate(_GUIDE_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    title = sheet.cell(1, 1)
    title.font = TITLE
    write_names(title, Names(zh=f"填报说明:{layout.form.names.zh}", en=""))
    line = 3
    for number, step in enumerate(steps(layout), start=1):
        line = _guide_line(sheet, line, Names(zh=f"{number}. {step.zh}", en=step.en))
    line += 1
    for at, heading in enumerate(("指标", "Item", "填什么", "计量单位", "允许范围", "一般范围", "可选项"), start=1):
        _heading(sheet, (line, at), Names(zh=heading, en=""))
    for row in item_rows(layout.form, measures):
        line += 1
        for at, text in enumerate(row, start=1):
            _framed(sheet, (line, at), text)
            sheet.cell(line, at).alignment = LEFT
        sheet.row_dimensions[line].height = height_for(*zip(row, _GUIDE_COLUMNS, strict=True))
    line += 2
    for number, check in enumerate(checks(layout.form), start=1):
        line = _guide_line(sheet, line, Names(zh=f"审核 {number}. {check.zh}", en=check.en))
    sheet.protection.enable()
    sheet.sheet_view.showGridLines = False
    _fit(sheet, is_wide=True)


def _guide_line(sheet: Worksheet, line: int, names: Names) -> int:
    sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=7)
    cell = sheet.cell(line, 1)
    cell.font, cell.alignment = PLAIN, LEFT
    write_names(cell, names)
    sheet.row_dimensions[line].height = _NAME_HEIGHT
    return line + 1


def _set_up_page(sheet: Worksheet, layout: Layout) -> None:
    is_table = bool(layout.row_lines)
    widths = {
        NUMBER: 6,
        LABEL: _LABEL_COLUMN,
        MEASURE: 18,
        CONTENT: _COLUMN,
        HELP: _COLUMN if is_table else _HELP_COLUMN,
    }
    for at in range(1, layout.columns + 1):
        sheet.column_dimensions[get_column_letter(at)].width = widths.get(at, _COLUMN)
    for at, item in enumerate((each for each in layout.form.items if each.in_rows), start=FIRST_ITEM):
        if item.type is ItemType.TEXT:
            sheet.column_dimensions[get_column_letter(at)].width = _TEXT_COLUMN
    sheet.freeze_panes = sheet.cell(layout.frozen + 1, FIRST_ITEM if is_table else 1)
    sheet.protection.enable()
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.sheet_view.showGridLines = False
    sheet.print_area = f"A1:{get_column_letter(layout.columns)}{layout.last_line}"
    sheet.print_title_rows = f"1:{layout.frozen}"
    sheet.oddFooter.left.text = f"{layout.form.id} v{layout.form.version}  {layout.unit.id}  {layout.period}"
    sheet.oddFooter.right.text = "第 &P 页,共 &N 页"
    _fit(sheet, is_wide=layout.columns >= _WIDE)


def _fit(sheet: Worksheet, *, is_wide: bool) -> None:
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if is_wide else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.2, footer=0.3)


def _heading(sheet: Worksheet, spot: Spot, names: Names) -> None:
    cell = sheet.cell(*spot)
    cell.fill, cell.font, cell.alignment, cell.border = DARK_FILL, ON_DARK, CENTRE, BOX
    write_names(cell, names, is_light=True)


def _framed(sheet: Worksheet, spot: Spot, text: str) -> None:
    cell = sheet.cell(*spot)
    cell.font, cell.alignment, cell.border = PLAIN, CENTRE, BOX
    write_text(cell, text)


def _label(sheet: Worksheet, spot: Spot, names: Names | None, item: Item | None = None) -> None:
    cell = sheet.cell(*spot)
    cell.font, cell.alignment, cell.border, cell.fill = PLAIN, LEFT, BOX, PALE_FILL
    if names is not None:
        write_names(cell, names)
    if item is not None:
        _comment(sheet, spot, item)


def _comment(sheet: Worksheet, spot: Spot, item: Item) -> None:
    """A note on the cell that names an item, where there is more to know than its unit."""
    if limits(item) or plausible(item) or item.required:
        told = help_of(item)
        note = Comment(f"{item.names.zh}:{told.zh}\n{item.names.en}: {told.en}", AUTHOR)
        note.width, note.height = 320, 110
        sheet.cell(*spot).comment = note


def _entry(sheet: Worksheet, each: Input) -> None:
    cell = sheet.cell(*each.spot)
    cell.protection, cell.fill, cell.border, cell.font = OPEN, ENTRY_FILL, BOX, PLAIN
    cell.alignment = RIGHT if each.item.type.is_numeric else LEFT
    cell.number_format = _FORMATS[each.item.type]
