"""Rate what a value touches, fold the alerts concerned, and queue what is new. Runs inside a batch's transaction."""

import logging
from collections.abc import Iterable, Sequence

import msgspec

from alerts.assess import TargetIn, assess, content_digest, in_time, is_judged, periods_from, targets_in_areas
from alerts.life import HoldPolicy, Life, LifeState, PeriodStatus, Step, compare, live, remember
from alerts.outbox import Outbox
from alerts.routing import Notice, RoutingPolicy, route
from alerts.store import Identity, Store
from alerts.wording import Subject, Telling, tell
from plan.book import PlanView
from plan.canonical import digest
from plan.codes import Status
from plan.messages import AlertState, Assessment, IndicatorValue, Transition, encode
from plan.model import YardstickRule
from plan.topics import ALERTS, ASSESSMENTS

_log = logging.getLogger(__name__)


class _Event(msgspec.Struct, frozen=True):
    """A step of an alert: the value that caused it, where it leads, and the assessment behind it."""

    value: IndicatorValue
    view: PlanView
    subject: Subject
    step: Step
    state: LifeState
    behind: str


class Judging:
    """Turns taken values into assessments, transitions and notices for the given channels."""

    def __init__(self, store: Store, outbox: Outbox, channels: Sequence[str], policy: RoutingPolicy) -> None:
        self._store = store
        self._outbox = outbox
        self._channels = tuple(channels)
        self._policy = policy

    def judge(self, value: IndicatorValue, view: PlanView) -> None:
        """Rate the value's period and the later ones for every target about its indicator and area."""
        for target in view.rated_targets():
            if target.indicator == value.indicator and value.area in view.areas_of(target):
                held_for = TargetIn(target, value.area)
                series = self._series(view, held_for)
                self._judge_target(value, view, held_for, series, periods_from(series, value.period))

    def judge_anew(self, value: IndicatorValue, view: PlanView, former: PlanView) -> None:
        """Rate everything of a plan whose version changed; alerts of what it no longer asks for are withdrawn."""
        self._store.forget_assessments(view.plan.id)
        kept: set[Identity] = set()
        for held_for in targets_in_areas(view):
            series = self._series(view, held_for)
            self._judge_target(value, view, held_for, series, tuple(each.period for each in in_time(series)))
            kept |= {_identity(view, held_for, rule) for rule in held_for.target.yardsticks}
        for identity in self._store.identities(view.plan.id):
            if identity not in kept:
                self._withdraw(value, view, former, identity)

    def _series(self, view: PlanView, held_for: TargetIn) -> tuple[IndicatorValue, ...]:
        return self._store.series(view.plan.id, held_for.target.indicator, held_for.area)

    def _judge_target(
        self,
        value: IndicatorValue,
        view: PlanView,
        held_for: TargetIn,
        series: Sequence[IndicatorValue],
        periods: Iterable[str],
    ) -> None:
        judged = [period for period in periods if is_judged(held_for.target, period)]
        made = [each for period in judged for each in assess(view, held_for, series, period, value)]
        for each in made:
            if self._store.put_assessment(each, content_digest(each)):
                self._outbox.add_message(ASSESSMENTS, _key(each.target, each.area, each.yardstick), encode(each))
        for rule in held_for.target.yardsticks:
            alerting = [each for each in made if each.is_alerting and each.yardstick is rule.yardstick]
            if alerting:
                self._follow(value, view, held_for, rule, alerting)

    def _follow(
        self,
        value: IndicatorValue,
        view: PlanView,
        held_for: TargetIn,
        rule: YardstickRule,
        judged: Sequence[Assessment],
    ) -> None:
        identity = _identity(view, held_for, rule)
        before = self._store.life(identity)
        history = before.history
        for each in judged:
            history = remember(history, PeriodStatus(each.period, each.status))
        after = live(history, HoldPolicy(rule.hold_periods, rule.keep_firing_periods))
        self._store.put_state(identity, rule.alert_preset, after.now)
        for each in judged:
            if each.status is not Status.NOT_ASSESSED:
                self._store.judge(identity, each)
        step = compare(before, after)
        if step is not None:
            subject = Subject(view, held_for, rule.yardstick, rule.alert_preset, identity.alert_id)
            behind = self._store.judged_by(identity, step.period)
            self._record(_Event(value, view, subject, step, after.now, behind))

    def _withdraw(self, value: IndicatorValue, view: PlanView, former: PlanView, identity: Identity) -> None:
        before, preset = self._store.life(identity), self._store.preset(identity)
        step = compare(before, Life())
        if step is not None and before.now.state is not AlertState.INACTIVE:
            # Its words come from the version that still knew it.
            held_for = TargetIn(former.targets[identity.target], identity.area)
            subject = Subject(former, held_for, identity.yardstick, preset, identity.alert_id)
            behind = self._store.judged_by(identity, step.period)
            self._record(_Event(value, view, subject, step, LifeState(), behind))
        self._store.put_state(identity, preset, LifeState())
        self._store.forget_judgements(identity)

    def _record(self, event: _Event) -> None:
        subject = event.subject
        facts = self._store.assessments(event.view.plan.id, subject.target.id, subject.area, event.step.period)
        telling = tell(subject, event.step, event.state, facts)
        transition = _transition(event, telling)
        _log.info("%s %s", transition.alert_id, transition.headline_en)
        self._store.put_transition(transition)
        key = _key(transition.target, transition.area, transition.yardstick)
        self._outbox.add_message(ALERTS, key, encode(transition))
        decision = route(transition, self._policy)
        if isinstance(decision, Notice):
            for channel in self._channels:
                self._outbox.add_notice(
                    transition.transition_id, channel, decision.urgency, telling.headline_zh, telling.body_zh
                )


def _transition(event: _Event, telling: Telling) -> Transition:
    view, subject, step = event.view, event.subject, event.step
    return Transition(
        transition_id=digest(view.hash, subject.alert_id, event.value.message_id),
        alert_id=subject.alert_id,
        plan_id=view.plan.id,
        plan_hash=view.hash,
        target=subject.target.id,
        area=subject.area,
        yardstick=subject.yardstick,
        preset=subject.preset,
        change=step.change,
        from_state=step.from_state,
        to_state=step.to_state,
        from_status=step.from_status,
        to_status=step.to_status,
        period=step.period,
        effective_at=event.value.cutoff_at,
        headline_zh=telling.headline_zh,
        headline_en=telling.headline_en,
        assessment_id=event.behind,
        beside=telling.beside,
    )


def _identity(view: PlanView, held_for: TargetIn, rule: YardstickRule) -> Identity:
    return Identity(view.plan.id, held_for.target.id, held_for.area, rule.yardstick)


def _key(target: str, area: str, yardstick: str) -> str:
    return f"{target}|{area}|{yardstick}"
