"""Commands that read the warehouse: ``qingyu status``, ``explain``, ``state-hash``."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

import warehouse.lake_commands

if TYPE_CHECKING:
    import duckdb

lake_app = warehouse.lake_commands.app


def status(
    plan: str = typer.Option("", help="Only this plan, by its id."),
    width: int = typer.Option(0, help="Columns of the table; 0: as wide as the terminal."),
) -> None:
    """Print the barometer (晴雨表): each target and yardstick with value, requirement, gap, status and verdict."""
    from warehouse.barometer import barometer, print_barometer

    with reading() as lake:
        print_barometer(barometer(lake, plan), width)


def explain(alert: str = typer.Argument(help="Id of an alert, as the notice and the dashboard show it.")) -> None:
    """Print the record behind an alert: values, formula, preset, vintage, offsets."""
    from warehouse.explaining import explain_alert

    with reading() as lake:
        explain_alert(lake, alert)


def state_hash() -> None:
    """Print rows and hash of each mart, and one hash over all: equal lakes have equal hashes."""
    from rich.console import Console

    from warehouse.state_hash import state_hash as whole
    from warehouse.state_hash import state_hashes

    console = Console(emoji=False)
    with reading() as lake:
        for name, (rows, made) in state_hashes(lake).items():
            console.print(f"{name:24} {rows:8} {made}", highlight=False)
        console.print(f"{'all':24} {'':8} {whole(lake)}", highlight=False)


@contextmanager
def reading() -> "Iterator[duckdb.DuckDBPyConnection]":
    """The lake of this installation to read from; what keeps it from being opened is told, with exit code 1."""
    import os

    from rich.console import Console

    from warehouse.explaining import NoSuchAlert
    from warehouse.lake import LakeBroken, LakeMissing, open_reader
    from warehouse.settings import SettingsFault, WarehouseSettings

    try:
        lake = open_reader(WarehouseSettings.from_environ(os.environ))
        try:
            yield lake
        finally:
            lake.close()
    except (LakeMissing, LakeBroken, SettingsFault, NoSuchAlert) as fault:
        Console(stderr=True, emoji=False).print(f"[red]{fault}[/red]", highlight=False)
        raise typer.Exit(1) from fault
