"""Rules of the yardsticks of a target: what the indicator must state for them, and which presets can serve them."""

from collections.abc import Iterator, Mapping

from plan.aim import Aim
from plan.codes import Kind, Measure, Yardstick
from plan.misfit import Misfit
from plan.model import Indicator, Preset, YardstickRule
from plan.periods import PeriodFault, PeriodKind, parse_period
from plan.yaml_lines import KeyPath

_OF_TRENDS = (Yardstick.GROWTH_RATIO, Yardstick.WEATHER)
_CARRIES_OVER = (Measure.LEVEL, Measure.CUMULATIVE)


def yardstick_misfits(aim: Aim, indicator: Indicator | None, presets: Mapping[str, Preset]) -> Iterator[Misfit]:
    """All that is wrong with the yardsticks of a target; what its indicator must state is asked where that is known."""
    rules = aim.target.yardsticks
    if aim.target.restates:
        if rules:
            says = f"the target only restates {aim.target.restates!r} and is rated there; leave its yardsticks out"
            yield Misfit(("yardsticks",), says)
        return
    if not rules:
        yield Misfit(("yardsticks",), "no yardstick: the target would never be rated; name one")
    seen: set[Yardstick] = set()
    for at, rule in enumerate(rules):
        path: KeyPath = ("yardsticks", at)
        if rule.yardstick in seen:
            yield Misfit((*path, "yardstick"), f"{rule.yardstick} stands twice; keep one")
        seen.add(rule.yardstick)
        for key, periods in (("hold_periods", rule.hold_periods), ("keep_firing_periods", rule.keep_firing_periods)):
            if periods < 1:
                yield Misfit((*path, key), f"{periods}: at least 1 period")
        if indicator is not None:
            yield from _measure(aim, rule, indicator, (*path, "yardstick"))
        yield from _presets(aim, rule, presets, path)
        yield from _official_tasks(aim, rule, (*path, "official_tasks"))


def _measure(aim: Aim, rule: YardstickRule, indicator: Indicator, path: KeyPath) -> Iterator[Misfit]:
    """What the indicator states must make up what the yardstick looks at."""
    is_reduction = aim.target.kind is Kind.REDUCTION
    if rule.yardstick is Yardstick.PLAN_PROGRESS and not is_reduction:
        yield from _progress(aim, indicator.measure, path)
    if rule.yardstick in _OF_TRENDS:
        if indicator.measure not in _CARRIES_OVER and not is_reduction:
            says = f"{rule.yardstick} needs a level or a cumulative amount, {indicator.id!r} is {indicator.measure}"
            yield Misfit(path, f"{says}; use annual_task or plan_progress")
        if aim.span is not None and not aim.span.is_in_years and not is_reduction:
            yield Misfit(path, f"{rule.yardstick} runs from a year to a year; write baseline and deadline like 2020")


def _progress(aim: Aim, measure: Measure, path: KeyPath) -> Iterator[Misfit]:
    """The values must add up to a way from baseline to deadline; yearly demands have a way of their own each year."""
    match measure:
        case Measure.YEARLY_CHANGE_PCT:
            yield Misfit(path, "yearly rates do not add up to a progress; use annual_task")
        case Measure.YEARLY_CHANGE if aim.target.kind is not Kind.CEILING:
            yield Misfit(path, "yearly changes are summed up against a ceiling only; use annual_task")
        case Measure.YEARLY_CHANGE if aim.span is not None and not aim.span.is_in_years:
            yield Misfit(path, "yearly changes run from a year to a year; write baseline and deadline as years")
        case Measure.YEAR_TO_DATE if aim.target.every is None and aim.span is not None and not aim.span.is_one_year:
            says = "a year to date starts anew each January: let the baseline be the year before the deadline's"
            yield Misfit(path, f"{says}, or use annual_task")
        case _:
            return


def _presets(aim: Aim, rule: YardstickRule, presets: Mapping[str, Preset], path: KeyPath) -> Iterator[Misfit]:
    named: list[tuple[KeyPath, str]] = [((*path, "alert_preset"), rule.alert_preset)]
    named += [((*path, "beside", at), preset) for at, preset in enumerate(rule.beside)]
    seen: set[str] = set()
    for place, preset_id in named:
        if preset_id in seen:
            yield Misfit(place, f"preset {preset_id!r} stands twice; keep one")
        seen.add(preset_id)
        preset = presets.get(preset_id)
        if preset is None:
            yield Misfit(place, f"no preset {preset_id!r}; known: {', '.join(presets) or 'none'}")
            continue
        if aim.target.kind not in preset.kinds:
            suited = ", ".join(preset.kinds)
            says = f"{preset_id} rates {suited}; it has no meaning for a {aim.target.kind}: choose another"
            yield Misfit(place, says)
        if rule.yardstick not in preset.yardsticks:
            suited = ", ".join(preset.yardsticks)
            yield Misfit(place, f"{preset_id} serves {suited}, not {rule.yardstick}: choose another")


def _official_tasks(aim: Aim, rule: YardstickRule, path: KeyPath) -> Iterator[Misfit]:
    if rule.official_tasks and rule.yardstick is not Yardstick.ANNUAL_TASK:
        yield Misfit(path, f"only annual_task looks at the tasks of years; leave them out of {rule.yardstick}")
    for text in rule.official_tasks:
        place = (*path, text)
        try:
            period = parse_period(text)
        except PeriodFault as refused:
            yield Misfit(place, str(refused))
            continue
        if period.kind is not PeriodKind.YEAR:
            yield Misfit(place, f"{text}: an official task is that of a year; write 2017")
        elif aim.span is not None and not aim.span.holds(period):
            yield Misfit(place, f"{text} does not lie between baseline and deadline; leave it out")
