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
    EntryKind,
    HeldBy,
    Taken,
    acknowledge,
    drop_old_payloads,
    find_sent,
    fix_receipt,
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
    first, is_new = take(database, make_taken(), WIDE, is_stalled=False)
    again, is_new_again = take(database, make_taken(receipt_id="other"), WIDE, is_stalled=False)
    assert (is_new, is_new_again) == (True, False)
    assert again == first
    assert first.receipt_id == "receipt-r-1"
    assert first.held_by is None


def test_an_id_with_other_content_is_refused(database: sqlite3.Connection, make_taken: Make) -> None:
    take(database, make_taken(), WIDE, is_stalled=False)
    with pytest.raises(OtherContent) as refused:
        take(database, make_taken(payload=b'{"a":1}', receipt_id="x"), WIDE, is_stalled=False)
    assert (refused.value.place, refused.value.named) == ("return_id", "r-1")


def test_an_id_counts_within_form_and_period_whoever_sent_it(database: sqlite3.Connection, make_taken: Make) -> None:
    take(database, make_taken(), WIDE, is_stalled=False)
    take(database, make_taken(period="2018-02", receipt_id="x"), WIDE, is_stalled=False)
    with pytest.raises(OtherContent):
        take(database, make_taken(unit="b", payload=b"[]", receipt_id="y"), WIDE, is_stalled=False)


def test_an_idempotency_key_is_the_unit_s_own(database: sqlite3.Connection, make_taken: Make) -> None:
    first, _ = take(database, make_taken(idempotency_key="k"), WIDE, is_stalled=False)
    same, is_new = take(database, make_taken(idempotency_key="k", receipt_id="x"), WIDE, is_stalled=False)
    assert (same, is_new) == (first, False)
    with pytest.raises(OtherContent) as refused:
        take(database, make_taken("r-2", b"[]", idempotency_key="k", receipt_id="y"), WIDE, is_stalled=False)
    assert refused.value.place == "idempotency_key"
    other, is_new = take(database, make_taken("r-3", b"[1]", unit="b", idempotency_key="k"), WIDE, is_stalled=False)
    assert is_new
    assert other.unit == "b"


def test_a_receipt_says_for_ever_what_it_said_first(database: sqlite3.Connection, make_taken: Make) -> None:
    quick, _ = take(database, make_taken("quick"), WIDE, is_stalled=False)
    slow, _ = take(database, make_taken("slow"), WIDE, is_stalled=False)
    away, _ = take(database, make_taken("away"), WIDE, is_stalled=True)
    acknowledge(database, [Acknowledged(quick.number, 0, 7)], NOW)
    assert fix_receipt(database, slow.number).held_by is HeldBy.SPOOL
    acknowledge(database, [Acknowledged(slow.number, 0, 8), Acknowledged(away.number, 0, 9)], NOW)
    told = [fix_receipt(database, each.number) for each in (quick, slow, away)]
    assert [(each.held_by, each.kafka_offset) for each in told] == [
        (HeldBy.KAFKA, 7),
        (HeldBy.SPOOL, 8),
        (HeldBy.SPOOL, 9),
    ]


def test_a_second_acknowledgement_does_not_move_the_first(database: sqlite3.Connection, make_taken: Make) -> None:
    entry, _ = take(database, make_taken(), WIDE, is_stalled=False)
    acknowledge(database, [Acknowledged(entry.number, 0, 7)], NOW)
    (again,) = acknowledge(database, [Acknowledged(entry.number, 0, 12)], NOW)
    assert again.kafka_offset == 7


def test_what_waits_is_counted_and_bounded(database: sqlite3.Connection, make_taken: Make) -> None:
    bound = Bound(2, 10)
    first, _ = take(database, make_taken("r-1", b"1234"), bound, is_stalled=False)
    with pytest.raises(SpoolFull):  # by bytes
        take(database, make_taken("r-2", b"1234567"), bound, is_stalled=False)
    take(database, make_taken("r-3", b"123456"), bound, is_stalled=False)
    with pytest.raises(SpoolFull):  # by entries
        take(database, make_taken("r-4", b""), bound, is_stalled=False)
    held = waiting(database)
    assert (held.entries, held.bytes, held.oldest_at) == (2, 10, NOW)
    # What was taken before is still answered when the spool is full.
    assert take(database, make_taken("r-1", b"1234"), bound, is_stalled=False) == (first, False)
    acknowledge(database, [Acknowledged(first.number, 0, 0)], NOW)
    assert waiting(database).entries == 1
    assert waiting(database).bytes == 6


def test_entries_go_out_in_their_order_and_within_the_bounds(database: sqlite3.Connection, make_taken: Make) -> None:
    numbers = [take(database, make_taken(f"r-{at}", b"x" * 10), WIDE, is_stalled=False)[0].number for at in range(5)]
    acknowledge(database, [Acknowledged(numbers[1], 0, 0)], NOW)
    assert [each.sent_id for each in next_unsent(database, 0, 100, 1000)] == ["r-0", "r-2", "r-3", "r-4"]
    assert [each.sent_id for each in next_unsent(database, numbers[2], 1, 1000)] == ["r-3"]
    assert [each.sent_id for each in next_unsent(database, 0, 100, 25)] == ["r-0", "r-2"]
    assert [each.sent_id for each in next_unsent(database, 0, 100, 1)] == ["r-0"]  # one at least


def test_a_correction_names_the_receipt_it_replaces(database: sqlite3.Connection, make_taken: Make) -> None:
    replaced = [
        take(database, make_taken(sent_id, **changes), WIDE, is_stalled=False)[0].replaces
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
    take(database, make_taken("r-1"), WIDE, is_stalled=False)
    take(database, make_taken("r-2"), WIDE, is_stalled=False)
    put_outcomes(database, "return-outcomes", [outcome(OutcomeKind.DEAD_LETTERED, "r-2", 1)], {0: 1})
    entry, _ = take(database, make_taken("r-3"), WIDE, is_stalled=False)
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

    entries = [take(database, make_taken(f"r-{at}"), WIDE, is_stalled=False)[0] for at in range(4)]
    for at, day in ((0, 0), (1, 0), (2, 20)):
        acknowledge(database, [Acknowledged(entries[at].number, 0, at)], NOW + dt.timedelta(days=day))
    put_outcomes(database, "return-outcomes", [outcome(OutcomeKind.LANDED, "r-0", 0)], {0: 1})
    assert left() == ["r-1", "r-2", "r-3"]
    assert drop_old_payloads(database, NOW + dt.timedelta(days=10)) == 1
    assert left() == ["r-2", "r-3"]  # one is too young, the other waits for Kafka
    assert len(list_sent(database, "a", EntryKind.RETURN, 1 << 60, 100)) == 4


def test_a_unit_sees_its_own_newest_first(database: sqlite3.Connection, make_taken: Make) -> None:
    for at, unit in enumerate("abaa"):
        take(database, make_taken(f"r-{at}", unit=unit), WIDE, is_stalled=False)
    listed = list_sent(database, "a", EntryKind.RETURN, 1 << 60, 2)
    assert [each.sent_id for each in listed] == ["r-3", "r-2"]
    rest = list_sent(database, "a", EntryKind.RETURN, listed[-1].number, 2)
    assert [each.sent_id for each in rest] == ["r-0"]
    assert [each.sent_id for each in find_sent(database, "a", EntryKind.RETURN, "r-3")] == ["r-3"]
    assert find_sent(database, "a", EntryKind.RETURN, "r-1") == []
    assert find_sent(database, "a", EntryKind.EXPLANATION, "r-3") == []
