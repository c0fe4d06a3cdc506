"""The reviewed table of cases: published ones, ties at every boundary, and each way not to be rated."""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from plan.codes import Comparator, Direction, Kind, Measure, ScheduleKind, Yardstick
from plan.messages import Bound, Verdict
from plan.model import Indicator, Target, YardstickRule
from rating.engine import Observed, Rating

_TABLE = Path(__file__).with_name("scenarios.csv")
with _TABLE.open(encoding="utf-8", newline="") as _text:
    _ROWS = list(csv.DictReader(_text))


def _pairs(text: str) -> dict[str, Decimal]:
    return {period: Decimal(value) for period, value in (each.split("=") for each in text.split())}


def _points(text: str) -> list[Observed]:
    """``2016=-7.64 2017=95/at_least 2018=1/failed 2019=overdue``."""
    points = []
    for each in text.split():
        period, said = each.split("=")
        value, _, mark = said.partition("/")
        is_overdue = value == "overdue"
        points.append(
            Observed(
                period,
                None if is_overdue else Decimal(value),
                Bound(mark) if mark in set(Bound) else Bound.EXACT,
                Verdict(mark) if mark in set(Verdict) else Verdict.PASSED,
                is_overdue,
            )
        )
    return points


@pytest.mark.parametrize("row", _ROWS, ids=[row["case"] for row in _ROWS])
def test_scenario(
    row: dict[str, str],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    make_rule: Callable[..., YardstickRule],
    rate_one: Callable[..., Rating],
) -> None:
    schedule, _, table = row["schedule"].partition(" ")
    kind = Kind(row["kind"])
    target = make_target(
        kind=kind,
        value=row["target"],
        base=row["base"],
        base_value=row["base_value"] or None,
        deadline=row["deadline"],
        schedule=ScheduleKind(schedule),
        steps=_pairs(table),
        comparator=Comparator(row["comparator"]),
        yardsticks=(make_rule(Yardstick(row["yardstick"]), alert=row["preset"], tasks=_pairs(row["tasks"])),),
    )
    direction = Direction.LESS if kind in (Kind.REDUCTION, Kind.CEILING) else Direction.MORE
    indicator = make_indicator(Measure(row["measure"]), direction=direction)

    made = rate_one(target, indicator, _points(row["series"]), row["period"])

    assert (made.status, made.reason) == (row["status"], row["reason"])
    numbers = ("value", "required", "gap", "missed_pct")
    shown = {name: "" if getattr(made, name) is None else str(getattr(made, name)) for name in numbers}
    assert shown == {name: row[name] for name in numbers}
    assert made.period == row["period"]
    assert made.formula_zh
    assert made.formula_en


def test_table_names_every_case_once() -> None:
    names = [row["case"] for row in _ROWS]

    assert len(names) == len(set(names)) > 90
