"""What was known at a moment, read from the lake by its as-of macros."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import msgspec

from plan.book import PlanView
from plan.codes import Status
from plan.messages import Bound, Reason, Verdict
from plan.model import Form
from plan.periods import parse_period
from warehouse.lake import utc
from warehouse.migrations import sql

_CHUNK = 10_000


class ValueThen(msgspec.Struct, frozen=True):
    """An indicator value as known at a moment; an empty one speaks too."""

    plan_id: str
    indicator_id: str
    area_id: str
    period: str
    value: Decimal | None
    unit: str
    bound: Bound
    verdict: Verdict
    received: int
    due: int
    is_overdue: bool
    known_at: dt.datetime | None
    cutoff_at: dt.datetime


class Recorded(msgspec.Struct, frozen=True):
    """What the alerter recorded; ``is_of_plan_in_force`` is False where only an older version of the plan rated it."""

    status: Status
    reason: Reason
    is_of_plan_in_force: bool


RecordKey = tuple[str, str, str, str, str]
"""Plan, target, area, yardstick and period."""


class ObservationThen(msgspec.Struct, frozen=True):
    """A cell as known at a moment; ``state``: ``reported``, ``no_return`` (nothing but the unit) or ``no_cell``."""

    state: str
    unit_id: str
    unit_zh: str
    area_id: str
    row_key: str = ""
    item_id: str = ""
    item_zh: str = ""
    value: Decimal | None = None
    text_value: str = ""
    unit_of_measure: str = ""
    status: str = ""
    bound: str = ""
    known_at: dt.datetime | None = None
    sender_id: str = ""
    return_id: str = ""
    topic: str = ""
    kafka_partition: int | None = None
    kafka_offset: int | None = None


def values_as_of(
    lake: duckdb.DuckDBPyConnection, moment: dt.datetime, *, plan: str = "", indicator: str = "", area: str = ""
) -> tuple[ValueThen, ...]:
    """Indicator values as known at a moment, by plan, indicator and area in order of time; empty texts ask for all."""
    asked = {"moment": moment, "plan": plan, "indicator": indicator, "area": area}
    found = [
        ValueThen(*row[:6], Bound(row[6]), Verdict(row[7]), *row[8:11], _moment(row[11]), utc(row[12]))
        for row in streamed(lake, "vintages/values_as_of", asked)
    ]
    return tuple(sorted(found, key=_place))


def recorded_as_of(lake: duckdb.DuckDBPyConnection, moment: dt.datetime) -> dict[RecordKey, Recorded]:
    """The statuses that the alerter recorded of the values known by a moment."""
    rows = streamed(lake, "vintages/recorded_status", {"moment": moment})
    return {
        (plan, target, area, yardstick, period): Recorded(Status(status), Reason(reason), is_current)
        for plan, target, area, yardstick, period, status, reason, is_current in rows
    }


def observations_as_of(
    lake: duckdb.DuckDBPyConnection, view: PlanView, form: Form, period: str, *, unit: str, moment: dt.datetime
) -> Iterator[ObservationThen]:
    """Cells of a form and period as known at a moment; before them the units that had sent nothing, or nothing left."""
    asked = {"moment": moment, "form": form.id, "period": period}
    heard = {row[0] for row in streamed(lake, "vintages/units_heard", asked)}
    wanted = [
        each
        for area in view.slice_areas(form)
        for each in view.roster(form, area, period)
        if unit in ("", each) and each not in heard
    ]
    yield from (_silent(view, each, "no_return") for each in wanted)
    said: set[str] = set()
    for row in streamed(lake, "vintages/observations_as_of", {**asked, "unit": unit}):
        said.add(row[0])
        yield _observation(view, form, row)
    yield from (_silent(view, each, "no_cell") for each in sorted(heard - said) if unit in ("", each))


def streamed(lake: duckdb.DuckDBPyConnection, name: str, asked: dict[str, object]) -> Iterator[tuple[Any, ...]]:
    """Rows of a statement, some thousand at a time: an answer of millions of rows does not fit into memory."""
    answer = lake.execute(sql(name), asked)
    while rows := answer.fetchmany(_CHUNK):
        yield from rows


def unit_name(view: PlanView | None, unit: str) -> str:
    """The Chinese name of a reporting unit; empty for one that the plan in force no longer has."""
    return view.units[unit].names.zh if view is not None and unit in view.units else ""


def _observation(view: PlanView, form: Form, row: tuple[Any, ...]) -> ObservationThen:
    unit, area, row_key, item, value, text, measure, status, bound, known_at, *origin = row
    known = view.items[form.id].get(item)
    item_zh, fixed = ("", "") if known is None else (known.names.zh, known.unit)
    return ObservationThen(
        *("reported", unit, unit_name(view, unit), area, row_key, item, item_zh, value, text),
        *(measure or fixed, status, bound, utc(known_at), *origin),
    )


def _silent(view: PlanView, unit: str, state: str) -> ObservationThen:
    area = view.units[unit].area if unit in view.units else ""
    return ObservationThen(state, unit, unit_name(view, unit), area)


def _place(value: ValueThen) -> tuple[str, str, str, dt.date, dt.date, str]:
    return (value.plan_id, value.indicator_id, value.area_id, *parse_period(value.period).sort_key, value.period)


def _moment(found: dt.datetime | None) -> dt.datetime | None:
    return None if found is None else utc(found)
