"""The fast path for plain returns: it takes nothing that the whole reading refuses, and files it just the same."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.decode import decode_batch, decode_record
from consumers.intake import intake_of, looked_at
from consumers.message import Message, Part, Polled
from plan.messages import Cell, Return, encode
from tests.support.memory_log import a_return, record
from tests.support.rows_plan import BOOK as ROWS
from tests.support.rows_plan import event_row, sent
from tests.support.small_plan import small_book
from warehouse.batch import ReadDeadLetter, ReadReturn

AT = dt.datetime(2018, 1, 10, 8, 30, tzinfo=dt.UTC)
TOPIC = "returns.output.gateway"
BOOK = small_book()


def _both(value: bytes, topic: str = TOPIC) -> tuple[ReadReturn | None, object]:
    """What the fast path and the whole reading make of the same message."""
    message = record(value, AT)
    (plain,) = intake_of(BOOK, topic).file(Part(topic, 0, 0, 1, [message]))
    return plain, decode_record(topic, message, BOOK)


def test_both_ways_file_a_plain_return_alike() -> None:
    plain, whole = _both(encode(a_return("output", "mill-a", {"energy": 1.5, "value-added": 3.0})))

    assert plain is not None
    assert plain == whole


@pytest.mark.parametrize(
    "changes",
    [
        {"note": "补报"},
        {"published_at": AT},
        {"cells": (Cell(item="energy", value=1.5, basis="口径"), Cell(item="value-added", value=3.0))},
        {"cells": (Cell(item="energy", value=1.5, unit="tce"), Cell(item="value-added", value=3.0))},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_says_more_than_figures_is_read_whole(changes: dict[str, object]) -> None:
    told = msgspec.structs.replace(a_return("output", "mill-a", {"energy": 1.5, "value-added": 3.0}), **changes)

    plain, _ = _both(encode(told))

    assert plain is None


def test_what_differs_in_anything_differs_in_its_digest() -> None:
    """Same id, other content must be told apart, whatever it is that differs; figures that swap places too."""
    same = a_return("output", "mill-a", {"energy": 1.5, "value-added": 3.0})
    others = [
        a_return("output", "mill-b", {"energy": 1.5, "value-added": 3.0}),
        a_return("output", "mill-a", {"energy": 3.0, "value-added": 1.5}),
        a_return("output", "mill-a", {"energy": 1.5}),
        msgspec.structs.replace(same, note="补报"),
        msgspec.structs.replace(same, cells=(Cell(item="energy", value=1.5, unit="tce"), *same.cells[1:])),
    ]

    digests = []
    for each in (same, *others):
        read = decode_record(TOPIC, record(encode(each), AT), BOOK)
        assert isinstance(read, ReadReturn), read
        digests.append(read.content_digest)

    assert len(set(digests)) == len(digests)


_cells = st.lists(
    st.builds(
        Cell,
        item=st.sampled_from(["energy", "value-added", "other"]),
        value=st.one_of(st.none(), st.sampled_from([0.0, 1.5, -1.0, 1e16])),
        text=st.sampled_from(["", "normal"]),
        row=st.sampled_from(["", "06:00"]),
    ),
    max_size=3,
)


@given(
    cells=_cells,
    unit=st.sampled_from(["mill-a", "bureau", "nobody"]),
    period=st.sampled_from(["2017", "2018", "2030", "17"]),
    version=st.sampled_from([1, 2]),
    return_id=st.sampled_from(["r-1", " ", "编号", "a\x00b"]),
    topic=st.sampled_from([TOPIC, "returns.output.nobody", "returns.growth.gateway"]),
)
def test_nothing_is_taken_that_the_whole_reading_refuses(
    *, cells: list[Cell], unit: str, period: str, version: int, return_id: str, topic: str
) -> None:
    told = Return(
        return_id=return_id, form="output", form_version=version, unit=unit, period=period, cells=tuple(cells)
    )
    plain, whole = _both(encode(told), topic)

    if isinstance(whole, ReadDeadLetter):
        assert plain is None
    elif plain is not None:
        assert plain == whole


def test_a_batch_is_in_order_of_topic_partition_and_offset() -> None:
    """Whatever partition came first: the order decides which of two equal ids is the repeat."""
    value = encode(a_return("output", "mill-a", {"energy": 1.5, "value-added": 3.0}))
    parts = [Part(TOPIC, at, 3, 5, [Message(at, offset, 0, None, value) for offset in (3, 4)]) for at in (1, 0)]

    batch = decode_batch(Polled(tuple(parts)), "c", BOOK)

    places = [(letter.address.partition, letter.address.offset) for letter in batch.dead]
    assert places == [(0, 3), (0, 4), (1, 3), (1, 4)], "appended in 1970, before the period began: all refused"


def test_what_was_looked_at_by_the_reader_is_filed_alike() -> None:
    """Plain and not, good and bad, in one part: over the pipe it comes to the same batch."""
    given_returns = [
        a_return("output", "mill-a", {"energy": 1.5, "value-added": 3.0}, return_id="plain"),
        a_return("output", "mill-a", {"energy": 1.5}, return_id="other cells"),
        a_return("output", "mill-a", {"energy": -1.0, "value-added": 3.0}, return_id="a figure below the limit"),
        a_return("output", "nobody", {"energy": 1.5, "value-added": 3.0}, return_id="an unknown unit"),
        msgspec.structs.replace(a_return("output", "mill-a", {"energy": 1.5, "value-added": 3.0}), note="补报"),
    ]
    values = [*map(encode, given_returns), b"{", None]
    at = round(AT.timestamp() * 1000)
    messages = [Message(0, offset, at, b"key", value) for offset, value in enumerate(values)]
    tick = Message(0, 0, at, None, b"[]")
    polled = Polled((Part(TOPIC, 0, 0, len(messages), messages), Part("ticks", 0, 0, 1, [tick])))

    seen = msgspec.msgpack.decode(msgspec.msgpack.encode(looked_at(polled, BOOK)), type=Polled)

    assert [part.looked is None for part in seen.parts] == [False, True]
    assert decode_batch(seen, "c", BOOK) == decode_batch(polled, "c", BOOK)
    assert len(decode_batch(seen, "c", BOOK).returns) == 3


@pytest.mark.parametrize(
    ("cells", "is_right"),
    [
        ((Cell(item="events", value=2.0), *event_row("许-001"), *event_row("许-002", "expired")), True),
        ((Cell(item="events", value=1.0), *event_row("许-001"), *event_row("许-002", "expired")), False),
        ((Cell(item="events", value=0.0),), True),
    ],
    ids=["two events", "a wrong count", "nothing to report"],
)
def test_rows_and_codes_are_filed_alike(cells: tuple[Cell, ...], is_right: bool) -> None:
    topic, at = "returns.events.door", dt.datetime(2018, 3, 1, tzinfo=dt.UTC)
    message = record(encode(sent("events", *cells)), at)

    (plain,) = intake_of(ROWS, topic).file(Part(topic, 0, 0, 1, [message]))
    whole = decode_record(topic, message, ROWS)

    assert isinstance(whole, ReadReturn) is is_right
    if is_right and "day" not in {cell.item for cell in cells}:
        assert plain == whole
    elif not is_right:
        assert plain is None
