"""The gateway is killed again and again while units report: every receipt handed out is true in the end, once.

Kills are set off by progress (receipts handed out), not by the clock; each strikes while other requests are under way.
"""

import threading
from collections.abc import Callable, Iterator

import pytest

from tests.support.gateway_process import PLAN, GatewayProcess, Reporter, landed_order
from tests.support.pipeline import Pipeline

pytestmark = [pytest.mark.broker, pytest.mark.faults, pytest.mark.timeout(600)]

UNITS = 8
EACH = 14
KILLS_AT = (1, 7, 20, 33, 50, 72, 95)
"""After so many receipts."""


@pytest.fixture
def gateway(pipeline: Callable[..., Pipeline], free_ports: Callable[[int], list[int]]) -> Iterator[GatewayProcess]:
    made = GatewayProcess(pipeline(QINGYU_GATEWAY_ACK_WAIT="0.05"), free_ports(1)[0])
    made.pipeline.run("feed", "plan", *PLAN)
    made.start()
    yield made
    made.end()


class Book:
    """The receipts that were handed out, and how many."""

    def __init__(self) -> None:
        self.receipts: dict[str, dict] = {}
        self.fault: BaseException | None = None
        self._changed = threading.Condition()

    def note(self, return_id: str, receipt: dict) -> None:
        with self._changed:
            self.receipts[return_id] = receipt
            self._changed.notify_all()

    def fail(self, fault: BaseException) -> None:
        with self._changed:
            self.fault = fault
            self._changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.receipts) >= count or self.fault is not None, timeout=240)


def report(reporter: Reporter, book: Book) -> None:
    """One return after the other; each is insisted on with the same id until there is a receipt."""
    try:
        for number in range(EACH):
            return_id = f"{reporter.unit}-{number:02d}"
            book.note(return_id, reporter.insist(reporter.output(return_id, cloth=float(number))))
    except BaseException as fault:  # noqa: BLE001 (handed to the test, which raises it)
        book.fail(fault)


def test_killed_again_and_again_every_receipt_is_true(gateway: GatewayProcess) -> None:
    reporters = [gateway.reporter(f"mill-{number:02d}") for number in range(1, UNITS + 1)]
    book = Book()
    threads = [threading.Thread(target=report, args=(reporter, book)) for reporter in reporters]
    for thread in threads:
        thread.start()
    for count in KILLS_AT:
        book.wait_for(count)
        gateway.kill()
        gateway.start()
    for thread in threads:
        thread.join()
    if book.fault is not None:
        raise book.fault
    gateway.wait_drained()
    gateway.pipeline.run("writer", "run", "--until-idle")

    # Once each, in each unit's own order, whoever held it when the receipt was handed out.
    assert len(book.receipts) == UNITS * EACH
    assert landed_order(gateway.pipeline) == {
        reporter.unit: [f"{reporter.unit}-{number:02d}" for number in range(EACH)] for reporter in reporters
    }
    assert gateway.pipeline.ask("SELECT count(*) FROM dead_letter") == [(0,)]
    rows = gateway.pipeline.ask("SELECT return_id, topic, kafka_partition, kafka_offset FROM stg_return")
    places = {return_id: place for return_id, *place in rows}
    for return_id, receipt in book.receipts.items():
        if receipt["held_by"] == "kafka":
            # The landing keeps the first copy; a receipt may name a later one, of which the lake keeps the account.
            topic, partition, offset = places[return_id]
            assert (receipt["topic"], receipt["partition"]) == (topic, partition)
            assert receipt["offset"] >= offset
    by_unit = {reporter.unit: reporter for reporter in reporters}
    for return_id, receipt in book.receipts.items():
        assert by_unit[receipt["unit"]].state(return_id)["receipt"] == receipt
