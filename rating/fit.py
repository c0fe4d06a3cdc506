"""Can this target be rated at all? Faults of a plan that would make a rating meaningless, each with its mend."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal

from plan.codes import Comparator, Kind, Measure, PresetRule, ScheduleKind, Yardstick
from plan.model import Indicator, Preset, Target, YardstickRule
from plan.periods import PeriodKind, parse_period


class UnfitTarget(ValueError):
    """A target cannot be rated as the plan states it; ``faults`` says what to mend."""

    def __init__(self, target: Target, faults: tuple[str, ...]) -> None:
        super().__init__(f"目标 {target.names.zh} (target {target.id}) cannot be rated: " + "; ".join(faults))
        self.faults = faults


def misfits(target: Target, indicator: Indicator, presets: Mapping[str, Preset]) -> tuple[str, ...]:
    """All faults of a target with its indicator and presets, independent of any data; empty when it can be rated."""
    yardsticks = [rule.yardstick for rule in target.yardsticks]
    return (
        *_path_faults(target, indicator),
        *(f"yardstick {each.value} is given twice; keep one" for each in Yardstick if yardsticks.count(each) > 1),
        *(fault for rule in target.yardsticks for fault in _preset_faults(target, rule, presets)),
    )


def require_fit(target: Target, indicator: Indicator, presets: Mapping[str, Preset]) -> None:
    """Raise :class:`UnfitTarget` with all faults, if there are any."""
    faults = misfits(target, indicator, presets)
    if faults:
        raise UnfitTarget(target, faults)


def _path_faults(target: Target, indicator: Indicator) -> Iterator[str]:
    if target.indicator != indicator.id:
        yield f"it is about indicator {target.indicator}, was given {indicator.id}"
    if target.kind is Kind.QUALITATIVE:
        return
    start, end = parse_period(target.baseline.period), parse_period(target.deadline)
    if end.end_date <= start.end_date:
        yield f"deadline {target.deadline} must end after the baseline period {target.baseline.period}"
    if target.kind is Kind.CEILING and target.comparator is not Comparator.AT_MOST:
        yield f"a ceiling needs comparator <=, found {target.comparator.value}"
    if target.kind is Kind.REDUCTION:
        yield from _reduction_faults(target, indicator)
    elif any(rule.yardstick is Yardstick.PLAN_PROGRESS for rule in target.yardsticks):
        yield from _progress_faults(target, indicator)
    yield from _table_faults(target)


def _reduction_faults(target: Target, indicator: Indicator) -> Iterator[str]:
    if not 0 < target.value < 100:
        yield f"a reduction is written in per cent between 0 and 100, positive, found {target.value}"
    if target.comparator is Comparator.AT_MOST:
        yield "a reduction needs comparator >= or >: at least so much must be reduced"
    if any(parse_period(text).kind is not PeriodKind.YEAR for text in (target.baseline.period, target.deadline)):
        yield "a reduction runs from a year to a year; write baseline and deadline as years"
    if indicator.measure not in (Measure.YEARLY_CHANGE_PCT, Measure.LEVEL):
        yield f"a reduction is measured by yearly_change_pct or level, not {indicator.measure.value}"
    if target.schedule.kind is ScheduleKind.LINEAR:
        yield "yearly rates of a reduction multiply: use schedule compound or table, not linear"
    base = target.baseline.value
    if indicator.measure is Measure.LEVEL and base is not None and base <= 0:
        yield f"a base level must be positive, found {base}"


def _progress_faults(target: Target, indicator: Indicator) -> Iterator[str]:
    if target.schedule.kind is ScheduleKind.COMPOUND:
        yield "a compound schedule belongs to a reduction; use linear or table"
    start, end = parse_period(target.baseline.period), parse_period(target.deadline)
    match indicator.measure:
        case Measure.YEARLY_CHANGE_PCT:
            yield "yearly rates do not add up to a progress: use the yardstick annual_task"
        case Measure.YEARLY_CHANGE if target.kind is not Kind.CEILING:
            yield "yearly changes are summed up against a ceiling only: use the yardstick annual_task"
        case Measure.YEARLY_CHANGE if {start.kind, end.kind} != {PeriodKind.YEAR}:
            yield "yearly changes run from a year to a year; write baseline and deadline as years"
        case Measure.YEAR_TO_DATE if (start.year, start.last_month) < (end.year - 1, 12):
            yield "a year to date starts anew each January: the baseline must not end before the deadline's year begins"
        case _:
            return


def _table_faults(target: Target) -> Iterator[str]:
    if target.schedule.kind is not ScheduleKind.TABLE:
        return
    deadline = parse_period(target.deadline).end_date
    seen: dict[dt.date, Decimal] = {}
    for text, pct in target.schedule.done_pct.items():
        end = parse_period(text).end_date
        if not 0 <= pct <= 100:
            yield f"schedule {text}: the share done must lie between 0 and 100 %, found {pct}"
        if end >= deadline and pct != 100:
            yield f"schedule {text}: at the deadline 100 % is asked, found {pct}"
        if seen.setdefault(end, pct) != pct:
            yield f"schedule {text}: another period with the same end asks {seen[end]} %; keep one"


def _preset_faults(target: Target, rule: YardstickRule, presets: Mapping[str, Preset]) -> Iterator[str]:
    named = (rule.alert_preset, *rule.beside)
    if len(set(named)) < len(named):
        yield f"yardstick {rule.yardstick.value} names a preset twice; name it once"
    for preset_id in named:
        preset = presets.get(preset_id)
        if preset is None:
            yield f"no preset {preset_id}; known: {', '.join(sorted(presets))}"
            continue
        if target.kind not in preset.kinds:
            yield (
                f"preset {preset.id} is not made for kind {target.kind.value}; "
                f"its kinds: {', '.join(kind.value for kind in preset.kinds)}"
            )
        if preset.rule is PresetRule.DIRECTION and target.kind is not Kind.REDUCTION:
            yield f"preset {preset.id} asks whether it rose or fell: only a reduction has that"
        if preset.rule is PresetRule.SHARE_MISSED and (
            preset.mild_up_to_pct is None or not 0 <= preset.mild_up_to_pct <= 100
        ):
            yield f"preset {preset.id}: rule share_missed needs mild_up_to_pct between 0 and 100"
