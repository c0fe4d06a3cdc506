"""Vintages of a figure: what was known on a day, in whatever order of lines; any file is taken or refused."""

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from plan.figure_faults import FiguresFileRefused, Tale
from plan.figure_file import FilePoint, known_by, read_figures
from tests.support.figures_plan import figures_view

_HEAD = "indicator,area,period,value,unit"
_LONG = f"{_HEAD},published_at,revision,source,status,bound"
_GOOD = "coal,city,2017,20,wan_t"


def test_a_figure_without_a_date_is_known_from_its_period_end_on_and_told() -> None:
    found = read_figures(f"{_HEAD}\n{_GOOD}\n".encode(), figures_view())
    assert [(note.line, note.tale) for note in found.notes] == [(2, Tale.UNDATED)]
    assert "publication date not given" in found.notes[0].says_en
    assert known_by(found.points, dt.date(2017, 12, 30)) == {}
    assert known_by(found.points, dt.date(2017, 12, 31)) == {("coal", "city"): found.points}
    assert found.points[0].observed.known_at is None


def test_the_newest_vintage_by_the_end_of_the_day_counts() -> None:
    rows = ("20,wan_t,2018-01-31,0,,,", "21,wan_t,2018-03-01,1,,,", "22,wan_t,2018-03-01,2,,,")
    file = "\n".join([_LONG, *(f"coal,city,2017,{row}" for row in rows)])
    points = read_figures(file.encode(), figures_view()).points
    seen = {
        day: [point.value for point in known_by(points, dt.date.fromisoformat(day)).get(("coal", "city"), ())]
        for day in ("2018-01-30", "2018-01-31", "2018-02-28", "2018-03-01")
    }
    assert seen == {
        "2018-01-30": [], "2018-01-31": [Decimal(20)], "2018-02-28": [Decimal(20)], "2018-03-01": [Decimal(22)],
    }  # fmt: skip


_DAYS = st.dates(dt.date(2017, 1, 1), dt.date(2018, 12, 31))


def _identity(point: FilePoint) -> tuple[object, ...]:
    """What differs between any two figures that a file may hold: 2017-Q1 and 2017-01..03 are one time."""
    return (point.indicator, point.area, point.period.replace("Q1", "01..03"), *point.vintage)


_POINTS = st.lists(
    st.builds(
        FilePoint,
        indicator=st.sampled_from(["coal", "share"]),
        area=st.sampled_from(["city", "east"]),
        period=st.sampled_from(["2016", "2017", "2017-Q1", "2017-01..03"]),
        value=st.integers(0, 9).map(Decimal),
        published_on=st.none() | _DAYS,
        revision=st.integers(0, 3),
    ),
    unique_by=_identity,
)


@given(_POINTS, _DAYS, _DAYS)
def test_as_of_never_sees_a_later_vintage(points: list[FilePoint], day: dt.date, other: dt.date) -> None:
    known = [point for series in known_by(points, day).values() for point in series]
    assert all(point.known_on <= day for point in known)
    # What is published later changes nothing that was known before.
    first, last = min(day, other), max(day, other)
    assert known_by([point for point in points if point.known_on <= last], first) == known_by(points, first)


@given(_POINTS, _DAYS, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(points: list[FilePoint], day: dt.date, random: Random) -> None:
    shuffled = [*points]
    random.shuffle(shuffled)
    assert known_by(shuffled, day) == known_by(points, day)


_CELLS = st.sampled_from(
    ["coal", "closed", "city", "2017", "2017-06", "20", "-1e5", "wan_t", "pct", "", '"', "名", "1970-01-01"]
)


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(data: bytes) -> None:
    _taken_or_refused(data)


@given(st.lists(st.lists(_CELLS | st.text(max_size=5), min_size=10, max_size=10), max_size=4))
def test_any_cells_are_taken_or_refused(rows: list[list[str]]) -> None:
    _taken_or_refused("\n".join([_LONG, *(",".join(row) for row in rows)]).encode("utf-8", "replace"))


def _taken_or_refused(data: bytes) -> None:
    """Anything else that is raised fails the test; a file without figures is never taken."""
    with suppress(FiguresFileRefused):
        assert read_figures(data, figures_view()).points
