"""Which dead letters a filter finds, on a real DuckLake, and in which order they are sent again."""

import datetime as dt
from collections.abc import Iterator

import duckdb
import pytest

from consumers.resending import How, again
from plan.faults import FaultCode
from plan.messages import Repair, RepairKind, encode
from plan.topics import REPAIRS, return_topic
from tests.support.lakes import LakeYard
from tests.support.memory_log import MemoryLog, a_return
from tests.support.small_plan import small_book, small_plan
from warehouse.batch import Address
from warehouse.dead_letters import (
    Filters,
    NoSuchLetter,
    count_by_fault,
    find_addresses,
    list_letters,
    whole_letters,
)
from warehouse.landing import land

AT = dt.datetime(2016, 12, 31, 8, tzinfo=dt.UTC)
NOW = dt.datetime(2018, 1, 10, 8, tzinfo=dt.UTC)
OUTPUT, GROWTH = return_topic("output", "gateway"), return_topic("growth", "gateway")
EARLY = encode(a_return("output", "mill-a", {"energy": 1.5, "value-added": 3.0}))
"""Right, but sent before its year had begun."""


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Five refused messages, the third repaired; and a refused repair."""
    log = MemoryLog()
    log.plan(small_plan())
    log.send(OUTPUT, EARLY.replace(b"r-1", b"r-2"), AT + dt.timedelta(hours=2))
    log.send(OUTPUT, EARLY, AT + dt.timedelta(hours=1), partition=1)
    log.send(OUTPUT, EARLY.replace(b"r-1", b"r-3"), AT + dt.timedelta(hours=3), partition=1)
    log.send(GROWTH, EARLY.replace(b"energy", b"energie"), AT)
    log.send(GROWTH, b"\xff", AT)
    done = Repair(
        topic=OUTPUT, partition=1, offset=1, kind=RepairKind.REPLAYED, by="王芳", because="已到期",
        payload=EARLY.replace(b"r-1", b"r-3").decode(),
    )  # fmt: skip
    log.send(REPAIRS, encode(done), NOW)
    log.send(REPAIRS, encode(done), NOW)
    with LakeYard(tmp_path_factory.mktemp("yard")).fresh() as made:
        land(made, log.batch(small_book()))
        yield made


R2, R1, R3 = Address(OUTPUT, 0, 0), Address(OUTPUT, 1, 0), Address(OUTPUT, 1, 1)
ELSEWHERE, GARBAGE, SECOND = Address(GROWTH, 0, 0), Address(GROWTH, 0, 1), Address(REPAIRS, 0, 1)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), [ELSEWHERE, GARBAGE, R1, R2, R3, SECOND]),
        (Filters(topic=OUTPUT), [R1, R2, R3]),
        (Filters(phase="decode"), [GARBAGE]),
        (Filters(fault="future_period"), [ELSEWHERE, R1, R2, R3]),
        (Filters(fault="future_period", is_open=True), [ELSEWHERE, R1, R2]),
        (Filters(is_open=True), [ELSEWHERE, GARBAGE, R1, R2]),
        (Filters(topic=REPAIRS, fault="already_repaired"), [SECOND]),
        (Filters(fault="no_such_code"), []),
    ],
)
def test_filters_find_letters_in_the_order_they_came(
    lake: duckdb.DuckDBPyConnection, filters: Filters, found: list[Address]
) -> None:
    assert find_addresses(lake, filters) == found


def test_the_list_begins_with_the_newest(lake: duckdb.DuckDBPyConnection) -> None:
    newest = list_letters(lake, Filters(topic=OUTPUT), 2)
    assert [(letter.address, letter.is_repaired) for letter in newest] == [(R3, True), (R2, False)]
    assert newest[0].received_at == AT + dt.timedelta(hours=3)


def test_letters_are_counted_by_each_of_their_faults(lake: duckdb.DuckDBPyConnection) -> None:
    assert count_by_fault(lake, Filters()) == {
        "future_period": 4,
        "already_repaired": 1,
        "not_json": 1,
        "wrong_topic": 1,
        "unknown_item": 1,
    }
    assert next(iter(count_by_fault(lake, Filters()))) == "future_period"
    assert count_by_fault(lake, Filters(fault="not_json")) == {"not_json": 1}


def test_no_letter_at_an_address_is_told(lake: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NoSuchLetter, match=r"no dead letter lies at ticks\[0\]@5;"):
        whole_letters(lake, [R1, Address("ticks", 0, 5)])


def test_a_replay_is_held_against_the_rules_before_it_is_sent(lake: duckdb.DuckDBPyConnection) -> None:
    ((first, second, third, fourth, fifth),) = again(
        lake, [R2, R1, R3, ELSEWHERE, GARBAGE], How(by="王芳", because="已到期", now=NOW)
    )
    assert [(each.origin, each.faults) for each in (first, second)] == [(R2, ()), (R1, ())]
    assert [fault.code for fault in third.faults] == [FaultCode.ALREADY_REPAIRED]
    assert FaultCode.WRONG_TOPIC in [fault.code for fault in fourth.faults]
    assert [fault.code for fault in fifth.faults] == [FaultCode.NOT_JSON]
    assert first.repair.payload.encode() == EARLY.replace(b"r-1", b"r-2")


def test_a_nameless_answer_is_not_sent(lake: duckdb.DuckDBPyConnection) -> None:
    ((answer,),) = again(lake, [R1], How(by=" ", because="已到期", now=NOW))
    assert [fault.place for fault in answer.faults] == ["by"]
