"""The store's thread: one commit for many, refusals leave no trace, a full disk is told and loses nothing."""

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from producers.gateway.database import connect, sole_gateway
from producers.gateway.faults import Refusal, StoreClosed, StoreFull, StoreInUse, StoreUnfit
from producers.gateway.store import Store


def put(name: str, value: str):
    return lambda database: database.execute("INSERT INTO fact VALUES (?, ?)", (name, value)).rowcount


def names(database: sqlite3.Connection) -> list[str]:
    return [name for (name,) in database.execute("SELECT name FROM fact ORDER BY name")]


def hold(store: Store) -> threading.Event:
    """Keep the thread busy until the event given back is set: what is asked meanwhile becomes one batch."""
    go_on, is_held = threading.Event(), threading.Event()

    def job(_database: sqlite3.Connection) -> None:
        is_held.set()
        go_on.wait()

    store.read(job)
    is_held.wait()
    return go_on


def test_what_is_answered_is_in_the_file(store: Store, tmp_path: Path) -> None:
    assert store.write(put("a", "1")).result() == 1
    other = sqlite3.connect(tmp_path / "gateway" / "gateway.sqlite")
    assert names(other) == ["a"]
    other.close()


def test_jobs_that_wait_together_share_one_commit(tmp_path: Path) -> None:
    batches: list[int] = []
    store = Store(tmp_path / "store.sqlite", batches.append)
    go_on = hold(store)
    answers = [store.write(put(f"{number:02d}", "x")) for number in range(50)]
    go_on.set()
    assert [answer.result() for answer in answers] == [1] * 50
    store.close()
    assert batches == [50]


def test_a_refusal_leaves_no_trace_and_its_neighbours_alone(store: Store) -> None:
    def refuse(database: sqlite3.Connection) -> None:
        put("refused", "x")(database)
        raise Refusal("no")

    go_on = hold(store)
    answers = [store.write(job) for job in (put("a", "x"), refuse, put("b", "x"))]
    go_on.set()
    with pytest.raises(Refusal, match="no"):
        answers[1].result()
    assert [answers[0].result(), answers[2].result()] == [1, 1]
    assert store.read(names).result() == ["a", "b"]


def test_a_full_disk_is_told_to_the_job_that_does_not_fit_and_to_no_other(store: Store) -> None:
    """The bound on pages stands in for a full disk: SQLite answers SQLITE_FULL to both."""
    store.write(put("before", "x")).result()
    (pages,) = store.read(lambda database: database.execute("PRAGMA page_count").fetchone()).result()
    store.read(lambda database: database.execute(f"PRAGMA max_page_count = {pages + 4}").fetchone()).result()
    go_on = hold(store)
    small, large, last = (store.write(put(name, text)) for name, text in [("s", "x"), ("l", "x" * 99_999), ("t", "x")])
    go_on.set()
    with pytest.raises(StoreFull):
        large.result()
    assert (small.result(), last.result()) == (1, 1)
    assert store.read(names).result() == ["before", "s", "t"]
    store.read(lambda database: database.execute("PRAGMA max_page_count = 100000").fetchone()).result()
    assert store.write(put("l", "x" * 99_999)).result() == 1


def test_a_closed_store_finishes_what_was_asked_and_takes_no_more(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.sqlite")
    go_on = hold(store)
    asked = store.write(put("a", "x"))
    go_on.set()
    store.close()
    store.close()
    assert asked.result() == 1
    assert not store.is_open
    with pytest.raises(StoreClosed):
        store.write(put("b", "x")).result()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_our_own_ends_the_store_and_nobody_waits_for_ever(store: Store) -> None:
    def broken(_database: sqlite3.Connection) -> None:
        raise ZeroDivisionError

    go_on = hold(store)
    asked = [store.write(put("a", "x")), store.write(broken), store.read(names)]
    go_on.set()
    for each in asked:
        with pytest.raises(StoreClosed):
            each.result()
    assert not store.is_open


def test_only_one_gateway_works_on_a_store(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with sole_gateway(path), pytest.raises(StoreInUse, match="Another gateway"), sole_gateway(path):
        pass
    with sole_gateway(path):
        pass


def test_the_file_is_its_owner_s_alone_and_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    first = connect(path)
    put("a", "x")(first)
    first.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = connect(path)
    assert names(again) == ["a"]
    assert again.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert again.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    again.close()


def test_a_store_of_a_later_version_and_what_is_no_store_are_refused(tmp_path: Path) -> None:
    later = tmp_path / "later.sqlite"
    database = connect(later)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StoreUnfit, match="later version"):
        connect(later)
    other = tmp_path / "other.sqlite"
    other.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreUnfit, match="no store"):
        connect(other)
