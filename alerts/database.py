"""Opening the alerter's SQLite store: one writer at a time, readers at any time."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alerts.faults import StoreInUse, StoreUnfit

SCHEMA_VERSION = 2
_SCHEMA = Path(__file__).with_name("schema.sql")
_BUSY_S = 10.0


def connect(path: Path) -> sqlite3.Connection:
    """Open the store, made on first use; WAL, foreign keys on, transactions by hand. The caller closes it.

    Only under :func:`sole_user`. Raises StoreUnfit when it was made with another schema.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    database = _open(path)
    version = _version(database)
    if version == 0:
        database.execute("PRAGMA journal_mode = WAL")
        schema = _SCHEMA.read_text(encoding="utf-8")
        database.executescript(f"BEGIN IMMEDIATE;\n{schema}\nPRAGMA user_version = {SCHEMA_VERSION};\nCOMMIT;")
    else:
        _require_version(database, path, version)
    return database


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open an existing store for reading beside the alerter. The caller closes it.

    Raises StoreUnfit when there is none yet, or one with another schema.
    """
    missing = StoreUnfit(f"There is no alert store at {path} yet.", "Run `qingyu alerts run --once` first.")
    if not path.exists():
        raise missing
    database = _open(path)
    version = _version(database)
    if version == 0:
        database.close()
        raise missing
    _require_version(database, path, version)
    database.execute("PRAGMA query_only = ON")
    return database


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
    database.execute("PRAGMA foreign_keys = ON")
    return database


def _version(database: sqlite3.Connection) -> int:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)


def _require_version(database: sqlite3.Connection, path: Path, version: int) -> None:
    if version != SCHEMA_VERSION:
        database.close()
        raise StoreUnfit(
            f"{path} has schema {version}, this version of Qingyu works with {SCHEMA_VERSION}.",
            "Move the file away: it is rebuilt from Kafka (see docs/runbooks/alerts.md, rebuilding the store).",
        )


@contextmanager
def sole_user(path: Path) -> Iterator[None]:
    """Hold the store for this process; raises StoreInUse when another process holds it.

    The lock dies with its process, so a killed alerter leaves nothing behind to clean up.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise StoreInUse(
                f"Another alerter is working on {path}; two would tell everything twice.",
                "Stop the other `qingyu alerts run`, or point QINGYU_ALERT_STORE elsewhere.",
            ) from fault
        yield
