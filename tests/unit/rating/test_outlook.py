"""The forward look of whole targets: hand-calculated cases, and every way in which it has nothing to say."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec
import pytest

from plan.codes import Comparator, Kind, Measure
from plan.messages import Bound, ObservationStatus, Observed, Reason, Verdict
from plan.model import Indicator, Names, Target
from plan.periods import PeriodKind
from rating import outlook_words
from rating.miss import ChanceMethod, Silence
from rating.outlook import Outlook, outlook
from rating.outlook_pace import Need
from rating.projection import ProjectionMethod
from rating.runout import RunOutcome
from tests.support.outlook_cases import indicator_of, point_of, points_of, target_of

SEED = 1
YEARLY_PCT = Measure.YEARLY_CHANGE_PCT


def look(target: Target, indicator: Indicator, points: list[Observed], at: str) -> Outlook:
    """The outlook where there must be one."""
    found = outlook(target, indicator, points, at, seed=SEED)
    assert isinstance(found, Outlook)
    return found


def test_qinghai_2009_must_do_four_times_as_much_each_year() -> None:
    """Published: three years made 4.87 %, 1.65 % a year; the remaining two years need 6.59 % a year."""
    target = target_of("17", kind=Kind.REDUCTION, base="2005", deadline="2010")
    changes = points_of({"2006": "1.51", "2007": "-2.20", "2008": "-4.18"})

    seen = look(target, indicator_of(YEARLY_PCT), changes, "2008")

    assert round(seen.latest, 2) == Decimal("4.87")
    assert (seen.asked, seen.unit, seen.as_of, seen.due) == (17, "pct", "2008-12-31", "2010-12-31")
    assert seen.pace.required is not None
    assert seen.pace.recent is not None
    assert seen.pace.ratio is not None
    assert round(seen.pace.required, 2) == Decimal("6.59")
    assert round(seen.pace.recent, 2) == Decimal("1.65")
    assert round(seen.pace.ratio, 2) == Decimal("3.99")  # 6.5913 / 1.6516
    assert (seen.pace.per, seen.pace.need) == (PeriodKind.YEAR, Need.FASTER)
    # A mean step of ln(0.95127) / 3 for two more years: 0.95127 ** (5 / 3) = 0.92011, so 7.989 % below the base.
    by_method = {each.method: each for each in seen.projections}
    assert by_method[ProjectionMethod.MEAN_STEP].value == pytest.approx(7.989, abs=0.001)
    assert all(each.low <= each.value <= each.high for each in seen.projections)


def test_levels_and_chained_changes_of_a_reduction_agree() -> None:
    target = target_of("20", kind=Kind.REDUCTION, base="2016", deadline="2020")
    by_level = look(target, indicator_of(), points_of({"2016": "50", "2017": "45", "2018": "36"}), "2018")
    by_change = look(target, indicator_of(YEARLY_PCT), points_of({"2017": "-10", "2018": "-20"}), "2018")

    assert by_level == by_change
    assert (by_level.latest, by_level.pace.need) == (28, Need.MET)


def test_years_before_the_base_tell_of_the_pace_too() -> None:
    """Falls of 10 % in 2015 and 2016 are steps like that of 2017; 2013 does not connect. The base stays 100."""
    target = target_of("20", kind=Kind.REDUCTION, base="2016", deadline="2020")
    changes = points_of({"2013": "-50", "2015": "-10", "2016": "-10", "2017": "-10"})

    seen = look(target, indicator_of(YEARLY_PCT), changes, "2017")

    assert (seen.latest, seen.chances[0].points, seen.chances[0].missing) == (10, 4, Silence.NO_SPREAD)
    assert seen.pace.need is Need.KEEP_ON  # 0.9 ** 4 = 0.6561


def test_the_plans_baseline_goes_before_the_series_own() -> None:
    target = target_of("20", kind=Kind.REDUCTION, base="2016", base_value="40", deadline="2020")
    stock = target_of("160", base_value="90")

    reduced = look(target, indicator_of(), points_of({"2016": "50", "2017": "36"}), "2017")
    grown = look(stock, indicator_of(), points_of({"2016": "100", "2017": "110"}), "2017")

    assert reduced.latest == 10
    assert grown.pace.recent == 20


def test_a_single_figure_shows_no_pace() -> None:
    cap = target_of("100", kind=Kind.CEILING, comparator=Comparator.AT_MOST)
    reduction = target_of("19", kind=Kind.REDUCTION, base="2016", deadline="2018")

    capped = look(cap, indicator_of(), points_of({"2018": "50"}), "2018")
    reduced = look(reduction, indicator_of(), points_of({"2016": "50"}), "2016")

    assert capped.run_out is not None
    assert (capped.run_out.outcome, capped.pace.need) == (RunOutcome.UNKNOWN, Need.UNKNOWN)
    assert (round(reduced.pace.required or 0, 20), reduced.pace.recent) == (10, None)  # 0.9 x 0.9 = 0.81


def test_a_stock_that_is_half_as_fast_as_asked() -> None:
    """100, 110, 120 in 2016 to 2018; 160 asked in 2020: 20 a year against 10."""
    seen = look(target_of("160"), indicator_of(), points_of({"2016": "100", "2017": "110", "2018": "120"}), "2018")

    assert (seen.pace.required, seen.pace.recent, seen.pace.ratio) == (20, 10, 2)
    assert seen.pace.need is Need.FASTER
    run_rate, mean_step, _ = seen.projections
    assert (run_rate.method, run_rate.value, run_rate.low, run_rate.high) == ("run_rate", 140, 140, 140)
    assert mean_step.value == pytest.approx(144)  # 120 x (120 / 100) ** (2 / 2)
    assert seen.spread == pytest.approx(max(each.value for each in seen.projections) - 140)


def test_a_permit_runs_out_on_a_day_of_the_year() -> None:
    """90.5 t of 120 t by the end of June, 181 days: half a tonne a day, so 59 days are left: 28 August."""
    target = target_of("120", kind=Kind.CEILING, deadline="2017", comparator=Comparator.AT_MOST)
    used = points_of({"2016-01..12": "119", "2017-01..03": "45", "2017-01..06": "90.5"})

    seen = look(target, indicator_of(Measure.YEAR_TO_DATE), used, "2017-06")

    assert seen.run_out is not None
    assert (seen.run_out.outcome, str(seen.run_out.day)) == (RunOutcome.ON_DATE, "2017-08-28")
    assert seen.pace.per is PeriodKind.MONTH
    assert round(seen.pace.recent or 0, 4) == Decimal("15.0833")  # 90.5 / 6
    assert round(seen.pace.required or 0, 4) == Decimal("4.9167")  # 29.5 / 6
    assert seen.pace.need is Need.SLOWER
    assert all(each.low >= 90.5 for each in seen.projections)


@pytest.mark.parametrize(
    ("used", "outcome"),
    [
        ("120", RunOutcome.ALREADY_REACHED),
        ("130", RunOutcome.ALREADY_REACHED),
        ("30", RunOutcome.NOT_IN_TIME),
        ("0", RunOutcome.NEVER),
    ],
)
def test_a_cap_that_is_not_reached_on_a_day_has_a_named_outcome(used: str, outcome: RunOutcome) -> None:
    target = target_of("120", kind=Kind.CEILING, deadline="2017", comparator=Comparator.AT_MOST)

    seen = look(target, indicator_of(Measure.YEAR_TO_DATE), points_of({"2017-01..06": used}), "2017-06")

    assert seen.run_out is not None
    assert (seen.run_out.outcome, seen.run_out.day) == (outcome, None)


def test_henan_energy_use_keeps_under_its_cap() -> None:
    """The sum of the yearly changes since 2015, capped at 3540; it falls by 44 and 190."""
    target = target_of("3540", kind=Kind.CEILING, base="2015", comparator=Comparator.AT_MOST)

    seen = look(target, indicator_of(Measure.YEARLY_CHANGE), points_of({"2016": "-44", "2017": "-190"}), "2017")

    assert (seen.latest, seen.pace.recent, seen.pace.required) == (-234, -117, Decimal("1258"))
    assert seen.pace.need is Need.KEEP_ON
    assert seen.run_out is not None
    assert seen.run_out.outcome is RunOutcome.NEVER


def test_a_rate_of_every_year_is_asked_of_the_next_one() -> None:
    """Rates of 10, 20 and 30 % stand for themselves: mean 20, so a floor of 20 is even money; due in a year."""
    target = target_of("20", kind=Kind.YEARLY_FLOOR)
    rates = points_of({"2016": "10", "2017": "20", "2018": "30"})

    seen = look(target, indicator_of(YEARLY_PCT), rates, "2018")

    assert seen.due == "2019-12-31"
    assert seen.chances[0].missing == pytest.approx(0.5)
    assert [(each.method, each.value) for each in seen.projections[:2]] == [("mean_value", 20), ("last_value", 30)]
    assert (seen.pace.required, seen.pace.recent, seen.pace.ratio, seen.pace.need) == (20, 20, 1, Need.KEEP_ON)


@pytest.mark.parametrize(("every", "due"), [("quarter", "2018-09-30"), ("month", "2018-07-31"), ("half", "2018-12-31")])
def test_a_recurring_duty_is_due_at_the_next_periods_end(every: str, due: str) -> None:
    target = target_of("50", every=PeriodKind(every))

    assert look(target, indicator_of(), points_of({"2018-06": "40"}), "2018-06").due == due


def test_a_share_does_not_pass_its_limit_silently() -> None:
    target = target_of("99.5", kind=Kind.SHARE_FLOOR)
    shares = points_of({"2016": "90", "2017": "94", "2018": "99"})

    seen = look(target, indicator_of(highest="100"), shares, "2018")

    assert all(each.is_clipped and each.high == 100 for each in seen.projections)


def test_inside_a_year_only_that_year_counts() -> None:
    target = target_of("110", kind=Kind.YEARLY_FLOW, deadline="2018")
    invested = points_of({"2016": "500", "2017-01..02": "10", "2017-01..03": "20", "2017-01..06": "50"})

    seen = look(target, indicator_of(Measure.YEAR_TO_DATE), invested, "2017-06")

    assert seen.due == "2017-12-31"
    assert seen.pace.required == 10
    assert seen.chances[0].points == 4  # from nothing at New Year


def test_whole_years_of_a_flow_tell_of_the_next_year() -> None:
    target = target_of("110", kind=Kind.YEARLY_FLOW, deadline="2020")
    totals = points_of({"2015": "90", "2016-01..12": "99", "2017": "100"})

    seen = look(target, indicator_of(Measure.YEAR_TO_DATE), totals, "2017")

    assert (seen.due, seen.latest, seen.pace.required) == ("2018-12-31", 100, 10)


def test_what_may_not_be_judged_is_left_out() -> None:
    points = [
        point_of("2016", "100"),
        point_of("2017", "110", bound=Bound.AT_LEAST),
        point_of("2018", "900", verdict=Verdict.FAILED),
        point_of("2018-06", None),
        point_of("2019", "800", status=ObservationStatus.DEFINITION_DIFFERS),
        point_of("2020", "700"),
    ]

    seen = look(target_of("160"), indicator_of(), points, "2019")

    assert (seen.as_of, seen.latest, seen.is_exact) == ("2017-12-31", 110, False)
    assert (seen.projections, seen.spread) == ((), None)
    assert seen.chances[0].missing is Silence.TOO_FEW_POINTS


def test_a_break_begins_a_new_series() -> None:
    points = points_of({"2016": "2500", "2017": "2700", "2018": "2830"})
    points.append(point_of("2019", "3395", status=ObservationStatus.BREAK))

    seen = look(target_of("4000", base_value="2400"), indicator_of(), points, "2019")

    assert (seen.latest, seen.pace.required, seen.pace.recent) == (3395, 605, None)
    assert seen.pace.need is Need.UNKNOWN


@pytest.mark.parametrize(
    ("values", "need", "silence"),
    [
        ({"2018": "100"}, Need.UNKNOWN, Silence.TOO_FEW_POINTS),
        ({"2017": "90", "2018": "100"}, Need.FASTER, Silence.TOO_FEW_POINTS),
        ({"2016": "100", "2017": "100", "2018": "100"}, Need.FASTER, Silence.NO_SPREAD),
        ({"2016": "0", "2017": "0", "2018": "0"}, Need.FASTER, Silence.NO_SPREAD),
        ({"2016": "100", "2017": "110", "2018": "121"}, Need.FASTER, Silence.NO_SPREAD),
        ({"2018": "100", "2019": "120", "2020": "170"}, Need.NO_TIME_LEFT, Silence.DATE_HAS_COME),
    ],
)
def test_too_little_to_go_by_is_said(values: dict[str, str], need: Need, silence: Silence) -> None:
    seen = look(target_of("160"), indicator_of(), points_of(values), "2020")

    assert seen.pace.need is need
    assert seen.chances[0].missing is silence


def test_zeros_and_negative_values_move_by_amounts() -> None:
    """Steps of 4 and 6: mean 5, so a bar of 9 after one more year is even money."""
    target = target_of("9", base="2015", deadline="2019")

    seen = look(target, indicator_of(), points_of({"2016": "-6", "2017": "-2", "2018": "4"}), "2018")

    assert seen.chances[0].missing == pytest.approx(0.5)


def test_a_running_total_that_is_there_cannot_be_missed() -> None:
    indicator, done = indicator_of(Measure.CUMULATIVE), points_of({"2017": "50", "2018": "100"})

    reached = look(target_of("100"), indicator, done, "2018")
    broken = look(target_of("90", kind=Kind.CEILING, comparator=Comparator.AT_MOST), indicator, done, "2018")
    strict = look(target_of("100", comparator=Comparator.MORE_THAN), indicator, done, "2018")

    assert (reached.chances[0].missing, reached.pace.need) == (0, Need.MET)
    assert broken.chances[0].missing == 1
    assert (strict.chances[0].missing, strict.pace.need) == (Silence.TOO_FEW_POINTS, Need.KEEP_ON)


def test_long_monthly_courses_get_a_bootstrap_beside() -> None:
    values = {
        f"{year}-{month:02d}": str(100 + 12 * (year - 2016) + month + month % 3)
        for year in (2016, 2017, 2018)
        for month in range(1, 13)
    }

    seen = look(target_of("150"), indicator_of(), points_of(values), "2018")

    assert [each.method for each in seen.chances] == [ChanceMethod.T_OF_STEPS, ChanceMethod.BLOCK_BOOTSTRAP]
    assert [each.points for each in seen.chances] == [36, 36]
    assert seen.projections[-1].method is ProjectionMethod.DAMPED_TREND


QUALITATIVE = {"value": None, "comparator": None, "baseline": None}


@pytest.mark.parametrize(
    ("change", "measure", "values", "reason"),
    [
        (QUALITATIVE, Measure.LEVEL, {"2017": "1"}, Reason.QUALITATIVE),
        ({}, Measure.LEVEL, {"2015": "9"}, Reason.NOT_YET_DUE),
        ({}, Measure.LEVEL, {}, Reason.NO_DATA),
        ({}, Measure.YEAR_TO_DATE, {"2018-Q2": "9"}, Reason.NO_DATA),
        ({}, Measure.YEAR_TO_DATE, {"2017-01..06": "9", "2017-01..07": "8"}, Reason.NO_DATA),
        ({"deadline": "2017"}, Measure.YEAR_TO_DATE, {"2017-01..06": "9", "2017-01..07": "8"}, Reason.TO_VERIFY),
        ({}, Measure.CUMULATIVE, {"2017": "9", "2018": "8"}, Reason.TO_VERIFY),
        ({"kind": Kind.REDUCTION}, Measure.LEVEL, {"2017": "9", "2018": "8"}, Reason.BASE_MISSING),
        ({"kind": Kind.REDUCTION}, Measure.LEVEL, {"2016": "9", "2018": "0"}, Reason.TO_VERIFY),
        ({"kind": Kind.REDUCTION}, YEARLY_PCT, {"2018": "-4"}, Reason.INCOMPLETE),
        ({"kind": Kind.REDUCTION}, YEARLY_PCT, {"2017": "-100"}, Reason.TO_VERIFY),
        ({"kind": Kind.REDUCTION}, YEARLY_PCT, {"2017-01..09": "-4"}, Reason.NO_DATA),
        ({"kind": Kind.REDUCTION}, Measure.CUMULATIVE, {"2017": "9"}, Reason.DEFINITION_MISMATCH),
        ({"kind": Kind.REDUCTION, "value": Decimal(100)}, YEARLY_PCT, {"2017": "-4"}, Reason.ZERO_TARGET),
    ],
)
def test_no_outlook_without_a_reason(
    change: dict[str, Any], measure: Measure, values: dict[str, str], reason: Reason
) -> None:
    target = msgspec.structs.replace(target_of("10"), **change)
    at = max((period for period in values), default="2018")

    assert outlook(target, indicator_of(measure), points_of(values), at, seed=SEED) is reason


def test_a_break_after_the_base_year_leaves_no_reduction() -> None:
    points = [point_of("2016", "9"), point_of("2017", "8", status=ObservationStatus.BREAK)]

    found = outlook(target_of("10", kind=Kind.REDUCTION), indicator_of(), points, "2017", seed=SEED)

    assert found is Reason.DEFINITION_MISMATCH


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (Need, outlook_words.NEED),
        (ProjectionMethod, outlook_words.PROJECTION),
        (ChanceMethod, outlook_words.CHANCE),
        (Silence, outlook_words.SILENCE),
        (RunOutcome, outlook_words.RUN_OUT),
    ],
)
def test_every_code_has_words(codes: type[StrEnum], words: dict[StrEnum, Names]) -> None:
    assert set(words) == set(codes)


@pytest.mark.parametrize("text", ["NaN", "Infinity"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"2017: .* is no number"):
        outlook(target_of("10"), indicator_of(), points_of({"2017": text}), "2017", seed=SEED)


def test_two_points_for_one_period_are_refused() -> None:
    with pytest.raises(ValueError, match="two points for 2017"):
        outlook(target_of("10"), indicator_of(), [point_of("2017", "1"), point_of("2017", "2")], "2017", seed=SEED)
