"""`qingyu plan check|show`: is a plan well written, and what is in it?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from rich.table import Table

    from plan.model import Plan

app = typer.Typer(help="Plans: check what is written, show what is watched.", no_args_is_help=True)

_HERE = Path(__file__).parent

_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)

_Folders = Annotated[
    list[Path] | None,
    typer.Argument(
        exists=True,
        file_okay=False,
        help="Folders of plans, or folders that hold folders of plans. Without one: the plans of this installation.",
    ),
]


@app.command()
def check(folders: _Folders = None) -> None:
    """Check plans and their published figures; every fault with file and line, exit code 1 when there is one."""
    from plan.check_figures import check_figures
    from plan.figures import FiguresRefused, load_figures
    from plan.loader import PlanRefused, load_folders

    named = _plan_folders(folders)
    try:
        plans = load_folders(named)
    except PlanRefused as refused:
        for fault in refused.faults:
            _fault(f"{fault.file}:{fault.line}", fault.key, fault.says)
        _end(len(refused.faults))
    count = 0
    for folder, plan in zip(named, plans, strict=True):
        if not (folder / "figures.csv").exists():
            continue
        try:
            faults = check_figures(plan, load_figures(folder))
        except FiguresRefused as refused:
            faults = refused.faults
        for each in faults:
            _fault(f"{folder / each.file}:{each.line}", each.key, each.says)
        count += len(faults)
    if count:
        _end(count)
    for plan in plans:
        _out.print(f"[green]{escape(plan.id)}[/green] {escape(plan.names.zh)}: {len(plan.targets)} targets, no fault")


@app.command()
def show(folders: _Folders = None) -> None:
    """Show plans: counts by kind, deadline and strength, and a table of the targets."""
    from plan.book import PlanBook
    from plan.loader import PlanRefused, load_folders

    try:
        plans = load_folders(_plan_folders(folders))
    except PlanRefused as refused:
        _end(len(refused.faults), "run `qingyu plan check` on the same folders to see them")
    for plan in plans:
        view = PlanBook(plans).views[plan.id]
        _out.print(f"[bold]{escape(plan.names.zh)}[/bold]  {escape(plan.document)}")
        _out.print(
            f"[dim]{plan.id} version {plan.version}, {plan.first_day} to {plan.last_day}, hash {view.hash}[/dim]"
        )
        for line in _counts(plan):
            _out.print(line)
        _out.print(_targets(plan))


def _plan_folders(folders: list[Path] | None) -> tuple[Path, ...]:
    """Plan folders as given; a folder that is no plan stands for the plans in it."""
    from plan.loader import HEADER_FILE, plan_folders

    found: list[Path] = []
    for folder in folders or [_HERE]:
        inner = (folder,) if (folder / HEADER_FILE).exists() else plan_folders(folder)
        if not inner:
            _err.print(f"[bold red]{escape(str(folder))} holds no {HEADER_FILE}[/bold red]")
            _err.print("[yellow]Name a plan folder; plan/README.md says how a plan is written[/yellow]")
            raise typer.Exit(1)
        found += inner
    return tuple(dict.fromkeys(found))


def _counts(plan: "Plan") -> list[str]:
    from collections import Counter

    from plan.words import KIND, STRENGTH

    columns = {
        "类别": Counter(KIND[target.kind].zh for target in plan.targets),
        "期限": Counter(target.deadline for target in plan.targets),
        "力度": Counter(STRENGTH[target.strength].zh for target in plan.targets),
    }
    return [
        f"{name}: " + ", ".join(f"{key} {count}" for key, count in sorted(counter.items()))
        for name, counter in columns.items()
    ]


def _targets(plan: "Plan") -> "Table":
    from rich.table import Table

    from plan.words import KIND

    areas = {area.id: area.names.zh for area in plan.areas}
    owners = {owner.id: owner.names.zh for owner in plan.owners}
    measures = {measure.id: measure.names.zh for measure in plan.measures}
    table = Table()
    for heading in ("条目", "目标", "地区", "要求", "期限", "责任单位", "类别"):
        table.add_column(heading, overflow="fold")
    for target in plan.targets:
        table.add_row(
            target.clause,
            escape(target.names.zh),
            areas[target.area],
            f"{target.comparator.value} {target.value} {measures[target.unit]}",
            target.deadline,
            "、".join(owners[owner] for owner in target.owners),
            KIND[target.kind].zh,
        )
    return table


def _fault(place: str, key: str, says: str) -> None:
    # No wrapping: a terminal makes file:line a link, and other programs read it line by line.
    _out.print(f"{escape(place)}: [bold]{escape(key)}[/bold]: {escape(says)}", soft_wrap=True)


def _end(count: int, mend: str = "mend them and check again") -> NoReturn:
    _err.print(f"[bold red]faults: {count}; {mend}[/bold red]")
    raise typer.Exit(1)
