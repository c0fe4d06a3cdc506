"""Rate many series of one target at once: as ``rating.engine.rate`` would rate each of their figures, but as codes.

The engine itself is asked once for each step of each period; where its answer hangs on more than one figure (plan
progress of a reduction) the chained products decide.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np

from plan.codes import Measure, ScheduleKind, Status, Yardstick
from plan.messages import Bound, Observed, Reason, Verdict
from plan.model import Indicator, Preset, Target, YardstickRule
from plan.periods import Period, parse_period
from rating import quantity
from rating.case import Case, Judged, Withheld
from rating.demand import Demand
from rating.fit import require_fit
from rating.grid import Grid, YearTask, amount_edges, rate_year_reductions, rated
from rating.grid_progress import Way, rate_plan_progress
from rating.preset import decide
from rating.series import Series
from rating.staircase import REASONS, Codes, Floats, Outcome, Staircase, staircase
from rating.standing import Amount
from rating.trajectory import asked, at_end, months_between

_STARTLESS = (ScheduleKind.CONSTANT, ScheduleKind.MILESTONES)
"""Schedules that ask without knowing where the way starts."""


def rate_target(
    target: Target,
    indicator: Indicator,
    presets: Mapping[str, Preset],
    *,
    rule: YardstickRule,
    preset_id: str,
    periods: Sequence[str],
    values: Floats,
    held: Codes | None = None,
) -> Grid:
    """Rate figures (series x periods, NaN where there is none) by one yardstick and preset of the target.

    ``held``: reason codes of the figures that may not be judged, 0 for the others. Plan progress of a reduction needs
    every year from the first after the base on. Raises UnfitTarget as the engine does, and ValueError for what only
    the engine can rate: other yardsticks than annual task and plan progress, sums over several years, reductions given
    as levels, ways that start at each series' own level.
    """
    demand, preset = require_fit(target, indicator, presets), presets[preset_id]
    ends = tuple(parse_period(each) for each in periods)
    _require_gridable(demand, indicator, rule, ends)
    held = _with_impossible(indicator, values, held)
    if not demand.is_reduction:
        return rated(values, ends, lambda at: _quantity_stairs(demand, indicator, rule, preset, at), held)
    if any((at.first_month, at.last_month) != (1, 12) for at in ends):
        raise ValueError("a reduction is rated by calendar years")
    if rule.yardstick is Yardstick.ANNUAL_TASK:
        return rate_year_reductions(values, [_year_task(demand, rule, at) for at in ends], preset, held)
    if [at.year for at in ends] != list(range(demand.base.year + 1, demand.base.year + 1 + len(ends))):
        raise ValueError(f"plan progress needs every year from {demand.base.year + 1} on, in order")
    found = [asked(demand, at) for at in ends]
    shares = [None if each is None else each.share for each in found]
    return rate_plan_progress(values, Way(demand.rest, demand.is_strict), shares, preset, held)


def _with_impossible(indicator: Indicator, values: Floats, held: Codes | None) -> Codes | None:
    """The reasons given, and to verify for values beyond the indicator's limits. Floats keep the order of decimals."""
    beyond = np.zeros(values.shape, np.bool_)
    if indicator.minimum is not None:
        beyond |= values < float(indicator.minimum)
    if indicator.maximum is not None:
        beyond |= values > float(indicator.maximum)
    if not beyond.any():
        return held
    given = np.zeros(values.shape, np.uint8) if held is None else held
    return np.where(beyond & (given == 0), np.uint8(REASONS.index(Reason.TO_VERIFY)), given)


def _require_gridable(demand: Demand, indicator: Indicator, rule: YardstickRule, ends: Sequence[Period]) -> None:
    if rule.yardstick not in (Yardstick.ANNUAL_TASK, Yardstick.PLAN_PROGRESS):
        raise ValueError(f"yardstick {rule.yardstick} looks at whole series: rate them one by one")
    if demand.is_reduction:
        if indicator.measure is not Measure.YEARLY_CHANGE_PCT:
            raise ValueError("a reduction given as levels starts at each series' own: rate them one by one")
        return
    takes_several_years = demand.recurs and demand.deadline.year - demand.base.year > 1
    if takes_several_years and any(at.year == demand.deadline.year for at in ends):
        raise ValueError("what is asked anew each year is achieved by all years: rate the last one by one")
    if rule.yardstick is Yardstick.ANNUAL_TASK:
        return
    if indicator.measure is Measure.YEARLY_CHANGE:
        raise ValueError("a cap on the sum of yearly changes looks at whole series: rate them one by one")
    if demand.base_value is None and not demand.recurs and demand.schedule.kind not in _STARTLESS:
        raise ValueError("the way starts at each series' own level: state the baseline, or rate them one by one")


def _year_task(demand: Demand, rule: YardstickRule, at: Period) -> YearTask | None:
    """The task of a year; None outside the plan where none was set."""
    official = at_end(rule.official_tasks, at)
    is_within = demand.base.end_date < at.end_date <= demand.deadline.end_date
    if official is None and not is_within:
        return None
    return YearTask(
        rest=demand.rest,
        years=months_between(demand.base, demand.deadline) // 12,
        comparator=demand.comparator,
        official=None if official is None else Fraction(official),
    )


def _quantity_stairs(
    demand: Demand, indicator: Indicator, rule: YardstickRule, preset: Preset, at: Period
) -> Staircase:
    judge = quantity.annual_task if rule.yardstick is Yardstick.ANNUAL_TASK else quantity.plan_progress
    shown = Observed(str(at), Decimal(0), Bound.EXACT, Verdict.PASSED, is_overdue=False)

    def judged(amount: Fraction) -> Judged | Withheld:
        return judge(Case(demand, indicator, rule, Series(()), at, shown, amount))

    def decided(amount: Fraction) -> Outcome:
        found = judged(amount)
        if isinstance(found, Withheld):
            return Status.NOT_ASSESSED, found.reason
        decision = decide(preset, found)
        return decision.status, decision.reason

    edges = {demand.bar}
    # What is asked may depend on whether the target is met, on nothing else: on both sides of it and on it.
    for amount in (demand.bar - 1, demand.bar, demand.bar + 1):
        found = judged(amount)
        if isinstance(found, Judged) and isinstance(found.standing, Amount):
            edges |= amount_edges(found.standing, preset)
    return staircase(edges, decided)
