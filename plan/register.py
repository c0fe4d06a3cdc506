"""The register of reporting units beside a plan: enterprises and sources are too many to be written as YAML.

``register.csv``, UTF-8, one reporting unit a line; groups are parted by spaces, dates are open where empty.
"""

import csv
import datetime as dt
import io
from pathlib import Path

from plan.model import Names, ReportingUnit
from plan.plan_files import PlanFault

REGISTER_FILE = "register.csv"
COLUMNS = ("id", "name_zh", "name_en", "area", "groups", "industry", "since", "until")
REGISTER_BYTES_MAX = 4_000_000
_GROUP_SEPARATOR = " "


def read_register(file: Path) -> tuple[tuple[ReportingUnit, ...], tuple[PlanFault, ...]]:
    """The units of a register, or every fault by line; a folder without the file has no further units."""
    if not file.exists():
        return (), ()
    content = file.read_bytes()
    if len(content) > REGISTER_BYTES_MAX:
        says = f"{len(content)} bytes, at most {REGISTER_BYTES_MAX}; part the plan by area"
        return (), (PlanFault(str(file), 1, "file", says),)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as refused:
        line = content[: refused.start].count(b"\n") + 1
        return (), (PlanFault(str(file), line, "file", "not UTF-8; save it as CSV UTF-8"),)
    rows = csv.reader(io.StringIO(text), strict=True)
    units: list[ReportingUnit] = []
    faults: list[PlanFault] = []

    def add(key: str, says: str) -> None:
        faults.append(PlanFault(str(file), max(rows.line_num, 1), key, says))

    try:
        if tuple(next(rows, ())) != COLUMNS:
            add("columns", f"the first line must be {','.join(COLUMNS)}")
            return (), tuple(faults)
        for row in rows:
            if len(row) != len(COLUMNS):
                add("row", f"{len(row)} columns, {len(COLUMNS)} are needed; quote a text that holds a comma")
                continue
            unit = dict(zip(COLUMNS, row, strict=True))
            dates = {}
            for key in ("since", "until"):
                dates[key] = _day(unit[key])
                if unit[key] and dates[key] is None:
                    add(key, f"{unit[key]!r} is not a day; write it as 2017-06-30, or leave it empty")
            for key in ("id", "name_zh", "name_en", "area"):
                if not unit[key].strip():
                    add(key, "empty; write it")
            units.append(
                ReportingUnit(
                    id=unit["id"],
                    names=Names(zh=unit["name_zh"], en=unit["name_en"]),
                    area=unit["area"],
                    groups=tuple(filter(None, unit["groups"].split(_GROUP_SEPARATOR))),
                    industry=unit["industry"],
                    **dates,
                )
            )
    except csv.Error as refused:
        add("row", f"not CSV: {refused}; save it as CSV UTF-8")
    return ((), tuple(faults)) if faults else (tuple(units), ())


def write_register(units: tuple[ReportingUnit, ...]) -> str:
    """The text of a register that :func:`read_register` reads back."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for unit in units:
        dates = (None if day is None else day.isoformat() for day in (unit.since, unit.until))
        writer.writerow(
            (
                unit.id,
                unit.names.zh,
                unit.names.en,
                unit.area,
                _GROUP_SEPARATOR.join(unit.groups),
                unit.industry,
                *dates,
            )
        )
    return out.getvalue()


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
