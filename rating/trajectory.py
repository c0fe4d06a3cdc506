"""The way from baseline to target: what share of it is asked by the end of a period, and the value asked there."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from plan.codes import ScheduleKind
from plan.model import Target
from plan.periods import Period, parse_period
from rating.numbers import plain


class Asked(msgspec.Struct, frozen=True):
    """Share of the way asked (0 to 1) and how it came about: ``8/12`` or ``55 %``."""

    share: Fraction
    text: str


THE_WHOLE_WAY = Asked(Fraction(1), "100 %")


def months_between(start: Period, end: Period) -> int:
    """Months from the end of one period to the end of another."""
    return 12 * (end.year - start.year) + end.last_month - start.last_month


def asked(target: Target, at: Period) -> Asked | None:
    """Share of the way asked by the end of a period after the baseline; None where a table is silent.

    The whole way is asked at the deadline and after it. Compound and linear schedules both count time evenly (in
    years, in months); they differ in what they divide: the logarithm of a reduction, or an amount.
    """
    start, end = parse_period(target.baseline.period), parse_period(target.deadline)
    if at.end_date >= end.end_date:
        return THE_WHOLE_WAY
    if target.schedule.kind is ScheduleKind.TABLE:
        done_pct = at_end(target.schedule.done_pct, at)
        return None if done_pct is None else Asked(Fraction(done_pct) / 100, f"{plain(done_pct)} %")
    unit = 12 if target.schedule.kind is ScheduleKind.COMPOUND else 1
    elapsed, total = months_between(start, at) // unit, months_between(start, end) // unit
    return Asked(Fraction(elapsed, total), f"{elapsed}/{total}")


def on_path(start: Fraction, end: Fraction, share: Fraction) -> Fraction:
    """The value asked when ``share`` of the way from ``start`` to ``end`` is asked."""
    return start + share * (end - start)


def at_end(table: Mapping[str, Decimal], at: Period) -> Decimal | None:
    """The entry of a table by periods that ends on the same day: ``2016-06`` also serves ``2016-01..06``."""
    for period, value in table.items():
        if parse_period(period).end_date == at.end_date:
            return value
    return None
