"""Hourly emissions: a turbine's lines without times, and EPA's files with and without flags."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from plan.faults import FaultCode
from producers.meters.catalogue import EPA, EPA_FLAGGED, TURBINE
from producers.meters.days import Gap, MeterRead
from producers.meters.model import Declared, Skip

Read = Callable[..., MeterRead]
CASE = Path(__file__).parents[3] / "cases" / "cems" / "CEMpthour.txt"
START = dt.datetime(2018, 3, 1, 22)
TURBINE_HEADING = ",".join(TURBINE.headers[0])
EPA_HEADING = ",".join(EPA.headers[0])


def _rows(read: MeterRead) -> list[tuple[str, str, dict[str, float | str | None]]]:
    """Day, row and cells of every row."""
    rows: dict[tuple[str, str], dict[str, float | str | None]] = {}
    for each in read.file.returns:
        for cell in each.sent.cells:
            told = cell.text if cell.value is None else cell.value
            rows.setdefault((each.sent.period, cell.row), {})[cell.item] = told
    return [(day, row, cells) for (day, row), cells in rows.items()]


def _turbine(nox: float | str) -> str:
    return f"4.5,1018,83,3.5,23,1086,549,134,11.8,0.3,{nox}"


def test_lines_without_times_are_hours_from_the_beginning_given(read: Read) -> None:
    found = read("turbine-hourly", [TURBINE_HEADING, _turbine(81.9), _turbine(82.3), _turbine(83)], starts_at=START)
    assert found.file.faults == ()
    assert _rows(found) == [
        ("2018-03-01", "22:00", {"nox": 81.9}),
        ("2018-03-01", "23:00", {"nox": 82.3}),
        ("2018-03-02", "00:00", {"nox": 83.0}),
    ]
    # Whoever reads the return learns that the times are not the meter's own.
    assert all("no times in the file" in each.sent.note for each in found.file.returns)


def test_what_is_declared_fills_only_what_the_file_does_not_tell(read: Read) -> None:
    declared = (Declared("operating-share", 1.0), Declared("nox", 0.0), Declared("validity", text="valid"))
    found = read("turbine-hourly", [TURBINE_HEADING, _turbine(81.9)], starts_at=START, declared=declared)
    assert _rows(found) == [("2018-03-01", "22:00", {"nox": 81.9, "operating-share": 1.0, "validity": "valid"})]
    (only,) = found.file.returns
    assert "declared by the reporter, not in the file: operating-share=1, nox=0, validity=valid" in only.sent.note


def test_a_turbine_line_with_anything_but_numbers_is_refused(read: Read) -> None:
    """It still counts as an hour: the lines after it keep their times."""
    lines = [TURBINE_HEADING, _turbine(81.9), _turbine(82.3).replace("1018", "x"), _turbine(83)]
    found = read("turbine-hourly", lines, starts_at=START)
    (fault,) = found.file.faults
    assert (fault.place.line, fault.place.column) == (3, 2)
    assert [row for _, row, _ in _rows(found)] == ["22:00", "00:00"]
    assert found.gaps == (Gap(dt.datetime(2018, 3, 1, 23), dt.datetime(2018, 3, 2), 1),)


def test_the_real_sample_gives_the_hours_of_one_source(read: Read) -> None:
    """Plant 3, unit 1: nine hours of the first of January 2000, all in full operation."""
    found = read("epa-hourly", CASE.read_bytes(), source="3/1")
    assert found.file.faults == ()
    assert _rows(found) == [("2000-01-01", f"{hour:02d}:00", {"operating-share": 1.0}) for hour in range(9)]
    assert (found.lines, found.readings, found.skipped) == (39, 9, {Skip.OTHER_SOURCE: 30})


def test_a_stopped_hour_is_told_as_stopped(read: Read) -> None:
    found = read("epa-hourly", CASE.read_bytes(), source="2161/**GT2")
    assert _rows(found) == [("2000-01-13", "19:00", {"operating-share": 0.0, "validity": "stopped"})]


def test_the_damaged_line_of_the_real_sample_is_refused(read: Read) -> None:
    """Two lines run into one have the right number of fields; the name of a unit stands in a column of numbers."""
    found = read("epa-hourly", CASE.read_bytes(), source="880023/K3")
    (fault,) = found.file.faults
    assert (fault.place.line, fault.place.column) == (21, 9)
    assert "NOX_RATE: '**GT2' is no number" in fault.fault.says_en
    assert (found.readings, found.refused) == (10, 1)


def test_of_several_sources_one_must_be_named(read: Read) -> None:
    (fault,) = read("epa-hourly", CASE.read_bytes()).file.faults
    assert fault.fault.code is FaultCode.AMBIGUOUS
    assert "15 sources (3/1, 880023/K3, 2161/**GT2," in fault.fault.says_en


def test_a_source_that_is_not_there_is_told_with_those_that_are(read: Read) -> None:
    found = read("epa-hourly", CASE.read_bytes(), source="3/2")
    assert "no source 3/2 in the file; there are: 3/1," in found.file.faults[0].fault.says_en


def _epa(date: str, hour: object, time: object, gload: object = 60) -> str:
    return f"3,1,{date},{hour},{time},{gload},-9,443.7,0.73,700.7,607.9,-9"


def test_missing_hours_stay_missing(read: Read) -> None:
    """No line, a line without OP_TIME (-9): neither gives a row; a stopped hour is one."""
    lines = [EPA_HEADING, _epa("180101", 0, 1), _epa("180101", 1, -9), _epa("180101", 2, 0), _epa("180101", 5, 0.25)]
    found = read("epa-hourly", lines)
    assert found.file.faults == ()
    assert _rows(found) == [
        ("2018-01-01", "00:00", {"operating-share": 1.0}),
        ("2018-01-01", "02:00", {"operating-share": 0.0, "validity": "stopped"}),
        ("2018-01-01", "05:00", {"operating-share": 0.25}),
    ]
    assert found.skipped == {Skip.NO_FIGURES: 1}
    assert [gap.intervals for gap in found.gaps] == [1, 2]


def test_lines_need_not_be_in_order_of_time(read: Read) -> None:
    found = read("epa-hourly", [EPA_HEADING, _epa("180101", 3, 1), _epa("180101", 2, 0.5)])
    assert [row for _, row, _ in _rows(found)] == ["02:00", "03:00"]
    assert found.file.faults == ()


def test_an_hour_told_twice_is_refused(read: Read) -> None:
    found = read("epa-hourly", [EPA_HEADING, _epa("180101", 3, 1), _epa("180101", 3, 1)])
    (fault,) = found.file.faults
    assert (fault.fault.code, fault.place.line) == (FaultCode.REPEATED_ITEM, 3)
    assert (found.readings, found.refused) == (1, 1)


@pytest.mark.parametrize(
    ("date", "hour"), [("180132", 0), ("2018-01-01", 0), ("180101", 24), ("180101", "x"), ("18011", 0), ("180101", "")]
)
def test_bad_dates_and_hours_are_refused(read: Read, date: str, hour: object) -> None:
    (fault,) = read("epa-hourly", [EPA_HEADING, _epa(date, hour, 1)]).file.faults
    assert (fault.fault.code, fault.place.line) == (FaultCode.BAD_DATE, 2)


def test_two_digits_of_a_year_are_of_1995_or_later(read: Read) -> None:
    found = read("epa-hourly", [EPA_HEADING, _epa("951231", 23, 1), _epa("940101", 0, 1)])
    assert [day for day, _, _ in _rows(found)] == ["1995-12-31", "2094-01-01"]


FLAGGED_HEADING = ",".join(EPA_FLAGGED.headers[0])


def _flagged(hour: int, time: object, so2: str, nox: str) -> str:
    figures = "" if time in (0, "") else "1.1"
    return (
        f"CA,Some Plant,260,1A,01-02-2018,{hour},{time},262,,{figures},{so2},0.001,Calculated,0.01,{nox},"
        f"2,Calculated,100,Measured,0.05,Calculated,2000"
    )


@pytest.mark.parametrize(
    ("time", "so2", "nox", "validity"),
    [
        (1, "Measured", "Measured", "valid"),
        (1, "Measured", "Calculated", "valid"),
        (1, "", "Measured", "valid"),  # SO2 is not monitored where gas is burnt
        (1, "Measured", "Substitute", "substituted"),
        (0.5, "Measured and Substitute", "Measured", "substituted"),
        (1, "LME", "Measured", None),
        (1, "Measured", "Unknown Code", None),
        (1, "", "", None),
        (0, "", "", "stopped"),
        (0, "Substitute", "Substitute", "stopped"),
    ],
)
def test_flags_say_what_an_hour_is_worth(read: Read, time: float, so2: str, nox: str, validity: str | None) -> None:
    found = read("epa-hourly-flags", [FLAGGED_HEADING, _flagged(7, time, so2, nox)])
    told = {"operating-share": float(time)} | ({"validity": validity} if validity else {})
    assert (found.file.faults, _rows(found)) == ((), [("2018-01-02", "07:00", told)])


def test_a_flag_that_does_not_exist_is_refused(read: Read) -> None:
    (fault,) = read("epa-hourly-flags", [FLAGGED_HEADING, _flagged(7, 1, "Guessed", "Measured")]).file.faults
    assert (fault.fault.code, fault.place.column) == (FaultCode.UNKNOWN_CODE, 11)


def test_an_hour_without_operating_time_has_no_row(read: Read) -> None:
    found = read("epa-hourly-flags", [FLAGGED_HEADING, _flagged(7, "", "", "")])
    assert (found.file.returns, found.skipped) == ((), {Skip.NO_FIGURES: 1})


def test_the_longer_heading_of_the_same_format_is_taken(read: Read) -> None:
    lines = [",".join(EPA_FLAGGED.headers[1]), f"{_flagged(7, 1, 'Measured', 'Measured')},260,14"]
    assert read("epa-hourly-flags", lines).readings == 1
