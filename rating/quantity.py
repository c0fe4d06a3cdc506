"""Amounts, shares and counts: a value against a yearly task, a path from baseline to target, or a cap."""

from fractions import Fraction

import msgspec

from plan.codes import Comparator, Measure, ScheduleKind
from plan.messages import Evidence
from plan.periods import parse_period
from rating import evidence, wording
from rating.case import Case, Judged, Withheld
from rating.chain import all_years
from rating.demand import Demand
from rating.held import Usable, figure
from rating.numbers import decimal, plain, step
from rating.standing import Amount, meets
from rating.trajectory import THE_WHOLE_WAY, amount_asked, asked, at_end, grows_within_the_way, milestone
from rating.withhold import nothing_asked
from rating.wording import Text, joined

_STARTS_ANEW = (Measure.YEAR_TO_DATE, Measure.YEARLY_CHANGE)
_CARRIES_OVER = (Measure.LEVEL, Measure.CUMULATIVE)


class _Bar(msgspec.Struct, frozen=True):
    """What is asked at a period's end, and how it came about."""

    amount: Fraction
    formula: Text
    rows: tuple[Evidence, ...] = ()


def annual_task(case: Case) -> Judged | Withheld:
    """The value of a whole year (or of the deadline) against the officially set task, else against the target.

    The target's value is asked every year where it is asked anew, and at the deadline of everything else but sums of
    yearly changes; before that a year has a task only if one was set. Met at the deadline is achieved, provided that
    the value meets the target itself and not only a milder task; what is asked anew each year is achieved only if
    every earlier year met it too, for a good year never pays for a bad one.
    """
    if not (case.is_whole_year or case.is_at_deadline):
        return nothing_asked(case)
    official = at_end(case.rule.official_tasks, case.at)
    if official is None and not _target_is_asked(case):
        return nothing_asked(case)
    demand = case.demand
    standing = Amount(case.value, demand.bar if official is None else Fraction(official), demand.comparator)
    is_the_target = case.is_at_deadline and case.indicator.measure is not Measure.YEARLY_CHANGE
    earlier = _earlier_years(case) if is_the_target else _NO_EARLIER
    rows = () if official is None else (evidence.official(str(case.at), official, case.indicator.unit),)
    return _judged(
        case,
        standing,
        is_achieved=is_the_target
        and standing.is_met
        and meets(case.value, demand.bar, demand.comparator)
        and earlier.are_met,
        formula=wording.plain_task(standing.required, is_official=official is not None),
        inputs=(*earlier.rows, evidence.reported(case.point, case.indicator)),
        steps=rows,
    )


def plan_progress(case: Case) -> Judged | Withheld:
    """The value against what the schedule asks at this period's end.

    A floor is never asked higher than its target, even where the baseline lies above it. Below a ceiling early is on
    track; it is achieved at the deadline only, and so is what is asked anew in each year. Without a baseline, or where
    the schedule is silent, nothing is asked before the deadline, but a target that is met already is achieved.
    """
    is_over = case.is_past_deadline and (case.demand.recurs or case.indicator.measure in _STARTS_ANEW)
    if is_over or not case.is_on_the_way:
        return nothing_asked(case)
    if case.indicator.measure is Measure.YEARLY_CHANGE:
        return _under_cap(case)
    start, start_rows = _start(case)
    earlier = _earlier_years(case) if _is_last_of_its_kind(case) else _NO_EARLIER
    is_achieved = _is_achieved(case, case.value) and earlier.are_met
    bar = _bar(case, start)
    if bar is None:
        if not is_achieved:
            return nothing_asked(case, start_rows)
        bar = _target(case)
    return _judged(
        case,
        Amount(case.value, bar.amount, _comparator(case.demand, bar), task=case.demand.bar),
        is_achieved=is_achieved,
        formula=bar.formula,
        inputs=(*earlier.rows, evidence.reported(case.point, case.indicator), *start_rows),
        steps=bar.rows,
    )


def _bar(case: Case, start: Fraction | None) -> _Bar | None:
    """What the schedule asks by now; None where it is silent, or asks a share of a way whose start is unknown."""
    demand, at = case.demand, str(case.at)
    if demand.schedule.kind is ScheduleKind.MILESTONES and not case.is_final:
        passed = milestone(demand, case.at)
        if passed is None:
            return None
        row = evidence.computed("里程碑", "milestone", passed.period, passed.value, case.indicator.unit)
        return _Bar(Fraction(passed.value), wording.milestone(passed.period, passed.value), (row,))
    due = asked(demand, case.at)
    if due is not None and due.share == 1:
        return _target(case)
    if due is None or start is None or not grows_within_the_way(demand, case.indicator.measure):
        return None
    amount = amount_asked(demand, start, due.share)
    formula = wording.path_amount(step(start), plain(demand.value), due.text, decimal(amount))
    if amount == demand.bar and start != demand.bar:
        formula = wording.eased_to_target(formula, demand.value)
    return _Bar(amount, formula, (evidence.share_asked(at, due.text),))


def _target(case: Case) -> _Bar:
    formula = wording.plain_task(case.demand.value, is_official=False)
    return _Bar(case.demand.bar, formula, (evidence.share_asked(str(case.at), THE_WHOLE_WAY.text),))


def _under_cap(case: Case) -> Judged | Withheld:
    """The sum of the yearly changes since the base against what of a multi-year cap may be used; needs every year."""
    demand = case.demand
    bar = _cap(case) if case.is_calendar_year else None
    if bar is None:
        return nothing_asked(case)
    years = all_years(case, range(demand.base.year + 1, case.at.year + 1), case.indicator.unit)
    if isinstance(years, Withheld):
        return years
    total = sum(years.values.values(), Fraction(0))
    terms = " + ".join(f"({step(value)})" for value in years.values.values())
    total_row = evidence.computed(
        "历年变化之和", "sum of the yearly changes", str(case.at), decimal(total), case.indicator.unit
    )
    return _judged(
        case,
        Amount(total, bar.amount, demand.comparator, task=demand.bar),
        is_achieved=_is_achieved(case, total),
        formula=bar.formula,
        inputs=years.evidence,
        steps=(*bar.rows, total_row),
        made_of=f"{terms} = ",
    )


def _cap(case: Case) -> _Bar | None:
    due = asked(case.demand, case.at)
    if due is None:
        return _bar(case, Fraction(0))
    amount = due.share * case.demand.bar
    formula = wording.share_of_cap(plain(case.demand.value), due.text, decimal(amount))
    return _Bar(amount, formula, (evidence.share_asked(str(case.at), due.text),))


def _judged(
    case: Case,
    standing: Amount,
    *,
    is_achieved: bool,
    formula: Text,
    inputs: tuple[Evidence, ...],
    steps: tuple[Evidence, ...],
    made_of: str = "",
) -> Judged:
    said = wording.actual(f"{made_of}{step(standing.value)}", standing.comparator)
    return Judged(
        standing=standing,
        is_achieved=is_achieved,
        unit=case.indicator.unit,
        formula=joined(formula, said),
        evidence=(*inputs, evidence.final_target(case.demand, case.indicator.unit), *steps),
    )


def _target_is_asked(case: Case) -> bool:
    if case.demand.recurs:
        return case.is_within_plan
    return case.is_at_deadline and case.indicator.measure is not Measure.YEARLY_CHANGE


def _is_achieved(case: Case, value: Fraction) -> bool:
    """What must be reached once is reached at once.

    A ceiling can still be broken until the deadline. What is asked anew each year is achieved with its last year, and
    a sum within that year cannot fall again.
    """
    demand = case.demand
    if demand.comparator is Comparator.AT_MOST:
        is_time = case.is_final
    elif demand.recurs:
        is_time = _is_last_of_its_kind(case)
    else:
        is_time = True
    return is_time and meets(value, demand.bar, demand.comparator)


def _is_last_of_its_kind(case: Case) -> bool:
    """Whether the value speaks for the last year of the way: its end, or a sum within it that cannot fall again."""
    is_sum_of_last_year = case.indicator.measure is Measure.YEAR_TO_DATE and case.at.year == case.demand.deadline.year
    return case.is_final or is_sum_of_last_year


class _Earlier(msgspec.Struct, frozen=True):
    """Whether the years before the last one met what was asked of them, and the figures that say so."""

    are_met: bool
    rows: tuple[Evidence, ...] = ()


_NO_EARLIER = _Earlier(are_met=True)


def _earlier_years(case: Case) -> _Earlier:
    """The years from the first after the baseline to the one before the last, of what is asked anew each year.

    A year that is missing or held met nothing.
    """
    demand = case.demand
    if not demand.recurs:
        return _NO_EARLIER
    years = all_years(case, range(demand.base.year + 1, demand.deadline.year), case.indicator.unit)
    if isinstance(years, Withheld):
        return _Earlier(are_met=False, rows=years.evidence)
    tasks = {parse_period(period).year: Fraction(task) for period, task in case.rule.official_tasks.items()}
    are_met = all(meets(value, tasks.get(year, demand.bar), demand.comparator) for year, value in years.values.items())
    return _Earlier(are_met, years.evidence)


def _comparator(demand: Demand, bar: _Bar) -> Comparator:
    """What must be exceeded in the end (突破, 超过) must be reached on the way: only the target itself is strict."""
    if demand.is_strict and bar.amount != demand.bar:
        return Comparator.AT_LEAST
    return demand.comparator


def _start(case: Case) -> tuple[Fraction | None, tuple[Evidence, ...]]:
    """Where the path starts: the plan's level, else the series' own where the measure carries over.

    What is asked anew each year starts from nothing, and so does a sum within the year whose way starts with January.
    """
    demand = case.demand
    if demand.recurs:
        return Fraction(0), ()
    if demand.base_value is not None:
        return Fraction(demand.base_value), (evidence.baseline(demand, case.indicator, demand.base_value),)
    if case.indicator.measure is Measure.YEAR_TO_DATE and demand.base.last_month == 12:
        return Fraction(0), ()
    found = figure(case.series.at(demand.base), case.indicator) if case.indicator.measure in _CARRIES_OVER else None
    if isinstance(found, Usable):
        return found.value, (evidence.reported(found.point, case.indicator),)
    return None, (evidence.no_baseline(demand, case.indicator),)
