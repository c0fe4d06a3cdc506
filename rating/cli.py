"""``qingyu assess`` and ``qingyu plan show TARGET``: ratings from a plan and a file of figures, nothing else needed."""

import datetime as dt
from collections.abc import Sequence
from contextlib import nullcontext
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from plan.book import PlanView
    from plan.figure_file import FigureFile
    from rating.report import Ask, Report

# No emoji: the line in "figures.csv:100: value" would be made a picture.
_err = Console(stderr=True, highlight=False, emoji=False)

FAULTS_SHOWN = 200
"""Faults that are printed; of more, which have one cause as a rule, the rest is counted."""


class Format(StrEnum):
    """How the report is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def assess(
    *,
    plan: Annotated[Path, typer.Option(exists=True, file_okay=False, help="Folder of the plan.")],
    figures: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Figures in long form, csv (docs/assess.md).")
    ],
    as_of: Annotated[
        dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="Only what was known by the end of this day (UTC+8).")
    ],
    preset: Annotated[str, typer.Option(help="Only this preset; without it all that the plan names.")] = "",
    output: Annotated[Format, typer.Option("--format", help="How to print the report.")] = Format.TABLE,
    all_periods: Annotated[bool, typer.Option("--all-periods", help="Every period, not only the newest.")] = False,
) -> None:
    """Rate a whole plan from a file of figures, as known on a day; works offline. Exit code 1 for any bad input."""
    from rating.report import Ask

    view = _view(plan)
    faults = [] if preset in ("", *view.presets) else [_unknown_preset(view, preset)]
    file = _figures_of_file(view, figures, faults)
    if faults or file is None:
        _refuse(faults)
    ask = Ask(as_of.date(), preset, all_periods)
    _print(view, ask, _report(view, file, ask), output)


def show(
    what: Annotated[
        list[str] | None,
        typer.Argument(help="Ids of targets, or folders of plans. Without one: the plans of this installation."),
    ] = None,
    *,
    plan: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of the plan that has the targets.")
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Figures in long form; without it the plan's figures.csv."),
    ] = None,
    as_of: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As known on this day; without it today.")
    ] = None,
) -> None:
    """Show plans, or a target's path and figures: an existing folder is a plan, anything else the id of a target."""
    folders = [Path(each) for each in what or () if Path(each).is_dir()]
    targets = [each for each in what or () if not Path(each).is_dir()]
    if not targets:
        from plan.cli import show_folders

        show_folders([*folders, *([plan] if plan else [])] or None)
        return
    day = as_of.date() if as_of else dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    for view, folder, target_id in _targets([*folders, *([plan] if plan else [])], targets):
        _show_target(view, folder, target_id, figures, day)


def _targets(folders: Sequence[Path], wanted: Sequence[str]) -> "list[tuple[PlanView, Path, str]]":
    """The plan of each target asked for; an id that no plan has is refused with those that look alike."""
    from difflib import get_close_matches

    views = {folder: _view(folder) for folder in _plan_folders(folders)}
    known = [target_id for view in views.values() for target_id in view.targets]
    faults = []
    found = []
    for target_id in wanted:
        holding = [(view, folder, target_id) for folder, view in views.items() if target_id in view.targets]
        found += holding
        if not holding:
            near = get_close_matches(target_id, known, n=5, cutoff=0.4)
            hint = f"是否指 did you mean {', '.join(near)}?" if near else "见 see: qingyu plan show"
            faults.append(f"没有目标 no target {target_id!r};{hint}")
    if faults:
        _refuse(faults)
    return found


def _plan_folders(folders: Sequence[Path]) -> list[Path]:
    """Plan folders as given, a folder that is no plan standing for the plans in it; without any those that ship."""
    import plan
    from plan.loader import HEADER_FILE, plan_folders

    found: list[Path] = []
    for folder in folders or [Path(plan.__file__).parent]:
        inner = (folder,) if (folder / HEADER_FILE).exists() else plan_folders(folder)
        if not inner:
            _refuse([f"{folder}: 没有方案 no {HEADER_FILE} here; plan/README.md says how a plan is written"])
        found += inner
    return list(dict.fromkeys(found))


def _show_target(view: "PlanView", folder: Path, target_id: str, figures: Path | None, day: dt.date) -> None:
    from plan.codes import Kind, ScheduleKind
    from rating.path_chart import draw
    from rating.path_view import path_rows
    from rating.report import Ask, Assessor
    from rating.terminal import print_notes
    from rating.terminal_path import print_head, print_path

    out = _console()
    target = view.targets[target_id]
    rated = view.targets[target.restates] if target.restates else target
    if rated.kind is Kind.QUALITATIVE:
        print_head(view, target, out)
        return
    faults: list[str] = []
    file = _figures_of_file(view, figures, faults) if figures else _figures_of_folder(view, folder, faults)
    if faults or file is None:
        _refuse(faults)
    print_head(view, target, out)
    in_steps = rated.schedule is not None and rated.schedule.kind is ScheduleKind.MILESTONES
    assessor = Assessor(view, file, Ask(day, all_periods=True))
    for subject in assessor.subjects():
        if subject.target.id == rated.id:
            found = assessor.findings(subject)
            rows = path_rows(view, found)
            chart = partial(draw, in_colour=out.is_terminal, in_steps=in_steps)
            print_path(view, found, rows, chart, out)
    print_notes([note for note in file.notes if note.indicator == rated.indicator], out)


def _report(view: "PlanView", file: "FigureFile", ask: "Ask") -> "Report":
    from rich.progress import track

    from rating.report import Assessor

    assessor = Assessor(view, file, ask)
    subjects = assessor.subjects()
    # On a terminal only: what goes into a file or a pipe must hold nothing but the report.
    working = track(subjects, "评级 rating", console=_err, transient=True, disable=not _err.is_terminal)
    return assessor.report([assessor.findings(subject) for subject in working])


def _print(view: "PlanView", ask: "Ask", report: "Report", output: Format) -> None:
    match output:
        case Format.JSON:
            from rating.report_json import document, encoded

            typer.echo(encoded(document(view, ask, report)))
        case Format.CSV:
            from rating.report_csv import csv_text

            typer.echo(csv_text(view, report.findings), nl=False)
        case Format.TABLE:
            from rating.terminal import print_report

            print_report(view, ask, report, _console())


def _console() -> Console:
    from plan.terminal_rows import console
    from rating.terminal import WIDE

    return console(WIDE)


def _view(folder: Path) -> "PlanView":
    from plan.book import PlanView
    from plan.loader import PlanRefused, load_plan

    try:
        return PlanView(load_plan(folder))
    except PlanRefused as refused:
        _refuse([f"{each.file}:{each.line}: {each.key}: {each.says}" for each in refused.faults])


def _figures_of_file(view: "PlanView", path: Path, faults: list[str]) -> "FigureFile | None":
    from plan.figure_faults import FiguresFileRefused
    from plan.figure_file import read_figures

    try:
        with _err.status("读取 reading") if _err.is_terminal else nullcontext():
            return read_figures(path.read_bytes(), view)
    except FiguresFileRefused as refused:
        faults += [f"{path}:{each.line}: {each.column}: {each.says_zh} / {each.says_en}" for each in refused.faults]
        return None


def _figures_of_folder(view: "PlanView", folder: Path, faults: list[str]) -> "FigureFile | None":
    """The figures that the plan carries; a plan without any is shown by its path alone."""
    from plan.figure_file import FigureFile
    from plan.figure_folder import points_of
    from plan.figures import FiguresRefused, load_figures

    if not (folder / "figures.csv").exists():
        return FigureFile((), ())
    try:
        return FigureFile(points_of(load_figures(folder).figures, view), ())
    except FiguresRefused as refused:
        faults += [f"{folder / each.file}:{each.line}: {each.key}: {each.says}" for each in refused.faults]
        return None


def _unknown_preset(view: "PlanView", preset: str) -> str:
    known = ", ".join(view.presets)
    return f"--preset: 方案没有采用评级口径 {preset!r},可用 / the plan names no preset {preset!r}; known: {known}"


def _refuse(faults: Sequence[str]) -> NoReturn:
    for fault in faults[:FAULTS_SHOWN]:
        # No wrapping: a terminal makes file:line a link, and other programs read it line by line.
        _err.print(escape(fault), soft_wrap=True)
    more = len(faults) - FAULTS_SHOWN
    if more > 0:
        _err.print(f"……另有 {more} 处错误,改正以上各处后再试会列出 · {more} more, listed once those above are mended")
    _err.print(f"[bold red]错误 faults: {len(faults)};请改正后再试 mend them and try again[/bold red]")
    raise typer.Exit(1)
