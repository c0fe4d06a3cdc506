"""Read the log in rounds.

A round fixes the end of the log, reads up to it and no further. What was acknowledged before a message in the round
was sent is then in the round too, whatever the order of partitions: a sender that waits for its acknowledgements
(the feed at each tick) is read in the order it meant. Plans are read first, so that a return finds its plan.
"""

from collections.abc import Iterator

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaTimeoutError

from broker.settings import KafkaSettings
from consumers.message import Message, Part, Place, Polled

_POLL_MS = 1000
_POLL_RECORDS = 1000
_POLLS_IN_VAIN = 10
"""After so many empty polls the reader gives up its round, so that a writer without a broker can still be stopped."""


class Reader:
    """A consumer that is assigned by hand and always knows where it stands."""

    def __init__(self, consumer: KafkaConsumer, settings: KafkaSettings, batch_records: int) -> None:
        self._consumer = consumer
        self._settings = settings
        self._batch_records = batch_records
        self._stands: dict[Place, int] = {}

    def follow(self, topics: tuple[str, ...], offsets: dict[Place, int]) -> None:
        """Read these topics (plain names); partitions start at the offsets given, else at the log's first message."""
        partitions: list[TopicPartition] = []
        for topic in topics:
            name = self._settings.topic(topic)
            partitions += [TopicPartition(name, at) for at in sorted(self._consumer.partitions_for_topic(name) or ())]
        self.stand({self._place(partition): offsets.get(self._place(partition), 0) for partition in partitions})

    def stand(self, offsets: dict[Place, int]) -> None:
        """Read these partitions and no others, from these offsets."""
        self._consumer.assign([self._partition(place) for place in offsets])
        self._stands = {}
        self.go_to(offsets)

    def go_to(self, offsets: dict[Place, int]) -> None:
        """Go on reading at these offsets."""
        for place, offset in offsets.items():
            self._stands[place] = offset
            self._consumer.seek(self._partition(place), offset)

    @property
    def places(self) -> frozenset[Place]:
        """The partitions that are read."""
        return frozenset(self._stands)

    def wait(self, seconds: float) -> bool:
        """Wait until something new may be there; returns whether there is. Nothing is taken off."""
        found = self._consumer.poll(timeout_ms=int(seconds * 1000), max_records=1)
        for partition in found:
            self._consumer.seek(partition, self._stands[self._place(partition)])
        return bool(found)

    def up_to(self, ends: dict[Place, int]) -> Iterator[Polled]:
        """Read up to the ends in polls of bounded size. Each poll must land before the next is asked for."""
        return (polled for polled in self.polls(ends) if polled.parts)

    def polls(self, ends: dict[Place, int]) -> Iterator[Polled]:
        """The same with the polls in which nothing came, a second long each."""
        assert ends.keys() >= self._stands.keys(), "what is polled of a partition without an end would be passed over"
        in_vain = 0
        while any(self._stands[place] < end for place, end in ends.items()):
            polled = self._poll(ends)
            in_vain = 0 if polled.parts else in_vain + 1
            if in_vain >= _POLLS_IN_VAIN:
                raise KafkaTimeoutError(f"no message within {in_vain} s although the log goes on")
            yield polled

    def _poll(self, ends: dict[Place, int]) -> Polled:
        at_most = min(self._batch_records, _POLL_RECORDS)
        found = self._consumer.poll(timeout_ms=_POLL_MS, max_records=at_most)
        parts = []
        for place, end in ends.items():
            if self._stands[place] >= end and self._partition(place) not in found:
                continue
            given = found.get(self._partition(place), [])
            inside = [
                Message(place[1], record.offset, record.timestamp, record.key, record.value)
                for record in given
                if record.offset < end
            ]
            stops = min(self._consumer.position(self._partition(place)), end)
            if len(inside) < len(given):
                # The rest belongs to the next round; fetch it again then.
                self._consumer.seek(self._partition(place), stops)
            if stops > self._stands[place]:
                parts.append(Part(*place, self._stands[place], stops, inside))
                self._stands[place] = stops
        return Polled(tuple(parts))

    def _partition(self, place: Place) -> TopicPartition:
        return TopicPartition(self._settings.topic(place[0]), place[1])

    def _place(self, partition: TopicPartition) -> Place:
        return (self._settings.bare(partition.topic), partition.partition)
