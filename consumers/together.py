"""The loop of a writer that shares its lake with others: the work of :class:`consumers.writer.Writer`, divided.

Landing is divided by lots of partitions, derivation is not. A round is agreed on: whoever leads lands the plans,
fixes the end of the log and calls it; everybody lands his lots up to there and no further; when the lake has reached
it, the leader derives and announces, and nobody lands meanwhile. So what is derived rests on the same messages as with
one writer, and the results are the same. Whoever dies leaves his lots, and the lead, to the others at once.

What keeps it exact is not the locks but the commits: see docs/decisions/0021-several-writers.md.
"""

import logging
import time
from collections.abc import Callable, Collection

import duckdb
import msgspec
from kafka.errors import RetriableError

from broker.topics import ensure_topics
from consumers.announce import announce
from consumers.decode import decode_batch
from consumers.derive import derive
from consumers.log_ends import of_topics
from consumers.lots import LotLander
from consumers.message import Place
from consumers.reading import Reader
from consumers.writer import Parts, ends_of_round, topics_to_read
from plan.book import PlanBook
from plan.topics import PLANS, REPAIRS, topics_of
from warehouse.batch import Account
from warehouse.lake import transaction
from warehouse.landing import OffsetGap
from warehouse.leading import Guard, begin_term, enter_sources, guard_of
from warehouse.locks import LockSession, Round
from warehouse.plans import plans_in_force
from warehouse.sources import check_accounts, check_cluster
from warehouse.upkeep import Upkeep

log = logging.getLogger("qingyu.writer")
_LOOK_S = 0.1
_WAIT_FIRST_S, _WAIT_MOST_S = 0.05, 1.0
_OVERTAKEN_AT_MOST = 10


class Lead(msgspec.Struct):
    """What the one who derives has at hand: its guard, the lake's upkeep, the round called last, the one derived."""

    guard: Guard
    upkeep: Upkeep
    called: Round
    derived: int = -1
    entered: set[Place] = msgspec.field(default_factory=set)
    repair_ends: dict[Place, int] = msgspec.field(default_factory=dict)


class SharedWriter:
    """The loop; see :meth:`run`."""

    def __init__(self, parts: Parts, session: LockSession) -> None:
        self._parts = parts
        self._lake = parts.lake
        self._session = session
        self._lots = LotLander(parts, session)
        self._book = PlanBook(())
        self._plans = ""
        self._lead: Lead | None = None

    def run(self, should_stop: Callable[[], bool], until_idle: bool = False) -> None:
        """Work until told to stop; with ``until_idle``, until the end of the log is derived and announced.

        Raises what :class:`consumers.writer.Writer` does, and ``LocksLost`` and ``TermOver``, when others go on.
        """
        with transaction(self._lake):  # as of one commit: others land meanwhile
            check_cluster(self._lake, self._parts.cluster_id)
            check_accounts(self._lake)
        overtaken = 0
        while not should_stop():
            try:
                is_over = self._turn(should_stop)
                overtaken = 0
            except RetriableError as away:
                log.warning("Kafka does not answer (%s); trying again", away)
                self._start_anew()
            except (OffsetGap, duckdb.TransactionException) as fault:
                self._session.still_alive()
                overtaken += 1
                if overtaken > _OVERTAKEN_AT_MOST:
                    raise
                log.warning("another writer committed first (%s); going on from the lake's offsets", fault)
                self._start_anew()
            except duckdb.Error:
                self._session.still_alive()  # when PostgreSQL is gone, that is what has to be said
                raise
            else:
                if is_over and until_idle:
                    return

    def _turn(self, should_stop: Callable[[], bool]) -> bool:
        """Do what there is to do, or wait a moment; returns whether all is landed, derived and announced."""
        if self._lead is None and self._session.lead():
            self._lead = self._begin_lead()
        if self._lead is not None:
            return self._lead_round(self._lead, should_stop)
        called = self._session.latest_round()
        if called.plans != self._plans:
            self._load_book()
        total = self._lots.land_up_to(called.places, self._book, should_stop)
        _tell(total)
        if not total.consumed:
            time.sleep(_LOOK_S)
        return called.is_idle

    def _begin_lead(self) -> Lead:
        with self._session.gate():
            guard = guard_of(begin_term(self._lake))
        called = msgspec.structs.replace(self._session.latest_round(), is_idle=False)
        self._session.call(called)
        self._follow_own()
        self._load_book()
        self._follow_ends()
        log.info("this writer derives from now on")
        return Lead(guard, Upkeep(self._lake), called)

    def _lead_round(self, lead: Lead, should_stop: Callable[[], bool]) -> bool:
        """Call a round, wait until all have landed it, derive and announce; returns whether there was nothing new."""
        self._call(lead)
        if lead.called.number == lead.derived:
            return self._rest(lead, should_stop)
        total, wait_s = Account(), _WAIT_FIRST_S
        ends, metrics = lead.called.places, self._parts.metrics
        while True:
            total = total.plus(self._lots.land_up_to(ends, self._book, should_stop))
            if should_stop():
                return False
            offsets = self._lots.offsets()
            # Of the whole lake, so by this one only: what each writer is behind does not add up while lots move.
            metrics.behind(ends, offsets)
            if all(offsets.get(place, 0) >= end for place, end in ends.items()):
                break
            time.sleep(wait_s)
            wait_s = min(wait_s * 1.5, _WAIT_MOST_S)
        total = total.plus(self._land_own(lead, self._parts.repair_reader, lead.repair_ends))
        check_accounts(self._lake)
        with metrics.timing("derivation"):
            derived = derive(self._lake, self._book, self._parts.auditor, lead.guard)
        with metrics.timing("announcing"):
            announced = announce(self._lake, self._parts.producer, self._parts.settings, lead.guard)
        metrics.derived(derived, announced)
        lead.derived = lead.called.number
        lead.upkeep.commit_made()
        _tell(total)
        log.info("round %d: derived %d, announced %d", lead.called.number, derived, announced)
        return False

    def _rest(self, lead: Lead, should_stop: Callable[[], bool]) -> bool:
        """Look after the lake once, then wait a moment; whoever comes meanwhile is given his lots."""
        if not lead.called.is_idle:
            if not self._book.plans:
                log.warning("no plan in the log yet; send one with: qingyu feed plan")
            lead.called = msgspec.structs.replace(lead.called, is_idle=True)
            self._session.call(lead.called)
            lead.upkeep.when_idle()
        self._lots.land_up_to(lead.called.places, self._book, should_stop)
        time.sleep(_LOOK_S)
        return True

    def _call(self, lead: Lead) -> None:
        """Land the plans, fix the end of the log, and call it as a round unless it is where it was."""
        while True:
            found = ends_of_round(self._parts.log_ends)
            repair_ends, plan_ends = of_topics(found, REPAIRS), of_topics(found, PLANS)
            ends = {place: end for place, end in found.items() if place not in repair_ends | plan_ends}
            if not self._land_own(lead, self._parts.plan_reader, plan_ends).landed:
                break
            # A new plan may name new topics: a tick of this round could come after returns that lie there.
            self._load_book()
            self._follow_ends()
        places = tuple((*place, end) for place, end in sorted(ends.items()))
        called = (lead.called.ends, lead.called.plans, lead.repair_ends)
        if lead.derived < 0 or (places, self._plans, repair_ends) != called:
            self._enter(lead, ends)
            lead.repair_ends = repair_ends
            lead.called = Round(lead.called.number + 1, places, self._plans)
            self._session.call(lead.called)

    def _land_own(self, lead: Lead, reader: Reader, ends: dict[Place, int]) -> Account:
        self._enter(lead, ends)
        total = Account()
        for polled in reader.up_to(ends):
            batch = decode_batch(polled, self._parts.cluster_id, self._book)
            total = total.plus(self._lots.land(batch))
        return total

    def _enter(self, lead: Lead, places: Collection[Place]) -> None:
        """Partitions are in the lake before anybody lands them."""
        fresh = set(places) - lead.entered
        if fresh:
            with self._session.gate():
                enter_sources(self._lake, self._parts.cluster_id, fresh, lead.guard)
            lead.entered |= fresh

    def _start_anew(self) -> None:
        """Forget what was read and not landed."""
        self._lots.start_anew()
        if self._lead is not None:
            self._follow_own()

    def _follow_own(self) -> None:
        """Plans and repairs are landed by the one who derives: before and after everything else of a round."""
        offsets = self._lots.offsets()
        self._parts.plan_reader.follow((PLANS,), offsets)
        self._parts.repair_reader.follow((REPAIRS,), offsets)

    def _load_book(self) -> None:
        plans = plans_in_force(self._lake)
        self._book = PlanBook(plans)
        self._plans = " ".join(sorted(view.hash for view in self._book.views.values()))

    def _follow_ends(self) -> None:
        plans = self._book.plans
        ensure_topics(self._parts.admin, self._parts.settings, topics_of(plans), log.info)
        log_ends = self._parts.log_ends
        log_ends.follow(log_ends.places_of((PLANS, REPAIRS, *topics_to_read(plans))))


def _tell(total: Account) -> None:
    if total.consumed:
        log.info("read %d = landed %d + dead letters %d + duplicates %d", *msgspec.structs.astuple(total))
