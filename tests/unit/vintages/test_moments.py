"""A day ends in China's time zone; a moment needs its zone; anything else is refused with the mend."""

import datetime as dt

import pytest

from plan.due import deadline_at
from plan.periods import parse_period
from tests.support.small_plan import DEADLINE_2017, small_plan
from vintages.moments import MomentRefused, in_order, moment_of


def test_a_day_is_its_last_moment_in_china() -> None:
    assert moment_of("2018-01-30") == dt.datetime(2018, 1, 30, 15, 59, 59, 999999, dt.UTC)


def test_the_end_of_a_due_date_is_the_deadline() -> None:
    growth = small_plan().forms[1]

    assert moment_of("2018-01-30") == deadline_at(growth, parse_period("2017")) == DEADLINE_2017


@pytest.mark.parametrize(
    "text", ["2018-01-30T09:30+08:00", "2018-01-30T01:30Z", "2018-01-30T01:30:00+00:00", "2018-01-29T20:30:00-05:00"]
)
def test_a_moment_is_read_in_its_own_zone(text: str) -> None:
    assert moment_of(text) == dt.datetime(2018, 1, 30, 1, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2018", "2018-02-30", "2018-13-01", "30.01.2018", "2018-01-3x", "9999-12-31", "0000-01-01"],
)
def test_what_is_no_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(MomentRefused, match=r"write it like 2018-01-30 or 2018-01-30T09:30\+08:00"):
        moment_of(text)


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(MomentRefused, match="no time zone"):
        moment_of("2018-01-30T09:30")


def test_two_moments_must_be_in_order() -> None:
    earlier, later = moment_of("2018-01-30"), moment_of("2018-01-31")
    in_order(earlier, later)
    for pair in ((later, earlier), (later, later)):
        with pytest.raises(MomentRefused, match="turn them round"):
            in_order(*pair)
