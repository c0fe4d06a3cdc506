"""Checks of the presets: what they can rate, and whether their bands divide a number sensibly."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from plan.check_base import Faults
from plan.codes import Kind, PresetRule, Status, Yardstick
from plan.model import Band, Preset
from plan.yaml_lines import KeyPath

_WORSENING = (Status.ON_TRACK, Status.MILD, Status.MIDDLE, Status.SEVERE)
_OF_TASKS = (Yardstick.ANNUAL_TASK, Yardstick.PLAN_PROGRESS)
_YARDSTICKS = {
    PresetRule.SHARE_MISSED: _OF_TASKS,
    PresetRule.SHARE_DONE: _OF_TASKS,
    PresetRule.POINTS_SHORT: _OF_TASKS,
    PresetRule.GROWTH_RATIO: (Yardstick.GROWTH_RATIO,),
    PresetRule.GAP_LEFT: (Yardstick.WEATHER,),
}
_WORSE_WHEN_LESS = (PresetRule.SHARE_DONE, PresetRule.GROWTH_RATIO)
# Numbers beyond these are met and never reach a band; the limit itself can (a strict demand that is just not met).
_LEAST = {PresetRule.SHARE_MISSED: Decimal(0), PresetRule.POINTS_SHORT: Decimal(0), PresetRule.GAP_LEFT: Decimal(0)}
_MOST = {PresetRule.SHARE_DONE: Decimal(100)}


def check_presets(presets: Iterable[Preset], faults: Faults) -> None:
    """Add every fault of the shared presets."""
    for at, preset in enumerate(presets):
        path: KeyPath = ("presets", at)
        if preset.version < 1:
            faults.add((*path, "version"), f"{preset.version}: versions count from 1")
        if not preset.kinds or Kind.QUALITATIVE in preset.kinds:
            faults.add((*path, "kinds"), "name the kinds it can rate; qualitative targets are never rated")
        faults.once((*path, "kinds"), preset.kinds, "kind")
        _check_yardsticks(preset, (*path, "yardsticks"), faults)
        _check_bands(preset, (*path, "bands"), faults)
        _check_labels(preset, (*path, "level_labels"), faults)


def _check_yardsticks(preset: Preset, path: KeyPath, faults: Faults) -> None:
    fitting = _YARDSTICKS[preset.rule]
    if not preset.yardsticks:
        faults.add(path, f"name the yardsticks it serves: {', '.join(fitting)}")
    faults.once(path, preset.yardsticks, "yardstick")
    for at, yardstick in enumerate(preset.yardsticks):
        if yardstick not in fitting:
            says = f"{yardstick} does not yield the number of {preset.rule}; it fits {', '.join(fitting)}"
            faults.add((*path, at), says)


def _check_labels(preset: Preset, path: KeyPath, faults: Faults) -> None:
    if not preset.level_labels:
        return
    given = {Status.ACHIEVED, Status.ON_TRACK, *(band.status for band in preset.bands)}
    if preset.rule is PresetRule.GAP_LEFT:
        given.add(Status.SEVERE)  # the wrong way, whatever the gap
    for status in preset.level_labels:
        faults.known((*path, status), status, sorted(given), "status that this preset gives:")
    for status in sorted(given - set(preset.level_labels)):
        faults.add(path, f"{status} has no label, others have; add it, or leave all labels out")


def _check_bands(preset: Preset, path: KeyPath, faults: Faults) -> None:
    if not preset.bands:
        faults.add(path, "no bands: the preset would never rate; name at least one")
        return
    is_sound = True
    for at, band in enumerate(preset.bands):
        for says in _band_faults(band):
            is_sound = False
            faults.add((*path, at), says)
    ranks = [_WORSENING.index(band.status) if band.status in _WORSENING else 0 for band in preset.bands]
    for at in range(1, len(ranks)):
        if ranks[at] < ranks[at - 1]:
            is_sound = False
            before = preset.bands[at - 1].status
            says = f"{preset.bands[at].status} stands after {before}; write the bands from the mildest to the worst"
            faults.add((*path, at, "status"), says)
    if is_sound:
        _check_stretches(preset, path, faults)


def _band_faults(band: Band) -> Iterator[str]:
    if band.status not in _WORSENING:
        yield f"a band gives one of {', '.join(_WORSENING)}, not {band.status}"
    if band.at_least is not None and band.more_than is not None:
        yield "at_least and more_than say the same with and without the limit; keep one"
    if band.at_most is not None and band.less_than is not None:
        yield "at_most and less_than say the same with and without the limit; keep one"
    low = band.at_least if band.at_least is not None else band.more_than
    high = band.at_most if band.at_most is not None else band.less_than
    if low is not None and high is not None:
        is_point = low == high and band.at_least is not None and band.at_most is not None
        if not (low < high or is_point):
            yield f"no number lies between {low} and {high}; correct the limits"


class _Stretch(msgspec.Struct, frozen=True):
    """A stretch of numbers within which no band begins or ends: a single number, or all between two limits."""

    low: Decimal | None
    high: Decimal | None

    def lies_in(self, band: Band) -> bool:
        is_point = self.low is not None and self.low == self.high
        if is_point and self.low in (band.more_than, band.less_than):
            return False
        low = band.at_least if band.at_least is not None else band.more_than
        high = band.at_most if band.at_most is not None else band.less_than
        is_above = low is None or (self.low is not None and self.low >= low)
        return is_above and (high is None or (self.high is not None and self.high <= high))


def _check_stretches(preset: Preset, path: KeyPath, faults: Faults) -> None:
    """Each band must be the first that fits somewhere, and a worse number may not earn a better status."""
    stretches = _stretches(preset)
    if preset.rule in _WORSE_WHEN_LESS:
        stretches.reverse()
    first = [next((at for at, band in enumerate(preset.bands) if each.lies_in(band)), None) for each in stretches]
    reached = [at for at in first if at is not None]
    for at, band in enumerate(preset.bands):
        if at not in reached:
            says = f"no number reaches this {band.status}: earlier bands, or the demand itself, take all of it"
            faults.add((*path, at), f"{says}; correct the limits or leave the band out")
    worst = 0
    for at in reached:
        if at < worst and preset.bands[at].status != preset.bands[worst].status:
            says = f"a worse number gets {preset.bands[at].status} than one that gets {preset.bands[worst].status}"
            faults.add((*path, at), f"{says}; correct the limits")
            return
        worst = max(worst, at)


def _stretches(preset: Preset) -> list[_Stretch]:
    """All numbers that bands can meet, from the least to the most, cut at every limit of the bands."""
    least, most = _LEAST.get(preset.rule), _MOST.get(preset.rule)
    limits = {
        limit
        for band in preset.bands
        for limit in (band.at_least, band.more_than, band.at_most, band.less_than)
        if limit is not None
    }
    inner = sorted(each for each in limits if (least is None or each > least) and (most is None or each < most))
    made: list[_Stretch] = []
    below = least
    if least is not None:
        made.append(_Stretch(least, least))
    for each in inner:
        made += [_Stretch(below, each), _Stretch(each, each)]
        below = each
    made.append(_Stretch(below, most))
    if most is not None:
        made.append(_Stretch(most, most))
    return made
