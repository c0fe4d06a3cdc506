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


class Glance(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A message that was looked at and is a plain return: what it says, by its layout's number, and its digest."""

    return_id: str
    unit: str
    period: str
    layout: int
    figures: bytes
    texts: tuple[str, ...]
    content_digest: str


class Looked(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was seen in the messages of a part, one by one; None says only that a message must be read in full.

    ``layouts``: the items and rows of each layout.
    """

    layouts: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    glances: list[Glance | None]


class Part(msgspec.Struct, frozen=True, array_like=True):
    """What was read of one topic-partition: offsets from ``first`` up to, not including, ``next``.

    ``looked``: None when nobody has looked at the messages yet.
    """

    topic: str
    partition: int
    first: int
    next: int
    messages: list[Message]
    looked: Looked | None = None


class Polled(msgspec.Struct, frozen=True, array_like=True):
    """What was read together: the parts of each topic-partition (by its topic's plain name) follow one another."""

    parts: tuple[Part, ...]

    @property
    def spans(self) -> dict[Place, Span]:
        """The span of offsets that is filled on each partition."""
        found: dict[Place, Span] = {}
        for part in self.parts:
            place = (part.topic, part.partition)
            before = found.get(place, Span(part.first, part.first, 0))
            found[place] = Span(before.first, part.next, before.messages + len(part.messages))
        return found

    @property
    def count(self) -> int:
        """How many messages there are."""
        return sum(len(part.messages) for part in self.parts)


def joined(polls: Sequence[Polled]) -> Polled:
    """Polls that follow one another, as one."""
    return Polled(tuple(part for polled in polls for part in polled.parts))
