"""Good messages of every kind on every form of the plans in force, each with the topic it belongs on."""

import datetime as dt
import json
from pathlib import Path

import msgspec

from plan.book import PlanBook
from plan.canonical import plan_hash
from plan.codes import Status, Yardstick
from plan.loader import load_plans
from plan.messages import (  # fmt: skip
    AlertState,
    Assessment,
    Bound,
    Change,
    Explanation,
    Margin,
    PlanMessage,
    Reason,
    Repair,
    RepairKind,
    Return,
    Tick,
    Transition,
    Verdict,
    encode,
)
from plan.model import Names, Plan, ReportingUnit
from plan.topics import ALERTS, ASSESSMENTS, PLANS, REPAIRS, TICKS, explanation_topic, return_topic
from tests.support.mutations import Base
from tests.support.small_facts import facts_of
from tests.support.small_plan import small_plan

ROOT = Path(__file__).parents[2]
AT = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
"""When all of it arrives."""


def book_in_force() -> PlanBook:
    """The plans in force, with one mill in every group, for they ship without a register of enterprises."""
    return PlanBook(_with_mill(plan) for plan in load_plans(ROOT / "plan"))


def _with_mill(plan: Plan) -> Plan:
    groups = tuple(group.id for group in plan.groups)
    names = Names(zh="某超硬材料厂", en="A mill")
    mill = ReportingUnit(id="golden-mill", names=names, area=plan.areas[-1].id, groups=groups)
    return msgspec.structs.replace(plan, units=(*plan.units, mill))


def good_returns(book: PlanBook) -> list[Base]:
    """The golden return of every form in force."""
    made = []
    for file in sorted((ROOT / "tests" / "contract" / "golden").glob("*.json")):
        sent = msgspec.json.decode(file.read_bytes(), type=Return)
        view = book.view_of_form(sent.form)
        if view is None or sent.form_version != view.forms[sent.form].version:
            continue
        sender = next(
            each.id
            for each in view.plan.senders
            if view.may_send(each.id, sent.form)
            and view.speaks_for(each.id, sent.unit)
            and (each.may_backdate or sent.published_at is None)
        )
        made.append(Base(return_topic(sent.form, sender), encode(sent)))
    return made


def good_explanations(returns: list[Base], book: PlanBook) -> list[Base]:
    """An explanation of each return whose sender is told what became of it."""
    made = []
    for base in returns:
        sent = msgspec.json.decode(base.payload, type=Return)
        view = book.view_of_form(sent.form)
        assert view is not None
        sender = base.topic.rpartition(".")[2]
        if view.senders[sender].gets_outcomes:
            said = Explanation(
                explanation_id=f"because-{sent.return_id}", form=sent.form, unit=sent.unit, period=sent.period,
                text="三号窑五月停产检修二十天,产量下降四成", item=sent.cells[0].item,
            )  # fmt: skip
            made.append(Base(explanation_topic(sender), encode(said)))
    return made


def good_repair(base: Base, offset: int) -> Base:
    """An operator's answer to whatever lies at an offset of the topic of a return."""
    repair = Repair(
        topic=base.topic, partition=0, offset=offset, kind=RepairKind.REPAIRED, by="operator", because="misspelt key",
        payload=base.payload.decode(),
    )  # fmt: skip
    return Base(REPAIRS, encode(repair))


def good_others() -> list[Base]:
    """A tick, a plan, an assessment and a transition."""
    plan = small_plan()
    assessment = Assessment(
        assessment_id="assessment-1", plan_id="small", plan_hash="h", target="t", indicator="intensity", area="city",
        yardstick=Yardstick.PLAN_PROGRESS, preset="p", preset_version=1, is_alerting=True, period="2017",
        status=Status.MILD, reason=Reason.NONE, level_label="", value="0.5", required="0.4", gap="0.1",
        missed_pct="20", unit="tce", indicator_value="0.5", formula_zh="公式", formula_en="formula", evidence=(),
        bound=Bound.EXACT, verdict=Verdict.PASSED, known_at=AT, cutoff_at=AT, value_message_id="v", origins=(),
        sources=(), margin=Margin.UNKNOWN, score=None, facts=facts_of(plan, "2017"),
    )  # fmt: skip
    transition = Transition(
        transition_id="transition-1", alert_id="a", plan_id="small", plan_hash="h", target="t", area="city",
        yardstick=Yardstick.PLAN_PROGRESS, preset="p", change=Change.OPENED, from_state=AlertState.INACTIVE,
        to_state=AlertState.FIRING, from_status=Status.ON_TRACK, to_status=Status.SEVERE, period="2017",
        effective_at=AT, headline_zh="晴雨", headline_en="headline", assessment_id="assessment-1", beside=(),
    )  # fmt: skip
    return [
        Base(TICKS, encode(Tick(tick_date=dt.date(2018, 1, 10)))),
        Base(PLANS, encode(PlanMessage(plan_hash=plan_hash(plan), plan=plan))),
        Base(ASSESSMENTS, encode(assessment)),
        Base(ALERTS, encode(transition)),
    ]


def with_id(base: Base, made: str) -> Base:
    """The same message under another id."""
    data = json.loads(base.payload)
    key = next(key for key in ("return_id", "explanation_id", "transition_id", "assessment_id") if key in data)
    return Base(base.topic, json.dumps({**data, key: made}, ensure_ascii=False).encode())
