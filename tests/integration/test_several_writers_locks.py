"""What several writers rest on, on a real PostgreSQL: locks that go with their session, and commits that conflict."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import duckdb
import msgspec
import psycopg
import pytest

from tests.support.memory_log import CLUSTER, MemoryLog
from tests.support.postgres import LocalPostgres
from tests.support.small_plan import small_book, small_plan
from warehouse.batch import Account
from warehouse.derivation import store
from warehouse.due_slices import find_work
from warehouse.lake import WriterBusy, open_writer
from warehouse.landing import OffsetGap, land
from warehouse.leading import TermOver, begin_term, enter_sources, guard_of, unguarded
from warehouse.locks import LockSession, LocksLost, PostgresAway, Round, alone, open_session
from warehouse.migrations import migrate
from warehouse.outbox import mark_sent
from warehouse.settings import WarehouseSettings
from warehouse.sources import Sources, check_accounts, read_sources

Lakes = tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection]
TOLD: list[str] = []
HOLDS_LOT_5 = """
import sys
from warehouse.locks import open_session
with open_session(sys.argv[1], print) as session, session.gate():
    assert session.lead() and session.take(5)
    print("holds", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def database(postgres_server: LocalPostgres) -> str:
    return postgres_server.database()


@pytest.fixture
def session(database: str) -> Iterator[Callable[[], LockSession]]:
    """Factory: one more session with the database."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(open_session(database, TOLD.append))


@pytest.fixture
def lakes(database: str, tmp_path: Path) -> Iterator[Lakes]:
    """Two writers' connections to one lake that knows the partitions of plans and ticks; nothing has landed."""
    settings = WarehouseSettings(f"ducklake:postgres:{database}", f"{tmp_path}/")
    with open_writer(settings) as one:
        migrate(one)
        enter_sources(one, CLUSTER, [("ticks", 0), ("plans", 0)], unguarded)
        with open_writer(settings) as other:
            yield one, other


def test_a_lot_has_one_holder_and_all_see_who(session: Callable[[], LockSession]) -> None:
    one, other = session(), session()
    assert one.take(5)
    assert not other.take(5)
    assert other.take(6)
    assert one.seen() == other.seen()
    assert one.seen().members == {one.me, other.me}
    assert one.seen().holders == {5: one.me, 6: other.me}
    one.give(5)
    assert other.take(5)


def test_one_leads_and_calls_the_rounds(session: Callable[[], LockSession]) -> None:
    one, other = session(), session()
    with one.setup():
        assert one.latest_round() == Round()
    assert one.lead()
    assert not other.lead()
    for number in (1, 2):
        called = Round(number, (("ticks", 0, 17), ("returns.output.gateway", 1, 3)), "hash", is_idle=number == 2)
        one.call(called)
        assert other.latest_round() == called


def test_what_a_killed_process_held_is_free(database: str, session: Callable[[], LockSession]) -> None:
    mine = session()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_LOT_5, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"holds\n"
        assert not mine.lead()
        assert not mine.take(5)
        process.kill()
        process.wait()
    with mine.gate():  # waits until PostgreSQL has noticed
        assert mine.lead()
        assert mine.take(5)


def test_whoever_lost_the_session_is_told_at_the_next_step(database: str, session: Callable[[], LockSession]) -> None:
    hung, other = session(), session()
    assert hung.take(5)
    # What PostgreSQL does itself with a session that was silent too long.
    with psycopg.connect(database, autocommit=True) as operator:
        operator.execute("SELECT pg_terminate_backend(%s, 60000)", [hung.me])
    assert other.take(5)
    with pytest.raises(LocksLost), hung.gate():
        pytest.fail("landed without its lots")


def test_a_session_that_is_silent_is_ended_by_postgres(database: str, session: Callable[[], LockSession]) -> None:
    with psycopg.connect(database, autocommit=True) as operator:
        limit = "SELECT setting FROM pg_settings WHERE name = 'idle_session_timeout'"
        assert operator.execute(limit).fetchone() == ("0",)
        made = session()
        assert made._ask(limit) == [("30000",)]


def test_a_command_that_writes_is_refused_while_a_writer_lives(database: str) -> None:
    settings = WarehouseSettings(f"ducklake:postgres:{database}", "/data/")
    with alone(settings), open_session(database, TOLD.append) as early:
        # One that starts meanwhile waits until the lake is free, before it opens it.
        assert not early._try(0)
    with (
        open_session(database, TOLD.append),
        pytest.raises(WriterBusy, match="1 other writers share the lake"),
        alone(settings),
    ):
        pytest.fail("wrote beside a writer")


def test_an_address_without_a_server_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.locks._CONNECT_WITHIN_S", 0)
    for address in ("host=127.0.0.1 port=1 password=geheim", "host=127.0.0.1 geheim"):
        with pytest.raises(PostgresAway, match="QINGYU_WAREHOUSE") as said, open_session(address, TOLD.append):
            pytest.fail("connected to nothing")
        assert "geheim" not in str(said.value)


@pytest.mark.parametrize("first_ever", [True, False])
def test_two_who_land_the_same_messages_at_once_do_not_both_commit(
    lakes: Lakes, first_ever: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fence: a process thought dead commits while its successor lands. Whoever commits later is refused."""
    hung, successor = lakes
    log = MemoryLog()
    if not first_ever:
        log.tick(dt.date(2017, 1, 31))
        land(successor, log.batch(small_book()))
    log.tick(dt.date(2017, 2, 28))
    same = log.batch(small_book())

    def overtaken(lake: duckdb.DuckDBPyConnection) -> Sources:
        known = read_sources(lake)
        if lake is hung:
            land(successor, same)
        return known

    with monkeypatch.context() as patched:
        patched.setattr("warehouse.landing.read_sources", overtaken)
        with pytest.raises(duckdb.TransactionException, match="conflict"):
            land(hung, same)
    landed = 1 if first_ever else 2
    assert check_accounts(successor) == Account(consumed=landed, landed=landed)
    # Thought dead, and awake only later: it finds the offsets moved on.
    with pytest.raises(OffsetGap):
        land(hung, same)
    # And it can work on after reading the offsets anew.
    log.tick(dt.date(2017, 3, 31))
    land(hung, log.batch(small_book()))
    assert check_accounts(successor) == Account(consumed=landed + 1, landed=landed + 1)


def test_whose_term_is_over_commits_no_derivation(lakes: Lakes) -> None:
    """He began before his successor's term, in whatever order the two commit, or after it."""
    hung, successor = lakes
    mine = guard_of(begin_term(hung))
    assert begin_term(successor) == 2
    with pytest.raises(TermOver, match="it is 2 now"):
        enter_sources(hung, CLUSTER, [("alerts", 0)], mine)

    third = guard_of(begin_term(hung))

    def overtaken(lake: duckdb.DuckDBPyConnection) -> None:
        third(lake)
        begin_term(successor)

    with pytest.raises(duckdb.TransactionException, match="conflict"):
        enter_sources(hung, CLUSTER, [("alerts", 0)], overtaken)
    assert ("alerts", 0) not in read_sources(successor)


def test_a_second_holder_never_derives(lakes: Lakes) -> None:
    """All that a holder commits stands under his term: derivations, and that announcements were sent."""
    hung, successor = lakes
    book, log = small_book(), MemoryLog()
    log.plan(small_plan())
    log.tick(dt.date(2018, 2, 1))
    land(hung, log.batch(book))
    mine = guard_of(begin_term(hung))
    work = find_work(hung, book)
    begin_term(successor)

    with pytest.raises(TermOver):
        store(hung, book, msgspec.structs.replace(work, due=()), {}, [], guard=mine)
    with pytest.raises(TermOver):
        mark_sent(hung, 1, mine)
    nothing = "SELECT (SELECT count(*) FROM derived_slice), (SELECT count(*) FROM watched_until)"
    assert successor.execute(nothing).fetchall() == [(0, 0)]


def test_partitions_are_numbered_once(lakes: Lakes) -> None:
    one, other = lakes
    enter_sources(one, CLUSTER, [("ticks", 0), ("returns.output.gateway", 1)], unguarded)
    enter_sources(other, CLUSTER, [("returns.output.gateway", 0), ("returns.output.gateway", 1)], unguarded)
    numbers = {place: row.source_no for place, row in read_sources(one).items()}
    assert numbers == {
        ("plans", 0): 1,
        ("ticks", 0): 2,
        ("returns.output.gateway", 1): 3,
        ("returns.output.gateway", 0): 4,
    }
