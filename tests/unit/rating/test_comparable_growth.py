"""Published growth on a comparable basis is never made from levels: 287 611 -> 288 229 would give +0.21 %, not +1.6 %.

The official growth of fixed-asset investment leaves out what changed in scope; its levels must not be divided.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from plan.book import PlanView
from plan.codes import Kind, Measure, ScheduleKind, Status, Yardstick
from plan.figure_faults import Defect, FiguresFileRefused
from plan.figure_file import read_figures
from plan.model import Indicator, Names, Preset, Target, UnitOfMeasure, YardstickRule
from plan.rateable import misfits
from rating.engine import Observed, Rating
from rating.fit import UnfitTarget
from tests.support.figures_plan import figures_plan

_HEAD = "indicator,area,period,value,unit"
_LEVELS = {"2019": "287611", "2020": "288229"}
_OFFICIAL = "1.6"


@pytest.fixture
def investment(make_indicator: Callable[..., Indicator]) -> Indicator:
    """Fixed-asset investment in 100 million yuan."""
    return make_indicator(Measure.LEVEL, "yi_yuan")


@pytest.fixture
def growth(make_indicator: Callable[..., Indicator]) -> Indicator:
    """Its growth on a comparable basis, as published."""
    return make_indicator(Measure.YEARLY_CHANGE_PCT, "pct")


@pytest.fixture
def floor(make_target: Callable[..., Target], make_rule: Callable[..., YardstickRule]) -> Callable[..., Target]:
    """At least 1.5 % more in each year to 2020."""

    def make(**given: Any) -> Target:
        usual = {
            "kind": Kind.YEARLY_FLOOR,
            "value": "1.5",
            "unit": "pct",
            "base": "2018",
            "schedule": ScheduleKind.CONSTANT,
            "yardsticks": (make_rule(Yardstick.ANNUAL_TASK),),
        }
        return make_target(**(usual | given))

    return make


def _view(growth: Indicator) -> PlanView:
    plan = figures_plan()
    yuan = UnitOfMeasure(id="yi_yuan", names=Names(zh="亿元", en="100 million yuan"))
    own = msgspec.structs.replace(growth, id="growth")
    measures, indicators = (*plan.measures, yuan), (*plan.indicators, own)
    return PlanView(msgspec.structs.replace(plan, measures=measures, indicators=indicators))


def test_levels_told_of_a_published_growth_are_refused(growth: Indicator) -> None:
    rows = (f"growth,city,{year},{level},yi_yuan" for year, level in _LEVELS.items())
    with pytest.raises(FiguresFileRefused) as refused:
        read_figures("\n".join((_HEAD, *rows)).encode(), _view(growth))
    assert [(fault.line, fault.defect) for fault in refused.value.faults] == [
        (2, Defect.LEVEL_FOR_RATE),
        (3, Defect.LEVEL_FOR_RATE),
    ]
    assert "请填增减率" in refused.value.faults[0].says_zh

    (point,) = read_figures(f"{_HEAD}\ngrowth,city,2020,{_OFFICIAL},pct\n".encode(), _view(growth)).points
    assert point.value == Decimal("1.6")


def test_a_growth_asked_of_levels_is_no_target(
    floor: Callable[..., Target],
    investment: Indicator,
    presets: dict[str, Preset],
    observe: Callable[..., Observed],
    rate_all: Callable[..., tuple[Rating, ...]],
) -> None:
    target = floor()

    (misfit,) = misfits(target, investment, presets)
    assert misfit.path == ("unit",)
    assert "the target is in pct, its indicator in yi_yuan; no rate is made from amounts" in misfit.says
    with pytest.raises(UnfitTarget):
        rate_all(target, investment, [observe(year, level) for year, level in _LEVELS.items()], "2020")


def test_the_published_growth_is_what_is_rated(
    floor: Callable[..., Target],
    growth: Indicator,
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    """1.6 meets a floor of 1.5; the division (0.21) would be far below it."""
    made = rate_one(floor(), growth, [observe("2019", "5.4"), observe("2020", _OFFICIAL)], "2020")

    assert (made.status, made.value) == (Status.ACHIEVED, Decimal("1.6"))


@pytest.mark.parametrize("yardstick", [Yardstick.PLAN_PROGRESS, Yardstick.GROWTH_RATIO, Yardstick.WEATHER])
def test_no_yardstick_chains_the_growth_of_a_floor(
    yardstick: Yardstick,
    floor: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    growth: Indicator,
    presets: dict[str, Preset],
) -> None:
    found = misfits(floor(yardsticks=(make_rule(yardstick),)), growth, presets)
    assert ("yardsticks", 0, "yardstick") in [each.path for each in found]
