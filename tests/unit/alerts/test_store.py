"""The store as a file: made once, one writer, readers beside it, bound to a cluster."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from alerts.database import connect, connect_reader, sole_user
from alerts.faults import OtherCluster, StoreInUse, StoreUnfit
from alerts.overview import overview
from alerts.store import Store
from plan.codes import Status
from plan.messages import AlertState


def test_it_is_made_once_with_wal_and_foreign_keys(tmp_path: Path) -> None:
    for _ in range(2):
        with closing(connect(tmp_path / "new" / "alerts.sqlite")) as database:
            assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert database.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_another_schema_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "alerts.sqlite"
    with closing(connect(file)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreUnfit, match="schema 99"):
        connect(file)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "alerts.sqlite"
    with sole_user(file), pytest.raises(StoreInUse, match="Another alerter"), sole_user(file):
        pass
    with sole_user(file):
        pass


def test_another_cluster_is_refused_with_the_mend(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "alerts.sqlite")) as database:
        store = Store(database)
        store.claim_cluster("one")
        store.claim_cluster("one")
        with pytest.raises(OtherCluster, match=r"belongs to Kafka cluster one, this is two.*QINGYU_KAFKA_BOOTSTRAP"):
            store.claim_cluster("two")


def test_a_reader_needs_a_store_and_cannot_write(tmp_path: Path) -> None:
    file = tmp_path / "alerts.sqlite"
    with pytest.raises(StoreUnfit, match="There is no alert store"):
        connect_reader(file)
    file.touch()  # an alerter that is about to make it
    with pytest.raises(StoreUnfit, match="There is no alert store"):
        connect_reader(file)
    connect(file).close()
    with closing(connect_reader(file)) as database, pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.execute("INSERT INTO facts VALUES ('a', 'b')")


def test_overview(inside, henan, value) -> None:
    made, plan = inside(), henan()
    assert overview(made.database).alerts == ()
    made.take(made.plan(plan), *made.values(value(plan, "2019", "-3.00"), value(plan, "2020", "0.76")))
    made.take(*made.values(value(henan(version=2), "2020", "0.76"), value(plan, "2018", "NaN")))
    found = overview(made.database)
    (alert,) = found.alerts
    assert (alert.state, alert.status, alert.period, alert.since_period, alert.untold) == (
        AlertState.FIRING,
        Status.SEVERE,
        "2020",
        "2019",
        2,
    )
    assert (alert.area_zh, alert.target_zh) == ("河南省", "河南单位地区生产总值能耗五年降低16%")
    # Both values of the second batch wait: the first for its plan, the other behind it.
    assert (found.waiting, found.refused, len(found.untold)) == (2, 0, 2)
    assert found.unsent == len(made.outbox.unsent(1000))
    made.outbox.mark_sent(made.outbox.unsent(1000))
    assert overview(made.database).unsent == 0
