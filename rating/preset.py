"""Presets: published rules that turn the facts of a case into a status."""

from fractions import Fraction

from plan.codes import PresetRule, Status
from plan.model import Preset
from rating.case import Judged


def status_of(preset: Preset, judged: Judged) -> Status:
    """Apply the preset to facts that may be judged.

    Met is achieved or on track under every preset. ``share_missed``: up to ``mild_up_to_pct`` per cent of the
    requirement, inclusive, is mild, more is severe, and so is any miss of a zero requirement. ``direction``: fell, but
    not enough (or did not move) is middle, rose is severe.
    """
    if judged.is_achieved:
        return Status.ACHIEVED
    if judged.standing.is_met:
        return Status.ON_TRACK
    match preset.rule:
        case PresetRule.SHARE_MISSED:
            return Status.MILD if judged.standing.is_missed_within(mild_share(preset)) else Status.SEVERE
        case PresetRule.DIRECTION:
            return Status.SEVERE if judged.has_risen else Status.MIDDLE


def mild_share(preset: Preset) -> Fraction:
    """The share (0 to 1) of a requirement that may be missed mildly; a preset without one is a plan fault."""
    if preset.mild_up_to_pct is None:
        raise ValueError(f"preset {preset.id}: rule share_missed needs mild_up_to_pct")
    return Fraction(preset.mild_up_to_pct) / 100
