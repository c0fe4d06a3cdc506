"""Checks of presets, and of the yardsticks by which a target is held against them."""

from decimal import Decimal

from plan.book import PlanView
from plan.check_base import Faults
from plan.codes import Kind, Measure, PresetRule, Status, Yardstick
from plan.model import Plan, Target, YardstickRule
from plan.periods import Period, PeriodKind
from plan.yaml_lines import KeyPath

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
        elif preset.rule is PresetRule.DIRECTION and set(preset.kinds) != {Kind.REDUCTION}:
            faults.add((*path, "kinds"), "only a reduction can be told by its direction; leave the other kinds out")
        for status in preset.level_labels:
            faults.known((*path, "level_labels", status), status, statuses, "status")
        limit = preset.mild_up_to_pct
        place = (*path, "mild_up_to_pct")
        if preset.rule is PresetRule.SHARE_MISSED:
            if limit is None or not 0 < limit < _WHOLE:
                faults.add(place, "share_missed needs a share between 0 and 100 up to which a miss is mild")
        elif limit is not None:
            faults.add(place, f"{preset.rule} has no such limit; leave it out")


def check_yardsticks(
    target: Target, view: PlanView, span: tuple[Period, Period] | None, path: KeyPath, faults: Faults
) -> None:
    """Add every fault of a target's yardsticks; ``span`` is its baseline and deadline, if they can be read."""
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
        if rule.yardstick is Yardstick.PLAN_PROGRESS and target.indicator in view.indicators:
            _check_progress(target, view.indicators[target.indicator].measure, span, (*place, "yardstick"), faults)
        _check_rule_presets(target, rule, view, place, faults)
        _check_official_tasks(rule, span, (*place, "official_tasks"), faults)


def _check_progress(
    target: Target, measure: Measure, span: tuple[Period, Period] | None, path: KeyPath, faults: Faults
) -> None:
    """What the indicator measures must add up to a way from baseline to deadline."""
    if target.kind is Kind.REDUCTION:
        return
    if measure is Measure.YEARLY_CHANGE_PCT:
        faults.add(path, "yearly rates do not add up to a progress; use annual_task")
    elif measure is Measure.YEARLY_CHANGE and target.kind is not Kind.CEILING:
        faults.add(path, "yearly changes are summed up against a ceiling only; use annual_task")
    elif measure is Measure.YEARLY_CHANGE and span is not None and {each.kind for each in span} != {PeriodKind.YEAR}:
        faults.add(path, "yearly changes run from a year to a year; write baseline and deadline as years")
    elif measure is Measure.YEAR_TO_DATE and span is not None and span[0].end_date.year < span[1].year - 1:
        says = "a year to date starts anew each January: let the baseline be the year before the deadline's"
        faults.add(path, f"{says}, or use annual_task")


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
