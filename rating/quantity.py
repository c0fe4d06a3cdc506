"""Amounts, shares and counts: a value against a yearly task, a path from baseline to target, or a cap."""

from fractions import Fraction

from plan.codes import Comparator, Kind, Measure
from plan.messages import Evidence
from rating import evidence, wording
from rating.case import Case, Judged, Withheld
from rating.chain import all_years
from rating.held import Usable, figure
from rating.numbers import decimal, plain, step
from rating.standing import Amount, meets
from rating.trajectory import THE_WHOLE_WAY, asked, at_end, on_path
from rating.withhold import nothing_asked
from rating.wording import Text, joined

_ASKED_EVERY_YEAR = (Kind.YEARLY_FLOOR, Kind.YEARLY_FLOW)
_STARTS_ANEW = (Measure.YEAR_TO_DATE, Measure.YEARLY_CHANGE)
_CARRIES_OVER = (Measure.LEVEL, Measure.CUMULATIVE)


def annual_task(case: Case) -> Judged | Withheld:
    """The value of a whole year (or of the deadline) against the officially set task, else against the target.

    The target's value is asked every year of floors and flows that are yearly by nature, and at the deadline of
    everything else but sums of yearly changes; before that a year has a task only if one was set. Met at the deadline
    is achieved, provided that the value meets the target itself and not only a milder task.
    """
    if not (case.is_whole_year or case.is_at_deadline):
        return nothing_asked(case)
    official = at_end(case.rule.official_tasks, case.at)
    if official is None and not _target_is_asked(case):
        return nothing_asked(case)
    bar = Fraction(case.target.value if official is None else official)
    standing = Amount(case.value, bar, case.target.comparator)
    is_the_target = case.is_at_deadline and case.indicator.measure is not Measure.YEARLY_CHANGE
    rows = () if official is None else (evidence.official(str(case.at), official, case.indicator.unit),)
    return _judged(
        case,
        standing,
        is_achieved=is_the_target and standing.is_met and _is_achieved(case, case.value),
        formula=wording.plain_task(standing.required, is_official=official is not None),
        inputs=(evidence.reported(case.point, case.indicator),),
        steps=rows,
    )


def plan_progress(case: Case) -> Judged | Withheld:
    """The value against the path from the baseline to the target at this period's end.

    A floor is never asked higher than its target, even where the baseline lies above it. Below a ceiling early is on
    track; it is achieved at the deadline only. Without a baseline, or where the table is silent, nothing is asked
    before the deadline, but a target that is met already is achieved.
    """
    if not case.is_on_the_way or (case.is_past_deadline and case.indicator.measure in _STARTS_ANEW):
        return nothing_asked(case)
    if case.indicator.measure is Measure.YEARLY_CHANGE:
        return _under_cap(case)
    share = asked(case.target, case.at)
    start, start_row = _baseline(case)
    is_achieved = _is_achieved(case, case.value)
    target = Fraction(case.target.value)
    if case.is_final or (is_achieved and (share is None or start is None)):
        share, bar = THE_WHOLE_WAY, target
        formula = wording.plain_task(case.target.value, is_official=False)
    elif share is None or start is None:
        return nothing_asked(case, (start_row,))
    else:
        bar = on_path(start, target, share.share)
        formula = wording.path_amount(step(start), plain(case.target.value), share.text, decimal(bar))
        if case.target.comparator is not Comparator.AT_MOST and bar > target:
            bar, formula = target, wording.eased_to_target(formula, case.target.value)
    return _judged(
        case,
        Amount(case.value, bar, case.target.comparator),
        is_achieved=is_achieved,
        formula=formula,
        inputs=(evidence.reported(case.point, case.indicator), start_row),
        steps=(evidence.share_asked(str(case.at), share.text),),
    )


def _under_cap(case: Case) -> Judged | Withheld:
    """The sum of the yearly changes since the base against the share of a multi-year cap; needs every year."""
    share = asked(case.target, case.at)
    if share is None or not case.is_calendar_year:
        return nothing_asked(case)
    years = all_years(case, range(case.base.year + 1, case.at.year + 1), case.indicator.unit)
    if isinstance(years, Withheld):
        return years
    total = sum(years.values.values(), Fraction(0))
    bar = share.share * Fraction(case.target.value)
    terms = " + ".join(f"({step(value)})" for value in years.values.values())
    total_row = evidence.computed(
        "历年变化之和", "sum of the yearly changes", str(case.at), decimal(total), case.indicator.unit
    )
    return _judged(
        case,
        Amount(total, bar, case.target.comparator),
        is_achieved=_is_achieved(case, total),
        formula=wording.share_of_cap(plain(case.target.value), share.text, decimal(bar)),
        inputs=years.evidence,
        steps=(evidence.share_asked(str(case.at), share.text), total_row),
        made_of=f"{terms} = ",
    )


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
        has_risen=False,
        bound=case.point.bound,
        unit=case.indicator.unit,
        formula=joined(formula, said),
        evidence=(*inputs, evidence.final_target(case.target, case.indicator.unit), *steps),
    )


def _target_is_asked(case: Case) -> bool:
    if case.target.kind in _ASKED_EVERY_YEAR:
        return case.is_within_plan
    return case.is_at_deadline and case.indicator.measure is not Measure.YEARLY_CHANGE


def _is_achieved(case: Case, value: Fraction) -> bool:
    """A ceiling can still be broken until the deadline; what must be reached is reached at once."""
    is_early = not case.is_final and case.target.comparator is Comparator.AT_MOST
    return not is_early and meets(value, Fraction(case.target.value), case.target.comparator)


def _baseline(case: Case) -> tuple[Fraction | None, Evidence]:
    """The level where the path starts: the plan's, else the series' own where the measure carries over."""
    planned = case.target.baseline.value
    if planned is not None:
        return Fraction(planned), evidence.baseline(case.target, case.indicator, planned)
    found = figure(case.series.at(case.base)) if case.indicator.measure in _CARRIES_OVER else None
    if isinstance(found, Usable):
        return found.value, evidence.reported(found.point, case.indicator)
    return None, evidence.no_baseline(case.target, case.indicator)
