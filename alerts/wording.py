"""What people read: headline and body of a transition, in plain Chinese, with an English headline. Pure."""

from collections.abc import Sequence

import msgspec

from alerts.assess import TargetIn
from alerts.facts import fact, level_zh, period_zh
from alerts.life import LifeState, Relevelled, Step
from plan.book import PlanView
from plan.codes import Status, Yardstick
from plan.messages import AlertState, Assessment, Change
from plan.model import Target
from plan.words import ALERT_STATE, CHANGE, STATUS, VERDICT, YARDSTICK


class Telling(msgspec.Struct, frozen=True):
    """One transition in words; ``beside`` are the facts by the other yardsticks and presets."""

    headline_zh: str
    headline_en: str
    body_zh: str
    beside: tuple[str, ...]


class Subject(msgspec.Struct, frozen=True):
    """What the transition is about. ``view`` is the plan version that knows the target."""

    view: PlanView
    held_for: TargetIn
    yardstick: Yardstick
    preset: str
    alert_id: str

    @property
    def target(self) -> Target:
        """The target."""
        return self.held_for.target

    @property
    def area(self) -> str:
        """The area that is judged by it."""
        return self.held_for.area


def tell(subject: Subject, step: Step, state: LifeState, assessments: Sequence[Assessment]) -> Telling:
    """Word a step; ``assessments`` are all newest ones of the target and the step's period."""
    own = [each for each in assessments if each.is_alerting and each.yardstick is subject.yardstick]
    others = [each for each in assessments if each not in own]
    others.sort(key=lambda each: not each.is_alerting)
    beside = (
        *(fact(subject.view, subject.target, each) for each in others),
        *(_also_zh(subject, each) for each in step.also),
    )
    return Telling(
        headline_zh=_headline_zh(subject, step),
        headline_en=_headline_en(subject, step),
        body_zh="\n".join(_lines(subject, step, state, own, beside)),
        beside=beside,
    )


def _headline_zh(subject: Subject, step: Step) -> str:
    area = subject.view.areas[subject.area].names.zh
    what = f"{subject.target.names.zh},{YARDSTICK[subject.yardstick].zh}{_outcome_zh(subject, step)}"
    return f"【{CHANGE[step.change].zh}】{area} {period_zh(step.period)}:{what}"


def _outcome_zh(subject: Subject, step: Step) -> str:
    before, after = (_level(subject, status) for status in (step.from_status, step.to_status))
    match step.change:
        case Change.OPENED | Change.DROPPED:
            return after
        case Change.HELD:
            return f"{after},待后续报告期确认"
        case Change.WORSENED:
            return f"由{before}加重为{after}"
        case Change.EASED:
            return f"由{before}减轻为{after}"
        case Change.RESOLVED:
            return f"{after},预警解除"
        case Change.CORRECTED if step.from_status is step.to_status:
            return f"{after},考核口径变更,现{ALERT_STATE[step.to_state].zh}"
        case Change.CORRECTED:
            return f"由{before}更正为{after},现{ALERT_STATE[step.to_state].zh}"


def _also_zh(subject: Subject, each: Relevelled) -> str:
    before, after = _level(subject, each.from_status), _level(subject, each.to_status)
    return f"同时更正:{period_zh(each.period)}{YARDSTICK[subject.yardstick].zh}由{before}更正为{after}"


def _level(subject: Subject, status: Status) -> str:
    labels = subject.view.presets[subject.preset].level_labels
    is_good = status in (Status.ACHIEVED, Status.ON_TRACK)
    return STATUS[status].zh if is_good else level_zh(status, labels.get(status.value, ""))


def _headline_en(subject: Subject, step: Step) -> str:
    area = subject.view.areas[subject.area].names.en
    status = STATUS[step.to_status].en
    if step.from_status is not step.to_status and step.change is not Change.OPENED:
        status = f"{STATUS[step.from_status].en} -> {status}"
    what = f"{subject.target.names.en}; {YARDSTICK[subject.yardstick].en}: {status}"
    return f"[{CHANGE[step.change].en}] {area} {step.period}: {what}"


def _lines(
    subject: Subject, step: Step, state: LifeState, own: Sequence[Assessment], beside: Sequence[str]
) -> list[str]:
    view, target = subject.view, subject.target
    lines = [f"目标:{target.clause} {target.names.zh}({view.plan.names.zh})"]
    lines += [fact(view, target, each) for each in own]
    lines += beside
    lines += [f"数据审核:{VERDICT[each.verdict].zh}" for each in own]
    lines.append(f"预警状态:{_state_zh(state, step)}")
    lines.append("责任单位:" + "、".join(view.owners[owner].names.zh for owner in view.owners_of(target.id)))
    lines.append(f"预警编号:{subject.alert_id}")
    lines.append(f"查看依据:qingyu explain {subject.alert_id}")
    return lines


def _state_zh(state: LifeState, step: Step) -> str:
    since = f",自 {period_zh(state.since_period)}起" if state.since_period else ""
    change = "" if step.from_state is step.to_state else f"(此前{ALERT_STATE[step.from_state].zh})"
    is_kept = state.state is AlertState.FIRING and step.to_status in (Status.ACHIEVED, Status.ON_TRACK)
    kept = ";本期已恢复,连续恢复后解除" if is_kept else ""
    return f"{ALERT_STATE[state.state].zh}{since}{change}{kept}"
