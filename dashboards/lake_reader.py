"""One read-only, locked lake for each Superset worker, and connections to it that check every statement.

Superset opens a connection for each query. Opening a lake costs a quarter of a second, so the worker opens it
once and each connection is a cursor on it; DuckLake reads the newest committed snapshot at each statement.
The lake is opened anew when its catalogue was replaced (the warehouse can be deleted and rebuilt) or is no
longer attached.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from room_settings import RoomSettings
from select_only import LAKE_ALIAS, PROBES, check

QUERY_SECONDS = 30.0
_MEMORY_LIMIT = "1GB"
_WAL_SUFFIXES = ("", "-wal", "-shm")


class LakeNotThere(Exception):
    """There is no lake to read yet; the message says how one comes to be."""


class ReadOnlyLake:
    """The lake of this process. `connect` is what SQLAlchemy calls for each new connection."""

    def __init__(self, settings: RoomSettings) -> None:
        self._settings = settings
        self._guard = threading.Lock()
        self._database: duckdb.DuckDBPyConnection | None = None
        self._identity: tuple[int, int] | None = None

    def connect(self) -> GuardedConnection:
        """Give a new connection to the newest lake. Raises LakeNotThere while none exists."""
        with self._guard:
            identity = self._catalogue_identity()
            if self._database is None or identity != self._identity or not _is_attached(self._database):
                self._database = _open(self._settings)
                self._identity = identity
            session = self._database.cursor()
        session.execute(f"USE {LAKE_ALIAS}")
        return GuardedConnection(session)

    def _catalogue_identity(self) -> tuple[int, int] | None:
        """Device and inode of the catalogue file: a rebuilt lake is another file under the same name."""
        catalogue = self._settings.catalogue_file
        if catalogue is None:
            return None
        try:
            status = catalogue.stat()
        except FileNotFoundError as error:
            raise _not_there(f"{catalogue} is missing") from error
        return status.st_dev, status.st_ino


def _open(settings: RoomSettings) -> duckdb.DuckDBPyConnection:
    """Open an empty DuckDB, attach the lake read-only, then lock all doors. The order matters."""
    database = duckdb.connect(":memory:", config={"python_enable_replacements": "false"})
    scanner = "sqlite_scanner" if settings.catalogue_file else "postgres_scanner"
    for extension in (scanner, "ducklake"):  # the scanner first: ducklake needs it
        database.execute(f"LOAD {_quoted(_extension_file(extension))}")
    if settings.catalogue_file:
        # One look at the catalogue for one query; see warehouse/lake.py.
        database.execute("SET GLOBAL sqlite_disable_multithreaded_scans = true")
    data = settings.lake_data.rstrip("/") + "/"
    try:
        database.execute(
            f"ATTACH {_quoted(settings.lake)} AS {LAKE_ALIAS} "
            f"(READ_ONLY, DATA_PATH {_quoted(data)}, OVERRIDE_DATA_PATH true)"
        )
    except duckdb.Error as error:
        database.close()
        # The driver repeats the address, and that may hold a password: only a local file is told about.
        raise _not_there(str(error) if settings.catalogue_file else "PostgreSQL does not answer") from None
    catalogue = settings.catalogue_file
    paths = [f"{catalogue}{suffix}" for suffix in _WAL_SUFFIXES] if catalogue else []
    for statement in (
        f"SET allowed_directories = [{_quoted(data)}]",
        f"SET allowed_paths = [{', '.join(map(_quoted, paths))}]",
        f"SET memory_limit = '{_MEMORY_LIMIT}'",
        "SET temp_directory = ''",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        database.execute(statement)
    return database


def _extension_file(name: str) -> Path:
    """The extension inside its wheel: nothing is ever fetched from the net."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            f"duckdb-extension-{name.replace('_', '-')} is missing; install dashboards/requirements.lock"
        )
    folder = Path(spec.submodule_search_locations[0]) / "extensions" / f"v{duckdb.__version__}"
    return folder / f"{name}.duckdb_extension"


def _is_attached(database: duckdb.DuckDBPyConnection) -> bool:
    row = database.execute("SELECT count(*) FROM duckdb_databases() WHERE database_name = ?", [LAKE_ALIAS]).fetchone()
    return row == (1,)


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def _not_there(detail: str) -> LakeNotThere:
    return LakeNotThere(
        "数据湖还不能读取：请先启动写入进程（qingyu），等第一次提交后刷新本页。 "
        f"(No lake to read yet: start the writer, wait for its first commit, then reload. Detail: {detail})"
    )


class GuardedConnection:
    """A DB-API connection whose statements all pass the gate, whichever way Superset sends them.

    Superset's SQL_QUERY_MUTATOR does not see every statement (streamed CSV exports, for one) and sees some
    before Superset writes them anew; this place sees what is really run.
    """

    autocommit = None  # SQLAlchemy's PostgreSQL dialect looks at it; DuckDB has no such switch

    def __init__(self, session: duckdb.DuckDBPyConnection) -> None:
        self._session = session
        self.notices: list[str] = []  # read by SQLAlchemy's PostgreSQL dialect, which the DuckDB one extends
        self.closed = False

    def cursor(self) -> GuardedCursor:
        """Give a cursor; DuckDB has one result for each connection, so cursors of one connection share it."""
        return GuardedCursor(self._session, self)

    def begin(self) -> None:
        """Begin a transaction: what is read until its end is one snapshot."""
        self._session.begin()

    def commit(self) -> None:
        """End the transaction."""
        self._end(self._session.commit)

    def rollback(self) -> None:
        """End the transaction, also after a failed statement."""
        self._end(self._session.rollback)

    def close(self) -> None:
        """Give the connection back; the lake stays open for the worker's other connections."""
        self._session.close()
        self.closed = True

    @staticmethod
    def _end(act: Callable[[], Any]) -> None:
        try:
            act()
        except duckdb.TransactionException as error:
            if "no transaction is active" not in str(error):
                raise


class GuardedCursor:
    """A DB-API cursor that checks, runs for at most QUERY_SECONDS, and hands out rows."""

    arraysize = 1
    rowcount = -1

    def __init__(self, session: duckdb.DuckDBPyConnection, connection: GuardedConnection) -> None:
        self._session = session
        self.connection = connection
        self.description: Any = None

    def execute(self, statement: str, parameters: Any = None) -> None:
        """Run one allowed SELECT; raises StatementRefused, or duckdb.InterruptException when it takes too long.

        Superset's own time limit relies on a signal that threads of a worker never get.
        """
        check(statement, PROBES)
        timer = threading.Timer(QUERY_SECONDS, self._session.interrupt)
        timer.start()
        try:
            self._session.execute(statement, parameters)
        finally:
            timer.cancel()
        self.description = self._session.description

    def fetchone(self) -> Any:
        """Give the next row, or None."""
        return self._session.fetchone()

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """Give up to `size` rows."""
        return self._session.fetchmany(size or self.arraysize)

    def fetchall(self) -> list[Any]:
        """Give the rows that are left."""
        return self._session.fetchall()

    def close(self) -> None:
        """Nothing to free: the result belongs to the connection."""
