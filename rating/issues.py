"""What changed from one issue of the barometer to the next: areas by name, yardstick by yardstick."""

from collections.abc import Mapping

import msgspec

from plan.codes import Status

_ORDER = (Status.ACHIEVED, Status.ON_TRACK, Status.MILD, Status.MIDDLE, Status.SEVERE)

Ratings = Mapping[str, Status]
"""Status of each area by one yardstick in one issue; each area once."""


class Move(msgspec.Struct, frozen=True):
    """One area whose status is another one now."""

    area: str
    before: Status
    after: Status


class Changes(msgspec.Struct, frozen=True):
    """What changed by one yardstick. ``entered``: rated now, not before; ``left``: rated before, not now.

    An area that is not assessed is not rated: whether it got better or worse is not known.
    """

    better: tuple[Move, ...]
    worse: tuple[Move, ...]
    entered: tuple[str, ...]
    left: tuple[str, ...]


def changes(before: Ratings, after: Ratings) -> Changes:
    """Who got better or worse, entered or left, in the order of the areas in the issues."""
    then, now = _rated(before), _rated(after)
    moves = [Move(area, then[area], status) for area, status in now.items() if area in then]
    return Changes(
        better=tuple(move for move in moves if _ORDER.index(move.after) < _ORDER.index(move.before)),
        worse=tuple(move for move in moves if _ORDER.index(move.after) > _ORDER.index(move.before)),
        entered=tuple(area for area in now if area not in then),
        left=tuple(area for area in then if area not in now),
    )


def changes_by_yardstick(before: Mapping[str, Ratings], after: Mapping[str, Ratings]) -> dict[str, Changes]:
    """The changes by each yardstick that both issues hold; of one that is new or gone nothing can be compared."""
    return {
        yardstick: changes(before[yardstick], ratings) for yardstick, ratings in after.items() if yardstick in before
    }


def _rated(ratings: Ratings) -> dict[str, Status]:
    return {area: status for area, status in ratings.items() if status is not Status.NOT_ASSESSED}
