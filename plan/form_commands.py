"""`qingyu form list|schema|pages`: which forms there are, what a return of each must look like."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from plan.book import PlanBook

form_app = typer.Typer(help="报表 Forms: list them, their JSON Schema, their spreadsheets.", no_args_is_help=True)

_PLANS = Path(__file__).parent
_WIDE = 120
_DOCS = _PLANS.parent / "docs" / "forms"

_Folders = Annotated[
    list[Path] | None,
    typer.Option(
        "--plan", metavar="DIR", exists=True, file_okay=False, help="Folder of a plan; default: all of plan/."
    ),
]


@form_app.command("list")
def list_forms(folders: _Folders = None) -> None:
    """List the forms: who reports them, for which periods, when they are due."""
    from plan.form_pages import PERIOD_WORDS, who_reports
    from plan.terminal_rows import Column, Row, console, print_rows

    columns = (
        Column("报表", "form"),
        Column("名称", "name", ratio=3),
        Column("报告期", "period"),
        Column("填报单位", "who", ratio=3),
        Column("期后天数", "due"),
    )
    for view in _book(folders).views.values():
        rows = (
            Row(
                (
                    form.id,
                    form.names.zh,
                    PERIOD_WORDS[form.calendar.kind],
                    who_reports(form, view).zh,
                    str(form.calendar.due_days),
                )
            )
            for form in view.plan.forms
        )
        print_rows(columns, rows, console(_WIDE), wide=_WIDE)


@form_app.command("schema")
def schema(
    form: Annotated[str, typer.Argument(metavar="FORM", help="Id of a form.")], folders: _Folders = None
) -> None:
    """Print the JSON Schema of a form's return."""
    from plan.form_pages import schema_text

    book = _book(folders)
    view = book.view_of_form(form)
    if view is None:
        raise typer.BadParameter(f"no form {form!r}; qingyu form list tells them")
    typer.echo(schema_text(view.forms[form], view), nl=False)


@form_app.command("pages")
def pages(
    out: Annotated[Path, typer.Option(metavar="DIR", file_okay=False, help="Where they are written.")] = _DOCS,
    folders: _Folders = None,
) -> None:
    """Write the list of forms and every JSON Schema, as they stand under docs/forms.

    Schemas of forms that a plan no longer has are removed from its folder; nothing else is.
    """
    from plan.form_pages import form_pages

    views = _book(folders).views.values()
    wanted = {out / name: text for name, text in form_pages(views)}
    for file, text in wanted.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for view in views:
        for file in set((out / view.plan.id).glob("*.json")) - wanted.keys():
            file.unlink()
    typer.echo(f"{len(wanted)} pages in {out}")


def _book(folders: list[Path] | None) -> "PlanBook":
    from plan.book import PlanBook
    from plan.loader import PlanRefused, load_folders, plan_folders

    try:
        return PlanBook(load_folders(folders or plan_folders(_PLANS)))
    except PlanRefused as refused:
        typer.echo(f"the plan has faults; `qingyu plan check` lists them:\n{refused}", err=True)
        raise typer.Exit(1) from refused
