"""How often a status changes from one issue to the next: a status that flaps is believed by nobody.

Unweighted, as Naemon's flap detection counts: the changes among all that were possible.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import msgspec

from plan.codes import Status
from plan.messages import Reason


class Flapping(msgspec.Struct, frozen=True):
    """How many of the ``possible`` changes (at least one) took place."""

    changes: int
    possible: int

    @property
    def share(self) -> Fraction:
        """Changes among the possible ones, 0 to 1."""
        return Fraction(self.changes, self.possible)


def flapping(statuses: Sequence[Status]) -> Flapping | Reason:
    """The changes of a status in order of time; too few points where fewer than two are assessed.

    Periods that are not assessed are left out: what is not known is no change, and those on both sides of it are
    compared with each other.
    """
    assessed = [status for status in statuses if status is not Status.NOT_ASSESSED]
    if len(assessed) < 2:
        return Reason.TOO_FEW_POINTS
    return Flapping(sum(before is not after for before, after in pairwise(assessed)), len(assessed) - 1)


def changed_share(statuses: Sequence[Status]) -> Fraction | Reason:
    """Share (0 to 1) of the possible changes of a status that took place, or why there is none: :func:`flapping`."""
    found = flapping(statuses)
    return found.share if isinstance(found, Flapping) else found
