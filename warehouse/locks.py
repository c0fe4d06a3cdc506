"""The session by which several writers keep out of each other's way: advisory locks in the catalogue's PostgreSQL.

A lock belongs to the session and is free at once when its process dies. A process that hangs is a case of its own: its
session lives on, and others would wait for it for ever. So a thread of its own says every few seconds that the process
is alive, and PostgreSQL ends a session that was silent too long; the process notices at its next step and ends.

Locks keep writers apart while all is well. They are not what makes the lake exact: a writer that was thought dead may
still commit. DuckLake refuses that by itself, see docs/decisions/0021-several-writers.md.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg

from warehouse.lake import WriterBusy
from warehouse.settings import WarehouseSettings

log = logging.getLogger("qingyu.writer")
_OURS = 0x51E4
"""First half of every lock's number: keeps us apart from other programs in the same database."""
_SETUP, _LEAD, _GATE, _MEMBER, _FIRST_LOT = 0, 1, 2, 3, 100
_ALIVE_EVERY_S = 5.0
_SILENT_AT_MOST_S = 30
_CONNECT_WITHIN_S = 60.0
_ATTEMPT_S = 5


class LocksLost(Exception):
    """The session is gone, and with it everything this process held; the process must end and be started again."""


class PostgresAway(Exception):
    """PostgreSQL does not answer; the message never holds the address, which may have a password in it."""


class Round(msgspec.Struct, frozen=True):
    """How far the log is to be landed before the next derivation; called by the one who derives.

    ``plans`` tells when the plans in the lake have changed. ``is_idle``: all of it is landed, derived and announced.
    """

    number: int = 0
    ends: tuple[tuple[str, int, int], ...] = ()
    plans: str = ""
    is_idle: bool = False

    @property
    def places(self) -> dict[tuple[str, int], int]:
        """The ends by topic and partition."""
        return {(topic, partition): end for topic, partition, end in self.ends}


class Seen(msgspec.Struct, frozen=True):
    """Numbers of the processes that live, and which of them holds which lot."""

    members: frozenset[int]
    holders: Mapping[int, int]


class LockSession:
    """One connection to PostgreSQL and the locks it holds. Made by :func:`open_session`."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection
        self.me = connection.info.backend_pid
        self._ask(f"SET idle_session_timeout = '{_SILENT_AT_MOST_S}s'")
        self._ask("SELECT pg_advisory_lock_shared(%s, %s)", _OURS, _MEMBER)

    def still_alive(self) -> None:
        """Say that this process is alive; raises :class:`LocksLost`."""
        self._ask("SELECT 1")

    def seen(self) -> Seen:
        """Who lives, and who holds which lot, at this moment."""
        rows = self._ask(
            "SELECT objid::bigint, pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 "
            "AND classid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            _OURS,
        )
        members = frozenset(pid for lock, pid in rows if lock == _MEMBER)
        return Seen(members, {lock - _FIRST_LOT: pid for lock, pid in rows if lock >= _FIRST_LOT})

    def take(self, lot: int) -> bool:
        """Take a lot if nobody holds it; returns whether it is ours now."""
        return self._try(_FIRST_LOT + lot)

    def give(self, lot: int) -> None:
        """Give a lot back to whoever is short of lots."""
        self._ask("SELECT pg_advisory_unlock(%s, %s)", _OURS, _FIRST_LOT + lot)

    def lead(self) -> bool:
        """Become the one who derives if there is none; once it is this process, it stays so while the session lives."""
        return self._try(_LEAD)

    @contextmanager
    def setup(self) -> Iterator[None]:
        """Alone while the lake is made or brought to the newest shape."""
        with self._alone(_SETUP):
            self._ask(
                "CREATE TABLE IF NOT EXISTS qingyu_round "
                "(is_only BOOLEAN PRIMARY KEY DEFAULT true CHECK (is_only), says TEXT NOT NULL)"
            )
            yield

    @contextmanager
    def gate(self) -> Iterator[None]:
        """Alone while the lake is written: two landings at once would conflict in the table of offsets."""
        with self._alone(_GATE):
            yield

    def latest_round(self) -> Round:
        """The round that was called last."""
        rows = self._ask("SELECT says FROM qingyu_round")
        return msgspec.json.decode(rows[0][0], type=Round) if rows else Round()

    def call(self, made: Round) -> None:
        """Call a round. Goes through the session that holds the lead: whoever lost it cannot call any more."""
        self._ask(
            "INSERT INTO qingyu_round (says) VALUES (%s) ON CONFLICT (is_only) DO UPDATE SET says = excluded.says",
            msgspec.json.encode(made).decode(),
        )

    def _try(self, lock: int) -> bool:
        return bool(self._ask("SELECT pg_try_advisory_lock(%s, %s)", _OURS, lock)[0][0])

    @contextmanager
    def _alone(self, lock: int) -> Iterator[None]:
        self._ask("SELECT pg_advisory_lock(%s, %s)", _OURS, lock)
        try:
            yield
        finally:
            self._ask("SELECT pg_advisory_unlock(%s, %s)", _OURS, lock)

    def _ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            found = self._connection.execute(statement.encode(), values)
            return found.fetchall() if found.description else []
        except psycopg.OperationalError as lost:
            raise LocksLost(
                "the session with PostgreSQL is gone, other writers go on with what it held; this one is started anew"
            ) from lost


@contextmanager
def open_session(address: str, tell: Callable[[str], None]) -> Iterator[LockSession]:
    """Connect, with patience while PostgreSQL starts; everything held is free when this ends, however it ends.

    Raises :class:`PostgresAway`.
    """
    connection = _connect(address, tell)
    stop = threading.Event()
    try:
        session = LockSession(connection)
        alive = threading.Thread(target=_keep_alive, args=(session, stop), name="qingyu-alive", daemon=True)
        alive.start()
        try:
            yield session
        finally:
            stop.set()
            alive.join()
    finally:
        connection.close()


@contextmanager
def alone(settings: WarehouseSettings) -> Iterator[None]:
    """For a command that writes a lake on PostgreSQL: no writer lives, and none begins meanwhile.

    Raises ``WriterBusy``. A lake on SQLite has a lock of its own, in :func:`warehouse.lake.open_writer`.
    """
    if settings.postgres_address is None:
        yield
        return
    with open_session(settings.postgres_address, log.info) as session, session.setup():
        others = len(session.seen().members) - 1
        if others:
            raise WriterBusy(f"{others} other writers share the lake; stop them first (qingyu writer run)")
        yield


def _keep_alive(session: LockSession, stop: threading.Event) -> None:
    while not stop.wait(_ALIVE_EVERY_S):
        try:
            session.still_alive()
        except LocksLost:
            return  # the next step of the writer meets the same and ends it


def _connect(address: str, tell: Callable[[str], None]) -> "psycopg.Connection[Any]":
    deadline = time.monotonic() + _CONNECT_WITHIN_S
    while True:
        try:
            return psycopg.connect(
                address, autocommit=True, application_name="qingyu-writer", connect_timeout=_ATTEMPT_S
            )
        except psycopg.OperationalError:
            left = deadline - time.monotonic()
            if left <= 0:
                raise PostgresAway(
                    "PostgreSQL does not answer at the address in QINGYU_WAREHOUSE; start it, or correct the address"
                ) from None
            tell(f"PostgreSQL does not answer yet; waiting, {left:.0f} s left")
            time.sleep(1)
        except psycopg.ProgrammingError:
            raise PostgresAway(
                "QINGYU_WAREHOUSE: what follows ducklake:postgres: cannot be read by PostgreSQL"
            ) from None
