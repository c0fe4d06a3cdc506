"""The lake as Superset reads it: fresh, read-only, locked, mended when it was replaced."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import lake_reader
import pytest
from lake_reader import GuardedConnection, LakeNotThere, ReadOnlyLake
from room_settings import RoomSettings
from select_only import StatementRefused

from tests.dashboards.report_views import MadeLake, make_lake, write_rows

Lakes = Callable[[str], MadeLake]
Settings = Callable[[MadeLake], RoomSettings]


def ask(connection: GuardedConnection, statement: str) -> list[tuple[object, ...]]:
    cursor = connection.cursor()
    cursor.execute(statement)
    return cursor.fetchall()


def test_published_views_are_read_in_schema_main(lake_factory: Lakes, settings_factory: Settings) -> None:
    connection = ReadOnlyLake(settings_factory(lake_factory("lake"))).connect()
    statement = "SELECT count(*) FROM main.rpt_barometer WHERE status = 'severe'"
    assert ask(connection, statement) == [(2,)]
    connection.close()


def test_a_commit_is_seen_by_the_next_query_of_an_open_connection(
    lake_factory: Lakes, settings_factory: Settings
) -> None:
    lake = lake_factory("lake")
    connection = ReadOnlyLake(settings_factory(lake)).connect()
    statement = "SELECT snapshot_id FROM rpt_freshness"
    assert ask(connection, statement) == [(42,)]
    write_rows(lake, "UPDATE stored_freshness SET snapshot_id = 43")
    assert ask(connection, statement) == [(43,)]
    connection.close()


def test_a_rebuilt_lake_under_the_same_name_is_opened_anew(
    lake_factory: Lakes, settings_factory: Settings, tmp_path: Path
) -> None:
    old = lake_factory("lake")
    reader = ReadOnlyLake(settings_factory(old))
    assert ask(reader.connect(), "SELECT snapshot_id FROM rpt_freshness") == [(42,)]
    shutil.move(tmp_path / "lake", tmp_path / "old")
    write_rows(make_lake(tmp_path / "lake"), "UPDATE stored_freshness SET snapshot_id = 1")
    assert ask(reader.connect(), "SELECT snapshot_id FROM rpt_freshness") == [(1,)]


def test_a_detached_lake_is_attached_again(
    lake_factory: Lakes, settings_factory: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = ReadOnlyLake(settings_factory(lake_factory("lake")))
    with monkeypatch.context() as without_gate:
        without_gate.setattr(lake_reader, "check", lambda sql, policy: None)
        cursor = reader.connect().cursor()
        cursor.execute("USE memory")
        cursor.execute("DETACH w")
    assert ask(reader.connect(), "SELECT count(*) FROM rpt_freshness") == [(1,)]


def test_a_missing_lake_says_what_to_do_and_is_read_once_it_is_there(
    settings_factory: Settings, tmp_path: Path
) -> None:
    promised = MadeLake(f"ducklake:sqlite:{tmp_path / 'lake' / 'catalogue.sqlite'}", tmp_path / "lake" / "data")
    reader = ReadOnlyLake(settings_factory(promised))
    with pytest.raises(LakeNotThere, match="请先启动写入进程"):
        reader.connect()
    make_lake(tmp_path / "lake")
    assert ask(reader.connect(), "SELECT count(*) FROM rpt_freshness") == [(1,)]


def test_a_catalogue_that_is_no_lake_says_what_to_do(settings_factory: Settings, tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.sqlite"
    catalogue.touch()
    reader = ReadOnlyLake(settings_factory(MadeLake(f"ducklake:sqlite:{catalogue}", tmp_path / "data")))
    with pytest.raises(LakeNotThere, match="start the writer"):
        reader.connect()


def test_the_cursor_refuses_what_the_gate_refuses(lake_factory: Lakes, settings_factory: Settings) -> None:
    connection = ReadOnlyLake(settings_factory(lake_factory("lake"))).connect()
    with pytest.raises(StatementRefused):
        ask(connection, "COPY rpt_path TO 'x.parquet'")
    assert ask(connection, "SELECT count(*) FROM rpt_freshness") == [(1,)]
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM '/etc/hostname'",
        "CREATE TABLE w.x (a INTEGER)",
        "INSERT INTO w.raw_return VALUES ('x')",
        "SET threads = 1",
        "SET enable_external_access = true",
        "ATTACH '/etc/hostname' AS x",
        "COPY rpt_path TO 'must-not-exist.csv'",
        "INSTALL httpfs",
    ],
)
def test_the_locks_of_duckdb_hold_where_the_gate_would_fail(
    statement: str, lake_factory: Lakes, settings_factory: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake_reader, "check", lambda sql, policy: None)
    connection = ReadOnlyLake(settings_factory(lake_factory("lake"))).connect()
    with pytest.raises(duckdb.Error):
        ask(connection, statement)
    connection.close()


def test_a_query_that_takes_too_long_is_interrupted(
    lake_factory: Lakes, settings_factory: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake_reader, "QUERY_SECONDS", 0.2)
    connection = ReadOnlyLake(settings_factory(lake_factory("lake"))).connect()
    names = [f"rpt_path AS p{number}" for number in range(9)]
    with pytest.raises(duckdb.InterruptException):
        ask(connection, f"SELECT sum(p0.value * p8.value) FROM {', '.join(names)}")
    assert ask(connection, "SELECT count(*) FROM rpt_freshness") == [(1,)]
    connection.close()


def test_transactions_read_one_snapshot_and_end_quietly(lake_factory: Lakes, settings_factory: Settings) -> None:
    lake = lake_factory("lake")
    connection = ReadOnlyLake(settings_factory(lake)).connect()
    connection.begin()
    before = ask(connection, "SELECT snapshot_id FROM rpt_freshness")
    write_rows(lake, "UPDATE stored_freshness SET snapshot_id = 43")
    assert ask(connection, "SELECT snapshot_id FROM rpt_freshness") == before
    connection.commit()
    connection.commit()
    connection.rollback()
    assert ask(connection, "SELECT snapshot_id FROM rpt_freshness") == [(43,)]
    connection.close()


def test_eight_threads_read_while_the_writer_commits(lake_factory: Lakes, settings_factory: Settings) -> None:
    lake = lake_factory("lake")
    reader = ReadOnlyLake(settings_factory(lake))
    seen: list[list[tuple[object, ...]]] = []

    def read() -> None:
        for _ in range(5):
            connection = reader.connect()
            seen.append(ask(connection, "SELECT count(DISTINCT known_at) FROM rpt_barometer"))
            connection.close()

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(3):  # each commit changes all rows at once: a reader sees one time, never two
        write_rows(lake, "UPDATE stored_barometer SET known_at = known_at + INTERVAL 1 DAY")
    for thread in threads:
        thread.join()
    assert seen == [[(1,)]] * 40
