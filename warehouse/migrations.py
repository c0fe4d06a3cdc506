"""Bring a lake to the newest shape: small, ordered, recorded migrations; views and table macros are laid anew."""

import re
from pathlib import Path

import duckdb

from plan.canonical import digest
from plan.words import word_rows
from warehouse.lake import transaction
from warehouse.measures import measure_rows

SQL = Path(__file__).parent / "sql"
_VIEW_ORDER = (
    "staging/*.sql",
    "marts/fct_*.sql",
    "marts/return_as_of.sql",
    "marts/*_as_of.sql",
    "marts/rpt_energy_intensity.sql",
    "marts/rpt_path.sql",
    "marts/rpt_alert.sql",
    "marts/rpt_*.sql",
)
"""Views and table macros that others read come first: rpt_barometer reads rpt_path and rpt_alert,
rpt_energy_driver reads rpt_energy_intensity.
"""


class MigrationFault(Exception):
    """The lake is newer than this program; the message says so."""


def migrate(lake: duckdb.DuckDBPyConnection) -> tuple[int, ...]:
    """Apply the migrations not yet recorded, each in a transaction, and lay the views; returns their numbers."""
    fresh = apply_migrations(lake, SQL / "migrations")
    lay_views(lake)
    return fresh


def apply_migrations(lake: duckdb.DuckDBPyConnection, folder: Path) -> tuple[int, ...]:
    """Apply the migrations of a folder that are not yet recorded; a failing one leaves what the others made."""
    lake.execute("CREATE TABLE IF NOT EXISTS migration (number INTEGER NOT NULL, name VARCHAR NOT NULL)")
    done = {number for (number,) in lake.execute("SELECT number FROM migration").fetchall()}
    files = {_number(file): file for file in sorted(folder.glob("*.sql"))}
    if unknown := done - files.keys():
        raise MigrationFault(
            f"the lake has migrations {sorted(unknown)} that this program does not know; use the newer program"
        )
    fresh = tuple(number for number in files if number not in done)
    for number in fresh:
        with transaction(lake):
            lake.execute(files[number].read_text(encoding="utf-8"))
            lake.execute("INSERT INTO migration VALUES (?, ?)", [number, files[number].stem])
    return fresh


def lay_views(lake: duckdb.DuckDBPyConnection) -> None:
    """Lay the views, the table macros, the words and the measures anew when they differ from those in the lake."""
    wanted = [file.read_text(encoding="utf-8") for file in _view_files()]
    lake.execute("CREATE TABLE IF NOT EXISTS laid_views (digest VARCHAR NOT NULL)")
    stamp = digest(*wanted, repr(word_rows()), repr(measure_rows()))
    if lake.execute("SELECT digest FROM laid_views").fetchall() == [(stamp,)]:
        return
    with transaction(lake):
        for text in wanted:
            lake.execute(text)
        lake.execute("DELETE FROM dim_word")
        lake.executemany("INSERT INTO dim_word VALUES (?, ?, ?, ?, ?)", [list(row) for row in word_rows()])
        lake.execute("DELETE FROM dim_measure")
        lake.executemany("INSERT INTO dim_measure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", measure_rows())
        lake.execute("DELETE FROM laid_views")
        lake.execute("INSERT INTO laid_views VALUES (?)", [stamp])


def sql(name: str) -> str:
    """Text of a statement under ``warehouse/sql``, by its path without the suffix."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def _view_files() -> list[Path]:
    ordered: dict[Path, None] = {}
    for pattern in _VIEW_ORDER:
        ordered.update(dict.fromkeys(sorted(SQL.glob(pattern))))
    return list(ordered)


def _number(file: Path) -> int:
    found = re.match(r"(\d{4})_", file.name)
    if found is None:
        raise MigrationFault(f"{file.name}: a migration's name begins with its four-digit number")
    return int(found[1])
