"""Opening the gateway's SQLite file: migrations in order, one gateway at a time, readers at any time."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from producers.gateway.faults import StoreInUse, StoreUnfit

_MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_S = 10.0


def connect(path: Path) -> sqlite3.Connection:
    """Open the store for writing, made and brought up to date on the way. The caller closes it.

    A commit is on the disk when it returns: WAL with synchronous=FULL. Raises StoreUnfit.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    database = _open(path, is_shared=True)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        _migrate(database, path)
    except (sqlite3.Error, StoreUnfit) as fault:
        database.close()
        if isinstance(fault, sqlite3.DatabaseError) and fault.sqlite_errorname == "SQLITE_NOTADB":
            raise StoreUnfit(f"{path} is no store of the gateway.", "Point QINGYU_GATEWAY_STORE elsewhere.") from fault
        raise
    # Keys are in it, if only as hashes.
    path.chmod(0o600)
    return database


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open an existing store for reading, in the thread that uses it. The caller closes it."""
    database = _open(path, is_shared=False)
    database.execute("PRAGMA query_only = ON")
    return database


def _open(path: Path, *, is_shared: bool) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=not is_shared)


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    files = sorted(_MIGRATIONS.glob("*.sql"))
    (done,) = database.execute("PRAGMA user_version").fetchone()
    if done > len(files):
        raise StoreUnfit(
            f"{path} was made by a later version of Qingyu (schema {done}, this version has {len(files)}).",
            "Run that version, or a later one.",
        )
    for number, file in enumerate(files[done:], done + 1):
        text = file.read_text(encoding="utf-8")
        # Another command may have migrated it in the meantime; what is there already then fails and is looked at anew.
        try:
            database.executescript(f"BEGIN IMMEDIATE;\n{text}\nPRAGMA user_version = {number};\nCOMMIT;")
        except sqlite3.OperationalError:
            if database.in_transaction:
                database.execute("ROLLBACK")
            if database.execute("PRAGMA user_version").fetchone()[0] < number:
                raise


@contextmanager
def sole_gateway(path: Path) -> Iterator[None]:
    """Hold the store for this process; raises StoreInUse when another process holds it.

    The lock dies with its process, so a killed gateway leaves nothing behind to clean up.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise StoreInUse(
                f"Another gateway works on {path}.",
                "Stop the other `qingyu gateway run`, or point QINGYU_GATEWAY_STORE elsewhere.",
            ) from fault
        yield
