"""What a reader is told never lags behind what is known: ids of announcements, and colours that lose their verdict."""

import datetime as dt
from collections.abc import Iterator

import duckdb
import msgspec
import pytest

from plan.canonical import plan_hash
from plan.codes import Status, Yardstick
from plan.messages import Assessment, Bound, IndicatorValue, Margin, Reason, Verdict, encode  # fmt: skip
from plan.topics import ASSESSMENTS
from tests.support.lakes import LakeYard, work_off
from tests.support.memory_log import MemoryLog
from tests.support.small_facts import facts_of
from tests.support.small_plan import small_book, small_plan
from warehouse.outbox import unsent

RECEIVED = dt.datetime(2018, 1, 12, tzinfo=dt.UTC)
FINAL, PRELIMINARY = dt.datetime(2018, 1, 9, tzinfo=dt.UTC), dt.datetime(2018, 1, 5, tzinfo=dt.UTC)


@pytest.fixture
def lake(tmp_path) -> Iterator[duckdb.DuckDBPyConnection]:
    with LakeYard(tmp_path).fresh() as made:
        yield made


@pytest.fixture
def log() -> MemoryLog:
    made = MemoryLog()
    made.plan(small_plan())
    made.tick(dt.date(2018, 1, 11))
    return made


def announced(lake: duckdb.DuckDBPyConnection) -> list[IndicatorValue]:
    found = [msgspec.json.decode(payload, type=IndicatorValue) for *_, payload in unsent(lake, 1000)]
    return [value for value in found if value.indicator == "rate"]


def test_an_older_figure_that_is_added_later_does_not_have_the_last_word(
    lake: duckdb.DuckDBPyConnection, log: MemoryLog
) -> None:
    """The final figure is announced again after the preliminary one, and as something not said before."""
    log.backdate("growth", "bureau", {"rate": 0.76}, FINAL, RECEIVED)
    work_off(lake, log, small_book())
    log.backdate("growth", "bureau", {"rate": -7.64}, PRELIMINARY, RECEIVED)
    work_off(lake, log, small_book())

    values = announced(lake)

    assert [(value.value, value.cutoff_at) for value in values] == [
        ("0.76", FINAL),
        ("-7.64", PRELIMINARY),
        ("0.76", FINAL),
    ]
    assert len({value.message_id for value in values}) == 3


def test_there_and_back_within_a_day_is_three_announcements(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    for figure in (5.0, 6.0, 5.0):
        log.backdate("growth", "bureau", {"rate": figure}, FINAL, RECEIVED)
        work_off(lake, log, small_book())

    values = announced(lake)

    assert [value.value for value in values] == ["5", "6", "5"]
    assert len({value.message_id for value in values}) == 3


def test_a_colour_does_not_outlive_its_verdict(lake: duckdb.DuckDBPyConnection, log: MemoryLog) -> None:
    """The alerter is away: the newest derivation failed its audit, the last assessment was green."""
    log.backdate("growth", "bureau", {"rate": 9.0}, FINAL, RECEIVED)
    work_off(lake, log, small_book())
    green = Assessment(
        assessment_id="a-1", plan_id="small", plan_hash=plan_hash(small_plan()), target="rate-of-2018",
        indicator="rate", area="city", yardstick=Yardstick.PLAN_PROGRESS, preset="share", preset_version=1,
        is_alerting=True, period="2017", status=Status.ACHIEVED, reason=Reason.NONE, level_label="三级", value="9",
        required="2.5", gap="6.5", missed_pct="0", unit="pct", indicator_value="9", formula_zh="", formula_en="",
        evidence=(), bound=Bound.EXACT, verdict=Verdict.PASSED, known_at=FINAL, cutoff_at=FINAL,
        value_message_id="v", origins=(), sources=(), margin=Margin.UNKNOWN, score=None,
        facts=facts_of(small_plan(), "2017"),
    )  # fmt: skip
    log.send(ASSESSMENTS, encode(green), RECEIVED)
    work_off(lake, log, small_book())
    asked = "SELECT status, reason, verdict, value, alert_state FROM rpt_barometer"
    assert lake.execute(asked).fetchall() == [("achieved", "", "passed", 9.0, "inactive")]

    lake.execute("UPDATE indicator_value SET verdict = 'failed' WHERE indicator_id = 'rate'")

    assert lake.execute(asked).fetchall() == [("not_assessed", "failed_audit", "failed", None, "inactive")]
