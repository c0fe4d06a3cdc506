"""The upkeep on a real lake: what a kill left behind goes after the grace, a long reader keeps its files."""

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.support.lakes import LakeYard
from tests.support.memory_log import MemoryLog, a_return
from tests.support.small_plan import small_book
from warehouse.lake import open_reader, open_writer
from warehouse.landing import land
from warehouse.upkeep import Upkeep, inlined_rows, newest_runs
from warehouse.upkeep_rules import SMALL, WHOLE, Chore, Decision, Reason

BOOK = small_book()
AT = dt.datetime(2018, 1, 10, 8, tzinfo=dt.UTC)
REPOSITORY = Path(__file__).parents[2]
COUNT = "SELECT count(*), sum(value) FROM fct_observation"


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> LakeYard:
    return LakeYard(tmp_path_factory.mktemp("yard"))


def _upkeep(lake: duckdb.DuckDBPyConnection, *, days_later: int = 0) -> Upkeep:
    """The lake dates its snapshots and files by the machine's clock; the upkeep is handed a later one."""
    return Upkeep(lake, clock=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=days_later))


def _fill(lake: duckdb.DuckDBPyConnection, log: MemoryLog, batches: int, returns: int = 300) -> None:
    """Batches so large that their cells (two a return) go into a file each."""
    for batch in range(batches):
        for each in range(returns):
            cells = {"energy": float(each), "value-added": 1.0}
            log.send_return(a_return("output", "mill-a", cells, return_id=f"r-{batch}-{each}"), AT)
        land(lake, log.batch(BOOK))


def _files(yard: LakeYard) -> set[str]:
    return {str(file) for file in Path(yard.settings.data_path).rglob("*.parquet")}


def test_a_file_that_a_kill_left_behind_is_deleted_after_the_grace(yard: LakeYard) -> None:
    with yard.fresh() as lake:
        _fill(lake, MemoryLog(), 1)
    before = _files(yard)
    environ = {**os.environ, "QINGYU_VAR": str(Path(yard.settings.data_path).parents[1])}
    died = subprocess.run(
        [sys.executable, "-m", "tests.support.killed_insert"],
        cwd=REPOSITORY, env=environ, check=False, timeout=120,
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL
    (orphan,) = _files(yard) - before

    with open_writer(yard.settings) as lake:
        said = lake.execute(COUNT).fetchone()
        young = _upkeep(lake).look_after(Decision((Chore.ORPHANS,), Reason.ASKED))
        assert orphan in _files(yard)
        old = _upkeep(lake, days_later=2).look_after(Decision((Chore.ORPHANS,), Reason.ASKED))

        assert [run.done for run in (*young, *old)] == [0, 1]
        assert _files(yard) == before
        assert lake.execute(COUNT).fetchone() == said


def test_a_long_reader_keeps_its_files_until_the_grace_is_over(yard: LakeYard) -> None:
    log = MemoryLog()
    with yard.fresh() as lake:
        _fill(lake, log, 3)
        # 3 x (0 + 1 + ... + 299) tonnes and 900 times 1 yuan.
        expected = (1800, 3 * 44_850 + 900)
        reader = open_reader(yard.settings)
        try:
            reader.execute("BEGIN TRANSACTION")
            held = {
                path
                for (path,) in reader.execute("SELECT data_file FROM ducklake_list_files('w', 'raw_cell')").fetchall()
            }
            _upkeep(lake).look_after(Decision(WHOLE, Reason.ASKED))

            assert held <= _files(yard)
            assert reader.execute(COUNT).fetchone() == expected
            reader.execute("COMMIT")
        finally:
            reader.close()
        assert lake.execute(COUNT).fetchone() == expected

        runs = _upkeep(lake, days_later=2).look_after(Decision(WHOLE, Reason.ASKED))
        done = {run.chore: run.done for run in runs}

        assert len(held) == 3
        assert not held & _files(yard)
        assert done[Chore.EXPIRE] > 0
        assert done[Chore.CLEAN_UP] >= 3
        assert lake.execute(COUNT).fetchone() == expected


def test_what_it_cost_is_recorded_chore_by_chore(yard: LakeYard) -> None:
    log = MemoryLog()
    with yard.fresh() as lake:
        _fill(lake, log, 4)
        _upkeep(lake).look_after(Decision(SMALL, Reason.MANY_COMMITS))
        merge, write_out = newest_runs(lake, 10)

        # Four files of cells become one; what is in the others waits for more.
        assert (write_out.chore, merge.chore) == ("write-out", "merge")
        assert {write_out.reason, merge.reason} == {"many-commits"}
        assert merge.done == 4
        assert merge.files_before - merge.files_after == 3
        assert write_out.files_after == merge.files_before
        assert write_out.done > 0
        assert inlined_rows(lake) == 2  # the two runs just recorded


def test_the_writer_is_looked_after_by_the_number_of_its_commits(yard: LakeYard) -> None:
    log = MemoryLog()
    with yard.fresh() as lake:
        upkeep = Upkeep(lake)
        for _ in range(299):
            upkeep.commit_made()
        assert newest_runs(lake, 1) == []

        upkeep.commit_made()

        assert {run.reason for run in newest_runs(lake, 10)} == {"many-commits"}
        _fill(lake, log, 1, returns=1)
        upkeep.commit_made()
        upkeep.when_idle()
        assert len(newest_runs(lake, 20)) == len(WHOLE), "so soon again, and for a few rows only"
