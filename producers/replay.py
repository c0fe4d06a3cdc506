"""The past day by day: calendar ticks, and on each day the returns that were published then. Pure."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from plan.book import PlanView
from plan.due import expected_slices
from plan.messages import Tick
from plan.periods import LOCAL_ZONE
from producers.outgoing import Outgoing

_DAY = dt.timedelta(days=1)


class Step(msgspec.Struct, frozen=True):
    """One calendar day: the tick that says it has begun, then the returns published on it."""

    tick: Tick
    returns: tuple[Outgoing, ...] = ()


def publication_day(outgoing: Outgoing) -> dt.date:
    """The day, in the plan's time zone, on which a return was published; ValueError for one without a date."""
    if outgoing.sent.published_at is None:
        raise ValueError(f"return {outgoing.sent.return_id!r} has no publication date and cannot be replayed")
    return outgoing.sent.published_at.astimezone(LOCAL_ZONE).date()


def first_day(returns: Sequence[Outgoing], views: Sequence[PlanView]) -> dt.date:
    """The first plan's first day, or an earlier day on which something was published already.

    So that no return goes out after the tick of a day later than its own.
    """
    return min([view.plan.first_day for view in views] + [publication_day(each) for each in returns])


def last_day(returns: Sequence[Outgoing], views: Sequence[PlanView]) -> dt.date:
    """The day after the last publication or the last deadline of an expected slice: its tick makes that overdue."""
    deadlines = [moment.astimezone(LOCAL_ZONE).date() for view in views for _, moment in expected_slices(view)]
    return max(deadlines + [publication_day(each) for each in returns]) + _DAY


def schedule(returns: Sequence[Outgoing], views: Sequence[PlanView], until: dt.date | None = None) -> Iterator[Step]:
    """Every calendar day from :func:`first_day` to ``until`` inclusive (without it: :func:`last_day`).

    Several plans share one calendar. Returns of one day keep the order they are given in; those published after
    ``until`` are left out.
    """
    by_day: dict[dt.date, list[Outgoing]] = defaultdict(list)
    for each in returns:
        by_day[publication_day(each)].append(each)
    day = first_day(returns, views)
    end = last_day(returns, views) if until is None else until
    while day <= end:
        yield Step(Tick(tick_date=day), tuple(by_day[day]))
        day += _DAY
