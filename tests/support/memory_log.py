"""A log in memory that gives records as Kafka does, and batches of what was not read yet."""

import datetime as dt
from collections import defaultdict

import duckdb

from consumers.decode import decode_batch
from consumers.message import Message, Part, Polled
from plan.book import PlanBook
from plan.canonical import plan_hash
from plan.messages import Cell, PlanMessage, Return, Tick, encode
from plan.model import Plan
from plan.topics import PLANS, TICKS, return_topic
from warehouse.batch import Batch
from warehouse.sources import read_sources

CLUSTER = "cluster-one"


def record(
    value: bytes | None, at: dt.datetime, *, offset: int = 0, partition: int = 0, key: bytes | None = b"key"
) -> Message:
    """One message as the reader hands it out; ``at`` is the broker's append time, to the millisecond."""
    return Message(partition, offset, round(at.timestamp() * 1000), key, value)


def a_return(
    form: str, unit: str, cells: dict[str, float], *, period: str = "2017", return_id: str = "r-1", **more: object
) -> Return:
    """A return with one cell for each item."""
    made = tuple(Cell(item=item, value=value) for item, value in cells.items())
    return Return(return_id=return_id, form=form, form_version=1, unit=unit, period=period, cells=made, **more)


class MemoryLog:
    """Topics with partitions; each message gets the next offset of its partition."""

    def __init__(self, cluster_id: str = CLUSTER) -> None:
        self.cluster_id = cluster_id
        self._records: dict[tuple[str, int], list[Message]] = defaultdict(list)
        self._read: dict[tuple[str, int], int] = defaultdict(int)
        self._made = 0

    def send(self, topic: str, value: bytes | None, at: dt.datetime, partition: int = 0) -> None:
        """Append any bytes."""
        place = self._records[(topic, partition)]
        place.append(record(value, at, offset=len(place), partition=partition))

    def send_return(self, sent: Return, at: dt.datetime, sender: str = "gateway", partition: int = 0) -> None:
        """Append a return as it is."""
        self.send(return_topic(sent.form, sender), encode(sent), at, partition)

    def report(self, form: str, unit: str, cells: dict[str, float], at: dt.datetime, *, period: str = "2017") -> None:
        """Append a new return, dated by the broker."""
        self.send_return(a_return(form, unit, cells, period=period, return_id=self._next_id()), at)

    def backdate(
        self,
        form: str,
        unit: str,
        cells: dict[str, float],
        known_at: dt.datetime,
        at: dt.datetime,
        *,
        period: str = "2017",
    ) -> None:
        """Append a new return that its sender dated itself."""
        sent = a_return(form, unit, cells, period=period, return_id=self._next_id(), published_at=known_at)
        self.send_return(sent, at, "archive")

    def tick(self, day: dt.date) -> None:
        """Append a calendar day."""
        self.send(TICKS, encode(Tick(tick_date=day)), dt.datetime.combine(day, dt.time(), dt.UTC))

    def plan(self, plan: Plan) -> None:
        """Append a plan with its hash."""
        at = dt.datetime(2017, 1, 1, tzinfo=dt.UTC)
        self.send(PLANS, encode(PlanMessage(plan_hash=plan_hash(plan), plan=plan)), at)

    def batch(self, book: PlanBook, at_most: int = 1_000_000, backwards: bool = False) -> Batch:
        """What was not read yet, at most so many messages, partition after partition or in the opposite order."""
        parts: list[Part] = []
        for place in sorted(self._records, reverse=backwards):
            first = self._read[place]
            given = self._records[place][first : first + at_most - sum(len(part.messages) for part in parts)]
            if given:
                parts.append(Part(*place, first, first + len(given), given))
                self._read[place] += len(given)
        return decode_batch(Polled(tuple(parts)), self.cluster_id, book)

    def stand_where(self, lake: duckdb.DuckDBPyConnection) -> None:
        """Go on reading where a lake ends, as a writer does at its start."""
        self.rewind()
        self._read.update({place: row.next_offset for place, row in read_sources(lake).items()})

    def rewind(self) -> None:
        """Read everything again from the first message."""
        self._read.clear()

    def rewind_to(self, offsets: dict[tuple[str, int], int]) -> None:
        """Read on from these offsets; partitions without one from the first message."""
        self._read = defaultdict(int, offsets)

    def _next_id(self) -> str:
        self._made += 1
        return f"made-{self._made}"
