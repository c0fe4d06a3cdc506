"""The path of one target in one area beside its figures: what `qingyu plan show TARGET` draws and lists. No I/O."""

from fractions import Fraction

import msgspec

from plan.aim import Aim, aim_of
from plan.book import PlanView
from plan.codes import Kind, Measure
from plan.messages import Observed, Reason
from plan.periods import Period, parse_period
from rating.engine import Rating
from rating.outlook_course import course_of, month_of
from rating.report import Findings
from rating.trajectory import path
from rating.waiting import expected

_HUNDRED = Fraction(100)


class PathRow(msgspec.Struct, frozen=True):
    """One period: what is asked and reached at its end, the figure as reported, and the ratings.

    ``required`` and ``reached`` are on one scale, the target's: of a reduction the per cent below the base year, of a
    cap on yearly changes their sum.
    """

    period: Period
    required: Fraction | None
    reached: Fraction | None
    figure: Observed | None
    ratings: tuple[Rating, ...]

    @property
    def month(self) -> int:
        """The month in which the period ends, counted from the year 0."""
        return month_of(self.period)


def path_rows(view: PlanView, found: Findings) -> tuple[PathRow, ...]:
    """The periods of the path in order of time: the base, those expected, and those with a figure."""
    subject = found.subject
    aim = aim_of(subject.target)
    if aim is None or aim.span is None:
        raise ValueError(f"target {subject.target.id} has no path; people judge it")
    figures = {parse_period(point.period): point for point in found.points if point.value is not None}
    asked_for = [each.period for each in expected(view, subject.target, subject.area, aim.span)]
    on_the_way = [period for period in figures if aim.span.holds(period)]
    # Of ways to write one time (2017, 2017-01..12) the form's comes first.
    periods = sorted([*asked_for, aim.span.base, aim.span.deadline, *on_the_way], key=lambda period: period.sort_key)
    reached = _reached(found, aim)
    ends = _one_an_end(periods)
    required = dict(path(subject.target, subject.indicator.measure, _start(aim, figures), ends))
    by_month = {month_of(period): point for period, point in figures.items()}
    return tuple(
        PathRow(
            period=period,
            required=_as_stated(aim, required[period]),
            reached=_as_stated(aim, reached.get(month_of(period))),
            figure=figures.get(period) or by_month.get(month_of(period)),
            ratings=_ratings(found, period),
        )
        for period in ends
    )


def _ratings(found: Findings, period: Period) -> tuple[Rating, ...]:
    """The ratings of the period; without any those of the figure that stands in its row, which ends with it."""
    own = tuple(each for each in found.ratings if each.period == str(period))
    return own or tuple(each for each in found.ratings if month_of(parse_period(each.period)) == month_of(period))


def _one_an_end(periods: list[Period]) -> list[Period]:
    """Of periods that end on one day the longest: it is the one that a path is asked for."""
    longest: dict[int, Period] = {}
    for period in periods:
        longest.setdefault(month_of(period), period)
    return list(longest.values())


def _reached(found: Findings, aim: Aim) -> dict[int, Fraction]:
    """What the figures add up to, by month, as far as they connect to the base.

    The total of an earlier year is nothing of a way that begins in January.
    """
    if not found.newest or aim.span is None:
        return {}
    target, indicator = found.subject.target, found.subject.indicator
    newest, base = parse_period(found.newest), aim.span.base
    is_anew = indicator.measure is Measure.YEAR_TO_DATE
    ends = [period for point in found.points if (period := parse_period(point.period)).end_date <= newest.end_date]
    for at in sorted(ends, key=lambda period: period.sort_key, reverse=True):
        course = course_of(target, indicator, found.points, at)
        if not isinstance(course, Reason):
            reached = zip(course.months, course.values, strict=True)
            return {month: value for month, value in reached if not is_anew or value == 0 or month > month_of(base)}
    return {}


def _start(aim: Aim, figures: dict[Period, Observed]) -> Fraction | None:
    """Where the path starts: a reduction at the index 100; an amount where the plan, else the series, says."""
    if aim.target.kind is Kind.REDUCTION:
        return _HUNDRED
    if aim.baseline.value is not None or aim.span is None:
        return None
    base = figures.get(aim.span.base)
    return None if base is None or base.value is None else Fraction(base.value)


def _as_stated(aim: Aim, value: Fraction | None) -> Fraction | None:
    if value is None or aim.target.kind is not Kind.REDUCTION:
        return value
    return _HUNDRED - value
