"""A reader in a process of its own, so that reading goes on while the writer decodes and lands.

The client spends most of a message's time in Python; in the writer's own process it would take turns with decoding.
Here it polls ahead while a batch is decoded and landed, and hands over what has gathered when the writer asks for more:
little at once when there is little to do, half the bounds or more when the writer is behind. What is gathered
is bounded by messages and bytes; when it is full nothing is polled, and the client fetches no further than its own
buffer.

The reader ends when its pipe closes, so it never outlives the writer. What it has read is only ever a copy: the offsets
that count are in the lake.
"""

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing
from multiprocessing.connection import Connection
from types import TracebackType

import msgspec
from kafka.errors import KafkaError, KafkaTimeoutError, RetriableError

from broker.clients import make_consumer, quiet
from broker.faults import BrokerFault
from broker.settings import KafkaSettings
from consumers.message import Place, Polled, joined
from consumers.reading import Reader

BATCH_BYTES = 32 * 1024 * 1024
_ENDS_WITHIN_S = 5.0


class ReaderStopped(Exception):
    """The reader cannot go on: Kafka refuses what is asked, or its process ended. Restarting goes on where it was."""


class Follow(msgspec.Struct, frozen=True, tag=True):
    """Read these topics from the offsets given."""

    topics: tuple[str, ...]
    offsets: tuple[tuple[str, int, int], ...]


class Stand(msgspec.Struct, frozen=True, tag=True):
    """Read these partitions from the offsets given."""

    offsets: tuple[tuple[str, int, int], ...]


class Read(msgspec.Struct, frozen=True, tag=True):
    """Read up to these ends."""

    ends: tuple[tuple[str, int, int], ...]


class More(msgspec.Struct, frozen=True, tag=True):
    """Hand over what has gathered, or the next thing that comes."""


class Wait(msgspec.Struct, frozen=True, tag=True):
    """Wait so long at most until something new may be there."""

    seconds: float


class Answer(msgspec.Struct, frozen=True, tag=True):
    """The answer to Follow, Stand and Wait (``is_new``)."""

    places: tuple[Place, ...] = ()
    is_new: bool = False


class Gathered(msgspec.Struct, frozen=True, tag=True):
    """Messages read."""

    polled: Polled


class Finished(msgspec.Struct, frozen=True, tag=True):
    """Everything up to the ends was handed over."""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It could not be done; ``may_retry``: asking again may help. Nothing that was not handed over is passed over."""

    says: str
    may_retry: bool


_Command = Follow | Stand | Read | More | Wait
_Reply = Answer | Gathered | Finished | Failed
_encode = msgspec.msgpack.Encoder().encode
_command = msgspec.msgpack.Decoder(_Command).decode
_reply = msgspec.msgpack.Decoder(_Reply).decode


class ReaderProcess:
    """The writer's end: the same questions as :class:`consumers.reading.Reader` answers. Use as a context manager."""

    def __init__(self, settings: KafkaSettings, client_id: str, batch_records: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._ours, theirs = spawn.Pipe()
        arguments = (theirs, settings, client_id, batch_records)
        self._process = spawn.Process(target=_serve, args=arguments, name="qingyu-reader", daemon=True)
        self._process.start()
        theirs.close()
        self._places: frozenset[Place] = frozenset()
        try:
            self._take()
        except BaseException:
            self._end()
            raise

    @property
    def places(self) -> frozenset[Place]:
        """The partitions that are read."""
        return self._places

    def follow(self, topics: tuple[str, ...], offsets: dict[Place, int]) -> None:
        """Read these topics; partitions start at the offsets given, else at the log's first message."""
        self._places = frozenset(self._ask(Follow(topics, _listed(offsets))).places)

    def stand(self, offsets: dict[Place, int]) -> None:
        """Read these partitions and no others, from these offsets."""
        self._places = frozenset(self._ask(Stand(_listed(offsets))).places)

    def wait(self, seconds: float) -> bool:
        """Wait until something new may be there; returns whether there is. Nothing is taken off."""
        return self._ask(Wait(seconds)).is_new

    def up_to(self, ends: dict[Place, int]) -> Iterator[Polled]:
        """Read up to the ends in batches of bounded size. What is handed over and not landed must be followed anew."""
        self._send(Read(_listed(ends)))
        while True:
            self._send(More())
            reply = self._take()
            if isinstance(reply, Finished):
                return
            assert isinstance(reply, Gathered), reply
            yield reply.polled

    def __enter__(self) -> "ReaderProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _ask(self, command: _Command) -> Answer:
        self._send(command)
        reply = self._take()
        assert isinstance(reply, Answer), reply
        return reply

    def _send(self, command: _Command) -> None:
        try:
            self._ours.send_bytes(_encode(command))
        except (BrokenPipeError, ConnectionResetError) as gone:
            raise self._gone() from gone

    def _take(self) -> _Reply:
        try:
            reply = _reply(self._ours.recv_bytes())
        except (EOFError, ConnectionResetError) as gone:
            raise self._gone() from gone
        if isinstance(reply, Failed):
            raise KafkaTimeoutError(reply.says) if reply.may_retry else ReaderStopped(reply.says)
        return reply

    def _gone(self) -> ReaderStopped:
        return ReaderStopped("the reader's process ended; see the writer's log, then restart the writer")

    def _end(self) -> None:
        self._ours.close()
        self._process.join(timeout=_ENDS_WITHIN_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


def _serve(pipe: Connection, settings: KafkaSettings, client_id: str, batch_records: int) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # the writer decides when reading ends
    with pipe, ExitStack() as stack:
        try:
            consumer = stack.enter_context(closing(make_consumer(settings, client_id, quiet)))
            reader = Reader(consumer, settings, batch_records)
            pipe.send_bytes(_encode(Answer()))
            while True:
                command = _command(pipe.recv_bytes())
                if not isinstance(command, More):  # one that came after the reading failed
                    _obey(pipe, reader, command, batch_records)
        except BrokerFault as fault:
            pipe.send_bytes(_encode(Failed(str(fault), may_retry=False)))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


def _obey(pipe: Connection, reader: Reader, command: _Command, batch_records: int) -> None:
    try:
        match command:
            case Follow(topics, offsets):
                reader.follow(topics, _by_place(offsets))
                pipe.send_bytes(_encode(Answer(places=tuple(sorted(reader.places)))))
            case Stand(offsets):
                reader.stand(_by_place(offsets))
                pipe.send_bytes(_encode(Answer(places=tuple(sorted(reader.places)))))
            case Wait(seconds):
                pipe.send_bytes(_encode(Answer(is_new=reader.wait(seconds))))
            case Read(ends):
                _read(pipe, reader, _by_place(ends), batch_records)
    except KafkaError as fault:
        says = f"{type(fault).__name__}: {fault}"
        pipe.send_bytes(_encode(Failed(says, may_retry=isinstance(fault, RetriableError))))


def _read(pipe: Connection, reader: Reader, ends: dict[Place, int], batch_records: int) -> None:
    """Gather and hand over: full batches, those half full when they are asked for, and the rest of the round.

    A commit costs the time of some thousand messages, so fewer are not handed over while the log goes on. When reading
    fails, what was gathered and not handed over is read again.
    """
    gathered: list[Polled] = []
    count = size = 0
    try:
        for polled in reader.up_to(ends):
            gathered.append(polled)
            count += polled.count
            size += sum(len(each.value or b"") for part in polled.parts for each in part.messages)
            is_full = count >= batch_records or size >= BATCH_BYTES
            is_worth_a_commit = 2 * count >= batch_records or 2 * size >= BATCH_BYTES
            if is_full or (is_worth_a_commit and pipe.poll(0)):
                _hand_over(pipe, joined(gathered))
                gathered, count, size = [], 0, 0
    except KafkaError:
        if gathered:
            reader.go_to({place: span.first for place, span in joined(gathered).spans.items()})
        raise
    if gathered:
        _hand_over(pipe, joined(gathered))
    pipe.recv_bytes()
    pipe.send_bytes(_encode(Finished()))


def _hand_over(pipe: Connection, polled: Polled) -> None:
    pipe.recv_bytes()  # More
    pipe.send_bytes(_encode(Gathered(polled)))


def _listed(offsets: dict[Place, int]) -> tuple[tuple[str, int, int], ...]:
    return tuple((topic, partition, offset) for (topic, partition), offset in offsets.items())


def _by_place(listed: tuple[tuple[str, int, int], ...]) -> dict[Place, int]:
    return {(topic, partition): offset for topic, partition, offset in listed}
