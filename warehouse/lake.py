"""Open the lake: one writer, readers at any time.

The extensions lie inside their Python packages, so nothing is fetched. The SQLite catalogue is put into WAL mode
once, when it is made: doing so on a busy catalogue would block.
"""

import datetime as dt
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import duckdb

from warehouse.settings import WarehouseSettings

_NOT_MADE = "creating a new DuckLake is explicitly disabled"
"""DuckLake's own words when a catalogue exists and holds no lake yet."""
_ONE_LOOK = "SET GLOBAL sqlite_disable_multithreaded_scans = true"
"""Set before the lake is attached. Otherwise each read of the catalogue opens it anew, also within a transaction: rows
that a flush moves in between are then in neither place, and up to 8 of 100 reads saw fewer rows than there are."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_INLINE_ROWS = 500
"""Commits of fewer rows stay in the catalogue until upkeep writes them out: small commits stay quick."""


class LakeMissing(Exception):
    """No lake there yet; the message says how one comes to be."""


class LakeBroken(Exception):
    """There is a lake, but it cannot be read; the message never holds the address of a PostgreSQL catalogue."""


class WriterBusy(Exception):
    """Another process already writes this lake."""


def open_reader(settings: WarehouseSettings) -> duckdb.DuckDBPyConnection:
    """A connection that sees whole commits only and cannot write; raises :class:`LakeMissing`."""
    catalogue = settings.catalogue_file
    if catalogue is not None and not catalogue.exists():
        raise LakeMissing(f"no lake at {catalogue}; start the writer first: qingyu writer run")
    try:
        connection = _attach(settings, ", READ_ONLY")
    except duckdb.Error as fault:
        if _NOT_MADE in str(fault):
            raise LakeMissing("the lake is not made yet; start the writer first: qingyu writer run") from None
        # The driver repeats the address it was given, and that may hold a password: only a local file is told about.
        detail = str(fault) if catalogue is not None else "PostgreSQL or its data path does not answer as expected"
        raise LakeBroken(f"the lake cannot be opened: {detail}; see docs/runbooks/operate.md") from None
    # The views are laid last and in one commit: with them the lake is whole.
    if not connection.execute("SELECT 1 FROM duckdb_views() WHERE view_name = 'rpt_freshness'").fetchone():
        connection.close()
        raise LakeMissing("the lake is being made by the writer just now; try again in a moment")
    return connection


@contextmanager
def open_writer(settings: WarehouseSettings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The one writing connection; raises :class:`WriterBusy` while another process on this machine holds it."""
    catalogue = settings.catalogue_file
    if catalogue is None:
        connection = _attach(settings, f", DATA_INLINING_ROW_LIMIT {_INLINE_ROWS}")
        try:
            yield connection
        finally:
            connection.close()
        return
    with writer_lock(catalogue):
        if not settings.is_in_object_store:
            Path(settings.data_path).mkdir(parents=True, exist_ok=True)
        if not catalogue.exists():
            _make_catalogue(catalogue, settings)
        connection = _attach(settings, f", DATA_INLINING_ROW_LIMIT {_INLINE_ROWS}")
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def writer_lock(catalogue: Path) -> Iterator[None]:
    """Hold the lock of the one writer of a SQLite catalogue; it dies with its process. Raises :class:`WriterBusy`."""
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    with (catalogue.parent / "writer.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise WriterBusy(
                f"another writer holds the lake at {catalogue}; stop it first (qingyu writer status shows it)"
            ) from busy
        yield


@contextmanager
def transaction(lake: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """One commit of the lake, or nothing: whatever is raised inside rolls everything back."""
    lake.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        lake.execute("ROLLBACK")
        raise
    lake.execute("COMMIT")


@lru_cache(maxsize=4096)
def from_microseconds(since_1970: int) -> dt.datetime:
    """A moment from its microseconds since 1970 in UTC; many rows share one."""
    return _EPOCH + dt.timedelta(microseconds=since_1970)


def utc(moment: dt.datetime) -> dt.datetime:
    """A moment read from the lake, in UTC whatever the session's zone."""
    return moment.astimezone(dt.UTC)


def _make_catalogue(catalogue: Path, settings: WarehouseSettings) -> None:
    """Make the catalogue under another name and rename it: no reader ever meets a half-made one."""
    draft = catalogue.with_name(catalogue.name + ".draft")
    for left in draft.parent.glob(draft.name + "*"):
        left.unlink()
    made = sqlite3.connect(draft)
    try:
        made.execute("PRAGMA journal_mode=WAL")
    finally:
        made.close()
    at_draft = WarehouseSettings(f"ducklake:sqlite:{draft}", settings.data_path, settings.s3_endpoint)
    _attach(at_draft, f", DATA_INLINING_ROW_LIMIT {_INLINE_ROWS}").close()
    draft.rename(catalogue)


def _attach(settings: WarehouseSettings, options: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    scanner = "sqlite_scanner" if settings.catalogue_file is not None else "postgres_scanner"
    for extension in (scanner, "ducklake"):
        connection.execute(f"LOAD '{_extension_file(extension)}'")
    if settings.is_in_object_store:
        _reach_object_store(connection, settings.s3_endpoint)
    if settings.catalogue_file is not None:
        connection.execute(_ONE_LOOK)
    attach = settings.attach.replace("'", "''")
    data_path = settings.data_path.replace("'", "''")
    connection.execute(f"ATTACH '{attach}' AS w (DATA_PATH '{data_path}'{options})")
    connection.execute("USE w")
    return connection


def _reach_object_store(connection: duckdb.DuckDBPyConnection, endpoint: str) -> None:
    """Load what speaks S3; it takes keys and region from the AWS_ variables of the environment by itself.

    The settings are global: upkeep goes through connections of DuckLake's own.
    """
    connection.execute(f"LOAD '{_extension_file('httpfs')}'")
    if endpoint:
        scheme, _, host = endpoint.partition("://")
        connection.execute("SET GLOBAL s3_endpoint = $1", [host])
        connection.execute("SET GLOBAL s3_use_ssl = $1", [scheme == "https"])
        connection.execute("SET GLOBAL s3_url_style = 'path'")


def _extension_file(name: str) -> Path:
    spec = find_spec(f"duckdb_extension_{name}")
    if spec is None or spec.submodule_search_locations is None:
        raise LakeMissing(f"the package duckdb-extension-{name.replace('_', '-')} is not installed; run: make setup")
    root = Path(next(iter(spec.submodule_search_locations))) / "extensions" / f"v{duckdb.__version__}"
    found = root / f"{name}.duckdb_extension"
    if not os.access(found, os.R_OK):
        raise LakeMissing(f"{found.name} for DuckDB {duckdb.__version__} is missing; run: make setup")
    return found
