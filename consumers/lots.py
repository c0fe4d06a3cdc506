"""Landing where several writers share the partitions: this process lands its lots, and deals them anew as others come
and go. Lots change hands only while nothing of them is in hand, and whoever takes one reads the lake's offsets first.
"""

import logging
from collections.abc import Callable

import duckdb

from consumers.budget import Budget
from consumers.decode import decode_batch
from consumers.message import Place
from consumers.sharing import Holdings, lot_of, share
from consumers.writer import Parts
from plan.book import PlanBook
from warehouse.batch import Account, Batch
from warehouse.landing import OffsetGap, land_places, total_of
from warehouse.locks import LockSession
from warehouse.remembered import Remembered
from warehouse.sources import read_sources

log = logging.getLogger("qingyu.writer")
_AT_ONCE = 100_000
"""Messages read before the lots are dealt anew: whoever comes waits so long for his share."""
_AT_LEAST = 1_000


class LotLander:
    """Lands the lots of this process up to the ends that a round gives."""

    def __init__(self, parts: Parts, session: LockSession) -> None:
        self._lake = parts.lake
        self._reader = parts.reader
        self._session = session
        self._cluster_id = parts.cluster_id
        self._metrics = parts.metrics
        self._budget = Budget(parts.policy)
        # Others land beside this one: nothing may be remembered from one landing to the next, and to read a form and
        # period whole does not pay for a single one.
        self._remembered = Remembered.nothing(scope_ids=0)
        self._stands: dict[Place, int] = {}
        self._done: tuple[dict[Place, int], frozenset[int]] | None = None

    def land_up_to(self, ends: dict[Place, int], book: PlanBook, should_stop: Callable[[], bool]) -> Account:
        """Deal the lots, then land those of this process up to the ends; returns the account of what was read.

        Raises ``OffsetGap`` or DuckDB's ``TransactionException`` when another process landed the same: see
        :meth:`start_anew`.
        """
        total = Account()
        while not should_stop():
            mine = self._deal()
            if self._done == (ends, mine):
                break
            offsets = self.offsets()
            places = {place: offsets.get(place, 0) for place in ends if lot_of(*place) in mine}
            behind = {place: end for place, end in ends.items() if places.get(place, end) < end}
            if not behind:
                self._done = (ends, mine)
                break
            if self._stands != places:
                self._reader.stand(places)
                self._stands = places
            total = total.plus(self._land(places | _part(behind, places), book, should_stop))
        return total

    def start_anew(self) -> None:
        """Forget where the reader stands: what it has in hand was landed by another, or was lost."""
        self._stands = {}
        self._done = None

    def land(self, batch: Batch) -> Account:
        """Land a batch alone: two at once would conflict in the table of offsets."""
        self._remembered.forget()
        with self._session.gate(), self._metrics.timing("landing"):
            accounts = land_places(self._lake, batch, self._remembered)
        total = total_of(accounts)
        self._metrics.landed(total)
        self._budget.count(accounts, batch.dead)
        return total

    def offsets(self) -> dict[Place, int]:
        """How far each partition is landed, whoever landed it."""
        return {place: row.next_offset for place, row in read_sources(self._lake).items()}

    def _deal(self) -> frozenset[int]:
        """Take and give back lots; returns those of this process."""
        found = self._session.seen()
        seen = Holdings(self._session.me, found.members, found.holders)
        change = share(seen)
        for lot in change.give:
            self._session.give(lot)
        taken = {lot for lot in change.take if self._session.take(lot)}
        mine = seen.mine - set(change.give) | taken
        if mine != seen.mine:
            log.info("lands %d of the lots now; %d writers", len(mine), len(seen.members))
        return mine

    def _land(self, ends: dict[Place, int], book: PlanBook, should_stop: Callable[[], bool]) -> Account:
        reading = self._reader.up_to(ends)
        landed = Account()
        try:
            for polled in reading:
                landed = landed.plus(self.land(decode_batch(polled, self._cluster_id, book)))
                if should_stop():
                    break
        except (OffsetGap, duckdb.TransactionException):
            for _ in reading:  # the reader answers nothing else before it has handed over everything
                pass
            raise
        self._stands |= ends
        return landed


def _part(behind: dict[Place, int], places: dict[Place, int]) -> dict[Place, int]:
    """Nearer ends, so that the lots are dealt anew before long."""
    most = max(_AT_ONCE // len(behind), _AT_LEAST)
    return {place: min(end, places[place] + most) for place, end in behind.items()}
