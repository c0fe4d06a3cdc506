"""The writer's loop: wait, read a round, land it, derive, announce; look after the lake when idle.

Offsets live with the data, so a writer that is killed at any moment goes on where the last commit stopped: exactly
once for the state relative to the offsets, at least once for what is announced.
"""

import logging
from collections.abc import Callable, Collection, Mapping

import duckdb
import msgspec
from kafka import KafkaAdminClient
from kafka.errors import RetriableError

from broker.settings import KafkaSettings
from broker.topics import ensure_topics
from consumers.announce import Sending, announce
from consumers.budget import Budget, BudgetPolicy
from consumers.decode import decode_batch
from consumers.derive import derive
from consumers.log_ends import LogEnds, of_topics
from consumers.message import Place, Polled
from consumers.metrics import WriterMetrics
from consumers.reader_process import ReaderProcess
from consumers.reading import Reader
from expectations.auditor import Auditor
from plan.book import PlanBook
from plan.model import Plan
from plan.topics import ALERTS, ASSESSMENTS, PLANS, REPAIRS, TICKS, explanation_topics, return_topics, topics_of
from warehouse.batch import Account, Batch
from warehouse.landing import land_places, total_of
from warehouse.plans import plans_in_force
from warehouse.remembered import Remembered
from warehouse.sources import check_accounts, check_cluster, read_sources
from warehouse.upkeep import Upkeep

log = logging.getLogger("qingyu.writer")
_IDLE_SECONDS = 0.5
_IDLE_LOOKS = 40


class Parts(msgspec.Struct, frozen=True):
    """Everything the loop needs, made outside: the lake, Kafka's clients, the auditor. Three readers, read in turn.

    ``up_to``: read no further than these offsets; None: to the end of the log.
    """

    lake: duckdb.DuckDBPyConnection
    settings: KafkaSettings
    admin: KafkaAdminClient
    plan_reader: Reader
    repair_reader: Reader
    reader: ReaderProcess
    log_ends: LogEnds
    producer: Sending
    auditor: Auditor
    cluster_id: str
    policy: BudgetPolicy
    metrics: WriterMetrics
    up_to: Mapping[Place, int] | None = None


def topics_to_read(plans: Collection[Plan]) -> tuple[str, ...]:
    """The topics that are read beside those of plans and repairs, which have their own turn."""
    return (TICKS, ASSESSMENTS, ALERTS, *return_topics(plans), *explanation_topics(plans))


def ends_of_round(log_ends: LogEnds) -> dict[Place, int]:
    """The ends of the log that a round reads up to.

    What a repair answers was read before it was sent: it lies within the ends of the others, and its end is asked for
    first. So is the end of the ticks before those of what was reported until then, and of the plans last.
    """
    return log_ends.now(first=(REPAIRS, TICKS), last=(PLANS,))


class Writer:
    """The loop; see :meth:`run`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lake = parts.lake
        self._plans = parts.plan_reader
        self._repairs = parts.repair_reader
        self._rest = parts.reader
        self._upkeep = Upkeep(parts.lake)
        self._book = PlanBook(())
        self._remembered = Remembered.nothing()
        self._budget = Budget(parts.policy)

    def run(self, should_stop: Callable[[], bool], until_idle: bool = False) -> None:
        """Work until told to stop; with ``until_idle``, until the end of the log is derived and announced.

        Raises ``AccountingBroken``, ``OtherCluster``, ``AuditorGone``, ``BudgetSpent``: they must stop the writer.
        """
        check_cluster(self._lake, self._parts.cluster_id)
        check_accounts(self._lake)
        self._plans.follow((PLANS,), self._offsets())
        self._repairs.follow((REPAIRS,), self._offsets())
        self._load_book()
        while not should_stop():
            try:
                has_read = self._round(should_stop)
            except RetriableError as away:
                log.warning("Kafka does not answer (%s); trying again", away)
                continue
            if has_read:
                self._upkeep.commit_made()
                continue
            if until_idle:
                return
            if not self._book.plans:
                log.warning("no plan in the log yet; send one with: qingyu feed plan")
            self._upkeep.when_idle()
            self._wait(should_stop)

    def _wait(self, should_stop: Callable[[], bool]) -> None:
        # A poll is silent when Kafka is away; a round asks for the log's end and says so.
        for _ in range(_IDLE_LOOKS):
            if should_stop() or self._rest.wait(_IDLE_SECONDS) or self._plans.wait(0) or self._repairs.wait(0):
                return

    def _round(self, should_stop: Callable[[], bool]) -> bool:
        """Read, land, derive and announce up to the end of the log as it is now; returns whether there was any.

        Told to stop, it lands what it has in hand and leaves the rest: to the next start that is no other than a
        round that begins later.
        """
        ends = self._within(ends_of_round(self._parts.log_ends))
        self._parts.metrics.behind(ends, self._offsets())
        total = Account()
        for polled in self._plans.up_to(of_topics(ends, PLANS)):
            total = total.plus(self._land(self._decode(polled)))
        if total.landed:
            # A new plan may name new topics: a tick of this round could come after returns that lie there.
            self._load_book()
            return True
        total = total.plus(self._land_up_to({place: ends[place] for place in self._rest.places}, should_stop))
        if should_stop():
            return bool(total.consumed)
        for polled in self._repairs.up_to(of_topics(ends, REPAIRS)):
            total = total.plus(self._land(self._decode(polled)))
        if total.consumed:
            check_accounts(self._lake)
        metrics = self._parts.metrics
        with metrics.timing("derivation"):
            self._remembered.derived()
            derived = derive(self._lake, self._book, self._parts.auditor)
        with metrics.timing("announcing"):
            announced = announce(self._lake, self._parts.producer, self._parts.settings)
        metrics.derived(derived, announced)
        if total.consumed or derived or announced:
            log.info(
                "read %d = landed %d + dead letters %d + duplicates %d; derived %d, announced %d",
                *msgspec.structs.astuple(total),
                derived,
                announced,
            )
        return bool(total.consumed)

    def _within(self, ends: dict[Place, int]) -> dict[Place, int]:
        """The ends, or the offsets up to which alone it may read."""
        up_to = self._parts.up_to
        return ends if up_to is None else {place: min(end, up_to.get(place, 0)) for place, end in ends.items()}

    def _land_up_to(self, ends: dict[Place, int], should_stop: Callable[[], bool]) -> Account:
        """Land everything up to the ends; the reader reads on meanwhile."""
        total = Account()
        for polled in self._rest.up_to(ends):
            total = total.plus(self._land(self._decode(polled)))
            if should_stop():
                break
        return total

    def _decode(self, polled: Polled) -> Batch:
        return decode_batch(polled, self._parts.cluster_id, self._book)

    def _land(self, batch: Batch) -> Account:
        with self._parts.metrics.timing("landing"):
            accounts = land_places(self._lake, batch, self._remembered)
        total = total_of(accounts)
        self._parts.metrics.landed(total)
        self._budget.count(accounts, batch.dead)
        return total

    def _load_book(self) -> None:
        """Take the plans in force from the lake and follow the topics they declare."""
        self._book = PlanBook(plans_in_force(self._lake))
        topics = topics_to_read(self._book.plans)
        ensure_topics(self._parts.admin, self._parts.settings, topics_of(self._book.plans), log.info)
        self._rest.follow(topics, self._offsets(), self._book.plans)
        self._parts.log_ends.follow(self._plans.places | self._repairs.places | self._rest.places)

    def _offsets(self) -> dict[Place, int]:
        known = self._remembered.sources
        sources = read_sources(self._lake) if known is None else known
        return {place: row.next_offset for place, row in sources.items()}
