"""Export, backup, restore: whole commits in one file or folder, checked on the way back, and nothing overwritten."""

import datetime as dt
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.support.lakes import LakeYard, work_off
from tests.support.memory_log import MemoryLog
from tests.support.small_plan import small_book, small_plan
from warehouse.backup import BackupFault, back_up, restore
from warehouse.export import ExportFault, export
from warehouse.lake import LakeMissing, WriterBusy, open_reader, open_writer
from warehouse.placing import LakeFiles, NotLocal
from warehouse.settings import WarehouseSettings
from warehouse.sources import read_sources
from warehouse.state_hash import state_hashes
from warehouse.upkeep import Upkeep
from warehouse.upkeep_rules import SMALL, WHOLE, Decision, Reason

BOOK = small_book()
AT = dt.datetime(2018, 1, 10, 8, tzinfo=dt.UTC)
NOW = dt.datetime(2018, 3, 1, 4, 5, 6, tzinfo=dt.UTC)
POSTGRES = WarehouseSettings("ducklake:postgres:dbname=lake password=secret", "/data/")


def quiet(*_: object) -> None:
    """Hears and says nothing."""


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    """What the lake of the yard has landed."""
    return MemoryLog()


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory, log: MemoryLog) -> LakeYard:
    """A plan, a growth rate and two mills; written out to files, and one more tick that stays in the catalogue."""
    made = LakeYard(tmp_path_factory.mktemp("yard"))
    with made.fresh() as lake:
        log.plan(small_plan())
        log.report("growth", "bureau", {"rate": 4.5}, AT)
        for mill in ("mill-a", "mill-b"):
            log.report("output", mill, {"energy": 1.5, "value-added": 3.0}, AT)
        work_off(lake, log, BOOK)
        Upkeep(lake).look_after(Decision(SMALL, Reason.ASKED))
        log.tick(dt.date(2018, 2, 1))
        work_off(lake, log, BOOK)
    made.keep()
    return made


def _hashes(settings: WarehouseSettings) -> dict[str, tuple[int, str]]:
    lake = open_reader(settings)
    try:
        return state_hashes(lake)
    finally:
        lake.close()


def test_an_export_holds_every_mart_of_one_commit(yard: LakeYard, tmp_path: Path) -> None:
    file = tmp_path / "晴雨 mart's.duckdb"
    told: list[str] = []
    with yard.fresh() as lake:
        marts = {
            name
            for (name,) in lake.execute(
                "SELECT view_name FROM duckdb_views() WHERE view_name LIKE 'fct%' OR view_name LIKE 'rpt%' "
                "UNION SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'dim%'"
            ).fetchall()
        }
        rows = export(yard.settings, file, lambda name, *_: told.append(name), may_replace=False)

    with duckdb.connect(str(file), read_only=True) as plain:
        tables = dict(plain.execute("SELECT table_name, estimated_size FROM duckdb_tables()").fetchall())
        values = plain.execute(
            "SELECT indicator_id, CAST(value AS DOUBLE), verdict FROM fct_indicator_value "
            "WHERE value IS NOT NULL ORDER BY indicator_id"
        ).fetchall()
        observed = plain.execute("SELECT count(*) FROM fct_observation").fetchone()

    assert set(rows) == set(tables) == marts == set(told) - {""}
    # 2 x 1.5 tce / 2 x 3 yuan; the rate as published.
    assert values == [("intensity", 0.5, "passed"), ("rate", 4.5, "passed")]
    assert observed == (5,)
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_an_export_replaces_a_file_only_when_told(yard: LakeYard, tmp_path: Path) -> None:
    file = tmp_path / "marts.duckdb"
    file.write_text("of an analyst")
    with yard.fresh():
        with pytest.raises(ExportFault, match="--overwrite"):
            export(yard.settings, file, quiet, may_replace=False)
        assert file.read_text() == "of an analyst"

        export(yard.settings, file, quiet, may_replace=True)
        with pytest.raises(ExportFault, match="a folder that is there"):
            export(yard.settings, tmp_path / "none" / "marts.duckdb", quiet, may_replace=False)

    with duckdb.connect(str(file), read_only=True) as plain:
        assert plain.execute("SELECT count(*) FROM dim_form").fetchone() == (3,)


def test_a_backup_beside_the_writer_is_restored_to_the_commit_it_holds(
    yard: LakeYard, log: MemoryLog, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    with yard.fresh() as lake:
        expected = state_hashes(lake)
        manifest = back_up(yard.settings, kept, NOW, quiet)
        # The writer goes on; its upkeep puts the files just copied out of use.
        log.report("growth", "bureau", {"rate": 9.0}, AT)
        work_off(lake, log, BOOK)
        Upkeep(lake).look_after(Decision(WHOLE, Reason.ASKED))
        later = state_hashes(lake)

    assert later != expected
    assert len(manifest.files) > 1
    assert (
        manifest.bytes
        == sum(file.stat().st_size for file in kept.rglob("*") if file.is_file())
        - (kept / "manifest.json").stat().st_size
    )

    done = restore(yard.settings, kept, NOW, quiet, may_replace=True)

    assert _hashes(yard.settings) == expected
    # What was there went aside and can still be opened, under the path that it is told it has now.
    assert done.moved_to is not None
    assert done.moved_to.data.name == "data.old-20180301T040506Z"
    assert _hashes(done.moved_to.settings) == later
    # The writer goes on from the offsets in it: what the destroyed lake had landed since is read again.
    with open_writer(yard.settings) as lake:
        log.rewind_to({place: row.next_offset for place, row in read_sources(lake).items()})
        work_off(lake, log, BOOK)
        assert state_hashes(lake) == later


def test_a_backup_is_restored_elsewhere(yard: LakeYard, tmp_path: Path) -> None:
    with yard.fresh() as lake:
        expected = state_hashes(lake)
        back_up(yard.settings, tmp_path / "kept", NOW, quiet)
    elsewhere = WarehouseSettings.from_environ({"QINGYU_VAR": str(tmp_path / "new machine")})

    done = restore(elsewhere, tmp_path / "kept", NOW, quiet, may_replace=False)

    assert done.moved_to is None
    assert done.manifest.data_path == yard.settings.data_path != elsewhere.data_path
    assert _hashes(elsewhere) == expected


@pytest.mark.parametrize("hurt", ["changed", "missing"])
def test_a_hurt_backup_is_refused_and_the_lake_stays(yard: LakeYard, tmp_path: Path, hurt: str) -> None:
    with yard.fresh() as lake:
        expected = state_hashes(lake)
        back_up(yard.settings, tmp_path / "kept", NOW, quiet)
    victim = min((tmp_path / "kept" / "data").rglob("*.parquet"))
    if hurt == "changed":
        victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    else:
        victim.unlink()

    with pytest.raises(BackupFault, match=victim.name):
        restore(yard.settings, tmp_path / "kept", NOW, quiet, may_replace=True)

    assert _hashes(yard.settings) == expected


def test_what_is_not_safe_is_refused(yard: LakeYard, tmp_path: Path) -> None:
    nowhere = WarehouseSettings.from_environ({"QINGYU_VAR": str(tmp_path / "nowhere")})
    with pytest.raises(LakeMissing, match="start the writer"):
        back_up(nowhere, tmp_path / "kept", NOW, quiet)
    with yard.fresh():
        back_up(yard.settings, tmp_path / "kept", NOW, quiet)
        with pytest.raises(BackupFault, match="there already"):
            back_up(yard.settings, tmp_path / "kept", NOW, quiet)
        with pytest.raises(WriterBusy, match="another writer"):
            restore(yard.settings, tmp_path / "kept", NOW, quiet, may_replace=True)
    with pytest.raises(BackupFault, match="--replace"):
        restore(yard.settings, tmp_path / "kept", NOW, quiet, may_replace=False)
    with pytest.raises(BackupFault, match="no backup of ours"):
        restore(yard.settings, tmp_path, NOW, quiet, may_replace=True)
    for settings, mend in (
        (POSTGRES, "pg_dump"),
        (WarehouseSettings("ducklake:sqlite:/x", "s3://lake/"), "the store's own"),
    ):
        with pytest.raises(NotLocal, match=mend) as said:
            back_up(settings, tmp_path / "other", NOW, quiet)
        assert "secret" not in str(said.value)


def test_a_lake_of_which_a_file_is_gone_is_not_backed_up_by_half(yard: LakeYard, tmp_path: Path) -> None:
    with yard.fresh():
        files = LakeFiles.of(yard.settings)
        shutil.move(min(files.data.rglob("*.parquet")), tmp_path / "gone")

        with pytest.raises(BackupFault, match="is missing"):
            back_up(yard.settings, tmp_path / "kept", NOW, quiet)

    assert not (tmp_path / "kept").exists()
