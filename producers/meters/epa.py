"""The adapters of EPA's hourly continuous emission monitoring files (40 CFR 75), without and with measurement flags."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from plan.faults import FaultCode
from producers.collected import Collected
from producers.files.model import Place
from producers.meters.model import Fed, Given, Line, Read, Reading, Skip
from producers.meters.numbers import read_number

PLANT, UNIT, DATE, HOUR, TIME = "ORISPL_CODE", "UNITID", "OP_DATE", "OP_HOUR", "OP_TIME"
VALIDITY = "validity"
_MISSING = ("-9", "")
_SHOWN = 40
_LISTED = 20
_MEASURED = ("Measured", "Calculated")
_SUBSTITUTED = ("Substitute", "Measured and Substitute")
_UNCLEAR = ("LME", "Other", "Undetermined", "Unknown Code", "Not Applicable")
"""Flags that say neither measured nor substituted: of such an hour no validity is told."""
_FIRST_YEAR = 95
"""The data begin in 1995; two digits below it stand for a year after 2000."""


class EpaDialect(msgspec.Struct, frozen=True):
    """How a file writes dates, which columns hold no numbers, and which say how the figures came about."""

    date: re.Pattern[str]
    texts: tuple[str, ...]
    flags: tuple[str, ...] = ()


PLAIN = EpaDialect(
    re.compile(r"(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})", re.ASCII),
    texts=(PLANT, UNIT, DATE),
)
FLAGGED = EpaDialect(
    re.compile(r"(?P<month>\d{2})-(?P<day>\d{2})-(?P<year>\d{4})", re.ASCII),
    texts=("STATE", "FACILITY_NAME", PLANT, UNIT, DATE, "FAC_ID", "UNIT_ID"),
    flags=("SO2_MASS_MEASURE_FLG", "NOX_RATE_MEASURE_FLG"),
)
_FLAG = "_FLG"


class EpaAdapter:
    """One source (plant and unit) of a file: its operating share and, where the file tells, the state of each hour.

    Hours begin at OP_HOUR in standard time; they are taken as China time. An hour without OP_TIME gives no reading.
    """

    def __init__(
        self, dialect: EpaDialect, fed: Mapping[str, Fed], columns: Mapping[str, int], given: Given, faults: Collected
    ) -> None:
        self._dialect = dialect
        self._fed = fed[TIME]
        self._columns = columns
        self._source = given.source
        self._faults = faults
        self._seen: dict[str, int] = {}

    def take(self, line: Line) -> Reading | Skip | None:
        """The reading of a line of the source; None, with its faults noted, where it cannot be read."""
        source = f"{self._field(line, PLANT)}/{self._field(line, UNIT)}"
        self._seen.setdefault(source, line.number)
        if source != (self._source or next(iter(self._seen))):
            return Skip.OTHER_SOURCE
        starts_at = self._starts_at(line)
        if starts_at is None or not self._is_sound(line):
            return None
        if self._field(line, TIME) in _MISSING:
            return Skip.NO_FIGURES
        share = Decimal(self._field(line, TIME))
        cells = [Read(self._fed.item, self._columns[TIME] + 1, float(share * self._fed.factor))]
        validity = self._validity(line, share)
        if validity is None:
            return None
        if validity:
            cells.append(Read(VALIDITY, self._columns[TIME] + 1, text=validity))
        return Reading(starts_at, tuple(cells), line.number)

    def finish(self) -> None:
        """One source only, unless one was named; and the one named must be there."""
        listed = ", ".join([*self._seen][:_LISTED])
        if self._source and self._source not in self._seen:
            says = (
                f"文件中没有来源 {self._source};有:{listed}",
                f"no source {self._source} in the file; there are: {listed}",
            )
            self._faults.add(FaultCode.UNKNOWN_SOURCE, Place(), *says)
        elif not self._source and len(self._seen) > 1:
            says = (
                f"文件含 {len(self._seen)} 个来源({listed});请用 --source 指明一个",
                f"the file has {len(self._seen)} sources ({listed}); name one of them with --source",
            )
            self._faults.add(FaultCode.AMBIGUOUS, Place(line=[*self._seen.values()][1]), *says)

    def _is_sound(self, line: Line) -> bool:
        """Tell whether every column of numbers holds one, or none: a line that two were run into does not."""
        numbers = [
            read_number(line, column, at, self._faults)
            for column, at in self._columns.items()
            if column not in self._dialect.texts and not column.endswith(_FLAG) and self._field(line, column)
        ]
        return None not in numbers

    def _field(self, line: Line, column: str) -> str:
        return line.fields[self._columns[column]].strip()

    def _starts_at(self, line: Line) -> dt.datetime | None:
        date, hour = self._field(line, DATE), self._field(line, HOUR)
        found = self._dialect.date.fullmatch(date)
        try:
            if not found:
                raise ValueError(date)
            year = int(found["year"])
            year += 0 if len(found["year"]) == 4 else 1900 if year >= _FIRST_YEAR else 2000
            return dt.datetime(year, int(found["month"]), int(found["day"]), int(hour))
        except ValueError:
            says = (
                f"日期 {date[:_SHOWN]!r} 或小时 {hour[:_SHOWN]!r} 写法有误;请核对原始文件",
                f"date {date[:_SHOWN]!r} or hour {hour[:_SHOWN]!r} is badly written; check the file",
            )
            self._faults.add(FaultCode.BAD_DATE, Place(line=line.number, column=self._columns[DATE] + 1), *says)
            return None

    def _validity(self, line: Line, share: Decimal) -> str | None:
        """The code of the hour; empty where the file does not tell; None, with the fault noted, for a strange flag."""
        if share == 0:
            return "stopped"
        found = ((column, self._field(line, column)) for column in self._dialect.flags)
        flags = {column: flag for column, flag in found if flag}  # a gas that is not monitored has none
        for column, flag in flags.items():
            if flag not in (*_MEASURED, *_SUBSTITUTED, *_UNCLEAR):
                says = (
                    f"{column} 没有标记 {flag[:_SHOWN]!r};请核对文件",
                    f"{column}: there is no flag {flag[:_SHOWN]!r}; check the file",
                )
                place = Place(line=line.number, column=self._columns[column] + 1)
                self._faults.add(FaultCode.UNKNOWN_CODE, place, *says)
                return None
        if any(flag in _SUBSTITUTED for flag in flags.values()):
            return "substituted"
        return "valid" if flags and all(flag in _MEASURED for flag in flags.values()) else ""
