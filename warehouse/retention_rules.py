"""What old readings come to, and when they may go: pure, from the plan and what the lake says of a slice."""

import datetime as dt
from enum import StrEnum

import msgspec

from plan.book import PlanView
from plan.codes import ItemType, RowsBy
from plan.due import Slice
from plan.model import Form, Item
from plan.periods import PeriodKind

_MINUTES_OF_DAY = 24 * 60
_LEVELS = frozenset({"share", "pct"})
_VALID = "valid"


class Rollup(StrEnum):
    """How readings become one figure: amounts are added up, levels and rates are averaged."""

    SUM = "sum"
    MEAN = "mean"


class RolledItem(msgspec.Struct, frozen=True):
    """One item of readings: its rule, how many readings an hour and a day have, and the item that flags its rows."""

    form_id: str
    item_id: str
    unit: str
    rule: Rollup
    per_hour: int
    per_day: int
    flag_item: str


class RetentionPolicy(msgspec.Struct, frozen=True):
    """How old readings must be, counted from the newest day in the log."""

    keep_days: int = 400


class RipeFacts(msgspec.Struct, frozen=True):
    """What the lake says of a slice whose readings are still there."""

    slice: Slice
    period_end_date: dt.date
    is_derived: bool


class Keep(StrEnum):
    """Whether the readings of a slice go, and if not, why."""

    GO = "go"
    TOO_YOUNG = "too-young"
    NOT_DERIVED = "not-derived"


def rule_of(unit: str) -> Rollup:
    """By the unit of measure: what is per something, a share or a per cent is a level; anything else is an amount."""
    return Rollup.MEAN if "_per_" in unit or unit in _LEVELS else Rollup.SUM


def rolled_items(view: PlanView) -> tuple[RolledItem, ...]:
    """The items of readings whose cells may go.

    Only forms by the day with rows by time. A form that others are audited with, or that looks back on its own
    earlier returns, keeps its cells: they may be asked for again.
    """
    beside = {other for form in view.plan.forms for other in form.audited_with}
    return tuple(
        _rolled(form, item)
        for form in view.plan.forms
        if form.rows is not None and form.rows.by is RowsBy.TIME and form.calendar.kind is PeriodKind.DAY
        if form.id not in beside and not form.looks_back
        for item in form.items
        if item.in_rows and item.type.is_numeric
    )


def decide(facts: RipeFacts, policy: RetentionPolicy, last_tick: dt.date) -> Keep:
    """Decide of one slice. By the calendar in the log, never by the machine's clock."""
    if last_tick - facts.period_end_date < dt.timedelta(days=policy.keep_days):
        return Keep.TOO_YOUNG
    return Keep.GO if facts.is_derived else Keep.NOT_DERIVED


def _rolled(form: Form, item: Item) -> RolledItem:
    assert form.rows is not None
    minutes = form.rows.every_minutes
    flags = [each.id for each in form.items if _is_flag(each)]
    return RolledItem(
        form.id,
        item.id,
        item.unit,
        rule_of(item.unit),
        max(1, 60 // minutes),
        _MINUTES_OF_DAY // minutes,
        flags[0] if flags else "",
    )


def _is_flag(item: Item) -> bool:
    return item.in_rows and item.type is ItemType.CODE and _VALID in {code.id for code in item.codes}
