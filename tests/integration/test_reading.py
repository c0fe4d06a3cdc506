"""The reader on the real Kafka: rounds with a fixed end, spans without gaps, restarts from what was landed."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError

from broker.clients import make_admin, make_consumer, make_producer, quiet
from broker.settings import KafkaSettings
from broker.topics import ensure_topics
from consumers.log_ends import LogEnds
from consumers.message import Message, Place, Polled
from consumers.reader_process import ReaderProcess, ReaderStopped
from consumers.reading import Reader
from plan.topics import TopicSpec
from warehouse.batch import Span

pytestmark = pytest.mark.broker

CONFIG = {"cleanup.policy": "delete", "message.timestamp.type": "LogAppendTime"}
ONE, TWO = "returns.one.sender", "returns.two.sender"


@pytest.fixture
def settings(kafka_settings: Callable[..., KafkaSettings]) -> KafkaSettings:
    """Settings with two topics of two partitions each."""
    made = kafka_settings()
    with make_admin(made) as admin:
        ensure_topics(admin, made, [TopicSpec(name, 2, CONFIG) for name in (ONE, TWO)], quiet)
    return made


@pytest.fixture
def send(settings: KafkaSettings) -> Iterator[Callable[[str, int, int], None]]:
    """Factory: so many numbered messages on a partition, acknowledged."""
    producer = make_producer(settings, "test-sender")
    sent: dict[Place, int] = {}

    def make(topic: str, partition: int, count: int) -> None:
        futures = []
        for _ in range(count):
            number = sent.get((topic, partition), 0)
            sent[(topic, partition)] = number + 1
            futures.append(producer.send(settings.topic(topic), value=str(number).encode(), partition=partition))
        for future in futures:
            future.get(timeout=20)

    yield make
    producer.close()


@pytest.fixture(params=["here", "in its own process"])
def new_reader(
    settings: KafkaSettings, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Reader | ReaderProcess]]:
    """Factory: a reader with its own connection; both kinds must answer alike."""
    with ExitStack() as stack:

        def make(batch_records: int = 1000) -> Reader | ReaderProcess:
            if request.param != "here":
                return stack.enter_context(ReaderProcess(settings, "test-reader", batch_records))
            consumer = stack.enter_context(closing(make_consumer(settings, "test-reader")))
            return Reader(consumer, settings, batch_records)

        yield make


@pytest.fixture
def ask_ends(settings: KafkaSettings) -> Iterator[Callable[..., dict[Place, int]]]:
    """Factory: where the log ends now, of the topics given."""
    with closing(make_consumer(settings, "test-ends")) as consumer:
        log_ends = LogEnds(consumer, settings)

        def ask(*topics: str) -> dict[Place, int]:
            log_ends.follow(log_ends.places_of(topics))
            return log_ends.now()

        yield ask


def _records(polled: Polled) -> list[tuple[str, Message]]:
    return [(part.topic, message) for part in polled.parts for message in part.messages]


def _numbers(polls: list[Polled]) -> dict[Place, list[int]]:
    """What was read on each partition, in the order it was read; offsets and contents must agree."""
    found: dict[Place, list[int]] = {}
    for topic, record in (pair for polled in polls for pair in _records(polled)):
        assert int(record.value) == record.offset
        found.setdefault((topic, record.partition), []).append(record.offset)
    return found


def _check_contiguous(polls: list[Polled], starts: dict[Place, int]) -> dict[Place, int]:
    """Each span begins where the one before ended and counts its messages; returns where they end."""
    stands = dict(starts)
    for polled in polls:
        for place, span in polled.spans.items():
            inside = [record for topic, record in _records(polled) if (topic, record.partition) == place]
            assert span.first == stands.get(place, 0)
            assert span.messages == len(inside)
            assert all(span.first <= record.offset < span.next for record in inside)
            stands[place] = span.next
    return stands


def test_a_round_reads_everything_in_spans_that_follow(
    send: Callable[[str, int, int], None],
    new_reader: Callable[..., Reader | ReaderProcess],
    ask_ends: Callable[..., dict[Place, int]],
) -> None:
    for place, count in {(ONE, 0): 30, (ONE, 1): 5, (TWO, 1): 12}.items():
        send(*place, count)
    reader = new_reader(batch_records=7)
    reader.follow((ONE, TWO), {})

    ends = ask_ends(ONE, TWO)
    polls = list(reader.up_to(ends))

    assert {topic for topic, _ in reader.places} == {ONE, TWO}
    assert ends == {(ONE, 0): 30, (ONE, 1): 5, (TWO, 0): 0, (TWO, 1): 12}
    assert _numbers(polls) == {(ONE, 0): [*range(30)], (ONE, 1): [*range(5)], (TWO, 1): [*range(12)]}
    assert all(polled.count <= 7 for polled in polls)
    assert _check_contiguous(polls, {}) == {(ONE, 0): 30, (ONE, 1): 5, (TWO, 1): 12}
    assert list(reader.up_to(ask_ends(ONE, TWO))) == []


def test_what_comes_after_the_ends_waits_for_the_next_round(
    send: Callable[[str, int, int], None],
    new_reader: Callable[..., Reader | ReaderProcess],
    ask_ends: Callable[..., dict[Place, int]],
) -> None:
    send(ONE, 0, 10)
    reader = new_reader()
    reader.follow((ONE,), {})
    ends = ask_ends(ONE)
    # There before the first poll: one fetch brings messages of both rounds.
    send(ONE, 0, 10)

    first = list(reader.up_to(ends))
    second = list(reader.up_to(ask_ends(ONE)))

    assert _numbers(first) == {(ONE, 0): [*range(10)]}
    assert _numbers(second) == {(ONE, 0): [*range(10, 20)]}
    assert [polled.spans for polled in (*first, *second)] == [
        {(ONE, 0): Span(0, 10, 10)},
        {(ONE, 0): Span(10, 20, 10)},
    ]


def test_rounds_end_while_a_sender_goes_on(
    settings: KafkaSettings,
    send: Callable[[str, int, int], None],
    new_reader: Callable[..., Reader | ReaderProcess],
    ask_ends: Callable[..., dict[Place, int]],
) -> None:
    send(ONE, 0, 50)
    send(ONE, 1, 50)
    stop = threading.Event()

    def go_on(producer: KafkaProducer) -> None:
        number = 50
        while not stop.is_set():
            for partition in (0, 1):
                producer.send(settings.topic(ONE), value=str(number).encode(), partition=partition)
            producer.flush()
            number += 1

    producer = make_producer(settings, "test-going-on")
    thread = threading.Thread(target=go_on, args=(producer,))
    thread.start()
    try:
        reader = new_reader(batch_records=20)
        reader.follow((ONE,), {})
        stands: dict[Place, int] = {}
        polls: list[Polled] = []
        for _ in range(5):
            ends = ask_ends(ONE)
            read = list(reader.up_to(ends))
            stands = _check_contiguous(read, stands)
            assert stands == ends
            polls += read
    finally:
        stop.set()
        thread.join()
        producer.close()
    stands = _check_contiguous(list(reader.up_to(ask_ends(ONE))), stands)

    assert stands == ask_ends(ONE)
    assert _numbers(polls) == {place: [*range(end)] for place, end in ends.items()}
    assert min(ends.values()) > 50


def test_waiting_takes_nothing_off(
    send: Callable[[str, int, int], None],
    new_reader: Callable[..., Reader | ReaderProcess],
    ask_ends: Callable[..., dict[Place, int]],
) -> None:
    reader = new_reader(batch_records=3)
    reader.follow((ONE, TWO), {})
    assert not reader.wait(0.2)
    send(ONE, 0, 5)
    send(TWO, 1, 5)

    assert reader.wait(20)
    assert reader.wait(20)
    polls = list(reader.up_to(ask_ends(ONE, TWO)))

    assert _numbers(polls) == {(ONE, 0): [*range(5)], (TWO, 1): [*range(5)]}


def test_a_restart_goes_on_from_the_offsets_that_were_landed(
    send: Callable[[str, int, int], None],
    new_reader: Callable[..., Reader | ReaderProcess],
    ask_ends: Callable[..., dict[Place, int]],
) -> None:
    send(ONE, 0, 20)
    send(ONE, 1, 20)
    first = new_reader(batch_records=8)
    first.follow((ONE,), {})
    # The second poll is read and never landed: the process is killed between.
    polls = first.up_to(ask_ends(ONE))
    landed = _check_contiguous([next(polls)], {})
    next(polls)

    second = new_reader()
    second.follow((ONE,), landed)
    rest = list(second.up_to(ask_ends(ONE)))

    assert _check_contiguous(rest, landed) == {(ONE, 0): 20, (ONE, 1): 20}
    wanted = {place: [*range(landed.get(place, 0), 20)] for place in ((ONE, 0), (ONE, 1))}
    assert _numbers(rest) == {place: numbers for place, numbers in wanted.items() if numbers}


def test_following_again_reads_again_from_the_offsets_given(
    send: Callable[[str, int, int], None],
    new_reader: Callable[..., Reader | ReaderProcess],
    ask_ends: Callable[..., dict[Place, int]],
) -> None:
    send(ONE, 0, 6)
    send(TWO, 0, 4)
    reader = new_reader()
    reader.follow((ONE,), {})
    assert _numbers(list(reader.up_to(ask_ends(ONE)))) == {(ONE, 0): [*range(6)]}

    # A new plan named a further topic; what had landed of the first stands at 2.
    reader.follow((ONE, TWO), {(ONE, 0): 2})

    assert {topic for topic, _ in reader.places} == {ONE, TWO}
    assert _numbers(list(reader.up_to(ask_ends(ONE, TWO)))) == {(ONE, 0): [*range(2, 6)], (TWO, 0): [*range(4)]}


def test_the_order_of_topics_does_not_change_the_total(
    send: Callable[[str, int, int], None],
    new_reader: Callable[..., Reader | ReaderProcess],
    ask_ends: Callable[..., dict[Place, int]],
) -> None:
    for place, count in {(ONE, 0): 11, (ONE, 1): 7, (TWO, 0): 13, (TWO, 1): 1}.items():
        send(*place, count)

    totals = []
    for topics in ((ONE, TWO), (TWO, ONE)):
        reader = new_reader(batch_records=4)
        reader.follow(topics, {})
        totals.append(_numbers(list(reader.up_to(ask_ends(ONE, TWO)))))

    assert totals[0] == totals[1]
    assert sum(len(numbers) for numbers in totals[0].values()) == 32


def test_offsets_of_an_aborted_transaction_are_passed_over(
    settings: KafkaSettings,
    send: Callable[[str, int, int], None],
    new_reader: Callable[..., Reader | ReaderProcess],
    ask_ends: Callable[..., dict[Place, int]],
) -> None:
    send(ONE, 0, 3)
    _send_and_abort(settings, 4)
    reader = new_reader()
    reader.follow((ONE,), {})

    polls = list(reader.up_to(ask_ends(ONE)))

    # Three messages, four that were aborted, and the marker of the abort.
    assert _numbers(polls) == {(ONE, 0): [0, 1, 2]}
    assert _check_contiguous(polls, {}) == {(ONE, 0): 8}


def test_a_round_of_nothing_but_aborted_messages_goes_on_behind_them(
    settings: KafkaSettings,
    send: Callable[[str, int, int], None],
    new_reader: Callable[..., Reader | ReaderProcess],
    ask_ends: Callable[..., dict[Place, int]],
) -> None:
    """Else the next batch would not begin where the lake ends."""
    _send_and_abort(settings, 1)
    deadline = time.monotonic() + 20
    while ask_ends(ONE)[(ONE, 0)] < 2:  # the message and the marker, which Kafka writes a moment later
        assert time.monotonic() < deadline
    reader = new_reader()
    reader.follow((ONE,), {})
    first = list(reader.up_to(ask_ends(ONE)))
    send(ONE, 1, 3)

    second = list(reader.up_to(ask_ends(ONE)))

    assert _numbers([*first, *second]) == {(ONE, 1): [0, 1, 2]}
    assert _check_contiguous(first, {}) == {(ONE, 0): 2}
    assert _check_contiguous(second, {(ONE, 0): 2}) == {(ONE, 0): 2, (ONE, 1): 3}


def _send_and_abort(settings: KafkaSettings, count: int) -> None:
    """A department's own system sends in a transaction, and takes it back."""
    with closing(
        KafkaProducer(
            bootstrap_servers=settings.addresses,
            transactional_id=settings.topic_prefix + "department",
            allow_auto_create_topics=False,
        )
    ) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        for _ in range(count):
            producer.send(settings.topic(ONE), value=b"never meant", partition=0)
        producer.flush()
        producer.abort_transaction()


def test_what_was_gathered_when_reading_fails_is_read_again(
    settings: KafkaSettings,
    send: Callable[[str, int, int], None],
    ask_ends: Callable[..., dict[Place, int]],
) -> None:
    """Two partitions are read up to ends of which one does not exist: the client waits for it in vain."""
    send(ONE, 0, 5)
    with ReaderProcess(settings, "test-reader", 1000) as reader:
        reader.follow((ONE,), {})
        polls = reader.up_to({(ONE, 0): 5, (ONE, 1): 1})
        first = next(polls)
        with pytest.raises(KafkaTimeoutError, match="no message within"):
            next(polls)
        send(ONE, 0, 2)
        rest = list(reader.up_to(ask_ends(ONE)))

    assert _check_contiguous([first, *rest], {}) == {(ONE, 0): 7}


def test_an_offset_that_the_log_no_longer_holds_stops_the_reader(
    settings: KafkaSettings, send: Callable[[str, int, int], None]
) -> None:
    send(ONE, 0, 2)
    with ReaderProcess(settings, "test-reader", 1000) as reader:
        reader.follow((ONE,), {(ONE, 0): 100})
        with pytest.raises(ReaderStopped, match="OffsetOutOfRange"):
            list(reader.up_to({(ONE, 0): 200, (ONE, 1): 0}))


def test_a_reader_whose_process_is_gone_says_so(settings: KafkaSettings) -> None:
    with ReaderProcess(settings, "test-reader", 1000) as reader:
        reader.follow((ONE,), {})
        (child,) = (each for each in multiprocessing.active_children() if each.name == "qingyu-reader")
        child.kill()
        child.join()
        with pytest.raises(ReaderStopped, match="restart the writer"):
            reader.wait(0)
