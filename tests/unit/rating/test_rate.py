"""What a rating carries: one for each yardstick and preset, labels, words, and evidence to recompute it from."""

from collections.abc import Callable
from decimal import Context, Decimal, Inexact, localcontext

import pytest

from plan.codes import Kind, Measure, Status, Yardstick
from plan.messages import Bound
from plan.model import Indicator, Preset, Target, YardstickRule
from plan.periods import PeriodFault
from rating.engine import Observed, Rating, rate

_HENAN = ("-7.64", "-7.90", "-5.01", "-7.98", "0.76")
"""Published yearly changes of energy intensity, 2016 to 2020, in per cent."""


@pytest.fixture
def henan(make_reduction: Callable[..., Target], make_rule: Callable[..., YardstickRule]) -> Target:
    rules = (
        make_rule(Yardstick.ANNUAL_TASK, alert="ndrc-2021", beside=("ndrc-2020",)),
        make_rule(Yardstick.PLAN_PROGRESS, alert="ndrc-2020"),
    )
    return make_reduction(yardsticks=rules)


@pytest.fixture
def coal(make_target: Callable[..., Target]) -> Target:
    return make_target(kind=Kind.CAPACITY_RETIRED, value="250", base="2015", deadline="2016")


def test_each_yardstick_is_rated_by_its_alerting_preset_first(
    henan: Target,
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_all: Callable[..., tuple[Rating, ...]],
) -> None:
    made = rate_all(henan, intensity(), [observe("2017", "-1"), observe("2016", "-3.2")], "2016")

    assert [(each.yardstick, each.preset, each.preset_version, each.is_alerting) for each in made] == [
        (Yardstick.ANNUAL_TASK, "ndrc-2021", 2, True),
        (Yardstick.ANNUAL_TASK, "ndrc-2020", 2, False),
        (Yardstick.PLAN_PROGRESS, "ndrc-2020", 2, True),
    ]
    assert [(each.status, each.level_label) for each in made] == [
        (Status.MIDDLE, "二级"),
        (Status.MILD, "二级"),
        (Status.MILD, "二级"),
    ]
    assert {each.unit for each in made} == {"pct"}


def test_henan_by_three_yardsticks_in_every_year(
    make_reduction: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_all: Callable[..., tuple[Rating, ...]],
) -> None:
    """Worked case 2: 45.58 % done after a year, all of it since 2018 (122.3 %), 165.6 % in 2020, which rose by 0.76."""
    rules = (
        make_rule(Yardstick.ANNUAL_TASK, alert="ndrc-2021", beside=("ndrc-2020",)),
        make_rule(Yardstick.PLAN_PROGRESS, alert="ndrc-2021"),
        make_rule(Yardstick.GROWTH_RATIO, alert="growth-ratio"),
    )
    target = make_reduction(yardsticks=rules)
    series = [observe(str(2016 + at), change) for at, change in enumerate(_HENAN)]

    made = [rate_all(target, intensity(), series, str(year)) for year in range(2016, 2021)]

    on_track, achieved, severe = Status.ON_TRACK, Status.ACHIEVED, Status.SEVERE
    assert [[each.status for each in year] for year in made] == [
        [on_track, on_track, on_track, on_track],
        [on_track, on_track, on_track, on_track],
        [on_track, on_track, achieved, achieved],
        [on_track, on_track, achieved, achieved],
        [severe, severe, achieved, achieved],
    ]
    assert [str(year[2].value) for year in made] == ["45.58", "92.78", "122.26", "169.96", "165.62"]
    assert made[4][1].missed_pct == Decimal("122.18")


def test_qinghai_after_three_years(
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    """Worked case 1: +1.51, -2.20, -4.18 % make -4.87 % in all; 26.8 % of the way to -17 %, where 60 % were asked."""
    target = make_reduction(value="17", base="2005", deadline="2010")
    series = [observe("2006", "1.51"), observe("2007", "-2.20"), observe("2008", "-4.18")]

    made = rate_one(target, intensity(), series, "2008")

    assert (made.status, str(made.value), str(made.required)) == (Status.SEVERE, "26.81", "60.00")
    # 1.0151 x 0.978 x 0.9582: 4.87 % less than the base.
    assert ("product of the yearly factors (published rates chained)", "0.95127") in [
        (row.name_en, row.value[:7]) for row in made.evidence
    ]


@pytest.mark.parametrize(
    ("measure", "figures", "status", "made_of"),
    [
        (Measure.LEVEL, ".79 .771 .747 .715 .684 .664", Status.MILD, ("levels divided", "0.840506")),
        (
            Measure.YEARLY_CHANGE_PCT,
            "0 -2.93 -3.15 -4.32 -4.27 -2.92",
            Status.ACHIEVED,
            ("published rates chained", "0.835956"),
        ),
    ],
)
def test_levels_and_published_rates_differ_and_it_is_said_which_was_used(
    *,
    measure: Measure,
    figures: str,
    status: Status,
    made_of: tuple[str, str],
    make_reduction: Callable[..., Target],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    """Worked case 5: Guangdong's levels fell by 15.95 %, the chained published rates by 16.40 %; 16 % were asked."""
    series = [observe(str(2010 + at), figure) for at, figure in enumerate(figures.split())]

    made = rate_one(make_reduction(base="2010", deadline="2015"), intensity(measure), series, "2015")

    name, product = made_of
    assert made.status is status
    assert (f"product of the yearly factors ({name})", product) in [(row.name_en, row.value) for row in made.evidence]


def test_a_preset_without_labels_leaves_them_empty(
    make_reduction: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_all: Callable[..., tuple[Rating, ...]],
) -> None:
    target = make_reduction(yardsticks=(make_rule(Yardstick.ANNUAL_TASK, "ningbo-2010", beside=("ndrc-2020",)),))

    made = rate_all(target, intensity(), [observe("2016", "-8")], "2016")

    assert [(each.status, each.level_label) for each in made] == [("on_track", ""), ("on_track", "三级")]


def test_formula_carries_the_numbers_in_both_languages(
    henan: Target,
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_all: Callable[..., tuple[Rating, ...]],
) -> None:
    series = [observe("2016", "-7.64"), observe("2017", "0.76")]
    annual, beside, progress = rate_all(henan, intensity(), series, "2017")

    assert annual.formula_zh == (
        "2017 年降低率 = 100 × (1 − 1.0076) = -0.76 %;"
        "当年任务(逐年均摊)= 100 × (1 − (1 − 16 %)^(1/5)) = 3.42697 %;"
        "完成要求的 -22.177024 %,国家发展改革委2021年晴雨表:严重滞后(其余情形)"
    )
    assert beside.formula_en.endswith(
        "missed by 122.177024 % of the requirement; NDRC barometer 2020: severe (all else)"
    )
    assert progress.formula_en == (
        "Progress = ln(0.9236 × 1.0076) ÷ ln(1 − 16 %) = 41.240917 %; share of the way asked = 2/5 = 40 %; "
        "the requirement is met; NDRC barometer 2020: on track"
    )


@pytest.mark.parametrize(
    ("preset", "says_zh", "says_en"),
    [
        ("ndrc-2020", "未完成部分占要求的 10 %", "mild (at most 10 %)"),
        ("ningbo-2010", "轻微滞后(不低于 90 %)", "90 % of the requirement done"),
        ("hangzhou-h1", "落后 1 个点,杭州市上半年预警:滞后(不高于 2 个点)", "short by 1 points"),
    ],
)
def test_the_band_is_named_with_its_limits(
    *,
    preset: str,
    says_zh: str,
    says_en: str,
    make_reduction: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    rule = make_rule(Yardstick.ANNUAL_TASK, alert=preset, tasks={"2016": Decimal(10)})

    made = rate_one(make_reduction(yardsticks=(rule,)), intensity(), [observe("2016", "-9")], "2016")

    assert says_zh in made.formula_zh
    assert says_en in made.formula_en


def test_where_the_text_is_silent_the_numbers_still_show(
    make_target: Callable[..., Target],
    make_rule: Callable[..., YardstickRule],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    target = make_target(kind=Kind.YEARLY_FLOW, value="100", yardsticks=(make_rule(alert="yinchuan-projects"),))

    made = rate_one(target, make_indicator(Measure.YEAR_TO_DATE), [observe("2017-01..06", "45")], "2017-01..06")

    assert (made.status, made.reason, made.value, made.gap) == ("not_assessed", "preset_silent", 45, -5)
    assert made.formula_zh.endswith("落后 5 个点,银川市重点项目预警:原文未作规定,不评级")
    rows = [(row.name_en, row.value, row.unit) for row in made.evidence][-2:]
    assert rows == [
        ("middle: points short at least 10 and at most 30", "at least 10 and at most 30", "pct"),
        ("severe: points short more than 30", "more than 30", "pct"),
    ]


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
        ("mild: share of the requirement missed at most 10", "2016-01..08", "at most 10", "pct"),
        ("severe: share of the requirement missed all else", "2016-01..08", "all else", "pct"),
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
    made = rate_one(make_target(value="0", base_value="-4"), make_indicator(), [observe("2020", "-1")], "2020")

    assert (made.status, made.missed_pct) == (Status.SEVERE, None)
    assert "no share exists" in made.formula_en
    assert "share of the requirement missed" not in {row.name_en for row in made.evidence}


def test_places_of_the_indicator_and_two_for_per_cent(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_one: Callable[..., Rating],
) -> None:
    series = [observe("2017", "39.5")]

    counts = rate_one(make_target(), make_indicator(places=0), series, "2017")
    shares = rate_one(make_target(unit="pct"), make_indicator(unit="pct", places=0), series, "2017")

    assert (str(counts.value), str(counts.required), str(counts.gap)) == ("39.5", "40", "-0.5")
    assert (str(shares.value), str(shares.required), str(shares.gap)) == ("39.50", "40.00", "-0.50")
    assert str(counts.missed_pct) == "1.25"


def test_a_callers_decimal_context_changes_nothing(
    henan: Target,
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_all: Callable[..., tuple[Rating, ...]],
) -> None:
    series = [observe("2016", "-7.64"), observe("2017", "-7.90")]
    plain = rate_all(henan, intensity(), series, "2017", Decimal("0.98"))

    with localcontext(Context(prec=3, traps=[Inexact])):
        odd = rate_all(henan, intensity(), series, "2017", Decimal("0.98"))

    assert odd == plain
    assert plain[2].value == Decimal("92.78")


def test_points_after_the_period_are_not_looked_at(
    henan: Target,
    intensity: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_all: Callable[..., tuple[Rating, ...]],
) -> None:
    first = [observe("2016", "-7.64")]

    assert rate_all(henan, intensity(), [*first, observe("2017", "9")], "2016") == rate_all(
        henan, intensity(), first, "2016"
    )


def test_two_points_for_one_period_are_refused(
    make_target: Callable[..., Target],
    make_indicator: Callable[..., Indicator],
    observe: Callable[..., Observed],
    rate_all: Callable[..., tuple[Rating, ...]],
) -> None:
    with pytest.raises(ValueError, match="two points for 2017"):
        rate_all(make_target(), make_indicator(), [observe("2017", "1"), observe("2017", "2")], "2017")


def test_a_text_that_is_no_period_is_refused(
    make_target: Callable[..., Target], make_indicator: Callable[..., Indicator], presets: dict[str, Preset]
) -> None:
    with pytest.raises(PeriodFault):
        rate(make_target(), make_indicator(), [], "last year", presets, area="xuchang")
