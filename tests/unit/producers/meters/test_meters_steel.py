"""The steel plant's meter: labels at the ends of intervals, and a midnight that carries the date of the day it ends."""

import datetime as dt
import gzip
from collections.abc import Callable

import pytest

from plan.faults import FaultCode
from producers.meters.days import Gap, MeterRead

Read = Callable[..., MeterRead]
Lines = Callable[..., list[str]]
DAY = dt.date(2018, 1, 31)


def _row(read: MeterRead, row: str, period: str) -> dict[str, float | None]:
    (sent,) = [each.sent for each in read.file.returns if each.sent.period == period]
    return {cell.item: cell.value for cell in sent.cells if cell.row == row}


@pytest.mark.parametrize("separator", ["-", "/"])
def test_a_day_is_ninety_six_rows_of_that_day(read: Read, steel_lines: Lines, separator: str) -> None:
    """The line labelled 00:15 is the quarter from 00:00; the last one, labelled 00:00 of the same date, from 23:45."""
    found = read("steel-15min", steel_lines(DAY, 2, separator))
    assert (found.file.faults, found.gaps, found.lines, found.readings) == ((), (), 192, 192)
    assert [(each.sent.period, len(each.sent.cells)) for each in found.file.returns] == [
        ("2018-01-31", 192),
        ("2018-02-01", 192),
    ]
    assert _row(found, "00:00", "2018-01-31") == {"active-energy": 1.5, "reactive-energy": 0.25}
    assert _row(found, "23:45", "2018-01-31") == {"active-energy": 96.5, "reactive-energy": 0.25}
    assert _row(found, "00:00", "2018-02-01") == {"active-energy": 97.5, "reactive-energy": 0.25}


def test_a_cell_points_at_its_line_and_column(read: Read, steel_lines: Lines) -> None:
    (only,) = read("steel-15min", steel_lines(DAY)).file.returns
    assert [str(place) for place in only.cells[-2:]] == [
        "第97行第2列 line 97, column 2",
        "第97行第3列 line 97, column 3",
    ]


def test_missing_quarters_stay_missing_and_are_told(read: Read, steel_lines: Lines) -> None:
    lines = steel_lines(DAY, 2)
    del lines[90:101]  # 22:15 .. 00:00 of the first day and 00:00 .. 00:45 of the second
    found = read("steel-15min", lines)
    assert found.file.faults == ()
    gap = Gap(dt.datetime(2018, 1, 31, 22, 15), dt.datetime(2018, 2, 1, 1, 0), 11)
    assert found.gaps == (gap,)
    assert [len(each.sent.cells) // 2 for each in found.file.returns] == [89, 92]


def _changed(lines: list[str], line: int, old: str, new: str) -> list[str]:
    assert old in lines[line - 1]
    return [*lines[: line - 1], lines[line - 1].replace(old, new, 1), *lines[line:]]


# Line 97 is the midnight line of 31 January 2018, line 98 the first of 1 February.
DEFECTS = {
    "midnight-dated-rightly": (97, "31-01-2018 00:00", "01-02-2018 00:00", 1, "does not follow lines of its own date"),
    "midnight-first": (2, "31-01-2018 00:15", "31-01-2018 00:00", 1, "does not follow lines of its own date"),
    "midnight-after-midnight": (98, "01-02-2018 00:15", "01-02-2018 00:00", 1, "does not follow lines of its own"),
    "midnight-twice": (98, "01-02-2018 00:15", "31-01-2018 00:00", 1, "does not come after the line before it"),
    "month-before-day": (3, "31-01-2018", "01-31-2018", 1, "is no dd/mm/yyyy HH:MM"),
    "no-year-of-a-plan": (97, "31-01-2018", "31-12-9999", 1, "is no dd/mm/yyyy HH:MM"),
    "two-separators": (3, "31-01-2018", "31-01/2018", 1, "is no dd/mm/yyyy HH:MM"),
    "not-a-quarter": (3, "00:30", "00:31", 1, "is not at a quarter of an hour"),
    "same-time-twice": (3, "00:30", "00:15", 1, "does not come after the line before it"),
    "seconds-disagree": (3, ",1800,", ",900,", 8, "does not go with the date, which says 1800"),
    "weekday-disagrees": (3, "Wednesday", "Monday", 10, "does not go with the date, which says Wednesday"),
    "no-number": (3, ",2.5,", ",2.5 kWh,", 2, "Usage_kWh: '2.5 kWh' is no number"),
    "no-figure": (3, ",0.25,", ",,", 3, "'' is no number"),
    "not-a-number": (3, ",2.5,", ",NaN,", 2, "'NaN' is no number"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_another_pattern_is_refused_not_guessed_at(read: Read, steel_lines: Lines, defect: str) -> None:
    line, old, new, column, says = DEFECTS[defect]
    found = read("steel-15min", _changed(steel_lines(DAY, 2), line, old, new))
    first = found.file.faults[0]
    assert (first.place.line, first.place.column, says in first.fault.says_en) == (line, column, True), first
    assert found.lines == found.readings + found.refused


def test_a_damaged_line_is_refused(read: Read, steel_lines: Lines) -> None:
    lines = steel_lines(DAY)
    lines[50] = lines[50][:20]
    (fault,) = read("steel-15min", lines).file.faults
    assert (fault.fault.code, fault.place.line) == (FaultCode.BAD_COLUMN, 51)


def test_another_heading_is_another_format(read: Read, steel_lines: Lines) -> None:
    lines = steel_lines(DAY)
    found = read("steel-15min", [lines[0].replace("Usage_kWh", "Usage_MWh"), *lines[1:]])
    (fault,) = found.file.faults
    assert (fault.fault.code, found.lines, found.file.returns) == (FaultCode.BAD_COLUMN, 0, ())
    assert read("steel-15min", []).file.faults[0].fault.code is FaultCode.BAD_COLUMN


def test_packed_files_and_marks_are_read(read: Read, steel_lines: Lines) -> None:
    data = "\r\n".join(steel_lines(DAY)).encode("utf-8-sig")
    assert read("steel-15min", data).readings == 96
    assert read("steel-15min", gzip.compress(data)).readings == 96


def test_a_damaged_packed_file_is_refused(read: Read, steel_lines: Lines) -> None:
    packed = gzip.compress("\n".join(steel_lines(DAY, 30)).encode())
    for broken in (packed[:-400], packed[:200] + b"\0\0\0\0" + packed[204:]):
        fault = read("steel-15min", broken).file.faults[-1]
        assert (fault.fault.code, "gzip file is damaged" in fault.fault.says_en) == (FaultCode.NOT_READABLE, True)


def test_a_bomb_is_not_unpacked(read: Read, monkeypatch: pytest.MonkeyPatch, steel_lines: Lines) -> None:
    """Ten megabytes of one line, then of many: the bounds hold on what comes out, not on what is packed."""
    heading = steel_lines(DAY)[0].encode() + b"\n"
    (fault,) = read("steel-15min", gzip.compress(heading + b"0" * 10_000_000)).file.faults
    assert (fault.fault.code, fault.place.line) == (FaultCode.TOO_LARGE, 2)
    monkeypatch.setattr("producers.meters.lines.BYTES_MAX", 10_000)
    faults = read("steel-15min", gzip.compress(heading + b"\n" * 10_000_000)).file.faults
    assert [each.fault.code for each in faults] == [FaultCode.TOO_LARGE]


def test_too_many_lines_are_refused(read: Read, monkeypatch: pytest.MonkeyPatch, steel_lines: Lines) -> None:
    monkeypatch.setattr("producers.meters.lines.LINES_MAX", 50)
    (fault,) = read("steel-15min", steel_lines(DAY)).file.faults
    assert (fault.fault.code, fault.place.line) == (FaultCode.TOO_LARGE, 51)


def test_other_encodings_are_refused(read: Read, steel_lines: Lines) -> None:
    lines = steel_lines(DAY)
    lines[3] = lines[3].replace("Light_Load", "低负荷")
    (fault,) = read("steel-15min", "\n".join(lines).encode("gb18030")).file.faults
    assert (fault.fault.code, fault.place.line) == (FaultCode.NOT_READABLE, 4)
