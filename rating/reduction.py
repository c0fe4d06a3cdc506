"""Reductions against a base year: yearly rates multiply, so progress is logarithmic. Decided by exact products."""

from fractions import Fraction

from rating import evidence, wording
from rating.case import Case, Judged, Withheld
from rating.chain import chain
from rating.evidence import PCT
from rating.numbers import step
from rating.standing import Amount, EvenShare, Progress
from rating.trajectory import THE_WHOLE_WAY, asked, at_end, months_between
from rating.withhold import nothing_asked
from rating.wording import joined


def annual_task(case: Case) -> Judged | Withheld:
    """The year's reduction in per cent against the officially set task, else against the even compound share.

    A year outside the plan has a task only if one was set. Meeting a year's task achieves nothing final.
    """
    year, at = case.at.year, str(case.at)
    official = at_end(case.rule.official_tasks, case.at)
    if not case.is_calendar_year or (official is None and not case.is_within_plan):
        return nothing_asked(case)
    links = chain(case, year, year)
    if isinstance(links, Withheld):
        return links
    reduction = 1 - links.reached
    years = _years(case)
    standing: Amount | EvenShare
    if official is not None:
        standing = Amount(100 * reduction, Fraction(official), case.target.comparator)
        task, task_row = wording.set_task(official), evidence.official(at, official, PCT)
    else:
        standing = EvenShare(reduction, _rest(case), years, case.is_strict)
        task = wording.even_task(case.target.value, years, standing.required)
        task_row = evidence.computed("当年任务(逐年均摊)", "even compound share", at, standing.required, PCT)
    made = wording.year_reduction(year, standing.value, links.steps[0])
    return Judged(
        standing=standing,
        is_achieved=False,
        has_risen=reduction < 0,
        bound=case.point.bound,
        unit=PCT,
        formula=joined(made, task),
        evidence=(
            *links.evidence,
            evidence.final_target(case.target, PCT),
            evidence.row("全程年数", "years of the plan", case.target.deadline, str(years), ""),
            task_row,
            evidence.computed("当年降低率", "reduction of the year", at, standing.value, PCT),
        ),
    )


def plan_progress(case: Case) -> Judged | Withheld:
    """Logarithmic progress in per cent against the share of the way that the schedule asks by now.

    Needs every year since the base. Achieved once the product of the years reaches the target, whatever the date,
    and even where the table of the schedule is silent: then nothing else is asked.
    """
    if not (case.is_calendar_year and case.is_on_the_way):
        return nothing_asked(case)
    due = asked(case.target, case.at)
    links = chain(case, case.base.year + 1, case.at.year)
    if isinstance(links, Withheld):
        return links if due else nothing_asked(case)
    share = due or THE_WHOLE_WAY
    standing = Progress(links.reached, _rest(case), share.share, case.is_strict)
    is_achieved = standing.covers(Fraction(1))
    if due is None and not is_achieved:
        return nothing_asked(case)
    at = str(case.at)
    factors = " × ".join(f"({each})" if "÷" in each else each for each in links.steps)
    return Judged(
        standing=standing,
        is_achieved=is_achieved,
        has_risen=links.reached > 1,
        bound=case.point.bound,
        unit=PCT,
        formula=wording.log_progress(factors, case.target.value, standing.value, share.text, standing.required),
        evidence=(
            *links.evidence,
            evidence.final_target(case.target, PCT),
            evidence.share_asked(at, share.text),
            evidence.row("各年系数之积", "product of the yearly factors", at, step(links.reached), ""),
            evidence.computed("完成进度", "progress", at, standing.value, PCT),
        ),
    )


def _rest(case: Case) -> Fraction:
    """What must be left of the base level at the deadline, ``1 - X``."""
    return 1 - Fraction(case.target.value) / 100


def _years(case: Case) -> int:
    return months_between(case.base, case.deadline) // 12
