"""Send plans, ticks and returns so that their order in the log is the order of the calendar.

Kafka orders a partition, not a log of many topics. What must come later is therefore sent only when everything
before it is acknowledged; ticks that follow each other share one partition and need no wait between them.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence

from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError
from kafka.producer.future import FutureRecordMetadata, RecordMetadata

from broker.clients import Tell, quiet
from broker.faults import BrokerAway
from broker.settings import KafkaSettings
from plan.book import PlanBook, PlanView
from plan.messages import PlanMessage, Tick, encode
from plan.model import Plan
from plan.topics import PLANS, TICKS
from producers.outgoing import Outgoing, Receipt, check_all, headers_of
from producers.replay import Step

_TELL_EVERY_S = 3.0


def new_trace_id() -> str:
    """A random id of W3C's shape for all that one run or one request sends."""
    return secrets.token_hex(16)


class Publisher:
    """Sends through one producer, which the caller makes and closes; everything it sends has the same trace id."""

    def __init__(
        self,
        producer: KafkaProducer,
        settings: KafkaSettings,
        book: PlanBook,
        clock: Callable[[], dt.datetime],
        tell: Tell = quiet,
        *,
        make_trace_id: Callable[[], str] = new_trace_id,
    ) -> None:
        self._producer = producer
        self._settings = settings
        self._book = book
        self._clock = clock
        self._tell = tell
        self._trace_id = make_trace_id()
        self._open: list[FutureRecordMetadata] = []

    def send_plans(self, plans: Iterable[Plan]) -> None:
        """Send the canonical plans, in the order given, and wait until Kafka holds them. Raises BrokerAway."""
        for view in map(PlanView, plans):
            message = PlanMessage(plan_hash=view.hash, plan=view.plan)
            self._send(PLANS, encode(message), key=view.plan.id)
        self._settle()

    def send_tick(self, day: dt.date) -> None:
        """Say that a calendar day has begun, and wait until Kafka holds it. Raises BrokerAway."""
        self._send(TICKS, encode(Tick(tick_date=day)))
        self._settle()

    def send_ticks(self, days: Iterable[dt.date]) -> None:
        """Say that calendar days have begun, one after the other, and wait once. Raises BrokerAway."""
        for day in days:
            self._send(TICKS, encode(Tick(tick_date=day)))
        self._settle()

    def send_past_the_contract(self, messages: Iterable[tuple[str, str, bytes]]) -> int:
        """Send messages (topic, key, value) as they are and wait; returns how many. Nothing is checked.

        For the simulator alone, whose planted faults must reach the writer: every door checks before it sends.
        """
        for topic, key, value in messages:
            self._send(topic, value, key)
        return len(self._settle())

    def send_returns(self, returns: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """Check all returns, then send them and wait for the receipts.

        Raises ReturnsRefused, with nothing sent, when any breaks the contract; BrokerAway.
        """
        check_all(returns, self._book, self._clock())
        return self._send_returns(returns)

    def replay(self, plans: Iterable[Plan], steps: Iterable[Step]) -> Iterator[tuple[Step, tuple[Receipt, ...]]]:
        """Send the plans, then day by day the tick and the returns; yields each day with its receipts.

        All returns of all steps are checked at once, before the first is asked for: raises ReturnsRefused with
        nothing sent. BrokerAway can come at any step. The caller must take every step: the last one settles.
        """
        days = tuple(steps)
        check_all((each for step in days for each in step.returns), self._book, self._clock())
        return self._replay(plans, days)

    def _replay(self, plans: Iterable[Plan], days: Iterable[Step]) -> Iterator[tuple[Step, tuple[Receipt, ...]]]:
        self.send_plans(plans)
        for step in days:
            self._send(TICKS, encode(step.tick))
            receipts: tuple[Receipt, ...] = ()
            if step.returns:
                self._settle()  # the day's tick is in the log before its first return
                receipts = self._send_returns(step.returns)
            yield step, receipts
        self._settle()

    def _send_returns(self, returns: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        for each in returns:
            self._send(each.topic, encode(each.sent), each.sent.unit, headers_of(each.sent, self._trace_id))
        placed = zip(returns, self._settle(), strict=True)
        return tuple(Receipt(each.topic, at.partition, at.offset, each.sent.return_id) for each, at in placed)

    def _send(
        self, topic: str, value: bytes, key: str | None = None, headers: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        try:
            sending = self._producer.send(
                self._settings.topic(topic),
                value=value,
                key=None if key is None else key.encode(),
                headers=list(headers),
            )
        except KafkaTimeoutError as fault:
            raise self._away() from fault
        self._open.append(sending)

    def _settle(self) -> list[RecordMetadata]:
        """Wait until everything sent is acknowledged. How long is the producer's own limit on delivery."""
        while True:
            try:
                self._producer.flush(timeout=_TELL_EVERY_S)
                break
            except KafkaTimeoutError:
                waiting = sum(not sending.is_done for sending in self._open)
                self._tell(f"Kafka at {self._settings.bootstrap} has not acknowledged {waiting} messages; waiting")
        settled, self._open = self._open, []
        try:
            return [sending.get(timeout=0) for sending in settled]
        except KafkaTimeoutError as fault:
            raise self._away() from fault

    def _away(self) -> BrokerAway:
        start = "start it (`qingyu kafka start`)" if self._settings.is_local else "wait until it runs again"
        return BrokerAway(
            f"Kafka at {self._settings.bootstrap} stopped answering while messages were being sent.",
            f"Look at `qingyu kafka status`, {start}, and send the same again: "
            "what had arrived already is taken for the duplicate it is.",
        )
