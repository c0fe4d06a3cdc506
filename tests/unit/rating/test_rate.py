"""What a rating carries: one for each yardstick and preset, labels, words, and evidence to recompute it from."""

from collections.abc import Callable
from decimal import Context, Decimal, Inexact, localcontext

import pytest

from plan.codes import Kind, Measure, ScheduleKind, Status, Yardstick
from plan.messages import Bound
from plan.model import Indicator, Preset, Target, YardstickRule
from plan.periods import PeriodFault
from rating.engine import Observed, Rating, rate


@pytest.fixture
def henan(make_target: Callable[..., Target], make_rule: Callable[..., YardstickRule]) -> Target:
    rules = (
        make_rule(Yardstick.ANNUAL_TASK, alert="ndrc-2021", beside=("ndrc-2020",)),
        make_rule(Yardstick.PLAN_PROGRESS, alert="ndrc-2020"),
    )
    return make_target(
        kind=Kind.REDUCTION,
        value="16",
        base="2015",
        base_value=None,
        schedule=ScheduleKind.COMPOUND,
        yardsticks=rules,
    )


@pytest.fixture
def coal(make_target: Callable[..., Target]) -> Target:
    return make_target(kind=Kind.CAPACITY_RETIRED, value="250", base="2015", deadline="2016")


def test_each_yardstick_is_rated_by_its_alerting_preset_first(
    henan: Target,
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    presets: dict[str, Preset],
) -> None:
    series = [observe("2017", "-1"), observe("2016", "-3.2")]

    made = rate(henan, make_indicator(Measure.YEARLY_CHANGE_PCT), series, "2016", presets)

    assert [(each.yardstick, each.preset, each.preset_version, each.is_alerting) for each in made] == [
        (Yardstick.ANNUAL_TASK, "ndrc-2021", 2, True),
        (Yardstick.ANNUAL_TASK, "ndrc-2020", 1, False),
        (Yardstick.PLAN_PROGRESS, "ndrc-2020", 1, True),
    ]
    assert [(each.status, each.level_label) for each in made] == [
        (Status.MIDDLE, "二级"),
        (Status.MILD, "二级"),
        (Status.MILD, "二级"),
    ]
    assert {each.unit for each in made} == {"pct"}


def test_a_preset_without_a_label_leaves_it_empty(
    henan: Target,
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    presets: dict[str, Preset],
) -> None:
    made = rate(henan, make_indicator(Measure.YEARLY_CHANGE_PCT), [observe("2016", "-8")], "2016", presets)

    assert [(each.status, each.level_label) for each in made][:2] == [("on_track", ""), ("on_track", "三级")]


def test_formula_carries_the_numbers_in_both_languages(
    henan: Target,
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    presets: dict[str, Preset],
) -> None:
    series = [observe("2016", "-7.64"), observe("2017", "0.76")]
    annual, beside, progress = rate(henan, make_indicator(Measure.YEARLY_CHANGE_PCT), series, "2017", presets)

    assert annual.formula_zh == (
        "2017 年降低率 = 100 × (1 − 1.0076) = -0.76 %;"
        "当年任务(逐年均摊)= 100 × (1 − (1 − 16 %)^(1/5)) = 3.42697 %;"
        "未达到要求且上升,2021 年规则:严重滞后"
    )
    assert beside.formula_en.endswith("missed by 122.177024 % of the requirement; rule of 2020: severe")
    assert progress.formula_en == (
        "Progress = ln(0.9236 × 1.0076) ÷ ln(1 − 16 %) = 41.240917 %; share of the way asked = 2/5 = 40 %; "
        "the requirement is met; rule of 2020: on track"
    )


def test_evidence_lists_inputs_then_steps(
    coal: Target,
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    made = rate_one(coal, make_indicator(Measure.YEAR_TO_DATE), [observe("2016-01..08", "150")], "2016-01..08")

    assert [(row.name_en, row.period, row.value, row.unit) for row in made.evidence] == [
        ("reported figure", "2016-01..08", "150", "mt"),
        ("baseline of the plan", "2015", "0", "mt"),
        ("target", "2016", ">= 250", "mt"),
        ("share of the way asked by now", "2016-01..08", "8/12", ""),
        ("required", "2016-01..08", "166.666667", "mt"),
        ("gap (negative: missed)", "2016-01..08", "-16.666667", "mt"),
        ("share of the requirement missed", "2016-01..08", "10", "pct"),
        ("mild up to, inclusive", "2016-01..08", "10", "pct"),
    ]


@pytest.mark.parametrize(
    ("bound", "says_zh", "says_en"),
    [
        (Bound.AT_LEAST, "真实值可能更高", "the true value may be higher"),
        (Bound.AT_MOST, "真实值可能更低", "the true value may be lower"),
    ],
)
def test_a_bound_is_named_in_evidence_and_outcome(
    *,
    bound: Bound,
    says_zh: str,
    says_en: str,
    coal: Target,
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    series = [observe("2016-01..07", "95", bound=bound)]

    made = rate_one(coal, make_indicator(Measure.YEAR_TO_DATE), series, "2016-01..07")

    assert made.status is Status.SEVERE
    assert says_zh in made.evidence[0].name_zh
    assert says_en in made.evidence[0].name_en
    assert says_zh in made.formula_zh
    assert says_en in made.formula_en


def test_a_missed_zero_requirement_says_that_it_has_no_share(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    target = make_target(value="0", base_value="-4")

    made = rate_one(target, make_indicator(), [observe("2020", "-1")], "2020")

    assert "no share exists" in made.formula_en
    assert "share of the requirement missed" not in {row.name_en for row in made.evidence}


def test_places_of_the_indicator_and_two_for_per_cent(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    counts = rate_one(make_target(), make_indicator(places=0), [observe("2017", "39.5")], "2017")
    shares = rate_one(make_target(), make_indicator(unit="pct", places=0), [observe("2017", "39.5")], "2017")

    assert (str(counts.value), str(counts.required), str(counts.gap)) == ("40", "40", "-1")
    assert (str(shares.value), str(shares.required), str(shares.gap)) == ("39.50", "40.00", "-0.50")
    assert str(counts.missed_pct) == "1.25"


def test_a_callers_decimal_context_changes_nothing(
    henan: Target,
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    presets: dict[str, Preset],
) -> None:
    series = [observe("2016", "-7.64"), observe("2017", "-7.90")]
    indicator = make_indicator(Measure.YEARLY_CHANGE_PCT)
    plain = rate(henan, indicator, series, "2017", presets)

    with localcontext(Context(prec=3, traps=[Inexact])):
        odd = rate(henan, indicator, series, "2017", presets)

    assert odd == plain
    assert plain[2].value == Decimal("92.78")


def test_two_points_for_one_period_are_refused(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    presets: dict[str, Preset],
) -> None:
    with pytest.raises(ValueError, match="two points for 2017"):
        rate(make_target(), make_indicator(), [observe("2017", "1"), observe("2017", "2")], "2017", presets)


def test_a_text_that_is_no_period_is_refused(
    make_target: Callable[..., Target], make_indicator: Callable[..., Indicator], presets: dict[str, Preset]
) -> None:
    with pytest.raises(PeriodFault):
        rate(make_target(), make_indicator(), [], "last year", presets)
