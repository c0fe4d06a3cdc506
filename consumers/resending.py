"""Answer dead letters: look first whether the writer would take the answer, then send it on the operator's topic."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager

import duckdb
import msgspec
from kafka import KafkaProducer
from kafka.errors import TopicAuthorizationFailedError

from broker.clients import Tell, make_admin, make_producer
from broker.faults import NotAllowed
from broker.settings import KafkaSettings
from broker.topics import ensure_topics
from consumers.decode import decode_record
from consumers.message import Message
from plan.book import PlanBook
from plan.faults import Fault, FaultCode
from plan.messages import Repair, RepairKind, encode
from plan.topics import REPAIRS, topics_of
from warehouse.batch import Address, ReadRepair
from warehouse.dead_letters import WholeLetter, whole_letters
from warehouse.plans import plans_in_force
from warehouse.repair_rules import Origin, judge
from warehouse.repairs import find_origins

_ACKNOWLEDGED_WITHIN_S = 60
_AT_ONCE = 200


class Answer(msgspec.Struct, frozen=True):
    """An answer to one dead letter, and what the writer would refuse it for: then it is not sent."""

    origin: Address
    key: bytes | None
    repair: Repair
    faults: tuple[Fault, ...]


class Delivered(msgspec.Struct, frozen=True):
    """Which dead letters were answered, with where the answer lies; and which were not, with what stands against it."""

    sent: list[tuple[Address, Address]]
    refused: list[tuple[Address, tuple[Fault, ...]]]


class How(msgspec.Struct, frozen=True):
    """Who answers, why, and when: rules are held against that moment, as the writer will against the broker's."""

    by: str
    because: str
    now: dt.datetime


def mend(lake: duckdb.DuckDBPyConnection, address: Address, mended: bytes, how: How) -> Answer:
    """Answer one dead letter with a mended message; raises ``NoSuchLetter``."""
    (letter,) = whole_letters(lake, [address])
    (answer,) = _answers(lake, [(letter, mended)], RepairKind.REPAIRED, how)
    return answer


def again(lake: duckdb.DuckDBPyConnection, addresses: Sequence[Address], how: How) -> Iterator[list[Answer]]:
    """Answer dead letters with the very same messages, some at a time; raises ``NoSuchLetter``."""
    for first in range(0, len(addresses), _AT_ONCE):
        letters = whole_letters(lake, addresses[first : first + _AT_ONCE])
        yield _answers(lake, [(each, each.payload or b"") for each in letters], RepairKind.REPLAYED, how)


def deliver(settings: KafkaSettings, answers: Iterable[list[Answer]], tell: Tell) -> Delivered:
    """Send those answers that the writer would take; raises ``BrokerFault``. Kafka is not asked when there are none."""
    done = Delivered([], [])
    with ExitStack() as stack:
        producer: KafkaProducer | None = None
        for some in answers:
            done.refused.extend((each.origin, each.faults) for each in some if each.faults)
            good = [each for each in some if not each.faults]
            if good:
                producer = producer or stack.enter_context(_producing(settings, tell))
                done.sent.extend(_send(producer, settings.topic(REPAIRS), good))
    return done


@contextmanager
def _producing(settings: KafkaSettings, tell: Tell) -> Iterator[KafkaProducer]:
    with make_admin(settings, tell) as admin:
        ensure_topics(admin, settings, [spec for spec in topics_of(()) if spec.name == REPAIRS], tell)
    with closing(make_producer(settings, "qingyu-dead-letters", tell)) as producer:
        try:
            yield producer
        except TopicAuthorizationFailedError as fault:
            raise NotAllowed(
                f"The user {settings.username!r} may not write {settings.topic(REPAIRS)}: repairs are the operator's.",
                "Log in as the operator of the cluster (QINGYU_KAFKA_SASL_USERNAME).",
            ) from fault


def _send(producer: KafkaProducer, topic: str, answers: list[Answer]) -> list[tuple[Address, Address]]:
    futures = [producer.send(topic, value=encode(each.repair), key=each.key) for each in answers]
    places = [future.get(timeout=_ACKNOWLEDGED_WITHIN_S) for future in futures]
    return [
        (answer.origin, Address(REPAIRS, place.partition, place.offset))
        for answer, place in zip(answers, places, strict=True)
    ]


def _answers(
    lake: duckdb.DuckDBPyConnection, mended: Sequence[tuple[WholeLetter, bytes]], kind: RepairKind, how: How
) -> list[Answer]:
    book = PlanBook(plans_in_force(lake))
    origins = find_origins(lake, [letter.letter.address for letter, _ in mended])
    made = []
    for letter, message in mended:
        address = letter.letter.address
        repair = Repair(
            topic=address.topic, partition=address.partition, offset=address.offset,
            kind=kind, by=how.by, because=how.because, payload=message.decode("utf-8", "replace"),
        )  # fmt: skip
        is_text = repair.payload.encode() == message
        faults = _refusals(repair, origins[address], book, how.now) if is_text else (_NOT_TEXT,)
        made.append(Answer(address, letter.key, repair, faults))
    return made


def _refusals(repair: Repair, origin: Origin, book: PlanBook, now: dt.datetime) -> tuple[Fault, ...]:
    """What the writer would refuse a repair for, if it came now."""
    read = decode_record(REPAIRS, Message(0, 0, round(now.timestamp() * 1000), None, encode(repair)), book)
    return judge(read, origin).faults if isinstance(read, ReadRepair) else read.faults


_NOT_TEXT = Fault(
    FaultCode.NOT_JSON,
    "message",
    "不是 UTF-8 文本;请用 repair 修复编码",
    "not text in UTF-8; mend its encoding with: qingyu dead-letters repair",
)
