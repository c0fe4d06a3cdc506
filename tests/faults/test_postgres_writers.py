"""Several writers on one lake whose catalogue is in PostgreSQL: they are killed and they hang, and the lake is as ever.

The undisturbed lake beside it has a SQLite catalogue and one writer: the same log, the same hash. What is done to the
writers is set off by progress (rounds called, commits made), not by the clock.
"""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest

from tests.support.pipeline import Pipeline
from tests.support.postgres import LocalPostgres
from warehouse.lake import open_reader
from warehouse.settings import WarehouseSettings
from warehouse.sources import check_accounts, read_sources

pytestmark = [pytest.mark.broker, pytest.mark.faults, pytest.mark.timeout(300)]

FEED = ("feed", "published", "--plan", "plan/henan-2016-2020", "--until", "2017-12-31")
WITHIN_S = 90
T = TypeVar("T")
_HELD = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND {} ORDER BY pid"
LEADS, LIVES, LANDS = "objid::int = 1", "objid::int = 3", "objid::int >= 100"


class Installation:
    """Writers of one lake on PostgreSQL, each known by the number of its session."""

    def __init__(self, pipeline: Pipeline, address: str) -> None:
        self.pipeline = pipeline
        self.writers: dict[int, subprocess.Popen[bytes]] = {}
        self.started: list[subprocess.Popen[bytes]] = []
        self._operator = psycopg.connect(address, autocommit=True)

    def start(self) -> int:
        """Start a writer; returns its number when it has joined the others."""
        before = set(self.who(LIVES))
        process = self.pipeline.start("writer", "run", "--batch", "20")
        self.started.append(process)
        (joined,) = self.wait(lambda: set(self.who(LIVES)) - before, "a writer joins")
        self.writers[joined] = process
        return joined

    def who(self, what: str) -> list[int]:
        """Numbers of the writers that hold such locks, once for each lock."""
        return [pid for (pid,) in self._operator.execute(_HELD.format(what).encode()).fetchall()]

    def leader(self) -> int:
        """The writer that derives, when there is one."""
        return self.wait(lambda: self.who(LEADS), "a writer leads")[0]

    def commits(self) -> int:
        """Number of the newest commit of the lake."""
        return self._operator.execute("SELECT max(snapshot_id) FROM ducklake_snapshot").fetchone()[0]

    def wait_commits(self, more: int) -> None:
        """Wait until so many more commits are made."""
        goal = self.commits() + more
        self.wait(lambda: self.commits() >= goal, f"{more} more commits")

    def kill(self, number: int) -> None:
        """Kill a writer and see that what it held goes to others."""
        process = self.writers.pop(number)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.wait(lambda: number not in self.who("true"), "the locks of a killed writer are free")

    def end_session(self, number: int) -> None:
        """What PostgreSQL does by itself with a session that was silent too long."""
        self._operator.execute("SELECT pg_terminate_backend(%s, 60000)", [number])

    def wait(self, look: Callable[[], T], what: str) -> T:
        """Look until there is something; fails when a writer ends by itself meanwhile."""
        deadline = time.monotonic() + WITHIN_S
        while not (found := look()):
            assert time.monotonic() < deadline, f"not within {WITHIN_S} s: {what}"
            assert all(process.poll() is None for process in self.writers.values()), "a writer ended by itself"
            time.sleep(0.01)
        return found

    def close(self) -> None:
        """Kill what still runs."""
        self._operator.close()
        for process in self.started:
            process.kill()
            process.wait()


@pytest.fixture
def installation(
    pipeline: Callable[..., Pipeline], postgres_server: LocalPostgres, tmp_path: Path
) -> Iterator[Callable[[Pipeline], Installation]]:
    """Factory: an installation on PostgreSQL that reads the same topics as another."""
    made: list[Installation] = []

    def make(beside: Pipeline) -> Installation:
        address = postgres_server.database()
        data = tmp_path / "晴雨 data"
        data.mkdir()
        shared = pipeline(
            "shared",
            prefix=beside.environ["QINGYU_TOPIC_PREFIX"],
            QINGYU_WAREHOUSE=f"ducklake:postgres:{address}",
            QINGYU_WAREHOUSE_DATA=str(data),
        )
        made.append(Installation(shared, address))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_writers_side_by_side_killed_and_hung_land_what_one_does(
    pipeline: Callable[..., Pipeline], installation: Callable[[Pipeline], Installation]
) -> None:
    calm = pipeline("calm")
    shared = installation(calm)
    numbers = [shared.start(), shared.start(), shared.start()]
    shared.wait(lambda: sorted(shared.who(LANDS).count(each) for each in numbers) == [10, 11, 11], "even lots")
    feed = calm.start(*FEED, "--pace", "40")
    shared.wait_commits(12)

    first = shared.leader()
    lander = next(each for each in numbers if each != first)
    shared.kill(lander)  # in the middle of the feed: wherever its landing is
    shared.wait_commits(6)
    shared.kill(first)  # the one who derives
    second = shared.leader()
    assert second not in (first, lander)
    numbers = [second, shared.start()]
    shared.wait_commits(6)

    # One hangs, and PostgreSQL gives it up: the other goes on, and the first, awake again, ends without a commit.
    hung = shared.writers.pop(second)
    hung.send_signal(signal.SIGSTOP)
    shared.end_session(second)
    assert shared.leader() == numbers[1]
    shared.wait(lambda: shared.who(LANDS) == [numbers[1]] * 32, "the other has all lots")
    hung.send_signal(signal.SIGCONT)
    assert hung.wait(timeout=WITHIN_S) == 1

    assert feed.wait(timeout=WITHIN_S) == 0
    shared.start()
    shared.pipeline.run("writer", "status", "--wait", str(WITHIN_S))
    for process in shared.writers.values():
        process.send_signal(signal.SIGTERM)
    assert [process.wait(timeout=WITHIN_S) for process in shared.writers.values()] == [0, 0]

    calm.run("writer", "run", "--until-idle")
    assert shared.pipeline.state_hashes() == calm.state_hashes()
    assert accounts(shared.pipeline) == accounts(calm)
    doubled = "SELECT source_no, kafka_offset FROM raw_return GROUP BY ALL HAVING count(*) > 1"
    assert shared.pipeline.ask(doubled) == []


def accounts(pipeline: Pipeline) -> dict[tuple[str, int], object]:
    """The account of each partition that has any, after it was checked against the rows in the lake."""
    lake = open_reader(WarehouseSettings.from_environ(pipeline.environ))
    try:
        check_accounts(lake)
        return {place: (row.next_offset, row.account) for place, row in read_sources(lake).items() if row.next_offset}
    finally:
        lake.close()
