"""A value that may not be judged gets no colour, only its reason; the figure shows where that is allowed."""

from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest

from plan.codes import Direction, Kind, Measure, Status, Yardstick
from plan.messages import ObservationStatus, Reason, Verdict
from plan.model import Indicator, Target, YardstickRule
from rating.engine import Observed, Rating
from rating.record import recompute


@pytest.mark.parametrize(
    ("value", "verdict", "is_overdue", "reason", "shown"),
    [
        (None, Verdict.PENDING, True, Reason.OVERDUE, None),
        (None, Verdict.FAILED, True, Reason.OVERDUE, None),
        (None, Verdict.PENDING, False, Reason.INCOMPLETE, None),
        (None, Verdict.PASSED, False, Reason.NO_DATA, None),
        ("170", Verdict.FAILED, False, Reason.FAILED_AUDIT, None),
        ("170", Verdict.PENDING, True, Reason.INCOMPLETE, None),
        ("170.126", Verdict.TO_VERIFY, False, Reason.TO_VERIFY, "170.13"),
    ],
)
@pytest.mark.parametrize("kind", [Kind.STOCK, Kind.REDUCTION])
def test_held_value_is_not_assessed(
    *,
    kind: Kind,
    value: str | None,
    verdict: Verdict,
    is_overdue: bool,
    reason: Reason,
    shown: str | None,
    observe: Callable[..., Observed],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    target = make_target(
        kind=kind, value="16", base_value="1", schedule="compound" if kind == "reduction" else "linear"
    )
    indicator = make_indicator(direction=Direction.LESS if kind == "reduction" else Direction.MORE)

    made = rate_one(target, indicator, [observe("2017", value, verdict, is_overdue=is_overdue)], "2017")

    assert (made.status, made.reason) == (Status.NOT_ASSESSED, reason)
    assert made.value == (None if shown is None else Decimal(shown))
    assert (made.required, made.gap, made.missed_pct) == (None, None, None)
    assert made.unit == "mt"


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.WAIVED])
def test_passed_and_waived_values_are_rated_even_when_part_came_late(
    verdict: Verdict,
    observe: Callable[..., Observed],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    made = rate_one(make_target(), make_indicator(), [observe("2018", "80", verdict, is_overdue=True)], "2018")

    assert made.status is Status.ON_TRACK


def test_a_period_without_a_point_has_no_data(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    made = rate_one(make_target(), make_indicator(), [], "2018")

    assert made.reason is Reason.NO_DATA
    assert [(row.period, row.name_zh) for row in made.evidence] == [("2018", "缺 2018 数据:无数据")]


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        (Verdict.FAILED, "2017 年(审核未通过)"),
        (Verdict.TO_VERIFY, "2017 年(待核实)"),
        (Verdict.PENDING, "2017 年(数据不全)"),
    ],
)
def test_a_held_year_makes_progress_incomplete_and_is_named(
    *,
    mark: Verdict,
    says: str,
    observe: Callable[..., Observed],
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    series = [observe("2016", "-5"), observe("2017", "-5", mark), observe("2018", "-5"), observe("2020", "-5")]

    made = rate_one(make_reduction(), intensity(), series, "2020")

    assert made.reason is Reason.INCOMPLETE
    assert made.formula_zh == f"未评估:缺少 {says}、2019 年(无数据)"
    assert "2019 (no data)" in made.formula_en
    assert [row.period for row in made.evidence if row.value == ""] == ["2017", "2019"]


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.TO_VERIFY, Verdict.FAILED])
def test_a_figure_of_another_definition_is_withheld_whatever_the_audit_says(
    verdict: Verdict,
    observe: Callable[..., Observed],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    point = observe("2018", "170", verdict, status=ObservationStatus.DEFINITION_DIFFERS)

    made = rate_one(make_target(), make_indicator(), [point], "2018")

    assert (made.status, made.reason, made.value) == (Status.NOT_ASSESSED, Reason.DEFINITION_MISMATCH, None)


def test_a_year_of_another_definition_is_no_link_of_a_chain(
    observe: Callable[..., Observed],
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    series = [observe("2016", "-5", status=ObservationStatus.DEFINITION_DIFFERS), observe("2017", "-5")]

    made = rate_one(make_reduction(), intensity(), series, "2017")

    assert made.reason is Reason.INCOMPLETE
    assert "2016" in made.formula_zh


@pytest.mark.parametrize("value", ["150", "170"])
def test_a_preliminary_figure_is_rated_and_named(
    value: str,
    observe: Callable[..., Observed],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    point = observe("2020", value, status=ObservationStatus.PROVISIONAL)

    made = rate_one(make_target(), make_indicator(), [point], "2020")

    assert made.status is not Status.NOT_ASSESSED
    assert made.formula_zh.endswith("(初步数)")
    assert made.formula_en.endswith(" (preliminary)")
    assert made.evidence[0].name_en == "reported figure (preliminary)"


@pytest.mark.parametrize(
    ("year", "yardstick", "marks", "is_proven"),
    [
        # The level counted from: "at most" so much to begin with does not prove that so much was reduced.
        ("2017", Yardstick.PLAN_PROGRESS, {"2015": "at_most"}, False),
        ("2017", Yardstick.PLAN_PROGRESS, {"2015": "at_least"}, True),
        ("2017", Yardstick.PLAN_PROGRESS, {"2016": "at_most"}, True),
        ("2017", Yardstick.ANNUAL_TASK, {"2016": "at_most"}, False),
        ("2017", Yardstick.ANNUAL_TASK, {"2015": "at_most"}, True),
        ("2017", Yardstick.ANNUAL_TASK, {"2017": "at_least"}, False),
        ("2017", Yardstick.PLAN_PROGRESS, {"2017": "at_most"}, True),
    ],
)
def test_levels_that_are_bounds(
    *,
    year: str,
    yardstick: Yardstick,
    marks: dict[str, str],
    is_proven: bool,
    observe: Callable[..., Observed],
    make_reduction: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    intensity: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    levels = {"2015": "2", "2016": "1.8", "2017": "1.6"}
    series = [observe(each, level, bound=marks.get(each, "exact")) for each, level in levels.items()]

    made = rate_one(make_reduction(yardsticks=(make_rule(yardstick),)), intensity(Measure.LEVEL), series, year)

    assert made.reason is (Reason.NONE if is_proven else Reason.TO_VERIFY)


def test_a_base_that_the_plan_states_is_no_figure_in_doubt(
    observe: Callable[..., Observed],
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    series = [observe("2015", "2", bound="at_most"), observe("2016", "1.8")]

    made = rate_one(make_reduction(base_value="2"), intensity(Measure.LEVEL), series, "2016")

    assert made.status is Status.ON_TRACK


@pytest.mark.parametrize(
    ("value", "reason"), [("100", Reason.NONE), ("100.01", Reason.TO_VERIFY), ("-0.01", Reason.TO_VERIFY)]
)
def test_more_than_all_cannot_be_covered_however_it_was_audited(
    *,
    value: str,
    reason: Reason,
    observe: Callable[..., Observed],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    """Over-coverage is an error of the register, no success; the figure stays visible until it is explained."""
    target = make_target(kind=Kind.COVERAGE, value="100", unit="pct")
    covered = msgspec.structs.replace(make_indicator(unit="pct"), minimum=Decimal(0), maximum=Decimal(100))

    made = rate_one(target, covered, [observe("2020", value)], "2020")

    assert (made.status, made.reason) == (Status.NOT_ASSESSED if reason else Status.ACHIEVED, reason)
    assert made.value == Decimal(value)
    assert ("0..100" in made.formula_zh, "0..100" in made.formula_en) == (bool(reason), bool(reason))
    assert recompute(made.facts) == made


def test_an_impossible_year_breaks_the_chain(
    observe: Callable[..., Observed],
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    change = msgspec.structs.replace(intensity(), minimum=Decimal(-30), maximum=Decimal(30))
    series = [observe("2016", "-31"), observe("2017", "-5")]

    made = rate_one(make_reduction(), change, series, "2017")

    assert (made.status, made.reason) == (Status.NOT_ASSESSED, Reason.INCOMPLETE)
    assert "2016" in made.formula_en
