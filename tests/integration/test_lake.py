"""Landing on a real DuckLake: what lands, what is a repeat or a clash, and that a landing is whole or nothing."""

import datetime as dt
from collections.abc import Iterator

import duckdb
import msgspec
import pytest

from plan.canonical import plan_hash
from plan.messages import encode
from tests.support.lakes import LakeYard, lake_settings
from tests.support.memory_log import CLUSTER, MemoryLog, a_return
from tests.support.small_plan import small_book, small_plan
from warehouse.batch import Account, Batch, Span
from warehouse.lake import LakeMissing, WriterBusy, open_reader, open_writer, transaction
from warehouse.landing import OffsetGap, land
from warehouse.migrations import MigrationFault, migrate
from warehouse.plans import plans_in_force
from warehouse.sources import AccountingBroken, OtherCluster, check_accounts, check_cluster, read_sources

BOOK = small_book()
AT = dt.datetime(2018, 1, 10, 8, tzinfo=dt.UTC)
OUTPUT = {"energy": 1.5, "value-added": 3.0}
TOPIC = "returns.output.gateway"


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> LakeYard:
    return LakeYard(tmp_path_factory.mktemp("yard"))


@pytest.fixture
def lake(yard: LakeYard) -> Iterator[duckdb.DuckDBPyConnection]:
    with yard.fresh() as made:
        yield made


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


def _rows(lake: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return lake.execute(query).fetchall()


def _everything(lake: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all raw tables."""
    tables = (
        "kafka_source", "raw_return", "raw_cell", "raw_tick", "raw_plan", "raw_result", "dead_letter",
        "touched_slice", "dim_plan", "dim_form",
    )  # fmt: skip
    return {name: sorted(_rows(lake, f"SELECT * FROM {name}"), key=repr) for name in tables}


def test_migrating_twice_changes_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_writer(lake_settings(tmp_path_factory.mktemp("new"))) as lake:
        first = migrate(lake)
        snapshots = _rows(lake, "SELECT max(snapshot_id) FROM w.snapshots()")
        second = migrate(lake)

        assert first == tuple(range(1, len(first) + 1))
        assert second == ()
        assert _rows(lake, "SELECT max(snapshot_id) FROM w.snapshots()") == snapshots
        assert check_accounts(lake) == Account()


def test_a_lake_of_a_newer_program_is_refused(lake: duckdb.DuckDBPyConnection) -> None:
    lake.execute("INSERT INTO migration VALUES (9999, '9999_later')")

    with pytest.raises(MigrationFault, match=r"\[9999\].*newer program"):
        migrate(lake)


def test_changed_views_are_laid_anew(lake: duckdb.DuckDBPyConnection) -> None:
    lake.execute("CREATE OR REPLACE VIEW rpt_path AS SELECT 1 AS nonsense")
    lake.execute("UPDATE laid_views SET digest = 'of an earlier program'")
    lake.execute("DELETE FROM dim_word")

    assert migrate(lake) == ()
    assert _rows(lake, "SELECT target_id FROM rpt_path") == []
    assert _rows(lake, "SELECT name_zh FROM dim_word WHERE kind = 'status' AND code = 'severe'") == [("严重滞后",)]


def test_every_kind_of_message_lands_with_its_address(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.plan(small_plan())
    log.send_return(a_return("output", "mill-a", OUTPUT), AT, partition=1)
    log.tick(dt.date(2018, 1, 11))
    log.send(TOPIC, b"{", AT)

    account = land(lake, log.batch(BOOK))

    assert account == Account(consumed=4, landed=3, dead_lettered=1, duplicate=0)
    assert _rows(lake, "SELECT plan_id, plan_hash FROM dim_plan") == [("small", plan_hash(small_plan()))]
    assert plans_in_force(lake) == (small_plan(),)
    assert _rows(lake, "SELECT tick_date FROM raw_tick") == [(dt.date(2018, 1, 11),)]
    found = "SELECT topic, kafka_partition, kafka_offset, unit_id, period, area_id, known_at FROM stg_return"
    assert [row[:6] for row in _rows(lake, found)] == [(TOPIC, 1, 0, "mill-a", "2017", "city")]
    assert _rows(lake, found)[0][6] == AT
    letters = "SELECT topic, kafka_partition, kafka_offset, payload, phase FROM dead_letter"
    assert _rows(lake, letters) == [(TOPIC, 0, 0, b"{", "decode")]
    assert _rows(lake, "SELECT * FROM touched_slice") == [("output", "2017", "city")]
    assert check_accounts(lake) == account


def test_values_become_the_decimals_that_were_written(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    values = [0.1, 0.2, 1234567890.12, 12345678901.23, 99999999.99, 1e11, 0.00000001, 0.0]
    for at, value in enumerate(values):
        log.send_return(a_return("growth", "bureau", {"rate": value}, return_id=f"r-{at}"), AT)
    land(lake, log.batch(BOOK))

    found = _rows(
        lake, "SELECT CAST(value AS VARCHAR) FROM stg_return JOIN stg_cell USING (return_row) ORDER BY kafka_offset"
    )

    assert [text for (text,) in found] == [
        "0.10000000", "0.20000000", "1234567890.12000000", "12345678901.23000000", "99999999.99000000",
        "100000000000.00000000", "0.00000001", "0.00000000",
    ]  # fmt: skip
    two = "SELECT CAST(sum(value) AS VARCHAR) FROM stg_cell WHERE value IN (0.1, 0.2)"
    assert _rows(lake, two) == [("0.30000000",)]


@pytest.mark.parametrize("at_most", [1, 99], ids=["in another batch", "in the same batch"])
def test_the_same_return_again_is_a_duplicate(lake: duckdb.DuckDBPyConnection, log: MemoryLog, at_most: int) -> None:
    sent = a_return("output", "mill-a", OUTPUT)
    for _ in range(3):
        log.send_return(sent, AT)

    total = Account()
    while (batch := log.batch(BOOK, at_most)).spans:
        total = total.plus(land(lake, batch))

    assert total == Account(consumed=3, landed=1, dead_lettered=0, duplicate=2)
    assert _rows(lake, "SELECT count(*) FROM raw_cell") == [(2,)]
    assert check_accounts(lake) == total


@pytest.mark.parametrize("at_most", [1, 99], ids=["in another batch", "in the same batch"])
def test_the_same_id_with_other_content_is_a_dead_letter(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog, at_most: int
) -> None:
    other = a_return("output", "mill-a", {**OUTPUT, "energy": 9.0})
    log.send_return(a_return("output", "mill-a", OUTPUT), AT)
    log.send_return(other, AT)

    while (batch := log.batch(BOOK, at_most)).spans:
        land(lake, batch)

    assert _rows(lake, "SELECT value FROM raw_cell WHERE item_id = 'energy'") == [(1.5,)]
    ((phase, payload, faults),) = _rows(lake, "SELECT phase, payload, faults FROM dead_letter")
    assert (phase, payload) == ("duplicate", encode(other))
    assert "更正请用新编号" in str(faults)
    assert check_accounts(lake) == Account(consumed=2, landed=1, dead_lettered=1, duplicate=0)


def test_the_same_id_for_another_form_or_period_is_another_return(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    log.send_return(a_return("output", "mill-a", OUTPUT), AT)
    log.send_return(a_return("growth", "bureau", {"rate": 1.0}), AT)
    log.send_return(a_return("output", "mill-a", OUTPUT, period="2018"), AT)

    assert land(lake, log.batch(BOOK)).landed == 3


def test_a_repeated_tick_or_plan_is_a_duplicate(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    for _ in range(2):
        log.plan(small_plan())
        log.tick(dt.date(2018, 1, 11))
    land(lake, log.batch(BOOK))
    log.plan(small_plan())
    log.tick(dt.date(2018, 1, 11))
    log.tick(dt.date(2018, 1, 12))

    account = land(lake, log.batch(BOOK))

    assert account == Account(consumed=3, landed=1, dead_lettered=0, duplicate=2)
    assert check_accounts(lake) == Account(consumed=7, landed=3, dead_lettered=0, duplicate=4)


def test_a_plan_replaces_its_earlier_text_and_may_go_back(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    for version in (1, 2, 1):
        log.plan(small_plan(version))
        land(lake, log.batch(BOOK))

        assert plans_in_force(lake) == (small_plan(version),)
        assert _rows(lake, "SELECT plan_hash FROM dim_plan") == [(plan_hash(small_plan(version)),)]
        assert _rows(lake, "SELECT count(*) FROM dim_form") == [(3,)]

    assert _rows(lake, "SELECT count(*) FROM raw_plan") == [(3,)]


def test_a_new_plan_touches_what_was_reported_under_the_old_one(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    log.plan(small_plan())
    log.report("growth", "bureau", {"rate": 1.0}, AT)
    land(lake, log.batch(BOOK))
    lake.execute("DELETE FROM touched_slice")
    log.plan(small_plan(2))

    land(lake, log.batch(BOOK))

    assert _rows(lake, "SELECT * FROM touched_slice") == [("growth", "2017", "city")]


def test_accounts_are_kept_for_each_partition(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.send_return(a_return("output", "mill-a", OUTPUT, return_id="a"), AT, partition=0)
    log.send(TOPIC, b"{", AT, partition=1)
    log.send_return(a_return("output", "mill-b", OUTPUT, return_id="b"), AT, partition=1)
    land(lake, log.batch(BOOK))
    log.send_return(a_return("output", "mill-b", OUTPUT, return_id="b"), AT, partition=1)
    land(lake, log.batch(BOOK))

    found = {place: (row.next_offset, row.account) for place, row in read_sources(lake).items()}

    assert found == {
        (TOPIC, 0): (1, Account(consumed=1, landed=1, dead_lettered=0, duplicate=0)),
        (TOPIC, 1): (3, Account(consumed=3, landed=1, dead_lettered=1, duplicate=1)),
    }


def test_offsets_without_a_message_are_passed_over(lake: duckdb.DuckDBPyConnection) -> None:
    # A sender's aborted transaction: the offsets are used, no message is handed out.
    empty = Batch(CLUSTER, {(TOPIC, 0): Span(0, 5, 0)}, (), (), (), (), (), ())

    assert land(lake, empty) == Account()
    assert read_sources(lake)[(TOPIC, 0)].next_offset == 5


@pytest.mark.parametrize("first", [0, 3], ids=["overlap", "gap"])
def test_a_batch_that_does_not_follow_is_refused_and_nothing_remains(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog, first: int
) -> None:
    log.report("output", "mill-a", OUTPUT, AT)
    log.report("output", "mill-b", OUTPUT, AT)
    land(lake, log.batch(BOOK))
    before = _everything(lake)
    log.report("output", "mill-a", OUTPUT, AT)
    batch = msgspec.structs.replace(log.batch(BOOK), spans={(TOPIC, 0): Span(first, first + 1, 1)})

    with pytest.raises(OffsetGap, match=r"landed up to 2, .* restart the writer"):
        land(lake, batch)

    assert _everything(lake) == before


def test_a_landing_that_raises_in_the_middle_leaves_nothing(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.plan(small_plan())
    log.report("output", "mill-a", OUTPUT, AT)
    log.tick(dt.date(2018, 1, 11))
    good = log.batch(BOOK)
    # An account that cannot be balanced is noticed only after all rows are inserted.
    spans = {place: msgspec.structs.replace(span, messages=span.messages + 1) for place, span in good.spans.items()}
    before = _everything(lake)

    with pytest.raises(AccountingBroken, match="the batch is not landed"):
        land(lake, msgspec.structs.replace(good, spans=spans))

    assert _everything(lake) == before
    assert land(lake, good) == Account(consumed=3, landed=3, dead_lettered=0, duplicate=0)


def test_a_landing_that_the_database_refuses_leaves_nothing(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.plan(small_plan())
    log.report("output", "mill-a", OUTPUT, AT)
    good = log.batch(BOOK)
    before = _everything(lake)
    lake.execute("ALTER TABLE raw_cell RENAME TO raw_cell_away")

    with pytest.raises(duckdb.CatalogException, match="raw_cell"):
        land(lake, good)

    lake.execute("ALTER TABLE raw_cell_away RENAME TO raw_cell")
    assert _everything(lake) == before
    assert land(lake, good).landed == 2


def test_rows_that_do_not_fit_the_accounts_are_noticed(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.report("output", "mill-a", OUTPUT, AT)
    land(lake, log.batch(BOOK))
    lake.execute("DELETE FROM raw_return")

    with pytest.raises(AccountingBroken, match="rows in the lake"):
        check_accounts(lake)


def test_another_cluster_is_refused_with_the_mend(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    check_cluster(lake, "any cluster will do for an empty lake")
    log.report("output", "mill-a", OUTPUT, AT)
    land(lake, log.batch(BOOK))

    check_cluster(lake, CLUSTER)
    with pytest.raises(OtherCluster, match=rf"{CLUSTER}, this is cluster-two. .*QINGYU_KAFKA_BOOTSTRAP.*make wipe"):
        check_cluster(lake, "cluster-two")


def test_a_second_writer_is_refused_with_the_mend(lake: duckdb.DuckDBPyConnection, yard: LakeYard) -> None:
    with pytest.raises(WriterBusy, match=r"another writer holds the lake .* stop it first"), open_writer(yard.settings):
        pytest.fail("two writers at a time")


def test_the_lock_goes_with_its_writer(yard: LakeYard) -> None:
    with yard.fresh() as lake:
        lake.execute("SELECT 1")
    with open_writer(yard.settings) as lake:
        assert migrate(lake) == ()


def test_no_lake_yet_is_said_with_the_mend(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(LakeMissing, match="start the writer first: qingyu writer run"):
        open_reader(lake_settings(tmp_path_factory.mktemp("none")))


def test_a_lake_in_the_making_is_said_with_the_mend(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = lake_settings(tmp_path_factory.mktemp("making"))
    with open_writer(settings), pytest.raises(LakeMissing, match=r"being made .*; try again"):
        open_reader(settings)


def test_a_reader_cannot_write(lake: duckdb.DuckDBPyConnection, yard: LakeYard) -> None:
    reader = open_reader(yard.settings)
    try:
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            reader.execute("DELETE FROM raw_return")
    finally:
        reader.close()


def test_a_transaction_that_raises_leaves_nothing_and_the_next_one_works(lake: duckdb.DuckDBPyConnection) -> None:
    def interrupted() -> None:
        with transaction(lake):
            lake.execute("INSERT INTO raw_tick VALUES (1, 1, DATE '2018-01-01')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with transaction(lake):
        lake.execute("INSERT INTO raw_tick VALUES (1, 1, DATE '2018-01-02')")

    assert _rows(lake, "SELECT tick_date FROM raw_tick") == [(dt.date(2018, 1, 2),)]
