"""Where the dashboards room finds the lake and keeps its own files: read once from the environment.

Shared by the Superset configuration, the bootstrap and the start script, so that all three agree on one
folder and one lake. Secrets are made here, once, into files that only the owner can read.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SQLITE_LAKE = "ducklake:sqlite:"
POSTGRES_LAKE = "ducklake:postgres:"


class SettingsError(RuntimeError):
    """A setting is unusable; the message says which one and how to mend it."""


@dataclass(frozen=True)
class RoomSettings:
    """Everything the room needs to know from outside.

    `lake` is a DuckLake attach string, `lake_data` its data folder (absolute, or an object store address),
    `home` the folder of Superset's own files.
    """

    lake: str
    lake_data: str
    home: Path
    port: int
    metadata_database: str
    redis_url: str | None

    @property
    def catalogue_file(self) -> Path | None:
        """The SQLite file of the catalogue, or None where the catalogue is a PostgreSQL database."""
        if self.lake.startswith(SQLITE_LAKE):
            return Path(self.lake.removeprefix(SQLITE_LAKE))
        return None

    def secret(self, name: str) -> str:
        """Read the secret `name`; make it, mode 0600, where there is none yet."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.home / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        value = secrets.token_urlsafe(48)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(value + "\n")
        return value


def read_settings(environ: Mapping[str, str]) -> RoomSettings:
    """Build the settings from environment variables; relative paths count from the working directory.

    Raises SettingsError for a lake address of an unknown kind or a port that is no number.
    """
    var = Path(environ.get("QINGYU_VAR", "var")).resolve()
    home = var / "superset"
    lake = environ.get("QINGYU_WAREHOUSE", f"{SQLITE_LAKE}{var / 'lake' / 'catalogue.sqlite'}")
    if lake.startswith(SQLITE_LAKE):
        lake = f"{SQLITE_LAKE}{Path(lake.removeprefix(SQLITE_LAKE)).resolve()}"
    elif not lake.startswith(POSTGRES_LAKE):
        raise SettingsError(
            f"QINGYU_WAREHOUSE must start with {SQLITE_LAKE} or {POSTGRES_LAKE}; it starts otherwise. "
            "Set it to the same value the writer uses."
        )
    data = environ.get("QINGYU_WAREHOUSE_DATA", str(var / "lake" / "data"))
    port = environ.get("QINGYU_SUPERSET_PORT", "8088")
    if not port.isdecimal():
        raise SettingsError(f"QINGYU_SUPERSET_PORT must be a port number, not {port!r}.")
    return RoomSettings(
        lake=lake,
        lake_data=data if "://" in data else str(Path(data).resolve()),
        home=home,
        port=int(port),
        metadata_database=environ.get("QINGYU_SUPERSET_DATABASE", f"sqlite:///{home / 'superset.db'}"),
        redis_url=environ.get("QINGYU_SUPERSET_REDIS"),
    )
