"""From a record to something that can land, or to a dead letter that names every fault."""

import datetime as dt

import msgspec
import pytest

from consumers.decode import decode_batch, decode_record
from consumers.message import Part, Polled
from plan.book import PlanBook
from plan.canonical import canonical_json, plan_hash
from plan.codes import Status, Yardstick
from plan.columns import figures
from plan.faults import FaultCode
from plan.messages import (  # fmt: skip
    AlertState,
    Assessment,
    Bound,
    Change,
    Margin,
    PlanMessage,
    Reason,
    Return,
    Source,
    Tick,
    Transition,
    Verdict,
    encode,
)
from plan.periods import LOCAL_ZONE
from tests.support.memory_log import MemoryLog, a_return, record
from tests.support.small_facts import facts_of
from tests.support.small_plan import UNITS, small_book, small_plan
from warehouse.batch import Address, ReadDeadLetter, ReadPlan, ReadResult, ReadReturn, ReadTick, Span

BOOK = small_book()
AT = dt.datetime(2018, 1, 10, 8, 30, 0, 123000, dt.UTC)
OUTPUT = {"energy": 1.5, "value-added": 3.0}

ASSESSMENT = Assessment(
    assessment_id="assessment-1", plan_id="small", plan_hash="h", target="t", indicator="intensity", area="city",
    yardstick=Yardstick.PLAN_PROGRESS, preset="p", preset_version=1, is_alerting=True, period="2017",
    status=Status.MILD, reason=Reason.NONE, level_label="", value="0.5", required="0.4", gap="0.1", missed_pct="20",
    unit="tce", indicator_value="0.5", formula_zh="公式", formula_en="formula", evidence=(), bound=Bound.EXACT,
    verdict=Verdict.PASSED, known_at=AT, cutoff_at=AT, value_message_id="v", origins=(), sources=(),
    margin=Margin.UNKNOWN, score=None,
    facts=facts_of(small_plan(), "2017"),
)  # fmt: skip
TRANSITION = Transition(
    transition_id="transition-1", alert_id="a", plan_id="small", plan_hash="h", target="t", area="city",
    yardstick=Yardstick.PLAN_PROGRESS, preset="p", change=Change.OPENED, from_state=AlertState.INACTIVE,
    to_state=AlertState.FIRING, from_status=Status.ON_TRACK, to_status=Status.SEVERE, period="2017", effective_at=AT,
    headline_zh="晴雨", headline_en="headline", assessment_id="assessment-1", beside=(),
)  # fmt: skip


def _dead(topic: str, value: bytes | None, book: PlanBook = BOOK) -> ReadDeadLetter:
    read = decode_record(topic, record(value, AT, offset=7, partition=1), book)
    assert isinstance(read, ReadDeadLetter)
    return read


def _codes(letter: ReadDeadLetter) -> list[tuple[str, str]]:
    return [(fault.code.value, fault.place) for fault in letter.faults]


def _read(sent: Return, sender: str = "gateway", book: PlanBook = BOOK) -> ReadReturn:
    topic = f"returns.{sent.form}.{sender}"
    read = decode_record(topic, record(encode(sent), AT, offset=7, partition=1), book)
    assert isinstance(read, ReadReturn), read
    return read


def test_return_carries_what_the_plan_says_of_it() -> None:
    sent = a_return("output", "mill-b", OUTPUT)

    read = _read(sent)

    assert read.address == Address("returns.output.gateway", 1, 7)
    filing = read.filing
    assert (filing.form, filing.period, filing.form_version) == ("output", "2017", 1)
    assert (read.return_id, read.unit, filing.plan_id, read.area, filing.sender) == (
        "r-1", "mill-b", "small", "city", "gateway",
    )  # fmt: skip
    assert (read.columns.items, read.columns.figures) == (("energy", "value-added"), figures([1.5, 3.0]))
    assert (read.known_at, read.received_at, read.is_backdated) == (AT, AT, False)
    assert (read.key, read.payload) == (b"key", encode(sent))


def test_only_a_sender_that_may_back_date_is_known_at_its_own_date() -> None:
    published = dt.datetime(2017, 12, 1, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))

    read = _read(a_return("output", "mill-a", OUTPUT, published_at=published), "archive")
    undated = _read(a_return("output", "mill-a", OUTPUT), "archive")

    assert (read.known_at, read.is_backdated) == (dt.datetime(2017, 12, 1, 1, tzinfo=dt.UTC), True)
    assert (undated.known_at, undated.is_backdated) == (AT, False)


def test_the_digest_is_of_the_content_not_of_the_bytes() -> None:
    sent = a_return("output", "mill-a", OUTPUT)
    spaced = msgspec.json.format(encode(sent), indent=2)
    topic = "returns.output.gateway"

    other_bytes = decode_record(topic, record(spaced, AT), BOOK)
    other_value = _read(a_return("output", "mill-a", {**OUTPUT, "energy": 1.6}))

    assert isinstance(other_bytes, ReadReturn)
    assert other_bytes.payload != encode(sent)
    assert other_bytes.content_digest == _read(sent).content_digest != other_value.content_digest


def test_tick() -> None:
    read = decode_record("ticks", record(encode(Tick(tick_date=dt.date(2018, 1, 10))), AT), BOOK)

    assert read == ReadTick(Address("ticks", 0, 0), dt.date(2018, 1, 10))


def test_plan() -> None:
    plan = small_plan()
    value = encode(PlanMessage(plan_hash=plan_hash(plan), plan=plan))

    # A plan needs no plan: the first message of a log is one.
    read = decode_record("plans", record(value, AT), PlanBook(()))

    assert read == ReadPlan(Address("plans", 0, 0), plan, plan_hash(plan), canonical_json(plan).decode())


def test_plan_with_another_plan_s_hash_is_refused() -> None:
    plan, other = small_plan(), small_plan(version=2)

    letter = _dead("plans", encode(PlanMessage(plan_hash=plan_hash(other), plan=plan)))

    assert _codes(letter) == [("malformed", "plan_hash")]
    assert plan_hash(plan) in letter.faults[0].says_zh
    assert "qingyu feed plan" in letter.faults[0].says_en


@pytest.mark.parametrize(
    ("topic", "message", "result_id"),
    [("assessments", ASSESSMENT, "assessment-1"), ("alerts", TRANSITION, "transition-1")],
)
def test_result_is_kept_whole(topic: str, message: msgspec.Struct, result_id: str) -> None:
    value = encode(message)

    read = decode_record(topic, record(value, AT), BOOK)

    assert read == ReadResult(Address(topic, 0, 0), topic, result_id, message.period, value.decode())


@pytest.mark.parametrize(
    ("topic", "message", "places"),
    [
        ("alerts", msgspec.structs.replace(TRANSITION, period="2017-13"), {"period"}),
        ("assessments", msgspec.structs.replace(ASSESSMENT, period="", value="NaN"), {"period", "value"}),
        ("assessments", msgspec.structs.replace(ASSESSMENT, required="half", gap="1e21"), {"required", "gap"}),
    ],
)
def test_a_result_that_no_column_can_hold_is_a_dead_letter(
    topic: str, message: msgspec.Struct, places: set[str]
) -> None:
    letter = _dead(topic, encode(message))

    assert {code for code, _ in _codes(letter)} == {"malformed"}
    assert {place for _, place in _codes(letter)} == places


@pytest.mark.parametrize("topic", ["returns.output.gateway", "ticks", "plans", "assessments", "alerts"])
@pytest.mark.parametrize("value", [None, b"", b"{", b"\xff\xfe", '{"注": "'.encode("gbk")])
def test_what_is_no_json_is_a_dead_letter_on_every_topic(topic: str, value: bytes | None) -> None:
    letter = _dead(topic, value)

    assert letter.address == Address(topic, 1, 7)
    assert (letter.key, letter.payload, letter.phase, letter.received_at) == (b"key", value, "decode", AT)
    assert _codes(letter) == [("not_json", "message")]
    assert letter.faults[0].says_zh
    assert letter.faults[0].says_en


@pytest.mark.parametrize("topic", ["returns.output.gateway", "ticks", "plans", "assessments", "alerts"])
def test_what_has_another_shape_is_a_dead_letter_on_every_topic(topic: str) -> None:
    letter = _dead(topic, b'{"surplus": 1}')

    assert letter.phase == "decode"
    assert {code for code, _ in _codes(letter)} == {"malformed"}
    assert ("malformed", "surplus") in _codes(letter)


def test_every_fault_of_the_shape_is_named() -> None:
    cells = b'[{"item": "energy", "value": "two"}, {"value": 3}]'
    value = b'{"return_id": "r", "form": "output", "form_version": "one", "period": "2017", "cells": ' + cells + b"}"

    letter = _dead("returns.output.gateway", value)

    assert {place for _, place in _codes(letter)} == {"form_version", "unit", "cells/0/value", "cells/1/item"}


def test_oversized_return_is_refused_unread_and_kept_whole() -> None:
    source = Source(title="x" * 1_000_001, address="", grade="")
    value = encode(a_return("output", "mill-a", OUTPUT, sources=(source,)))

    letter = _dead("returns.output.gateway", value)

    assert (letter.phase, letter.payload) == ("decode", value)
    assert _codes(letter) == [("too_large", "message")]


def test_the_greatest_size_is_allowed_but_no_text_of_that_length() -> None:
    bare = len(encode(a_return("output", "mill-a", OUTPUT, sources=(Source(title="", address="", grade=""),))))
    source = Source(title="x" * (1_000_000 - bare), address="", grade="")
    value = encode(a_return("output", "mill-a", OUTPUT, sources=(source,)))

    assert len(value) == 1_000_000
    assert _codes(_dead("returns.output.gateway", value)) == [("text_too_long", "sources/0")]


def test_a_day_that_has_not_begun_is_no_tick() -> None:
    """10 January 16:00 UTC is the 11th in China; AT is half past eight on the 10th."""
    letter = _dead("ticks", encode(Tick(tick_date=dt.date(2018, 1, 11))))

    assert _codes(letter) == [("bad_date", "tick_date")]


@pytest.mark.parametrize("change", [{"value": "１２"}, {"gap": "1E-9999999"}, {"preset_version": 2**40}])
def test_a_result_that_no_column_can_hold_does_not_reach_the_landing(change: dict[str, object]) -> None:
    letter = _dead("assessments", encode(msgspec.structs.replace(ASSESSMENT, **change)))

    assert _codes(letter) == [("malformed", next(iter(change)))]


@pytest.mark.parametrize("result_id", ["a\x00b", "a\nb", "a\u200bb"])
def test_a_result_whose_id_hides_a_character_is_refused(result_id: str) -> None:
    """Found by mutation: DuckLake could not look for an id with NUL, and the landing stopped."""
    letter = _dead("assessments", encode(msgspec.structs.replace(ASSESSMENT, assessment_id=result_id)))

    assert _codes(letter) == [("bad_text", "assessment_id")]


def test_a_plan_with_a_fault_does_not_come_into_force() -> None:
    plan = small_plan()
    form = msgspec.structs.replace(plan.forms[0], roster=("mill-a", "nobody"))
    broken = msgspec.structs.replace(plan, forms=(form, *plan.forms[1:]))

    letter = _dead("plans", encode(PlanMessage(plan_hash=plan_hash(broken), plan=broken)))

    assert any("nobody" in fault.says_en for fault in letter.faults)


def test_a_fault_of_a_plan_shows_nothing_that_acts() -> None:
    """Found by mutation: an id that turns the reading direction stood in the fault as it was."""
    plan = small_plan()
    form = msgspec.structs.replace(plan.forms[0], roster=("mill-a", "nobody\u202e"))
    broken = msgspec.structs.replace(plan, forms=(form, *plan.forms[1:]))

    letter = _dead("plans", encode(PlanMessage(plan_hash=plan_hash(broken), plan=broken)))

    told = " ".join(fault.place + fault.says_zh + fault.says_en for fault in letter.faults)
    assert "nobody\\u202e" in told
    assert told.isprintable()


def test_a_date_before_1949_is_refused() -> None:
    sent = a_return("output", "mill-a", OUTPUT, published_at=dt.datetime(1, 1, 1, tzinfo=LOCAL_ZONE))

    assert _codes(_dead("returns.output.archive", encode(sent))) == [("bad_date", "published_at")]


def test_unknown_form_names_the_known_ones() -> None:
    letter = _dead("returns.output.gateway", encode(a_return("nonsense", "mill-a", OUTPUT)))

    assert (letter.phase, _codes(letter)) == ("contract", [("unknown_form", "form")])
    assert "output、growth、mines" in letter.faults[0].says_zh


def test_before_any_plan_every_form_is_unknown() -> None:
    letter = _dead("returns.output.gateway", encode(a_return("output", "mill-a", OUTPUT)), PlanBook(()))

    assert _codes(letter) == [("unknown_form", "form")]


def test_wrong_unit_of_measure_names_the_right_one() -> None:
    sent = a_return("output", "mill-a", OUTPUT)
    cells = (msgspec.structs.replace(sent.cells[0], unit="wan_tce"), sent.cells[1])

    letter = _dead("returns.output.gateway", encode(msgspec.structs.replace(sent, cells=cells)))

    assert _codes(letter) == [("wrong_unit", "cells/0/unit")]
    assert "tce" in letter.faults[0].says_en


def test_every_fault_of_the_contract_is_named() -> None:
    sent = a_return("output", "bureau", {"energy": -1.0, "nonsense": 2.0}, period="2019", published_at=AT)

    letter = _dead("returns.growth.gateway", encode(sent))

    assert letter.phase == "contract"
    assert set(_codes(letter)) == {
        (FaultCode.WRONG_TOPIC.value, "form"),
        (FaultCode.PERIOD_NOT_DUE.value, "period"),
        (FaultCode.FUTURE_PERIOD.value, "period"),
        (FaultCode.NOT_ON_ROSTER.value, "unit"),
        (FaultCode.MAY_NOT_BACKDATE.value, "published_at"),
        (FaultCode.OUT_OF_LIMITS.value, "cells/0/value"),
        (FaultCode.UNKNOWN_ITEM.value, "cells/1/item"),
    }


def test_a_topic_the_writer_does_not_read_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="indicator-values"):
        decode_record("indicator-values", record(b"{}", AT), BOOK)


def test_a_return_touches_its_own_slice_and_those_audited_with_it() -> None:
    own = _read(a_return("output", "mill-a", OUTPUT))
    beside = _read(a_return("growth", "bureau", {"rate": 1.0}))

    assert own.touches == (("output", "2017", "city"),)
    assert set(beside.touches) == {("growth", "2017", "city"), ("output", "2017", "city")}


def test_a_return_touches_the_next_slice_of_a_form_that_looks_back() -> None:
    first = _read(a_return("mines", "bureau", {"closed": 1.0}, period="2017-01..11"))
    last = _read(a_return("mines", "bureau", {"closed": 1.0}, period="2017-01..12"))

    assert first.touches == (("mines", "2017-01..11", "city"), ("mines", "2017-01..12", "city"))
    assert last.touches == (("mines", "2017-01..12", "city"),)


def test_a_return_does_not_touch_a_period_the_other_form_is_not_due_for() -> None:
    plan = small_plan()
    output, growth, mines = plan.forms
    shorter = msgspec.structs.replace(output.calendar, periods=("2018",))
    forms = (msgspec.structs.replace(output, calendar=shorter), growth, mines)
    book = PlanBook((msgspec.structs.replace(plan, forms=forms),))

    assert _read(a_return("growth", "bureau", {"rate": 1.0}), book=book).touches == (("growth", "2017", "city"),)


def test_a_return_does_not_touch_an_area_the_other_form_is_not_due_for() -> None:
    plan = small_plan()
    elsewhere = msgspec.structs.replace(plan.areas[0], id="county")
    units = tuple(
        msgspec.structs.replace(unit, area="county" if unit.id == "bureau" else "city") for unit in plan.units
    )
    book = PlanBook((msgspec.structs.replace(plan, areas=(*plan.areas, elsewhere), units=units),))

    assert _read(a_return("growth", "bureau", {"rate": 1.0}), book=book).touches == (("growth", "2017", "county"),)


def test_a_batch_is_in_the_order_of_the_log_whatever_was_polled_first() -> None:
    sent = [encode(a_return("output", unit, OUTPUT, return_id=unit)) for unit in UNITS[:2]]
    topic = "returns.output.gateway"
    second = [record(sent[at], AT, offset=4 + at, partition=1) for at in (0, 1)]
    polled = Polled(
        (
            Part("ticks", 0, 3, 4, [record(b"[]", AT, offset=3)]),
            Part(topic, 1, 4, 6, second),
            Part(topic, 0, 9, 10, [record(sent[0], AT, offset=9)]),
        )
    )
    spans = {(topic, 0): Span(9, 10, 1), (topic, 1): Span(4, 6, 2), ("ticks", 0): Span(3, 4, 1)}

    batch = decode_batch(polled, "cluster", BOOK)

    assert [(read.address.partition, read.address.offset) for read in batch.returns] == [(0, 9), (1, 4), (1, 5)]
    assert [letter.address for letter in batch.dead] == [Address("ticks", 0, 3)]
    assert (batch.cluster_id, batch.spans, batch.ticks) == ("cluster", spans, ())


def test_the_log_in_memory_gives_spans_that_follow_each_other() -> None:
    log = MemoryLog()
    for unit in UNITS[:2]:
        log.report("output", unit, OUTPUT, AT)

    spans = [log.batch(BOOK, 1).spans[("returns.output.gateway", 0)] for _ in range(2)]

    assert spans == [Span(0, 1, 1), Span(1, 2, 1)]
