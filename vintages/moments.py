"""The moment a question about the past is asked as of: a day, or a moment with its time zone. Pure."""

import datetime as dt

from plan.due import start_of

_DAY_LENGTH = len("2018-01-30")
_EXAMPLE = "2018-01-30T09:30+08:00"


class MomentRefused(Exception):
    """A text names no moment; the message says how one is written."""


def moment_of(text: str) -> dt.datetime:
    """A day as the last microsecond of it in China's time zone, a moment as it is; raises :class:`MomentRefused`."""
    try:
        if len(text) == _DAY_LENGTH:
            return start_of(dt.date.fromisoformat(text) + dt.timedelta(days=1)) - dt.timedelta(microseconds=1)
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise MomentRefused(f"{text!r} 没有时区 has no time zone;请写成 write it like {_EXAMPLE}")
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as unread:
        raise MomentRefused(
            f"{text!r} 不是日期或时刻 is neither a day nor a moment;请写成 write it like 2018-01-30 or {_EXAMPLE}"
        ) from unread


def in_order(since: dt.datetime, until: dt.datetime) -> None:
    """Raise :class:`MomentRefused` unless the first moment lies before the second."""
    if since >= until:
        raise MomentRefused("FROM 须早于 TO;请调换 FROM must lie before TO; turn them round")
