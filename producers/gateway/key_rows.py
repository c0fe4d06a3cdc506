"""Keys in the store: the rows, nothing decided here."""

import datetime as dt
import sqlite3
from typing import Any

import msgspec

from producers.gateway.keys import Key
from producers.gateway.spool import stamp

_COLUMNS = "key_id, unit, forms, secret_hash, made_at, expires_at, revoked_at, rotated_from"


class KeyUse(msgspec.Struct, frozen=True):
    """A key and when something was last handed in with it."""

    key: Key
    used_at: dt.datetime | None


def put_key(database: sqlite3.Connection, key: Key) -> None:
    """Keep a key; an earlier state of it is overwritten."""
    revoked = None if key.revoked_at is None else stamp(key.revoked_at)
    database.execute(
        f"INSERT OR REPLACE INTO key ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key.key_id,
            key.unit,
            " ".join(key.forms),
            key.secret_hash,
            stamp(key.made_at),
            stamp(key.expires_at),
            revoked,
            key.rotated_from,
        ),
    )


def find_key(database: sqlite3.Connection, key_id: str) -> Key | None:
    """The key of an id, if there is one."""
    row = database.execute(f"SELECT {_COLUMNS} FROM key WHERE key_id = ?", (key_id,)).fetchone()
    return None if row is None else _key(row)


def list_keys(database: sqlite3.Connection) -> list[KeyUse]:
    """All keys by unit, each with its last use."""
    rows = database.execute(
        f"SELECT {_COLUMNS}, (SELECT max(received_at) FROM entry WHERE entry.key_id = key.key_id) AS used_at "
        "FROM key ORDER BY unit, made_at"
    )
    return [KeyUse(_key(row[:-1]), None if row[-1] is None else dt.datetime.fromisoformat(row[-1])) for row in rows]


def _key(row: tuple[Any, ...]) -> Key:
    key_id, unit, forms, secret_hash, made_at, expires_at, revoked_at, rotated_from = row
    return Key(
        key_id,
        unit,
        tuple(forms.split()),
        secret_hash,
        dt.datetime.fromisoformat(made_at),
        dt.datetime.fromisoformat(expires_at),
        None if revoked_at is None else dt.datetime.fromisoformat(revoked_at),
        rotated_from,
    )
