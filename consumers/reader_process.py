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
from consumers.intake import looked_at
from consumers.message import Place, Polled, joined
from consumers.reading import Reader
from plan.book import PlanBook
from plan.model import Plan

BATCH_BYTES = 32 * 1024 * 1024
_ENDS_WITHIN_S = 5.0


class ReaderStopped(Exception):
    """The reader cannot go on: Kafka refuses what is asked, or its process ended. Restarting goes on where it was."""


class Follow(msgspec.Struct, frozen=True, tag=True):
    """Read these topics from the offsets given; ``plans`` say what is looked for in them."""

    topics: tuple[str, ...]
    offsets: tuple[tuple[str, int, int], ...]
    plans: tuple[Plan, ...] = ()


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

    def follow(self, topics: tuple[str, ...], offsets: dict[Place, int], plans: tuple[Plan, ...] = ()) -> None:
        """Read these topics; partitions start at the offsets given, else at the log's first message.

        With the plans in force it looks at returns by itself while it has nothing else to do.
        """
        self._places = frozenset(self._ask(Follow(topics, _listed(offsets), plans)).places)

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
            serving = _Serving(pipe, Reader(consumer, settings, batch_records), batch_records)
            pipe.send_bytes(_encode(Answer()))
            while True:
                command = _command(pipe.recv_bytes())
                if not isinstance(command, More):  # one that came after the reading failed
                    serving.obey(command)
        except BrokerFault as fault:
            pipe.send_bytes(_encode(Failed(str(fault), may_retry=False)))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


class _Serving:
    """The reader's end, in its own process."""

    def __init__(self, pipe: Connection, reader: Reader, batch_records: int) -> None:
        self._pipe = pipe
        self._reader = reader
        self._batch_records = batch_records
        self._book = PlanBook(())

    def obey(self, command: _Command) -> None:
        """Do what is asked, and answer."""
        reader = self._reader
        try:
            match command:
                case Follow(topics, offsets, plans):
                    reader.follow(topics, _by_place(offsets))
                    self._book = PlanBook(plans)
                    self._say(Answer(places=tuple(sorted(reader.places))))
                case Stand(offsets):
                    reader.stand(_by_place(offsets))
                    self._say(Answer(places=tuple(sorted(reader.places))))
                case Wait(seconds):
                    self._say(Answer(is_new=reader.wait(seconds)))
                case Read(ends):
                    self._read(_by_place(ends))
        except KafkaError as fault:
            self._say(Failed(f"{type(fault).__name__}: {fault}", may_retry=isinstance(fault, RetriableError)))

    def _read(self, ends: dict[Place, int]) -> None:
        """Gather and hand over: full batches, and the rest of the round; when asked, those half full, too.

        A commit costs the time of some thousand messages, so fewer are not handed over while messages keep coming.
        When reading fails, what was gathered and not handed over is read again.
        """
        gathered: list[Polled] = []
        count = size = 0
        try:
            for polled in self._reader.polls(ends):
                is_silent = not polled.parts
                if not is_silent:
                    gathered.append(polled)
                count += polled.count
                size += sum(len(each.value or b"") for part in polled.parts for each in part.messages)
                is_full = count >= self._batch_records or size >= BATCH_BYTES
                is_worth_a_commit = 2 * count >= self._batch_records or 2 * size >= BATCH_BYTES
                if is_full or (gathered and (is_worth_a_commit or is_silent) and self._is_asked()):
                    self._hand_over(gathered)
                    gathered, count, size = [], 0, 0
        except KafkaError:
            if gathered:
                self._reader.go_to({place: span.first for place, span in joined(gathered).spans.items()})
            raise
        if gathered:  # markers without a message, too: the offsets go on
            self._hand_over(gathered)
        self._pipe.recv_bytes()
        self._say(Finished())

    def _hand_over(self, gathered: list[Polled]) -> None:
        """Hand over when asked, and look at the messages until then."""
        for place, polled in enumerate(gathered):
            if self._is_asked() or not self._book.plans:
                break
            gathered[place] = looked_at(polled, self._book)
        self._pipe.recv_bytes()  # More
        self._say(Gathered(joined(gathered)))

    def _is_asked(self) -> bool:
        return self._pipe.poll(0)

    def _say(self, reply: _Reply) -> None:
        self._pipe.send_bytes(_encode(reply))


def _listed(offsets: dict[Place, int]) -> tuple[tuple[str, int, int], ...]:
    return tuple((topic, partition, offset) for (topic, partition), offset in offsets.items())


def _by_place(listed: tuple[tuple[str, int, int], ...]) -> dict[Place, int]:
    return {(topic, partition): offset for topic, partition, offset in listed}
