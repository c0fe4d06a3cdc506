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
    made = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        made.update(str(len(raw)).encode() + b":" + raw)
    return made.hexdigest()[:16]
