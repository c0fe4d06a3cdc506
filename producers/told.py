"""What the feed's commands show: faults with place and mend in both languages, receipts, the sum of a run."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from kafka.errors import KafkaError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from broker.faults import BrokerFault
from plan.faults import Fault
from plan.figures import FiguresRefused
from plan.loader import PlanRefused
from producers.outgoing import Receipt, ReturnsRefused
from producers.published import PublishedRefused
from producers.published_feed import PublishedFeed

_out = Console(highlight=False, emoji=False)
_err = Console(stderr=True, highlight=False, emoji=False)


def tell(message: str) -> None:
    """Say what is going on, in passing."""
    _err.print(f"[dim]{escape(message)}[/dim]")


def done(message: str) -> None:
    """Say what has been done."""
    _out.print(f"[green]{escape(message)}[/green]", soft_wrap=True)


def refuse(what: str, lines: Iterable[str] = ()) -> typer.Exit:
    """Say what is wrong, line by line, and give back the exit (code 1) to raise."""
    _err.print(f"[bold red]{escape(what)}[/bold red]", soft_wrap=True)
    for line in lines:
        _err.print(f"  [yellow]{escape(line)}[/yellow]", soft_wrap=True)
    return typer.Exit(1)


def show_faults(about: str, faults: Iterable[Fault]) -> None:
    """List every fault: code, place, and the mend in Chinese and English."""
    _err.print(f"[bold red]{escape(about)}[/bold red]", soft_wrap=True)
    for number, fault in enumerate(faults, 1):
        _err.print(f"  {number}. [red]{escape(fault.code)}[/red] [cyan]{escape(fault.place)}[/cyan]", soft_wrap=True)
        _err.print(f"     [yellow]{escape(fault.says_zh)}[/yellow]", soft_wrap=True)
        _err.print(f"     {escape(fault.says_en)}", soft_wrap=True)


def show_receipt(receipt: Receipt) -> None:
    """The receipt of one return."""
    done(f"回执 receipt: {receipt.topic} [{receipt.partition}] @ {receipt.offset}, return {receipt.return_id}")


def account(feed: PublishedFeed) -> list[tuple[str, object]]:
    """The rows that account for every figure of a run, and its days."""
    days = [step.tick.tick_date for step in feed.steps]
    span = f"{len(days)} ({days[0]} .. {days[-1]})" if days else 0
    held_back = [
        ("figures held back: published later", feed.held_back),
        ("returns held back: published later", feed.returns_held_back),
    ]
    return [
        *((f"figures carried: {plan}", count) for plan, count in feed.carried.items()),
        ("figures sent", feed.sent),
        *(row for row in held_back if row[1]),
        *((f"for reference only: {reason}", count) for reason, count in feed.reference_only.items()),
        ("ticks", span),
        ("returns", sum(len(step.returns) for step in feed.steps)),
    ]


def show_sum(title: str, rows: Iterable[tuple[str, object]]) -> None:
    """A table of two columns: what was counted, and the count."""
    table = Table(title=title, show_header=False)
    table.add_column(overflow="fold")
    table.add_column(justify="right", overflow="fold")
    for name, value in rows:
        table.add_row(escape(name), escape(str(value)))
    _out.print(table)


@contextmanager
def days_shown(count: int) -> Iterator[Callable[[dt.date], None]]:
    """A progress bar over so many days; gives back what to call after each day."""
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=_err)
    with bar:
        task = bar.add_task("", total=count)

        def advance(day: dt.date) -> None:
            bar.update(task, advance=1, description=day.isoformat())

        yield advance


@contextmanager
def returns_shown(count: int) -> Iterator[Callable[[int], None]]:
    """A progress bar over so many returns; gives back what to call with the number sent since."""
    with Progress(TextColumn("报表 returns"), BarColumn(), MofNCompleteColumn(), console=_err) as bar:
        task = bar.add_task("", total=count)

        def advance(sent: int) -> None:
            bar.update(task, advance=sent)

        yield advance


@contextmanager
def faults_told() -> Iterator[None]:
    """Turn every fault a person can mend into sentences and exit code 1."""
    try:
        yield
    except BrokerFault as fault:
        raise refuse(fault.what, [fault.mend]) from fault
    except KafkaError as fault:
        mend = "Look at `qingyu kafka status` and the server's log, then send the same again."
        raise refuse(f"Kafka answered with an error: {fault!r}", [mend]) from fault
    except (PlanRefused, FiguresRefused, PublishedRefused) as fault:
        raise refuse("The plan or its figures cannot be used; mend these lines:", str(fault).splitlines()) from fault
    except ReturnsRefused as fault:
        for each in fault.refused:
            sent = each.outgoing.sent
            show_faults(f"{sent.form} {sent.unit} {sent.period} ({sent.return_id})", each.faults)
        raise refuse(f"{len(fault.refused)} returns break the contract; nothing was sent.") from fault


def read_bytes(file: Path) -> bytes:
    """The content of a file a person named; says so and exits when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as fault:
        raise refuse(f"{file} cannot be read: {fault.strerror}", ["Check the path and its permissions."]) from fault
