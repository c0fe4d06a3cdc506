"""The canonical text of a plan and its hash: equal plans have equal bytes on every machine."""

import hashlib

import msgspec

from plan.model import Plan

_encoder = msgspec.json.Encoder(order="sorted", decimal_format="string")


def canonical_json(plan: Plan) -> bytes:
    """The plan as JSON with sorted keys; decimals as text."""
    return _encoder.encode(plan)


def plan_hash(plan: Plan) -> str:
    """First 16 hex digits of the SHA-256 of the canonical text."""
    return digest(canonical_json(plan))


def digest(*parts: bytes | str) -> str:
    """First 16 hex digits of the SHA-256 of the parts, each preceded by its length so that they cannot run together."""
    made = RunningDigest()
    for part in parts:
        made.add(part)
    return made.digest


class RunningDigest:
    """The digest of parts that come one after the other, to be asked at any point between."""

    def __init__(self) -> None:
        self._made = hashlib.sha256()

    def add(self, part: bytes | str) -> None:
        """Add a part behind those before."""
        raw = part.encode() if isinstance(part, str) else part
        self._made.update(b"%d:%b" % (len(raw), raw))

    @property
    def digest(self) -> str:
        """The digest of all parts so far."""
        return self._made.hexdigest()[:16]
