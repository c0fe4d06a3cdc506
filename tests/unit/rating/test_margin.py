"""Borderline: the gap is smaller than the usual revision. A gap as large as that is clear."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from plan.codes import Comparator, Kind, Measure, Yardstick
from plan.messages import Margin
from plan.model import Indicator, Target, YardstickRule
from rating.engine import Observed, Rating


@pytest.mark.parametrize(
    ("value", "comparator", "revision", "margin"),
    [
        ("163", Comparator.AT_LEAST, "3.01", Margin.BORDERLINE),
        ("163", Comparator.AT_LEAST, "3", Margin.CLEAR),
        ("157", Comparator.AT_LEAST, "3.01", Margin.BORDERLINE),
        ("157", Comparator.AT_LEAST, "3", Margin.CLEAR),
        ("160", Comparator.AT_LEAST, "0.01", Margin.BORDERLINE),
        ("160", Comparator.AT_LEAST, "0", Margin.CLEAR),
        ("160", Comparator.MORE_THAN, "0.01", Margin.BORDERLINE),
        ("160", Comparator.AT_LEAST, None, Margin.UNKNOWN),
    ],
)
def test_an_amount_near_its_requirement(
    *,
    value: str,
    comparator: Comparator,
    revision: str | None,
    margin: Margin,
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    usual = None if revision is None else Decimal(revision)

    made = rate_one(
        make_target(comparator=comparator), make_indicator(), [observe("2020", value)], "2020", usual_revision=usual
    )

    assert made.margin is margin
    assert ("临界" in made.formula_zh) is (margin is Margin.BORDERLINE)
    named = [(row.name_en, row.value) for row in made.evidence if row.name_en.startswith("usual revision")]
    assert named == ([] if revision is None else [("usual revision (mean absolute)", revision)])


@pytest.mark.parametrize(
    ("change", "revision", "margin"),
    [
        # The task is 10 % a year (19 % in two years). Less is better: the figure is moved the other way.
        ("-10.9", "0.98", Margin.BORDERLINE),
        ("-9.1", "0.98", Margin.BORDERLINE),
        ("-11", "0.98", Margin.CLEAR),
        ("-9", "0.98", Margin.CLEAR),
    ],
)
@pytest.mark.parametrize("yardstick", [Yardstick.ANNUAL_TASK, Yardstick.PLAN_PROGRESS])
def test_a_years_reduction_and_its_progress(
    *,
    yardstick: Yardstick,
    change: str,
    revision: str,
    margin: Margin,
    make_reduction: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    """The gap of a progress is in points of the way, the revision in points of the change: the figure is moved."""
    target = make_reduction(value="19", deadline="2017", yardsticks=(make_rule(yardstick),))

    made = rate_one(target, intensity(), [observe("2016", change)], "2016", usual_revision=Decimal(revision))

    assert made.margin is margin


@pytest.mark.parametrize(
    ("given", "margin"),
    [
        # A revision as large as the level itself leads to what cannot be: nothing can be told.
        ({"value": "2"}, Margin.UNKNOWN),
        # Held and not yet due: there is no gap.
        ({"verdict": "failed"}, Margin.UNKNOWN),
        ({"period": "2016-06"}, Margin.UNKNOWN),
    ],
)
def test_no_gap_no_margin(
    *,
    given: dict[str, Any],
    margin: Margin,
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    asked = {"period": "2016", "value": "2"} | given
    target = make_reduction(base_value="1")

    made = rate_one(target, intensity(Measure.LEVEL), [observe(**asked)], asked["period"], usual_revision=Decimal(2))

    assert made.margin is margin


def test_a_cap_is_better_when_less_is_used(
    make_target: Callable[..., Target],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    target = make_target(kind=Kind.CEILING, value="100", base="2015", deadline="2017")
    series = [observe("2016", "30"), observe("2017", "69")]

    made = rate_one(target, intensity(Measure.YEARLY_CHANGE), series, "2017", usual_revision=Decimal("1.5"))

    assert made.margin is Margin.BORDERLINE
