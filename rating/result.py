"""A rating: one status by one yardstick and preset, with all that explains it and all that it was made from."""

from decimal import Decimal

import msgspec

from plan.codes import Status, Yardstick
from plan.messages import Evidence, Facts, Margin, Reason
from rating import evidence
from rating.case import Withheld
from rating.evidence import PCT
from rating.judging import Proven
from rating.numbers import STEP_PLACES, plain, shown
from rating.outcome import outcome, outcome_rows
from rating.preset import decide
from rating.standing import missed_pct
from rating.wording import Text, borderline, joined

_PCT_PLACES, _RATIO_PLACES = 2, 4
_COUNT_PLACES = 2


class Rating(msgspec.Struct, frozen=True):
    """One status by one yardstick and preset, with all that explains it.

    ``value`` is the quantity that was judged (a year's reduction in %, progress in %, an amount, a growth ratio, the
    share in % of the remaining way that the recent course covers), ``required`` what was asked, ``gap`` their
    difference in the wanted direction (negative: missed), all in ``unit`` (empty for a ratio); ``missed_pct`` the
    share of the requirement that was missed, 0 when nothing is, None where no such share exists (a zero requirement).
    They are rounded half up for display, to 2 places for per cent, 4 for a ratio and the indicator's places otherwise,
    but up to 2 where a count is no whole number, and 6 where a miss would else show as no gap; the status was decided
    before rounding. They are known too where a preset's text is silent (``preset_silent``); else they are None without
    a rating, except that a figure awaiting an explanation is shown as reported. ``score`` is that of the growth ratio,
    -5 to 5. From ``facts`` alone the rating can be made again.
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
    score: Decimal | None
    margin: Margin
    facts: Facts


class _Parts(msgspec.Struct, frozen=True):
    """What differs between a rating and its absence; numbers unrounded."""

    status: Status
    reason: Reason
    unit: str
    formula: Text
    evidence: tuple[Evidence, ...]
    value: Decimal | None
    required: Decimal | None = None
    gap: Decimal | None = None
    missed: Decimal | None = None
    score: Decimal | None = None
    margin: Margin = Margin.UNKNOWN


def rating_of(facts: Facts, is_alerting: bool, answer: Proven | Withheld) -> Rating:
    """The rating of an answer under the preset of the facts."""
    preset = facts.preset
    parts = _withheld(answer) if isinstance(answer, Withheld) else _decided(facts, answer)
    places = _telling_places(parts, {PCT: _PCT_PLACES, "": _RATIO_PLACES}.get(parts.unit, facts.indicator.places))
    return Rating(
        yardstick=facts.yardstick,
        preset=preset.id,
        preset_version=preset.version,
        is_alerting=is_alerting,
        period=facts.period,
        status=parts.status,
        reason=parts.reason,
        level_label=preset.level_labels.get(parts.status.value, ""),
        value=_counted(parts.value, places),
        required=_counted(parts.required, places),
        gap=_counted(parts.gap, places),
        missed_pct=_rounded(parts.missed, _PCT_PLACES),
        unit=parts.unit,
        formula_zh=parts.formula.zh,
        formula_en=parts.formula.en,
        evidence=parts.evidence,
        score=_rounded(parts.score, _RATIO_PLACES),
        margin=parts.margin,
        facts=facts,
    )


def _withheld(answer: Withheld) -> _Parts:
    return _Parts(Status.NOT_ASSESSED, answer.reason, answer.unit, answer.formula, answer.evidence, value=answer.value)


def _decided(facts: Facts, answer: Proven) -> _Parts:
    judged, preset = answer.judged, facts.preset
    decision, standing = decide(preset, judged), judged.standing
    formula = joined(judged.formula, outcome(decision, preset, judged, answer.point))
    rows = (*judged.evidence, *outcome_rows(facts.period, preset, judged))
    if facts.usual_revision is not None:
        name = Text("通常修订幅度(平均绝对修订)", "usual revision (mean absolute)")
        rows = (*rows, evidence.row(name, facts.period, plain(facts.usual_revision), facts.indicator.unit))
        if answer.margin is Margin.BORDERLINE:
            formula = joined(formula, borderline(facts.usual_revision))
    return _Parts(
        decision.status,
        decision.reason,
        judged.unit,
        formula,
        rows,
        value=standing.value,
        required=standing.required,
        gap=standing.gap,
        missed=missed_pct(standing),
        score=judged.score,
        margin=answer.margin,
    )


def _telling_places(parts: _Parts, places: int) -> int:
    """As many places as asked for; more where a miss would else be shown as no gap at all."""
    is_hidden = parts.gap is not None and parts.gap < 0 and shown(parts.gap, places) == 0
    return STEP_PLACES if is_hidden else places


def _counted(value: Decimal | None, places: int) -> Decimal | None:
    """A path asks for parts of what is counted in whole numbers: 2.5 of them must not read as 3."""
    if value is None or places > 0:
        return _rounded(value, places)
    exact = shown(value, _COUNT_PLACES)
    whole = shown(value, 0)
    return whole if exact == whole else exact.normalize()


def _rounded(value: Decimal | None, places: int) -> Decimal | None:
    return None if value is None else shown(value, places)
