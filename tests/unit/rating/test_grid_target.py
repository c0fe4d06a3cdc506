"""The grid rates whole targets as the engine rates each of their figures."""

from collections.abc import Callable
from decimal import Decimal

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from plan.codes import Comparator, Direction, Kind, Measure, ScheduleKind, Status, Yardstick
from plan.messages import Reason
from plan.model import Indicator, Preset, Target, YardstickRule
from plan.rateable import misfits
from rating.engine import Observed, Rating
from rating.grid import Grid
from rating.grid_target import rate_target
from rating.staircase import REASONS, STATUSES

# The factories of conftest.py hold no state, so one fixture may serve all examples.
_law = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
    deadline=None,
    max_examples=150,
)

PERIODS = ("2017", "2017-06", "2018", "2019", "2020", "2021")
YEARS = ("2016", "2017", "2018", "2019", "2020", "2021")
SCHEDULES = {
    ScheduleKind.LINEAR: None,
    ScheduleKind.CONSTANT: None,
    ScheduleKind.TABLE: {"2017": Decimal(10), "2018": Decimal("55.5"), "2020": Decimal(100)},
    ScheduleKind.MILESTONES: {"2018": Decimal(48), "2020": Decimal(160)},
}


def answers(grid: Grid) -> list[list[tuple[Status, Reason]]]:
    codes = zip(grid.status.tolist(), grid.reason.tolist(), strict=True)
    return [[(STATUSES[a], REASONS[b]) for a, b in zip(row, whys, strict=True)] for row, whys in codes]


def row(figures: list[str | None]) -> np.ndarray:
    return np.array([[np.nan if each is None else float(each) for each in figures]])


@_law
@given(
    kind=st.sampled_from([Kind.STOCK, Kind.SHARE_FLOOR, Kind.YEARLY_FLOOR, Kind.YEARLY_FLOW, Kind.CEILING]),
    preset_id=st.sampled_from(["ndrc-2020", "yinchuan-projects"]),
    schedule=st.sampled_from(list(SCHEDULES)),
    yardstick=st.sampled_from([Yardstick.ANNUAL_TASK, Yardstick.PLAN_PROGRESS]),
    measure=st.sampled_from([Measure.LEVEL, Measure.YEAR_TO_DATE, Measure.CUMULATIVE]),
    tasks=st.sampled_from([None, {"2018": Decimal(40), "2020": Decimal(150)}]),
    figures=st.lists(
        st.none()
        | st.sampled_from(["0", "36", "40", "43.2", "48", "150", "160"])
        | st.decimals(-300, 300, places=2).map(str),
        min_size=6,
        max_size=6,
    ),
)
def test_a_target_of_amounts_is_rated_as_by_the_engine(
    *,
    kind: Kind,
    preset_id: str,
    schedule: ScheduleKind,
    yardstick: Yardstick,
    measure: Measure,
    tasks: dict[str, Decimal] | None,
    figures: list[str | None],
    presets: dict[str, Preset],
    make_target: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    rule = make_rule(yardstick, alert=preset_id, tasks=tasks if yardstick is Yardstick.ANNUAL_TASK else None)
    target = make_target(kind=kind, schedule=schedule, steps=SCHEDULES[schedule], yardsticks=(rule,))
    indicator = make_indicator(measure, direction=Direction.LESS if kind is Kind.CEILING else Direction.MORE)
    assume(not misfits(target, indicator, presets))
    # The last year of what is asked each year looks back at the others: the grid leaves it to the engine.
    asked = [
        (period, figure)
        for period, figure in zip(PERIODS, figures, strict=True)
        if period != "2020" or kind not in (Kind.YEARLY_FLOOR, Kind.YEARLY_FLOW)
    ]
    periods, floats = [period for period, _ in asked], row([figure for _, figure in asked])

    (found,) = answers(
        rate_target(target, indicator, presets, rule=rule, preset_id=preset_id, periods=periods, values=floats)
    )

    for (period, figure), said in zip(asked, found, strict=True):
        rating = rate_one(target, indicator, [observe(period, figure)], period)
        assert said == (rating.status, rating.reason), (period, figure)


@_law
@given(
    yardstick=st.sampled_from([Yardstick.ANNUAL_TASK, Yardstick.PLAN_PROGRESS]),
    preset_id=st.sampled_from(["ndrc-2020", "ndrc-2021"]),
    tasks=st.sampled_from([None, {"2018": Decimal(4)}]),
    comparator=st.sampled_from([Comparator.AT_LEAST, Comparator.MORE_THAN]),
    changes=st.lists(
        st.none() | st.sampled_from(["-10", "0", "-3.6", "-4", "-100"]) | st.decimals(-20, 5, places=2).map(str),
        min_size=6,
        max_size=6,
    ),
)
def test_a_reduction_is_rated_as_by_the_engine(
    *,
    yardstick: Yardstick,
    preset_id: str,
    tasks: dict[str, Decimal] | None,
    comparator: Comparator,
    changes: list[str | None],
    presets: dict[str, Preset],
    make_reduction: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    rule = make_rule(yardstick, alert=preset_id, tasks=tasks if yardstick is Yardstick.ANNUAL_TASK else None)
    target = make_reduction(value="19", comparator=comparator, yardsticks=(rule,))
    indicator, floats = intensity(), row(changes)
    points = [observe(period, change) for period, change in zip(YEARS, changes, strict=True)]

    (found,) = answers(
        rate_target(target, indicator, presets, rule=rule, preset_id=preset_id, periods=YEARS, values=floats)
    )

    for at, (period, said) in enumerate(zip(YEARS, found, strict=True)):
        rating = rate_one(target, indicator, points[: at + 1], period)
        assert said == (rating.status, rating.reason), (period, changes)


def test_what_only_the_engine_can_rate_is_refused(
    *,
    presets: dict[str, Preset],
    make_target: Callable[..., Target],
    make_reduction: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    make_indicator: Callable[..., Indicator],
    intensity: Callable[..., Indicator],
) -> None:
    def refuse(target: Target, indicator: Indicator, periods: tuple[str, ...], match: str) -> None:
        (rule,) = target.yardsticks
        with pytest.raises(ValueError, match=match):
            rate_target(
                target,
                indicator,
                presets,
                rule=rule,
                preset_id=rule.alert_preset,
                periods=periods,
                values=np.ones((1, len(periods))),
            )

    cap = make_indicator(Measure.YEARLY_CHANGE, direction=Direction.LESS)
    weather = make_rule(Yardstick.WEATHER, alert="weather")
    refuse(make_target(yardsticks=(weather,)), make_indicator(), ("2017",), "whole series")
    refuse(make_target(base_value=None), make_indicator(), ("2017",), "own level")
    refuse(make_target(kind=Kind.CEILING), cap, ("2017",), "sum of yearly changes")
    refuse(make_target(kind=Kind.YEARLY_FLOW), make_indicator(Measure.YEAR_TO_DATE), ("2019", "2020"), "all years")
    refuse(make_reduction(), intensity(Measure.LEVEL), ("2016",), "given as levels")
    refuse(make_reduction(), intensity(), ("2016-06",), "calendar years")
    refuse(make_reduction(), intensity(), ("2016", "2018"), "every year from 2016")


def test_what_lies_beyond_the_limits_of_the_indicator_is_to_be_verified_as_by_the_engine(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
    presets: dict[str, Preset],
) -> None:
    target = make_target(kind=Kind.COVERAGE, value="100", unit="pct")
    covered = msgspec.structs.replace(make_indicator(unit="pct"), minimum=Decimal(0), maximum=Decimal(100))
    figures = ["100", "100.01", "-0.01", "45"]

    (rule,) = target.yardsticks
    values = np.array([[float(each)] for each in figures])
    made = rate_target(target, covered, presets, rule=rule, preset_id="ndrc-2020", periods=["2018"], values=values)

    one_by_one = [rate_one(target, covered, [observe("2018", each)], "2018") for each in figures]
    assert answers(made) == [[(each.status, each.reason)] for each in one_by_one]
    assert [each.reason for each in one_by_one] == [Reason.NONE, Reason.TO_VERIFY, Reason.TO_VERIFY, Reason.NONE]
