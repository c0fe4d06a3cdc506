"""Checks of what is asked year by year: by the yardstick of a year, and by a target that is asked anew each year.

They ask whether a plan says what its author meant, not whether it can be rated: what is told here would be rated, but
otherwise than a reader expects, or never in some of its years.
"""

from collections.abc import Iterator

from plan.aim import Span, aim_of
from plan.book import PlanView
from plan.check_base import Faults
from plan.codes import Kind, Measure, Yardstick
from plan.model import Form, Indicator, Target
from plan.periods import PeriodFault, PeriodKind, parse_period
from plan.yaml_lines import KeyPath

_TOTALS = (Measure.LEVEL, Measure.CUMULATIVE)
_MONTHS = 12


def check_years(target: Target, view: PlanView, path: KeyPath, faults: Faults) -> None:
    """Add what does not fit the years that a target is asked for; unreadable periods are told elsewhere."""
    aim = aim_of(target)
    indicator = view.indicators.get(target.indicator)
    if aim is None or indicator is None or target.restates:
        return
    if target.kind is not Kind.REDUCTION and indicator.measure in _TOTALS:
        _check_totals(target, indicator, aim.span, path, faults)
    form = view.forms.get(indicator.form)
    if form is not None and aim.span is not None and target.every is PeriodKind.YEAR:
        _check_calendar(form, aim.span, path, faults)


def _check_totals(target: Target, indicator: Indicator, span: Span | None, path: KeyPath, faults: Faults) -> None:
    """A total states what is there since the beginning, the task of a year only what that year adds."""
    for at, rule in enumerate(target.yardsticks):
        if rule.yardstick is not Yardstick.ANNUAL_TASK:
            continue
        place = (*path, "yardsticks", at)
        if rule.official_tasks and target.every is not PeriodKind.YEAR:
            says = f"an official task is a year's own amount, {indicator.id!r} states a total ({indicator.measure})"
            faults.add((*place, "official_tasks"), f"{says}: write the totals as milestones")
        if target.every is None and span is not None and _months(span) > _MONTHS:
            says = f"{indicator.id!r} states a total ({indicator.measure}): it would be rated at the deadline only"
            faults.add((*place, "yardstick"), f"{says}; use plan_progress")


def _months(span: Span) -> int:
    """From the end of the baseline to the end of the deadline."""
    base, deadline = span.base, span.deadline
    return (deadline.year - base.year) * _MONTHS + deadline.last_month - base.last_month


def _check_calendar(form: Form, span: Span, path: KeyPath, faults: Faults) -> None:
    """Every year asked needs a figure of it."""
    reported = set(_years(form))
    silent = [year for year in range(span.base.year + 1, span.deadline.year + 1) if year not in reported]
    if silent:
        listed = ", ".join(str(year) for year in silent)
        says = f"asked of every year after {span.base}, but form {form.id!r} has no period of {listed}"
        mend = "let the baseline be the year before the first year asked, or add the periods to the form"
        faults.add((*path, "baseline", "period"), f"{says}: {mend}")


def _years(form: Form) -> Iterator[int]:
    for text in form.calendar.periods:
        try:
            yield parse_period(text).year
        except PeriodFault:
            continue  # told where the calendar is checked
