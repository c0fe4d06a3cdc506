"""What a whole plan looks like on a day: every target and area rated, awaited, or left to a person. No I/O."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache

import msgspec

from plan.aim import Span, aim_of
from plan.book import PlanView
from plan.codes import Kind, Status, Yardstick
from plan.figure_faults import FileNote
from plan.figure_file import FigureFile, FilePoint, SeriesKey, known_by
from plan.messages import Bound, Observed, Reason, Verdict
from plan.model import Indicator, Target
from plan.periods import parse_period
from plan.words import STATUS
from rating.engine import Rating, rate
from rating.forward import Forward, forward
from rating.revisions import usual_revision
from rating.waiting import Expected, Wait, expected

WORST_FIRST = tuple(STATUS)

_RatedAt = Callable[[str], tuple[Rating, ...]]
"""The ratings of one target and area at a period."""


class Ask(msgspec.Struct, frozen=True):
    """What is wanted: the day, one preset only (empty: all), each period or the newest."""

    as_of: dt.date
    preset: str = ""
    all_periods: bool = False


class Subject(msgspec.Struct, frozen=True):
    """A rated target and one of the areas it holds for."""

    target: Target
    indicator: Indicator
    area: str


class Findings(msgspec.Struct, frozen=True):
    """All that is found about one target and area.

    ``ratings``: in order of time, by yardstick and preset. ``status`` and ``reason``: the worst by the alerting preset
    of each yardstick, at the newest period with a figure that this yardstick asks something of, at a later one whose
    figure is missing, and at the last one that is awaited. ``newest``: the newest period with a figure, empty without
    one. ``awaited``: later periods without a figure that have ended.
    ``points``: all figures known of the indicator and area, in order of time.
    """

    subject: Subject
    ratings: tuple[Rating, ...]
    status: Status
    reason: Reason
    newest: str
    awaited: tuple[str, ...]
    points: tuple[Observed, ...]
    forward: Forward


class Summary(msgspec.Struct, frozen=True):
    """How many targets and areas there are of each status, and why what is not assessed is not."""

    subjects: int
    not_rated_by_preset: int
    by_status: dict[str, int]
    not_assessed_by_reason: dict[str, int]
    qualitative: int
    restated: int


class Report(msgspec.Struct, frozen=True):
    """The whole plan on a day. ``findings``: worst first, what is paired stands together.

    ``given``: figures in the file, all vintages; ``not_yet_known``: of them, those published after the day;
    ``unused``: known figures of series that no target is rated by.
    """

    findings: tuple[Findings, ...]
    summary: Summary
    qualitative: tuple[Target, ...]
    restated: tuple[Target, ...]
    given: int
    not_yet_known: int
    unused: dict[SeriesKey, int]
    notes: tuple[FileNote, ...]


class Assessor:
    """Rates the targets of one plan from the figures known on a day."""

    def __init__(self, view: PlanView, file: FigureFile, ask: Ask) -> None:
        self._view = view
        self._file = file
        self._ask = ask
        self._known = known_by(file.points, ask.as_of)
        self._revisions = _usual_revisions(file.points, ask.as_of)

    def subjects(self) -> tuple[Subject, ...]:
        """Every rated target with each of its areas, in plan order; only those that the preset asked for rates."""
        return tuple(each for each in self._all_subjects() if not self._ask.preset or self._is_rated_by_preset(each))

    def findings(self, subject: Subject) -> Findings:
        """Rate the newest period (or all) of one target and area; what is awaited is not assessed, with the reason."""
        points = tuple(point.observed for point in self._known.get((subject.indicator.id, subject.area), ()))
        aim = aim_of(subject.target)
        if aim is None or aim.span is None:
            raise ValueError(f"target {subject.target.id} is none that can be rated; check the plan first")
        reported = [point for point in points if aim.span.holds(parse_period(point.period))]
        gaps = self._gaps(subject, aim.span, {_end(point) for point in reported})
        newest = reported[-1].period if reported else ""
        awaited = [point for point in gaps if not reported or _end(point) > _end(reported[-1])]
        series = (*points, *gaps)
        told = [point for point in (*reported, *gaps) if point not in awaited]
        rated_at: _RatedAt = cache(lambda period: self._ratings(subject, series, period))
        headline = [
            *_newest_asked(told, rated_at),
            *(each for point in awaited[-1:] for each in rated_at(point.period)),
        ]
        status, reason = worst(headline)
        shown = sorted([*reported, *gaps], key=_in_time)
        every = [each for point in shown for each in rated_at(point.period)] if self._ask.all_periods else headline
        return Findings(
            subject=subject,
            ratings=tuple(every),
            status=status,
            reason=reason,
            newest=newest,
            awaited=tuple(point.period for point in awaited),
            points=points,
            forward=forward(subject.target, subject.indicator, points, newest),
        )

    def report(self, findings: Sequence[Findings]) -> Report:
        """Everything together; ``findings`` are those of all :meth:`subjects`."""
        targets = self._view.plan.targets
        qualitative = tuple(target for target in targets if target.kind is Kind.QUALITATIVE and not target.restates)
        restated = tuple(target for target in targets if target.restates)
        return Report(
            findings=self._in_order(findings),
            summary=self._summary(findings, len(qualitative), len(restated)),
            qualitative=qualitative,
            restated=restated,
            given=len(self._file.points),
            not_yet_known=sum(point.known_on > self._ask.as_of for point in self._file.points),
            unused=self._unused(),
            notes=self._file.notes,
        )

    def _summary(self, findings: Sequence[Findings], qualitative: int, restated: int) -> Summary:
        counts = Counter(each.status for each in findings)
        reasons = Counter(each.reason for each in findings if each.status is Status.NOT_ASSESSED)
        return Summary(
            subjects=len(findings),
            not_rated_by_preset=len(self._all_subjects()) - len(findings),
            by_status={status.value: counts[status] for status in WORST_FIRST},
            not_assessed_by_reason={reason.value: count for reason, count in sorted(reasons.items())},
            qualitative=qualitative,
            restated=restated,
        )

    def _in_order(self, findings: Sequence[Findings]) -> tuple[Findings, ...]:
        place = {target.id: at for at, target in enumerate(self._view.plan.targets)}
        leader = _leaders(self._view.plan.targets, place)
        rank: dict[int, int] = {}
        for each in findings:
            at = leader[each.subject.target.id]
            rank[at] = min(rank.get(at, len(WORST_FIRST)), WORST_FIRST.index(each.status))

        def key(each: Findings) -> tuple[int, int, int]:
            target = each.subject.target.id
            return (rank[leader[target]], leader[target], place[target])

        return tuple(sorted(findings, key=key))

    def _unused(self) -> dict[SeriesKey, int]:
        used = {(subject.indicator.id, subject.area) for subject in self._all_subjects()}
        return {key: len(points) for key, points in sorted(self._known.items()) if key not in used}

    def _all_subjects(self) -> tuple[Subject, ...]:
        return tuple(
            Subject(target, self._view.indicators[target.indicator], area)
            for target in self._view.rated_targets()
            for area in self._view.areas_of(target)
        )

    def _is_rated_by_preset(self, subject: Subject) -> bool:
        return any(self._ask.preset in (rule.alert_preset, *rule.beside) for rule in subject.target.yardsticks)

    def _ratings(self, subject: Subject, series: Sequence[Observed], period: str) -> tuple[Rating, ...]:
        revision = self._revisions.get((subject.indicator.id, subject.area))
        made = rate(
            subject.target,
            subject.indicator,
            series,
            period,
            self._view.presets,
            area=subject.area,
            usual_revision=revision,
        )
        return tuple(each for each in made if self._ask.preset in ("", each.preset))

    def _gaps(self, subject: Subject, span: Span, ends: set[dt.date]) -> list[Observed]:
        """Expected figures that are not there: overdue, or of a time that has ended and no form asks for.

        One that a form asks for and that is not due yet is told only where there is nothing else to be said.
        """
        day = self._ask.as_of
        asked_for = expected(self._view, subject.target, subject.area, span)
        ended = [each for each in asked_for if each.period.end_date not in ends and each.on(day) is not Wait.NOT_ENDED]
        gaps = [each for each in ended if each.due_on is None or each.on(day) is Wait.OVERDUE]
        return [_missing(each, day) for each in (gaps if gaps or ends else ended)]


def worst(ratings: Sequence[Rating]) -> tuple[Status, Reason]:
    """The worst status, by alerting presets where there are some.

    A yardstick that asks nothing yet does not count, and one that lacks the history it needs only where no other
    yardstick has rated.
    """
    alerting = [each for each in ratings if each.is_alerting] or ratings
    asked = [each for each in alerting if each.reason is not Reason.NOT_YET_DUE]
    if not asked:
        return (Status.NOT_ASSESSED, Reason.NOT_YET_DUE)
    if any(each.status is not Status.NOT_ASSESSED for each in asked):
        asked = [each for each in asked if each.reason is not Reason.TOO_FEW_POINTS]
    found = min(asked, key=lambda each: WORST_FIRST.index(each.status))
    return (found.status, found.reason)


def _newest_asked(told: Sequence[Observed], rated_at: _RatedAt) -> list[Rating]:
    """Ratings at the newest period told, and before it those of each yardstick that is silent there, in order of time.

    A figure of half a year says nothing of a demand on whole years: it must not hide how the last year stood by the
    yardstick that asks about years, whatever others say of the half. Nor does a missing figure: it is told (once for a
    yardstick), and so is the last one that was there.
    """
    found: list[list[Rating]] = []
    answered: set[Yardstick] = set()
    told_missing: set[Yardstick] = set()
    for end in sorted({_end(point) for point in told}, reverse=True):
        here = [(point, each) for point in told if _end(point) == end for each in rated_at(point.period)]
        asks = [(point, each) for point, each in here if each.reason is not Reason.NOT_YET_DUE]
        missing = {each.yardstick for point, each in asks if point.value is None} - answered - told_missing
        speaking = {each.yardstick for point, each in asks if point.value is not None} - answered
        is_newest = not found
        found.append([each for _, each in here if is_newest or each.yardstick in missing | speaking])
        told_missing |= missing
        answered |= speaking
        if answered >= {each.yardstick for _, each in here}:
            break
    return [each for ratings in reversed(found) for each in ratings]


def _usual_revisions(points: Sequence[FilePoint], day: dt.date) -> dict[SeriesKey, Decimal | None]:
    """Mean absolute revision of each series by its vintages known on the day; None: not revised yet."""
    vintages: dict[SeriesKey, dict[tuple[dt.date, int], dict[str, Decimal]]] = {}
    for point in points:
        if point.known_on <= day:
            issues = vintages.setdefault((point.indicator, point.area), {})
            issues.setdefault(point.vintage, {})[point.period] = point.value
    return {key: usual_revision([issues[at] for at in sorted(issues)]) for key, issues in vintages.items()}


def _leaders(targets: Sequence[Target], place: Mapping[str, int]) -> dict[str, int]:
    """For each target the place of the first of those it is paired with, whichever of them says so."""
    leader = dict(place)
    for target in targets:
        if target.paired_with in place:
            first = min(leader[target.id], leader[target.paired_with])
            leader[target.id] = leader[target.paired_with] = first
    return leader


def _missing(each: Expected, day: dt.date) -> Observed:
    return Observed(
        period=str(each.period),
        value=None,
        bound=Bound.EXACT,
        verdict=Verdict.WAIVED,
        is_overdue=each.on(day) is Wait.OVERDUE,
    )


def _end(point: Observed) -> dt.date:
    return parse_period(point.period).end_date


def _in_time(point: Observed) -> tuple[dt.date, dt.date]:
    return parse_period(point.period).sort_key
