"""Presets: published rules that turn the facts of a case into a status. Every limit is compared exactly."""

from decimal import Decimal
from fractions import Fraction

import msgspec

from plan.codes import PresetRule, Status
from plan.messages import Reason
from plan.model import Band, Preset
from rating.case import Judged
from rating.numbers import difference
from rating.pace import GrowthStanding, WeatherStanding
from rating.standing import Amount, EvenShare, Progress, Standing, missed_pct


class Decision(msgspec.Struct, frozen=True):
    """A status, and the band that gave it; or not assessed, because the text of the preset is silent here."""

    status: Status
    reason: Reason = Reason.NONE
    band: Band | None = None


def decide(preset: Preset, judged: Judged) -> Decision:
    """Apply the preset to facts that may be judged.

    Achieved first; who meets what is asked is on track; then the first band that fits. A recent change that leads the
    wrong way is severe under the weather rule, whatever the gap.
    """
    if judged.is_achieved:
        return Decision(Status.ACHIEVED)
    standing = judged.standing
    if standing.is_met:
        return Decision(Status.ON_TRACK)
    if isinstance(standing, WeatherStanding) and not standing.weather.is_right_direction:
        return Decision(Status.SEVERE)
    for band in preset.bands:
        if _fits(band, preset.rule, standing):
            return Decision(band.status, band=band)
    return Decision(Status.NOT_ASSESSED, Reason.PRESET_SILENT)


def number(rule: PresetRule, standing: Standing) -> Decimal | None:
    """The number that presets of this rule divide, unrounded and for showing; None where it does not exist.

    Raises ValueError as :func:`against` does.
    """
    match rule, standing:
        case PresetRule.SHARE_MISSED | PresetRule.GAP_LEFT, _:
            return missed_pct(standing)
        case PresetRule.SHARE_DONE, _:
            missed = missed_pct(standing)
            return None if missed is None else difference(Decimal(100), missed)
        case PresetRule.POINTS_SHORT, Amount() | EvenShare() | Progress():
            return standing.points_short
        case PresetRule.GROWTH_RATIO, GrowthStanding():
            return standing.value
    raise _no_number(rule, standing)


def against(rule: PresetRule, standing: Standing, limit: Fraction) -> int:
    """Sign of (the number that presets of this rule divide - limit), exactly: -1, 0 or 1.

    Raises ValueError where the standing has no such number: the preset cannot serve its yardstick.
    """
    match rule, standing:
        case PresetRule.SHARE_MISSED, Amount() | EvenShare() | Progress():
            return standing.missed_against(limit / 100)
        case PresetRule.SHARE_DONE, Amount() | EvenShare() | Progress():
            return standing.done_against(limit / 100)
        case PresetRule.POINTS_SHORT, Amount() | EvenShare() | Progress():
            return standing.short_by_against(limit)
        case PresetRule.GROWTH_RATIO, GrowthStanding():
            return standing.ratio.ratio_against(limit)
        case PresetRule.GAP_LEFT, WeatherStanding():
            return standing.weather.gap_left_against(limit)
    raise _no_number(rule, standing)


def _no_number(rule: PresetRule, standing: Standing) -> ValueError:
    return ValueError(f"{type(standing).__name__} has no {rule.value}: name a preset that serves this yardstick")


def _fits(band: Band, rule: PresetRule, standing: Standing) -> bool:
    tests = (
        (band.at_least, (0, 1)),
        (band.more_than, (1,)),
        (band.at_most, (-1, 0)),
        (band.less_than, (-1,)),
    )
    return all(limit is None or against(rule, standing, Fraction(limit)) in signs for limit, signs in tests)
