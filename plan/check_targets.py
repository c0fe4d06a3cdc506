"""Checks of targets and presets: values, deadlines, schedules, yardsticks."""

import datetime as dt
from decimal import Decimal

from plan.book import PlanView
from plan.check_base import Faults
from plan.messages import Status
from plan.model import (
    Comparator,
    Kind,
    Measure,
    Plan,
    PresetRule,
    Schedule,
    ScheduleKind,
    Target,
    YardstickRule,
)
from plan.periods import Period, PeriodKind
from plan.yaml_lines import KeyPath

_SHARES = (Kind.SHARE_FLOOR, Kind.COVERAGE)
_WHOLE = Decimal(100)


def check_presets(plan: Plan, faults: Faults) -> None:
    """Add every fault of the shared presets."""
    statuses = [status.value for status in Status]
    for at, preset in enumerate(plan.presets):
        path: KeyPath = ("presets", at)
        if preset.version < 1:
            faults.add((*path, "version"), f"{preset.version}: versions count from 1")
        if not preset.kinds or Kind.QUALITATIVE in preset.kinds:
            faults.add((*path, "kinds"), "name the kinds it can rate; qualitative targets are never rated")
        for status in preset.level_labels:
            faults.known((*path, "level_labels", status), status, statuses, "status")
        limit = preset.mild_up_to_pct
        place = (*path, "mild_up_to_pct")
        if preset.rule is PresetRule.SHARE_MISSED:
            if limit is None or not 0 < limit < _WHOLE:
                faults.add(place, "share_missed needs a share between 0 and 100 up to which a miss is mild")
        elif limit is not None:
            faults.add(place, f"{preset.rule} has no such limit; leave it out")


def check_targets(plan: Plan, faults: Faults) -> None:
    """Add every fault of the plan's targets."""
    view = PlanView(plan)
    for at, target in enumerate(plan.targets):
        path: KeyPath = ("targets", at)
        if not target.owners:
            faults.add((*path, "owners"), "nobody answers for the target; name the responsible units")
        faults.all_known((*path, "owners"), target.owners, view.owners, "owner")
        faults.known((*path, "unit"), target.unit, [measure.id for measure in plan.measures], "measure")
        area_known = faults.known((*path, "area"), target.area, view.areas, "area")
        if faults.known((*path, "indicator"), target.indicator, view.indicators, "indicator"):
            _check_against_indicator(target, view, path, faults, area_known=area_known)
        _check_value(target, path, faults)
        span = _check_span(target, plan.last_day, path, faults)
        _check_schedule(target.schedule, target.kind, span, (*path, "schedule"), faults)
        _check_yardsticks(target, view, span, path, faults)


def _check_against_indicator(
    target: Target, view: PlanView, path: KeyPath, faults: Faults, *, area_known: bool
) -> None:
    indicator = view.indicators[target.indicator]
    if target.kind is Kind.REDUCTION:
        if indicator.measure not in (Measure.LEVEL, Measure.YEARLY_CHANGE_PCT):
            says = f"a reduction is told from levels or yearly changes in per cent, not from {indicator.measure}"
            faults.add((*path, "indicator"), f"{says}; choose another indicator")
    elif target.unit != indicator.unit and {target.unit, indicator.unit} <= _measures(view):
        says = f"the target is in {target.unit}, its indicator in {indicator.unit}; convert the target"
        faults.add((*path, "unit"), says)
    form = view.forms.get(indicator.form)
    if form is None or not area_known or any(unit not in view.units for unit in form.roster):
        return  # told elsewhere
    if target.area not in view.slice_areas(form):
        says = f"nobody on the roster of form {form.id!r} reports for {target.area!r}; add a reporting unit"
        faults.add((*path, "area"), says)


def _measures(view: PlanView) -> set[str]:
    return {measure.id for measure in view.plan.measures}


def _check_value(target: Target, path: KeyPath, faults: Faults) -> None:
    if target.kind is Kind.REDUCTION:
        if target.unit != "pct":
            faults.add((*path, "unit"), f"{target.unit}: a reduction is written in pct")
        if not 0 < target.value < _WHOLE:
            faults.add((*path, "value"), f"{target.value}: a reduction is positive and below 100 (18 for -18 %)")
    elif target.unit == "pct" and target.kind in _SHARES and not 0 <= target.value <= _WHOLE:
        faults.add((*path, "value"), f"{target.value}: a share lies between 0 and 100 per cent")
    is_ceiling = target.kind is Kind.CEILING
    if is_ceiling != (target.comparator is Comparator.AT_MOST):
        says = "a ceiling is written <=, every other kind >= or >"
        faults.add((*path, "comparator"), f"{target.comparator} for a {target.kind}: {says}")


def _check_span(target: Target, last_day: dt.date, path: KeyPath, faults: Faults) -> tuple[Period, Period] | None:
    """Baseline and deadline, when both can be read and stand in order."""
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
    return base, end


def _check_schedule(
    schedule: Schedule, kind: Kind, span: tuple[Period, Period] | None, path: KeyPath, faults: Faults
) -> None:
    if schedule.kind is ScheduleKind.COMPOUND and kind is not Kind.REDUCTION:
        faults.add((*path, "kind"), f"compound is for reductions; a {kind} has a linear schedule or a table")
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


def _check_yardsticks(
    target: Target, view: PlanView, span: tuple[Period, Period] | None, path: KeyPath, faults: Faults
) -> None:
    if target.kind is Kind.QUALITATIVE:
        if target.yardsticks:
            faults.add((*path, "yardsticks"), "a qualitative target is never rated; leave its yardsticks empty")
        return
    if not target.yardsticks:
        faults.add((*path, "yardsticks"), "no yardstick: the target would never be rated; name one")
    seen: set[str] = set()
    for at, rule in enumerate(target.yardsticks):
        place = (*path, "yardsticks", at)
        if rule.yardstick in seen:
            faults.add((*place, "yardstick"), f"{rule.yardstick} stands twice; keep one")
        seen.add(rule.yardstick)
        for key, periods in (("hold_periods", rule.hold_periods), ("keep_firing_periods", rule.keep_firing_periods)):
            if periods < 1:
                faults.add((*place, key), f"{periods}: at least 1 period")
        _check_rule_presets(target, rule, view, place, faults)
        _check_official_tasks(rule, span, (*place, "official_tasks"), faults)


def _check_rule_presets(target: Target, rule: YardstickRule, view: PlanView, path: KeyPath, faults: Faults) -> None:
    named = [((*path, "alert_preset"), rule.alert_preset)]
    named += [((*path, "beside", at), preset) for at, preset in enumerate(rule.beside)]
    seen: set[str] = set()
    for place, preset in named:
        if preset in seen:
            faults.add(place, f"preset {preset!r} stands twice; keep one")
        seen.add(preset)
        if faults.known(place, preset, view.presets, "preset") and target.kind not in view.presets[preset].kinds:
            suited = ", ".join(view.presets[preset].kinds)
            faults.add(place, f"{preset} rates {suited}; it has no meaning for a {target.kind}: choose another")


def _check_official_tasks(
    rule: YardstickRule, span: tuple[Period, Period] | None, path: KeyPath, faults: Faults
) -> None:
    for text in rule.official_tasks:
        place = (*path, text)
        period = faults.period(place, text)
        if period is None:
            continue
        if period.kind is not PeriodKind.YEAR:
            faults.add(place, f"{text}: an official task is that of a year; write 2017")
        elif span is not None and not span[0].end_date < period.end_date <= span[1].end_date:
            faults.add(place, f"{text} does not lie between baseline and deadline; leave it out")
