"""Commands of the writer: ``qingyu writer run`` and ``qingyu writer status``; and those for dead letters."""

import typer

from consumers.dead_letter_commands import dead_letters_app
from consumers.rebuild_commands import rebuild

__all__ = ["app", "dead_letters_app", "rebuild"]

app = typer.Typer(help="写入进程 The writer: the only process that writes the warehouse.", no_args_is_help=True)


@app.command()
def run(
    until_idle: bool = typer.Option(False, "--until-idle", help="End when the log is read, derived and announced."),
    batch: int = typer.Option(40_000, min=1, max=100_000, help="Messages landed at most in one transaction."),
) -> None:
    """Read the log, land it, audit, derive and announce, until stopped."""
    import logging
    import os
    import signal
    import threading

    from consumers.running import run_writer
    from consumers.stopping import stopping_faults

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # The client writes a thousand lines a minute while Kafka is away; what matters of it is raised to us.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with stopping_faults():
        run_writer(os.environ, stop.is_set, until_idle=until_idle, batch_records=batch)


@app.command()
def status(
    wait: float = typer.Option(0, min=0, max=3600, help="Seconds to wait until all is landed, derived and announced."),
) -> None:
    """Show for each topic how far it is landed, the lag, and the account of every message; how old the lake is."""
    import datetime as dt
    import os

    from rich.console import Console

    from consumers.lag import progress, settled
    from consumers.lag_table import account_table
    from consumers.stopping import stopping_faults

    console = Console(emoji=False)
    tell = Console(stderr=True, highlight=False, emoji=False).print
    with stopping_faults():
        found = settled(os.environ, wait, tell) if wait else progress(os.environ, tell)
    console.print(account_table(found.lags))
    console.print(f"待推算 to derive: {found.underived}  待公布 to announce: {found.unannounced}")
    age = dt.datetime.now(dt.UTC) - found.committed_at
    console.print(
        f"最近提交 newest commit: {found.committed_at:%Y-%m-%d %H:%M:%S} UTC, {age.total_seconds():.0f} s ago"
    )
    if not all(row.account.is_balanced for row in found.lags):
        console.print("[red]账目不平 read ≠ landed + dead + repeats; stop the writer and look at its log[/red]")
        raise typer.Exit(1)
    if wait and not found.is_settled:
        console.print(f"[yellow]not settled within {wait:g} s; does the writer run? make status, var/log[/yellow]")
        raise typer.Exit(1)
