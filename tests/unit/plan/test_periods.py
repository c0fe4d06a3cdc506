"""Reference periods: every way one is written, its days, and what is refused."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.periods import Period, PeriodFault, PeriodKind, following, from_to, is_period, parse_period

WRITTEN = {
    "2017": (PeriodKind.YEAR, dt.date(2017, 1, 1), dt.date(2017, 12, 31)),
    "2017-H1": (PeriodKind.HALF, dt.date(2017, 1, 1), dt.date(2017, 6, 30)),
    "2017-H2": (PeriodKind.HALF, dt.date(2017, 7, 1), dt.date(2017, 12, 31)),
    "2017-Q1": (PeriodKind.QUARTER, dt.date(2017, 1, 1), dt.date(2017, 3, 31)),
    "2017-Q4": (PeriodKind.QUARTER, dt.date(2017, 10, 1), dt.date(2017, 12, 31)),
    "2016-02": (PeriodKind.MONTH, dt.date(2016, 2, 1), dt.date(2016, 2, 29)),
    "2017-02": (PeriodKind.MONTH, dt.date(2017, 2, 1), dt.date(2017, 2, 28)),
    "2017-06-30": (PeriodKind.DAY, dt.date(2017, 6, 30), dt.date(2017, 6, 30)),
    "2016-02-29": (PeriodKind.DAY, dt.date(2016, 2, 29), dt.date(2016, 2, 29)),
    "2000-02-29": (PeriodKind.DAY, dt.date(2000, 2, 29), dt.date(2000, 2, 29)),
    "2017-01-01": (PeriodKind.DAY, dt.date(2017, 1, 1), dt.date(2017, 1, 1)),
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
        "2017-02-29",
        "2100-02-29",
        "2017-06-31",
        "2017-06-00",
        "2017-13-01",
        "2017-06-3",
        "2017-6-30",
        "20170630",
        "2017-06-30 ",
        "2017-06-30T00:00",
        "2017-Q2-01",
        "2017-01..06-30",
        "2017-06-３0",
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
    with pytest.raises(PeriodFault, match=r"write 2017, 2017-H1, 2017-Q2, 2017-06, 2017-06-30 or 2017-01\.\.06"):
        parse_period("June")
    with pytest.raises(PeriodFault, match="between 1949 and 2100"):
        parse_period("2101")
    with pytest.raises(PeriodFault, match="01 to 12"):
        parse_period("2017-13")
    with pytest.raises(PeriodFault, match="01 to 28"):
        parse_period("2017-02-29")


def test_order_is_by_end_then_by_start() -> None:
    texts = ["2018", "2017-12", "2017-Q4", "2017", "2017-12-31", "2017-01..06", "2017-06", "2017-06-30", "2017-06-29"]

    ordered = sorted(map(parse_period, texts), key=lambda period: period.sort_key)

    assert [str(period) for period in ordered] == [
        "2017-06-29", "2017-01..06", "2017-06", "2017-06-30", "2017", "2017-Q4", "2017-12", "2017-12-31", "2018"
    ]  # fmt: skip


def _period(kind: PeriodKind, day: dt.date) -> Period:
    """The period of a kind that holds a day; a year to date ends with the day's month."""
    year, month = day.year, day.month
    first, last = {
        PeriodKind.YEAR: (1, 12),
        PeriodKind.HALF: (1, 6) if month <= 6 else (7, 12),
        PeriodKind.QUARTER: (month - (month - 1) % 3, month - (month - 1) % 3 + 2),
        PeriodKind.MONTH: (month, month),
        PeriodKind.DAY: (month, month),
        PeriodKind.YEAR_TO_DATE: (1, month),
    }[kind]
    return Period(kind, year, first, last, day.day if kind is PeriodKind.DAY else 0)


DAYS = st.dates(dt.date(1949, 1, 1), dt.date(2100, 12, 31))
PERIODS = st.builds(_period, st.sampled_from(PeriodKind), DAYS)
PARTS = st.sampled_from([kind for kind in PeriodKind if kind is not PeriodKind.YEAR_TO_DATE])
ONE_DAY = dt.timedelta(days=1)


@given(PERIODS)
def test_writing_and_reading_give_the_same_period(period: Period) -> None:
    assert parse_period(str(period)) == period


@given(st.from_regex(r"\A[0-9]{4}(-(H[0-9]|Q[0-9]|[0-9]{2}|[0-9]{2}-[0-9]{2}|01\.\.[0-9]{2}))?\Z"))
def test_a_period_has_one_way_of_being_written(text: str) -> None:
    """Returns are compared by the text of their period."""
    if is_period(text):
        assert str(parse_period(text)) == text


@given(PARTS, DAYS)
def test_the_following_period_begins_the_day_after(kind: PeriodKind, day: dt.date) -> None:
    period = _period(kind, day)
    after = following(period)

    assert after.kind is kind
    assert after.start_date == period.end_date + ONE_DAY
    assert after == _period(kind, period.end_date + ONE_DAY)


@given(DAYS)
def test_the_following_year_to_date_ends_a_month_later_or_begins_anew(day: dt.date) -> None:
    period = _period(PeriodKind.YEAR_TO_DATE, day)
    after = following(period)

    assert after.kind is PeriodKind.YEAR_TO_DATE
    if day.month == 12:
        assert (after.year, after.first_month, after.last_month) == (day.year + 1, 1, 2)
    else:
        assert (after.year, after.first_month, after.last_month) == (day.year, 1, day.month + 1)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("2016-02-28", "2016-02-29"),
        ("2016-02-29", "2016-03-01"),
        ("2017-02-28", "2017-03-01"),
        ("2017-12-31", "2018-01-01"),
        ("2017-12", "2018-01"),
        ("2017-Q4", "2018-Q1"),
        ("2017-H1", "2017-H2"),
        ("2017-H2", "2018-H1"),
        ("2017", "2018"),
        ("2017-01..01", "2017-01..02"),
        ("2017-01..12", "2018-01..02"),
    ],
)
def test_following_by_hand(text: str, after: str) -> None:
    assert str(following(parse_period(text))) == after


@given(PARTS, DAYS, st.integers(0, 400))
def test_from_first_to_last_without_gap_or_overlap(kind: PeriodKind, day: dt.date, days: int) -> None:
    first, last = _period(kind, day), _period(kind, min(day + dt.timedelta(days), dt.date(2100, 12, 31)))

    listed = list(from_to(first, last))

    assert (listed[0], listed[-1]) == (first, last)
    assert all(one.end_date + ONE_DAY == other.start_date for one, other in pairwise(listed))


def test_a_leap_year_has_a_day_more() -> None:
    def days(year: int) -> int:
        return len(list(from_to(parse_period(f"{year}-01-01"), parse_period(f"{year}-12-31"))))

    assert [days(year) for year in (2016, 2017, 2000, 2100)] == [366, 365, 366, 365]


def test_years_to_date_begin_with_january_and_february_together() -> None:
    listed = from_to(parse_period("2016-01..11"), parse_period("2017-01..03"))

    assert [str(period) for period in listed] == ["2016-01..11", "2016-01..12", "2017-01..02", "2017-01..03"]


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("2017", "2017-12", "2017 is a year, 2017-12 a month"),
        ("2017-06-01", "2017-05-31", "2017-05-31 lies before 2017-06-01; turn them round"),
        ("2018", "2017", "turn them round"),
    ],
)
def test_from_and_to_that_do_not_go_together(first: str, last: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        list(from_to(parse_period(first), parse_period(last)))


def test_a_last_period_that_never_comes_is_told() -> None:
    """Years to date begin with 01..02, so 01..01 does not follow; it would be left out silently."""
    with pytest.raises(ValueError, match=r"2017-01\.\.01 does not come after 2016-01\.\.02; .*01\.\.02"):
        list(from_to(parse_period("2016-01..02"), parse_period("2017-01..01")))
