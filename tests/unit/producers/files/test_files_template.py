"""Templates: what they write the feed reads back, for every form of every plan; and what was tampered with is told."""

import datetime as dt
import io
import itertools
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import MergedCell

from plan.book import PlanBook
from plan.codes import ItemType, RowsBy
from plan.loader import load_plans
from plan.messages import Cell, Return
from plan.model import Form, Item, ReportingUnit
from producers.files.layout import LINES, Layout, cell_name, lay_out
from producers.files.model import FileRead
from producers.files.names import code_labels
from producers.files.reading import read_file
from producers.files.template import write_template
from tests.support.door_files import saved, workbook_of
from tests.support.door_plan import door_book

Filled = Callable[..., bytes]
Told = Callable[..., list[tuple[str, str]]]

BOOKS = (PlanBook(load_plans(Path("plan"))), door_book())
FORMS = [(book, form) for book in BOOKS for form in book.form_ids]


def entry(item: Item, number: int) -> tuple[object, Cell]:
    """What a person would put into the cell of an item, and the cell it becomes; others for other numbers."""
    match item.type:
        case ItemType.NUMBER | ItemType.INTEGER:
            low = 0 if item.minimum is None else int(item.minimum)
            high = low + 100 if item.maximum is None else int(item.maximum)
            value = low + number % max(high - low, 1)
            return value, Cell(item=item.id, value=float(value))
        case ItemType.CODE:
            code = item.codes[number % len(item.codes)]
            return code_labels(item)[code.id], Cell(item=item.id, text=code.id)
        case ItemType.DATE:
            day = dt.date(2018, 1, 1) + dt.timedelta(days=number % 300)
            return day, Cell(item=item.id, text=day.isoformat())
        case ItemType.TEXT:
            return f"说明 {number}", Cell(item=item.id, text=f"说明 {number}")


def fill(layout: Layout, template: bytes, rows: int) -> tuple[bytes, Return]:
    """Fill a template in by program; gives it with the return it has to become."""
    workbook = openpyxl.load_workbook(io.BytesIO(template), rich_text=True)
    sheet = workbook["填报"]
    names = {spot[0]: f"许-{number:03d}" for number, spot in enumerate(layout.row_names.values())}
    lines = list(layout.row_lines)[:rows]
    for line in lines if names else ():
        sheet[cell_name(layout.row_names[line])] = names[line]
    cells = []
    for number, each in enumerate(layout.inputs):
        if each.item.in_rows and each.spot[0] not in lines:
            continue
        value, cell = entry(each.item, number)
        if layout.form.rows is not None and each.item.id == layout.form.rows.count_item:
            value, cell = len(lines), Cell(item=each.item.id, value=float(len(lines)))
        sheet[cell_name(each.spot)] = value
        row = names.get(each.spot[0], each.row) if each.item.in_rows else ""
        cells.append(Cell(item=cell.item, value=cell.value, text=cell.text, row=row))
    sheet[cell_name(layout.note)] = "=按程序填写"
    sheet[cell_name(layout.note)].data_type = "s"
    sent = Return(
        return_id="",
        form=layout.form.id,
        form_version=layout.form.version,
        unit=layout.unit.id,
        period=layout.period,
        cells=tuple(cells),
        note="=按程序填写",
    )
    return saved(workbook), sent


def no_sdmx(_data: bytes, _book: object) -> FileRead:
    raise AssertionError("no SDMX here")


@pytest.mark.parametrize(("book", "form_id"), FORMS, ids=[form for _, form in FORMS])
def test_what_the_template_writes_the_feed_reads_back(book: PlanBook, form_id: str) -> None:
    view = book.view_of_form(form_id)
    assert view is not None
    form = view.forms[form_id]
    # A plan without its register has nobody on the roster of an enterprises' form: any unit shows the form.
    unit = view.units[min(view.roster_units(form), default=view.plan.units[0].id)]
    layout = lay_out(form, unit, form.calendar.periods[-1], view.measures)
    template = write_template(layout, view.measures)
    rows = len(layout.row_lines) if form.rows is not None and form.rows.by is RowsBy.TIME else 7
    data, sent = fill(layout, template, rows)
    found = read_file("x.xlsx", data, book, no_sdmx)
    assert [each.fault for each in found.faults] == []
    assert [each.sent for each in found.returns] == [sent]
    untouched = read_file("x.xlsx", template, book, no_sdmx)
    assert untouched.faults == ()
    assert untouched.returns[0].sent.cells == ()


def test_every_line_can_be_filled_in(book: PlanBook, layout_of: Callable[..., Layout]) -> None:
    layout = layout_of("events")
    view = book.view_of_form("events")
    assert view is not None
    data, sent = fill(layout, write_template(layout, view.measures), LINES)
    found = read_file("x.xlsx", data, book, no_sdmx)
    assert found.faults == ()
    assert found.returns[0].sent == sent


def test_nothing_to_report_is_a_return(hand_in: Callable[..., object], filled: Filled) -> None:
    found = hand_in("x.xlsx", filled("events", {"D5": 0}))
    assert found.faults == ()
    assert found.outgoing[0].sent.cells == (Cell(item="events", value=0.0),)


@pytest.mark.parametrize("form_id", ["energy", "events", "meter"])
def test_only_entries_are_unlocked_and_have_rules(
    form_id: str, filled: Filled, layout_of: Callable[..., Layout]
) -> None:
    layout = layout_of(form_id)
    workbook = openpyxl.load_workbook(io.BytesIO(filled(form_id, {})))
    sheet = workbook["填报"]
    entries = {cell_name(each.spot) for each in layout.inputs} | {cell_name(each) for each in layout.row_names.values()}
    cells = [cell for row in sheet.iter_rows() for cell in row if not isinstance(cell, MergedCell)]
    unlocked = {cell.coordinate for cell in cells if not cell.protection.locked}
    ruled = {
        cell.coordinate
        for rule in sheet.data_validations.dataValidation
        for span in rule.sqref.ranges
        for row in sheet[span.coord if ":" in span.coord else f"{span.coord}:{span.coord}"]
        for cell in row
    }
    assert sheet.protection.sheet
    assert unlocked == entries | {cell_name(layout.note)}
    assert ruled == entries
    assert sheet.freeze_panes is not None
    assert sheet.print_title_rows is not None
    assert sheet.page_setup.fitToWidth == 1
    assert workbook.sheetnames == ["填报", "填报说明", "_qingyu"]
    assert workbook["_qingyu"].sheet_state == "veryHidden"


def test_answers_are_picked_from_their_chinese_names(filled: Filled) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(filled("energy", {})))
    (rule,) = [rule for rule in workbook["填报"].data_validations.dataValidation if rule.type == "list"]
    name, _, area = rule.formula1.rpartition("!")
    assert [cell.value for (cell,) in workbook[name.strip("'")][area.replace("$", "")]] == ["有", "无"]
    assert str(rule.sqref) == "D10"


def test_limits_are_told_in_both_languages(filled: Filled) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(filled("energy", {})))
    (rule,) = [rule for rule in workbook["填报"].data_validations.dataValidation if str(rule.sqref) == "D7"]
    assert (rule.type, rule.formula1, rule.formula2) == ("decimal", "0", "100")
    assert "0 ~ 100" in rule.error
    assert "number" in rule.error
    assert "50,000" in workbook["填报"]["B5"].comment.text


def test_no_cell_of_ours_is_a_formula(filled: Filled) -> None:
    for form_id in ("energy", "events", "meter"):
        workbook = openpyxl.load_workbook(io.BytesIO(filled(form_id, {})))
        cells = itertools.chain.from_iterable(row for sheet in workbook.worksheets for row in sheet.iter_rows())
        assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []


def machine(change: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> Callable[[openpyxl.Workbook], None]:
    return lambda workbook: change(workbook["_qingyu"])


def set_cell(name: str, value: object, sheet: str = "填报") -> Callable[[openpyxl.Workbook], None]:
    def change(workbook: openpyxl.Workbook) -> None:
        workbook[sheet][name] = value

    return change


def remove(sheet: str) -> Callable[[openpyxl.Workbook], None]:
    return lambda workbook: workbook.remove(workbook[sheet])


def insert_line(workbook: openpyxl.Workbook) -> None:
    workbook["填报"].insert_rows(6)


def add_sheet(workbook: openpyxl.Workbook) -> None:
    workbook.create_sheet("另一张")["A1"] = 5


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (set_cell("B3", "1", "_qingyu"), "wrong_version", "填报"),
        (set_cell("B2", "nothing", "_qingyu"), "altered_template", "_qingyu"),
        (set_cell("B4", "mill-b", "_qingyu"), "altered_template", "填报!A2"),
        (set_cell("B4", "mill-x", "_qingyu"), "altered_template", "_qingyu"),
        (set_cell("B5", "2018-02", "_qingyu"), "altered_template", "填报!D2"),
        (set_cell("B5", "soon", "_qingyu"), "altered_template", "_qingyu"),
        (set_cell("B7", "D6", "_qingyu"), "altered_template", "_qingyu"),
        (set_cell("C7", "power", "_qingyu"), "altered_template", "_qingyu"),
        (set_cell("A20", "cell", "_qingyu"), "altered_template", "_qingyu"),
        (set_cell("B5", "电力"), "altered_template", "填报!B5"),
        (set_cell("C5", "万吨"), "altered_template", "填报!C5"),
        (set_cell("H40", "另外还有"), "altered_template", "填报!H40"),
        (insert_line, "altered_template", "填报!B6"),
        (add_sheet, "altered_template", "另一张"),
        (remove("填报"), "altered_template", "文件 file"),
        (remove("_qingyu"), "bad_column", "填报!A1"),
    ],
    ids=["version", "form", "unit", "no unit", "period", "no period", "map", "map item", "map more", "label", "measure",
         "outside", "inserted", "sheet", "no sheet", "no machine sheet"],
)  # fmt: skip
def test_a_tampered_template_is_told(
    told: Told, filled: Filled, change: Callable[[openpyxl.Workbook], None], code: str, place: str
) -> None:
    assert (code, place) in told("x.xlsx", filled("energy", {"D5": 1}, change))


def test_a_template_for_a_unit_the_sender_may_not_speak_for(book: PlanBook, told: Told) -> None:
    view = book.view_of_form("energy")
    assert view is not None
    layout = lay_out(view.forms["energy"], view.units["mill-b"], "2018-01", view.measures)
    data, _ = fill(layout, write_template(layout, view.measures), 0)
    assert told("x.xlsx", data) == [("not_authorised", "填报!A2")]


@pytest.mark.parametrize(
    ("form_id", "cells", "expected"),
    [
        ("energy", {}, [("no_cells", "填报")]),
        ("energy", {"D5": "=1+1"}, [("has_formula", "填报!D5")]),
        ("energy", {"D5": "1,234"}, [("ambiguous", "填报!D5")]),
        ("energy", {"D7": 120}, [("out_of_limits", "填报!D7")]),
        ("energy", {"D9": 1.5}, [("wrong_type", "填报!D9")]),
        ("energy", {"D10": "也许"}, [("unknown_code", "填报!D10")]),
        ("energy", {"D11": "去年"}, [("bad_date", "填报!D11")]),
        ("energy", {"D5": 1, "C13": "x" * 501}, [("text_too_long", "填报!C13")]),
        ("events", {"D5": 1, "B10": "许-1", "C10": "核发"}, [("incomplete_row", "填报!B10")]),
        ("events", {"D5": 0, "B10": "许-1"}, [("incomplete_row", "填报!B10")]),
        ("events", {"D5": 1, "C10": "核发", "D10": dt.date(2018, 1, 5)},
         [("bad_row", "填报!B10"), ("row_count", "填报!D5")]),
        ("events", {"D5": 2, "B10": "许-1", "C10": "核发", "D10": dt.date(2018, 1, 5), "B11": "许-1", "F11": "火电"},
         [("bad_row", "填报!B11")]),
        ("events", {"D5": 1, "B10": "a b?", "C10": "核发", "D10": dt.date(2018, 1, 5)}, [("bad_row", "填报!B10")]),
        ("meter", {"D8": "正常"}, [("incomplete_row", "填报!D8")]),
    ],
)  # fmt: skip
def test_one_defect_of_an_entry_is_told_at_its_cell(
    told: Told, filled: Filled, form_id: str, cells: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    found = told("x.xlsx", filled(form_id, cells))
    assert set(expected) <= set(found)


def test_per_cent_typed_into_a_cell_is_told(told: Told, filled: Filled) -> None:
    def as_per_cent(workbook: openpyxl.Workbook) -> None:
        workbook["填报"]["D7"].number_format = "0%"

    assert told("x.xlsx", filled("energy", {"D5": 1, "D7": 0.05}, as_per_cent)) == [("ambiguous", "填报!D7")]


def test_hidden_sheets_with_content_are_told(told: Told) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(workbook_of({"a": [["x"]], "b": [["y"]]})))
    workbook["b"].sheet_state = "hidden"
    assert ("unsafe_file", "b") in told("x.xlsx", saved(workbook))


def test_units_without_english_names_and_long_labels(book: PlanBook) -> None:
    """Labels that are alike in both languages stand once, and are found again."""
    view = book.view_of_form("energy")
    assert view is not None
    form: Form = view.forms["energy"]
    unit = ReportingUnit(id="mill-a", names=view.units["mill-a"].names, area="city")
    layout = lay_out(form, unit, "2018-02", view.measures)
    data, sent = fill(layout, write_template(layout, view.measures), 0)
    assert read_file("x.xlsx", data, book, no_sdmx).returns[0].sent == sent
