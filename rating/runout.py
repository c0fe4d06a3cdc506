"""On which day a cap is reached at the recent pace: permitted amounts, ceilings of a period."""

import datetime as dt
from enum import StrEnum
from math import ceil

import msgspec

from rating.outlook_course import Course, end_of, lately


class RunOutcome(StrEnum):
    """What becomes of the cap until it is due."""

    ON_DATE = "on_date"
    NOT_IN_TIME = "not_in_time"
    NEVER = "never"
    ALREADY_REACHED = "already_reached"
    UNKNOWN = "unknown"


class RunOut(msgspec.Struct, frozen=True):
    """``on_date``: the day by whose end the cap is reached. ``not_in_time``: later than the cap holds.

    ``never``: nothing is being used, or less and less. ``unknown``: a single value shows no pace.
    """

    outcome: RunOutcome
    day: dt.date | None = None


def run_out(course: Course) -> RunOut:
    """Extend the recent pace per day; counted in whole days from the end of the newest period."""
    way = lately(course)
    used = way.values[-1]
    if used >= course.bar:
        return RunOut(RunOutcome.ALREADY_REACHED)
    first, last = end_of(way.months[0]), end_of(way.months[-1])
    if first == last:
        return RunOut(RunOutcome.UNKNOWN)
    per_day = (used - way.values[0]) / (last - first).days
    if per_day <= 0:
        return RunOut(RunOutcome.NEVER)
    days = ceil((course.bar - used) / per_day)
    if days > (end_of(course.due_month) - last).days:
        return RunOut(RunOutcome.NOT_IN_TIME)
    return RunOut(RunOutcome.ON_DATE, last + dt.timedelta(days=days))
