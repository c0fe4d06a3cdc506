"""Tables with one cell of a return on each line: what is taken, and every single thing that is refused."""

import datetime as dt
from collections.abc import Callable

import pytest

from plan.messages import Cell
from producers.files.model import FileRead
from tests.support.door_files import HEADINGS, csv_of, line_of, workbook_of

Told = Callable[..., list[tuple[str, str]]]
Read = Callable[..., FileRead]
ENGLISH = ("form", "form_version", "unit", "period", "item", "row", "value", "text", "measure", "note")


def test_ids_names_and_units_in_both_languages(read: Read) -> None:
    data = csv_of(
        line_of("coal", "12.5", measure="t"),
        line_of("电力", "１２", measure="万千瓦时", form="能源月报", unit="甲厂", period="2018年1月"),
        line_of("CIO", "", "有", unit="Mill A", form="Energy Monthly"),
        line_of("since", "", "2018年1月5日"),
        line_of("情况说明", "", "=HYPERLINK(1)", note="年底补报"),
    )
    found = read("x.csv", data)
    assert found.faults == ()
    (one,) = found.returns
    assert (one.sent.form, one.sent.form_version, one.sent.unit, one.sent.period) == ("energy", 2, "mill-a", "2018-01")
    assert one.sent.cells == (
        Cell(item="coal", value=12.5, unit="t"),
        Cell(item="power", value=12.0, unit="wan_kwh"),
        Cell(item="cio", text="yes"),
        Cell(item="since", text="2018-01-05"),
        Cell(item="remark", text="=HYPERLINK(1)"),
    )
    assert one.sent.note == "年底补报"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_delimiters_and_codings(read: Read, delimiter: str, coding: str) -> None:
    text = csv_of(line_of("情况说明", "", "新能源")).decode().replace(",", delimiter)
    found = read("x.csv", text.encode(coding))
    assert found.faults == ()
    assert found.returns[0].sent.cells == (Cell(item="remark", text="新能源"),)


def test_one_table_holds_several_returns(read: Read) -> None:
    data = csv_of(line_of(), line_of(period="2018-02"), line_of("power", "3"), line_of(unit="mill-b"), headings=ENGLISH)
    found = read("x.csv", data)
    told = [(each.sent.unit, each.sent.period, len(each.sent.cells), each.whole.line) for each in found.returns]
    assert told == [("mill-a", "2018-01", 2, 2), ("mill-a", "2018-02", 1, 3), ("mill-b", "2018-01", 1, 5)]


def test_rows_by_key_and_by_time(read: Read) -> None:
    head = {"version": "1"}
    data = csv_of(
        line_of("events", "1", form="events", unit="bureau", **head),
        line_of("event", "", "核发", form="events", unit="bureau", row="许A-1", **head),
        line_of("day", "", "2018/1/9", form="events", unit="bureau", row="许A-1", **head),
        line_of("有功电量", "5", form="meter", period="2018/1/31", row="0:15", **head),
    )
    found = read("x.csv", data)
    assert found.faults == ()
    assert [cell.row for each in found.returns for cell in each.sent.cells] == ["", "许A-1", "许A-1", "00:15"]
    assert found.returns[0].sent.cells[2].text == "2018-01-09"
    assert found.returns[1].sent.period == "2018-01-31"


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        (line_of(form="nothing"), "unknown_form", 1),
        (line_of(version="2.0.1"), "wrong_version", 2),
        (line_of(version=""), "wrong_version", 2),
        (line_of(version="1"), "wrong_version", 2),
        (line_of(unit="丙厂"), "unknown_unit", 3),
        (line_of(unit=""), "malformed", 3),
        (line_of(period="Jan-18"), "bad_period", 4),
        (line_of(period="2018-07"), "period_not_due", 4),
        (line_of("gold"), "unknown_item", 5),
        (line_of(row="A-1"), "bad_row", 6),
        (line_of(value=""), "malformed", 7),
        (line_of(value="-1"), "out_of_limits", 7),
        (line_of(value='"1,234"'), "ambiguous", 7),
        (line_of(value="twelve"), "malformed", 7),
        (line_of(value="1", text="one"), "wrong_type", 8),
        (line_of("staff", "1.5"), "wrong_type", 7),
        (line_of("cio", "1"), "wrong_type", 7),
        (line_of("cio", "", "maybe"), "unknown_code", 8),
        (line_of("since", "", "05/01/2018"), "bad_date", 8),
        (line_of("remark", "", "a\tb"), "bad_text", 8),
        (line_of("remark", "", "x" * 501), "text_too_long", 8),
        (line_of(measure="万吨"), "wrong_unit", 9),
        (line_of(measure="kwh"), "wrong_unit", 9),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_one_defect_is_told_at_its_place(told: Told, line: tuple[str, ...], code: str, column: int) -> None:
    found = told("x.csv", csv_of(line))
    assert (code, f"第2行第{column}列 line 2, column {column}") in found


def test_a_cell_given_twice(told: Told) -> None:
    assert told("x.csv", csv_of(line_of(), line_of(value="2"))) == [("repeated_item", "第3行第5列 line 3, column 5")]


def test_a_row_that_lacks_what_it_needs_and_a_count_that_is_wrong(told: Told) -> None:
    head = {"form": "events", "version": "1", "unit": "bureau"}
    data = csv_of(line_of("events", "3", **head), line_of("event", "", "核发", row="A-1", **head))
    assert told("x.csv", data) == [
        ("row_count", "第2行第7列 line 2, column 7"),
        ("incomplete_row", "第3行第6列 line 3, column 6"),
    ]


def test_what_only_follows_from_an_unreadable_cell_is_not_told(told: Told) -> None:
    head = {"form": "events", "version": "1", "unit": "bureau"}
    data = csv_of(line_of("events", "1", **head), line_of("evnt", "", "核发", row="A-1", **head))
    assert told("x.csv", data) == [("unknown_item", "第3行第5列 line 3, column 5")]


def test_every_fault_of_a_file_is_told_at_once(told: Told) -> None:
    data = csv_of(line_of(value='"1,5"'), line_of("gold"), line_of("share", "120"), line_of(period="2019-01"))
    assert [code for code, _ in told("x.csv", data)] == [
        "ambiguous",
        "unknown_item",
        "out_of_limits",
        "period_not_due",
        "future_period",
    ]


def test_every_fault_of_a_line_is_told_at_once(told: Told) -> None:
    assert told("x.csv", csv_of(line_of(unit="丙厂", period="2018/1/5", value='"1,5"', measure="斤"))) == [
        ("unknown_unit", "第2行第3列 line 2, column 3"),
        ("ambiguous", "第2行第7列 line 2, column 7"),
        ("wrong_unit", "第2行第9列 line 2, column 9"),
    ]


def test_a_sender_speaks_for_its_own_units_only(told: Told) -> None:
    data = csv_of(line_of(unit="mill-b"))
    assert told("x.csv", data) == [("not_authorised", "第2行第3列 line 2, column 3")]
    assert told("x.csv", data, "other") == []
    assert told("x.csv", csv_of(line_of()), "other") == [("not_authorised", "第2行第3列 line 2, column 3")]


@pytest.mark.parametrize(
    ("headings", "lines", "place"),
    [
        (("报表", "版本", "填报单位", "报告期", "数值"), [], "第1行 line 1"),
        (("报表", "版本", "填报单位", "报告期", "指标"), [], "第1行 line 1"),
        ((*HEADINGS, "备主"), [(*line_of(), "x")], "第1行第11列 line 1, column 11"),
        ((*HEADINGS[:-1], "数值"), [line_of()], "第1行第10列 line 1, column 10"),
        ((*HEADINGS[:-1], ""), [line_of(note="x")], "第2行第10列 line 2, column 10"),
        (HEADINGS, [(*line_of(), "x")], "第2行第11列 line 2, column 11"),
        (HEADINGS, [line_of()[:7]], "第2行 line 2"),
    ],
    ids=["no item", "no value", "unknown", "twice", "unnamed", "too long", "too short"],
)
def test_columns_that_do_not_fit(
    told: Told, headings: tuple[str, ...], lines: list[tuple[str, ...]], place: str
) -> None:
    assert ("bad_column", place) in told("x.csv", csv_of(*(lines or [line_of()[: len(headings)]]), headings=headings))


def test_a_wrong_heading_is_told_with_the_right_one(hand_in: Callable[..., object]) -> None:
    found = hand_in("x.csv", csv_of((*line_of(), ""), headings=(*HEADINGS, "备主")))
    assert "备注" in found.faults[0].fault.says_zh


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_cells"),
        (b"\r\n\r\n", "no_cells"),
        (csv_of(), "no_cells"),
        (b"hello world\r\n", "bad_column"),
        (csv_of(line_of(text='"never closed')), "not_readable"),
        (csv_of(line_of(text='"a"b"')), "not_readable"),
        (csv_of(line_of()).replace(b"mill-a", b"mill\x00a"), "not_readable"),
        (csv_of(line_of(text="x" * 200_000)), "not_readable"),
        (csv_of((*line_of(), *[""] * 1_000_000)), "too_large"),
        (b"x" * 20_000_001, "too_large"),
    ],
    ids=["empty", "blank", "headings only", "no table", "open quote", "bad quote", "nul", "huge field", "10^6 columns",
         "too large"],
)  # fmt: skip
def test_what_is_no_table(told: Told, data: bytes, code: str) -> None:
    assert [found for found, _ in told("x.csv", data)] == [code]


@pytest.mark.parametrize("name", ["x.docx", "x.xls", "x", ".csv", "x.xlsx", "x.pdf"])
def test_names_that_are_not_taken(told: Told, name: str) -> None:
    assert told(name, csv_of(line_of())) == [("not_readable", "文件 file")]


def test_old_and_locked_workbooks(told: Told) -> None:
    assert told("x.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 100) == [("not_readable", "文件 file")]


def test_a_table_in_a_workbook(read: Read) -> None:
    rows = [
        HEADINGS,
        ["energy", 2, "甲厂", dt.date(2018, 1, 1), "coal", None, 12.5, None, "吨", None],
        [],
        ["energy", 2, "甲厂", "2018-01", "staff", None, 7, None, None, None],
        ["energy", 2, "甲厂", "2018-01", "since", None, None, dt.date(2018, 1, 5), None, None],
        ["meter", 1, "甲厂", dt.date(2018, 1, 31), "energy", dt.time(0, 15), 5, None, None, None],
    ]
    found = read("x.xlsx", workbook_of({"一月": rows, "空": []}))
    assert found.faults == ()
    assert [(each.sent.form, each.sent.period, each.sent.cells) for each in found.returns] == [
        (
            "energy",
            "2018-01",
            (
                Cell(item="coal", value=12.5, unit="t"),
                Cell(item="staff", value=7.0),
                Cell(item="since", text="2018-01-05"),
            ),
        ),
        ("meter", "2018-01-31", (Cell(item="energy", value=5.0, row="00:15"),)),
    ]
    assert str(found.returns[0].cells[1]) == "一月!G4"


def test_odd_cells_of_a_workbook(told: Told) -> None:
    rows = [
        HEADINGS,
        ["energy", 2, "mill-a", "2018-01", "coal", None, "=1+1", None, None, None],
        ["energy", 2, "mill-a", "2018-01", "power", None, True, None, None, None],
        ["energy", 2, "mill-a", "2018-01", "change", None, dt.date(2018, 1, 5), None, None, None],
        ["events", 1, "bureau", "2018-01", "event", 9.14110007067886e17, None, "核发", None, None],
        ["energy", 2, "mill-a", dt.date(2018, 1, 5), "coal", None, 1, None, None, None],
        ["energy", "=1+1", "mill-a", "2018-01", "staff", None, 1, None, None, None],
    ]
    assert told("x.xlsx", workbook_of({"表": rows})) == [
        ("has_formula", "表!G2"),
        ("wrong_type", "表!G3"),
        ("wrong_type", "表!G4"),
        ("ambiguous", "表!F5"),
        ("bad_period", "表!D6"),
        ("has_formula", "表!B7"),
        ("wrong_version", "表!B7"),
    ]


def test_the_same_return_twice_in_a_workbook(told: Told) -> None:
    rows = [HEADINGS, ["energy", 2, "mill-a", "2018-01", "coal", None, 1, None, None, None]]
    assert told("x.xlsx", workbook_of({"a": rows, "b": rows})) == [("repeated_item", "b!2")]


def test_more_faults_than_a_person_can_use(told: Told) -> None:
    found = told("x.csv", csv_of(*[line_of("gold")] * 1_500))
    assert len(found) == 1_001
    assert found[-1] == ("more_faults", "文件 file")
