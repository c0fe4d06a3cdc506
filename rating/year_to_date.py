"""Arithmetic of cumulative figures: months from a year to date, and comparisons with the year before.

Months are differences of cumulative figures of one year and one vintage only: between two vintages lies a revision, not
a month. January and February are one point, two months long, as they are published: the Spring Festival moves between
them, so a year has eleven points. An implied month below zero is a revision or an error of a flow that cannot be
negative: it is to be verified, and is no reason for an alarm.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

import msgspec

from plan.model import Names
from plan.periods import Period, PeriodKind

_FESTIVAL_END = 2
"""The Spring Festival falls into January or February."""


class Refusal(StrEnum):
    """Why figures are not combined."""

    NO_FIGURES = "no_figures"
    NOT_CUMULATIVE = "not_cumulative"
    TWO_YEARS = "two_years"
    MIXED_VINTAGES = "mixed_vintages"
    TWICE = "twice"
    GAP = "gap"
    SPRING_FESTIVAL = "spring_festival"
    OTHER_MONTHS = "other_months"
    NOT_A_YEAR_APART = "not_a_year_apart"
    ZERO_BASE = "zero_base"
    MIXED_SIGNS = "mixed_signs"


REFUSALS: Mapping[Refusal, Names] = {
    Refusal.NO_FIGURES: Names(
        zh="没有1—2月或以后的累计数:请先报送累计数",
        en="no cumulative figure of January to February or later: report one first",
    ),
    Refusal.NOT_CUMULATIVE: Names(
        zh="不是从一月起的累计数:请使用年初至今的数据",
        en="a figure that does not run from January on: use year-to-date figures",
    ),
    Refusal.TWO_YEARS: Names(
        zh="累计数跨年:每一年度请分别计算",
        en="figures of two years: take each year by itself",
    ),
    Refusal.MIXED_VINTAGES: Names(
        zh="累计数来自不同版本(口径或修订):请使用同一版本的数据",
        en="figures of different vintages: use figures as they were known at one time",
    ),
    Refusal.TWICE: Names(
        zh="同一时期有两个数:请只保留一个",
        en="two figures of one period: keep one of them",
    ),
    Refusal.GAP: Names(
        zh="累计数不连续:请补齐缺少的月份(第一个为1—2月)",
        en="the sequence has a gap: fill in the missing months (the first is January to February)",
    ),
    Refusal.SPRING_FESTIVAL: Names(
        zh="一月或二月单月受春节影响,不可比:请用1—2月合计",
        en="January or February alone depend on the Spring Festival: compare January to February together",
    ),
    Refusal.OTHER_MONTHS: Names(
        zh="两个时期的月份不同:请比较相同月份",
        en="the periods cover different months: compare equal months",
    ),
    Refusal.NOT_A_YEAR_APART: Names(
        zh="两个时期不是相邻两年:请与上年同期比较",
        en="the periods are not one year apart: compare with the year before",
    ),
    Refusal.ZERO_BASE: Names(
        zh="上年同期为零:没有增长率,请比较数值",
        en="the year before is zero: there is no rate, compare the values",
    ),
    Refusal.MIXED_SIGNS: Names(
        zh="数值有负数:没有增长率,请比较数值",
        en="a value is negative: there is no rate, compare the values",
    ),
}
"""What people are told: what is wrong and what to do."""


class Figure(msgspec.Struct, frozen=True):
    """A value of a period, exact, and the vintage it belongs to.

    The vintage names one state of knowledge and one basis (scope, prices): figures of equal vintage may be combined.
    """

    period: Period
    value: Decimal | Fraction
    vintage: str


class Months(msgspec.Struct, frozen=True):
    """The points of a year: January to February, then each month. ``to_verify``: those that came out negative."""

    points: tuple[Figure, ...]
    to_verify: tuple[Period, ...]


def months(figures: Sequence[Figure]) -> Months | Refusal:
    """Split the cumulative figures of a year, in any order, into January to February and the single months after it.

    Cumulative is every period from January on, however written: 2017-01..06, 2017-H1, 2017. A figure of January alone
    is left aside: it is part of the first point.
    """
    merged = [each for each in figures if each.period.last_month >= _FESTIVAL_END or each.period.first_month != 1]
    refusal = _refusal(merged)
    if refusal is not None:
        return refusal
    ordered = sorted(merged, key=lambda each: each.period.last_month)
    points = [msgspec.structs.replace(ordered[0], period=_to_february(ordered[0].period.year))]
    for before, now in pairwise(ordered):
        step = Fraction(now.value) - Fraction(before.value)
        points.append(Figure(_month(now.period), step, now.vintage))
    return Months(tuple(points), tuple(each.period for each in points if each.value < 0))


def year_to_date(points: Sequence[Figure]) -> tuple[Figure, ...] | Refusal:
    """Add months up again: the inverse of :func:`months`, for its points in any order."""
    ordered = sorted(points, key=lambda each: each.period.last_month)
    if ordered and ordered[0].period.first_month != 1:
        return Refusal.NOT_CUMULATIVE
    if any(each.period.kind is not PeriodKind.MONTH for each in ordered[1:]):
        return Refusal.GAP
    total = Fraction(0)
    sums = []
    for each in ordered:
        total += Fraction(each.value)
        sums.append(Figure(_up_to(each.period), total, each.vintage))
    return _refusal(sums) or tuple(sums)


def year_on_year(now: Figure, before: Figure) -> Fraction | Refusal:
    """Growth against the same months of the year before, in per cent; both cumulative, or both a single month.

    Figures of two vintages are refused: their scopes may differ, and dividing their levels gives no comparable growth.
    """
    if (now.period.first_month, now.period.last_month) != (before.period.first_month, before.period.last_month):
        return Refusal.OTHER_MONTHS
    if before.period.year != now.period.year - 1:
        return Refusal.NOT_A_YEAR_APART
    if now.period.first_month == now.period.last_month <= _FESTIVAL_END:
        return Refusal.SPRING_FESTIVAL
    if now.vintage != before.vintage:
        return Refusal.MIXED_VINTAGES
    if now.value < 0 or before.value < 0:
        return Refusal.MIXED_SIGNS
    if before.value == 0:
        return Refusal.ZERO_BASE
    return 100 * (Fraction(now.value) / Fraction(before.value) - 1)


def _refusal(figures: Sequence[Figure]) -> Refusal | None:
    """Why these cumulative figures are no unbroken sequence from January to February on."""
    if not figures:
        return Refusal.NO_FIGURES
    if any(each.period.first_month != 1 for each in figures):
        return Refusal.NOT_CUMULATIVE
    if len({each.period.year for each in figures}) > 1:
        return Refusal.TWO_YEARS
    if len({each.vintage for each in figures}) > 1:
        return Refusal.MIXED_VINTAGES
    ends = sorted(each.period.last_month for each in figures)
    if len(set(ends)) < len(ends):
        return Refusal.TWICE
    if ends != list(range(_FESTIVAL_END, _FESTIVAL_END + len(ends))):
        return Refusal.GAP
    return None


def _to_february(year: int) -> Period:
    return Period(PeriodKind.YEAR_TO_DATE, year, 1, _FESTIVAL_END)


def _month(end: Period) -> Period:
    return Period(PeriodKind.MONTH, end.year, end.last_month, end.last_month)


def _up_to(end: Period) -> Period:
    return Period(PeriodKind.YEAR_TO_DATE, end.year, 1, end.last_month)
