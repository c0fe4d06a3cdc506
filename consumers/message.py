"""One message as the writer needs it: narrow, and quick to hand from one process to another."""

import msgspec


class Message(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A message of a topic-partition; ``timestamp`` is the broker's append time, milliseconds since 1970 in UTC."""

    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
