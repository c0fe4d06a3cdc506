"""Checks of the way from baseline to deadline: its two ends, and how it is divided."""

import datetime as dt
from decimal import Decimal

from plan.check_base import Faults
from plan.codes import Kind, ScheduleKind
from plan.model import Target
from plan.periods import Period, PeriodKind
from plan.yaml_lines import KeyPath

_WHOLE = Decimal(100)


def check_span(target: Target, last_day: dt.date, path: KeyPath, faults: Faults) -> tuple[Period, Period] | None:
    """Baseline and deadline, when both can be read and stand in order; their faults are added."""
    base = faults.period((*path, "baseline", "period"), target.baseline.period)
    end = faults.period((*path, "deadline"), target.deadline)
    if end is not None and end.end_date > last_day:
        says = f"{target.deadline} ends after the plan's last_day {last_day}; correct one of them"
        faults.add((*path, "deadline"), says)
    if base is None or end is None:
        return None
    if base.end_date >= end.end_date:
        faults.add((*path, "deadline"), f"{target.deadline} is not after the baseline {target.baseline.period}")
        return None
    if target.kind is Kind.REDUCTION and {base.kind, end.kind} != {PeriodKind.YEAR}:
        says = "a reduction runs from a year to a year; write baseline and deadline like 2020"
        faults.add((*path, "deadline"), says)
    return base, end


def check_schedule(target: Target, span: tuple[Period, Period] | None, path: KeyPath, faults: Faults) -> None:
    """Add every fault of a target's schedule; ``span`` is its baseline and deadline, if they can be read."""
    schedule = target.schedule
    unsuited = ScheduleKind.LINEAR if target.kind is Kind.REDUCTION else ScheduleKind.COMPOUND
    if schedule.kind is unsuited:
        says = "rates of a reduction multiply: its schedule is compound or a table; all else is linear or a table"
        faults.add((*path, "kind"), f"{schedule.kind} for a {target.kind}: {says}")
    place = (*path, "done_pct")
    if schedule.kind is not ScheduleKind.TABLE:
        if schedule.done_pct:
            faults.add(place, f"only a table has steps; leave them out of a {schedule.kind} schedule")
        return
    if not schedule.done_pct:
        faults.add(place, "the table has no steps; name at least the deadline: 100")
        return
    last: tuple[Period, Decimal] | None = None
    for text, done in schedule.done_pct.items():
        step = (*place, text)
        period = faults.period(step, text)
        if not 0 <= done <= _WHOLE:
            faults.add(step, f"{done}: a share of the way lies between 0 and 100 per cent")
        if period is None:
            continue
        if span is not None and not span[0].end_date < period.end_date <= span[1].end_date:
            faults.add(step, f"{text} does not end between baseline and deadline; leave the step out")
        if last is not None and period.end_date <= last[0].end_date:
            faults.add(step, f"{text} does not end after {last[0]}; put the steps in order of time")
        if last is not None and done < last[1]:
            faults.add(step, f"{done} is less than {last[1]} asked before; the way done never shrinks")
        last = (period, done)
    if span is not None and last is not None and (last[0].end_date, last[1]) != (span[1].end_date, _WHOLE):
        faults.add(place, f"the table must end with 100 at the deadline {span[1]}")
