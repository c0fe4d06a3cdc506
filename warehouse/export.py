"""All marts as tables of one plain DuckDB file, for an analyst who wants one file: as of one commit of the lake."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from warehouse.lake import open_reader
from warehouse.settings import WarehouseSettings

_MARTS = (
    "SELECT view_name AS name FROM duckdb_views() WHERE database_name = 'w' AND regexp_matches(view_name, ?) "
    "UNION SELECT table_name FROM duckdb_tables() WHERE database_name = 'w' AND regexp_matches(table_name, ?) "
    "ORDER BY name"
)
_PUBLISHED = "^(fct|rpt|dim)_"
Told = Callable[[str, int, int], None]
"""Hears which mart comes next, how many are done and how many there are."""


class ExportFault(Exception):
    """The file cannot be written; the message says the mend."""


def export(settings: WarehouseSettings, file: Path, told: Told, *, may_replace: bool) -> dict[str, int]:
    """Write the file under another name and rename it; returns the rows of each table.

    Raises :class:`ExportFault` and what :func:`warehouse.lake.open_reader` raises.
    """
    if file.exists() and not may_replace:
        raise ExportFault(f"{file} is there already; name another file, or give --overwrite")
    lake = open_reader(settings)
    draft = file.with_name(f"{file.name}.draft")
    try:
        draft.unlink(missing_ok=True)
        try:
            lake.execute(f"ATTACH '{str(draft).replace(chr(39), 2 * chr(39))}' AS plain")
        except duckdb.IOException as fault:
            raise ExportFault(f"{draft} cannot be written ({fault}); name a file in a folder that is there") from fault
        rows = _copy_marts(lake, told)
        lake.execute("DETACH plain")
    finally:
        lake.close()
    # An open DuckDB goes on reading the old file; who opens this name from now on gets the new one.
    draft.replace(file)
    return rows


def _copy_marts(lake: duckdb.DuckDBPyConnection, told: Told) -> dict[str, int]:
    """One transaction, so one snapshot of the lake: what is derived goes with what it was derived from."""
    rows: dict[str, int] = {}
    lake.execute("BEGIN TRANSACTION")
    names = [name for (name,) in lake.execute(_MARTS, [_PUBLISHED, _PUBLISHED]).fetchall()]
    for at, name in enumerate(names):
        told(name, at, len(names))
        lake.execute(f'CREATE TABLE plain."{name}" AS FROM w."{name}"')
        ((rows[name],),) = lake.execute(f'SELECT count(*) FROM plain."{name}"').fetchall()
    lake.execute("COMMIT")
    told("", len(names), len(names))
    return rows
