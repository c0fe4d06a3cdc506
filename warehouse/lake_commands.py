"""Commands of the lake itself: ``qingyu warehouse export``, ``backup``, ``restore``, ``upkeep``, ``retain``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.progress import Progress

    from warehouse.upkeep import UpkeepRun

app = typer.Typer(help="数据湖 The warehouse: export, back up, restore, rebuild, look after it.", no_args_is_help=True)
_TABLE_WIDTH = 120


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The DuckDB file to write, e.g. marts.duckdb.")],
    overwrite: bool = typer.Option(False, "--overwrite", help="Put it in the place of a file of that name."),
) -> None:
    """Write all marts (fct_, rpt_, dim_) as tables into one plain DuckDB file, as of one commit."""
    import os

    from warehouse.export import export as export_marts
    from warehouse.settings import WarehouseSettings

    with stopping_faults(), progress_bar("导出 export") as bar:
        task = bar.add_task("", total=None)
        rows = export_marts(
            WarehouseSettings.from_environ(os.environ),
            file,
            lambda name, done, todo: bar.update(task, description=name, completed=done, total=todo),
            may_replace=overwrite,
        )
    _say(f"已导出 exported: {len(rows)} tables, {sum(rows.values())} rows, {file}")


@app.command()
def backup(folder: Annotated[Path, typer.Argument(help="A new folder for this backup.")]) -> None:
    """Copy the lake into a folder while the writer runs; each file with its digest."""
    import datetime as dt
    import os

    from warehouse.backup import back_up
    from warehouse.settings import WarehouseSettings

    with stopping_faults(), progress_bar("备份 backup") as bar:
        task = bar.add_task("", total=None)
        manifest = back_up(
            WarehouseSettings.from_environ(os.environ),
            folder,
            dt.datetime.now(dt.UTC),
            lambda done, todo: bar.update(task, completed=done, total=todo),
        )
    _say(
        f"已备份 backed up to {folder}: {len(manifest.files)} files, {manifest.bytes} bytes, "
        f"commit {manifest.snapshot_id}"
    )


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="A folder that backup made.")],
    replace: bool = typer.Option(False, "--replace", help="A lake that is there goes aside, under another name."),
) -> None:
    """Put a backup back, each file checked against its digest; the writer must be stopped."""
    import datetime as dt
    import os

    from warehouse.backup import restore as put_back
    from warehouse.settings import WarehouseSettings

    settings = WarehouseSettings.from_environ(os.environ)
    with stopping_faults(), progress_bar("恢复 restore") as bar:
        task = bar.add_task("", total=None)
        done = put_back(
            settings,
            folder,
            dt.datetime.now(dt.UTC),
            lambda done, todo: bar.update(task, completed=done, total=todo),
            may_replace=replace,
        )
    manifest = done.manifest
    _say(f"已恢复 restored: {len(manifest.files)} files, commit {manifest.snapshot_id} of {manifest.made_at:%F %T} UTC")
    if manifest.data_path != settings.data_path:
        _say(f"数据路径已改 data path changed in the catalogue: {manifest.data_path} -> {settings.data_path}")
    if done.moved_to is not None:
        _say(f"原数据湖移至 the lake that was there: {done.moved_to.catalogue}, {done.moved_to.data}")
    _say("the writer goes on from the offsets in it: make up")


@app.command()
def upkeep(
    show: bool = typer.Option(False, "--show", help="Only show what was done lately and what it cost."),
    limit: int = typer.Option(20, min=1, max=1000, help="How many chores are shown."),
) -> None:
    """Look after the lake now, the writer being stopped (running, it does so by itself); or show what was done."""
    import os

    from warehouse.lake import open_reader, open_writer
    from warehouse.locks import alone
    from warehouse.migrations import migrate
    from warehouse.settings import WarehouseSettings
    from warehouse.upkeep import Upkeep, newest_runs
    from warehouse.upkeep_rules import WHOLE, Decision, Reason

    with stopping_faults():
        settings = WarehouseSettings.from_environ(os.environ)
        if not show:
            with alone(settings), open_writer(settings) as lake:
                migrate(lake)
                Upkeep(lake).look_after(Decision(WHOLE, Reason.ASKED))
        reader = open_reader(settings)
        try:
            _show(newest_runs(reader, limit))
        finally:
            reader.close()


@app.command()
def retain(
    dry_run: bool = typer.Option(False, "--dry-run", help="Only count what would go."),
    keep_days: int = typer.Option(400, min=32, help="Readings of so many days stay, counted from the newest tick."),
) -> None:
    """Roll old readings up to hours and days and drop their cells; indicators stay as they are. Stop the writer."""
    import os

    from plan.book import PlanBook
    from warehouse.lake import open_writer
    from warehouse.locks import alone
    from warehouse.migrations import migrate
    from warehouse.plans import plans_in_force
    from warehouse.retention import retain as roll_up
    from warehouse.retention_rules import RetentionPolicy
    from warehouse.settings import WarehouseSettings

    with stopping_faults():
        settings = WarehouseSettings.from_environ(os.environ)
        with alone(settings), open_writer(settings) as lake:
            migrate(lake)
            found = roll_up(lake, PlanBook(plans_in_force(lake)), RetentionPolicy(keep_days), is_dry=dry_run)
    for form in found:
        _say(
            f"{form.form_id}: {form.slices} slices, {form.returns} returns, {form.cells} cells "
            f"{'would go 将汇总' if dry_run else 'rolled up 已汇总'}; "
            f"stay 保留: {form.too_young} too young, {form.not_derived} not derived"
        )
    if not found:
        _say("no form of readings in the plans: nothing to roll up")


def _show(runs: "list[UpkeepRun]") -> None:
    from rich.console import Console
    from rich.filesize import decimal
    from rich.table import Table

    table = Table(title="数据湖维护 Upkeep of the lake")
    for heading in ("开始 began (UTC)", "事项 chore", "缘由 reason"):
        table.add_column(heading, no_wrap=True)
    for heading in ("秒 s", "件数 done", "文件 files", "字节 bytes", "快照 snapshots"):
        table.add_column(heading, justify="right", no_wrap=True)
    for run in runs:
        table.add_row(
            f"{run.began_at:%F %T}",
            run.chore,
            run.reason,
            f"{run.seconds:.2f}",
            str(run.done),
            f"{run.files_before} → {run.files_after}",
            f"{decimal(run.bytes_before)} → {decimal(run.bytes_after)}",
            f"{run.snapshots_before} → {run.snapshots_after}",
        )
    width = Console().width
    Console(emoji=False, width=max(width, _TABLE_WIDTH)).print(table, soft_wrap=width < _TABLE_WIDTH)


def _say(text: str) -> None:
    from rich.console import Console

    Console(emoji=False).print(text, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def progress_bar(what: str) -> "Iterator[Progress]":
    """A bar on the terminal; nothing in a log file."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True, emoji=False), transient=True) as bar:
        yield bar


@contextmanager
def stopping_faults() -> Iterator[None]:
    """Say a known fault in red on standard error and leave with exit code 1."""
    from rich.console import Console

    from warehouse.backup import BackupFault
    from warehouse.export import ExportFault
    from warehouse.lake import LakeBroken, LakeMissing, WriterBusy
    from warehouse.locks import LocksLost, PostgresAway
    from warehouse.migrations import MigrationFault
    from warehouse.placing import NotLocal
    from warehouse.retention import RetentionFault
    from warehouse.settings import SettingsFault

    try:
        yield
    except (
        BackupFault, ExportFault, LakeBroken, LakeMissing, WriterBusy, MigrationFault, NotLocal, RetentionFault,
        SettingsFault, LocksLost, PostgresAway,
    ) as fault:  # fmt: skip
        Console(stderr=True, emoji=False).print(f"[red]{fault}[/red]", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from fault
