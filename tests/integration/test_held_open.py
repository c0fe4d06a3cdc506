"""While a writer works, no connection to the SQLite catalogue that closes is the last one, so nobody waits for another.

SQLite's log beside the catalogue tells: the last connection that may write copies it back and deletes it.
"""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.lakes import LakeYard
from warehouse.held_open import NotHeld, held_open
from warehouse.lake import open_reader, open_writer, transaction

REPOSITORY = Path(__file__).parents[2]
_HOLD = """
import sys
from pathlib import Path
from warehouse.held_open import held_open
with held_open(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
_ENDS_WITHIN_S = 20


@pytest.fixture
def catalogue(tmp_path: Path) -> tuple[LakeYard, Path]:
    yard = LakeYard(tmp_path)
    with yard.fresh():
        pass
    assert yard.settings.catalogue_file is not None
    return yard, yard.settings.catalogue_file


def _look_and_commit(yard: LakeYard) -> None:
    reader = open_reader(yard.settings)
    reader.execute("SELECT count(*) FROM watched_until").fetchall()
    reader.close()
    with open_writer(yard.settings) as lake, transaction(lake):
        lake.execute("INSERT INTO watched_until VALUES ('plan', 'hash', DATE '2018-01-10')")


def _children(parent: int) -> set[int]:
    return {int(each) for each in Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8").split()}


def test_held_open_the_log_stays_when_everybody_has_closed(catalogue: tuple[LakeYard, Path]) -> None:
    yard, file = catalogue
    log = file.with_name(f"{file.name}-wal")

    _look_and_commit(yard)
    assert not log.exists()

    with held_open(file):
        _look_and_commit(yard)
        assert log.exists()

    # What held it leaves the end to the next that writes.
    assert log.exists()
    _look_and_commit(yard)
    assert not log.exists()


def test_what_holds_it_ends_with_a_writer_that_is_killed_and_touches_nothing(catalogue: tuple[LakeYard, Path]) -> None:
    _, file = catalogue
    writer = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(file)],
        cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert writer.stdout is not None
    assert writer.stdout.readline() == "held\n"
    (holder,) = _children(writer.pid)
    ended = os.pidfd_open(holder)
    there = sorted(each.name for each in file.parent.iterdir())

    writer.kill()
    writer.communicate()

    (has_ended, _, _) = select.select([ended], [], [], _ENDS_WITHIN_S)
    os.close(ended)
    assert has_ended, "it outlives its writer"
    assert sorted(each.name for each in file.parent.iterdir()) == there


def test_it_stays_when_the_terminal_or_the_system_ends_the_writer_first(catalogue: tuple[LakeYard, Path]) -> None:
    """A writer that is told to stop lands what it has in hand; until then the catalogue is held."""
    yard, file = catalogue
    others = _children(os.getpid())
    with held_open(file):
        (holder,) = _children(os.getpid()) - others
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(holder, number)
        _look_and_commit(yard)
        assert file.with_name(f"{file.name}-wal").exists()


def test_a_catalogue_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "catalogue.sqlite"
    with pytest.raises(NotHeld, match="could not be held open"), held_open(missing):
        pass
    assert not missing.exists()
