"""What a plan holds, as text and tables for a terminal: counts, targets, and which targets are fed by whom.

In a terminal too narrow for the tables each row stands as a record.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

from rich.console import Console
from rich.markup import escape

from plan.book import PlanView
from plan.codes import Scope
from plan.coverage import FEEDING, Covered, Feeding, coverage, unasked_indicators
from plan.model import Names, Target
from plan.terminal_rows import Column, Row, print_rows
from plan.words import KIND, SCOPE, STRENGTH

C = TypeVar("C", bound=StrEnum)

_COLOURS = {Feeding.FED: "green", Feeding.NOT_YET_FED: "yellow", Feeding.BY_PEOPLE: "cyan", Feeding.RESTATED: "dim"}
_MANY_UNITS = 4

WIDE = 150
"""Columns that the tables need; in fewer their rows are written as records."""

_TARGET_COLUMNS = (
    Column("编号", "id"),
    Column("条目", "clause"),
    Column("目标", "target", ratio=5),
    Column("地区", "area", ratio=2),
    Column("要求", "asked", ratio=2),
    Column("期限", "by"),
    Column("责任单位", "owners", ratio=4),
    Column("类别", "kind"),
)
_COVERED_COLUMNS = (Column("条目", "clause"), Column("目标", "target", ratio=4))
_FEEDING_COLUMNS = {
    Feeding.FED: (Column("报表", "form", ratio=3), Column("填报单位", "reporting units", ratio=4)),
    Feeding.NOT_YET_FED: (Column("指标", "indicator", ratio=4),),
    Feeding.BY_PEOPLE: (Column("责任单位", "owners", ratio=4),),
    Feeding.RESTATED: (Column("所指目标", "restated target", ratio=4),),
}


def show_plan(view: PlanView, out: Console) -> None:
    """Print the head of a plan, its counts and a table of its targets."""
    _head(view, out)
    plan = view.plan
    sizes: tuple[tuple[str, int], ...] = (
        ("目标 targets", len(plan.targets)),
        ("指标 indicators", len(plan.indicators)),
        ("报表 forms", len(plan.forms)),
        ("奖励 awards", len(plan.awards)),
        ("责任单位 owners", len(plan.owners)),
        ("地区 areas", len(plan.areas)),
    )
    out.print(_line("规模 size", (f"{name} {count}" for name, count in sizes)))
    for name, counted in (
        ("类别 kind", _counted(KIND, (target.kind for target in plan.targets))),
        ("期限 deadline", sorted(Counter(target.deadline for target in plan.targets).items())),
        ("力度 strength", _counted(STRENGTH, (target.strength for target in plan.targets))),
        ("范围 scope", _counted(SCOPE, (target.scope for target in plan.targets))),
    ):
        out.print(_line(name, (f"{key} {count}" for key, count in counted)))
    print_rows(_TARGET_COLUMNS, _targets(view), out, wide=WIDE)


def show_coverage(view: PlanView, out: Console) -> None:
    """Print, for each way in which a target becomes known, how many there are and which."""
    _head(view, out)
    found = coverage(view)
    for feeding, names in FEEDING.items():
        listed = [each for each in found if each.feeding is feeding]
        colour = _COLOURS[feeding]
        out.print(f"[{colour}]{names.zh} {names.en}: {len(listed)}/{len(found)}[/{colour}]")
        if listed:
            print_rows((*_COVERED_COLUMNS, *_FEEDING_COLUMNS[feeding]), _covered(view, listed), out, wide=WIDE)
    spare = unasked_indicators(view)
    if spare:
        out.print(f"[dim]只展示、不评估的指标 indicators shown but not rated: {', '.join(spare)}[/dim]")


def _head(view: PlanView, out: Console) -> None:
    plan = view.plan
    out.print(f"[bold]{escape(plan.names.zh)}[/bold]  {escape(plan.names.en)}  {escape(plan.document)}")
    out.print(f"[dim]{plan.id} version {plan.version}, {plan.first_day} to {plan.last_day}, hash {view.hash}[/dim]")


def _counted(words: Mapping[C, Names], codes: Iterable[C]) -> list[tuple[str, int]]:
    """How often each code occurs, in the order of the list of words; none of a code is not told."""
    count = Counter(codes)
    return [(f"{names.zh} {names.en}", count[code]) for code, names in words.items() if count[code]]


def _line(name: str, parts: Iterable[str]) -> str:
    return f"{name}: " + ", ".join(parts)


def _targets(view: PlanView) -> Iterator[Row]:
    for target in view.plan.targets:
        yield Row(
            (
                target.id,
                target.clause,
                escape(target.names.zh),
                _area(target, view),
                _asked(target, view),
                target.deadline,
                "、".join(view.owners[owner].names.zh for owner in view.owners_of(target.id)),
                KIND[target.kind].zh,
            )
        )


def _area(target: Target, view: PlanView) -> str:
    area = view.areas[target.area].names.zh
    return area if target.scope is Scope.CITY else f"{area}:{SCOPE[target.scope].zh}"


def _asked(target: Target, view: PlanView) -> str:
    if target.value is None or target.comparator is None:
        return "—"
    return escape(f"{target.comparator.value} {target.value} {view.measures[target.unit].names.zh}")


def _covered(view: PlanView, listed: list[Covered]) -> Iterator[Row]:
    for each in listed:
        yield Row((each.target.clause, escape(each.target.names.zh), *_told(view, each)))


def _told(view: PlanView, each: Covered) -> tuple[str, ...]:
    match each.feeding:
        case Feeding.FED:
            names = [view.units[unit].names.zh for unit in each.units]
            more = f" 等{len(names)}家" if len(names) > _MANY_UNITS else ""
            return (escape(view.forms[each.form].names.zh), "、".join(names[:_MANY_UNITS]) + more)
        case Feeding.NOT_YET_FED:
            return (escape(view.indicators[each.target.indicator].names.zh),)
        case Feeding.BY_PEOPLE:
            return ("、".join(view.owners[owner].names.zh for owner in each.target.owners),)
        case Feeding.RESTATED:
            return (escape(view.targets[each.target.restates].names.zh),)
