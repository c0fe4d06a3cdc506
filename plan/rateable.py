"""What makes a target rateable: every rule that one target, its indicator and the presets must meet together.

The only list of these rules: the check of a plan adds place and line to what is found here, and the engine refuses a
target for the same reasons. What needs the rest of the plan (areas, owners, other targets) is checked elsewhere.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from plan.aim import AIM_KEYS, Aim, aim_of
from plan.codes import Comparator, Direction, Kind, Measure, Scope
from plan.misfit import Misfit
from plan.model import Indicator, Preset, Target
from plan.periods import PeriodFault, PeriodKind, parse_period
from plan.rateable_schedule import schedule_misfits
from plan.rateable_yardsticks import yardstick_misfits
from plan.yaml_lines import KeyPath

__all__ = ["PCT", "Misfit", "misfits"]

PCT = "pct"
"""Id of the unit of measure of shares and rates; reductions are written in it."""

YEARLY_KINDS = (Kind.YEARLY_FLOOR, Kind.YEARLY_FLOW)
_SHARES = (Kind.SHARE_FLOOR, Kind.COVERAGE)
_WHOLE = Decimal(100)


def misfits(target: Target, indicator: Indicator | None, presets: Mapping[str, Preset]) -> tuple[Misfit, ...]:
    """All that keeps a target from being rated, whatever the data; empty when it can be rated.

    ``indicator`` is None for a qualitative target, and where the plan does not have it: then only the rules that can
    be told without it are asked. ``presets`` are those known, by id.
    """
    if target.kind is Kind.QUALITATIVE:
        return tuple(_judged_by_people(target))
    aim = aim_of(target)
    if aim is None:
        return tuple(_missing(target))
    return (
        *_span(aim),
        *_scope(target),
        *_comparator(aim),
        *_value(aim),
        *_recurrence(target),
        *(() if indicator is None else _against(aim, indicator)),
        *schedule_misfits(aim),
        *yardstick_misfits(aim, indicator, presets),
    )


def _is_given(value: object) -> bool:
    return value not in (None, "", ())


def _judged_by_people(target: Target) -> Iterator[Misfit]:
    for key in (*AIM_KEYS, "yardsticks"):
        if _is_given(getattr(target, key)):
            yield Misfit((key,), "people judge a qualitative target, nothing is computed; leave it out")


def _missing(target: Target) -> Iterator[Misfit]:
    for key in AIM_KEYS:
        if not _is_given(getattr(target, key)):
            yield Misfit((key,), f"a {target.kind} needs it: add it; only a qualitative target goes without")


def _span(aim: Aim) -> Iterator[Misfit]:
    base, deadline = aim.baseline.period, aim.target.deadline
    is_readable = True
    places: tuple[tuple[KeyPath, str], ...] = ((("baseline", "period"), base), (("deadline",), deadline))
    for path, text in places:
        try:
            parse_period(text)
        except PeriodFault as refused:
            is_readable = False
            yield Misfit(path, str(refused))
    if is_readable and aim.span is None:
        yield Misfit(("deadline",), f"{deadline} is not after the baseline {base}; correct one of them")
    if aim.span is not None and aim.target.kind is Kind.REDUCTION and not aim.span.is_in_years:
        says = "a reduction runs from a year to a year; write baseline and deadline like 2020"
        yield Misfit(("deadline",), says)


def _scope(target: Target) -> Iterator[Misfit]:
    if target.scope is Scope.EACH_ENTERPRISE and target.kind is not Kind.COVERAGE:
        says = f"a demand on each enterprise is rated by coverage, not as {target.kind}"
        yield Misfit(("scope",), f"{says}; make it a coverage, or qualitative")


def _comparator(aim: Aim) -> Iterator[Misfit]:
    kind, comparator = aim.target.kind, aim.comparator
    if (kind is Kind.CEILING) != (comparator is Comparator.AT_MOST):
        says = "a ceiling is written <=, every other kind >= or > (突破, 超过)"
        yield Misfit(("comparator",), f"{comparator} for a {kind}: {says}")


def _value(aim: Aim) -> Iterator[Misfit]:
    target, value = aim.target, aim.value
    if target.kind is Kind.REDUCTION:
        if target.unit != PCT:
            yield Misfit(("unit",), f"{target.unit}: a reduction is written in {PCT}")
        if not 0 < value < _WHOLE:
            yield Misfit(("value",), f"{value}: a reduction is positive and below 100 (18 for -18 %)")
    elif target.unit == PCT and target.kind in _SHARES:
        if not 0 <= value <= _WHOLE:
            yield Misfit(("value",), f"{value}: a share lies between 0 and 100 per cent")
        elif value == _WHOLE and aim.comparator is Comparator.MORE_THAN:
            yield Misfit(("comparator",), "no share is over 100 per cent; write >=")


def _recurrence(target: Target) -> Iterator[Misfit]:
    if target.kind in YEARLY_KINDS:
        if target.every is not PeriodKind.YEAR:
            says = f"a {target.kind} is asked anew each year, and so is one of a single year; write every: year"
            yield Misfit(("every",), says)
    elif target.every is not None and target.kind not in _SHARES:
        says = f"a {target.kind} is asked once; leave it out, or choose yearly_floor or yearly_flow"
        yield Misfit(("every",), says)


def _against(aim: Aim, indicator: Indicator) -> Iterator[Misfit]:
    target = aim.target
    if target.indicator != indicator.id:
        says = f"the target is about {target.indicator!r}, it was held against {indicator.id!r}; give its own indicator"
        yield Misfit(("indicator",), says)
    if target.kind is Kind.REDUCTION:
        yield from _reduction(aim, indicator)
    else:
        yield from _amount(aim, indicator)
    yield from _limits(aim, indicator)


def _reduction(aim: Aim, indicator: Indicator) -> Iterator[Misfit]:
    if indicator.measure not in (Measure.LEVEL, Measure.YEARLY_CHANGE_PCT):
        says = f"a reduction is told from levels or yearly changes in per cent, not from {indicator.measure}"
        yield Misfit(("indicator",), f"{says}; choose another indicator")
    base = aim.baseline.value
    if indicator.measure is Measure.LEVEL and base is not None and base <= 0:
        yield Misfit(("baseline", "value"), f"{base}: the level that is to be reduced must be positive")
    if indicator.direction is not Direction.LESS:
        says = f"less of {indicator.id!r} is asked, whose better direction is more"
        yield Misfit(("kind",), f"{says}; correct the kind, or the indicator's direction")


def _amount(aim: Aim, indicator: Indicator) -> Iterator[Misfit]:
    target = aim.target
    if target.unit != indicator.unit:
        says = f"the target is in {target.unit}, its indicator in {indicator.unit}"
        # Growth on a comparable basis leaves out what changed in scope: dividing the levels gives another number.
        is_rate = target.unit == PCT and target.kind in YEARLY_KINDS
        mend = "no rate is made from amounts: choose an indicator that states it" if is_rate else "convert the target"
        yield Misfit(("unit",), f"{says}; {mend}")
    is_ceiling = aim.comparator is Comparator.AT_MOST
    asked = Direction.LESS if is_ceiling else Direction.MORE
    if indicator.direction is not asked and is_ceiling == (target.kind is Kind.CEILING):
        says = f"{aim.comparator} asks for {asked} of {indicator.id!r}, whose better direction is {indicator.direction}"
        yield Misfit(("comparator",), f"{says}; correct the comparator, or the indicator's direction")
    if target.kind in YEARLY_KINDS and indicator.measure is Measure.CUMULATIVE:
        says = f"{indicator.id!r} is summed up since the base, a {target.kind} is asked of each year by itself"
        yield Misfit(("indicator",), f"{says}; choose an indicator that is year_to_date")


def _limits(aim: Aim, indicator: Indicator) -> Iterator[Misfit]:
    """Nothing stated in the indicator's unit may lie where its values cannot."""
    stated: list[tuple[KeyPath, Decimal | None]] = []
    # A sum of yearly changes, and a reduction in per cent, are no values of the indicator.
    if aim.target.kind is not Kind.REDUCTION and indicator.measure is not Measure.YEARLY_CHANGE:
        stated.append((("value",), aim.value))
        stated += [(("schedule", "milestones", at), asked) for at, asked in aim.schedule.milestones.items()]
        if aim.value == indicator.maximum and aim.comparator is Comparator.MORE_THAN and not _is_whole_share(aim):
            yield Misfit(("comparator",), f"{indicator.id!r} is never over its maximum {indicator.maximum}; write >=")
    if indicator.measure in (Measure.LEVEL, Measure.CUMULATIVE):
        stated.append((("baseline", "value"), aim.baseline.value))
    for path, value in stated:
        if value is None or (path == ("value",) and _is_no_share(aim)):
            continue
        if indicator.minimum is not None and value < indicator.minimum:
            yield Misfit(path, f"{value} is below {indicator.minimum}, the minimum of {indicator.id!r}; correct one")
        if indicator.maximum is not None and value > indicator.maximum:
            yield Misfit(path, f"{value} is over {indicator.maximum}, the maximum of {indicator.id!r}; correct one")


def _is_whole_share(aim: Aim) -> bool:
    """Told already, whatever the indicator's own limits."""
    return aim.target.kind in _SHARES and aim.target.unit == PCT and aim.value == _WHOLE


def _is_no_share(aim: Aim) -> bool:
    """Told already, whatever the indicator's own limits."""
    return aim.target.kind in _SHARES and aim.target.unit == PCT and not 0 <= aim.value <= _WHOLE
