"""The published figures of a plan's folder, as points of the indicators that are taken as published."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from broker.places import ROOT
from plan.book import PlanView
from plan.figure_folder import points_of
from plan.figures import Figure, load_figures
from plan.loader import load_plan
from plan.messages import Bound, DateKind, ObservationStatus

_HENAN = ROOT / "plan" / "henan-2016-2020"


@pytest.fixture(scope="module")
def view() -> PlanView:
    return PlanView(load_plan(_HENAN))


@pytest.fixture
def figure() -> Callable[..., Figure]:
    def make(**more: Any) -> Figure:
        given: dict[str, Any] = {
            "form": "energy-annual",
            "item": "energy-intensity-change",
            "unit": "henan-stats",
            "area_zh": "河南省",
            "indicator_zh": "能耗降低率",
            "indicator_en": "energy intensity",
            "period": "2016",
            "value": Decimal("-7.64"),
            "unit_of_measure": "pct",
            "status": ObservationStatus.NORMAL,
            "bound": Bound.EXACT,
            "basis": "",
            "published_at": dt.date(2017, 12, 25),
            "published_kind": DateKind.EXACT,
            "sources": ("s01", "s05"),
            "reference_only_because": "",
        }
        return Figure(**(given | more))

    return make


def test_a_fed_figure_is_a_point_of_its_indicator_and_area(view: PlanView, figure: Callable[..., Figure]) -> None:
    (point,) = points_of([figure()], view)
    assert (point.indicator, point.area, point.period) == ("energy-intensity-change", "henan", "2016")
    assert (point.value, point.published_on, point.source) == (Decimal("-7.64"), dt.date(2017, 12, 25), "s01;s05")


def test_what_is_for_reference_only_or_not_an_indicator_is_left_out(
    view: PlanView, figure: Callable[..., Figure]
) -> None:
    left_out = [
        figure(form="", item="", unit="", reference_only_because="target, not an observation"),
        figure(item="no-such-item"),
        figure(unit="no-such-unit"),
        figure(unit_of_measure="mine"),
    ]
    assert points_of(left_out, view) == ()


def test_the_folder_of_henan_has_all_its_published_rates(view: PlanView) -> None:
    points = points_of(load_figures(_HENAN).figures, view)
    rates = {
        point.period: str(point.value)
        for point in points
        if (point.indicator, point.area) == ("energy-intensity-change", "henan")
    }
    assert rates == {"2016": "-7.64", "2017": "-7.9", "2018": "-5.01", "2019": "-7.98", "2020": "0.76"}
