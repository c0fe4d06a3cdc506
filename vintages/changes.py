"""What changed between two vintages of the lake: cells and indicator values, before and after, and by whom."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

import duckdb
import msgspec

from plan.book import PlanView
from plan.messages import Verdict
from vintages.reading import streamed, unit_name
from warehouse.lake import utc


class Asked(msgspec.Struct, frozen=True):
    """From when to when, and what is narrowed down to; empty texts ask for all."""

    since: dt.datetime
    until: dt.datetime
    plan: str = ""
    form: str = ""
    indicator: str = ""


class ObservationChange(msgspec.Struct, frozen=True):
    """A cell that was added, revised or withdrawn, and the return that did it; a number or a text, old and new."""

    change: str
    plan_id: str
    form_id: str
    period: str
    area_id: str
    unit_id: str
    unit_zh: str
    row_key: str
    item_id: str
    old_value: Decimal | None
    old_text: str
    old_unit: str
    new_value: Decimal | None
    new_text: str
    new_unit: str
    known_at: dt.datetime
    sender_id: str
    return_id: str
    topic: str
    kafka_partition: int
    kafka_offset: int


class ValueChange(msgspec.Struct, frozen=True):
    """An indicator value that is new or differs in figure, bound or verdict; ``through``: the returns behind it."""

    change: str
    plan_id: str
    indicator_id: str
    area_id: str
    period: str
    old_value: Decimal | None
    old_verdict: Verdict | None
    new_value: Decimal | None
    new_verdict: Verdict
    unit: str
    is_overdue: bool
    cutoff_at: dt.datetime
    through: tuple[str, ...]


def observation_changes(
    lake: duckdb.DuckDBPyConnection, views: Sequence[PlanView], asked: Asked
) -> Iterator[ObservationChange]:
    """Cells that differ, by form, period and unit. An indicator narrows them down to the cells that feed it."""
    by_plan = {view.plan.id: view for view in views}
    for form, items in _places(views, asked):
        where = {"since": asked.since, "until": asked.until, "plan": asked.plan, "form": form, "items": items}
        for row in streamed(lake, "vintages/changed_observations", where):
            view = by_plan.get(row[1])
            made = ObservationChange(*row[:6], unit_name(view, row[5]), *row[6:14], utc(row[14]), *row[15:])
            yield _with_units(made, view)


def value_changes(lake: duckdb.DuckDBPyConnection, asked: Asked) -> Iterator[ValueChange]:
    """Indicator values that differ, by plan, indicator, area and period."""
    where = msgspec.structs.asdict(asked)
    for row in streamed(lake, "vintages/changed_values", where):
        *place, old, old_verdict, new, new_verdict, unit, is_overdue, cutoff_at, through = row
        yield ValueChange(
            *place,
            old_value=old,
            old_verdict=None if old_verdict is None else Verdict(old_verdict),
            new_value=new,
            new_verdict=Verdict(new_verdict),
            unit=unit,
            is_overdue=is_overdue,
            cutoff_at=utc(cutoff_at),
            through=tuple(through),
        )


def _with_units(made: ObservationChange, view: PlanView | None) -> ObservationChange:
    """The change with the unit of measure that the form fixes, on the sides that there are."""
    item = None if view is None or made.form_id not in view.items else view.items[made.form_id].get(made.item_id)
    fixed = "" if item is None else item.unit
    return msgspec.structs.replace(
        made,
        old_unit="" if made.change == "added" else made.old_unit or fixed,
        new_unit="" if made.change == "withdrawn" else made.new_unit or fixed,
    )


def _places(views: Sequence[PlanView], asked: Asked) -> list[tuple[str, list[str]]]:
    """Form and items to look at; an empty form and no items ask for all."""
    if not asked.indicator:
        return [(asked.form, [])]
    fed = [view.indicators[asked.indicator] for view in views if asked.indicator in view.indicators]
    return [(each.form, sorted(set(each.inputs.values()))) for each in fed if asked.form in ("", each.form)]
