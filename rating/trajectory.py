"""The way from baseline to target: what share of it is asked by the end of a period, and the value asked there."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from plan.codes import Comparator, Measure, ScheduleKind
from plan.model import Target
from plan.periods import Period, PeriodKind, parse_period
from rating.demand import Demand
from rating.fit import demand_of
from rating.numbers import plain, power

_INDEX = Fraction(100)
"""The level of the base year of a reduction where none is known."""


class Asked(msgspec.Struct, frozen=True):
    """Share of the way asked (0 to 1) and how it came about: ``8/12`` or ``55 %``."""

    share: Fraction
    text: str


class Milestone(msgspec.Struct, frozen=True):
    """The value asked from the end of a period on."""

    period: str
    value: Decimal


THE_WHOLE_WAY = Asked(Fraction(1), "100 %")


def months_between(start: Period, end: Period) -> int:
    """Months from the end of one period to the end of another."""
    return 12 * (end.year - start.year) + end.last_month - start.last_month


def asked(demand: Demand, at: Period) -> Asked | None:
    """Share of the way asked by the end of a period after the baseline; None where the schedule is silent.

    The whole way is asked at the deadline and after it, and of every period under a constant schedule or where the
    value is asked anew in periods shorter than a year. Compound and
    linear schedules both count time evenly (in years, in months); they differ in what they divide: the logarithm of a
    reduction, or an amount. What is asked anew each year has a way of its own from each January on; so has a profile,
    which asks the mean of the shares that past years had reached by that month. Milestones are values, not shares.
    """
    schedule = demand.schedule
    is_asked_whole = schedule.kind is ScheduleKind.CONSTANT or demand.target.every not in (None, PeriodKind.YEAR)
    if is_asked_whole or at.end_date >= demand.deadline.end_date:
        return THE_WHOLE_WAY
    match schedule.kind:
        case ScheduleKind.TABLE:
            done_pct = at_end(schedule.done_pct, at)
            return None if done_pct is None else Asked(Fraction(done_pct) / 100, f"{plain(done_pct)} %")
        case ScheduleKind.PROFILE:
            return _as_in_the_past(schedule.past_done_pct, at)
        case ScheduleKind.MILESTONES:
            return None
        case _:
            return _evenly(demand, at)


def milestone(demand: Demand, at: Period) -> Milestone | None:
    """The last milestone that lies at the end of the period or before it; None before the first one."""
    known = [(parse_period(text), text) for text in demand.schedule.milestones]
    passed = [(period.end_date, text) for period, text in known if period.end_date <= at.end_date]
    if not passed:
        return None
    text = max(passed)[1]
    return Milestone(text, demand.schedule.milestones[text])


def on_path(start: Fraction, end: Fraction, share: Fraction) -> Fraction:
    """The value asked when ``share`` of the way from ``start`` to ``end`` is asked."""
    return start + share * (end - start)


def amount_asked(demand: Demand, start: Fraction, share: Fraction) -> Fraction:
    """The amount asked at a share of the way: a floor is never asked higher than its target."""
    bar = on_path(start, demand.bar, share)
    return bar if demand.comparator is Comparator.AT_MOST else min(bar, demand.bar)


def level_asked(demand: Demand, start: Fraction, share: Fraction) -> Fraction:
    """The level that a reduction leaves at a share of its (logarithmic) way; exact at both ends."""
    return start * power(demand.rest, share)


def path(
    target: Target, measure: Measure, start: Fraction | None, periods: Iterable[Period]
) -> tuple[tuple[Period, Fraction | None], ...]:
    """The value asked at the end of each period, for drawing; None where nothing is asked or it cannot be told.

    ``measure``: what the indicator's values state. ``start`` is the level of the baseline, None if unknown: then the
    plan's own counts, a reduction is drawn as an index (100 at the base), and of amounts only what does not depend on
    the start is told. Exact at both ends; a reduction in between is cut to 60 digits. Raises
    :class:`rating.fit.UnfitTarget` for a target without a way.
    """
    demand = demand_of(target)
    known = Fraction(demand.base_value) if start is None and demand.base_value is not None else start
    if demand.recurs:
        known = Fraction(0) if grows_within_the_way(demand, measure) else None
    return tuple((period, _asked_at(demand, known, period)) for period in periods)


def grows_within_the_way(demand: Demand, measure: Measure) -> bool:
    """Whether a share of the way can be asked: of what is asked anew each year, only if it is summed up in the year."""
    return not demand.recurs or measure is Measure.YEAR_TO_DATE


def at_end(table: Mapping[str, Decimal], at: Period) -> Decimal | None:
    """The entry of a table by periods that ends on the same day: ``2016-06`` also serves ``2016-01..06``."""
    for period, value in table.items():
        if parse_period(period).end_date == at.end_date:
            return value
    return None


def _asked_at(demand: Demand, start: Fraction | None, at: Period) -> Fraction | None:
    if at.end_date < demand.base.end_date or (demand.recurs and at.end_date > demand.deadline.end_date):
        return None
    if demand.is_reduction:
        level = _INDEX if start is None else start
        share = _share_since_base(demand, at)
        return None if share is None else level_asked(demand, level, share)
    if at.end_date == demand.base.end_date:
        return start
    due = asked(demand, at)
    if due is None:
        step_asked = milestone(demand, at)
        return None if step_asked is None else Fraction(step_asked.value)
    if due.share == 1:
        return demand.bar
    return None if start is None else amount_asked(demand, start, due.share)


def _share_since_base(demand: Demand, at: Period) -> Fraction | None:
    if at.end_date == demand.base.end_date:
        return Fraction(0)
    due = asked(demand, at)
    return None if due is None else due.share


def _evenly(demand: Demand, at: Period) -> Asked:
    if demand.recurs:
        elapsed, total = at.last_month, demand.deadline.last_month if at.year == demand.deadline.year else 12
    else:
        elapsed, total = months_between(demand.base, at), months_between(demand.base, demand.deadline)
        if demand.schedule.kind is ScheduleKind.COMPOUND and elapsed % 12 == 0:
            elapsed, total = elapsed // 12, total // 12
    return Asked(Fraction(elapsed, total), f"{elapsed}/{total}")


def _as_in_the_past(past: Mapping[str, Mapping[str, Decimal]], at: Period) -> Asked | None:
    """The mean over the past years; None where not every one of them tells its share by that month."""
    stretch = f"01..{at.last_month:02d}"
    shares = [shares[stretch] for shares in past.values() if stretch in shares]
    if not shares or len(shares) < len(past):
        return None
    mean = sum(map(Fraction, shares), Fraction(0)) / (100 * len(shares))
    terms = " + ".join(f"{plain(each)} %" for each in shares)
    return Asked(mean, terms if len(shares) == 1 else f"({terms}) ÷ {len(shares)}")
