"""Published figures of a plan, as carried in its folder: ``figures.csv`` and ``sources.csv``.

A figure is a fact with the place it stands in. One that no form of the plan asks for is carried for reference
only, with the reason why it is not fed.
"""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import msgspec

from plan.messages import Bound, DateKind, ObservationStatus, Source
from plan.structure import build


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One published figure. ``form`` and ``item`` are empty for a figure carried for reference only."""

    form: str
    item: str
    unit: str
    area_zh: str
    indicator_zh: str
    indicator_en: str
    period: str
    value: Decimal
    unit_of_measure: str
    status: ObservationStatus
    bound: Bound
    basis: str
    published_at: dt.date | None
    published_kind: DateKind | None
    sources: tuple[str, ...]
    reference_only_because: str


class FigureFault(msgspec.Struct, frozen=True):
    """A fault in a figures or sources file, by file and line."""

    file: str
    line: int
    key: str
    says: str


class FiguresRefused(Exception):
    """The figures of a plan cannot be used; ``faults`` names all faults."""

    def __init__(self, faults: tuple[FigureFault, ...]) -> None:
        super().__init__("\n".join(f"{each.file}:{each.line}: {each.key}: {each.says}" for each in faults))
        self.faults = faults


class Figures(msgspec.Struct, frozen=True):
    """All figures of a plan and their sources by id."""

    figures: tuple[Figure, ...]
    sources: dict[str, Source]


def load_figures(folder: Path) -> Figures:
    """Read ``figures.csv`` and ``sources.csv`` of a plan folder; raises :class:`FiguresRefused` with all faults."""
    faults: list[FigureFault] = []
    sources: dict[str, Source] = {}
    for line, row in _rows(folder / "sources.csv", faults):
        source_id = row.pop("id", "")
        made, found = build(row, Source)
        faults += [FigureFault("sources.csv", line, _key(each.path), each.says) for each in found]
        if not source_id or source_id in sources:
            faults.append(FigureFault("sources.csv", line, "id", "empty or used twice; give every source its own id"))
        elif made is not None:
            sources[source_id] = made
    figures: list[Figure] = []
    for line, row in _rows(folder / "figures.csv", faults):
        made_figure, found = build(_plain(row), Figure)
        faults += [FigureFault("figures.csv", line, _key(each.path), each.says) for each in found]
        if made_figure is None:
            continue
        figures.append(made_figure)
        faults += [FigureFault("figures.csv", line, key, says) for key, says in _rules(made_figure, sources)]
    if faults:
        raise FiguresRefused(tuple(faults))
    return Figures(tuple(figures), sources)


def _rows(file: Path, faults: list[FigureFault]) -> list[tuple[int, dict[str, str]]]:
    """Rows with their lines; a spreadsheet's byte order mark is no part of the first heading."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text)
            return [(reader.line_num, dict(row)) for row in reader]
    except FileNotFoundError:
        says = "the file is missing; add it"
    except UnicodeDecodeError as refused:
        says = f"not UTF-8 at byte {refused.start}; save the file as UTF-8"
    faults.append(FigureFault(file.name, 1, "file", says))
    return []


def _plain(row: dict[str, str]) -> dict[str, object]:
    made: dict[str, object] = dict(row)
    made["sources"] = [source for source in (row.get("sources") or "").split(";") if source]
    for key in ("published_at", "published_kind"):
        made[key] = row.get(key) or None
    return made


def _rules(figure: Figure, sources: dict[str, Source]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if not figure.value.is_finite():
        found.append(("value", "not a number; write one"))
    if not figure.sources:
        found.append(("sources", "a figure needs at least one source"))
    found += [("sources", f"no source {source!r} in sources.csv") for source in figure.sources if source not in sources]
    if bool(figure.form) == bool(figure.reference_only_because):
        found.append(("form", "name the form and item, or say in reference_only_because why it is not fed"))
    if figure.form and (figure.published_at is None or figure.published_kind is None):
        found.append(("published_at", "a figure that is fed needs its date and whether that is exact or assumed"))
    return found


def _key(path: tuple[str | int, ...]) -> str:
    return "/".join(str(step) for step in path) or "row"
