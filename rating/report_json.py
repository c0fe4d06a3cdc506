"""The report of ``qingyu assess`` as one documented, stable document. docs/assess.md describes every field.

A change that an existing reader could trip over raises :data:`FORMAT_VERSION`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from plan.book import PlanView
from plan.codes import Kind, Status, Yardstick
from plan.figure_faults import Tale
from plan.messages import Evidence, Facts, Margin, Reason
from plan.model import Names, Target
from plan.periods import PeriodKind
from plan.words import REASON, STATUS
from rating.engine import Rating
from rating.numbers import shown
from rating.outlook import Outlook
from rating.report import Ask, Findings, Report, Summary
from rating.trend import Drift, Trend

FORMAT_VERSION = 1

_PLACES = 6
"""Places of computed numbers that are shown only: rates, projections, slopes."""


_encoder = msgspec.json.Encoder(decimal_format="string")


class PlanPart(msgspec.Struct, frozen=True):
    """Which plan was used, to the letter."""

    id: str
    version: int
    hash: str
    names: Names


class PacePart(msgspec.Struct, frozen=True):
    """Run-rates: required and recent, per year or month."""

    required: Decimal | None
    recent: Decimal | None
    ratio: Decimal | None
    per: PeriodKind
    need: str


class ProjectionPart(msgspec.Struct, frozen=True):
    """A value at the due date by one method, with the range that holds 80 % of outcomes."""

    method: str
    value: Decimal
    low: Decimal
    high: Decimal
    is_clipped: bool


class ChancePart(msgspec.Struct, frozen=True):
    """Probability of missing by one method, 0 to 1; None with the reason in ``silence``."""

    method: str
    missing: Decimal | None
    silence: str
    points: int


class OutlookPart(msgspec.Struct, frozen=True):
    """The forward look from the newest figure."""

    as_of: str
    due: str
    latest: Decimal
    asked: Decimal
    unit: str
    pace: PacePart
    projections: tuple[ProjectionPart, ...]
    spread: Decimal | None
    chances: tuple[ChancePart, ...]
    run_out: str
    run_out_day: dt.date | None
    is_exact: bool


class TrendPart(msgspec.Struct, frozen=True):
    """Mann-Kendall test of the whole years, and Sen's slope per year."""

    direction: Drift
    points: int
    p: Decimal
    slope: Decimal
    level: Decimal


class TargetPart(msgspec.Struct, frozen=True):
    """One rated target in one area, with its headline status."""

    target: str
    area: str
    clause: str
    names: Names
    kind: Kind
    strength: str
    owners: tuple[str, ...]
    indicator: str
    deadline: str
    status: Status
    reason: Reason
    newest_period: str
    awaited_periods: tuple[str, ...]
    paired_with: str
    restated_by: tuple[str, ...]
    outlook: OutlookPart | None
    no_outlook_because: str
    trend: TrendPart | None
    no_trend_because: str


class AssessmentPart(msgspec.Struct, frozen=True):
    """One rating with all it was made from: ``facts`` alone give it again."""

    target: str
    area: str
    indicator: str
    period: str
    yardstick: Yardstick
    preset: str
    preset_version: int
    is_alerting: bool
    status: Status
    status_zh: str
    reason: Reason
    reason_zh: str
    level_label: str
    value: Decimal | None
    required: Decimal | None
    gap: Decimal | None
    missed_pct: Decimal | None
    unit: str
    margin: Margin
    score: Decimal | None
    formula_zh: str
    formula_en: str
    evidence: tuple[Evidence, ...]
    facts: Facts


class AsidePart(msgspec.Struct, frozen=True):
    """A target that is not rated itself: a person decides, or another target says the same."""

    target: str
    clause: str
    names: Names
    owners: tuple[str, ...]
    deadline: str
    every: PeriodKind | None
    restates: str


class NotePart(msgspec.Struct, frozen=True):
    """What was done or assumed with one line of the figures file."""

    line: int
    kind: Tale
    indicator: str
    says_zh: str
    says_en: str


class SeriesPart(msgspec.Struct, frozen=True):
    """A series of the file that no target is rated by."""

    indicator: str
    area: str
    figures: int


class FiguresPart(msgspec.Struct, frozen=True):
    """What became of the figures file."""

    given: int
    not_yet_known: int
    unused: tuple[SeriesPart, ...]
    notes: tuple[NotePart, ...]


class Document(msgspec.Struct, frozen=True):
    """The whole report."""

    format_version: int
    plan: PlanPart
    as_of: dt.date
    preset: str
    all_periods: bool
    summary: Summary
    targets: tuple[TargetPart, ...]
    assessments: tuple[AssessmentPart, ...]
    qualitative: tuple[AsidePart, ...]
    restated: tuple[AsidePart, ...]
    figures: FiguresPart


def document(view: PlanView, ask: Ask, report: Report) -> Document:
    """The report as the document that ``--format json`` prints."""
    restated_by: dict[str, list[str]] = {}
    for target in view.plan.targets:
        if target.restates:
            restated_by.setdefault(target.restates, []).append(target.id)
    return Document(
        format_version=FORMAT_VERSION,
        plan=PlanPart(view.plan.id, view.plan.version, view.hash, view.plan.names),
        as_of=ask.as_of,
        preset=ask.preset,
        all_periods=ask.all_periods,
        summary=report.summary,
        targets=tuple(_target(view, each, restated_by) for each in report.findings),
        assessments=tuple(_assessment(each, rating) for each in report.findings for rating in each.ratings),
        qualitative=tuple(_aside(view, target) for target in report.qualitative),
        restated=tuple(_aside(view, target) for target in report.restated),
        figures=FiguresPart(
            given=report.given,
            not_yet_known=report.not_yet_known,
            unused=tuple(SeriesPart(*key, count) for key, count in report.unused.items()),
            notes=tuple(
                NotePart(each.line, each.tale, each.indicator, each.says_zh, each.says_en) for each in report.notes
            ),
        ),
    )


def encoded(made: Document) -> str:
    """The document as indented JSON; decimals are texts, so that no digit is lost."""
    return msgspec.json.format(_encoder.encode(made), indent=1).decode()


def _target(view: PlanView, found: Findings, restated_by: Mapping[str, Sequence[str]]) -> TargetPart:
    target = found.subject.target
    ahead = found.forward
    return TargetPart(
        target=target.id,
        area=found.subject.area,
        clause=target.clause,
        names=target.names,
        kind=target.kind,
        strength=target.strength.value,
        owners=view.owners_of(target.id),
        indicator=target.indicator,
        deadline=target.deadline,
        status=found.status,
        reason=found.reason,
        newest_period=found.newest,
        awaited_periods=found.awaited,
        paired_with=target.paired_with,
        restated_by=tuple(restated_by.get(target.id, ())),
        outlook=_outlook(ahead.outlook) if isinstance(ahead.outlook, Outlook) else None,
        no_outlook_because="" if isinstance(ahead.outlook, Outlook) else ahead.outlook.value,
        trend=_trend(ahead.trend) if isinstance(ahead.trend, Trend) else None,
        no_trend_because="" if isinstance(ahead.trend, Trend) else ahead.trend.value,
    )


def _assessment(found: Findings, rating: Rating) -> AssessmentPart:
    return AssessmentPart(
        target=found.subject.target.id,
        area=found.subject.area,
        indicator=found.subject.indicator.id,
        period=rating.period,
        yardstick=rating.yardstick,
        preset=rating.preset,
        preset_version=rating.preset_version,
        is_alerting=rating.is_alerting,
        status=rating.status,
        status_zh=STATUS[rating.status].zh,
        reason=rating.reason,
        reason_zh=REASON[rating.reason].zh,
        level_label=rating.level_label,
        value=rating.value,
        required=rating.required,
        gap=rating.gap,
        missed_pct=rating.missed_pct,
        unit=rating.unit,
        margin=rating.margin,
        score=rating.score,
        formula_zh=rating.formula_zh,
        formula_en=rating.formula_en,
        evidence=rating.evidence,
        facts=rating.facts,
    )


def _aside(view: PlanView, target: Target) -> AsidePart:
    return AsidePart(
        target.id,
        target.clause,
        target.names,
        view.owners_of(target.id),
        target.deadline,
        target.every,
        target.restates,
    )


def _outlook(found: Outlook) -> OutlookPart:
    pace = found.pace
    return OutlookPart(
        as_of=found.as_of,
        due=found.due,
        latest=shown(found.latest, _PLACES),
        asked=shown(found.asked, _PLACES),
        unit=found.unit,
        pace=PacePart(_number(pace.required), _number(pace.recent), _number(pace.ratio), pace.per, pace.need.value),
        projections=tuple(
            ProjectionPart(each.method.value, _float(each.value), _float(each.low), _float(each.high), each.is_clipped)
            for each in found.projections
        ),
        spread=None if found.spread is None else _float(found.spread),
        chances=tuple(
            ChancePart(each.method.value, _float(each.missing), "", each.points)
            if isinstance(each.missing, float)
            else ChancePart(each.method.value, None, each.missing.value, each.points)
            for each in found.chances
        ),
        run_out="" if found.run_out is None else found.run_out.outcome.value,
        run_out_day=None if found.run_out is None else found.run_out.day,
        is_exact=found.is_exact,
    )


def _trend(found: Trend) -> TrendPart:
    return TrendPart(found.direction, found.points, _float(found.p), _float(found.slope), _float(found.level))


def _number(value: Decimal | None) -> Decimal | None:
    return None if value is None else shown(value, _PLACES)


def _float(value: float) -> Decimal:
    return shown(Decimal(value), _PLACES)
