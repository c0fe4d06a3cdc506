"""How a preset came to its status, in words and rows: the end of every formula and of every list of evidence."""

from plan.codes import PresetRule, Status
from plan.messages import Evidence, Observed
from plan.model import Preset
from rating import evidence
from rating.case import Judged
from rating.evidence import PCT
from rating.numbers import step
from rating.pace import WeatherStanding
from rating.preset import Decision, number
from rating.standing import Amount, missed_pct
from rating.wording import NOTHING, STATUS, Text, doubt, limits


def outcome(decision: Decision, preset: Preset, judged: Judged, point: Observed) -> Text:
    """What the preset decided and why, the limits of its band included.

    A figure published as a bound is named as such (the true value may be on the other side of the line), and so is a
    preliminary one.
    """
    fact, said, doubts = _fact(decision, preset.rule, judged), _said(decision, preset, judged), doubt(point)
    return Text(
        f"{fact.zh},{preset.names.zh}:{said.zh}{doubts.zh}",
        f"{fact.en}; {preset.names.en}: {said.en}{doubts.en}",
    )


def outcome_rows(period: str, preset: Preset, judged: Judged) -> tuple[Evidence, ...]:
    """The steps every rating ends with: requirement, gap, share missed, and the lines the preset draws."""
    standing = judged.standing
    rows = [evidence.computed("要求", "required", period, standing.required, judged.unit)]
    if standing.gap is not None:
        rows.append(
            evidence.computed("差距(负数为未达到)", "gap (negative: missed)", period, standing.gap, judged.unit)
        )
    missed = missed_pct(standing)
    if missed is not None:
        rows.append(evidence.computed("未完成部分占要求", "share of the requirement missed", period, missed, PCT))
    return (*rows, *_band_rows(period, preset, judged))


def _band_rows(period: str, preset: Preset, judged: Judged) -> tuple[Evidence, ...]:
    """One row a band, in the order in which they are tried."""
    unit = _unit(preset.rule, judged)
    made = []
    for band in preset.bands:
        name, drawn = STATUS[band.status], limits(band, NOTHING)
        rule = _NUMBER[preset.rule]
        named = Text(f"{name.zh}:{rule.zh}{drawn.zh}", f"{name.en}: {rule.en} {drawn.en}")
        made.append(evidence.row(named, period, drawn.en, unit))
    return tuple(made)


_NUMBER = {
    PresetRule.SHARE_MISSED: Text("未完成部分占要求", "share of the requirement missed"),
    PresetRule.SHARE_DONE: Text("完成要求的比例", "share of the requirement done"),
    PresetRule.POINTS_SHORT: Text("落后点数", "points short"),
    PresetRule.GROWTH_RATIO: Text("增长比", "growth ratio"),
    PresetRule.GAP_LEFT: Text("余下路程中将缺的部分", "share of the remaining way that would be missed"),
}


_PER_CENT, _POINTS = Text(" %", " %"), Text(" 个点", " points")
_SPOKEN_UNIT = {
    PresetRule.SHARE_MISSED: _PER_CENT,
    PresetRule.SHARE_DONE: _PER_CENT,
    PresetRule.POINTS_SHORT: _POINTS,
    PresetRule.GROWTH_RATIO: NOTHING,
    PresetRule.GAP_LEFT: _PER_CENT,
}


def _unit(rule: PresetRule, judged: Judged) -> str:
    match rule:
        case PresetRule.SHARE_MISSED | PresetRule.SHARE_DONE | PresetRule.GAP_LEFT:
            return PCT
        case PresetRule.GROWTH_RATIO:
            return ""
        case PresetRule.POINTS_SHORT:
            standing = judged.standing
            return PCT if isinstance(standing, Amount) and standing.task is not None else judged.unit


def _said(decision: Decision, preset: Preset, judged: Judged) -> Text:
    if decision.status is Status.NOT_ASSESSED:
        return Text("原文未作规定,不评级", "the text is silent here, nothing is rated")
    name = STATUS[decision.status]
    if decision.band is None:
        return name
    drawn = limits(decision.band, _SPOKEN_UNIT[preset.rule])
    return Text(f"{name.zh}({drawn.zh})", f"{name.en} ({drawn.en})")


def _fact(decision: Decision, rule: PresetRule, judged: Judged) -> Text:
    standing = judged.standing
    if decision.status is Status.ACHIEVED:
        return Text("已达到最终目标", "the final target is met")
    if standing.is_met:
        return Text("达到要求", "the requirement is met")
    if isinstance(standing, WeatherStanding) and not standing.weather.is_right_direction:
        return Text("近年变化方向不对或没有变化", "the recent change leads the wrong way, or there is none")
    found = number(rule, standing)
    if found is None:
        return Text("要求为零而未达到(无占比可言)", "missed a zero requirement, of which no share exists")
    shown = step(found)
    match rule:
        case PresetRule.SHARE_MISSED:
            return Text(f"未完成部分占要求的 {shown} %", f"missed by {shown} % of the requirement")
        case PresetRule.SHARE_DONE:
            return Text(f"完成要求的 {shown} %", f"{shown} % of the requirement done")
        case PresetRule.POINTS_SHORT:
            return Text(f"落后 {shown} 个点", f"short by {shown} points")
        case PresetRule.GROWTH_RATIO:
            return Text(f"增长比 {shown}", f"growth ratio {shown}")
        case PresetRule.GAP_LEFT:
            return Text(f"余下路程将差 {shown} %", f"{shown} % of the remaining way would be missed")
