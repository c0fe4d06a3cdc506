"""What each schedule asks and when: worked by hand for the ends, the middle, and where nothing can be asked."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from plan.codes import Comparator, Kind, Measure, ScheduleKind, Status, Yardstick
from plan.messages import Reason
from plan.model import Indicator, Target, YardstickRule
from plan.periods import PeriodKind, parse_period
from rating.engine import Observed, Rating
from rating.trajectory import path

_PAST = {
    "2015": {"01..06": Decimal(28), "01..12": Decimal(100)},
    "2016": {"01..06": Decimal(30), "01..12": Decimal(100)},
}
_PROFILE = {"schedule": ScheduleKind.PROFILE, "steps": _PAST}
_MILESTONES = {
    "schedule": ScheduleKind.MILESTONES,
    "steps": {"2017": Decimal(100), "2018-H1": Decimal(120), "2020": Decimal(160)},
}


def _drawn(
    target: Target, start: str | None, *periods: str, measure: Measure = Measure.YEAR_TO_DATE
) -> list[Fraction | None]:
    made = path(target, measure, None if start is None else Fraction(start), [parse_period(each) for each in periods])
    return [value for _, value in made]


def test_eighteen_per_cent_in_four_years_along_a_compound_path(make_reduction: Callable[..., Target]) -> None:
    """4.840 / 9.446 / 13.829 / 18.000 %, drawn as an index as long as no level is known."""
    target = make_reduction(value="18", base="2016")

    drawn = _drawn(target, None, "2015", "2016", "2017", "2018", "2019", "2020", "2021")

    assert drawn[0] is None
    reduced = [100 - each for each in drawn[1:] if each is not None]
    assert [round(each, 3) for each in reduced] == [
        Fraction(each) for each in ("0", "4.840", "9.446", "13.829", "18", "18")
    ]
    assert (reduced[0], reduced[4]) == (0, 18)


def test_the_level_of_the_base_scales_a_reduction(make_reduction: Callable[..., Target]) -> None:
    given_by_plan = make_reduction(value="19", deadline="2017", base_value="2.0")

    assert _drawn(given_by_plan, None, "2015", "2016", "2017") == [2, pytest.approx(Fraction("1.8")), Fraction("1.62")]
    assert _drawn(given_by_plan, "4", "2017") == [Fraction("3.24")]


def test_half_a_year_is_half_the_way_of_a_year_on_a_compound_path(make_reduction: Callable[..., Target]) -> None:
    """1 - 0.81 in a year leaves 0.9 after half of it."""
    target = make_reduction(value="19", deadline="2016")

    assert _drawn(target, None, "2016-H1") == [pytest.approx(90)]


def test_a_table_of_a_reduction_is_silent_between_its_steps(make_reduction: Callable[..., Target]) -> None:
    steps = {"2016": Decimal(50), "2018": Decimal(100)}
    target = make_reduction(value="19", deadline="2018", schedule=ScheduleKind.TABLE, steps=steps)

    assert _drawn(target, None, "2016", "2017", "2018") == [pytest.approx(90), None, 81]


@pytest.mark.parametrize(
    ("given", "start", "asked"),
    [
        # From 100 in 2016 to 160 in 2020: 15 a year.
        (
            {"base_value": "100"},
            None,
            {"2015": None, "2016": 100, "2017": 115, "2018-06": "122.5", "2020": 160, "2021": 160},
        ),
        ({"base_value": None}, None, {"2016": None, "2018": None, "2020": 160}),
        ({"base_value": None}, "100", {"2016": 100, "2018": 130}),
        # A floor is never asked above its target; a ceiling may come down.
        ({"base_value": "200"}, None, {"2018": 160}),
        ({"base_value": "200", "kind": Kind.CEILING}, None, {"2018": 180, "2020": 160}),
        ({"schedule": ScheduleKind.CONSTANT}, None, {"2017-01": 160, "2018": 160, "2020": 160}),
        (
            _MILESTONES,
            None,
            {"2017-06": None, "2017-12": 100, "2018-05": 100, "2018-06": 120, "2019": 120, "2020": 160},
        ),
        # A profile: the mean of 28 and 30 % of 160; no past year tells May.
        (_PROFILE | {"deadline": "2017"}, None, {"2017-05": None, "2017-06": "46.4", "2017": 160}),
        # What is asked each year starts anew: half of 160 by each June, and nothing is asked after the deadline.
        (
            {"kind": Kind.YEARLY_FLOW},
            None,
            {"2017-01..06": 80, "2017": 160, "2018-01..03": 40, "2020": 160, "2021-01..06": None},
        ),
        (_PROFILE | {"kind": Kind.YEARLY_FLOW}, None, {"2017-01..06": "46.4", "2018-01..06": "46.4", "2018": 160}),
    ],
)
def test_paths_of_amounts(
    given: dict[str, Any], start: str | None, asked: dict[str, Any], make_target: Callable[..., Target]
) -> None:
    drawn = _drawn(make_target(**given), start, *asked)

    assert drawn == [None if each is None else Fraction(each) for each in asked.values()]


@pytest.mark.parametrize(
    ("schedule", "in_june"), [({}, None), (_PROFILE, None), ({"schedule": ScheduleKind.CONSTANT}, 60)]
)
def test_no_line_is_drawn_where_a_yearly_demand_asks_nothing(
    schedule: dict[str, Any], in_june: int | None, make_target: Callable[..., Target]
) -> None:
    """A share of each year that is no sum within it has no way there, and last year's figure is no start of one."""
    target = make_target(kind=Kind.SHARE_FLOOR, every=PeriodKind.YEAR, value="60", base_value=None, **schedule)

    drawn = _drawn(target, "41", "2016", "2017-06", "2017", "2018-06", "2020", "2021", measure=Measure.LEVEL)

    assert drawn == [None, in_june, 60, in_june, 60, None]


@pytest.mark.parametrize(
    ("given", "period", "value", "status", "required"),
    [
        # Constant: the whole value in every period, achieved at once unless it is asked anew.
        ({"schedule": ScheduleKind.CONSTANT}, "2017-03", "144", Status.MILD, "160.00"),
        ({"schedule": ScheduleKind.CONSTANT}, "2017-03", "160", Status.ACHIEVED, "160.00"),
        (
            {"schedule": ScheduleKind.CONSTANT, "kind": Kind.SHARE_FLOOR, "every": PeriodKind.YEAR, "value": "60"},
            "2018",
            "60",
            Status.ON_TRACK,
            "60.00",
        ),
        (
            {"schedule": ScheduleKind.CONSTANT, "kind": Kind.SHARE_FLOOR, "every": PeriodKind.YEAR, "value": "60"},
            "2020",
            "60",
            Status.ON_TRACK,
            "60.00",
        ),
        # Asked anew each quarter: the whole value each time, whatever the schedule divides.
        ({"kind": Kind.SHARE_FLOOR, "every": PeriodKind.QUARTER, "value": "60"}, "2018-Q1", "54", Status.MILD, "60.00"),
        # A floor of each year has no way within the year unless it is summed up there.
        (
            {"kind": Kind.SHARE_FLOOR, "every": PeriodKind.YEAR, "value": "60"},
            "2018-Q1",
            "54",
            Status.NOT_ASSESSED,
            None,
        ),
        ({"kind": Kind.SHARE_FLOOR, "every": PeriodKind.YEAR, "value": "60"}, "2018", "54", Status.MILD, "60.00"),
        # Milestones: from the end of a period until the next one; nothing before the first, unless all is done.
        (_MILESTONES, "2017-06", "99", Status.NOT_ASSESSED, None),
        (_MILESTONES, "2017-06", "160", Status.ACHIEVED, "160.00"),
        (_MILESTONES, "2017-12", "90", Status.MILD, "100.00"),
        (_MILESTONES, "2018-06", "119.99", Status.MILD, "120.00"),
        (_MILESTONES, "2019-12", "120", Status.ON_TRACK, "120.00"),
        (_MILESTONES, "2020", "120", Status.SEVERE, "160.00"),
        (_MILESTONES, "2021", "160", Status.ACHIEVED, "160.00"),
    ],
)
def test_levels_against_schedules(
    *,
    given: dict[str, Any],
    period: str,
    value: str,
    status: Status,
    required: str | None,
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    made = rate_one(make_target(**given), make_indicator(), [observe(period, value)], period)

    assert (made.status, made.required) == (status, None if required is None else Decimal(required))


@pytest.mark.parametrize(
    ("given", "period", "value", "status", "required"),
    [
        # 160 a year by the profile: 29 % of it by June. A good year never pays for a bad one.
        (_PROFILE, "2017-01..06", "46.4", Status.ON_TRACK, "46.40"),
        (_PROFILE, "2017-01..06", "41.76", Status.MILD, "46.40"),
        (_PROFILE, "2017-01..05", "40", Status.NOT_ASSESSED, None),
        (_PROFILE, "2018-01..06", "160", Status.ON_TRACK, "46.40"),
        (_PROFILE, "2018", "160", Status.ON_TRACK, "160.00"),
        (_PROFILE, "2020-01..06", "160", Status.ON_TRACK, "46.40"),
        (_PROFILE | {"deadline": "2017"}, "2017-01..06", "160", Status.ACHIEVED, "46.40"),
        (_PROFILE, "2021-01..06", "160", Status.NOT_ASSESSED, None),
        ({}, "2019-01..03", "36", Status.MILD, "40.00"),
    ],
)
def test_sums_within_each_year(
    *,
    given: dict[str, Any],
    period: str,
    value: str,
    status: Status,
    required: str | None,
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    target = make_target(kind=Kind.YEARLY_FLOW, **given)

    made = rate_one(target, make_indicator(Measure.YEAR_TO_DATE), [observe(period, value)], period)

    assert (made.status, made.required) == (status, None if required is None else Decimal(required))


@pytest.mark.parametrize(("base", "required"), [("2016", "80.00"), ("2017-03", None)])
def test_a_sum_within_the_year_starts_from_nothing_in_january(
    *,
    base: str,
    required: str | None,
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    """What had been summed up by a base within the year would have to be known."""
    target = make_target(kind=Kind.CAPACITY_RETIRED, base=base, base_value=None, deadline="2017")

    made = rate_one(target, make_indicator(Measure.YEAR_TO_DATE), [observe("2017-01..06", "90")], "2017-01..06")

    assert made.required == (None if required is None else Decimal(required))


def test_the_profile_and_the_milestone_are_named(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    flow = make_target(kind=Kind.YEARLY_FLOW, **_PROFILE)
    summed = rate_one(flow, make_indicator(Measure.YEAR_TO_DATE), [observe("2017-01..06", "46.4")], "2017-01..06")
    level = rate_one(make_target(**_MILESTONES), make_indicator(), [observe("2018", "120")], "2018")

    assert summed.formula_zh.startswith("本期要求 = 0 + (28 % + 30 %) ÷ 2 × (160 − 0) = 46.4;")
    assert level.formula_zh.startswith("里程碑(2018-H1起)= 120;")
    assert ("milestone", "2018-H1", "120") in [(row.name_en, row.period, row.value) for row in level.evidence]


@pytest.mark.parametrize(
    ("schedule", "steps", "series", "status", "required"),
    [
        # Of a cap of 100 on the growth of five years: 40 by the second year, evenly; all of it at once; by milestones.
        (ScheduleKind.LINEAR, {}, ["30", "10"], Status.ON_TRACK, "40.00"),
        (ScheduleKind.CONSTANT, {}, ["60", "40"], Status.ON_TRACK, "100.00"),
        (ScheduleKind.CONSTANT, {}, ["60", "50"], Status.MILD, "100.00"),
        (ScheduleKind.MILESTONES, {"2017": 50, "2020": 100}, ["30", "25"], Status.MILD, "50.00"),
        (ScheduleKind.MILESTONES, {"2018": 50, "2020": 100}, ["30", "25"], Status.NOT_ASSESSED, None),
    ],
)
def test_a_cap_on_the_growth_of_several_years(
    *,
    schedule: ScheduleKind,
    steps: dict[str, int],
    series: list[str],
    status: Status,
    required: str | None,
    make_target: Callable[..., Target],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    target = make_target(
        kind=Kind.CEILING,
        value="100",
        base="2015",
        schedule=schedule,
        steps={period: Decimal(value) for period, value in steps.items()},
    )
    points = [observe(str(2016 + at), value) for at, value in enumerate(series)]

    made = rate_one(target, intensity(Measure.YEARLY_CHANGE), points, "2017")

    assert (made.status, made.required) == (status, None if required is None else Decimal(required))
    assert (made.reason is Reason.NOT_YET_DUE) is (required is None)


@pytest.mark.parametrize(
    ("earlier", "status"),
    [
        # Manufacturing investment up by 20 % each year: a good year never pays for a bad one.
        ({"2017": "25", "2018": "20", "2019": "21"}, Status.ACHIEVED),
        ({"2017": "25", "2018": "5", "2019": "60"}, Status.ON_TRACK),
        ({"2017": "25", "2019": "60"}, Status.ON_TRACK),
        ({"2017": "25", "2018": None, "2019": "60"}, Status.ON_TRACK),
    ],
)
def test_what_is_asked_each_year_is_achieved_by_all_years(
    *,
    earlier: dict[str, str | None],
    status: Status,
    make_target: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    target = make_target(kind=Kind.YEARLY_FLOOR, value="20", yardsticks=(make_rule(Yardstick.ANNUAL_TASK),))
    series = [observe(year, figure) for year, figure in earlier.items()]

    made = rate_one(target, make_indicator(Measure.YEARLY_CHANGE_PCT), [*series, observe("2020", "25")], "2020")

    assert made.status is status
    named = {row.period for row in made.evidence}
    assert {"2017", "2018", "2019", "2020"} <= named


@pytest.mark.parametrize(("value", "status"), [("132", Status.ON_TRACK), ("131.99", Status.MILD)])
def test_what_must_be_exceeded_in_the_end_must_be_reached_on_the_way(
    *,
    value: str,
    status: Status,
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    """From 104 in 2016 to more than 160 in 2020: half way is 132."""
    target = make_target(base_value="104", comparator=Comparator.MORE_THAN)

    assert rate_one(target, make_indicator(), [observe("2018", value)], "2018").status is status
    assert rate_one(target, make_indicator(), [observe("2020", "160")], "2020").status is Status.MILD
