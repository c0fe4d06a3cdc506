"""``qingyu as-of DATE status|value|observations``, ``qingyu revisions`` and ``qingyu changes FROM TO``."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    import duckdb
    import msgspec

    from vintages.output import Sheet

    T = TypeVar("T", bound=msgspec.Struct)

app = typer.Typer(help="What was known on a day: ratings, indicator values, observations.", no_args_is_help=True)

_err = Console(stderr=True, highlight=False, emoji=False)

_Plan = Annotated[str, typer.Option(help="Only this plan, by its id.")]
_Limit = Annotated[int, typer.Option(min=1, max=100_000, help="Rows of a table; of more, how many.")]
_Csv = Annotated[
    str, typer.Option("--csv", metavar="FILE|-", help="Write all rows as csv to a file, or to the output for '-'.")
]


@app.callback()
def as_of(
    context: typer.Context,
    date: Annotated[
        str,
        typer.Argument(metavar="DATE", help="A day (its end in China's time zone), or an ISO moment with zone."),
    ],
) -> None:
    """What was known on a day: ratings, indicator values, observations."""
    with _refusals_told():
        context.obj = _moment(date)


@app.command()
def status(context: typer.Context, plan: _Plan = "", limit: _Limit = 200, file: _Csv = "") -> None:
    """Rate every target by the values known then, beside what was recorded then; says where they differ."""
    with _asking() as lake:
        from vintages.names import views_in_force
        from vintages.ratings import statuses
        from vintages.reading import recorded_as_of, values_as_of
        from vintages.sheets import STATUS_SHEET, differing

        views = views_in_force(lake, plan)
        recorded = recorded_as_of(lake, context.obj)
        rows = statuses(views, values_as_of(lake, context.obj, plan=plan), recorded)
        _tell(STATUS_SHEET, rows, f"晴雨表 Barometer · {_as_of(context.obj)}", limit, file)
        if not file:
            _out().print(differing(rows))


@app.command()
def value(
    context: typer.Context,
    indicator: Annotated[str, typer.Argument(help="Id of an indicator.")],
    area: Annotated[str, typer.Option(help="Only this area, by its id.")] = "",
    limit: _Limit = 200,
    file: _Csv = "",
) -> None:
    """Show the values of an indicator as known then, period by period."""
    with _asking() as lake:
        from vintages.names import require_area, require_indicator, views_in_force
        from vintages.reading import values_as_of
        from vintages.sheets import VALUE_SHEET

        views = views_in_force(lake, "")
        require_indicator(views, indicator)
        require_area(views, area)
        rows = values_as_of(lake, context.obj, indicator=indicator, area=area)
        _tell(VALUE_SHEET, rows, f"{indicator} · {_as_of(context.obj)}", limit, file)


@app.command()
def observations(
    context: typer.Context,
    form: Annotated[str, typer.Argument(help="Id of a form.")],
    period: Annotated[str, typer.Argument(help="Reference period, as the form's calendar writes it.")],
    *,
    unit: Annotated[str, typer.Option(help="Only this reporting unit, by its id.")] = "",
    limit: _Limit = 200,
    file: _Csv = "",
) -> None:
    """Show the cells of a form and period as known then, and first the units that had sent nothing."""
    with _asking() as lake:
        from vintages.names import view_of_form, views_in_force
        from vintages.reading import observations_as_of
        from vintages.sheets import OBSERVATION_SHEET

        view = view_of_form(views_in_force(lake, ""), form, period, unit)
        rows = observations_as_of(lake, view, view.forms[form], period, unit=unit, moment=context.obj)
        _tell(OBSERVATION_SHEET, rows, f"{form} {period} · {_as_of(context.obj)}", limit, file)


def revisions(
    indicator: Annotated[str, typer.Argument(help="Id of an indicator; without it all.")] = "",
    limit: _Limit = 200,
    file: _Csv = "",
) -> None:
    """Tell how much each indicator is usually revised: mean, mean absolute, relative, t-test of a mean of zero."""
    with _asking() as lake:
        from vintages.names import require_indicator, views_in_force
        from vintages.revised import series_revisions
        from vintages.sheets import REVISION_SHEET

        require_indicator(views_in_force(lake, ""), indicator)
        title = "修订统计 Revisions · 末版减初版 the latest figure minus the first"
        _tell(REVISION_SHEET, series_revisions(lake, indicator), title, limit, file)


def changes(
    since: Annotated[str, typer.Argument(metavar="FROM", help="A day or moment, as for as-of.")],
    until: Annotated[str, typer.Argument(metavar="TO", help="A later one.")],
    *,
    plan: _Plan = "",
    form: Annotated[str, typer.Option(help="Only this form, by its id.")] = "",
    indicator: Annotated[str, typer.Option(help="Only this indicator and the cells that feed it.")] = "",
    limit: _Limit = 100,
    file: _Csv = "",
) -> None:
    """Tell what changed between two moments: cells added, revised, withdrawn and by whom; the values that moved."""
    with _asking() as lake:
        from itertools import chain

        from vintages.changes import Asked, ObservationChange, ValueChange, observation_changes, value_changes
        from vintages.moments import in_order
        from vintages.names import require_form, require_indicator, views_in_force
        from vintages.output import fields, write_csv
        from vintages.sheets import OBSERVATION_CHANGE_SHEET, VALUE_CHANGE_SHEET

        asked = Asked(_moment(since), _moment(until), plan, form, indicator)
        in_order(asked.since, asked.until)
        views = views_in_force(lake, plan)
        require_form(views, form)
        require_indicator(views, indicator)
        if file:
            rows = chain(observation_changes(lake, views, asked), value_changes(lake, asked))
            _told_csv(file, write_csv(file, fields(ObservationChange, ValueChange), rows))
            return
        between = f"{_local(asked.since)} → {_local(asked.until)} (北京时间 UTC+8)"
        cells = observation_changes(lake, views, asked)
        _tell(OBSERVATION_CHANGE_SHEET, cells, f"观测值变化 Observations · {between}", limit, "")
        _tell(VALUE_CHANGE_SHEET, value_changes(lake, asked), f"指标值变化 Indicator values · {between}", limit, "")


def _tell(sheet: "Sheet[T]", rows: "Iterable[T]", title: str, limit: int, file: str) -> None:
    from vintages.output import fields, print_sheet, write_csv

    if file:
        _told_csv(file, write_csv(file, fields(sheet.row), rows))
    else:
        print_sheet(sheet, rows, _out(), title=escape(title), limit=limit)


def _told_csv(file: str, count: int) -> None:
    where = "" if file == "-" else f" → {file}"
    _err.print(f"{count} 行 rows{escape(where)}")


def _out() -> Console:
    from plan.terminal_rows import console
    from vintages.output import WIDE

    return console(WIDE)


def _moment(text: str) -> dt.datetime:
    from vintages.moments import moment_of

    return moment_of(text)


def _as_of(moment: dt.datetime) -> str:
    return f"截至 as of {_local(moment)} (北京时间 UTC+8)"


def _local(moment: dt.datetime) -> str:
    from plan.periods import LOCAL_ZONE

    return f"{moment.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M:%S}"


@contextmanager
def _asking() -> "Iterator[duckdb.DuckDBPyConnection]":
    from warehouse.cli import reading

    with _refusals_told(), reading() as lake:
        yield lake


@contextmanager
def _refusals_told() -> Iterator[None]:
    from vintages.moments import MomentRefused
    from vintages.names import NameRefused
    from vintages.output import CsvRefused

    try:
        yield
    except (CsvRefused, MomentRefused, NameRefused) as refused:
        _err.print(f"[red]{escape(str(refused))}[/red]", soft_wrap=True)
    else:
        return
    raise typer.Exit(1)
