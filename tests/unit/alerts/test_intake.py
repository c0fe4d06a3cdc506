"""From values to assessments, transitions and notices, on real SQLite with the real rating."""

import datetime as dt
from decimal import Decimal

import msgspec
import pytest

from plan.canonical import plan_hash
from plan.codes import Status, Yardstick
from plan.messages import AlertState, Change, PlanMessage, Reason, Verdict, encode
from plan.topics import INDICATOR_VALUES, PLANS

# Published: change of energy per unit of GDP, Henan, per cent. The even share of 16 % over five years is 3.43 %.
HENAN = [("2016", "-7.64"), ("2017", "-7.90"), ("2018", "-5.01"), ("2019", "-7.98"), ("2020", "0.76")]


@pytest.fixture
def told(inside, henan, value):
    """Factory: an inside that took the plan and values given as (period, figure[, changes])."""

    def make(*figures, hold=1, keep=1, name="alerts"):
        plan, made = henan(hold=hold, keep=keep), inside(name)
        values = [value(plan, period, figure, **(more[0] if more else {})) for period, figure, *more in figures]
        made.take(made.plan(plan), *made.values(*values))
        return made

    return make


def _alerting(inside, yardstick):
    return [
        (each.period, each.status)
        for each in inside.assessments
        if each.is_alerting and each.yardstick is yardstick and each.target == "henan-energy-intensity-2020"
    ]


def _changes(inside):
    return [(each.yardstick, each.change, each.period, each.to_status) for each in inside.transitions]


def test_henan_year_by_year(told) -> None:
    made = told(*HENAN)
    assert _alerting(made, Yardstick.ANNUAL_TASK) == [
        ("2016", Status.ON_TRACK),
        ("2017", Status.ON_TRACK),
        ("2018", Status.ON_TRACK),
        ("2019", Status.ON_TRACK),
        ("2020", Status.SEVERE),
    ]
    # 45.58 % in 2016, 122.3 % in 2018: the five-year target was met two years early.
    assert _alerting(made, Yardstick.PLAN_PROGRESS) == [
        ("2016", Status.ON_TRACK),
        ("2017", Status.ON_TRACK),
        ("2018", Status.ACHIEVED),
        ("2019", Status.ACHIEVED),
        ("2020", Status.ACHIEVED),
    ]
    assert _changes(made) == [(Yardstick.ANNUAL_TASK, Change.OPENED, "2020", Status.SEVERE)]


def test_an_assessment_carries_the_evidence_of_its_value(told) -> None:
    made = told(*HENAN)
    (last,) = (
        each
        for each in made.assessments
        if each.is_alerting and each.yardstick is Yardstick.ANNUAL_TASK and each.period == "2020"
    )
    assert (last.indicator_value, last.value, last.required, last.level_label) == ("0.76", "-0.76", "3.43", "一级")
    assert last.origins[0].return_id == "r-2020"
    assert last.sources[0].title == "公报"
    assert last.cutoff_at == dt.datetime(2021, 6, 30, 8, tzinfo=dt.UTC)
    beside = [each for each in made.assessments if not each.is_alerting and each.period == "2020"]
    assert {(each.preset, each.yardstick) for each in beside} == {
        ("ndrc-2020", Yardstick.ANNUAL_TASK),
        ("ndrc-2020", Yardstick.PLAN_PROGRESS),
    }


def test_the_same_message_again_says_nothing(told, value, henan) -> None:
    made = told(*HENAN)
    before = len(made.assessments)
    made.take(*made.values(value(henan(), "2020", "0.76")))
    assert len(made.assessments) == before


def test_the_same_content_at_a_later_cut_off_says_nothing(told, value, henan) -> None:
    made = told(*HENAN)
    before = len(made.assessments)
    made.take(*made.values(value(henan(), "2020", "0.76", "2021-09-01")))
    assert len(made.assessments) == before


def test_the_last_word_in_the_log_holds_even_at_an_older_cut_off(told, value, henan) -> None:
    """The writer took back "overdue at the deadline": a timely return had only arrived late."""
    made = told(*HENAN[:-1])
    made.take(*made.values(value(henan(), "2020", None, "2021-12-31", is_overdue=True)))
    overdue = made.assessments[-1]
    made.take(*made.values(value(henan(), "2020", "-9.00", "2021-08-23")))
    annual = [each for each in made.assessments if each.period == "2020" and each.yardstick == "annual_task"]
    assert (overdue.status, overdue.reason) == ("not_assessed", "overdue")
    assert {each.status for each in annual[-2:]} == {"on_track"}


def test_a_repeat_of_a_corrected_message_does_not_undo_the_correction(told, value, henan) -> None:
    made = told(("2020", "0.76"))
    made.take(*made.values(value(henan(), "2020", "-9.00")))
    made.take(*made.values(value(henan(), "2020", "0.76")))
    assert [(change, status) for _, change, _, status in _changes(made)] == [
        (Change.OPENED, Status.SEVERE),
        (Change.CORRECTED, Status.ON_TRACK),
    ]


def test_a_revision_rates_later_periods_anew(told, value, henan) -> None:
    made = told(*HENAN)
    before = len(made.assessments)
    made.take(*made.values(value(henan(), "2018", "-1.00", "2021-09-01")))
    fresh = made.assessments[before:]
    # 2018 itself by two yardsticks and two presets; 2019 and 2020 only by progress, which rests on 2018.
    assert [(each.period, each.yardstick) for each in fresh] == [
        *[("2018", Yardstick.ANNUAL_TASK)] * 2,
        *[("2018", Yardstick.PLAN_PROGRESS)] * 2,
        *[("2019", Yardstick.PLAN_PROGRESS)] * 2,
        *[("2020", Yardstick.PLAN_PROGRESS)] * 2,
    ]
    assert {each.cutoff_at.date() for each in fresh} == {dt.date(2021, 9, 1)}
    assert [each.indicator_value for each in fresh][-1] == "0.76"
    corrected = made.transitions[-1]
    assert (corrected.change, corrected.period, corrected.to_status) == (Change.CORRECTED, "2018", Status.MIDDLE)
    # 2019 and 2020 follow: the alert that 2018 would have opened was over in 2019, and 2020 opened it again.
    assert (corrected.from_state, corrected.to_state) == (AlertState.FIRING, AlertState.FIRING)


@pytest.mark.parametrize(
    ("figure", "changes", "reason"),
    [
        (None, {"is_overdue": True}, Reason.OVERDUE),
        ("-9.00", {"verdict": Verdict.FAILED}, Reason.FAILED_AUDIT),
        ("-9.00", {"verdict": Verdict.TO_VERIFY}, Reason.TO_VERIFY),
    ],
)
def test_missing_data_never_resolve(told, figure, changes, reason) -> None:
    made = told(("2019", "0.50"), ("2020", figure, changes))
    annual = [each for each in made.assessments if each.period == "2020"]
    assert {(each.status, each.reason) for each in annual} == {(Status.NOT_ASSESSED, reason)}
    assert _changes(made)[-1][1] is Change.OPENED


def test_a_withdrawn_figure_does_not_end_its_alert(told, value, henan) -> None:
    made = told(("2020", "0.76"))
    made.take(*made.values(value(henan(), "2020", None, "2021-09-01")))
    assert made.assessments[-1].status is Status.NOT_ASSESSED
    assert [change for _, change, _, _ in _changes(made)] == [Change.OPENED]


def test_worse_eased_resolved(told) -> None:
    made = told(("2016", "-1.00"), ("2017", "0.50"), ("2018", "-2.00"), ("2019", "-9.00"))
    annual = [each for each in made.transitions if each.yardstick is Yardstick.ANNUAL_TASK]
    assert [(each.change, each.period, each.to_state) for each in annual] == [
        (Change.OPENED, "2016", AlertState.FIRING),
        (Change.WORSENED, "2017", AlertState.FIRING),
        (Change.EASED, "2018", AlertState.FIRING),
        (Change.RESOLVED, "2019", AlertState.RESOLVED),
    ]
    assert [each.effective_at.year for each in annual] == [2021] * 4
    assert len(made.outbox.untold(None)) == len(made.transitions)


def test_a_hold_is_quiet_until_it_is_over(told) -> None:
    made = told(("2016", "-9.00"), ("2017", "0.50"), ("2018", "0.50"), hold=2)
    annual = [each for each in made.transitions if each.yardstick is Yardstick.ANNUAL_TASK]
    assert [(each.change, each.period) for each in annual] == [(Change.HELD, "2017"), (Change.OPENED, "2018")]
    told_ids = {notice.transition_id for notice in made.outbox.untold(None)}
    assert annual[0].transition_id not in told_ids
    assert annual[1].transition_id in told_ids


def test_a_value_waits_for_its_plan_and_later_ones_queue_behind_it(inside, henan, value) -> None:
    old, new = henan(), henan(version=2, value=Decimal(18))
    early = inside("plan-first")
    values = [value(old, "2019", "-7.98"), value(new, "2020", "0.76"), value(old, "2018", "-5.01")]
    early.take(early.plan(old), early.plan(new), *early.values(*values))
    late = inside("plan-last")
    late.take(late.plan(old), *late.values(*values))
    assert len(late.assessments) < len(early.assessments)
    late.take(late.plan(new))
    assert late.sent("assessments") == early.sent("assessments")
    assert late.sent("alerts") == early.sent("alerts")
    assert late.store.first_waiting(old.id) is None


def test_plans_that_arrive_in_another_order_do_not_let_values_overtake(inside, henan, value) -> None:
    second, third = henan(version=2), henan(version=3)
    made = inside()
    made.take(*made.values(value(second, "2020", "0.76"), value(third, "2020", "-9.00", "2021-07-01")))
    made.take(made.plan(third))
    assert made.transitions == []
    made.take(made.plan(second))
    assert [change for _, change, _, _ in _changes(made)] == [Change.OPENED, Change.CORRECTED]


def test_a_new_plan_version_rates_everything_anew(told, henan, value) -> None:
    made = told(*HENAN)
    before = len(made.assessments)
    # 40 % in five years asks 9.71 % a year: every year misses it, and progress stays behind.
    harder = henan(version=2, value=Decimal(40))
    made.take(made.plan(harder), *made.values(value(harder, "2020", "0.76")))
    fresh = [each for each in made.assessments[before:] if each.is_alerting]
    assert {each.plan_hash for each in fresh} == {plan_hash(harder)}
    assert [each.period for each in fresh] == [str(year) for year in range(2016, 2021) for _ in range(2)]
    corrected = [each for each in made.transitions if each.plan_hash == plan_hash(harder)]
    assert {(each.yardstick, each.change) for each in corrected} == {
        (Yardstick.ANNUAL_TASK, Change.CORRECTED),
        (Yardstick.PLAN_PROGRESS, Change.CORRECTED),
    }


def test_a_value_of_an_older_plan_version_is_judged_by_the_version_in_force(told, henan, value) -> None:
    made = told(("2019", "-7.98"))
    newer = henan(version=2, hold=2)
    made.take(made.plan(newer), *made.values(value(newer, "2019", "-7.98", "2021-07-01"), value(henan(), "2020", "1")))
    assert made.store.plan_in_force(newer.id) == plan_hash(newer)
    assert made.transitions[-1].change is Change.HELD


def test_what_a_new_plan_no_longer_asks_for_is_withdrawn(told, henan, value) -> None:
    made = told(*HENAN)
    plan = henan(version=2)
    without = msgspec.structs.replace(
        plan, targets=tuple(each for each in plan.targets if each.id != "henan-energy-intensity-2020")
    )
    made.take(made.plan(without), *made.values(value(without, "2020", "0.76", "2022-01-01")))
    last = made.transitions[-1]
    assert (last.change, last.from_state, last.to_state) == (Change.CORRECTED, AlertState.FIRING, AlertState.INACTIVE)
    assert "由严重滞后(一级)更正为未评估,现无预警" in last.headline_zh
    # The other yardstick was never told of: nothing to withdraw.
    assert [each.yardstick for each in made.transitions] == [Yardstick.ANNUAL_TASK] * 2


def test_bad_messages_are_kept_with_their_faults_and_do_not_stop_the_rest(inside, henan, value) -> None:
    plan, made = henan(), inside()
    wrong = encode(PlanMessage(plan_hash="0" * 16, plan=plan))
    broken = msgspec.structs.replace(plan, areas=())
    made.take(
        made.record(PLANS, wrong),
        made.record(PLANS, encode(PlanMessage(plan_hash=plan_hash(broken), plan=broken))),
        made.plan(plan),
        made.record(INDICATOR_VALUES, b"{"),
        made.record(INDICATOR_VALUES, b'{"message_id": 7}'),
        *made.values(
            value(plan, "2020", "NaN"),
            value(plan, "2020", "viel"),
            value(plan, "2020", "1", indicator="no-such", area="nowhere"),
            msgspec.structs.replace(value(plan, "2020", "1"), period="20-20"),
            value(plan, "2020", "1", cutoff_at=dt.datetime(2021, 1, 1)),
            value(plan, "2020", "1", plan_id="another"),
            value(plan, "2020", "0.76"),
        ),
    )
    faults = made.faults()
    assert len(faults) == 10
    for expected in ("not_json", "publish it again", "finite decimal", "no-such", "nowhere", "20-20", "no time zone"):
        assert any(expected in each for each in faults), expected
    assert [change for _, change, _, _ in _changes(made)] == [Change.OPENED]
    assert made.store.next_offset(INDICATOR_VALUES, 0) == 9


def test_a_bad_value_that_waited_is_refused_when_its_plan_comes(inside, henan, value) -> None:
    plan, made = henan(), inside()
    made.take(*made.values(value(plan, "2020", "NaN"), value(plan, "2020", "0.76")))
    made.take(made.plan(plan))
    assert len(made.faults()) == 1
    assert [change for _, change, _, _ in _changes(made)] == [Change.OPENED]
