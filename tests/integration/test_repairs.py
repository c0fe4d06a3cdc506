"""Repairs on a real DuckLake: what lands of an operator's answers to dead letters, and what is refused."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import msgspec
import pytest

from plan.book import PlanBook
from plan.faults import Fault, FaultCode
from plan.messages import Explanation, OutcomeKind, Repair, RepairKind, ReturnOutcome, Verdict, encode
from plan.topics import REPAIRS, explanation_topic, outcome_topic, return_topic
from tests.support.lakes import LakeYard, derive_unaudited, work_off
from tests.support.memory_log import MemoryLog, a_return
from tests.support.small_plan import small_plan
from warehouse.batch import Account
from warehouse.landing import land
from warehouse.outbox import unsent
from warehouse.sources import check_accounts
from warehouse.state_hash import state_hash

AT = dt.datetime(2018, 1, 10, 8, tzinfo=dt.UTC)
LATER = dt.datetime(2018, 1, 20, 8, tzinfo=dt.UTC)
TOPIC = return_topic("output", "gateway")
OUTPUT = {"energy": 1.5, "value-added": 3.0}
GOOD = a_return("output", "mill-a", OUTPUT)
MALFORMED = encode(GOOD).replace(b'"2017"', '"2017年"'.encode())
"""The period is written as nobody reads it."""


def _book() -> PlanBook:
    plan = small_plan()
    gateway, archive = plan.senders
    return PlanBook(
        (msgspec.structs.replace(plan, senders=(msgspec.structs.replace(gateway, gets_outcomes=True), archive)),)
    )


BOOK = _book()


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> LakeYard:
    return LakeYard(tmp_path_factory.mktemp("yard"))


@pytest.fixture
def lake(yard: LakeYard) -> Iterator[duckdb.DuckDBPyConnection]:
    with yard.fresh() as made:
        yield made


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


def _answer(mended: bytes, *, topic: str = TOPIC, offset: int = 0, **more: object) -> Repair:
    made = Repair(
        topic=topic, partition=0, offset=offset, kind=RepairKind.REPAIRED, by="王芳", because="期别写法有误",
        payload=mended.decode(),
    )  # fmt: skip
    return msgspec.structs.replace(made, **more)


def _repair(log: MemoryLog, mended: bytes, at: dt.datetime = LATER, **more: object) -> None:
    log.send(REPAIRS, encode(_answer(mended, **more)), at)


def _land(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> Account:
    """Land what was not read yet; the account of the lake must hold."""
    made = land(lake, log.batch(BOOK))
    check_accounts(lake)
    return made


def _history(lake: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return lake.execute(
        "SELECT kafka_offset, origin_offset, kind, repaired_by, because, outcome, is_compared FROM stg_repair "
        "ORDER BY kafka_offset"
    ).fetchall()


def _refusals(lake: duckdb.DuckDBPyConnection) -> list[tuple[int, str, list[FaultCode]]]:
    """The refused repairs: offset, phase and codes."""
    rows = lake.execute(
        "SELECT kafka_offset, phase, faults FROM dead_letter WHERE topic = 'repairs' ORDER BY kafka_offset"
    ).fetchall()
    return [
        (offset, phase, [fault.code for fault in msgspec.json.decode(faults, type=tuple[Fault, ...])])
        for offset, phase, faults in rows
    ]


@pytest.mark.parametrize("is_landed_before", [True, False], ids=["in a later batch", "in the same batch"])
def test_a_mended_envelope_lands_as_if_it_had_come_from_its_sender(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog, is_landed_before: bool
) -> None:
    log.send(TOPIC, MALFORMED, AT)
    if is_landed_before:
        land(lake, log.batch(BOOK))
    _repair(log, encode(GOOD))
    land(lake, log.batch(BOOK))

    columns = "sender_id, form_id, period, unit_id, area_id, return_id, topic, kafka_partition, kafka_offset"
    (row,) = lake.execute(f"SELECT {columns}, known_at, received_at FROM stg_return").fetchall()
    assert row[:9] == ("gateway", "output", "2017", "mill-a", "city", "r-1", REPAIRS, 0, 0)
    assert [moment.astimezone(dt.UTC) for moment in row[9:]] == [LATER, LATER]
    values = lake.execute("SELECT item_id, value FROM fct_observation ORDER BY item_id").fetchall()
    assert values == [("energy", Decimal("1.5")), ("value-added", Decimal(3))]
    assert lake.execute("SELECT * FROM touched_slice").fetchall() == [("output", "2017", "city")]
    assert _history(lake) == [(0, 0, "repaired", "王芳", "期别写法有误", "landed", True)]
    assert check_accounts(lake) == Account(consumed=2, landed=1, dead_lettered=1)


def test_a_sender_that_may_date_its_returns_itself_keeps_its_date(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    topic = return_topic("growth", "archive")
    dated = encode(a_return("growth", "bureau", {"rate": 5.0}, published_at=AT))
    log.send(topic, dated.replace(b'"form_version":1', b'"form_version":"1"'), AT)
    _repair(log, dated, topic=topic)
    _land(lake, log)

    ((known_at, is_backdated),) = lake.execute("SELECT known_at, is_backdated FROM stg_return").fetchall()
    assert (known_at.astimezone(dt.UTC), is_backdated) == (AT, True)


def test_a_changed_figure_is_refused_and_kept_whole(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.send(TOPIC, MALFORMED, AT)
    changed = encode(a_return("output", "mill-a", {**OUTPUT, "energy": 1.4}))
    _repair(log, changed)

    assert _land(lake, log) == Account(consumed=2, dead_lettered=2)

    assert _refusals(lake) == [(0, "repair", [FaultCode.CHANGED_FIGURE])]
    ((payload,),) = lake.execute("SELECT payload FROM dead_letter WHERE topic = 'repairs'").fetchall()
    assert msgspec.json.decode(payload, type=Repair) == _answer(changed)
    assert _history(lake) == [(0, 0, "repaired", "王芳", "期别写法有误", "dead_lettered", True)]


def test_after_a_refused_repair_a_better_one_lands_and_then_no_more(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    log.send(TOPIC, MALFORMED, AT)
    for mended in (b"{", encode(GOOD), encode(GOOD)):
        _repair(log, mended)

    assert _land(lake, log) == Account(consumed=4, landed=1, dead_lettered=3)

    assert _refusals(lake) == [(0, "decode", [FaultCode.NOT_JSON]), (2, "repair", [FaultCode.ALREADY_REPAIRED])]
    assert [row[5] for row in _history(lake)] == ["dead_lettered", "landed", "dead_lettered"]


def test_what_is_no_dead_letter_cannot_be_repaired(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.send(TOPIC, MALFORMED, AT)
    log.send_return(a_return("output", "mill-b", OUTPUT), AT)
    other = encode(a_return("output", "mill-b", OUTPUT, return_id="r-2"))
    _repair(log, other, offset=1)
    _repair(log, other, offset=77)
    _repair(log, other, topic="plans")

    assert _land(lake, log) == Account(consumed=5, landed=1, dead_lettered=4)

    no_letter = ("repair", [FaultCode.NO_DEAD_LETTER])
    assert _refusals(lake) == [(0, *no_letter), (1, *no_letter), (2, "decode", [FaultCode.WRONG_TOPIC])]


def test_the_rights_and_the_form_of_the_original_topic_hold(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.send(TOPIC, MALFORMED, AT)
    _repair(log, encode(msgspec.structs.replace(GOOD, form="growth")))
    _repair(log, encode(msgspec.structs.replace(GOOD, unit="bureau")))

    assert _land(lake, log) == Account(consumed=3, dead_lettered=3)

    assert [(phase, codes[0]) for _, phase, codes in _refusals(lake)] == [
        ("contract", FaultCode.WRONG_TOPIC),
        ("contract", FaultCode.NOT_ON_ROSTER),
    ]


def test_a_replay_lands_when_what_was_wrong_has_passed(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    early = encode(GOOD)
    log.send(TOPIC, early, dt.datetime(2016, 12, 31, 8, tzinfo=dt.UTC))  # 2017 had not begun
    _repair(log, early + b" ", kind=RepairKind.REPLAYED)
    _repair(log, early, kind=RepairKind.REPLAYED)

    assert _land(lake, log) == Account(consumed=3, landed=1, dead_lettered=2)

    assert _refusals(lake) == [(0, "repair", [FaultCode.CHANGED_REPLAY])]
    assert _history(lake)[1][2:] == ("replayed", "王芳", "期别写法有误", "landed", True)


def test_another_encoding_is_compared_and_what_is_cut_off_is_not(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    noted = msgspec.structs.replace(GOOD, note="许昌")
    log.send(TOPIC, encode(noted).decode().encode("gb18030"), AT)
    log.send(TOPIC, encode(GOOD)[:-9], AT)
    log.send(TOPIC, None, AT)
    _repair(log, encode(noted))
    _repair(log, encode(msgspec.structs.replace(GOOD, unit="mill-b", return_id="r-2")), offset=1)
    _repair(log, encode(msgspec.structs.replace(GOOD, unit="mill-b", return_id="r-3")), offset=2)

    assert _land(lake, log) == Account(consumed=6, landed=2, dead_lettered=4)

    assert [(row[5], row[6]) for row in _history(lake)] == [
        ("landed", True),
        ("landed", False),
        ("dead_lettered", False),
    ]
    assert _refusals(lake) == [(2, "repair", [FaultCode.CHANGED_FIGURE])]


def test_an_id_in_use_is_a_clash_and_the_same_content_a_duplicate(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    log.send(TOPIC, MALFORMED, AT)
    log.send_return(GOOD, AT)  # the reporter has sent it again by himself
    clashing = encode(a_return("output", "mill-b", OUTPUT))
    log.send(TOPIC, clashing.replace(b'"2017"', b"2017"), AT)
    _repair(log, encode(GOOD))
    _repair(log, clashing, offset=2)
    _repair(log, clashing.replace(b"r-1", b"r-2"), offset=2)

    assert _land(lake, log) == Account(consumed=6, landed=2, dead_lettered=3, duplicate=1)

    assert [row[5] for row in _history(lake)] == ["duplicate", "dead_lettered", "landed"]
    assert _refusals(lake) == [(1, "duplicate", [FaultCode.SAME_ID_OTHER_CONTENT])]


def test_the_sender_hears_of_it_by_the_address_it_knows(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.send(TOPIC, MALFORMED, AT)
    log.send_return(a_return("output", "mill-b", OUTPUT, return_id="r-b"), AT)
    _repair(log, encode(msgspec.structs.replace(GOOD, form_version=9)))
    _repair(log, encode(GOOD))
    _land(lake, log)
    derive_unaudited(lake, BOOK)

    waiting = [text for _, topic, _, text in unsent(lake, 99) if topic == outcome_topic("gateway")]
    told = [msgspec.json.decode(text, type=ReturnOutcome) for text in waiting]
    assert [(each.topic, each.partition, each.offset, each.kind) for each in told if each.unit == "mill-a"] == [
        (TOPIC, 0, 0, OutcomeKind.DEAD_LETTERED),
        (TOPIC, 0, 0, OutcomeKind.LANDED),
        (TOPIC, 0, 0, OutcomeKind.AUDITED),
    ]
    assert told[-1].verdict is Verdict.PASSED
    assert len({each.outcome_id for each in told}) == len(told)


def test_an_explanation_is_repaired_word_for_word(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    topic = explanation_topic("gateway")
    said = Explanation(
        explanation_id="e-1", form="output", unit="mill-a", period="2017", item="energy",
        text="12月新增一台锅炉,耗煤量因此上升三成",
    )  # fmt: skip
    log.send(topic, encode(said).replace(b'"2017"', b"2017"), AT)
    _repair(log, encode(msgspec.structs.replace(said, text="12月停产检修两周,耗煤量因此下降")), topic=topic)
    _repair(log, encode(said), topic=topic)

    assert _land(lake, log) == Account(consumed=3, landed=1, dead_lettered=2)

    assert _refusals(lake) == [(0, "repair", [FaultCode.CHANGED_FIGURE])]
    assert lake.execute("SELECT sender_id, says FROM stg_explanation").fetchall() == [("gateway", said.text)]


def test_what_is_no_repair_is_a_dead_letter_without_history(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.send(REPAIRS, None, AT)
    log.send(REPAIRS, json.dumps({"topic": TOPIC}).encode(), AT)

    assert _land(lake, log) == Account(consumed=2, dead_lettered=2)

    assert [(phase, len(codes)) for _, phase, codes in _refusals(lake)] == [("decode", 1), ("decode", 6)]
    assert _history(lake) == []


def test_batches_of_any_size_end_in_the_same_state(yard: LakeYard, log: MemoryLog) -> None:
    log.plan(small_plan())
    for at in range(3):
        log.send(TOPIC, MALFORMED.replace(b"r-1", f"r-{at}".encode()), AT)
    changed = encode(a_return("output", "mill-a", {"energy": 9.0, "value-added": 3.0}))
    for offset, mended in (
        (0, changed),
        (2, encode(GOOD)),
        (0, encode(GOOD)),
        (1, b"{"),
        (0, encode(GOOD)),
        (1, changed),
    ):
        _repair(log, mended, offset=offset)
    log.tick(dt.date(2018, 2, 1))
    hashes = set()
    for at_most in (1, 4, 99):
        log.rewind()
        with yard.fresh() as lake:
            work_off(lake, log, BOOK, at_most, backwards=True)
            hashes.add(state_hash(lake))
            total = check_accounts(lake)
            history = [(row[1], row[5]) for row in _history(lake)]
    assert len(hashes) == 1
    assert total == Account(consumed=11, landed=3, dead_lettered=7, duplicate=1)
    assert history == [
        (0, "dead_lettered"), (2, "landed"), (0, "duplicate"), (1, "dead_lettered"), (0, "dead_lettered"),
        (1, "dead_lettered"),
    ]  # fmt: skip


def test_a_rebuild_under_a_newer_plan_takes_the_replay_for_a_repeat(yard: LakeYard, log: MemoryLog) -> None:
    """The plan of then did not have mill-a on the roster; a rebuild reads plans first, and the return lands at once."""
    plan = small_plan()
    output, *others = plan.forms
    before = PlanBook(
        (msgspec.structs.replace(plan, forms=(msgspec.structs.replace(output, roster=("mill-b",)), *others)),)
    )
    log.send_return(GOOD, AT)
    found = []
    for books in ((before, BOOK), (BOOK, BOOK)):
        log.rewind()
        with yard.fresh() as lake:
            accounts = [land(lake, log.batch(books[0], 1, backwards=True))]
            if not found:
                _repair(log, encode(GOOD), kind=RepairKind.REPLAYED)
            accounts.append(land(lake, log.batch(books[1])))
            check_accounts(lake)
            found.append((accounts, lake.execute("SELECT return_id FROM stg_return").fetchall()))
    (lived, lived_returns), (rebuilt, rebuilt_returns) = found
    assert lived == [Account(consumed=1, dead_lettered=1), Account(consumed=1, landed=1)]
    assert rebuilt == [Account(consumed=1, landed=1), Account(consumed=1, duplicate=1)]
    assert lived_returns == rebuilt_returns == [("r-1",)]
