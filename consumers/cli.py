"""Commands of the writer: ``qingyu writer run`` and ``qingyu writer status``."""

import typer

app = typer.Typer(help="写入进程 The writer: the only process that writes the warehouse.", no_args_is_help=True)


@app.command()
def run(
    until_idle: bool = typer.Option(False, "--until-idle", help="End when the log is read, derived and announced."),
    batch: int = typer.Option(2000, min=1, max=50_000, help="Messages landed at most in one transaction."),
) -> None:
    """Read the log, land it, audit, derive and announce, until stopped."""
    import logging
    import os
    import signal
    import threading

    from consumers.running import run_writer
    from consumers.stopping import stopping_faults

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("kafka").setLevel(logging.WARNING)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with stopping_faults():
        run_writer(os.environ, stop.is_set, until_idle=until_idle, batch_records=batch)


@app.command()
def status() -> None:
    """Show for each topic how far it is landed, the lag, and the account of every message."""
    import os

    from rich.console import Console
    from rich.table import Table

    from consumers.lag import lags
    from consumers.stopping import stopping_faults

    console = Console()
    with stopping_faults():
        found = lags(os.environ)
    table = Table(title="写入账目 Account of every message")
    for heading in ("主题 topic", "已读 consumed", "入库 landed", "死信 dead letters", "重复 duplicates", "积压 lag"):
        table.add_column(heading, justify="left" if "topic" in heading else "right")
    for row in found:
        account = row.account
        style = "" if account.is_balanced and not row.lag else ("red" if not account.is_balanced else "yellow")
        counts = (account.consumed, account.landed, account.dead_lettered, account.duplicate, row.lag)
        table.add_row(f"{row.topic}[{row.partition}]".replace("[", r"\["), *map(str, counts), style=style)
    console.print(table)
    if not all(row.account.is_balanced for row in found):
        console.print("[red]账目不平 consumed ≠ landed + dead letters + duplicates; stop the writer and look[/red]")
        raise typer.Exit(1)
