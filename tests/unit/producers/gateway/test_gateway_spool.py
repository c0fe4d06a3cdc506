"""The spool: what is taken, what is the same, what a receipt says for ever, what goes out next."""

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from plan.faults import Fault, FaultCode
from plan.messages import OutcomeKind, ReturnOutcome
from producers.gateway.database import connect
from producers.gateway.faults import OtherContent, SpoolFull
from producers.gateway.outcome_rows import put_outcomes
from producers.gateway.spool import (  # fmt: skip
    Acknowledged,
    Bound,
    Entry,
    EntryKind,
    HeldBy,
    Taken,
    acknowledge,
    drop_old_payloads,
    entry_of,
    find_sent,
    list_sent,
    next_unsent,
    take,
    waiting,
)

NOW = dt.datetime(2018, 2, 10, 8, 0, tzinfo=dt.UTC)
WIDE = Bound(1000, 1_000_000)
Make = Callable[..., Taken]


@pytest.fixture
def database(tmp_path: Path):
    with closing(connect(tmp_path / "store.sqlite")) as opened:
        yield opened


def test_the_same_content_is_taken_once(database: sqlite3.Connection, make_taken: Make) -> None:
    first, is_new = take(database, make_taken(), WIDE)
    again, is_new_again = take(database, make_taken(receipt_id="other"), WIDE)
    assert (is_new, is_new_again) == (True, False)
    assert again == first
    assert first.receipt_id == "receipt-r-1"


def test_an_id_with_other_content_is_refused(database: sqlite3.Connection, make_taken: Make) -> None:
    take(database, make_taken(), WIDE)
    with pytest.raises(OtherContent) as refused:
        take(database, make_taken(payload=b'{"a":1}', receipt_id="x"), WIDE)
    assert (refused.value.place, refused.value.named) == ("return_id", "r-1")


def test_an_id_counts_within_form_and_period_whoever_sent_it(database: sqlite3.Connection, make_taken: Make) -> None:
    take(database, make_taken(), WIDE)
    take(database, make_taken(period="2018-02", receipt_id="x"), WIDE)
    with pytest.raises(OtherContent):
        take(database, make_taken(unit="b", payload=b"[]", receipt_id="y"), WIDE)


def test_an_idempotency_key_is_the_unit_s_own(database: sqlite3.Connection, make_taken: Make) -> None:
    first, _ = take(database, make_taken(idempotency_key="k"), WIDE)
    same, is_new = take(database, make_taken(idempotency_key="k", receipt_id="x"), WIDE)
    assert (same, is_new) == (first, False)
    with pytest.raises(OtherContent) as refused:
        take(database, make_taken("r-2", b"[]", idempotency_key="k", receipt_id="y"), WIDE)
    assert refused.value.place == "idempotency_key"
    other, is_new = take(database, make_taken("r-3", b"[1]", unit="b", idempotency_key="k"), WIDE)
    assert is_new
    assert other.unit == "b"


def answer(entry: Entry, offset: int) -> Acknowledged:
    return Acknowledged(entry.number, entry.receipt_id, 0, offset)


def late(_receipt_id: str) -> bool:
    """The receipt has been handed out already."""
    return False


def in_time(_receipt_id: str) -> bool:
    return True


def test_a_receipt_names_kafka_only_when_that_was_known_in_time(database: sqlite3.Connection, make_taken: Make) -> None:
    quick, slow = (take(database, make_taken(name), WIDE)[0] for name in ("quick", "slow"))
    assert (quick.held_by, quick.address) == (HeldBy.SPOOL, None)
    acknowledge(database, [answer(quick, 7), answer(slow, 8)], NOW, lambda receipt_id: receipt_id == "receipt-quick")
    told = [entry_of(database, each.number) for each in (quick, slow)]
    assert [(each.held_by, each.kafka_offset) for each in told] == [(HeldBy.KAFKA, 7), (HeldBy.SPOOL, 8)]


def test_a_second_acknowledgement_does_not_move_the_first(database: sqlite3.Connection, make_taken: Make) -> None:
    entry, _ = take(database, make_taken(), WIDE)
    acknowledge(database, [answer(entry, 7)], NOW, late)
    acknowledge(database, [answer(entry, 12)], NOW, in_time)
    again = entry_of(database, entry.number)
    assert (again.kafka_offset, again.held_by) == (7, HeldBy.SPOOL)


def test_what_waits_is_counted_and_bounded(database: sqlite3.Connection, make_taken: Make) -> None:
    bound = Bound(2, 10)
    first, _ = take(database, make_taken("r-1", b"1234"), bound)
    with pytest.raises(SpoolFull):  # by bytes
        take(database, make_taken("r-2", b"1234567"), bound)
    take(database, make_taken("r-3", b"123456"), bound)
    with pytest.raises(SpoolFull):  # by entries
        take(database, make_taken("r-4", b""), bound)
    held = waiting(database)
    assert (held.entries, held.bytes, held.oldest_at) == (2, 10, NOW)
    # What was taken before is still answered when the spool is full.
    assert take(database, make_taken("r-1", b"1234"), bound) == (first, False)
    acknowledge(database, [answer(first, 0)], NOW, late)
    assert waiting(database).entries == 1
    assert waiting(database).bytes == 6


def test_entries_go_out_in_their_order_and_within_the_bounds(database: sqlite3.Connection, make_taken: Make) -> None:
    entries = [take(database, make_taken(f"r-{at}", b"x" * 10), WIDE)[0] for at in range(5)]
    acknowledge(database, [answer(entries[1], 0)], NOW, late)
    assert [each.sent_id for each in next_unsent(database, 0, 100, 1000)] == ["r-0", "r-2", "r-3", "r-4"]
    assert [each.sent_id for each in next_unsent(database, entries[2].number, 1, 1000)] == ["r-3"]
    assert [each.sent_id for each in next_unsent(database, 0, 100, 25)] == ["r-0", "r-2"]
    assert [each.sent_id for each in next_unsent(database, 0, 100, 1)] == ["r-0"]  # one at least


def test_a_correction_names_the_receipt_it_replaces(database: sqlite3.Connection, make_taken: Make) -> None:
    replaced = [
        take(database, make_taken(sent_id, **changes), WIDE)[0].replaces
        for sent_id, changes in [
            ("r-1", {}),
            ("r-2", {}),
            ("r-3", {"unit": "b"}),
            ("r-4", {"period": "2018-02"}),
            ("r-5", {}),
        ]
    ]
    assert replaced == ["", "receipt-r-1", "", "", "receipt-r-2"]


def test_what_was_dead_lettered_is_not_replaced(database: sqlite3.Connection, make_taken: Make) -> None:
    take(database, make_taken("r-1"), WIDE)
    take(database, make_taken("r-2"), WIDE)
    put_outcomes(database, "return-outcomes.gateway", [outcome(OutcomeKind.DEAD_LETTERED, "r-2", 1)], {0: 1})
    entry, _ = take(database, make_taken("r-3"), WIDE)
    assert entry.replaces == "receipt-r-1"


def outcome(kind: OutcomeKind, return_id: str, offset: int) -> ReturnOutcome:
    return ReturnOutcome(
        outcome_id=f"{kind}-{offset}",
        kind=kind,
        topic="returns.energy.gateway",
        partition=0,
        offset=offset,
        return_id=return_id,
        form="energy",
        unit="a",
        period="2018-01",
        at=NOW,
        faults=(Fault(FaultCode.NO_CELLS, "cells", "没有", "none"),) if kind is OutcomeKind.DEAD_LETTERED else (),
    )


def test_payloads_go_when_landed_or_old_and_receipts_stay(database: sqlite3.Connection, make_taken: Make) -> None:
    def left() -> list[str]:
        rows = database.execute("SELECT sent_id FROM entry WHERE payload IS NOT NULL ORDER BY number")
        return [sent_id for (sent_id,) in rows]

    entries = [take(database, make_taken(f"r-{at}"), WIDE)[0] for at in range(4)]
    for at, day in ((0, 0), (1, 0), (2, 20)):
        acknowledge(database, [answer(entries[at], at)], NOW + dt.timedelta(days=day), late)
    put_outcomes(database, "return-outcomes.gateway", [outcome(OutcomeKind.LANDED, "r-0", 0)], {0: 1})
    assert left() == ["r-1", "r-2", "r-3"]
    assert drop_old_payloads(database, NOW + dt.timedelta(days=10)) == 1
    assert left() == ["r-2", "r-3"]  # one is too young, the other waits for Kafka
    assert len(list_sent(database, "a", EntryKind.RETURN, 1 << 60, 100)) == 4


def test_a_unit_sees_its_own_newest_first(database: sqlite3.Connection, make_taken: Make) -> None:
    for at, unit in enumerate("abaa"):
        take(database, make_taken(f"r-{at}", unit=unit), WIDE)
    listed = list_sent(database, "a", EntryKind.RETURN, 1 << 60, 2)
    assert [each.sent_id for each in listed] == ["r-3", "r-2"]
    rest = list_sent(database, "a", EntryKind.RETURN, listed[-1].number, 2)
    assert [each.sent_id for each in rest] == ["r-0"]
    assert [each.sent_id for each in find_sent(database, "a", EntryKind.RETURN, "r-3")] == ["r-3"]
    assert find_sent(database, "a", EntryKind.RETURN, "r-1") == []
    assert find_sent(database, "a", EntryKind.EXPLANATION, "r-3") == []
