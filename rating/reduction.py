"""Reductions against a base year: yearly rates multiply, so progress is logarithmic. Decided by exact products."""

from fractions import Fraction

from plan.codes import Measure
from rating import evidence, wording
from rating.case import Case, Judged, Withheld
from rating.chain import chain
from rating.evidence import PCT
from rating.numbers import step
from rating.standing import Amount, EvenShare, Progress
from rating.trajectory import THE_WHOLE_WAY, asked, at_end, months_between
from rating.withhold import nothing_asked
from rating.wording import Text, joined

# Levels revised between vintages make the two differ: the reader is told which was used.
_MADE_OF = {
    Measure.LEVEL: Text("各年系数之积(由各年水平相除)", "product of the yearly factors (levels divided)"),
    Measure.YEARLY_CHANGE_PCT: Text(
        "各年系数之积(由公布的增减率连乘)", "product of the yearly factors (published rates chained)"
    ),
}


def annual_task(case: Case) -> Judged | Withheld:
    """The year's reduction in per cent against the officially set task, else against the even compound share.

    Meeting a year's task achieves nothing final.
    """
    demand, year, at = case.demand, case.at.year, str(case.at)
    if not (case.is_calendar_year and case.is_within_plan):
        return nothing_asked(case)
    official = at_end(case.rule.official_tasks, case.at)
    links = chain(case, year, year)
    if isinstance(links, Withheld):
        return links
    reduction = 1 - links.reached
    years = months_between(demand.base, demand.deadline) // 12
    standing: Amount | EvenShare
    if official is not None:
        standing = Amount(100 * reduction, Fraction(official), demand.comparator)
        task, task_row = wording.set_task(official), evidence.official(at, official, PCT)
    else:
        standing = EvenShare(reduction, demand.rest, years, demand.is_strict)
        task = wording.even_task(demand.value, years, standing.required)
        task_row = evidence.computed("当年任务(逐年均摊)", "even compound share", at, standing.required, PCT)
    made = wording.year_reduction(year, standing.value, links.steps[0])
    return Judged(
        standing=standing,
        is_achieved=False,
        unit=PCT,
        formula=joined(made, task),
        evidence=(
            *links.evidence,
            evidence.final_target(demand, PCT),
            evidence.row(Text("全程年数", "years of the plan"), str(demand.deadline), str(years), ""),
            task_row,
            evidence.computed("当年降低率", "reduction of the year", at, standing.value, PCT),
        ),
    )


def plan_progress(case: Case) -> Judged | Withheld:
    """Logarithmic progress in per cent against the share of the way that the schedule asks by now.

    Needs every year since the base; of levels only the base and this year. Achieved once the way reaches the target,
    whatever the date, and even where the table of the schedule is silent: then nothing else is asked.
    """
    if not (case.is_calendar_year and case.is_on_the_way):
        return nothing_asked(case)
    due = asked(case.demand, case.at)
    links = chain(case, case.demand.base.year + 1, case.at.year)
    if isinstance(links, Withheld):
        return links if due else nothing_asked(case)
    share = due or THE_WHOLE_WAY
    standing = Progress(links.reached, case.demand.rest, share.share, case.demand.is_strict)
    is_achieved = standing.covers(Fraction(1))
    if due is None and not is_achieved:
        return nothing_asked(case)
    at = str(case.at)
    factors = " × ".join(f"({each})" if "÷" in each else each for each in links.steps)
    return Judged(
        standing=standing,
        is_achieved=is_achieved,
        unit=PCT,
        formula=wording.log_progress(factors, case.demand.value, standing.value, share.text, standing.required),
        evidence=(
            *links.evidence,
            evidence.final_target(case.demand, PCT),
            evidence.share_asked(at, share.text),
            evidence.row(_MADE_OF[case.indicator.measure], at, step(links.reached), ""),
            evidence.computed("完成进度", "progress", at, standing.value, PCT),
        ),
    )
