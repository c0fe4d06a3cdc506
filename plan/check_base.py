"""What all checks of a plan share: a fault with its path in the plan, and the list they add to."""

import re
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

import msgspec

from plan.periods import Period, PeriodFault, parse_period
from plan.shown import listed
from plan.yaml_lines import KeyPath

_ID = re.compile(r"[a-z0-9-]+", re.ASCII)
_MEASURE_ID = re.compile(r"[a-z0-9_]+", re.ASCII)


class PathFault(msgspec.Struct, frozen=True):
    """One fault of a plan: the path in it, and what is wrong with the mend."""

    path: KeyPath
    says: str


class Faults:
    """The faults found so far, and the questions that every part of a plan is asked."""

    def __init__(self) -> None:
        self._found: list[PathFault] = []

    @property
    def found(self) -> tuple[PathFault, ...]:
        """All faults, in the order they were found."""
        return tuple(self._found)

    def add(self, path: KeyPath, says: str) -> None:
        """Note one fault."""
        self._found.append(PathFault(path, says))

    def known(self, path: KeyPath, wanted: str, among: Collection[str], what: str) -> bool:
        """Tell whether an id is one of those that exist; a dangling one is a fault."""
        if wanted in among:
            return True
        near = ", ".join(get_close_matches(wanted, among))
        hint = f"did you mean {near}? " if near else ""
        self.add(path, f"no {what} {wanted!r}; {hint}known: {listed(tuple(among), ', ') or 'none'}")
        return False

    def all_known(self, path: KeyPath, wanted: Sequence[str], among: Collection[str], what: str) -> None:
        """Ask :meth:`known` for each of a list, and that none stands twice."""
        for at, each in enumerate(wanted):
            self.known((*path, at), each, among, what)
        self.once(path, wanted, what)

    def once(self, path: KeyPath, listed: Sequence[str], what: str) -> None:
        """Check that nothing stands twice in a list."""
        seen: set[str] = set()
        for at, each in enumerate(listed):
            if each in seen:
                self.add((*path, at), f"{what} {each!r} stands twice; keep one")
            seen.add(each)

    def ids(self, path: KeyPath, ids: Iterable[str], what: str) -> None:
        """Check that the ids of a list are well written and differ."""
        seen: set[str] = set()
        for at, each in enumerate(ids):
            place = (*path, at, "id")
            if what == "measure":
                if not _MEASURE_ID.fullmatch(each):
                    self.add(place, f"{each!r}: a measure's id has small letters, digits and underscores only")
            elif not _ID.fullmatch(each):
                says = "an id has small letters, digits and hyphens only (it becomes part of a topic name)"
                self.add(place, f"{each!r}: {says}")
            if each in seen:
                self.add(place, f"{what} {each!r} is defined twice; give each its own id")
            seen.add(each)

    def period(self, path: KeyPath, text: str) -> Period | None:
        """Read a reference period; one that is none is a fault."""
        try:
            return parse_period(text)
        except PeriodFault as refused:
            self.add(path, str(refused))
            return None

    def rising(self, path: KeyPath, texts: Iterable[str]) -> tuple[Period | None, ...]:
        """Read periods that must follow each other in time; None stands for one that is no period."""
        read = tuple(self.period((*path, at), text) for at, text in enumerate(texts))
        last: Period | None = None
        for at, period in enumerate(read):
            if period is None:
                continue
            if last is not None and period.sort_key <= last.sort_key:
                self.add((*path, at), f"{period} does not come after {last}; put the periods in order of time")
            last = period
        return read
