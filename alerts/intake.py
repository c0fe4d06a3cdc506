"""Taking messages one after another: plan or value in, assessments, transitions and notices out.

Everything depends on the messages of a plan and their order alone: not on batch borders, restarts or the clock.

1. A plan is kept by its hash. It judges from the first value that was derived under it; then everything of the
   plan is rated anew. So the values alone say when a version took over, however the two topics interleave.
2. A value whose plan has not arrived waits, and with it every later value of that plan.
3. A value is taken once. An older cut-off than the stored one is late news and ignored; the same cut-off with
   another id is a correction and replaces.
4. Its targets are rated for its period and every later one; what says something new is announced.
5. Each alert concerned is folded again, and compared with where it stood.
"""

import logging
from collections.abc import Callable, Sequence

import msgspec

from alerts.checks import plan_faults, value_faults
from alerts.judging import Judging
from alerts.store import Address, Store
from plan.book import PlanView
from plan.decoding import decode
from plan.faults import Refused
from plan.messages import PLAN_BYTES_MAX, IndicatorValue, PlanMessage
from plan.topics import INDICATOR_VALUES, PLANS

_log = logging.getLogger(__name__)

_decode_value = msgspec.json.Decoder(IndicatorValue).decode
_decode_plan = msgspec.json.Decoder(PlanMessage).decode


class Record(msgspec.Struct, frozen=True):
    """One message with its address."""

    address: Address
    payload: bytes


class Intake:
    """Takes messages into the store."""

    def __init__(self, store: Store, judging: Judging) -> None:
        self._store = store
        self._judging = judging
        self._views: dict[str, PlanView] = {}
        self._takers: dict[str, Callable[[Record], None]] = {
            PLANS: self._take_plan,
            INDICATOR_VALUES: self._take_value,
        }

    def take(self, batch: Sequence[Record]) -> None:
        """Take a batch in one transaction, offsets included; a message that cannot be used is kept as refused."""
        with self._store.transaction():
            for record in batch:
                try:
                    self._takers[record.address.topic](record)
                except Refused as refused:
                    self._store.refuse(record.address, record.payload, refused.faults)
                    _log.error(
                        "refused %s-%d@%d: %s",
                        *(record.address.topic, record.address.partition, record.address.offset, refused),
                    )
                self._store.passed(record.address)

    def _take_plan(self, record: Record) -> None:
        message = decode(record.payload, PlanMessage, _decode_plan, PLAN_BYTES_MAX)
        faults = plan_faults(message)
        if faults:
            raise Refused(faults)
        self._store.put_plan(message.plan, message.plan_hash)
        while waiting := self._store.first_waiting(message.plan.id):
            if self._view(waiting.plan_hash) is None:
                break
            self._store.waits_no_more(waiting)
            try:
                self._use(_decode_value(waiting.content))
            except Refused as refused:
                self._store.refuse(waiting.address, waiting.content, refused.faults)

    def _take_value(self, record: Record) -> None:
        value = decode(record.payload, IndicatorValue, _decode_value)
        if self._view(value.plan_hash) is None or self._store.first_waiting(value.plan_id) is not None:
            self._store.wait_for_plan(record.address, value)
            _log.warning(
                "value %s waits for plan %s (%s): publish that plan on the topic %s",
                *(value.message_id, value.plan_id, value.plan_hash, PLANS),
            )
            return
        self._use(value)

    def _use(self, value: IndicatorValue) -> None:
        view = self._known(value.plan_hash)
        faults = value_faults(value, view)
        if faults:
            raise Refused(faults)
        if self._store.is_repeat(value.message_id):
            return
        # The order of the log decides, not the cut-off: a timely return that arrives late makes the writer take back
        # "overdue at the deadline" and announce the earlier cut-off after it. The newest state always comes last.
        self._store.put_value(value)
        former = self._store.plan_in_force(value.plan_id)
        if former is None:
            self._store.put_in_force(value.plan_id, view.hash)
        elif former != view.hash:
            judging = self._known(former)
            if view.plan.version >= judging.plan.version:
                self._store.put_in_force(value.plan_id, view.hash)
                self._judging.judge_anew(value, view, judging)
                return
            view = judging
        self._judging.judge(value, view)

    def _view(self, plan_hash: str) -> PlanView | None:
        if plan_hash not in self._views:
            plan = self._store.plan(plan_hash)
            if plan is None:
                return None
            self._views[plan_hash] = PlanView(plan)
        return self._views[plan_hash]

    def _known(self, plan_hash: str) -> PlanView:
        view = self._view(plan_hash)
        if view is None:
            raise LookupError(f"plan {plan_hash} is in use but not in the store")
        return view
