"""Put a lake in the place of another: on one machine, with a SQLite catalogue and a data folder.

The order, so that a crash at any moment leaves no catalogue with another lake's files:

1. the new catalogue is told the data path it will have: DuckLake opens a lake only at the path that is written in it;
2. the old catalogue goes aside, then the old data: from here on there is no lake, and readers are told so;
3. the new data come, then the new catalogue: there is a lake again;
4. the old catalogue is told where its data are now, so that it can still be opened.

Whoever calls this holds the writer's lock of the place. Its file stays where it is.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from warehouse.settings import WarehouseSettings

_SIDE_FILES = ("", "-wal", "-shm")


class NotLocal(Exception):
    """The lake's files are not on this machine's disk; the message says how it is done instead."""


class LakeFiles(msgspec.Struct, frozen=True):
    """Catalogue file and data folder of a lake on this machine. The data path counts to the letter."""

    catalogue: Path
    data_path: str

    @classmethod
    def of(cls, settings: WarehouseSettings) -> "LakeFiles":
        """Where a lake is by its settings; raises :class:`NotLocal`."""
        catalogue = settings.catalogue_file
        if catalogue is None:
            raise NotLocal(
                "the catalogue is in PostgreSQL: stop the writers, copy it with pg_dump and the data path with it "
                "(docs/runbooks/operate.md); to make the lake anew, empty the database and start the writers"
            )
        if "://" in settings.data_path:
            raise NotLocal(
                f"the data are in an object store ({settings.data_path}): copy the catalogue's file and the data path "
                "with the store's own tools, the writer stopped (docs/runbooks/operate.md)"
            )
        return cls(catalogue, settings.data_path)

    def aside(self, mark: str) -> "LakeFiles":
        """The same lake under names beside, on the same disk."""
        data = self.data.with_name(f"{self.data.name}.{mark}")
        return LakeFiles(self.catalogue.with_name(f"{self.catalogue.name}.{mark}"), f"{data}/")

    @property
    def data(self) -> Path:
        """The data folder."""
        return Path(self.data_path)

    @property
    def settings(self) -> WarehouseSettings:
        """Settings that open this lake."""
        return WarehouseSettings(f"ducklake:sqlite:{self.catalogue}", self.data_path)


def put_in_place(new: LakeFiles, place: LakeFiles, old: LakeFiles) -> bool:
    """Move ``new`` to ``place``, and what was there to ``old``; returns whether anything was."""
    set_data_path(new.catalogue, place.data_path)
    was_there = place.catalogue.exists()
    _move_catalogue(place.catalogue, old.catalogue)
    if place.data.exists():
        place.data.rename(old.data)
    new.data.rename(place.data)
    _move_catalogue(new.catalogue, place.catalogue)
    if was_there:
        set_data_path(old.catalogue, old.data_path)
    return was_there


def set_data_path(catalogue: Path, data_path: str) -> None:
    """Write into a catalogue where its data are; the files' own paths are relative to that."""
    with closing(sqlite3.connect(catalogue)) as opened, opened:
        opened.execute("UPDATE ducklake_metadata SET value = ? WHERE key = 'data_path'", [data_path])


def _move_catalogue(source: Path, target: Path) -> None:
    for suffix in _SIDE_FILES:
        file = source.with_name(source.name + suffix)
        if file.exists():
            file.rename(target.with_name(target.name + suffix))
