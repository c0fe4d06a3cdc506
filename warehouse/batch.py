"""What the consumers read from Kafka, decoded and ready to land. Addresses travel with every message."""

import datetime as dt

import msgspec

from plan.columns import Columns
from plan.faults import Fault
from plan.messages import DateKind, Explanation, RepairKind
from plan.model import Plan


class Address(msgspec.Struct, frozen=True, order=True, gc=False):
    """Where a message lies on Kafka."""

    topic: str
    partition: int
    offset: int


class Filing(msgspec.Struct, frozen=True):
    """What all returns of a form and period on one topic have in common.

    ``touches``: by area, the slices that such a return bears on. ``is_told``: its sender is told what becomes of it.
    """

    plan_id: str
    form: str
    form_version: int
    period: str
    period_end_date: dt.date
    sender: str
    is_told: bool
    touches: dict[str, tuple[tuple[str, str, str], ...]]


class ReadReturn(msgspec.Struct, frozen=True, gc=False):
    """A return that kept the contract, its cells as columns. ``published_kind`` and ``sources`` as they are stored."""

    address: Address
    filing: Filing
    return_id: str
    unit: str
    area: str
    columns: Columns
    content_digest: str
    known_at: dt.datetime
    received_at: dt.datetime
    key: bytes | None
    payload: bytes
    is_backdated: bool = False
    published_kind: str = DateKind.EXACT.value
    sources: str = "[]"
    note: str = ""

    @property
    def scope(self) -> tuple[str, str]:
        """Within which its id must be its own: form and period."""
        return (self.filing.form, self.filing.period)

    @property
    def own_id(self) -> str:
        """Its id there."""
        return self.return_id

    @property
    def is_told(self) -> bool:
        """Tell whether its sender is told what becomes of it."""
        return self.filing.is_told

    @property
    def touches(self) -> tuple[tuple[str, str, str], ...]:
        """The slices (form, period, area) that it bears on."""
        return self.filing.touches[self.area]


class ReadExplanation(msgspec.Struct, frozen=True):
    """An explanation that kept the contract."""

    address: Address
    sent: Explanation
    content_digest: str
    plan_id: str
    area: str
    sender: str
    received_at: dt.datetime
    key: bytes | None
    payload: bytes
    is_told: bool

    @property
    def scope(self) -> tuple[str, str]:
        """Within which its id must be its own: form and period."""
        return (self.sent.form, self.sent.period)

    @property
    def own_id(self) -> str:
        """Its id there."""
        return self.sent.explanation_id

    @property
    def unit(self) -> str:
        """The reporting unit that explains."""
        return self.sent.unit


class ReadTick(msgspec.Struct, frozen=True):
    """A calendar day."""

    address: Address
    tick_date: dt.date


class ReadPlan(msgspec.Struct, frozen=True):
    """A plan, canonical, with its hash."""

    address: Address
    plan: Plan
    plan_hash: str
    canonical: str


class ReadResult(msgspec.Struct, frozen=True):
    """An assessment or an alert transition, kept whole."""

    address: Address
    kind: str
    result_id: str
    period: str
    payload: str


class ReadDeadLetter(msgspec.Struct, frozen=True):
    """A refused message, kept whole, with the phase that refused it and every fault."""

    address: Address
    key: bytes | None
    payload: bytes | None
    phase: str
    faults: tuple[Fault, ...]
    received_at: dt.datetime
    is_told: bool = False


class ReadRepair(msgspec.Struct, frozen=True):
    """An operator's answer to the dead letter at ``origin``, and the ``mended`` message, read as it would be there.

    ``read`` bears the address and the bytes of the repair itself.
    """

    address: Address
    origin: Address
    kind: RepairKind
    by: str
    because: str
    mended: bytes
    read: ReadReturn | ReadExplanation | ReadDeadLetter


class Span(msgspec.Struct, frozen=True):
    """Offsets of one partition from ``first`` up to, not including, ``next``, and how many messages lie there.

    A sender's transactions leave gaps, so the count may be smaller than the distance.
    """

    first: int
    next: int
    messages: int


class Batch(msgspec.Struct, frozen=True):
    """All messages of one landing, and the span of offsets they fill on each (topic, partition)."""

    cluster_id: str
    spans: dict[tuple[str, int], Span]
    returns: tuple[ReadReturn, ...]
    ticks: tuple[ReadTick, ...]
    plans: tuple[ReadPlan, ...]
    results: tuple[ReadResult, ...]
    explanations: tuple[ReadExplanation, ...]
    dead: tuple[ReadDeadLetter, ...]
    repairs: tuple[ReadRepair, ...] = ()


class Account(msgspec.Struct, frozen=True):
    """Account of messages, whole numbers: consumed = landed + dead-lettered + duplicate."""

    consumed: int = 0
    landed: int = 0
    dead_lettered: int = 0
    duplicate: int = 0

    @property
    def is_balanced(self) -> bool:
        """Tell whether every consumed message is accounted for."""
        return self.consumed == self.landed + self.dead_lettered + self.duplicate

    def plus(self, other: "Account") -> "Account":
        """Add two accounts."""
        return Account(
            self.consumed + other.consumed,
            self.landed + other.landed,
            self.dead_lettered + other.dead_lettered,
            self.duplicate + other.duplicate,
        )
