"""The register of reporting units beside a plan: enterprises and sources are too many to be written as YAML.

``register.csv``, UTF-8, one reporting unit a line; groups are parted by spaces, dates are open where empty.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

from plan.cell_text import text_fault
from plan.messages import TEXT_MAX
from plan.model import Names, ReportingUnit
from plan.plan_files import PlanFault
from plan.shown import shown

REGISTER_FILE = "register.csv"
COLUMNS = ("id", "name_zh", "name_en", "area", "groups", "industry", "since", "until")
REGISTER_BYTES_MAX = 4_000_000
_NEEDED = ("id", "name_zh", "name_en", "area")
_DAYS = ("since", "until")
_GROUP_SEPARATOR = " "
_ENCODING = "utf-8-sig"
_FIRST_LINE = f"the first line must be {','.join(COLUMNS)}"


def read_register(file: Path) -> tuple[tuple[ReportingUnit, ...], tuple[PlanFault, ...]]:
    """The units of a register, or every fault by line; a folder without the file has no further units."""
    if not file.exists():
        return (), ()
    size = file.stat().st_size
    if size > REGISTER_BYTES_MAX:
        return (), (_fault(file, 1, "file", f"{size} bytes, at most {REGISTER_BYTES_MAX}; part the plan by area"),)
    content = file.read_bytes()
    try:
        text = content.decode(_ENCODING)
    except UnicodeDecodeError as refused:
        line = content[: refused.start].count(b"\n") + 1
        return (), (_fault(file, line, "file", "not UTF-8; save it as CSV UTF-8"),)
    units: list[ReportingUnit] = []
    faults: list[PlanFault] = []
    for line, row in _lines(text):
        if isinstance(row, csv.Error):
            faults.append(_fault(file, line, "row", f"not CSV: {row}; save it as CSV UTF-8"))
        elif line == 1 and tuple(row) != COLUMNS:
            return (), (_fault(file, 1, "columns", _FIRST_LINE),)
        elif line > 1:
            wrong = [_fault(file, line, key, says) for key, says in _row_faults(row)]
            faults += wrong
            units += [] if wrong else [_unit(row)]
    if not text:
        faults.append(_fault(file, 1, "columns", _FIRST_LINE))
    return ((), tuple(faults)) if faults else (tuple(units), ())


def unit_lines(file: Path) -> tuple[int, ...]:
    """The line on which each unit of a register without faults begins."""
    return tuple(line for line, _ in _lines(file.read_text(_ENCODING)) if line > 1)


def write_register(units: tuple[ReportingUnit, ...]) -> str:
    """The text of a register that :func:`read_register` reads back."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for unit in units:
        days = (None if day is None else day.isoformat() for day in (unit.since, unit.until))
        groups = _GROUP_SEPARATOR.join(unit.groups)
        writer.writerow((unit.id, unit.names.zh, unit.names.en, unit.area, groups, unit.industry, *days))
    return out.getvalue()


def _lines(text: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """The rows with the lines they begin on; what cannot be read as one comes last, with the line that it ends on."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for row in rows:
            yield begins, row
            begins = rows.line_num + 1
    except csv.Error as refused:
        yield rows.line_num, refused


def _row_faults(row: list[str]) -> Iterator[tuple[str, str]]:
    """Each fault of one row: the column, and what is wrong with the mend."""
    if len(row) != len(COLUMNS):
        yield "row", f"{len(row)} columns, {len(COLUMNS)} are needed; quote a text that holds a comma"
        return
    for key, text in zip(COLUMNS, row, strict=True):
        if key in _NEEDED and not text.strip():
            yield key, "empty; write it"
        elif key in _DAYS and text and _day(text) is None:
            yield key, f"{shown(text)} is not a day; write it as 2017-06-30, or leave it empty"
        elif fault := text_fault(text, key, TEXT_MAX, is_one_line=True):
            yield key, fault.says_en


def _unit(row: list[str]) -> ReportingUnit:
    unit_id, name_zh, name_en, area, groups, industry, since, until = row
    return ReportingUnit(
        id=unit_id,
        names=Names(zh=name_zh, en=name_en),
        area=area,
        groups=tuple(filter(None, groups.split(_GROUP_SEPARATOR))),
        industry=industry,
        since=_day(since),
        until=_day(until),
    )


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    # fromisoformat also reads 20170630 and week dates.
    return day if day.isoformat() == text else None


def _fault(file: Path, line: int, key: str, says: str) -> PlanFault:
    return PlanFault(str(file), line, key, says)
