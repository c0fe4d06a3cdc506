"""Derivation on a real DuckLake: what is derived, announced, replaced and made void, worked out by hand."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import msgspec
import pytest

from consumers.derive import parts_of
from plan.book import PlanBook
from plan.due import Slice
from plan.messages import IndicatorValue, Origin, Source, Verdict
from tests.support.lakes import LakeYard, derive_unaudited, work_off
from tests.support.memory_log import MemoryLog, a_return
from tests.support.small_plan import DEADLINE_2017, small_book, small_plan
from warehouse.derivation import store
from warehouse.due_slices import Work, find_work
from warehouse.inputs import load_inputs
from warehouse.landing import land
from warehouse.outbox import mark_sent, unsent
from warehouse.state_hash import state_hashes
from warehouse.values import Judged, compute_values

BOOK = small_book()
VALUES = "SELECT cutoff_at, value, received, due, is_overdue FROM indicator_value WHERE indicator_id = ? ORDER BY ALL"


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> LakeYard:
    return LakeYard(tmp_path_factory.mktemp("yard"))


@pytest.fixture
def lake(yard: LakeYard) -> Iterator[duckdb.DuckDBPyConnection]:
    with yard.fresh() as made:
        yield made


@pytest.fixture
def log() -> MemoryLog:
    """A log that begins with the plan."""
    made = MemoryLog()
    made.plan(small_plan())
    return made


def _at(month: int, day: int, year: int = 2018) -> dt.datetime:
    return dt.datetime(year, month, day, 8, tzinfo=dt.UTC)


def _values(lake: duckdb.DuckDBPyConnection, indicator: str) -> list[tuple[object, ...]]:
    return lake.execute(VALUES, [indicator]).fetchall()


def _announced(lake: duckdb.DuckDBPyConnection, *indicators: str) -> list[IndicatorValue]:
    """Announcements of these indicators, of all if none is named."""
    said = [msgspec.json.decode(payload, type=IndicatorValue) for *_, payload in unsent(lake, 1000)]
    return [each for each in said if not indicators or each.indicator in indicators]


def test_a_slice_is_derived_when_it_is_complete(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.report("output", "mill-a", {"energy": 0.1, "value-added": 1}, _at(1, 8))
    work_off(lake, log, BOOK)
    assert _values(lake, "intensity") == []
    log.report("output", "mill-b", {"energy": 0.2, "value-added": 2}, _at(1, 9))

    work_off(lake, log, BOOK)

    # (0.1 + 0.2) / (1 + 2), exactly
    assert _values(lake, "intensity") == [(_at(1, 9), Decimal("0.1"), 2, 2, False)]
    assert lake.execute("SELECT * FROM touched_slice").fetchall() == []
    assert derive_unaudited(lake, BOOK) == 0


def test_an_announcement_says_where_its_value_comes_from(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    source = Source(title="公报", address="address not held", grade="A")
    sent = a_return("growth", "bureau", {"rate": 1234567890.12}, return_id="r-7", sources=(source,))
    cells = (msgspec.structs.replace(sent.cells[0], sources=(0,)),)
    log.send_return(msgspec.structs.replace(sent, cells=cells), _at(1, 8), partition=1)

    work_off(lake, log, BOOK)

    (said,) = _announced(lake)
    assert (said.value, said.unit, said.received, said.due, said.cover_pct) == ("1234567890.12", "pct", 1, 1, "100")
    assert (said.due_date, said.is_overdue) == (dt.date(2018, 1, 30), False)
    assert (said.known_at, said.cutoff_at) == (_at(1, 8), _at(1, 8))
    assert said.plan_hash == BOOK.views["small"].hash
    assert said.origins == (Origin(topic="returns.growth.gateway", partition=1, offset=0, return_id="r-7"),)
    assert said.sources == (source,)
    assert [(topic, key) for _, topic, key, _ in unsent(lake, 9)] == [("indicator-values", "small|rate|city")]


def test_an_empty_value_is_announced_too(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.report("mines", "bureau", {"accepted": 3}, _at(1, 8), period="2017-01..12")

    work_off(lake, log, BOOK)

    (said,) = _announced(lake)
    assert (said.indicator, said.value, said.received, said.cover_pct) == ("closed", None, 1, "100")
    assert said.origins == ()
    assert _values(lake, "closed") == [(_at(1, 8), None, 1, 1, False)]


def test_a_missing_return_speaks_at_its_deadline(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.report("output", "mill-a", {"energy": 1, "value-added": 2}, _at(1, 8))
    log.tick(dt.date(2018, 1, 30))
    work_off(lake, log, BOOK)
    assert _announced(lake, "intensity", "rate") == []
    log.tick(dt.date(2018, 1, 31))

    work_off(lake, log, BOOK)

    # 1 of 2 mills: the quotient of those that reported stands, marked as partial and overdue.
    partial, missing = sorted(_announced(lake, "intensity", "rate"), key=lambda said: said.indicator)
    assert (partial.indicator, partial.value, partial.cover_pct) == ("intensity", "0.5", "50")
    assert (partial.received, partial.due, partial.is_overdue) == (1, 2, True)
    assert (missing.indicator, missing.value, missing.cover_pct, missing.known_at) == ("rate", None, "0", None)
    assert (missing.received, missing.due, missing.is_overdue) == (0, 1, True)
    assert {partial.cutoff_at, missing.cutoff_at} == {DEADLINE_2017}
    response = "SELECT form_id, expected, received, is_overdue FROM fct_response WHERE period = '2017' ORDER BY form_id"
    assert lake.execute(response).fetchall() == [("growth", 1, 0, True), ("output", 2, 1, True)]


def test_a_late_return_is_a_second_vintage(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.tick(dt.date(2018, 1, 31))
    work_off(lake, log, BOOK)
    log.report("growth", "bureau", {"rate": 6.7}, _at(2, 5))

    work_off(lake, log, BOOK)

    overdue = (DEADLINE_2017, None, 0, 1, True)
    assert _values(lake, "rate") == [overdue, (_at(2, 5), Decimal("6.7"), 1, 1, False)]


def test_a_late_arrival_that_changes_inputs_replaces_the_rows(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.tick(dt.date(2018, 1, 20))
    log.backdate("output", "mill-a", {"energy": 1, "value-added": 1}, _at(1, 5), _at(1, 20))
    log.backdate("output", "mill-b", {"energy": 2, "value-added": 2}, _at(1, 15), _at(1, 20))
    work_off(lake, log, BOOK)
    assert _values(lake, "intensity") == [(_at(1, 15), Decimal("1"), 2, 2, False)]
    # Published on the 10th, but it comes after what was published on the 15th.
    log.backdate("output", "mill-a", {"energy": 4, "value-added": 1}, _at(1, 10), _at(1, 20))

    work_off(lake, log, BOOK)

    # (4 + 2) / (1 + 2); on the 10th the slice was not complete.
    assert _values(lake, "intensity") == [(_at(1, 15), Decimal("2"), 2, 2, False)]
    slices = "SELECT cutoff_at, received FROM derived_slice WHERE form_id = 'output'"
    assert lake.execute(slices).fetchall() == [(_at(1, 15), 2)]
    assert [said.value for said in _announced(lake, "intensity")] == ["1", "2"]


def test_a_deadline_row_is_void_once_a_timely_return_turns_up(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.tick(dt.date(2018, 2, 10))
    work_off(lake, log, BOOK)
    assert _values(lake, "rate") == [(DEADLINE_2017, None, 0, 1, True)]
    log.backdate("growth", "bureau", {"rate": 6.7}, _at(1, 12), _at(2, 10))

    work_off(lake, log, BOOK)

    assert _values(lake, "rate") == [(_at(1, 12), Decimal("6.7"), 1, 1, False)]
    assert lake.execute("SELECT cutoff_at FROM derived_slice WHERE form_id = 'growth'").fetchall() == [(_at(1, 12),)]


def test_a_back_dated_return_is_derived_when_its_day_is_over(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.tick(dt.date(2018, 1, 12))
    log.backdate("growth", "bureau", {"rate": 6.7}, _at(1, 12), _at(1, 13))
    work_off(lake, log, BOOK)
    assert _values(lake, "rate") == []
    log.tick(dt.date(2018, 1, 13))

    work_off(lake, log, BOOK)

    assert _values(lake, "rate") == [(_at(1, 12), Decimal("6.7"), 1, 1, False)]


def test_a_return_replaces_the_whole_earlier_one(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.report("mines", "bureau", {"closed": 5, "accepted": 3}, _at(1, 8), period="2017-01..12")
    log.report("mines", "bureau", {"accepted": 4}, _at(1, 9), period="2017-01..12")

    work_off(lake, log, BOOK)

    # The omitted cell is withdrawn; as of the first cut-off it is still what was known then.
    assert _values(lake, "closed") == [(_at(1, 8), Decimal("5"), 1, 1, False), (_at(1, 9), None, 1, 1, False)]
    latest = "SELECT item_id, value FROM fct_observation_latest"
    assert lake.execute(latest).fetchall() == [("accepted", Decimal("4"))]


def test_a_beside_form_derives_the_slice_again(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    for unit, day in (("mill-a", 8), ("mill-b", 9)):
        log.report("output", unit, {"energy": 1, "value-added": 1}, _at(1, day))
    log.report("growth", "bureau", {"rate": 6.7}, _at(1, 12))

    work_off(lake, log, BOOK)

    one = Decimal("1")
    assert _values(lake, "intensity") == [(_at(1, 9), one, 2, 2, False), (_at(1, 12), one, 2, 2, False)]


def test_a_late_return_of_the_period_before_is_audited_with_the_next(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    log.tick(dt.date(2018, 1, 10))
    log.backdate("mines", "bureau", {"closed": 5}, _at(1, 8), _at(1, 10), period="2017-01..12")
    work_off(lake, log, BOOK)
    log.backdate("mines", "bureau", {"closed": 8}, _at(12, 8, 2017), _at(1, 10), period="2017-01..11")
    land(lake, log.batch(BOOK))

    work = find_work(lake, BOOK)

    # Without the second, the order of the log would decide whether the fall from 8 to 5 is noticed.
    assert [(each.slice, each.cutoff_at) for each in work.due] == [
        (Slice("mines", "2017-01..11", "city"), _at(12, 8, 2017)),
        (Slice("mines", "2017-01..12", "city"), _at(1, 8)),
    ]


def test_another_plan_derives_everything_again_under_its_own_hash(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    log.report("growth", "bureau", {"rate": 6.7}, _at(1, 8))
    log.tick(dt.date(2018, 1, 31))
    work_off(lake, log, BOOK)
    log.plan(small_plan(2))
    second = small_book(2)

    work_off(lake, log, second)

    counted = "SELECT plan_hash, count(*) FROM indicator_value GROUP BY plan_hash"
    hashes = (BOOK.views["small"].hash, second.views["small"].hash)
    # Under each: the growth rate as reported, and the three slices that were overdue on 31 January.
    assert dict(lake.execute(counted).fetchall()) == dict.fromkeys(hashes, 4)


def test_a_slice_that_a_new_plan_no_longer_expects_is_left_alone(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    log.report("growth", "bureau", {"rate": 6.7}, _at(6, 1), period="2018")
    work_off(lake, log, BOOK)
    plan = small_plan(2)
    output, growth, mines = plan.forms
    shorter = msgspec.structs.replace(growth.calendar, periods=("2017",))
    changed = msgspec.structs.replace(plan, forms=(output, msgspec.structs.replace(growth, calendar=shorter), mines))
    log.plan(changed)

    work_off(lake, log, PlanBook((changed,)))

    assert lake.execute("SELECT * FROM touched_slice").fetchall() == []
    assert [row[1] for row in _values(lake, "rate")] == [Decimal("6.7")]


def test_the_outbox_keeps_its_order_and_forgets_what_was_sent(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    for day in (8, 9, 10):
        log.report("growth", "bureau", {"rate": day}, _at(1, day))
    work_off(lake, log, BOOK)

    first = unsent(lake, 2)
    mark_sent(lake, first[-1][0])
    rest = unsent(lake, 9)

    assert [msgspec.json.decode(row[3])["value"] for row in (*first, *rest)] == ["8", "9", "10"]
    mark_sent(lake, rest[-1][0])
    assert unsent(lake, 9) == []


def _long_log(log: MemoryLog) -> None:
    """Timely, late, revised, withdrawn, back-dated, repeated and refused messages on several topics."""
    log.report("output", "mill-a", {"energy": 0.1, "value-added": 1}, _at(1, 8))
    log.report("output", "mill-b", {"energy": 0.2, "value-added": 2}, _at(1, 9))
    log.backdate("mines", "bureau", {"closed": 5}, _at(1, 8), _at(1, 10), period="2017-01..12")
    log.backdate("mines", "bureau", {"closed": 8}, _at(12, 8, 2017), _at(1, 10), period="2017-01..11")
    log.report("mines", "bureau", {"accepted": 1}, _at(1, 20), period="2017-01..12")
    log.tick(dt.date(2018, 1, 31))
    log.report("growth", "bureau", {"rate": 6.7}, _at(2, 5))
    log.backdate("growth", "bureau", {"rate": 6.6}, _at(2, 4), _at(2, 6))
    log.send_return(a_return("output", "mill-a", {"energy": 9.0}, return_id="made-1"), _at(2, 6))
    log.send_return(a_return("growth", "bureau", {"rate": 6.7}, return_id="made-6"), _at(2, 6))
    log.send("returns.output.gateway", b"{", _at(2, 6))
    log.tick(dt.date(2018, 2, 7))
    log.backdate("growth", "bureau", {"rate": 6.5}, _at(1, 25), _at(2, 8))
    log.tick(dt.date(2018, 2, 8))


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("at_most", [1, 3])
def test_neither_the_size_of_batches_nor_the_order_of_partitions_matters(
    yard: LakeYard, at_most: int, backwards: bool
) -> None:
    found = []
    for size, order in ((1_000_000, False), (at_most, backwards)):
        log = MemoryLog()
        log.plan(small_plan())
        with yard.fresh() as lake:
            land(lake, log.batch(BOOK))
            _long_log(log)
            work_off(lake, log, BOOK, size, order)
            found.append(state_hashes(lake))

    assert found[0] == found[1]
    assert found[0]["fct_indicator_value"][0] > 5


@pytest.mark.parametrize("killed_after", [None, 1])
def test_a_round_in_parts_says_what_a_whole_one_says(yard: LakeYard, killed_after: int | None) -> None:
    """Also when a writer is killed between two parts: what was stored is not due again, the rest is."""
    found = []
    for at_once in (1_000_000, 1):
        log = MemoryLog()
        log.plan(small_plan())
        with yard.fresh() as lake:
            land(lake, log.batch(BOOK))
            _long_log(log)
            land(lake, log.batch(BOOK))
            parts = list(parts_of(find_work(lake, BOOK), at_once))
            if at_once == 1:
                assert all(len(part.due) == 1 for part in parts)
                assert not any(part.settled or part.is_tick_new for part in parts[:-1])
                assert len(parts) > 3
            for part in parts[: killed_after if at_once == 1 else None]:
                _store(lake, part)
            derive_unaudited(lake, BOOK)
            assert not find_work(lake, BOOK).due
            found.append(state_hashes(lake))

    assert found[0] == found[1]


def _store(lake: duckdb.DuckDBPyConnection, part: Work) -> None:
    load_inputs(lake, part.due)
    judged = {each.number: Judged(Verdict.PASSED, ()) for each in part.due}
    store(lake, BOOK, part, judged, compute_values(lake, part.due, judged))
