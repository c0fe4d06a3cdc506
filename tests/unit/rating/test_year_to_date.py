"""Months from cumulative figures, the Spring Festival, refusals, and the way back."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.periods import parse_period
from rating.year_to_date import REFUSALS, Figure, Months, Refusal, months, year_on_year, year_to_date


def figure(period: str, value: str, vintage: str = "first") -> Figure:
    return Figure(parse_period(period), Decimal(value), vintage)


def test_a_year_has_eleven_points_of_which_the_first_is_two_months_long() -> None:
    sums = [f"{10 * month}.1" for month in range(2, 13)]
    figures = [figure(f"2017-01..{month:02d}", sums[month - 2]) for month in range(2, 13)]

    split = months(figures[::-1])

    assert isinstance(split, Months)
    assert [str(each.period) for each in split.points] == ["2017-01..02", *(f"2017-{m:02d}" for m in range(3, 13))]
    assert [each.value for each in split.points] == [Decimal("20.1"), *[10] * 10]
    assert split.to_verify == ()


def test_differences_are_exact() -> None:
    split = months([figure("2017-01..02", "0.1"), figure("2017-01..03", "0.3")])

    assert isinstance(split, Months)
    assert split.points[1].value == Fraction(1, 5)


def test_cumulative_is_whatever_runs_from_january() -> None:
    spellings = ["2017-01..02", "2017-Q1", "2017-01..04", "2017-01..05", "2017-H1"]

    split = months([figure(period, "5") for period in spellings])

    assert isinstance(split, Months)
    assert [str(each.period) for each in split.points][1:] == ["2017-03", "2017-04", "2017-05", "2017-06"]


def test_january_alone_is_part_of_the_first_point() -> None:
    for january in ("2017-01", "2017-01..01"):
        split = months([figure(january, "4"), figure("2017-01..02", "9")])

        assert isinstance(split, Months)
        assert [(str(each.period), each.value) for each in split.points] == [("2017-01..02", 9)]
        assert months([figure(january, "4")]) is Refusal.NO_FIGURES


def test_a_negative_month_is_to_be_verified_and_stays_visible() -> None:
    split = months([figure("2017-01..02", "8"), figure("2017-01..03", "7.5"), figure("2017-01..04", "9")])

    assert isinstance(split, Months)
    assert [str(each) for each in split.to_verify] == ["2017-03"]
    assert [each.value for each in split.points] == [8, Fraction(-1, 2), Fraction(3, 2)]


@pytest.mark.parametrize(
    ("periods", "vintages", "why"),
    [
        ([], [], Refusal.NO_FIGURES),
        (["2017-01..02", "2017-03"], ["a", "a"], Refusal.NOT_CUMULATIVE),
        (["2017-02"], ["a"], Refusal.NOT_CUMULATIVE),
        (["2017-01..02", "2018-01..03"], ["a", "a"], Refusal.TWO_YEARS),
        (["2017-01..02", "2017-01..03"], ["a", "b"], Refusal.MIXED_VINTAGES),
        (["2017-01..02", "2017-01..03", "2017-Q1"], ["a", "a", "a"], Refusal.TWICE),
        (["2017-01..02", "2017-01..04"], ["a", "a"], Refusal.GAP),
        (["2017-01..03", "2017-01..04"], ["a", "a"], Refusal.GAP),
    ],
)
def test_what_must_not_be_split_is_refused(periods: list[str], vintages: list[str], why: Refusal) -> None:
    assert months([figure(each, "1", vintage) for each, vintage in zip(periods, vintages, strict=True)]) is why


@pytest.mark.parametrize(
    ("points", "why"),
    [
        (["2017-01..02", "2017-01..03"], Refusal.GAP),
        (["2017-01..02", "2017-04"], Refusal.GAP),
        (["2017-01", "2017-02", "2017-03"], Refusal.GAP),
        (["2017-02", "2017-03"], Refusal.NOT_CUMULATIVE),
        ([], Refusal.NO_FIGURES),
    ],
)
def test_what_are_no_months_is_not_added_up(points: list[str], why: Refusal) -> None:
    assert year_to_date([figure(each, "1") for each in points]) is why


def test_growth_against_the_same_months_of_the_year_before() -> None:
    assert year_on_year(figure("2018-01..06", "53.5"), figure("2017-01..06", "50")) == 7
    assert year_on_year(figure("2019-01..02", "1.061"), figure("2018-01..02", "1")) == Fraction(61, 10)
    assert year_on_year(figure("2018-03", "9"), figure("2017-03", "10")) == -10
    assert year_on_year(figure("2018", "0"), figure("2017-01..12", "10")) == -100


@pytest.mark.parametrize(
    ("now", "before", "why"),
    [
        (("2018-02", "5"), ("2017-02", "5"), Refusal.SPRING_FESTIVAL),
        (("2018-01", "5"), ("2017-01", "5"), Refusal.SPRING_FESTIVAL),
        (("2018-01..01", "5"), ("2017-01..01", "5"), Refusal.SPRING_FESTIVAL),
        (("2018-01..02", "5"), ("2017-01", "5"), Refusal.OTHER_MONTHS),
        (("2018-01..03", "5"), ("2017-03", "5"), Refusal.OTHER_MONTHS),
        (("2018-03", "5"), ("2016-03", "5"), Refusal.NOT_A_YEAR_APART),
        (("2018-03", "5"), ("2017-03", "0"), Refusal.ZERO_BASE),
        (("2018-03", "5"), ("2017-03", "-1"), Refusal.MIXED_SIGNS),
        (("2018-03", "-5"), ("2017-03", "1"), Refusal.MIXED_SIGNS),
    ],
)
def test_what_must_not_be_compared_is_refused(now: tuple[str, str], before: tuple[str, str], why: Refusal) -> None:
    assert year_on_year(figure(*now), figure(*before)) is why


def test_levels_of_two_vintages_are_not_divided() -> None:
    # Levels 287 611 -> 288 229 give +0.21 %, where the official comparable growth was +1.6 %.
    assert year_on_year(figure("2017", "288229", "2018"), figure("2016", "287611", "2017")) is Refusal.MIXED_VINTAGES


def test_every_refusal_says_what_to_do_in_both_languages() -> None:
    assert set(REFUSALS) == set(Refusal)
    assert all(":" in said.zh and ":" in said.en for said in REFUSALS.values())


@given(st.lists(st.decimals(-1000, 1000, places=4), min_size=1, max_size=11), st.randoms())
def test_splitting_and_adding_up_again_is_the_identity(sums: list[Decimal], chance: object) -> None:
    figures = [Figure(parse_period(f"2017-01..{at + 2:02d}"), value, "v") for at, value in enumerate(sums)]
    split = months(figures)
    assert isinstance(split, Months)
    shuffled = list(split.points)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert year_to_date(shuffled) == tuple(figures)
    assert {each.period for each in split.points if each.value < 0} == set(split.to_verify)
