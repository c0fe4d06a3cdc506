"""Messages as the writer needs them: narrow, and quick to hand from one process to another."""

from collections.abc import Sequence

import msgspec

from warehouse.batch import Span

Place = tuple[str, int]
"""A topic, by its plain name, and one of its partitions."""


class Message(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A message of a topic-partition; ``timestamp`` is the broker's append time, milliseconds since 1970 in UTC."""

    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


class Part(msgspec.Struct, frozen=True, array_like=True):
    """What was read of one topic-partition: offsets from ``first`` up to, not including, ``next``."""

    topic: str
    partition: int
    first: int
    next: int
    messages: list[Message]


class Polled(msgspec.Struct, frozen=True, array_like=True):
    """What was read together: each topic-partition (by its topic's plain name) at most once."""

    parts: tuple[Part, ...]

    @property
    def spans(self) -> dict[Place, Span]:
        """The span of offsets that is filled on each partition."""
        return {(part.topic, part.partition): Span(part.first, part.next, len(part.messages)) for part in self.parts}

    @property
    def count(self) -> int:
        """How many messages there are."""
        return sum(len(part.messages) for part in self.parts)


def joined(polls: Sequence[Polled]) -> Polled:
    """Polls that follow one another, as one."""
    if len(polls) == 1:
        return polls[0]
    found: dict[Place, list[Part]] = {}
    for part in (part for polled in polls for part in polled.parts):
        found.setdefault((part.topic, part.partition), []).append(part)
    return Polled(
        tuple(
            Part(*place, parts[0].first, parts[-1].next, [message for part in parts for message in part.messages])
            for place, parts in found.items()
        )
    )
