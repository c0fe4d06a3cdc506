"""From announced values to assessments: build the series, let the rating judge, write down the outcome. Pure."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from plan.book import PlanView
from plan.canonical import digest
from plan.messages import Assessment, IndicatorValue, encode
from plan.model import Target
from plan.periods import parse_period
from rating.engine import Rating, rate
from rating.series import Observed


class TargetIn(msgspec.Struct, frozen=True):
    """A target and one of the areas it holds for."""

    target: Target
    area: str


def targets_in_areas(view: PlanView) -> tuple[TargetIn, ...]:
    """Every target of the plan that is rated, with each of its areas."""
    return tuple(TargetIn(target, area) for target in view.rated_targets() for area in view.areas_of(target))


def in_time(values: Sequence[IndicatorValue]) -> tuple[IndicatorValue, ...]:
    """The values of one series in time order."""
    return tuple(sorted(values, key=lambda value: parse_period(value.period).sort_key))


def periods_from(values: Sequence[IndicatorValue], period: str) -> tuple[str, ...]:
    """The period and every later one that has a value: progress rests on the years before it."""
    first = parse_period(period).sort_key
    return tuple(value.period for value in in_time(values) if parse_period(value.period).sort_key >= first)


def is_judged(target: Target, period: str) -> bool:
    """Tell whether a target is judged by this period: after its baseline, not after its deadline.

    What comes later belongs to no task any more; without this a target of 2016 would end as "overdue" in 2020.
    """
    end = parse_period(period).end_date
    if target.baseline is None:
        return False
    return parse_period(target.baseline.period).end_date < end <= parse_period(target.deadline).end_date


def assess(
    view: PlanView, held_for: TargetIn, values: Sequence[IndicatorValue], period: str, cause: IndicatorValue
) -> tuple[Assessment, ...]:
    """All assessments of one period of a series, one for each yardstick and preset of the target.

    ``values`` holds the newest value of each period, ``cause`` is the value that set the assessment off: cut-off,
    known-at and ``value_message_id`` are the cause's, figure, verdict, origins and sources the period's own.
    """
    own = next(value for value in values if value.period == period)
    series = [
        Observed(
            each.period,
            None if each.value is None else Decimal(each.value),
            each.bound,
            each.verdict,
            each.is_overdue,
            known_at=each.known_at,
        )
        for each in in_time(values)
    ]
    target = held_for.target
    ratings = rate(target, view.indicators[target.indicator], series, period, view.presets, area=held_for.area)
    return tuple(_assessment(view, held_for, rating, own, cause) for rating in ratings)


def content_digest(assessment: Assessment) -> str:
    """Digest of what an assessment says, whenever it came to say it: equal content is not announced twice.

    Kafka addresses are left out as well, so that a log that was sent again gives the same ids, and so are the points
    of the series: those that were used stand in the evidence, the others change nothing.
    """
    timeless = msgspec.structs.replace(
        assessment,
        assessment_id="",
        value_message_id="",
        known_at=None,
        cutoff_at=None,
        origins=(),
        facts=msgspec.structs.replace(assessment.facts, points=()),
    )
    return digest(encode(timeless))


def _assessment(
    view: PlanView, held_for: TargetIn, rating: Rating, own: IndicatorValue, cause: IndicatorValue
) -> Assessment:
    target = held_for.target
    made = Assessment(
        assessment_id="",
        plan_id=view.plan.id,
        plan_hash=view.hash,
        target=target.id,
        indicator=target.indicator,
        area=held_for.area,
        yardstick=rating.yardstick,
        preset=rating.preset,
        preset_version=rating.preset_version,
        is_alerting=rating.is_alerting,
        period=rating.period,
        status=rating.status,
        reason=rating.reason,
        level_label=rating.level_label,
        value=_text(rating.value),
        required=_text(rating.required),
        gap=_text(rating.gap),
        missed_pct=_text(rating.missed_pct),
        unit=rating.unit,
        indicator_value=own.value,
        formula_zh=rating.formula_zh,
        formula_en=rating.formula_en,
        evidence=rating.evidence,
        margin=rating.margin,
        score=_text(rating.score),
        facts=rating.facts,
        bound=own.bound,
        verdict=own.verdict,
        known_at=cause.known_at,
        cutoff_at=cause.cutoff_at,
        value_message_id=cause.message_id,
        origins=own.origins,
        sources=own.sources,
    )
    parts = (made.target, made.area, made.yardstick, made.preset, made.period, made.value_message_id)
    return msgspec.structs.replace(made, assessment_id=digest(view.hash, *parts, content_digest(made)))


def _text(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")
