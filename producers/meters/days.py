"""Readings as returns: one for each day, its rows in order; gaps and repetitions told, nothing filled in. Pure."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from plan.faults import FaultCode
from plan.messages import Cell, Return
from plan.model import Form
from producers.collected import Collected
from producers.files.model import FileRead, Place, PlacedFault, ReadReturn
from producers.meters.lines import Unreadable
from producers.meters.model import Declared, Given, Line, MeterFormat, Reading, Skip


class _About(msgspec.Struct, frozen=True):
    """What all returns of a file have in common."""

    form: Form
    unit: str
    given: Given
    note: str


class Gap(msgspec.Struct, frozen=True):
    """Intervals missing between two readings: when the first begins and the last ends."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    intervals: int


class MeterRead(msgspec.Struct, frozen=True):
    """What a file gave: its returns and faults, and what became of each of its lines after the heading.

    lines = readings + refused + all skipped.
    """

    file: FileRead
    lines: int
    readings: int
    refused: int
    skipped: Mapping[Skip, int]
    gaps: tuple[Gap, ...]


def read_meter(lines: Iterable[Line], kind: MeterFormat, given: Given, form: Form, unit: str) -> MeterRead:
    """Read a whole file; raises nothing for what stands in it."""
    faults = Collected()
    readings: dict[dt.datetime, Reading] = {}
    skipped: Counter[Skip] = Counter()
    count = 0
    broken: tuple[PlacedFault, ...] = ()
    try:
        rows = iter(lines)
        columns = _columns(next(rows, None), kind, faults)
        if columns is not None:
            adapter = kind.adapter(kind.fed, columns, given, faults)
            for line in rows:
                count += 1
                taken = adapter.take(line) if _is_whole(line, columns, faults) else None
                if isinstance(taken, Skip):
                    skipped[taken] += 1
                elif taken is not None:
                    _keep(taken, readings, faults)
            adapter.finish()
    except Unreadable as refused:
        broken = (refused.fault,)
    returns = tuple(_returns(readings, _About(form, unit, given, _note(kind, given))))
    return MeterRead(
        file=FileRead(returns, (*faults.told(), *broken)),
        lines=count,
        readings=len(readings),
        refused=count - len(readings) - skipped.total(),
        skipped=dict(skipped),
        gaps=tuple(_gaps(readings, kind)),
    )


def _note(kind: MeterFormat, given: Given) -> str:
    """What whoever reads the return must know: that times or states are not the meter's own."""
    declared = ", ".join(map(str, given.declared))
    said = f"文件未载、由报送人声明 declared by the reporter, not in the file: {declared}" if declared else ""
    return "\n".join(each for each in (kind.note, said) if each)


def _columns(line: Line | None, kind: MeterFormat, faults: Collected) -> Mapping[str, int] | None:
    """Where each column stands; the headings must be those of the format to the letter."""
    found = tuple(field.strip() for field in line.fields) if line is not None else ()
    if found in kind.headers:
        return {name: at for at, name in enumerate(found)}
    says = (
        f"表头不是 {kind.id} 的表头;应为:{','.join(kind.headers[0])}",
        f"the headings are not those of {kind.id}, which are: {','.join(kind.headers[0])}",
    )
    faults.add(FaultCode.BAD_COLUMN, Place(line=1), *says)
    return None


def _is_whole(line: Line, columns: Mapping[str, int], faults: Collected) -> bool:
    if len(line.fields) == len(columns):
        return True
    says = (
        f"本行 {len(line.fields)} 列,表头 {len(columns)} 列;文件可能已损坏",
        f"{len(line.fields)} fields, the heading has {len(columns)}; the file may be damaged",
    )
    faults.add(FaultCode.BAD_COLUMN, Place(line=line.number), *says)
    return False


def _keep(reading: Reading, readings: dict[dt.datetime, Reading], faults: Collected) -> None:
    first = readings.setdefault(reading.starts_at, reading)
    if first is not reading:
        says = (
            f"{reading.starts_at:%Y-%m-%d %H:%M} 重复,首次在第 {first.line} 行;请核对原始文件",
            f"{reading.starts_at:%Y-%m-%d %H:%M} was read in line {first.line} already; check the meter's own file",
        )
        faults.add(FaultCode.REPEATED_ITEM, Place(line=reading.line), *says)


def _returns(readings: Mapping[dt.datetime, Reading], about: _About) -> Iterator[ReadReturn]:
    days: dict[dt.date, list[Reading]] = {}
    for starts_at in sorted(readings):
        days.setdefault(starts_at.date(), []).append(readings[starts_at])
    for day, of_day in days.items():
        placed = [each for reading in of_day for each in _cells(reading, about.given.declared)]
        yield ReadReturn(
            sent=Return(
                return_id="",
                form=about.form.id,
                form_version=about.form.version,
                unit=about.unit,
                period=day.isoformat(),
                cells=tuple(cell for cell, _ in placed),
                note=about.note,
            ),
            cells=tuple(place for _, place in placed),
            whole=Place(line=of_day[0].line),
        )


def _cells(reading: Reading, declared: Iterable[Declared]) -> Iterator[tuple[Cell, Place]]:
    row, line = f"{reading.starts_at:%H:%M}", Place(line=reading.line)
    for each in reading.cells:
        yield Cell(item=each.item, value=each.value, text=each.text, row=row), line.at_column(each.column)
    told = {each.item for each in reading.cells}
    for said in declared:
        if said.item not in told:
            yield Cell(item=said.item, value=said.value, text=said.text, row=row), line


def _gaps(readings: Iterable[dt.datetime], kind: MeterFormat) -> Iterator[Gap]:
    every = dt.timedelta(minutes=kind.every_minutes)
    last: dt.datetime | None = None
    for starts_at in sorted(readings):
        if last is not None and starts_at - last > every:
            yield Gap(last + every, starts_at, int((starts_at - last) / every) - 1)
        last = starts_at
