"""Reports beside refused files: every faulty cell marked, everything inert, and mending by them works."""

import io
from collections.abc import Callable

import openpyxl
import pytest

from producers.files.door import Examined
from producers.files.look import FAULT_FILL, NO_FILL
from producers.files.marks import fault_text, marked_copy
from producers.files.template import AUTHOR
from tests.support.door_files import HEADINGS, changed_parts, csv_of, line_of, saved, workbook_of

HandIn = Callable[..., Examined]
Filled = Callable[..., bytes]


def marked(data: bytes, found: Examined) -> openpyxl.Workbook:
    copy = marked_copy(data, found.faults)
    assert copy is not None
    return openpyxl.load_workbook(io.BytesIO(copy), rich_text=True)


def marks(workbook: openpyxl.Workbook, sheet: str) -> set[str]:
    return {cell.coordinate for row in workbook[sheet].iter_rows() for cell in row if cell.fill == FAULT_FILL}


def test_faulty_cells_are_red_and_say_why_in_both_languages(hand_in: HandIn, filled: Filled) -> None:
    data = filled("energy", {"D5": "1,234", "D7": 120, "D6": 3})
    copy = marked(data, hand_in("x.xlsx", data))
    assert marks(copy, "填报") == {"D5", "D7"}
    comment = copy["填报"]["D5"].comment
    assert comment.author == AUTHOR
    assert "千位分隔" in comment.text
    assert "thousands" in comment.text
    assert copy.sheetnames[0] == "错误清单"
    assert [copy["错误清单"].cell(line, 2).value for line in (5, 6)] == ["填报!D5", "填报!D7"]
    assert copy["错误清单"]["B5"].hyperlink.location == "'填报'!D5" or "D5" in str(
        copy["错误清单"]["B5"].hyperlink.target
    )


def test_mending_the_marked_cells_is_enough(hand_in: HandIn, filled: Filled) -> None:
    data = filled("energy", {"D5": "1,234", "D7": 120, "D6": 3})
    copy = marked(data, hand_in("x.xlsx", data))
    copy["填报"]["D5"] = 1234
    copy["填报"]["D7"] = 12
    found = hand_in("x.xlsx", saved(copy))
    assert found.faults == ()
    assert [(cell.item, cell.value) for cell in found.outgoing[0].sent.cells] == [
        ("coal", 1234.0),
        ("power", 3.0),
        ("share", 12.0),
    ]


def test_what_was_mended_is_no_longer_marked_the_second_time(hand_in: HandIn, filled: Filled) -> None:
    data = filled("energy", {"D5": "1,234", "D7": 120})
    copy = marked(data, hand_in("x.xlsx", data))
    copy["填报"]["D5"] = 1234
    again = saved(copy)
    second = marked(again, hand_in("x.xlsx", again))
    assert marks(second, "填报") == {"D7"}
    assert second["填报"]["D5"].comment is None
    assert second["填报"]["D5"].fill.fgColor.rgb == "00FFF8DC"
    assert second.sheetnames.count("错误清单") == 1


def test_a_table_in_a_workbook_is_marked_and_mended_too(hand_in: HandIn) -> None:
    rows = [HEADINGS, ["energy", 2, "甲厂", "2018-01", "coal", None, "=1+1", None, "吨", None]]
    data = workbook_of({"表": rows})
    copy = marked(data, hand_in("x.xlsx", data))
    assert marks(copy, "表") == {"G2"}
    copy["表"]["G2"] = 2
    mended = saved(copy)
    assert hand_in("x.xlsx", mended).faults == ()
    copy["表"]["G2"] = -2
    again = saved(copy)
    assert marks(marked(again, hand_in("x.xlsx", again)), "表") == {"G2"}


def test_everything_in_a_report_is_inert(hand_in: HandIn) -> None:
    rows = [
        HEADINGS,
        ["energy", 2, "甲厂", "2018-01", "=cmd|' /C calc'!A1", None, "=1+1", None, None, None],
        ["energy", 2, "甲厂", "2018-01", "remark", 5, None, "+1+1", None, "-2"],
    ]
    book = openpyxl.load_workbook(io.BytesIO(workbook_of({"表": rows})))
    book["表"]["H3"].data_type = "s"
    book["表"]["A3"].hyperlink = "http://evil.example/"
    data = saved(book)
    copy = marked(data, hand_in("x.xlsx", data))
    cells = [cell for sheet in copy.worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert copy["表"]["G2"].value == "=1+1"
    assert copy["表"]["G2"].quotePrefix
    assert copy["表"]["A3"].hyperlink is None


def test_the_mark_of_a_merged_cell_is_on_the_cell_people_see(hand_in: HandIn, filled: Filled) -> None:
    data = filled("energy", {"D5": 1, "C13": "x" * 501})
    copy = marked(data, hand_in("x.xlsx", data))
    assert "C13" in marks(copy, "填报")


def test_marks_of_the_reporter_stay(hand_in: HandIn) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_of({"表": [HEADINGS, line_of("gold")]})))
    book["表"]["A2"].fill = FAULT_FILL
    data = saved(book)
    copy = marked(data, hand_in("x.xlsx", data))
    assert marks(copy, "表") == {"A2", "E2"}
    assert copy["表"]["B2"].fill == NO_FILL


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        changed_parts(workbook_of({"a": [["x"]]}), lambda parts: parts.update({"xl/vbaProject.bin": b"x"})),
        changed_parts(workbook_of({"a": [["x"]]}), lambda parts: parts.update({"xl/styles.xml": b"<broken"})),
    ],
    ids=["damaged", "macro", "broken styles"],
)
def test_what_is_not_opened_gets_no_copy(hand_in: HandIn, data: bytes) -> None:
    found = hand_in("x.xlsx", data)
    assert found.faults
    assert marked_copy(data, found.faults) is None


@pytest.mark.parametrize(
    "ranges",
    [
        b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        b'<mergeCells><mergeCell ref="$A$1:$XFD$1048576"/></mergeCells>',
        b'<hyperlinks><hyperlink ref="XFD1048576:A1" location="x"/></hyperlinks>',
        b"<mergeCells>" + b"<mergeCell ref='A1:J40000'/>" * 10 + b"</mergeCells>",
    ],
)
def test_ranges_that_would_take_hours_to_copy(hand_in: HandIn, ranges: bytes) -> None:
    def add(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace(b"</sheetData>", b"</sheetData>" + ranges)

    data = changed_parts(workbook_of({"a": [["x"]]}), add)
    found = hand_in("x.xlsx", data)
    assert found.faults
    assert marked_copy(data, found.faults) is None


def test_faults_as_a_text(hand_in: HandIn) -> None:
    found = hand_in("能源 一月.csv", csv_of(line_of(value='"1,234"')))
    text = fault_text("能源 一月.csv", found.faults)
    assert "文件 file: 能源 一月.csv" in text
    assert "1. 第2行第7列 line 2, column 7  [ambiguous]" in text
    assert "千位分隔" in text
