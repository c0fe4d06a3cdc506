"""What senders are told of their returns and explanations, on a real DuckLake, and how rows and texts land."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import msgspec
import pytest

from plan.book import PlanBook
from plan.codes import ItemType, RowsBy
from plan.faults import FaultCode
from plan.messages import Cell, Explanation, Finding, OutcomeKind, Return, ReturnOutcome, Verdict, encode
from plan.model import Calendar, Code, Form, Item, Plan, Rows
from plan.periods import PeriodKind
from plan.topics import explanation_topic, outcome_topic, return_topic
from tests.support.lakes import LakeYard
from tests.support.memory_log import MemoryLog, a_return
from tests.support.small_plan import names, small_plan
from warehouse.batch import Account
from warehouse.derivation import store
from warehouse.due_slices import find_work
from warehouse.inputs import load_inputs
from warehouse.landing import land
from warehouse.migrations import SQL, migrate
from warehouse.outbox import mark_sent, unsent
from warehouse.values import Judged, compute_values

AT = dt.datetime(2018, 1, 10, 8, tzinfo=dt.UTC)
LATER = dt.datetime(2018, 1, 20, 8, tzinfo=dt.UTC)
CONCRETE = "12月新增一台锅炉,耗煤量因此上升三成"
TOPIC = return_topic("output", "gateway")
DOUBT = Finding(
    check_id="plausible:energy", severity="verify", unit="mill-a", item="energy", observed="9",
    says_zh="超出合理范围", says_en="outside the plausible range",
)  # fmt: skip


def _events() -> Form:
    """A form with rows: permits by number, and how many there are."""
    return Form(
        id="permits",
        version=1,
        names=names("permits"),
        calendar=Calendar(kind=PeriodKind.MONTH, periods=("2017-12",), due_days=30),
        roster=("bureau",),
        rows=Rows(names=names("permit number"), by=RowsBy.KEY, most=10, count_item="events"),
        items=(
            Item(id="events", names=names("events"), unit="mine", type=ItemType.INTEGER, required=True),
            Item(
                id="event", names=names("event"), type=ItemType.CODE, in_rows=True, required=True,
                codes=(Code(id="issued", names=names("issued")), Code(id="revoked", names=names("revoked"))),
            ),
            Item(id="limit", names=names("limit"), unit="tce", in_rows=True, plausible_maximum=Decimal(50)),
        ),
    )  # fmt: skip


def _plan() -> Plan:
    """The small plan; its gateway is told, and takes the form with rows too."""
    plan = small_plan()
    gateway, archive = plan.senders
    forms = (*gateway.forms, "permits")
    told = msgspec.structs.replace(gateway, gets_outcomes=True, forms=forms)
    return msgspec.structs.replace(plan, senders=(told, archive), forms=(*plan.forms, _events()))


BOOK = PlanBook((_plan(),))


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> LakeYard:
    return LakeYard(tmp_path_factory.mktemp("yard"))


@pytest.fixture
def lake(yard: LakeYard) -> Iterator[duckdb.DuckDBPyConnection]:
    with yard.fresh() as made:
        yield made


@pytest.fixture
def log() -> MemoryLog:
    made = MemoryLog()
    made.plan(_plan())
    return made


def _outcomes(lake: duckdb.DuckDBPyConnection) -> list[ReturnOutcome]:
    """Take what senders are told out of the outbox."""
    waiting = unsent(lake, 1000)
    if waiting:
        mark_sent(lake, waiting[-1][0])
    told = [text for _, topic, _, text in waiting if topic == outcome_topic("gateway")]
    return [msgspec.json.decode(text, type=ReturnOutcome) for text in told]


def _derive(lake: duckdb.DuckDBPyConnection, *findings: Finding) -> None:
    """One round of derivation in which every slice gets these findings."""
    verdict = Verdict.TO_VERIFY if findings else Verdict.PASSED
    work = find_work(lake, BOOK)
    load_inputs(lake, work.due)
    judged = {each.number: Judged(verdict, findings) for each in work.due}
    store(lake, BOOK, work, judged, compute_values(lake, work.due, judged))


def _report(log: MemoryLog, unit: str, return_id: str, at: dt.datetime = AT, energy: float = 1.5) -> None:
    log.send_return(a_return("output", unit, {"energy": energy, "value-added": 3.0}, return_id=return_id), at)


def test_landed_repeated_and_refused_are_told_once_each_by_address(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    _report(log, "mill-a", "r-1")
    _report(log, "mill-a", "r-1")
    _report(log, "mill-a", "r-1", energy=1.75)  # the same id with another figure
    log.send(TOPIC, b'{"return_id": "r-2", "unit": "mill-b", "form": "output", "period": "2017"}', AT)
    log.send(TOPIC, b"\xff not JSON", AT)

    account = land(lake, log.batch(BOOK))

    assert account == Account(consumed=6, landed=2, dead_lettered=3, duplicate=1)  # the plan landed too
    told = _outcomes(lake)
    assert [(each.offset, each.kind, each.return_id, each.unit) for each in told] == [
        (0, OutcomeKind.LANDED, "r-1", "mill-a"),
        (1, OutcomeKind.DUPLICATE, "r-1", "mill-a"),
        (2, OutcomeKind.DEAD_LETTERED, "r-1", "mill-a"),
        (3, OutcomeKind.DEAD_LETTERED, "r-2", "mill-b"),
        (4, OutcomeKind.DEAD_LETTERED, "", ""),
    ]
    assert {each.topic for each in told} == {TOPIC}
    assert [fault.code for fault in told[2].faults] == [FaultCode.SAME_ID_OTHER_CONTENT]
    assert {fault.place for fault in told[3].faults} == {"form_version", "cells"}
    assert [fault.code for fault in told[4].faults] == [FaultCode.NOT_JSON]
    assert len({each.outcome_id for each in told}) == 5


def test_a_sender_that_is_not_told_hears_nothing(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    log.backdate("growth", "bureau", {"rate": 5}, AT, AT)
    log.send(return_topic("growth", "archive"), b"{}", AT)
    land(lake, log.batch(BOOK))
    assert _outcomes(lake) == []


def test_the_verdict_is_told_with_the_findings_of_the_unit_alone(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    _report(log, "mill-a", "a-1")
    _report(log, "mill-b", "b-1", LATER)
    land(lake, log.batch(BOOK))
    _outcomes(lake)

    _derive(lake, DOUBT)

    told = {each.unit: each for each in _outcomes(lake)}
    assert {unit: (each.kind, each.verdict, each.return_id) for unit, each in told.items()} == {
        "mill-a": (OutcomeKind.AUDITED, Verdict.TO_VERIFY, "a-1"),
        "mill-b": (OutcomeKind.AUDITED, Verdict.TO_VERIFY, "b-1"),
    }
    assert told["mill-a"].findings == (DOUBT,)
    assert told["mill-b"].findings == ()
    assert told["mill-a"].at == LATER  # as of the return that made the slice complete


def test_a_correction_by_one_unit_does_not_tell_the_other_again(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    _report(log, "mill-a", "a-1")
    _report(log, "mill-b", "b-1")
    land(lake, log.batch(BOOK))
    _derive(lake)
    _outcomes(lake)

    _report(log, "mill-b", "b-2", LATER, energy=2.0)
    land(lake, log.batch(BOOK))
    _derive(lake)

    assert [(each.kind, each.return_id) for each in _outcomes(lake)] == [
        (OutcomeKind.LANDED, "b-2"),
        (OutcomeKind.AUDITED, "b-2"),
    ]


def test_both_are_told_when_the_verdict_on_their_slice_changes(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    _report(log, "mill-a", "a-1")
    _report(log, "mill-b", "b-1")
    land(lake, log.batch(BOOK))
    _derive(lake, DOUBT)
    _outcomes(lake)

    _report(log, "mill-b", "b-2", LATER, energy=2.0)
    land(lake, log.batch(BOOK))
    _derive(lake)

    told = [(each.return_id, each.verdict) for each in _outcomes(lake) if each.kind is OutcomeKind.AUDITED]
    assert told == [("a-1", Verdict.PASSED), ("b-2", Verdict.PASSED)]


def test_explanations_land_repeat_and_are_refused_like_returns(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    said = Explanation(
        explanation_id="e-1", form="output", unit="mill-a", period="2017", item="energy", text=CONCRETE,
        check_id="plausible:energy", return_id="a-1",
    )  # fmt: skip
    empty = msgspec.structs.replace(said, explanation_id="e-2", text="经核实,数据准确无误")
    stranger = msgspec.structs.replace(said, explanation_id="e-3", unit="nobody")
    for each in (said, said, empty, stranger):
        log.send(explanation_topic("gateway"), encode(each), AT)

    account = land(lake, log.batch(BOOK))

    assert account == Account(consumed=5, landed=2, dead_lettered=2, duplicate=1)
    rows = lake.execute("SELECT unit_id, item_id, check_id, return_id, says, known_at FROM fct_explanation").fetchall()
    assert [(*row[:5], row[5].astimezone(dt.UTC)) for row in rows] == [
        ("mill-a", "energy", "plausible:energy", "a-1", CONCRETE, AT)
    ]
    told = _outcomes(lake)
    assert [(each.kind, each.return_id, [fault.code for fault in each.faults]) for each in told] == [
        (OutcomeKind.LANDED, "e-1", []),
        (OutcomeKind.DUPLICATE, "e-1", []),
        (OutcomeKind.DEAD_LETTERED, "e-2", [FaultCode.NOT_CONCRETE]),
        (OutcomeKind.DEAD_LETTERED, "e-3", [FaultCode.UNKNOWN_UNIT, FaultCode.NOT_AUTHORISED]),
    ]


def test_rows_and_texts_land_beside_numbers(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    cells = (
        Cell(item="events", value=2),
        Cell(item="event", text="issued", row="许-001"),
        Cell(item="limit", value=12.5, row="许-001"),
        Cell(item="event", text="revoked", row="许-002"),
    )
    log.send_return(
        Return(return_id="p-1", form="permits", form_version=1, unit="bureau", period="2017-12", cells=cells), AT
    )
    land(lake, log.batch(BOOK))
    _derive(lake)

    found = lake.execute("SELECT item_id, row_key, value, text_value FROM fct_observation ORDER BY row_key, item_id")
    assert found.fetchall() == [
        ("events", "", Decimal(2), ""),
        ("event", "许-001", None, "issued"),
        ("limit", "许-001", Decimal("12.5"), ""),
        ("event", "许-002", None, "revoked"),
    ]


def test_cells_of_an_older_lake_are_kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A lake of before rows and texts: its cells stand in no row and hold no text, and are otherwise the same."""
    yard = LakeYard(tmp_path_factory.mktemp("old"))
    with yard.fresh() as lake:
        for (table,) in lake.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'w'").fetchall():
            lake.execute(f'DROP TABLE "{table}"')
        for (view,) in lake.execute(
            "SELECT view_name FROM duckdb_views() WHERE database_name = 'w' AND NOT internal"
        ).fetchall():
            lake.execute(f'DROP VIEW "{view}"')
        lake.execute("CREATE TABLE migration (number INTEGER NOT NULL, name VARCHAR NOT NULL)")
        for file in sorted((SQL / "migrations").glob("000[1-4]_*.sql")):
            lake.execute(file.read_text(encoding="utf-8"))
            lake.execute("INSERT INTO migration VALUES (?, ?)", [int(file.name[:4]), file.stem])
        lake.execute(
            "INSERT INTO raw_return SELECT 7, 1, 7, 'small', 'output', 1, '2017', DATE '2017-12-31', 'city', 'mill-a', "
            "'gateway', 'r-1', 'digest', false, 'exact', '[]', '', now(), now()"
        )
        lake.execute("INSERT INTO raw_cell VALUES (7, 'energy', 'city', 1.5, 'tce', 'A', 'exact', '', '[]')")
        lake.execute("INSERT INTO raw_cell VALUES (7, 'output', 'city', 2.5, '', 'A', 'exact', '', '[]')")
        lake.execute("CHECKPOINT w")

        assert migrate(lake)[0] == 5

        read = "SELECT return_row, item_id, row_key, area_id, value, text_value, unit, status FROM stg_cell ORDER BY 2"
        # The area that is the return's own is no detail of the cell.
        assert lake.execute(read).fetchall() == [
            (7, "energy", "", "", Decimal("1.5"), "", "tce", "A"),
            (7, "output", "", "", Decimal("2.5"), "", "", "A"),
        ]
        assert lake.execute("SELECT item_id FROM raw_cell_detail").fetchall() == [("energy",)]
