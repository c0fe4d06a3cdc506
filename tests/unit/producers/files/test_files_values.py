"""What cells of workbooks hold, as what items, rows and periods are."""

import datetime as dt

import pytest

from plan.book import PlanBook
from plan.codes import RowsBy
from plan.model import Item, Names, Rows
from plan.periods import PeriodKind
from producers.files.numbers import NotRead
from producers.files.sheet_scan import Oddity
from producers.files.values import read_content, read_period, read_row

BY_KEY = Rows(names=Names(zh="编号", en="code"), by=RowsBy.KEY, most=10)
BY_TIME = Rows(names=Names(zh="时刻", en="time"), by=RowsBy.TIME, most=96, every_minutes=15)


@pytest.fixture
def item(book: PlanBook) -> "dict[str, Item]":
    view = book.view_of_form("energy")
    assert view is not None
    return dict(view.items["energy"])


@pytest.mark.parametrize(
    ("name", "value", "content"),
    [
        ("coal", 12.5, (12.5, "")),
        ("coal", 12, (12.0, "")),
        ("coal", "1,234,567", (1_234_567.0, "")),
        ("cio", "有", (None, "yes")),
        ("cio", " YES ", (None, "yes")),
        ("cio", "或许", (None, "或许")),
        ("since", dt.date(2018, 1, 5), (None, "2018-01-05")),
        ("since", dt.datetime(2018, 1, 5), (None, "2018-01-05")),
        ("since", "2018.1.5", (None, "2018-01-05")),
        ("since", "２０１８年１月５日", (None, "2018-01-05")),
        ("since", "1/5/2018", (None, "1/5/2018")),
        ("remark", "=1+1", (None, "=1+1")),
        ("remark", "@SUM(A1)", (None, "@SUM(A1)")),
        ("remark", " a\r\nb ", (None, "a\nb")),
        ("remark", 2018.0, (None, "2018")),
        ("remark", 3.5, (None, "3.5")),
    ],
)
def test_contents(item: "dict[str, Item]", name: str, value: object, content: object) -> None:
    assert read_content(value, item[name], None) == content


@pytest.mark.parametrize(
    ("name", "value", "odd"),
    [
        ("coal", True, None),
        ("coal", dt.date(2018, 1, 5), None),
        ("coal", dt.time(1, 2), None),
        ("coal", 1.0, Oddity.FORMULA),
        ("coal", "", Oddity.ERROR),
        ("share", 0.05, Oddity.SHOWN_OTHERWISE),
        ("since", dt.datetime(2018, 1, 5, 3), None),
        ("remark", 9.14110007067886e17, None),
    ],
)
def test_contents_that_are_not_taken(item: "dict[str, Item]", name: str, value: object, odd: Oddity | None) -> None:
    assert isinstance(read_content(value, item[name], odd), NotRead)


@pytest.mark.parametrize(
    ("value", "rows", "name"),
    [
        (" 许A-1 ", BY_KEY, "许A-1"),
        ("１２", BY_KEY, "１２"),
        (7.0, BY_KEY, "7"),
        (dt.time(0, 15), BY_TIME, "00:15"),
        (dt.timedelta(hours=23, minutes=45), BY_TIME, "23:45"),
        (dt.timedelta(days=1), BY_TIME, "1 day, 0:00:00"),
        ("0:15", BY_TIME, "00:15"),
        ("９：３０", BY_TIME, "09:30"),
        ("00:15:00", BY_TIME, "00:15"),
        ("00:15:30", BY_TIME, "00:15:30"),
        ("quarter past", BY_TIME, "quarter past"),
    ],
)
def test_names_of_rows(value: object, rows: Rows, name: str) -> None:
    assert read_row(value, rows) == name


@pytest.mark.parametrize(
    ("value", "kind", "period"),
    [
        (2017.0, PeriodKind.YEAR, "2017"),
        ("2017年", PeriodKind.YEAR, "2017"),
        ("2017年上半年", PeriodKind.HALF, "2017-H1"),
        ("2017年第二季度", PeriodKind.QUARTER, "2017-Q2"),
        ("2017-Q2", PeriodKind.QUARTER, "2017-Q2"),
        ("2017年6月", PeriodKind.MONTH, "2017-06"),
        ("2017-6", PeriodKind.MONTH, "2017-06"),
        (dt.date(2017, 6, 1), PeriodKind.MONTH, "2017-06"),
        (dt.datetime(2017, 6, 1), PeriodKind.MONTH, "2017-06"),
        ("2017年1-6月", PeriodKind.YEAR_TO_DATE, "2017-01..06"),
        ("2017-01..06", PeriodKind.YEAR_TO_DATE, "2017-01..06"),
        (dt.date(2017, 6, 9), PeriodKind.DAY, "2017-06-09"),
        ("2017年6月9日", PeriodKind.DAY, "2017-06-09"),
        ("６月", PeriodKind.MONTH, "6月"),
    ],
)
def test_periods_in_the_words_people_use(value: object, kind: PeriodKind, period: str) -> None:
    assert read_period(value, kind) == period


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (dt.date(2017, 6, 2), PeriodKind.MONTH),
        (dt.date(2017, 6, 1), PeriodKind.QUARTER),
        (dt.date(2017, 1, 1), PeriodKind.YEAR_TO_DATE),
        (dt.datetime(2017, 6, 9, 1), PeriodKind.DAY),
    ],
)
def test_days_that_may_be_another_period(value: object, kind: PeriodKind) -> None:
    assert isinstance(read_period(value, kind), NotRead)
