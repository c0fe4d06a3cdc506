"""`qingyu alerts run|list|fake-messenger`: the alerter, what it holds, and a receiver to try it with."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from rich.table import Table

    from alerts.overview import AlertRow, Overview

app = typer.Typer(help="Early warning: the alerter, its alerts, its notices.", no_args_is_help=True)

_out = Console(highlight=False, emoji=False)
_err = Console(stderr=True, highlight=False, emoji=False)

_Once = Annotated[
    bool, typer.Option("--once", help="Catch up with Kafka, try every notice once and end; exit code 1 if any stays.")
]
_Port = Annotated[int, typer.Option(min=0, max=65535, help="Port on loopback; 0 takes any free one.")]

_STATE_COLOURS = {"firing": "bold red", "pending": "yellow", "resolved": "green", "inactive": "dim"}
_STATUS_COLOURS = {"severe": "red", "middle": "dark_orange", "mild": "yellow", "on_track": "green", "achieved": "green"}


@contextmanager
def _faults_told() -> Iterator[None]:
    """Turn a fault into two sentences and exit code 1."""
    from kafka.errors import KafkaError

    from alerts.faults import AlertsFault
    from broker.faults import BrokerFault

    try:
        yield
    except (AlertsFault, BrokerFault) as fault:
        _err.print(f"[bold red]{escape(fault.what)}[/bold red]")
        _err.print(f"[yellow]{escape(fault.mend)}[/yellow]")
    except KafkaError as fault:
        _err.print(f"[bold red]Kafka answered with an error: {escape(str(fault))}[/bold red]")
        _err.print("[yellow]Look at `qingyu kafka status`; run the alerter again, it goes on where it stood.[/yellow]")
    else:
        return
    raise typer.Exit(1)


@app.command()
def run(once: _Once = False) -> None:
    """Rate announced values, follow the alerts, tell people; in the foreground until Ctrl-C or SIGTERM."""
    with _faults_told():
        untold = _run(once)
        if once and untold:
            _err.print(f"[yellow]{untold} notices were not taken by their channels; see `qingyu alerts list`[/yellow]")
            raise typer.Exit(1)


def _run(is_once: bool) -> int:
    import datetime as dt
    import logging
    import signal
    import threading

    from alerts.assembly import open_alerter
    from alerts.settings import AlertSettings
    from broker.settings import KafkaSettings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # The client writes a thousand lines a minute while Kafka is away; what matters of it is raised to us.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    settings, kafka = AlertSettings.from_environ(os.environ), KafkaSettings.from_environ(os.environ)
    with open_alerter(settings, kafka, lambda: dt.datetime.now(dt.UTC)) as alerter:
        return alerter.run(stopping.is_set, is_once)


_Wait = Annotated[
    float, typer.Option(min=0, max=3600, help="Seconds to wait until everything announced is rated and told.")
]


@app.command(name="list")
def list_alerts(wait: _Wait = 0) -> None:
    """Show the alerts with state, status and since when, and every notice that was not taken yet."""
    with _faults_told():
        is_settled = _settled(wait) if wait else True
        from contextlib import closing

        from alerts.database import connect_reader
        from alerts.overview import overview
        from alerts.settings import AlertSettings

        with closing(connect_reader(AlertSettings.from_environ(os.environ).store)) as database:
            _show(overview(database))
    if not is_settled:
        _err.print(f"[yellow]not settled within {wait:g} s: does `qingyu alerts run` run?[/yellow]")
        raise typer.Exit(1)


def _settled(seconds: float) -> bool:
    from alerts.lag import settled

    return settled(os.environ, seconds, _err.print).is_settled


@app.command()
def received() -> None:
    """Show the notices that the fake messenger took: what an officer would have read."""
    import json

    from rich.panel import Panel

    from alerts.settings import AlertSettings

    file = AlertSettings.from_environ(os.environ).received
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    for line in lines:
        notice = json.loads(line)["body"]
        _out.print(Panel(escape(notice["message"]), title=escape(notice["title"]), border_style="red"))
    if not lines:
        _out.print(f"[yellow]尚未收到通知 nothing received yet in {escape(str(file))}[/yellow]")


_WIDTH_MIN = 150
"""A table in a pipe or a log has no terminal to fit into; one narrower than this cannot be read."""


def _show(found: "Overview") -> None:
    if found.alerts:
        _out.print(_alert_table(found.alerts), width=max(_out.width, _WIDTH_MIN), soft_wrap=_out.width < _WIDTH_MIN)
    else:
        _out.print("[green]当前没有预警。[/green]")
    for notice in found.untold:
        outcome = f"试过 {notice.attempts} 次({notice.last_outcome})" if notice.attempts else "尚未尝试"
        _out.print(f"[yellow]未送达[/yellow] {escape(notice.channel)} {escape(notice.title)} [dim]{outcome}[/dim]")
    if found.waiting:
        _out.print(f"[yellow]{found.waiting} 个指标值在等方案:请发布该版方案。[/yellow]")
    if found.refused:
        _out.print(f"[red]{found.refused} 条消息无法使用:见运行手册 docs/runbooks/alerts.md。[/red]")
    if found.unsent:
        _out.print(f"[yellow]{found.unsent} 条消息尚未发到 Kafka:请运行 qingyu alerts run。[/yellow]")


def _alert_table(rows: "tuple[AlertRow, ...]") -> "Table":
    from rich.table import Table

    from plan.words import ALERT_STATE, STATUS, YARDSTICK

    table = Table("状态", "评级", "地区", "目标", "标尺", "报告期", "自", "未送达", "编号")
    for row in rows:
        state, status = _STATE_COLOURS[row.state], _STATUS_COLOURS[row.status]
        table.add_row(
            f"[{state}]{ALERT_STATE[row.state].zh}[/{state}]",
            f"[{status}]{STATUS[row.status].zh}[/{status}]",
            *(escape(row.area_zh), escape(row.target_zh), YARDSTICK[row.yardstick].zh),
            *(row.period, row.since_period, str(row.untold or ""), escape(row.alert_id)),
        )
    return table


@app.command(name="fake-messenger")
def fake_messenger(port: _Port = 8099) -> None:
    """Stand in for a messaging service: take notices on loopback and append them to a file, until Ctrl-C."""
    import signal
    import threading

    from alerts.fake_messenger import FakeMessenger
    from alerts.settings import AlertSettings

    file = AlertSettings.from_environ(os.environ).received
    try:
        server = FakeMessenger(port, file)
    except OSError as fault:
        _err.print(f"[bold red]Port {port} cannot be used ({fault.strerror}).[/bold red]")
        _err.print("[yellow]Choose another one: `qingyu alerts fake-messenger --port 8100`.[/yellow]")
        raise typer.Exit(1) from fault
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for the serving loop, which this very thread runs.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    _out.print(f"[green]Taking notices at {server.url}[/green] [dim]into {escape(str(file))}[/dim]", soft_wrap=True)
    with server:
        server.serve_forever(poll_interval=0.2)
