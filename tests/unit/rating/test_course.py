"""Growth ratio and weather as the engine asks them: levels from changes, what is withheld, what is achieved anyway."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from plan.codes import Comparator, Kind, Measure, Status, Yardstick
from plan.messages import Bound, Reason
from plan.model import Indicator, Target, YardstickRule
from rating.engine import Observed, Rating

_FIVE_YEARS = [str(year) for year in range(2013, 2018)]


@pytest.fixture
def growth(make_rule: Callable[..., YardstickRule]) -> dict[str, Any]:
    return {"yardsticks": (make_rule(Yardstick.GROWTH_RATIO, alert="growth-ratio"),)}


@pytest.fixture
def weather(make_rule: Callable[..., YardstickRule]) -> dict[str, Any]:
    return {"yardsticks": (make_rule(Yardstick.WEATHER, alert="weather"),)}


def test_changes_of_a_reduction_are_chained_from_a_hundred(
    growth: dict[str, Any],
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    """-19 % in two years asks -10 % a year; -5 and then -4 % are a mean of -4.5013 %, so R = 0.4501.

    100 x 0.95 x 0.96 = 91.2; its square root is 9.549869..., so 0.95498691 - 1 = -4.501309 %.
    """
    target = make_reduction(value="34.39", deadline="2019", **growth)  # 1 - 0.9^4: 10 % a year for four years
    series = [observe("2016", "-5"), observe("2017", "-4")]

    made = rate_one(target, intensity(), series, "2017")

    assert (made.status, str(made.value), made.required) == (Status.MIDDLE, "0.4501", Decimal(1))
    # 4.1667 x 0.450131 - 2.5 = -0.62444: the score below R = 0.6.
    assert made.score == Decimal("-0.6244")
    assert made.missed_pct == Decimal("54.99")
    assert made.formula_zh.startswith("基年以来年均增速 = -4.501309 %;到目标年所需年均增速 = -10 %;")
    assert [(row.name_en, row.period, row.value) for row in made.evidence][:3] == [
        ("index of the base year", "2015", "100"),
        ("reported figure", "2016", "-5"),
        ("reported figure", "2017", "-4"),
    ]
    assert ("level of the year", "2017", "91.2") in [(row.name_en, row.period, row.value) for row in made.evidence]
    assert ("level to reach", "2019", "65.61") in [(row.name_en, row.period, row.value) for row in made.evidence]


def test_levels_of_a_reduction_need_only_both_ends_for_the_growth_ratio(
    growth: dict[str, Any],
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    target = make_reduction(value="34.39", deadline="2019", **growth)

    made = rate_one(target, intensity(Measure.LEVEL), [observe("2015", "2"), observe("2017", "1.62")], "2017")

    assert (made.status, str(made.value)) == (Status.ON_TRACK, "1.0000")


@pytest.mark.parametrize(
    ("given", "series", "status", "reason"),
    [
        ({"base_value": None}, {"2018": "130"}, Status.NOT_ASSESSED, Reason.BASE_MISSING),
        ({"base_value": "0"}, {"2018": "130"}, Status.NOT_ASSESSED, Reason.ZERO_BASE),
        ({"base_value": "-10"}, {"2018": "130"}, Status.NOT_ASSESSED, Reason.MIXED_SIGNS),
        ({"base_value": "-10", "value": "0"}, {"2018": "-5"}, Status.NOT_ASSESSED, Reason.ZERO_TARGET),
        # A target that is met is achieved, ratio or not.
        ({"base_value": None}, {"2018": "160"}, Status.ACHIEVED, Reason.NONE),
        ({"base_value": "0"}, {"2018": "161"}, Status.ACHIEVED, Reason.NONE),
        ({"base_value": "100"}, {"2018": "160"}, Status.ACHIEVED, Reason.NONE),
        # Strictly more: 160 is not yet enough, but grew as fast as it had to.
        ({"base_value": "100", "comparator": Comparator.MORE_THAN}, {"2018": "160"}, Status.ON_TRACK, Reason.NONE),
        # Only whole years between the baseline and the deadline are asked about.
        ({"base_value": "100"}, {"2018-06": "130"}, Status.NOT_ASSESSED, Reason.NOT_YET_DUE),
        ({"base_value": "100"}, {"2021": "170"}, Status.NOT_ASSESSED, Reason.NOT_YET_DUE),
        ({"base_value": "100"}, {"2016": "100"}, Status.NOT_ASSESSED, Reason.NOT_YET_DUE),
        # The base is the target: nothing need grow, and any loss is below every limit.
        ({"base_value": "160"}, {"2018": "159"}, Status.SEVERE, Reason.NONE),
    ],
)
def test_growth_of_a_stock(
    *,
    given: dict[str, Any],
    series: dict[str, str],
    status: Status,
    reason: Reason,
    growth: dict[str, Any],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    points = [observe(period, value) for period, value in series.items()]

    made = rate_one(make_target(**growth, **given), make_indicator(), points, points[-1].period)

    assert (made.status, made.reason) == (status, reason)


@pytest.mark.parametrize(
    ("comparator", "status", "score"),
    [(Comparator.AT_LEAST, Status.ACHIEVED, "5.0000"), (Comparator.MORE_THAN, Status.ON_TRACK, "2.8572")],
)
def test_a_value_on_its_target_has_the_score_of_what_it_is(
    *,
    comparator: Comparator,
    status: Status,
    score: str,
    growth: dict[str, Any],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    """160 in 2020, when 160 must be reached, or exceeded: then R is 1, and 7.1429 - 4.2857 = 2.8572."""
    target = make_target(base_value="100", comparator=comparator, **growth)

    made = rate_one(target, make_indicator(), [observe("2020", "160")], "2020")

    assert (made.status, made.value, made.score) == (status, 1, Decimal(score))


def test_a_ratio_that_does_not_exist_is_left_empty(
    growth: dict[str, Any],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    made = rate_one(make_target(base_value="160", **growth), make_indicator(), [observe("2018", "159")], "2018")

    assert (made.value, made.gap, made.missed_pct, made.score) == (None, None, None, Decimal("-5.0000"))
    assert "增长比 = —" in made.formula_zh


def test_weather_looks_back_beyond_the_base_year_along_the_changes(
    weather: dict[str, Any],
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    """100 in 2015, 80 in 2016; 2014 was 125 and 2013 too (-20 %, then no change).

    Three years fell by 45: 15 a year. The target 100 - 60 = 40 in 2019 is 40 below 80; three years more would bring
    45: more than enough.
    """
    target = make_reduction(value="60", deadline="2019", **weather)
    series = [observe("2014", "0"), observe("2015", "-20"), observe("2016", "-20")]

    made = rate_one(target, intensity(), series, "2016")

    assert (made.status, str(made.value), made.level_label) == (Status.ON_TRACK, "112.50", "晴")
    assert "2013—2016 年年均变化 = -15;按此到 2019 年为 35;余下路程将差 -12.5 %" in made.formula_zh


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"2014": "0", "2016": "-20"}, Reason.TOO_FEW_POINTS),
        ({"2013": "0", "2014": "-100", "2015": "-20", "2016": "-20"}, Reason.TOO_FEW_POINTS),
        ({"2017": "-20"}, Reason.INCOMPLETE),
    ],
)
def test_weather_is_withheld(
    *,
    changes: dict[str, str],
    reason: Reason,
    weather: dict[str, Any],
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    points = [observe(period, change) for period, change in changes.items()]

    made = rate_one(make_reduction(value="60", **weather), intensity(), points, points[-1].period)

    assert (made.status, made.reason) == (Status.NOT_ASSESSED, reason)


def test_the_wrong_way_is_a_thunderstorm_and_says_so(
    weather: dict[str, Any],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    target = make_target(value="100", base="2012", base_value="50", deadline="2022", **weather)

    made = rate_one(target, make_indicator(), [observe(year, "49") for year in _FIVE_YEARS], "2017")

    assert (made.status, made.level_label) == (Status.SEVERE, "雷雨")
    assert "the recent change leads the wrong way, or there is none" in made.formula_en


@pytest.mark.parametrize(
    ("level", "base", "reason"),
    [("0", "2", Reason.TO_VERIFY), ("1.8", None, Reason.BASE_MISSING)],
)
def test_levels_that_a_reduction_cannot_be_told_from(
    *,
    level: str,
    base: str | None,
    reason: Reason,
    growth: dict[str, Any],
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    target = make_reduction(base_value=base, **growth)

    made = rate_one(target, intensity(Measure.LEVEL), [observe("2017", level)], "2017")

    assert (made.status, made.reason) == (Status.NOT_ASSESSED, reason)


@pytest.mark.parametrize(
    ("value", "bounds", "reason"),
    [
        ("130", (Bound.AT_LEAST, Bound.EXACT), Reason.TO_VERIFY),
        ("130", (Bound.EXACT, Bound.AT_LEAST), Reason.TO_VERIFY),
        # A figure of at least the target proves it met, whatever the trend.
        ("160", (Bound.AT_MOST, Bound.AT_LEAST), Reason.NONE),
        ("160", (Bound.EXACT, Bound.AT_MOST), Reason.TO_VERIFY),
        # Missed stays missed.
        ("100", (Bound.AT_LEAST, Bound.AT_MOST), Reason.NONE),
    ],
)
def test_a_bound_at_either_end_proves_no_trend(
    *,
    value: str,
    bounds: tuple[Bound, Bound],
    reason: Reason,
    growth: dict[str, Any],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    series = [observe("2016", "100", bound=bounds[0]), observe("2018", value, bound=bounds[1])]

    made = rate_one(make_target(base_value=None, kind=Kind.STOCK, **growth), make_indicator(), series, "2018")

    assert made.reason is reason


@pytest.mark.parametrize(
    ("comparator", "first", "status"),
    [
        # On the target, which had to be exceeded, and falling towards it: a thunderstorm. Rising: it will be passed.
        (Comparator.MORE_THAN, "170", Status.SEVERE),
        (Comparator.MORE_THAN, "160", Status.SEVERE),
        (Comparator.MORE_THAN, "150", Status.ON_TRACK),
        (Comparator.AT_LEAST, "170", Status.ACHIEVED),
    ],
)
def test_a_value_on_a_strict_target_must_move_on(
    *,
    comparator: Comparator,
    first: str,
    status: Status,
    weather: dict[str, Any],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    target = make_target(comparator=comparator, **weather)
    series = [observe(year, first) for year in _FIVE_YEARS] + [observe("2018", "160")]

    assert rate_one(target, make_indicator(), series, "2018").status is status
