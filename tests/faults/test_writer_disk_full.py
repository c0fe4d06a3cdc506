"""The disk under the lake is full: the writer ends with a sentence, and goes on when there is room; nothing is half.

A small tmpfs stands in for the disk, where the machine lets the test mount one (as root).
"""

import datetime as dt
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from consumers.stopping import stopping_faults
from tests.support.lakes import derive_unaudited, lake_settings
from tests.support.memory_log import MemoryLog
from tests.support.small_plan import UNITS, small_book
from warehouse.lake import open_writer
from warehouse.landing import land
from warehouse.migrations import migrate
from warehouse.sources import check_accounts
from warehouse.state_hash import state_hashes

pytestmark = [pytest.mark.faults]

BOOK = small_book()
RETURNS = 24
DISK_BYTES = 16_000_000
FIRST = dt.datetime(2018, 1, 2, tzinfo=dt.UTC)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "qingyu-test", str(folder)],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode()}")
    yield folder
    # Lazily: what the failed writer had open is given back by its process only.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _log() -> MemoryLog:
    log = MemoryLog()
    for day in range(RETURNS):
        at = FIRST + dt.timedelta(days=day)
        for unit in UNITS[:2]:
            log.report("output", unit, {"energy": day + 0.5, "value-added": 3.0}, at)
    return log


def _work(folder: Path, log: MemoryLog) -> None:
    """A writer from its start to the end of the log, landing a few messages at a time."""
    with open_writer(lake_settings(folder)) as lake:
        migrate(lake)
        log.stand_where(lake)
        while (batch := log.batch(BOOK, 5)).spans:
            land(lake, batch)
            derive_unaudited(lake, BOOK)


def _ends_with(folder: Path, log: MemoryLog) -> int:
    """Exit code of a writer that a fault ends. Nothing of it is held: what it raised would keep the lake open."""
    try:
        with stopping_faults():
            _work(folder, log)
    except typer.Exit as ended:
        return ended.exit_code
    return 0


def test_a_full_disk_ends_the_writer_and_costs_nothing(
    small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calm = tmp_path / "calm"
    _work(calm, _log())
    log = _log()
    filler = small_disk / "something-else"
    with open_writer(lake_settings(small_disk)) as lake:
        migrate(lake)
    found = os.statvfs(small_disk)
    # Room for some of the commits, not for all.
    filler.write_bytes(b"x" * (found.f_bavail * found.f_frsize - 120_000))

    assert _ends_with(small_disk, log) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "full" in said or "No space left" in said
    assert "make room" in said
    filler.unlink()
    with open_writer(lake_settings(small_disk)) as lake:
        landed = check_accounts(lake).landed
    assert 0 < landed < 2 * RETURNS

    _work(small_disk, log)

    with open_writer(lake_settings(small_disk)) as lake, open_writer(lake_settings(calm)) as undisturbed:
        assert check_accounts(lake) == check_accounts(undisturbed)
        assert state_hashes(lake) == state_hashes(undisturbed)
