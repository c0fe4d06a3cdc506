"""Keys of reporting units: how one is made, read, judged. Pure; chance and the clock come from outside.

A token is `qy_<key id>_<secret>`: the secret has 256 random bits, is shown once, and only its SHA-256 is kept.
SHA-256 without salt or stretching is right here, and only here: what has 256 random bits cannot be guessed.
"""

import base64
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Callable
from enum import StrEnum

import msgspec

SECRET_BYTES = 32
_ID_BYTES = 5
_TOKEN = re.compile(r"qy_(?P<id>[a-z2-7]{8})_(?P<secret>[A-Za-z0-9_-]{43})", re.ASCII)


class Key(msgspec.Struct, frozen=True):
    """What is kept of a key. No forms: every form that the unit is on the roster of."""

    key_id: str
    unit: str
    forms: tuple[str, ...]
    secret_hash: bytes
    made_at: dt.datetime
    expires_at: dt.datetime
    revoked_at: dt.datetime | None = None
    rotated_from: str = ""

    def may_report(self, form_id: str) -> bool:
        """Tell whether its scope takes a form."""
        return not self.forms or form_id in self.forms


class Presented(msgspec.Struct, frozen=True):
    """A token as it came in, taken apart."""

    key_id: str
    secret_hash: bytes


class KeyState(StrEnum):
    """What a key is worth at a moment."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    WRONG = "wrong"


def make_key(
    unit: str,
    forms: tuple[str, ...],
    now: dt.datetime,
    expires_at: dt.datetime,
    chance: Callable[[int], bytes],
    *,
    rotated_from: str = "",
) -> tuple[Key, str]:
    """A new key and its token, which is not kept anywhere."""
    key_id = base64.b32encode(chance(_ID_BYTES)).decode().lower()
    secret = base64.urlsafe_b64encode(chance(SECRET_BYTES)).decode().rstrip("=")
    key = Key(key_id, unit, forms, _hash(secret), now, expires_at, rotated_from=rotated_from)
    return key, f"qy_{key_id}_{secret}"


def read_token(authorization: str) -> Presented | None:
    """The token in an Authorization header; None for anything that is none."""
    scheme, _, token = authorization.partition(" ")
    found = _TOKEN.fullmatch(token.strip())
    if scheme.lower() != "bearer" or found is None:
        return None
    return Presented(found["id"], _hash(found["secret"]))


def judge(key: Key | None, presented: Presented, now: dt.datetime) -> KeyState:
    """What the presented token is worth. Who does not hold the secret learns nothing of the key's state."""
    # An unknown key is compared too: the time it takes does not tell which ids exist.
    kept = key.secret_hash if key is not None else bytes(hashlib.sha256().digest_size)
    is_right = hmac.compare_digest(kept, presented.secret_hash)
    if key is None or not is_right:
        return KeyState.WRONG
    return state_of(key, now)


def state_of(key: Key, now: dt.datetime) -> KeyState:
    """Whether a key is valid, expired or revoked at a moment."""
    if key.revoked_at is not None and key.revoked_at <= now:
        return KeyState.REVOKED
    return KeyState.VALID if now < key.expires_at else KeyState.EXPIRED


def rotate(
    key: Key, now: dt.datetime, overlap: dt.timedelta, expires_at: dt.datetime | None, chance: Callable[[int], bytes]
) -> tuple[Key, Key, str]:
    """The old key, which ends after the overlap; the new one with its unit and forms; the new token.

    Without `expires_at` the new key lasts as long as the old one was made to last.
    """
    until = expires_at if expires_at is not None else now + (key.expires_at - key.made_at)
    fresh, token = make_key(key.unit, key.forms, now, until, chance, rotated_from=key.key_id)
    ending = msgspec.structs.replace(key, expires_at=min(key.expires_at, now + overlap))
    return ending, fresh, token


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
