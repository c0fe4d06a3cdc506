"""Reference periods: every way one is written, its days, and what is refused."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.periods import Period, PeriodFault, PeriodKind, is_period, parse_period

WRITTEN = {
    "2017": (PeriodKind.YEAR, dt.date(2017, 1, 1), dt.date(2017, 12, 31)),
    "2017-H1": (PeriodKind.HALF, dt.date(2017, 1, 1), dt.date(2017, 6, 30)),
    "2017-H2": (PeriodKind.HALF, dt.date(2017, 7, 1), dt.date(2017, 12, 31)),
    "2017-Q1": (PeriodKind.QUARTER, dt.date(2017, 1, 1), dt.date(2017, 3, 31)),
    "2017-Q4": (PeriodKind.QUARTER, dt.date(2017, 10, 1), dt.date(2017, 12, 31)),
    "2016-02": (PeriodKind.MONTH, dt.date(2016, 2, 1), dt.date(2016, 2, 29)),
    "2017-02": (PeriodKind.MONTH, dt.date(2017, 2, 1), dt.date(2017, 2, 28)),
    "2017-01..06": (PeriodKind.YEAR_TO_DATE, dt.date(2017, 1, 1), dt.date(2017, 6, 30)),
    "2017-01..01": (PeriodKind.YEAR_TO_DATE, dt.date(2017, 1, 1), dt.date(2017, 1, 31)),
    "1949": (PeriodKind.YEAR, dt.date(1949, 1, 1), dt.date(1949, 12, 31)),
    "2100-12": (PeriodKind.MONTH, dt.date(2100, 12, 1), dt.date(2100, 12, 31)),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_period_has_its_kind_and_days_and_is_written_as_it_was_read(text: str) -> None:
    period = parse_period(text)

    assert (period.kind, period.start_date, period.end_date) == WRITTEN[text]
    assert str(period) == text
    assert is_period(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17",
        "2017 ",
        "2017\n",
        "2017-6",
        "2017-00",
        "2017-13",
        "2017-H3",
        "2017-Q0",
        "2017-Q5",
        "2017-q1",
        "2017-02..06",
        "2017-01..00",
        "2017-01..13",
        "2017-06-30",
        "1948",
        "2101",
        "２０１７",
        "2017年",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(PeriodFault):
        parse_period(text)
    assert not is_period(text)


def test_refusal_says_how_a_period_is_written() -> None:
    with pytest.raises(PeriodFault, match=r"write 2017, 2017-H1, 2017-Q2, 2017-06 or 2017-01\.\.06"):
        parse_period("June")
    with pytest.raises(PeriodFault, match="between 1949 and 2100"):
        parse_period("2101")
    with pytest.raises(PeriodFault, match="01 to 12"):
        parse_period("2017-13")


def test_order_is_by_end_then_by_start() -> None:
    texts = ["2018", "2017-12", "2017-Q4", "2017", "2017-01..06", "2017-06"]

    ordered = sorted(map(parse_period, texts), key=lambda period: period.sort_key)

    assert [str(period) for period in ordered] == ["2017-01..06", "2017-06", "2017", "2017-Q4", "2017-12", "2018"]


@given(
    kind=st.sampled_from(PeriodKind), year=st.integers(1949, 2100), month=st.integers(1, 12), number=st.integers(1, 4)
)
def test_writing_and_reading_give_the_same_period(kind: PeriodKind, year: int, month: int, number: int) -> None:
    half = 1 + number % 2
    first, last = {
        PeriodKind.YEAR: (1, 12),
        PeriodKind.HALF: (6 * half - 5, 6 * half),
        PeriodKind.QUARTER: (3 * number - 2, 3 * number),
        PeriodKind.MONTH: (month, month),
        PeriodKind.YEAR_TO_DATE: (1, month),
    }[kind]
    period = Period(kind, year, first, last)

    assert parse_period(str(period)) == period
