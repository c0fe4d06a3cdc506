"""Every boundary of every preset, by hand: just better, exactly on it, just worse; and the published cases.

The even share of 19 % in two years is 10 % a year and half the (logarithmic) way: (1 - 0.1)^2 = 0.81. So a boundary
at a share or at points of it is a decimal, and the root and the logs must hit it exactly.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest

from plan.codes import Kind, Measure, Status, Yardstick
from plan.messages import Reason
from plan.model import Indicator, Target, YardstickRule
from rating.engine import Observed, Rating

_ACHIEVED, _ON_TRACK, _MILD = Status.ACHIEVED, Status.ON_TRACK, Status.MILD
_MIDDLE, _SEVERE, _NONE = Status.MIDDLE, Status.SEVERE, Status.NOT_ASSESSED

# A task of 10 % a year; reductions of the year in per cent.
_OF_TEN = [
    # Missed by up to 10 % of the task, inclusive: 9 of 10.
    ("ndrc-2020", [("10", _ON_TRACK), ("9.99", _MILD), ("9", _MILD), ("8.999999", _SEVERE), ("-1", _SEVERE)]),
    # Fell, but not enough; no change at all counts as that; rose.
    (
        "ndrc-2021",
        [("10", _ON_TRACK), ("9.99", _MIDDLE), ("0.000001", _MIDDLE), ("0", _MIDDLE), ("-0.000001", _SEVERE)],
    ),
    # At least 90 % done, inclusive; over 50 %; 50 % and less.
    (
        "ningbo-2010",
        [
            ("10", _ON_TRACK),
            ("9.999999", _MILD),
            ("9", _MILD),
            ("8.999999", _MIDDLE),
            ("5.000001", _MIDDLE),
            ("5", _SEVERE),
            ("0", _SEVERE),
            ("-1", _SEVERE),
        ],
    ),
    # At least 60 % done, inclusive; fell; rose.
    (
        "nanjian-2010",
        [
            ("10", _ON_TRACK),
            ("9.999999", _MILD),
            ("6", _MILD),
            ("5.999999", _MIDDLE),
            ("0", _MIDDLE),
            ("-0.000001", _SEVERE),
        ],
    ),
    # Short by less than 0.3 points is green; from 0.3 to under 1; from 1 to 2 inclusive; over 2.
    (
        "hangzhou-h1",
        [
            ("10", _ON_TRACK),
            ("9.700001", _ON_TRACK),
            ("9.7", _MILD),
            ("9.000001", _MILD),
            ("9", _MIDDLE),
            ("8", _MIDDLE),
            ("7.999999", _SEVERE),
        ],
    ),
    # Short by less than 0.5; from 0.5 to 1 inclusive; over 1.
    (
        "hangzhou-q3",
        [
            ("10", _ON_TRACK),
            ("9.999999", _MILD),
            ("9.500001", _MILD),
            ("9.5", _MIDDLE),
            ("9", _MIDDLE),
            ("8.999999", _SEVERE),
        ],
    ),
]
_CASES_OF_TEN = [(preset, reduction, status) for preset, cases in _OF_TEN for reduction, status in cases]


@pytest.mark.parametrize("tasks", [{}, {"2016": Decimal(10)}], ids=["even share, a root", "official task"])
@pytest.mark.parametrize(("preset", "reduction", "status"), _CASES_OF_TEN)
def test_boundaries_of_a_years_reduction(
    *,
    preset: str,
    reduction: str,
    status: Status,
    tasks: dict[str, Decimal],
    make_reduction: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    rule = make_rule(Yardstick.ANNUAL_TASK, alert=preset, tasks=tasks)
    target = make_reduction(value="19", deadline="2017", yardsticks=(rule,))

    made = rate_one(target, intensity(), [observe("2016", str(-Decimal(reduction)))], "2016")

    assert made.status is status


@pytest.mark.parametrize(
    ("preset", "target_pct", "asked_pct", "change", "status"),
    [
        # A year of -10 % is half the way to -19 %.
        ("ndrc-2020", "19", "50", "-10", _ON_TRACK),
        ("ndrc-2020", "19", "50", "-9.999999", _MILD),
        # Half the way of what no decimal writes, 5/9 of it, would be missed by exactly a tenth: on both sides of that.
        ("ndrc-2020", "19", "55.555555555", "-10", _MILD),
        ("ndrc-2020", "19", "55.555555556", "-10", _SEVERE),
        # 1 - 0.9^10 = 0.6513215599 is ten steps of 10 %; 1 - 0.9^9 = 0.612579511 is nine of them: a tenth is missed.
        ("ndrc-2020", "65.13215599", "100", "-61.2579511", _MILD),
        ("ndrc-2020", "65.13215599", "100", "-61.257951099999", _SEVERE),
        ("ndrc-2021", "19", "60", "-10", _MIDDLE),
        ("ndrc-2021", "19", "60", "0", _MIDDLE),
        ("ndrc-2021", "19", "60", "0.000001", _SEVERE),
        # Nothing is asked yet: only a rise misses it, by more than any share.
        ("ndrc-2021", "19", "0", "0", _ON_TRACK),
        ("ndrc-2021", "19", "0", "0.000001", _SEVERE),
        ("ndrc-2020", "19", "0", "0.000001", _SEVERE),
        # The whole way is achieved, whatever is asked by now.
        ("ndrc-2020", "19", "60", "-19", _ACHIEVED),
        ("ndrc-2020", "19", "60", "-18.999999", _ON_TRACK),
    ],
)
def test_boundaries_of_logarithmic_progress(
    *,
    preset: str,
    target_pct: str,
    asked_pct: str,
    change: str,
    status: Status,
    make_reduction: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    steps = {"2016": Decimal(asked_pct), "2017": Decimal(100)}
    rule = make_rule(alert=preset)
    target = make_reduction(value=target_pct, deadline="2017", schedule="table", steps=steps, yardsticks=(rule,))

    made = rate_one(target, intensity(), [observe("2016", change)], "2016")

    assert made.status is status


@pytest.mark.parametrize(
    "preset", ["ndrc-2020", "ndrc-2021", "ningbo-2010", "nanjian-2010", "hangzhou-h1", "hangzhou-q3"]
)
def test_task_of_four_per_cent(
    *,
    preset: str,
    make_reduction: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    """Worked case 6 of the methods: 3.8, 3.0, 2.0, 1.9 and -0.1 against an annual target of 4 %."""
    expected = {
        "ndrc-2020": [_MILD, _SEVERE, _SEVERE, _SEVERE, _SEVERE],
        "ndrc-2021": [_MIDDLE, _MIDDLE, _MIDDLE, _MIDDLE, _SEVERE],
        "ningbo-2010": [_MILD, _MIDDLE, _SEVERE, _SEVERE, _SEVERE],
        "nanjian-2010": [_MILD, _MILD, _MIDDLE, _MIDDLE, _SEVERE],
        "hangzhou-h1": [_ON_TRACK, _MIDDLE, _MIDDLE, _SEVERE, _SEVERE],
        "hangzhou-q3": [_MILD, _MIDDLE, _SEVERE, _SEVERE, _SEVERE],
    }
    rule = make_rule(Yardstick.ANNUAL_TASK, alert=preset, tasks={"2017": Decimal(4)})
    target = make_reduction(yardsticks=(rule,))

    made = [
        rate_one(target, intensity(), [observe("2017", change)], "2017").status
        for change in ("-3.8", "-3.0", "-2.0", "-1.9", "0.1")
    ]

    assert made == expected[preset]


@pytest.mark.parametrize(
    ("value", "status", "reason"),
    [
        # 39.6 thousand million yuan in 2017; half of it, 198, is asked by the end of June. Points of the year's task:
        # 10 points are 39.6, 30 points are 118.8 (hundred million).
        ("198", _ON_TRACK, Reason.NONE),
        ("197.999", _NONE, Reason.PRESET_SILENT),
        ("158.401", _NONE, Reason.PRESET_SILENT),
        ("158.4", _MIDDLE, Reason.NONE),
        ("79.2", _MIDDLE, Reason.NONE),
        ("79.199", _SEVERE, Reason.NONE),
        ("0", _SEVERE, Reason.NONE),
        ("396", _ACHIEVED, Reason.NONE),
    ],
)
def test_boundaries_of_points_behind_the_years_schedule(
    *,
    value: str,
    status: Status,
    reason: Reason,
    make_target: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    rule = make_rule(alert="yinchuan-projects")
    target = make_target(kind=Kind.YEARLY_FLOW, value="396", deadline="2017", yardsticks=(rule,))
    series = [observe("2017-01..06", value)]

    made = rate_one(target, make_indicator(Measure.YEAR_TO_DATE), series, "2017-01..06")

    assert (made.status, made.reason) == (status, reason)
    # Where the text is silent the numbers are known all the same.
    assert made.required == Decimal("198.00")


def test_sixty_per_cent_done_of_two_thirds_is_mild(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    """60 % against 8/12 = 66.67 % is missed by exactly one tenth: 0.6 = 0.9 x 2/3."""
    target = make_target(kind=Kind.CAPACITY_RETIRED, value="100", deadline="2017")
    indicator = make_indicator(Measure.YEAR_TO_DATE)

    on_it, below = (
        rate_one(target, indicator, [observe("2017-01..08", value)], "2017-01..08") for value in ("60", "59.999999")
    )

    assert (on_it.status, below.status) == (_MILD, _SEVERE)
    assert (on_it.required, on_it.missed_pct) == (Decimal("66.67"), Decimal("10.00"))


@pytest.mark.parametrize(
    ("value", "status", "ratio"),
    [
        # 100 in 2016 to 121 in 2018: 10 % a year. After a year R is the year's growth over 10 %.
        ("121", _ACHIEVED, "2.1000"),
        ("110", _ON_TRACK, "1.0000"),
        ("109.5", _ON_TRACK, "0.9500"),
        ("109.499999", _MILD, "0.9500"),
        ("106", _MILD, "0.6000"),
        ("105.999999", _MIDDLE, "0.6000"),
        ("100", _MIDDLE, "0.0000"),
        ("99.999999", _SEVERE, "0.0000"),
    ],
)
def test_boundaries_of_the_growth_ratio(
    *,
    value: str,
    status: Status,
    ratio: str,
    make_target: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    rule = make_rule(Yardstick.GROWTH_RATIO, alert="growth-ratio")
    target = make_target(value="121", base_value="100", deadline="2018", yardsticks=(rule,))

    made = rate_one(target, make_indicator(), [observe("2017", value)], "2017")

    assert (made.status, str(made.value), made.unit) == (status, ratio, "")


@pytest.mark.parametrize(
    ("value", "status", "covered"),
    [
        # Five years from 0 in 2012 to `value` in 2017, target 100 in 2022: five more years add `value` once more, so
        # that of the way left (100 - value) the part (100 - 2 value) / (100 - value) is missed.
        # Missed 5 %: 100 - 2v = 5 - 0.05 v, v = 95/1.95 = 48.717948...; missed 20 %: v = 80/1.8 = 44.4...
        ("100", _ACHIEVED, "100.00"),
        ("50", _ON_TRACK, "100.00"),
        ("48.717949", _ON_TRACK, "95.00"),
        ("48.717948", _MILD, "95.00"),
        ("44.444445", _MILD, "80.00"),
        ("44.444444", _MIDDLE, "80.00"),
        ("0.000001", _MIDDLE, "0.00"),
        ("0", _SEVERE, "0.00"),
        ("-1", _SEVERE, "-0.99"),
    ],
)
def test_boundaries_of_the_weather_rule(
    *,
    value: str,
    status: Status,
    covered: str,
    make_target: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    rule = make_rule(Yardstick.WEATHER, alert="weather")
    target = make_target(value="100", base="2012", base_value="0", deadline="2022", yardsticks=(rule,))
    series = [observe(str(year), "7") for year in range(2013, 2017)]

    made = rate_one(target, make_indicator(), [*series, observe("2017", value)], "2017")

    assert (made.status, str(made.value), made.required) == (status, covered, Decimal(100))
