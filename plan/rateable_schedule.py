"""Rules of the way from baseline to deadline: which schedule suits which kind, and what its steps must look like."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from plan.aim import Aim
from plan.codes import Comparator, Kind, ScheduleKind
from plan.misfit import Misfit
from plan.periods import Period, PeriodFault, PeriodKind, parse_period
from plan.yaml_lines import KeyPath

_WHOLE = Decimal(100)
_STEPS = {
    ScheduleKind.TABLE: "done_pct",
    ScheduleKind.PROFILE: "past_done_pct",
    ScheduleKind.MILESTONES: "milestones",
}
_OF_REDUCTIONS = (ScheduleKind.COMPOUND, ScheduleKind.TABLE)
_YEAR_TO = re.compile(r"01\.\.(0[1-9]|1[0-2])", re.ASCII)
_YEAR_END = "01..12"


def schedule_misfits(aim: Aim) -> Iterator[Misfit]:
    """All that is wrong with the schedule of a target."""
    kind = aim.schedule.kind
    if aim.target.kind is Kind.REDUCTION and kind not in _OF_REDUCTIONS:
        says = "the yearly rates of a reduction multiply: its schedule is compound or a table"
        yield Misfit(("schedule", "kind"), f"{kind} for a reduction: {says}")
    if aim.target.kind is not Kind.REDUCTION and kind is ScheduleKind.COMPOUND:
        says = "only a reduction is compound; choose linear, table, profile, constant or milestones"
        yield Misfit(("schedule", "kind"), f"compound for a {aim.target.kind}: {says}")
    for owner, key in _STEPS.items():
        given = getattr(aim.schedule, key)
        if kind is owner and not given:
            yield Misfit(("schedule", key), f"no steps; a {owner} schedule needs at least what is asked at the end")
        elif kind is not owner and given:
            yield Misfit(("schedule", key), f"only a {owner} schedule has {key}; leave it out of a {kind} schedule")
    match kind:
        case ScheduleKind.TABLE:
            yield from _table(aim)
        case ScheduleKind.MILESTONES:
            yield from _milestones(aim)
        case ScheduleKind.PROFILE:
            yield from _profile(aim)
        case ScheduleKind.COMPOUND | ScheduleKind.LINEAR | ScheduleKind.CONSTANT:
            return


def _table(aim: Aim) -> Iterator[Misfit]:
    path: KeyPath = ("schedule", "done_pct")
    if _is_asked_anew(aim):
        says = "a table runs once from baseline to deadline, but the target is asked anew each year"
        yield Misfit(("schedule", "kind"), f"{says}; choose profile, constant or linear")
    yield from _in_time(aim, path, aim.schedule.done_pct)
    yield from _shares(path, aim.schedule.done_pct)
    yield from _at_the_end(aim, path, aim.schedule.done_pct, _WHOLE, "100")


def _milestones(aim: Aim) -> Iterator[Misfit]:
    path: KeyPath = ("schedule", "milestones")
    yield from _in_time(aim, path, aim.schedule.milestones)
    steps = list(aim.schedule.milestones.items())
    is_falling = aim.comparator is Comparator.AT_MOST and _falls(aim, [asked for _, asked in steps])
    for (_, before), (text, asked) in pairwise(steps):
        if (asked > before) if is_falling else (asked < before):
            turn = "more" if is_falling else "less"
            says = f"{asked} is {turn} than {before} asked before; milestones go one way, that of the target"
            yield Misfit((*path, text), says)
    yield from _at_the_end(aim, path, aim.schedule.milestones, aim.value, f"the target's value {aim.value}")


def _falls(aim: Aim, asked: list[Decimal]) -> bool:
    """What must not be passed may be tightened step by step, or widened; what must be reached never falls."""
    start = aim.baseline.value if aim.baseline.value is not None else asked[0] if asked else aim.value
    return aim.value < start


def _profile(aim: Aim) -> Iterator[Misfit]:
    path: KeyPath = ("schedule", "past_done_pct")
    if aim.span is not None and not (_is_asked_anew(aim) or aim.span.is_one_year):
        says = "a profile divides one year: the target must be asked every year, or start no earlier than the year"
        yield Misfit(("schedule", "kind"), f"{says} before its deadline's; choose linear or table")
    past = aim.schedule.past_done_pct
    stretches = {stretch for shares in past.values() for stretch in shares}
    for text, shares in past.items():
        place = (*path, text)
        yield from _past_year(aim, place, text)
        for stretch in sorted(stretches - set(shares)):
            yield Misfit(place, f"{stretch} is missing, another year has it; a mean needs every year")
        for stretch in shares:
            if not _YEAR_TO.fullmatch(stretch):
                yield Misfit(
                    (*place, stretch), f"{stretch!r} is no stretch of a year; write 01..06 for January to June"
                )
        for before, stretch in pairwise(shares):
            if stretch < before:
                yield Misfit((*place, stretch), f"{stretch} stands after {before}; put the stretches in order of time")
        yield from _shares(place, shares)
        if shares.get(_YEAR_END) != _WHOLE:
            yield Misfit(place, f"the whole year must be there and done: write {_YEAR_END}: 100")


def _past_year(aim: Aim, path: KeyPath, text: str) -> Iterator[Misfit]:
    period = _read(text)
    if isinstance(period, str) or period.kind is not PeriodKind.YEAR:
        yield Misfit(path, f"{text!r} is no year; write 2016")
    elif aim.span is not None and period.year >= aim.span.deadline.year:
        yield Misfit(path, f"{text} is not past at the deadline {aim.span.deadline}; leave the year out")


def _in_time(aim: Aim, path: KeyPath, steps: Mapping[str, Decimal]) -> Iterator[Misfit]:
    """Steps are periods, lie between baseline and deadline, and follow each other."""
    last: Period | None = None
    for text in steps:
        period = _read(text)
        if isinstance(period, str):
            yield Misfit((*path, text), period)
            continue
        if aim.span is not None and not aim.span.holds(period):
            yield Misfit((*path, text), f"{text} does not end between baseline and deadline; leave the step out")
        if last is not None and period.end_date <= last.end_date:
            yield Misfit((*path, text), f"{text} does not end after {last}; put the steps in order of time")
        last = period


def _shares(path: KeyPath, shares: Mapping[str, Decimal]) -> Iterator[Misfit]:
    """Shares of the way lie between 0 and 100 and never shrink."""
    for text, done in shares.items():
        if not 0 <= done <= _WHOLE:
            yield Misfit((*path, text), f"{done}: a share of the way lies between 0 and 100 per cent")
    for (_, before), (text, done) in pairwise(shares.items()):
        if done < before:
            yield Misfit((*path, text), f"{done} is less than {before} asked before; the way done never shrinks")


def _at_the_end(
    aim: Aim, path: KeyPath, steps: Mapping[str, Decimal], wanted: Decimal, called: str
) -> Iterator[Misfit]:
    read = [(_read(text), asked) for text, asked in steps.items()]
    known = [(period, asked) for period, asked in read if isinstance(period, Period)]
    if aim.span is None or not known:
        return
    last, asked = known[-1]
    if (last.end_date, asked) != (aim.span.deadline.end_date, wanted):
        yield Misfit(path, f"the steps must end with {called} at the deadline {aim.span.deadline}")


def _is_asked_anew(aim: Aim) -> bool:
    return aim.target.every is PeriodKind.YEAR and aim.span is not None and not aim.span.is_one_year


def _read(text: str) -> Period | str:
    try:
        return parse_period(text)
    except PeriodFault as refused:
        return str(refused)
