"""A rebuild that would swallow news is refused, before anything is read or made; and the commands say so plainly."""

import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

import qingyu
from consumers.rebuild import RebuildFault, rebuild
from tests.support.lakes import LakeYard, derive_unaudited
from tests.support.memory_log import MemoryLog
from tests.support.small_plan import small_book, small_plan
from warehouse.landing import land

BOOK = small_book()
NOW = dt.datetime(2018, 3, 1, tzinfo=dt.UTC)


def quiet(*_: object) -> None:
    """Hears and says nothing."""


def test_what_nobody_was_told_yet_is_not_muted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    yard = LakeYard(tmp_path)
    var = Path(yard.settings.data_path).parents[1]
    log = MemoryLog()
    with yard.fresh() as lake:
        log.plan(small_plan())
        log.tick(dt.date(2017, 1, 2))
        log.report("growth", "bureau", {"rate": 4.5}, dt.datetime(2018, 1, 10, tzinfo=dt.UTC))
        land(lake, log.batch(BOOK))
    with pytest.raises(RebuildFault, match=r"1 derivations to make.*until-idle.*--announce"):
        rebuild({"QINGYU_VAR": str(var)}, NOW, quiet, announces=False, compare=False, drop_old=False)

    assert not list((var / "lake").glob("*rebuilding*"))
    monkeypatch.setenv("QINGYU_VAR", str(var))
    for command, said in (
        (["retain"], "let the writer finish first"),
        (["rebuild"], "let the writer finish"),
        (["restore", str(tmp_path / "none")], "no backup of ours"),
    ):
        done = CliRunner().invoke(qingyu.app, ["warehouse", *command])
        assert (done.exit_code, said in done.output) == (1, True), done.output


def test_without_a_lake_nobody_can_tell_what_was_announced(tmp_path: Path) -> None:
    with pytest.raises(RebuildFault, match=r"no lake at .*--announce.*drop the repeats"):
        rebuild({"QINGYU_VAR": str(tmp_path)}, NOW, quiet, announces=False, compare=False, drop_old=False)


def test_the_commands_on_a_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    yard = LakeYard(tmp_path)
    log = MemoryLog()
    with yard.fresh() as lake:
        log.plan(small_plan())
        log.tick(dt.date(2017, 1, 2))
        land(lake, log.batch(BOOK))
        derive_unaudited(lake, BOOK)
    monkeypatch.setenv("QINGYU_VAR", str(Path(yard.settings.data_path).parents[1]))
    for command, said in (
        (["upkeep"], "write-out"),
        (["upkeep", "--show", "--limit", "1"], "orphans"),
        (["retain", "--dry-run"], "nothing to roll up"),
        (["export", str(tmp_path / "marts.duckdb")], "exported"),
        (["backup", str(tmp_path / "kept")], "backed up"),
        (["restore", str(tmp_path / "kept"), "--replace"], "the lake that was there"),
    ):
        done = CliRunner().invoke(qingyu.app, ["warehouse", *command])
        assert (done.exit_code, said in done.output) == (0, True), done.output
