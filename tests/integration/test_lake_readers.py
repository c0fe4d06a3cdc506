"""Readers beside the writer: whole commits only, in another process, and nothing is lost by the upkeep."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.lakes import LakeYard, work_off
from tests.support.memory_log import MemoryLog, a_return
from tests.support.small_plan import small_book, small_plan
from warehouse.lake import open_reader
from warehouse.landing import land
from warehouse.sources import check_accounts
from warehouse.state_hash import state_hashes
from warehouse.upkeep import Upkeep

BOOK = small_book()
AT = dt.datetime(2018, 1, 10, 8, tzinfo=dt.UTC)
OUTPUT = {"energy": 1.5, "value-added": 3.0}
REPOSITORY = Path(__file__).parents[2]
BATCHES = 50


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> LakeYard:
    return LakeYard(tmp_path_factory.mktemp("yard"))


def _fill(log: MemoryLog, batch: int) -> None:
    """Three messages on three partitions: two returns with three cells together, and a dead letter."""
    sent = a_return("output", "mill-a", OUTPUT, return_id=f"r-{batch}")
    log.send_return(sent, AT, partition=0)
    log.send_return(a_return("growth", "bureau", {"rate": 1.0}, return_id=f"r-{batch}"), AT, partition=1)
    log.send("returns.output.gateway", b"{", AT, partition=1)


def test_a_reader_in_another_process_never_sees_half_a_commit(yard: LakeYard, tmp_path: Path) -> None:
    log = MemoryLog()
    stop = tmp_path / "stop"
    environ = {**os.environ, "QINGYU_VAR": str(Path(yard.settings.data_path).parents[1])}
    with yard.fresh() as lake:
        reader = subprocess.Popen(
            [sys.executable, "-m", "tests.support.poll_lake", str(stop)],
            cwd=REPOSITORY,
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "begun\n"
            for batch in range(BATCHES):
                _fill(log, batch)
                land(lake, log.batch(BOOK))
            stop.touch()
            said, _ = reader.communicate(timeout=60)
        finally:
            reader.kill()
            reader.wait()
        total = check_accounts(lake)

    found = json.loads(said)
    assert total.consumed == 3 * BATCHES
    assert found["torn"] == []
    # It really looked in between, and a new commit is seen without opening the lake again.
    assert len(found["seen"]) > 2
    assert found["seen"][-1] == 3 * BATCHES
    assert all(rows % 3 == 0 for rows in found["seen"])


def test_an_open_transaction_keeps_what_it_began_with(yard: LakeYard) -> None:
    log = MemoryLog()
    count = "SELECT count(*) FROM fct_observation"
    with yard.fresh() as lake:
        reader = open_reader(yard.settings)
        try:
            reader.execute("BEGIN TRANSACTION")
            before = reader.execute(count).fetchone()
            _fill(log, 0)
            land(lake, log.batch(BOOK))
            during = reader.execute(count).fetchone()
            reader.execute("COMMIT")
            after = reader.execute(count).fetchone()
        finally:
            reader.close()

    assert (before, during, after) == ((0,), (0,), (3,))


def test_upkeep_keeps_everything_readable_and_the_state_equal(yard: LakeYard) -> None:
    log = MemoryLog()
    log.plan(small_plan())
    log.tick(dt.date(2018, 2, 1))
    with yard.fresh() as lake:
        upkeep = Upkeep(lake)
        for batch in range(6):
            _fill(log, batch)
            work_off(lake, log, BOOK)
            upkeep.commit_made()
        reader = open_reader(yard.settings)
        try:
            reader.execute("BEGIN TRANSACTION")
            before = state_hashes(reader)

            upkeep.when_idle()

            during = state_hashes(reader)
            reader.execute("COMMIT")
            after = state_hashes(reader)
        finally:
            reader.close()
        total = check_accounts(lake)

    # Six returns with two cells and six with one.
    assert before["fct_observation"][0] == 18
    assert before == during == after
    assert total.consumed == 20


def test_upkeep_writes_small_commits_out_once(yard: LakeYard) -> None:
    data = Path(yard.settings.data_path)
    log = MemoryLog()
    with yard.fresh() as lake:
        upkeep = Upkeep(lake)
        for batch in range(10):
            _fill(log, batch)
            land(lake, log.batch(BOOK))
        assert list(data.rglob("raw_cell/*.parquet")) == []
        upkeep.commit_made()
        upkeep.when_idle()
        written = sorted(data.rglob("*.parquet"))
        snapshot = "SELECT max(snapshot_id) FROM w.snapshots()"
        newest = lake.execute(snapshot).fetchone()

        upkeep.when_idle()

        assert len([file for file in written if file.parent.name == "raw_cell"]) == 1
        assert sorted(data.rglob("*.parquet")) == written
        assert lake.execute(snapshot).fetchone() == newest


def test_upkeep_runs_in_one_thread_and_gives_the_others_back(yard: LakeYard) -> None:
    """More than one thread in DuckLake's flush corrupts the heap, too rarely for a test to wait for it."""
    log = MemoryLog()
    with yard.fresh() as lake:
        lake.execute("SET threads = 3")
        upkeep = Upkeep(lake)
        _fill(log, 0)
        land(lake, log.batch(BOOK))
        upkeep.commit_made()
        lake.execute("CALL enable_logging('QueryLog')")

        upkeep.when_idle()

        lake.execute("CALL disable_logging()")
        said = lake.execute(
            "SELECT message FROM duckdb_logs WHERE message LIKE 'SET threads%' OR message LIKE 'CALL ducklake%' "
            "ORDER BY timestamp, query_id"
        ).fetchall()
        threads = lake.execute("SELECT current_setting('threads')").fetchone()

    assert said[0] == ("SET threads = 1",)
    assert ("CALL ducklake_flush_inlined_data('w')",) in said
    assert said[-1] == ("SET threads = 3",)
    assert len([text for (text,) in said if text.startswith("SET")]) == 2
    assert threads == (3,)
