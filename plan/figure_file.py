"""The figures file of ``qingyu assess``: long form csv, one figure a line; typed points out, or all faults at once.

Pure: it takes the bytes of a file. docs/assess.md describes the columns.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

import msgspec

from plan.book import PlanView
from plan.due import start_of
from plan.figure_cells import CellReader, Reading
from plan.figure_faults import Defect, FiguresFileRefused, FileFault, FileNote, Tale
from plan.figure_table import read_rows
from plan.messages import Bound, ObservationStatus, Observed, Verdict
from plan.periods import Period, parse_period

SeriesKey = tuple[str, str]
"""Indicator and area."""


class FilePoint(msgspec.Struct, frozen=True, kw_only=True):
    """One figure in one vintage, in the indicator's unit. ``published_on`` None: the date is not given."""

    indicator: str
    area: str
    period: str
    value: Decimal
    status: ObservationStatus = ObservationStatus.NORMAL
    bound: Bound = Bound.EXACT
    published_on: dt.date | None = None
    revision: int = 0
    source: str = ""
    line: int = 0

    @property
    def known_on(self) -> dt.date:
        """The day it was known from on; without a date the end of its period, before which nobody can have known it."""
        return self.published_on or parse_period(self.period).end_date

    @property
    def vintage(self) -> tuple[dt.date, int]:
        """Order among the vintages of one figure."""
        return (self.known_on, self.revision)

    @property
    def observed(self) -> Observed:
        """The point as the engine takes it. Figures of a file were not audited: the audit is waived."""
        return Observed(
            period=self.period,
            value=self.value,
            bound=self.bound,
            verdict=Verdict.WAIVED,
            is_overdue=False,
            status=self.status,
            known_at=None if self.published_on is None else start_of(self.published_on),
        )


class FigureFile(msgspec.Struct, frozen=True):
    """All figures of a file in all their vintages, and what is told about them."""

    points: tuple[FilePoint, ...]
    notes: tuple[FileNote, ...]


def read_figures(data: bytes, view: PlanView) -> FigureFile:
    """Read a figures file against a plan; raises :class:`FiguresFileRefused` with every fault of every line."""
    faults: list[FileFault] = []
    reader = CellReader(view)
    rows = read_rows(data, faults)
    readings = [reading for row in rows if (reading := reader.read(row)) is not None]
    kept, notes = _vintages(readings, reader)
    if faults or reader.faults:
        raise FiguresFileRefused(tuple(sorted([*faults, *reader.faults])))
    return FigureFile(tuple(_point(each) for each in kept), tuple(sorted([*reader.notes, *notes])))


def known_by(points: Iterable[FilePoint], day: dt.date) -> dict[SeriesKey, tuple[FilePoint, ...]]:
    """What was known at the end of a day (UTC+8): of each figure its newest vintage by then, in order of time."""
    newest: dict[_Figure, FilePoint] = {}
    for point in points:
        if point.known_on > day:
            continue
        key = _figure(point.indicator, point.area, parse_period(point.period))
        if key not in newest or point.vintage > newest[key].vintage:
            newest[key] = point
    series: dict[SeriesKey, list[FilePoint]] = {}
    for point in sorted(newest.values(), key=lambda each: parse_period(each.period).sort_key):
        series.setdefault((point.indicator, point.area), []).append(point)
    return {key: tuple(found) for key, found in series.items()}


_Figure = tuple[str, str, dt.date, dt.date]


def _figure(indicator: str, area: str, period: Period) -> _Figure:
    """What makes a figure the same: 2017 and 2017-01..12 are one time, however they are written."""
    return (indicator, area, period.start_date, period.end_date)


def _vintages(readings: Iterable[Reading], reader: CellReader) -> tuple[list[Reading], list[FileNote]]:
    """Readings without repeats; figures that contradict each other, or whose order cannot be told, are faults."""
    figures: dict[_Figure, list[Reading]] = {}
    for reading in readings:
        figures.setdefault(_figure(reading.indicator, reading.area, reading.period), []).append(reading)
    kept: list[Reading] = []
    notes: list[FileNote] = []
    for vintages in figures.values():
        own = _without_repeats(vintages, reader, notes)
        kept += own
        notes += [_undated(reading) for reading in own if reading.published_on is None]
        _check_order(own, reader)
    return sorted(kept, key=lambda each: each.line), notes


def _without_repeats(vintages: list[Reading], reader: CellReader, notes: list[FileNote]) -> list[Reading]:
    kept: dict[tuple[dt.date | None, int], Reading] = {}
    for reading in vintages:
        first = kept.setdefault((reading.published_on, reading.revision or 0), reading)
        if first is reading:
            continue
        same = (first.value, first.status, first.bound) == (reading.value, reading.status, reading.bound)
        if same:
            zh, en = f"与第 {first.line} 行相同,只用一次", f"the same as line {first.line}; used once"
            notes.append(FileNote(reading.line, Tale.REPEATED, reading.indicator, zh, en))
        else:
            zh = f"与第 {first.line} 行是同一个数、同一发布日期,数值或标记却不同;请只留一个,或写明各自的日期或修订次数"
            en = (
                f"line {first.line} gives this figure with the same publication date and another value or mark; "
                "keep one, or give a revision its own date or number"
            )
            reader.fault(reading.line, "value", Defect.CONTRADICTION, zh, en)
    return list(kept.values())


def _check_order(vintages: list[Reading], reader: CellReader) -> None:
    if len(vintages) == 1:
        return
    undated = [reading for reading in vintages if reading.published_on is None]
    for reading in undated:
        others = ", ".join(str(each.line) for each in vintages if each is not reading)
        zh = f"这个数有几个版本(另见第 {others} 行),分不出先后;请给每个版本写发布日期"
        en = f"this figure has several vintages (see line {others}), their order cannot be told; give each its date"
        reader.fault(reading.line, "published_at", Defect.UNDATED_REVISION, zh, en)
    if undated:
        return
    dated = sorted(vintages, key=lambda each: (each.published_on, each.revision or 0))
    numbered = [(reading.revision, reading) for reading in dated if reading.revision is not None]
    for (earlier, before), (later, after) in pairwise(numbered):
        if later <= earlier:
            zh = f"修订次数 {later} 应大于先发布的第 {before.line} 行({earlier});请核对日期或次数"
            en = f"revision {later} must be above {earlier} of line {before.line}, published earlier"
            reader.fault(after.line, "revision", Defect.REVISION_ORDER, zh, f"{en}; correct date or number")


def _undated(reading: Reading) -> FileNote:
    end = reading.period.end_date
    zh = f"没有发布日期:视为 {end}(报告期末)起已知"
    en = f"publication date not given: taken as known from {end} on, the period's end"
    return FileNote(reading.line, Tale.UNDATED, reading.indicator, zh, en)


def _point(reading: Reading) -> FilePoint:
    return FilePoint(
        indicator=reading.indicator,
        area=reading.area,
        period=str(reading.period),
        value=reading.value,
        status=reading.status,
        bound=reading.bound,
        published_on=reading.published_on,
        revision=reading.revision or 0,
        source=reading.source,
        line=reading.line,
    )
