"""How a preset came to its status, in words and rows: the end of every formula and of every list of evidence."""

from decimal import Decimal

from plan.codes import PresetRule, Status
from plan.messages import Evidence
from plan.model import Preset
from rating import evidence
from rating.case import Judged
from rating.evidence import PCT
from rating.numbers import plain, step
from rating.wording import BOUND, STATUS, Text


def outcome(status: Status, preset: Preset, judged: Judged, missed: Decimal | None) -> Text:
    """What the preset decided and why. ``missed``: unrounded share of the requirement, in per cent.

    A figure published as a bound is named as such: the true value may be on the other side of the line.
    """
    name, doubt = STATUS[status], BOUND[judged.bound]
    fact = _fact(status, preset, judged, missed)
    return Text(
        f"{fact.zh},{preset.names.zh}:{name.zh}{doubt.zh}",
        f"{fact.en}; {preset.names.en}: {name.en}{doubt.en}",
    )


def outcome_rows(period: str, preset: Preset, judged: Judged, missed: Decimal | None) -> tuple[Evidence, ...]:
    """The steps every rating ends with: requirement, gap, share missed, and the line the preset draws."""
    standing = judged.standing
    rows = [
        evidence.computed("要求", "required", period, standing.required, judged.unit),
        evidence.computed("差距(负数为未达到)", "gap (negative: missed)", period, standing.gap, judged.unit),
    ]
    if missed is not None:
        rows.append(evidence.computed("未完成部分占要求", "share of the requirement missed", period, missed, PCT))
    if preset.mild_up_to_pct is not None:
        line = plain(preset.mild_up_to_pct)
        rows.append(evidence.row("轻微滞后界限(含)", "mild up to, inclusive", period, line, PCT))
    return tuple(rows)


def _fact(status: Status, preset: Preset, judged: Judged, missed: Decimal | None) -> Text:
    if status is Status.ACHIEVED:
        return Text("已达到最终目标", "the final target is met")
    if judged.standing.is_met:
        return Text("达到要求", "the requirement is met")
    if preset.rule is PresetRule.DIRECTION:
        if judged.has_risen:
            return Text("未达到要求且上升", "missed, and it rose")
        return Text("未达到要求但未上升", "missed, but it did not rise")
    if missed is None:
        return Text("要求为零而未达到(无占比可言)", "missed a zero requirement, of which no share exists")
    return Text(f"未完成部分占要求的 {step(missed)} %", f"missed by {step(missed)} % of the requirement")
