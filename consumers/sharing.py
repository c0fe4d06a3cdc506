"""How several landing processes share the partitions: which lots to take, which to give back. Pure.

Every topic-partition belongs to one of a fixed number of lots, and every lot to one process at a time. Each process
decides for itself from what all can see (who lives, who holds what), and all decisions together make the lots even:
each process has a quota, the quotas add up to all lots, and nobody takes beyond his own.
"""

import zlib
from collections.abc import Mapping

import msgspec

LOTS = 32
"""Enough that a handful of processes are even within one lot; a lock each costs nothing that shows."""


class Holdings(msgspec.Struct, frozen=True):
    """What all processes see alike: this process' number, the numbers of those that live, and who holds which lot."""

    me: int
    members: frozenset[int]
    holders: Mapping[int, int]

    @property
    def mine(self) -> frozenset[int]:
        """The lots this process holds."""
        return frozenset(lot for lot, holder in self.holders.items() if holder == self.me)


class Change(msgspec.Struct, frozen=True):
    """Lots to try to take, and lots to give back."""

    take: tuple[int, ...] = ()
    give: tuple[int, ...] = ()


def lot_of(topic: str, partition: int) -> int:
    """The lot of a topic-partition: the same in every process, for ever."""
    return zlib.crc32(f"{topic}|{partition}".encode()) % LOTS


def quota(me: int, members: frozenset[int]) -> int:
    """How many lots a process should hold; the quotas of all members add up to all lots."""
    share, over = divmod(LOTS, len(members))
    return share + (sorted(members).index(me) < over)


def share(seen: Holdings) -> Change:
    """What this process should do now; nothing when it holds its quota."""
    mine, due = seen.mine, quota(seen.me, seen.members)
    if len(mine) > due:
        return Change(give=tuple(sorted(mine)[due:]))
    free = (lot for lot in range(LOTS) if lot not in seen.holders)
    return Change(take=tuple(lot for lot, _ in zip(free, range(due - len(mine)), strict=False)))
