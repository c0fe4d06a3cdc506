"""Reference periods as SDMX writes them (Gregorian and reporting periods), as the plan's periods. Pure."""

import re

from plan.periods import Period, PeriodFault, PeriodKind, parse_period

_WAYS = tuple(
    (re.compile(pattern, re.ASCII), ours)
    for pattern, ours in (
        (r"(\d{4})(?:-A1)?", "{}"),
        (r"(\d{4})-S([12])", "{}-H{}"),
        (r"(\d{4})-Q([1-4])", "{}-Q{}"),
        (r"(\d{4})-M?(\d{2})", "{}-{}"),
        (r"(\d{4})-(\d{2})-(\d{2})", "{}-{}-{}"),
    )
)
_WRITTEN = "2017, 2017-A1, 2017-S1, 2017-Q2, 2017-06, 2017-M06 or 2017-06-30"


def read_sdmx_period(text: str, *, is_year_to_date: bool = False) -> Period:
    """Read a TIME_PERIOD; raises PeriodFault for what is none, or none that the plan knows (weeks, trimesters, times).

    ``is_year_to_date``: a month stands for January up to it.
    """
    for way, ours in _WAYS:
        if found := way.fullmatch(text):
            period = parse_period(ours.format(*(part for part in found.groups() if part is not None)))
            break
    else:
        raise PeriodFault(f"{text[:40]!r} is not a period that is taken here; write {_WRITTEN}")
    if is_year_to_date and period.kind is PeriodKind.MONTH:
        return parse_period(f"{period.year:04d}-01..{period.last_month:02d}")
    return period
