"""`qingyu plan check|show|coverage`: is a plan well written, what is in it, and who feeds its targets?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from plan.form_commands import form_app

if TYPE_CHECKING:
    from plan.book import PlanView

__all__ = ["app", "check", "coverage", "form_app", "show", "show_folders"]

app = typer.Typer(help="Plans: check what is written, show what is watched and fed.", no_args_is_help=True)

_HERE = Path(__file__).parent

# No emoji: the line in "targets.yaml:100: value" would be made a picture.
_out = Console(highlight=False, emoji=False)
_err = Console(stderr=True, highlight=False, emoji=False)

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
    """Show plans: how much of everything, counts by kind, deadline, strength and scope, and a table of the targets."""
    show_folders(folders)


def show_folders(folders: list[Path] | None) -> None:
    """Print the plans of some folders, or those of this installation; exit code 1 where one has a fault."""
    from plan.show import WIDE, show_plan
    from plan.terminal_rows import console

    for view in _views(folders):
        show_plan(view, console(WIDE))


@app.command()
def coverage(folders: _Folders = None) -> None:
    """Show which targets are fed by which form and by whom, which are not yet, and which only a person can state."""
    from plan.show import WIDE, show_coverage
    from plan.terminal_rows import console

    for view in _views(folders):
        show_coverage(view, console(WIDE))


def _views(folders: list[Path] | None) -> "tuple[PlanView, ...]":
    from plan.book import PlanBook
    from plan.loader import PlanRefused, load_folders

    try:
        return tuple(PlanBook(load_folders(_plan_folders(folders))).views.values())
    except PlanRefused as refused:
        _end(len(refused.faults), "run `qingyu plan check` on the same folders to see them")


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


def _fault(place: str, key: str, says: str) -> None:
    # No wrapping: a terminal makes file:line a link, and other programs read it line by line.
    _out.print(f"{escape(place)}: [bold]{escape(key)}[/bold]: {escape(says)}", soft_wrap=True)


def _end(count: int, mend: str = "mend them and check again") -> NoReturn:
    _err.print(f"[bold red]faults: {count}; {mend}[/bold red]")
    raise typer.Exit(1)
