"""As of a day on a real DuckLake: the very rows of a lake that was made from nothing but the messages known by then."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import duckdb
import pytest

from consumers.derive import derive
from expectations.auditor import Auditor
from plan.due import start_of
from tests.support.lakes import LakeYard
from tests.support.memory_log import MemoryLog, a_return
from tests.support.small_plan import small_book, small_plan
from warehouse.lake import open_reader
from warehouse.landing import land
from warehouse.migrations import lay_views

BOOK = small_book()
LATEST = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
QUESTIONS = (
    "SELECT * FROM indicator_value_as_of(?)",
    "SELECT * FROM response_as_of(?)",
    "SELECT * EXCLUDE (topic, kafka_partition, kafka_offset) FROM observation_as_of(?)",
)


class Sent(NamedTuple):
    """A return as it was sent; ``published`` is given for one that its sender dated itself."""

    form: str
    unit: str
    period: str
    cells: dict[str, float]
    appended: dt.datetime
    published: dt.datetime | None = None

    @property
    def known_at(self) -> dt.datetime:
        return self.published or self.appended


def _at(month: int, day: int, hour: int = 8, year: int = 2018) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=dt.UTC)


RETURNS = (
    Sent("output", "mill-a", "2017", {"energy": 0.1, "value-added": 1}, _at(1, 8)),
    Sent("mines", "bureau", "2017-01..12", {"closed": 5}, _at(1, 10), _at(1, 8)),
    # Published before it, and it arrives after it.
    Sent("mines", "bureau", "2017-01..11", {"closed": 8}, _at(1, 10), _at(12, 8, year=2017)),
    # Withdraws what was closed.
    Sent("mines", "bureau", "2017-01..12", {"accepted": 1}, _at(1, 20)),
    # After its deadline of 30 January: the slice had failed by then.
    Sent("output", "mill-b", "2017", {"energy": 0.2, "value-added": 2}, _at(2, 1)),
    Sent("growth", "bureau", "2017", {"rate": 6.7}, _at(2, 5)),
    # Two of one moment from one partition, and one that says it was published the day before.
    Sent("growth", "bureau", "2017", {"rate": 6.6}, _at(2, 6), _at(2, 4)),
    Sent("output", "mill-a", "2017", {"energy": 9.0, "value-added": 1}, _at(2, 6)),
    Sent("output", "mill-a", "2017", {"energy": 8.0, "value-added": 1}, _at(2, 6)),
    Sent("output", "mill-b", "2018", {"energy": 1.0, "value-added": 1}, _at(2, 7)),
    # Known in time and received long after the deadline: nothing was overdue then.
    Sent("growth", "bureau", "2017", {"rate": 6.5}, _at(2, 8), _at(1, 25)),
)
TICKS = (dt.date(2018, 1, 11), dt.date(2018, 1, 31), dt.date(2018, 2, 7), dt.date(2018, 2, 9))
DAYS = tuple(
    dt.date.fromisoformat(f"{text}")
    for text in ("2017-12-31", "2018-01-08", "2018-01-20", "2018-01-30", "2018-02-01", "2018-02-04", "2018-02-06")
)  # fmt: skip


def _end_of(day: dt.date) -> dt.datetime:
    return start_of(day + dt.timedelta(days=1)) - dt.timedelta(microseconds=1)


def _fill(lake: duckdb.DuckDBPyConnection, auditor: Auditor, known_by: dt.datetime, ticks: tuple[dt.date, ...]) -> None:
    """Land, audit and derive the returns known by a moment, in the order in which they were sent."""
    log = MemoryLog()
    log.plan(small_plan())
    for number, sent in enumerate(RETURNS):
        if sent.known_at <= known_by:
            made = a_return(
                sent.form,
                sent.unit,
                sent.cells,
                period=sent.period,
                return_id=f"r-{number}",
                **({"published_at": sent.published} if sent.published else {}),
            )
            log.send_return(made, sent.appended, "archive" if sent.published else "gateway")
    for tick in ticks:
        log.tick(tick)
    land(lake, log.batch(BOOK))
    derive(lake, BOOK, auditor)


def _answers(lake: duckdb.DuckDBPyConnection, moment: dt.datetime) -> list[list[tuple[object, ...]]]:
    return [sorted(lake.execute(question, [moment]).fetchall(), key=repr) for question in QUESTIONS]


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> LakeYard:
    return LakeYard(tmp_path_factory.mktemp("yard"))


@pytest.fixture(scope="module")
def auditor() -> Iterator[Auditor]:
    """The real one: a verdict as of a day is part of the proof."""
    with Auditor() as made:
        yield made


@pytest.fixture(scope="module")
def whole(yard: LakeYard, auditor: Auditor) -> dict[dt.date, list[list[tuple[object, ...]]]]:
    """Of the lake with everything in it: what it says of each day."""
    with yard.fresh() as lake:
        _fill(lake, auditor, LATEST, TICKS)
        return {day: _answers(lake, _end_of(day)) for day in DAYS}


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_as_of_a_day_is_the_lake_of_what_was_known_by_then(
    yard: LakeYard, auditor: Auditor, whole: dict[dt.date, list[list[tuple[object, ...]]]], day: dt.date
) -> None:
    """Nothing is asked of the fresh lake as of anything: it knows no more, and the tick tells that the day is over."""
    over = day + dt.timedelta(days=1)
    with yard.fresh() as fresh:
        _fill(fresh, auditor, _end_of(day), (*(tick for tick in TICKS if tick < over), over))

        assert whole[day] == _answers(fresh, LATEST)


def test_the_days_of_the_proof_differ(whole: dict[dt.date, list[list[tuple[object, ...]]]]) -> None:
    counts = [[len(rows) for rows in whole[day]] for day in DAYS]

    # At the end of 2017 what was closed by November is known; nothing else was sent or due.
    # Observations on the last day: energy and value added of two mills, closed to November, accepted, rate.
    assert counts[0] == [1, 1, 1]
    assert counts[-1][2] == 7
    verdicts = {row[-1] for day in DAYS for row in whole[day][1]}
    assert verdicts >= {"passed", "failed"}
    assert len({repr(whole[day]) for day in DAYS}) == len(DAYS)


def test_as_of_the_end_is_the_latest(yard: LakeYard, auditor: Auditor) -> None:
    with yard.fresh() as lake:
        _fill(lake, auditor, LATEST, TICKS)
        latest = [column[0] for column in lake.execute("FROM fct_observation_latest LIMIT 0").description]
        columns = ", ".join(latest)
        found = lake.execute(f"SELECT {columns} FROM observation_as_of(?) ORDER BY ALL", [LATEST]).fetchall()

        assert found == lake.execute(f"SELECT {columns} FROM fct_observation_latest ORDER BY ALL").fetchall()
        assert len(found) == 9


def test_a_reader_asks_while_the_writer_is_there_and_macros_are_laid_anew(yard: LakeYard, auditor: Auditor) -> None:
    with yard.fresh() as lake:
        _fill(lake, auditor, LATEST, TICKS)
        lake.execute("DROP MACRO TABLE observation_as_of")
        lake.execute("DELETE FROM laid_views")

        lay_views(lake)

        reader = open_reader(yard.settings)
        rows = reader.execute("SELECT count(*) FROM observation_as_of(TIMESTAMPTZ '2018-01-08 23:59:59+08')").fetchone()
        reader.close()
    # 8 January: mill-a's two cells, and what was closed by November and by December.
    assert rows == (4,)
