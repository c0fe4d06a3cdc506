"""What an officer reads."""

import msgspec
import pytest

from alerts.assess import TargetIn
from alerts.facts import fact, period_zh
from alerts.life import LifeState, Relevelled, Step
from alerts.wording import Subject, tell
from plan.book import PlanView
from plan.codes import Status, Yardstick
from plan.messages import AlertState, Bound, Change

_HENAN = [("2016", "-7.64"), ("2017", "-7.90"), ("2018", "-5.01"), ("2019", "-7.98"), ("2020", "0.76")]
_TARGET = "henan-energy-intensity-2020"
_COAL = "china-coal-capacity-2016"


@pytest.fixture
def assessments(inside, henan, value):
    """Factory: the newest assessments of a target and period after Henan's five years and China's coal of 2016."""
    plan, made = henan(), inside()
    coal = {"indicator": "coal-capacity-retired-ytd", "area": "china", "unit": "wan_t"}
    made.take(
        made.plan(plan),
        *made.values(*(value(plan, period, figure) for period, figure in _HENAN)),
        *made.values(value(plan, "2016-01..06", "6000", **coal), value(plan, "2016-01..12", "29000", **coal)),
    )
    return lambda target, period: made.store.assessments(
        plan.id, target, "china" if target == _COAL else "henan", period
    )


@pytest.fixture
def subject(henan):
    """Factory: what a transition of Henan's energy intensity is about."""
    view = PlanView(henan())

    def make(yardstick: Yardstick = Yardstick.ANNUAL_TASK) -> Subject:
        alert_id = f"{view.plan.id}/{_TARGET}/henan/{yardstick}"
        return Subject(view, TargetIn(view.targets[_TARGET], "henan"), yardstick, "ndrc-2021", alert_id)

    return make


def _opened(status: Status = Status.SEVERE) -> Step:
    return Step(Change.OPENED, AlertState.INACTIVE, AlertState.FIRING, Status.ON_TRACK, status, "2020")


def test_henan_2020_opened(subject, assessments) -> None:
    state = LifeState(AlertState.FIRING, Status.SEVERE, "2020", "2020")
    telling = tell(subject(), _opened(), state, assessments(_TARGET, "2020"))
    assert telling.headline_zh == (
        "【新预警】河南省 2020 年:河南单位地区生产总值能耗五年降低16%,年度任务严重滞后(一级)"
    )
    assert telling.headline_en == (
        "[opened] Henan 2020: Henan: energy per unit of GDP down 16 % in five years; annual task: severe"
    )
    # -7.64, -7.90, -5.01, -7.98, +0.76: ln(.9236 x .9210 x .9499 x .9202 x 1.0076) / ln(.84) = 165.62 %.
    # Missed: (3.43 + 0.76) / 3.43 = 122.2 %.
    assert telling.body_zh.splitlines() == [
        "目标:1.1 河南单位地区生产总值能耗五年降低16%(河南省与全国“十三五”节能和去产能目标)",
        "年度任务:2020 年单位地区生产总值能耗上升 0.76 %(任务:下降 3.43 %),差 4.19 个百分点,"
        "严重滞后,预警等级一级(ndrc-2021)",
        "规划进度:2020 年累计完成 165.62 %(进度要求 100 %),已达标",
        "年度任务(另按国家发展改革委2020年晴雨表):严重滞后,预警等级一级(ndrc-2020),未完成部分占要求的 122.18 %",
        "规划进度(另按国家发展改革委2020年晴雨表):已达标",
        "数据审核:通过",
        "预警状态:预警中,自 2020 年起(此前无预警)",
        "责任单位:河南省发展和改革委员会",
        f"预警编号:henan-2016-2020/{_TARGET}/henan/annual_task",
        f"查看依据:qingyu explain henan-2016-2020/{_TARGET}/henan/annual_task",
    ]
    assert telling.beside == tuple(telling.body_zh.splitlines()[2:5])


@pytest.mark.parametrize(
    ("step", "headline"),
    [
        (
            Step(Change.WORSENED, AlertState.FIRING, AlertState.FIRING, Status.MIDDLE, Status.SEVERE, "2020"),
            "【加重】河南省 2020 年:河南单位地区生产总值能耗五年降低16%,年度任务由滞后(二级)加重为严重滞后(一级)",
        ),
        (
            Step(Change.EASED, AlertState.FIRING, AlertState.FIRING, Status.SEVERE, Status.MIDDLE, "2020"),
            "【减轻】河南省 2020 年:河南单位地区生产总值能耗五年降低16%,年度任务由严重滞后(一级)减轻为滞后(二级)",
        ),
        (
            Step(Change.RESOLVED, AlertState.FIRING, AlertState.RESOLVED, Status.SEVERE, Status.ON_TRACK, "2020"),
            "【解除】河南省 2020 年:河南单位地区生产总值能耗五年降低16%,年度任务正常,预警解除",
        ),
        (
            Step(Change.HELD, AlertState.INACTIVE, AlertState.PENDING, Status.ON_TRACK, Status.MIDDLE, "2020"),
            "【待确认】河南省 2020 年:河南单位地区生产总值能耗五年降低16%,年度任务滞后(二级),待后续报告期确认",
        ),
        (
            Step(Change.DROPPED, AlertState.PENDING, AlertState.INACTIVE, Status.MIDDLE, Status.ON_TRACK, "2020"),
            "【撤销待确认】河南省 2020 年:河南单位地区生产总值能耗五年降低16%,年度任务正常",
        ),
        (
            Step(Change.CORRECTED, AlertState.FIRING, AlertState.INACTIVE, Status.SEVERE, Status.ON_TRACK, "2020"),
            "【更正】河南省 2020 年:河南单位地区生产总值能耗五年降低16%,年度任务由严重滞后(一级)更正为正常,现无预警",
        ),
        (
            Step(Change.CORRECTED, AlertState.FIRING, AlertState.PENDING, Status.SEVERE, Status.SEVERE, "2020"),
            "【更正】河南省 2020 年:河南单位地区生产总值能耗五年降低16%,年度任务严重滞后(一级),考核口径变更,现待确认",
        ),
    ],
)
def test_headlines(subject, step: Step, headline: str) -> None:
    assert tell(subject(), step, LifeState(step.to_state), ()).headline_zh == headline


def test_a_correction_names_the_other_periods_it_changed(subject) -> None:
    also = (Relevelled("2018", Status.MIDDLE, Status.ON_TRACK),)
    step = Step(Change.CORRECTED, AlertState.FIRING, AlertState.RESOLVED, Status.SEVERE, Status.ACHIEVED, "2019", also)
    telling = tell(subject(Yardstick.PLAN_PROGRESS), step, LifeState(AlertState.RESOLVED), ())
    assert telling.beside == ("同时更正:2018 年规划进度由滞后(二级)更正为正常",)
    assert telling.headline_en.endswith("plan progress: severe -> achieved")


def test_a_good_period_that_keeps_firing_says_so(subject) -> None:
    step = Step(Change.EASED, AlertState.FIRING, AlertState.FIRING, Status.SEVERE, Status.ON_TRACK, "2020")
    state = LifeState(AlertState.FIRING, Status.ON_TRACK, "2020", "2019", 1)
    lines = tell(subject(), step, state, ()).body_zh.splitlines()
    assert "预警状态:预警中,自 2019 年起;本期已恢复,连续恢复后解除" in lines


def test_quantities_and_periods_without_a_task(henan, assessments) -> None:
    view = PlanView(henan())
    lines = [fact(view, view.targets[_COAL], each) for each in assessments(_COAL, "2016-01..06")]
    assert lines == [
        "年度任务:2016 年 1—6 月全国煤炭去产能年内累计,未评估(未到考核期)",
        # A quarter of 25 000 is 6 250; 250 short is 4 % of it: mild.
        "规划进度:2016 年 1—6 月全国煤炭去产能年内累计 6000 万吨(进度要求 6250 万吨),差 250 万吨,"
        "轻微滞后,预警等级二级(ndrc-2020)",
    ]
    assert fact(view, view.targets[_COAL], assessments(_COAL, "2016-01..12")[0]) == (
        "年度任务:2016 年 1—12 月全国煤炭去产能年内累计 29000 万吨(任务 25000 万吨),已达标"
    )


def test_a_bound_is_told(henan, assessments) -> None:
    view = PlanView(henan())
    made = msgspec.structs.replace(assessments(_COAL, "2016-01..12")[0], bound=Bound.AT_LEAST)
    assert fact(view, view.targets[_COAL], made).endswith("已达标(公布数只说明“不低于”此数)")


def test_no_movement_is_neither_rise_nor_fall(henan, assessments) -> None:
    view = PlanView(henan())
    (made,) = (
        each for each in assessments(_TARGET, "2020") if each.is_alerting and each.yardstick is Yardstick.ANNUAL_TASK
    )
    flat = msgspec.structs.replace(made, value="0.00")
    assert "单位地区生产总值能耗持平(任务" in fact(view, view.targets[_TARGET], flat)


def test_a_figure_that_awaits_an_explanation_is_shown(henan, assessments) -> None:
    view = PlanView(henan())
    made = msgspec.structs.replace(assessments(_COAL, "2016-01..06")[0], value="6000.50")
    assert "年内累计 6000.5 wan_x,未评估" in fact(
        view, view.targets[_COAL], msgspec.structs.replace(made, unit="wan_x")
    )


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2017", "2017 年"),
        ("2017-H1", "2017 年上半年"),
        ("2017-H2", "2017 年下半年"),
        ("2017-Q3", "2017 年第 3 季度"),
        ("2017-06", "2017 年 6 月"),
        ("2017-01..06", "2017 年 1—6 月"),
    ],
)
def test_periods(period: str, words: str) -> None:
    assert period_zh(period) == words
