"""Rate a value against a target: hold what may not be judged, gather the facts, let each preset decide."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import msgspec

from plan.codes import Kind, Status, Yardstick
from plan.messages import Evidence, Reason
from plan.model import Indicator, Preset, Target, YardstickRule
from plan.periods import Period, parse_period
from rating import quantity, reduction
from rating.bounds import proven
from rating.case import Case, Judged, Withheld
from rating.evidence import PCT
from rating.fit import require_fit
from rating.held import figure
from rating.numbers import shown
from rating.outcome import outcome, outcome_rows
from rating.preset import status_of
from rating.series import Observed, Series
from rating.standing import missed_pct
from rating.withhold import held, qualitative
from rating.wording import joined

__all__ = ["Observed", "Rating", "rate"]

_PCT_PLACES = 2

_JUDGES: Mapping[tuple[bool, Yardstick], Callable[[Case], Judged | Withheld]] = {
    (True, Yardstick.ANNUAL_TASK): reduction.annual_task,
    (True, Yardstick.PLAN_PROGRESS): reduction.plan_progress,
    (False, Yardstick.ANNUAL_TASK): quantity.annual_task,
    (False, Yardstick.PLAN_PROGRESS): quantity.plan_progress,
}
"""Who judges: by whether the target is a reduction, and by yardstick."""


class Rating(msgspec.Struct, frozen=True):
    """One status by one yardstick and preset, with all that explains it.

    ``value`` is the quantity that was judged (a year's reduction in %, progress in %, an amount), ``required`` what
    was asked, ``gap`` their difference in the wanted direction (negative: missed), all in ``unit``; ``missed_pct`` the
    share of the requirement that was missed, 0 when met, None when a zero requirement was missed. They are rounded
    half up for display, to 2 places for per cent and to the indicator's places otherwise; the status was decided
    before rounding. Without a rating they are None, except that a figure awaiting an explanation is shown as reported.
    """

    yardstick: Yardstick
    preset: str
    preset_version: int
    is_alerting: bool
    period: str
    status: Status
    reason: Reason
    level_label: str
    value: Decimal | None
    required: Decimal | None
    gap: Decimal | None
    missed_pct: Decimal | None
    unit: str
    formula_zh: str
    formula_en: str
    evidence: tuple[Evidence, ...]


def rate(
    target: Target, indicator: Indicator, series: Sequence[Observed], period: str, presets: Mapping[str, Preset]
) -> tuple[Rating, ...]:
    """Rate the value of ``period`` by each yardstick of the target, under its alerting preset, then those beside it.

    ``series`` holds the points of one area as of one cut-off, at most one a period, in any order. Raises
    :class:`rating.fit.UnfitTarget` for a plan that cannot be rated, :class:`plan.periods.PeriodFault` for a text that
    is no period, ValueError for two points of one period.
    """
    require_fit(target, indicator, presets)
    at, points = parse_period(period), Series(series)
    ratings = []
    for rule in target.yardsticks:
        answer = _answer(target, indicator, rule, points, at)
        ratings.append(_rating(period, rule, presets[rule.alert_preset], indicator, answer))
        ratings += [_rating(period, rule, presets[each], indicator, answer) for each in rule.beside]
    return tuple(ratings)


def _answer(target: Target, indicator: Indicator, rule: YardstickRule, series: Series, at: Period) -> Judged | Withheld:
    point = series.at(at)
    if target.kind is Kind.QUALITATIVE:
        return qualitative(target, indicator, point)
    found = figure(point)
    if isinstance(found, Reason):
        return held(indicator, at, point, found)
    case = Case(target, indicator, rule, series, at, found.point, found.value)
    answer = _JUDGES[target.kind is Kind.REDUCTION, rule.yardstick](case)
    return proven(case, answer) if isinstance(answer, Judged) else answer


def _rating(
    period: str, rule: YardstickRule, preset: Preset, indicator: Indicator, answer: Judged | Withheld
) -> Rating:
    places = _PCT_PLACES if answer.unit == PCT else indicator.places
    if isinstance(answer, Withheld):
        status, reason, formula, rows = Status.NOT_ASSESSED, answer.reason, answer.formula, answer.evidence
        value, required, gap, missed = answer.value, None, None, None
    else:
        standing = answer.standing
        status, reason = status_of(preset, answer), Reason.NONE
        value, required, gap = standing.value, standing.required, standing.gap
        missed = missed_pct(standing)
        formula = joined(answer.formula, outcome(status, preset, answer, missed))
        rows = (*answer.evidence, *outcome_rows(period, preset, answer, missed))
    return Rating(
        yardstick=rule.yardstick,
        preset=preset.id,
        preset_version=preset.version,
        is_alerting=preset.id == rule.alert_preset,
        period=period,
        status=status,
        reason=reason,
        level_label=preset.level_labels.get(status.value, ""),
        value=None if value is None else shown(value, places),
        required=None if required is None else shown(required, places),
        gap=None if gap is None else shown(gap, places),
        missed_pct=None if missed is None else shown(missed, _PCT_PLACES),
        unit=answer.unit,
        formula_zh=formula.zh,
        formula_en=formula.en,
        evidence=rows,
    )
