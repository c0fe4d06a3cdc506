"""Limits as pure decisions: how often a key may ask, how slowly a body may come."""

import msgspec


class Rate(msgspec.Struct, frozen=True):
    """So many requests per second in the long run, so many at once."""

    per_s: float
    burst: int


class Bucket(msgspec.Struct, frozen=True):
    """What is left of a key's rate at a moment; seconds of a monotonic clock."""

    left: float
    at: float


def spend(bucket: Bucket | None, rate: Rate, now: float) -> tuple[Bucket, float]:
    """Spend one request; gives what is left, and how many seconds to wait when there was nothing to spend (else 0)."""
    left = rate.burst if bucket is None else min(rate.burst, bucket.left + (now - bucket.at) * rate.per_s)
    if left < 1:
        return Bucket(left, now), (1 - left) / rate.per_s
    return Bucket(left - 1, now), 0.0


class Pace(msgspec.Struct, frozen=True):
    """A body may take this long in all; and after a first grace it must have come at this rate on average."""

    whole_s: float
    bytes_per_s: int
    grace_s: float = 5.0


def body_deadline(pace: Pace, began_at: float, received: int) -> float:
    """Until when the next part of a body must be here; seconds of the clock that `began_at` is of."""
    return began_at + min(pace.whole_s, pace.grace_s + received / pace.bytes_per_s)
