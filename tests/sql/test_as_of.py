"""The as-of macros on given rows: what was known then and nothing later; as of the end they are the latest."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.vintage_tables import LATEST, VintageTables, day

CELLS = "SELECT unit_id, item_id, value FROM observation_as_of(?) ORDER BY ALL"
VALUES = "SELECT period, value, cutoff_at FROM indicator_value_as_of(?) ORDER BY ALL"


@pytest.fixture
def tables() -> Iterator[VintageTables]:
    made = VintageTables()
    yield made
    made.db.close()


def test_an_observation_is_seen_from_the_moment_it_was_known(tables: VintageTables) -> None:
    tables.add_return("mill", {"energy": "3"}, day(8))

    assert tables.rows(CELLS, day(8) - dt.timedelta(microseconds=1)) == []
    assert tables.rows(CELLS, day(8)) == [("mill", "energy", Decimal(3))]


def test_a_newer_return_replaces_the_whole_older_one_from_then_on(tables: VintageTables) -> None:
    tables.add_return("mill", {"energy": "3", "output": "7"}, day(8))
    tables.add_return("mill", {"energy": "4"}, day(10))

    assert tables.rows(CELLS, day(9)) == [("mill", "energy", Decimal(3)), ("mill", "output", Decimal(7))]
    assert tables.rows(CELLS, day(10)) == [("mill", "energy", Decimal(4))]


def test_what_was_known_earlier_but_arrived_later_takes_its_earlier_place(tables: VintageTables) -> None:
    tables.add_return("mill", {"energy": "4"}, day(10))
    tables.add_return("mill", {"energy": "3"}, day(8))

    assert tables.rows(CELLS, day(9)) == [("mill", "energy", Decimal(3))]
    assert tables.rows(CELLS, LATEST) == [("mill", "energy", Decimal(4))]


def test_of_equals_the_address_decides_and_not_the_arrival(tables: VintageTables) -> None:
    tables.add_return("mill", {"energy": "4"}, day(8), topic="returns.form.office")
    tables.add_return("mill", {"energy": "3"}, day(8), topic="returns.form.door")

    assert tables.rows(CELLS, day(8)) == [("mill", "energy", Decimal(4))]


def test_the_zone_in_which_a_moment_is_written_does_not_matter(tables: VintageTables) -> None:
    tables.add_return("mill", {"energy": "3"}, day(8))

    assert len(tables.rows(CELLS, "2018-01-08T20:00:00+08:00")) == 1
    assert tables.rows(CELLS, "2018-01-08T19:59:59+08:00") == []


def test_a_value_is_that_of_the_newest_cut_off_and_an_empty_one_speaks(tables: VintageTables) -> None:
    tables.add_value("6.7", day(8))
    tables.add_value(None, day(10))

    assert tables.rows(VALUES, day(7)) == []
    assert tables.rows("SELECT value FROM indicator_value_as_of(?)", day(9)) == [(Decimal("6.7"),)]
    assert tables.rows("SELECT value FROM indicator_value_as_of(?)", day(10)) == [(None,)]


def test_only_rows_of_the_plan_in_force_are_seen(tables: VintageTables) -> None:
    tables.add_value("5", day(9), plan_hash="hash-before")
    tables.add_value("6", day(8))
    tables.add_response(2, day(9), plan_hash="hash-before")
    tables.add_response(1, day(8))

    assert tables.rows("SELECT value FROM indicator_value_as_of(?)", LATEST) == [(Decimal(6),)]
    assert tables.rows("SELECT received FROM response_as_of(?)", LATEST) == [(1,)]


def test_a_response_is_that_of_the_newest_cut_off(tables: VintageTables) -> None:
    tables.add_response(1, day(8))
    tables.add_response(2, day(10))

    found = [tables.rows("SELECT received FROM response_as_of(?)", day(at)) for at in (7, 8, 9, 10)]

    assert found == [[], [(1,)], [(1,)], [(2,)]]


_DAYS = st.integers(1, 5)
_RETURNS = st.lists(
    st.tuples(
        st.sampled_from(("a", "b")),
        st.sampled_from(("2017", "2018")),
        _DAYS,
        st.sampled_from(("returns.form.x", "returns.form.y")),
        st.dictionaries(st.sampled_from(("energy", "output")), st.integers(0, 9).map(str)),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(returns=_RETURNS, asked=st.integers(0, 6))
def test_as_of_sees_the_newest_of_what_was_known_and_nothing_later(
    returns: list[tuple[str, str, int, str, dict[str, str]]], asked: int
) -> None:
    tables = VintageTables()
    newest: dict[tuple[str, str], tuple[tuple[int, str, int], dict[str, str]]] = {}
    for offset, (unit, period, known, topic, cells) in enumerate(returns, 1):
        tables.add_return(unit, cells, day(10 + known), period=period, topic=topic)
        rank = (known, topic, offset)
        if known <= asked and rank > newest.get((period, unit), ((0, "", 0), {}))[0]:
            newest[(period, unit)] = (rank, cells)
    expected = sorted(
        (period, unit, item, Decimal(value), day(10 + rank[0]))
        for (period, unit), (rank, cells) in newest.items()
        for item, value in cells.items()
    )

    found = tables.rows("SELECT period, unit_id, item_id, value, known_at FROM observation_as_of(?)", day(10 + asked))

    assert sorted(found) == expected
    shared = "period, unit_id, item_id, value, known_at, return_id"
    assert tables.rows(f"SELECT {shared} FROM observation_as_of(?) ORDER BY ALL", LATEST) == tables.rows(
        f"SELECT {shared} FROM fct_observation_latest ORDER BY ALL"
    )
    tables.db.close()


@settings(max_examples=60, deadline=None)
@given(
    made=st.dictionaries(
        st.tuples(st.sampled_from(("2017", "2018")), _DAYS), st.none() | st.integers(0, 9).map(str), max_size=8
    ),
    asked=st.integers(0, 6),
)
def test_a_value_as_of_a_day_never_comes_from_a_later_cut_off(
    made: dict[tuple[str, int], str | None], asked: int
) -> None:
    tables = VintageTables()
    for (period, at), value in made.items():
        tables.add_value(value, day(10 + at), period=period)
    seen = {}
    for (period, at), value in sorted(made.items()):
        if at <= asked:
            seen[period] = (period, None if value is None else Decimal(value), day(10 + at))

    assert sorted(tables.rows(VALUES, day(10 + asked)), key=repr) == sorted(seen.values(), key=repr)
    tables.db.close()
