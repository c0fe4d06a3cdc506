"""Which files of a folder are whole: those that no longer change, oldest first. Pure."""

from collections.abc import Mapping

import msgspec

from producers.files.keeping import is_report
from producers.files.opened import Stamp

_BEING_WRITTEN = (".tmp", ".part", ".partial", ".crdownload", ".download", ".filepart", "~")
"""What programs call a file while they write it."""


class _Seen(msgspec.Struct, frozen=True):
    stamp: Stamp
    since: float


class Settling:
    """Watches the stamps of files from look to look; ``quiet_s``: how long a file must have been left alone."""

    def __init__(self, quiet_s: float) -> None:
        self._quiet_s = quiet_s
        self._seen: dict[str, _Seen] = {}

    def whole(self, found: Mapping[str, Stamp], now: float) -> list[str]:
        """The names of files that have not changed for long enough, the longest unchanged on disk first.

        ``now``: seconds of a clock that never goes back.
        """
        self._seen = {
            name: before if (before := self._seen.get(name)) and before.stamp == stamp else _Seen(stamp, now)
            for name, stamp in found.items()
        }
        whole = [name for name, seen in self._seen.items() if now - seen.since >= self._quiet_s]
        return sorted(whole, key=lambda name: (found[name].modified_ns, name))


def is_candidate(name: str) -> bool:
    """Tell whether a name is one of a file that is handed in: not hidden, temporary, nor a report of ours."""
    is_passing = name.startswith((".", "~$")) or name.lower().endswith(_BEING_WRITTEN)
    return not is_passing and not is_report(name)
