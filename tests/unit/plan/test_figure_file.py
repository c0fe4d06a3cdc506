"""The figures file: one bad file per defect, what a good one gives, and what was known on a day."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

import pytest

from plan import figure_table
from plan.figure_faults import Defect, FiguresFileRefused, Tale
from plan.figure_file import read_figures
from plan.messages import Bound, ObservationStatus, Verdict
from tests.support.figures_plan import figures_view

_HEAD = "indicator,area,period,value,unit"
_LONG = f"{_HEAD},published_at,revision,source,status,bound"
_GOOD = "coal,city,2017,20,wan_t"


class _Bad(NamedTuple):
    """A file with one fault: its place, and key parts of what is said about it."""

    name: str
    file: str
    place: tuple[int, str]
    defect: Defect
    zh: str
    en: str


_BAD = (
    _Bad("empty", "", (1, "file"), Defect.EMPTY, "没有内容", "write headings"),
    _Bad("headings only", f"{_HEAD}\n", (1, "file"), Defect.EMPTY, "只有列名", "headings only"),
    _Bad(
        "semicolons",
        f"{_HEAD}\n{_GOOD}\n".replace(",", ";"),
        (1, "file"),
        Defect.WRONG_DELIMITER,
        "各列用分号分隔;请在表格软件中另存为“CSV UTF-8(逗号分隔)”",
        "separated by semicolons; save the file as “CSV UTF-8 (comma delimited)”",
    ),
    _Bad(
        "tabs, in Chinese",
        '\r\n指标\t地区\t报告期\t"数值"\t单位\r\ncoal\tcity\t2017\t"20,5\twan_t\r\n',
        (2, "file"),
        Defect.WRONG_DELIMITER,
        "制表符",
        "tabs",
    ),
    _Bad(
        "no heading",
        f"{_HEAD},,\n{_GOOD},,\n{_GOOD},,x\n{_GOOD},,y\n",
        (3, "column 7"),
        Defect.UNNAMED_COLUMN,
        "第 7 列没有列名,却有内容(2 行,第 3 行起);写上列名,或清空这一列",
        "column 7 has no heading but holds something (2 lines, the first is 3); name it, or empty the column",
    ),
    _Bad("open quote", f'{_HEAD}\n{_GOOD}\n"coal,city\n', (3, "file"), Defect.NOT_CSV, "引号", "quotation marks"),
    _Bad("nul", f"{_HEAD}\n{_GOOD}\0\n", (2, "file"), Defect.NOT_CSV, "空字符", "NUL"),
    _Bad(
        "missing",
        "indicator,area,period,value\ncoal,city,2017,20\n",
        (1, "unit"),
        Defect.MISSING_COLUMN,
        "单位",
        "missing",
    ),
    _Bad(
        "unknown", f"{_HEAD},sorce\n{_GOOD},x\n", (1, "sorce"), Defect.UNKNOWN_COLUMN, "source", "did you mean source?"
    ),
    _Bad("repeated", f"{_HEAD},unit\n{_GOOD},t\n", (1, "unit"), Defect.REPEATED_COLUMN, "两次", "twice"),
    _Bad("width", f"{_HEAD}\n{_GOOD},x\n", (2, "row"), Defect.WRONG_WIDTH, "有 6 格,应为 5 格", "6 cells, 5"),
    _Bad("long", f"{_HEAD},source\n{_GOOD},{'x' * 501}\n", (2, "source"), Defect.TEXT_TOO_LONG, "500", "500"),
    _Bad(
        "indicator",
        f"{_HEAD}\ncole,city,2017,20,wan_t\n",
        (2, "indicator"),
        Defect.UNKNOWN_INDICATOR,
        "是否指 coal, closed。已有:coal, coal-change, closed, share",
        "did you mean coal, closed?; known: coal, coal-change, closed, share",
    ),
    _Bad(
        "area",
        f"{_HEAD}\ncoal,东县,2017,20,wan_t\n",
        (2, "area"),
        Defect.UNKNOWN_AREA,
        "是否指 east。已有:city, east",
        "did you mean east?; known: city, east",
    ),
    _Bad(
        "period", f"{_HEAD}\ncoal,city,2017-13,20,wan_t\n", (2, "period"), Defect.BAD_PERIOD, "不是报告期", "01 to 12"
    ),
    _Bad(
        "no period", f"{_HEAD}\ncoal,city,2017年,20,wan_t\n", (2, "period"), Defect.BAD_PERIOD, "2017-H1", "write 2017"
    ),
    _Bad(
        "too late",
        f"{_HEAD}\ncoal,city,2021,20,wan_t\n",
        (2, "period"),
        Defect.PERIOD_OUTSIDE_PLAN,
        "不在方案期内(2011 年起,2020-12-31 止)",
        "outside the plan (2011 to 2020-12-31)",
    ),
    _Bad(
        "a month for a year to date",
        f"{_HEAD}\nclosed,city,2017-06,3,mine\n",
        (2, "period"),
        Defect.NOT_FROM_JANUARY,
        "请填 2017-01..06 的累计数",
        "give the total of 2017-01..06",
    ),
    _Bad("too early", f"{_HEAD}\ncoal,city,2010,20,wan_t\n", (2, "period"), Defect.PERIOD_OUTSIDE_PLAN, "2011", "2011"),
    _Bad("nan", f"{_HEAD}\ncoal,city,2017,NaN,wan_t\n", (2, "value"), Defect.NOT_A_NUMBER, "不是数", "not a number"),
    _Bad(
        "infinite", f"{_HEAD}\ncoal,city,2017,inf,wan_t\n", (2, "value"), Defect.NOT_A_NUMBER, "不是数", "not a number"
    ),
    _Bad(
        "blank",
        f"{_HEAD}\ncoal,city,2017,,wan_t\n",
        (2, "value"),
        Defect.NOT_A_NUMBER,
        "删去这一行",
        "leave the line out",
    ),
    _Bad(
        "thousands",
        f'{_HEAD}\ncoal,city,2017,"1,000",wan_t\n',
        (2, "value"),
        Defect.NOT_A_NUMBER,
        "千分位",
        "thousands",
    ),
    _Bad("with unit", f"{_HEAD}\nshare,city,2017,45%,pct\n", (2, "value"), Defect.NOT_A_NUMBER, "%", "%"),
    _Bad("wide digits", f"{_HEAD}\ncoal,city,2017,２０,wan_t\n", (2, "value"), Defect.NOT_A_NUMBER, "不是数", "digits"),
    _Bad(
        "enormous",
        f"{_HEAD}\ncoal,city,2017,1000000000000000000,wan_t\n",
        (2, "value"),
        Defect.NOT_A_NUMBER,
        "不是数",
        "not a number",
    ),
    _Bad(
        "exponent",
        f"{_HEAD}\ncoal,city,2017,1.5E+05,wan_t\n",
        (2, "value"),
        Defect.NOT_A_NUMBER,
        "请把各位数字写全,不用科学计数法",
        "write the digits out, without an exponent",
    ),
    _Bad(
        "unit",
        f"{_HEAD}\ncoal,city,2017,20,万吨\n",
        (2, "unit"),
        Defect.UNKNOWN_UNIT,
        "是否指 wan_t;本指标用 wan_t",
        "did you mean wan_t?; this indicator is in wan_t",
    ),
    _Bad(
        "other unit",
        f"{_HEAD}\ncoal,city,2017,20,mine\n",
        (2, "unit"),
        Defect.NOT_CONVERTIBLE,
        "不知道 mine 怎样换算成 wan_t",
        "cannot turn mine into wan_t; give it in wan_t",
    ),
    _Bad(
        "rate for level",
        f"{_HEAD}\ncoal,city,2017,20,pct\n",
        (2, "unit"),
        Defect.RATE_FOR_LEVEL,
        "请填数量",
        "give the amount",
    ),
    _Bad(
        "permille for level",
        f"{_HEAD}\ncoal,city,2017,2,permille\n",
        (2, "unit"),
        Defect.RATE_FOR_LEVEL,
        "数量",
        "amount",
    ),
    _Bad(
        "level for rate",
        f"{_HEAD}\ncoal-change,city,2017,20,wan_t\n",
        (2, "unit"),
        Defect.LEVEL_FOR_RATE,
        "请填增减率",
        "give the change",
    ),
    _Bad(
        "over its limit",
        f"{_HEAD}\nshare,city,2017,1001,permille\n",
        (2, "value"),
        Defect.OUT_OF_LIMITS,
        "1001 permille 超出本指标的界限 0..100 pct",
        "limits 0..100 pct; check value and unit",
    ),
    _Bad(
        "date",
        f"{_HEAD},published_at\n{_GOOD},31.1.2018\n",
        (2, "published_at"),
        Defect.BAD_DATE,
        "2018-01-31",
        "write 2018-01-31",
    ),
    _Bad(
        "date before",
        f"{_HEAD},published_at\n{_GOOD},2017-12-30\n",
        (2, "published_at"),
        Defect.BAD_DATE,
        "报告期 2017 尚未结束;请核对报告期",
        "published before the period 2017 ended: is the period right?",
    ),
    _Bad(
        "revision",
        f"{_HEAD},revision\n{_GOOD},first\n",
        (2, "revision"),
        Defect.BAD_REVISION,
        "0、1、2",
        "write 0, 1, 2",
    ),
    _Bad(
        "status", f"{_HEAD},status\n{_GOOD},X\n", (2, "status"), Defect.UNKNOWN_STATUS, "A, B, D, E, P", "A, B, D, E, P"
    ),
    _Bad(
        "bound",
        f"{_HEAD},bound\n{_GOOD},about\n",
        (2, "bound"),
        Defect.UNKNOWN_BOUND,
        "at_least",
        "exact, at_least, at_most",
    ),
    _Bad(
        "contradiction",
        f"{_LONG}\n{_GOOD},2018-01-31,,,,\n{_GOOD[:-7]}1,wan_t,2018-01-31,,,,\n",
        (3, "value"),
        Defect.CONTRADICTION,
        "与第 2 行是同一个数",
        "line 2 gives this figure",
    ),
    _Bad(
        "contradiction in other words",
        f"{_HEAD}\n{_GOOD}\ncoal,city,2017-01..12,21,wan_t\n",
        (3, "value"),
        Defect.CONTRADICTION,
        "第 2 行",
        "line 2",
    ),
    _Bad(
        "other mark",
        f"{_HEAD},bound\n{_GOOD},exact\n{_GOOD},at_least\n",
        (3, "value"),
        Defect.CONTRADICTION,
        "标记",
        "mark",
    ),
    _Bad(
        "undated revision",
        f"{_LONG}\n{_GOOD},2018-01-31,,,,\n{_GOOD},,1,,,\n",
        (3, "published_at"),
        Defect.UNDATED_REVISION,
        "另见第 2 行",
        "see line 2",
    ),
    _Bad(
        "order",
        f"{_LONG}\n{_GOOD},2018-01-31,2,,,\n{_GOOD},2018-03-01,1,,,\n",
        (3, "revision"),
        Defect.REVISION_ORDER,
        "修订次数 1 应大于先发布的第 2 行(2)",
        "revision 1 must be above 2 of line 2",
    ),
)


@pytest.mark.parametrize("bad", _BAD, ids=lambda bad: bad.name)
def test_a_bad_file_is_refused_with_place_and_mend(bad: _Bad) -> None:
    with pytest.raises(FiguresFileRefused) as refused:
        read_figures(bad.file.encode(), figures_view())
    (fault,) = refused.value.faults
    assert (fault.line, fault.column, fault.defect) == (*bad.place, bad.defect)
    assert bad.zh in fault.says_zh
    assert bad.en in fault.says_en


def test_every_defect_of_a_text_has_its_bad_file() -> None:
    of_bytes_and_bounds = {Defect.NOT_UTF8, Defect.TOO_LARGE, Defect.TOO_MANY_ROWS}
    assert {bad.defect for bad in _BAD} == set(Defect) - of_bytes_and_bounds


def test_every_fault_is_listed_at_once_in_order_of_lines() -> None:
    bad = f"{_HEAD}\ncole,nowhere,2017-13,many,furlong\n{_GOOD}\ncole,city,2017,1,wan_t\n"
    with pytest.raises(FiguresFileRefused) as refused:
        read_figures(bad.encode(), figures_view())
    found = [(fault.line, fault.column) for fault in refused.value.faults]
    assert found == [(2, "area"), (2, "indicator"), (2, "period"), (2, "unit"), (2, "value"), (4, "indicator")]
    assert refused.value.faults[-1].says_en == "the plan has no 'cole' (see line 2)"


def test_another_encoding_is_refused_with_the_mend() -> None:
    with pytest.raises(FiguresFileRefused) as refused:
        read_figures(f"{_LONG}\n{_GOOD},,,统计局,,\n".encode("gb18030"), figures_view())
    (fault,) = refused.value.faults
    assert (fault.defect, fault.line) == (Defect.NOT_UTF8, 2)
    assert "另存为“CSV UTF-8”" in fault.says_zh


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_table, "BYTES_MAX", 100)
    monkeypatch.setattr(figure_table, "ROWS_MAX", 2)
    for rows, defect in ((2, None), (3, Defect.TOO_MANY_ROWS), (9, Defect.TOO_LARGE)):
        file = "\n".join([_HEAD, *(f"coal,city,201{year},1,t" for year in range(1, 1 + rows))]).encode()
        if defect is None:
            assert len(read_figures(file, figures_view()).points) == rows
            continue
        with pytest.raises(FiguresFileRefused) as refused:
            read_figures(file, figures_view())
        assert [fault.defect for fault in refused.value.faults] == [defect]


def test_a_spreadsheet_with_a_byte_order_mark_chinese_headings_and_blank_lines_is_taken() -> None:
    file = "\ufeff指标,地区,报告期,数值,单位,发布日期\r\n coal ,city,2017-Q1,20.5,wan_t,2017-05-01\r\n,,,,,\r\n"
    (point,) = read_figures(file.encode(), figures_view()).points
    assert (point.indicator, point.period, point.value, point.line) == ("coal", "2017-Q1", Decimal("20.5"), 2)
    assert point.published_on == dt.date(2017, 5, 1)


@pytest.mark.parametrize(
    "row",
    [f"{_GOOD},,,", f"{_GOOD},,", _GOOD, f"{_GOOD},,,,,"],
    ids=["as wide as the headings", "narrower", "without the empty cells", "wider"],
)
def test_empty_columns_of_a_spreadsheet_are_ignored(row: str) -> None:
    (point,) = read_figures(f"{_HEAD},,,\n{row}\n".encode(), figures_view()).points
    assert (point.indicator, point.value) == ("coal", Decimal(20))


def test_an_empty_column_between_others_is_ignored_too() -> None:
    file = "indicator,,area,period,value,unit\ncoal,,city,2017,20,wan_t\n"
    assert len(read_figures(file.encode(), figures_view()).points) == 1


def test_the_optional_columns_are_kept() -> None:
    file = f"{_LONG}\n{_GOOD},2018-01-31,3,公报,P,at_least\n"
    (point,) = read_figures(file.encode(), figures_view()).points
    assert (point.revision, point.source, point.status, point.bound) == (
        3, "公报", ObservationStatus.PROVISIONAL, Bound.AT_LEAST,
    )  # fmt: skip
    seen = point.observed
    assert (seen.value, seen.bound, seen.verdict, seen.is_overdue) == (
        Decimal(20),
        Bound.AT_LEAST,
        Verdict.WAIVED,
        False,
    )
    assert seen.known_at == dt.datetime(2018, 1, 30, 16, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "unit", "expected", "told"),
    [
        ("200000", "t", "20", "200000 t converted to 20 wan_t (× 1/10000)"),
        ("0.002", "yi_t", "20", "0.002 yi_t converted to 20 wan_t (× 10000)"),
        ("1", "third_t", "0.0003", "1 third_t converted to 0.0003 wan_t (× 3/10000)"),
    ],
)
def test_another_unit_is_converted_exactly_and_told(value: str, unit: str, expected: str, told: str) -> None:
    found = read_figures(f"{_HEAD}\ncoal,city,2017,{value},{unit}\n".encode(), figures_view())
    (point,) = found.points
    assert point.value == Decimal(expected)
    assert [note.says_en for note in found.notes if note.tale is Tale.CONVERTED] == [told]


def test_the_same_figure_twice_is_used_once_and_told() -> None:
    found = read_figures(f"{_LONG}\n{_GOOD},2018-01-31,,,,\n{_GOOD},2018-01-31,,,,\n".encode(), figures_view())
    assert len(found.points) == 1
    assert [(note.line, note.tale, note.says_en) for note in found.notes] == [
        (3, Tale.REPEATED, "the same as line 2; used once")
    ]
