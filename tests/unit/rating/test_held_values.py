"""A value that may not be judged gets no colour, only its reason; the figure shows where that is allowed."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from plan.codes import Kind, Status
from plan.messages import Reason, Verdict
from plan.model import Indicator, Preset, Target
from rating.engine import Observed, Rating, rate


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

    made = rate_one(target, make_indicator(), [observe("2017", value, verdict, is_overdue=is_overdue)], "2017")

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
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    rate_one: Callable[..., Rating],
) -> None:
    target = make_target(kind=Kind.REDUCTION, value="16", base="2015", base_value=None, schedule="compound")
    series = [observe("2016", "-5"), observe("2017", "-5", mark), observe("2018", "-5"), observe("2020", "-5")]

    made = rate_one(target, make_indicator("yearly_change_pct"), series, "2020")

    assert made.reason is Reason.INCOMPLETE
    assert made.formula_zh == f"未评估:缺少 {says}、2019 年(无数据)"
    assert "2019 (no data)" in made.formula_en
    assert [row.period for row in made.evidence if row.value == ""] == ["2017", "2019"]


@pytest.mark.parametrize("points", [[], [("2018", "1")]])
def test_qualitative_targets_are_never_rated(
    points: list[tuple[str, str]],
    observe: Callable[..., Observed],
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    presets: dict[str, Preset],
) -> None:
    by_people = {"ndrc-2020": Preset(**_fields(presets["ndrc-2020"]) | {"kinds": (Kind.QUALITATIVE,)})}

    (made,) = rate(
        make_target(kind=Kind.QUALITATIVE), make_indicator(), [observe(*each) for each in points], "2018", by_people
    )

    assert (made.status, made.reason, made.value) == (Status.NOT_ASSESSED, Reason.QUALITATIVE, None)
    assert len(made.evidence) == len(points)


def _fields(preset: Preset) -> dict[str, object]:
    return {name: getattr(preset, name) for name in preset.__struct_fields__}
