"""A copy of the lake, made while the writer runs, and the way back.

The order of a backup:

1. copy the catalogue as it is at one moment (SQLite's own online backup): whole commits only;
2. copy the data files which that copy refers to. Files are never changed once written, and those that upkeep puts out
   of use stay on the disk for a day's grace, so all of them are still there;
3. write down size and digest of each file, and only then give the folder its name: a folder of that name is whole.
"""

import datetime as dt
import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec

from warehouse.lake import LakeMissing, writer_lock
from warehouse.migrations import sql
from warehouse.placing import LakeFiles, put_in_place
from warehouse.settings import WarehouseSettings

CATALOGUE, DATA, MANIFEST = "catalogue.sqlite", "data", "manifest.json"
_CHUNK = 1 << 20
Told = Callable[[int, int], None]
"""Hears bytes done and bytes to do."""


class BackupFault(Exception):
    """The backup cannot be made or put back; the message says why and the mend."""


class KeptFile(msgspec.Struct, frozen=True):
    """One file of a backup, by its path in the folder."""

    path: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds. ``snapshot_id``: the newest commit in it."""

    made_at: dt.datetime
    data_path: str
    snapshot_id: int
    files: tuple[KeptFile, ...]

    @property
    def bytes(self) -> int:
        """Of all its files."""
        return sum(file.bytes for file in self.files)


class Restored(msgspec.Struct, frozen=True):
    """What was put back, and where the lake that was there went (None: there was none)."""

    manifest: Manifest
    moved_to: LakeFiles | None


def back_up(settings: WarehouseSettings, folder: Path, now: dt.datetime, told: Told) -> Manifest:
    """Copy the lake into a new folder; raises :class:`BackupFault`, :class:`LakeMissing`, ``NotLocal``."""
    lake = LakeFiles.of(settings)
    if not lake.catalogue.exists():
        raise LakeMissing(f"no lake at {lake.catalogue}; start the writer first: qingyu writer run")
    if folder.exists():
        raise BackupFault(f"{folder} is there already; name a folder that is not")
    draft = folder.with_name(f"{folder.name}.draft")
    if draft.exists():
        shutil.rmtree(draft)
    (draft / DATA).mkdir(parents=True)
    wanted, snapshot_id = _copy_catalogue(lake.catalogue, draft / CATALOGUE)
    kept = [KeptFile(CATALOGUE, (draft / CATALOGUE).stat().st_size, _digest(draft / CATALOGUE))]
    todo, done = sum(wanted.values()), 0
    for path, size in wanted.items():
        copied = _copy(lake.data / path, draft / DATA / path)
        if copied.bytes != size:
            raise BackupFault(
                f"{lake.data / path} has {copied.bytes} bytes, the catalogue says {size}; the lake is hurt"
            )
        kept.append(msgspec.structs.replace(copied, path=f"{DATA}/{path}"))
        done += size
        told(done, todo)
    manifest = Manifest(now, settings.data_path, snapshot_id, tuple(kept))
    (draft / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    draft.rename(folder)
    return manifest


def restore(settings: WarehouseSettings, folder: Path, now: dt.datetime, told: Told, *, may_replace: bool) -> Restored:
    """Check a backup file by file and put it where the settings say; a lake that is there goes aside, if it may.

    Raises :class:`BackupFault`, ``WriterBusy``, ``NotLocal``.
    """
    place = LakeFiles.of(settings)
    manifest = _read_manifest(folder)
    with writer_lock(place.catalogue):
        if place.catalogue.exists() and not may_replace:
            raise BackupFault(f"there is a lake at {place.catalogue}; --replace moves it aside first")
        draft = place.aside("restoring")
        _clear(draft)
        draft.data.mkdir(parents=True)
        done = 0
        for file in manifest.files:
            target = draft.catalogue if file.path == CATALOGUE else draft.data / Path(file.path).relative_to(DATA)
            copied = _copy(folder / file.path, target)
            if (copied.bytes, copied.sha256) != (file.bytes, file.sha256):
                raise BackupFault(f"{folder / file.path} is not as the manifest says; use another backup")
            done += file.bytes
            told(done, manifest.bytes)
        old = place.aside(f"old-{now:%Y%m%dT%H%M%SZ}")
        return Restored(manifest, old if put_in_place(draft, place, old) else None)


def _copy_catalogue(source: Path, target: Path) -> tuple[dict[str, int], int]:
    """Copy it; returns the data files it refers to with their sizes, and its newest snapshot."""
    with closing(sqlite3.connect(source)) as opened, closing(sqlite3.connect(target)) as copy:
        opened.backup(copy)
        if copy.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            raise BackupFault(f"{source} is hurt; put an earlier backup back, or rebuild: qingyu warehouse rebuild")
        files = dict(copy.execute(sql("backup/data_file")).fetchall())
        ((snapshot_id,),) = copy.execute("SELECT max(snapshot_id) FROM ducklake_snapshot").fetchall()
    return files, snapshot_id


def _copy(source: Path, target: Path) -> KeptFile:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError as gone:
        raise BackupFault(f"{source} is missing: the copy would not be whole; try again, or use another one") from gone
    return KeptFile("", target.stat().st_size, _digest(target))


def _digest(file: Path) -> str:
    made = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            made.update(chunk)
    return made.hexdigest()


def _read_manifest(folder: Path) -> Manifest:
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as fault:
        raise BackupFault(f"{folder} is no backup of ours ({fault}); name the folder that backup made") from fault


def _clear(files: LakeFiles) -> None:
    files.catalogue.unlink(missing_ok=True)
    if files.data.exists():
        shutil.rmtree(files.data)
