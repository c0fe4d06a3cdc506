"""Where the log ends now: what fixes a round."""

from collections.abc import Collection

from kafka import KafkaConsumer, TopicPartition

from broker.settings import KafkaSettings
from consumers.message import Place


class LogEnds:
    """Asks for the ends of topics over a connection of its own.

    On the connection of one that reads, the question would wait behind a fetch that Kafka holds back until something
    comes: up to a quarter of a second each round.
    """

    def __init__(self, consumer: KafkaConsumer, settings: KafkaSettings) -> None:
        self._consumer = consumer
        self._settings = settings
        self._places: list[Place] = []

    def places_of(self, topics: Collection[str]) -> list[Place]:
        """All partitions of topics (plain names)."""
        return [
            (topic, partition)
            for topic in topics
            for partition in sorted(self._consumer.partitions_for_topic(self._settings.topic(topic)) or ())
        ]

    def follow(self, places: Collection[Place]) -> None:
        """Ask for these partitions from now on."""
        self._places = list(places)
        # The client leaves out of its answer what it has no metadata of; it keeps that of what is assigned.
        self.places_of({topic for topic, _ in places})
        self._consumer.assign([self._partition(place) for place in places])

    def now(self, first: tuple[str, ...] = (), last: tuple[str, ...] = ()) -> dict[Place, int]:
        """The end of each partition.

        Ends are not read in one instant. Those of the topics ``first`` are read before the others, one topic after the
        other: whatever was acknowledged before a message in one of them was sent then lies within the ends of those
        read after it. Those of ``last`` are read after all others.
        """
        between = [place for place in self._places if place[0] not in first and place[0] not in last]
        groups = [[place for place in self._places if place[0] == topic] for topic in first]
        groups += [between, [place for place in self._places if place[0] in last]]
        found: dict[Place, int] = {}
        for group in groups:
            if group:
                asked = {self._partition(place): place for place in group}
                ends = self._consumer.end_offsets(list(asked))
                found |= {asked[partition]: end for partition, end in ends.items()}
        return found

    def _partition(self, place: Place) -> TopicPartition:
        return TopicPartition(self._settings.topic(place[0]), place[1])


def of_topics(ends: dict[Place, int], *topics: str) -> dict[Place, int]:
    """The ends of these topics only."""
    return {place: end for place, end in ends.items() if place[0] in topics}
