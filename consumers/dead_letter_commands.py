"""Commands for refused messages: ``qingyu dead-letters list``, ``show``, ``repair`` and ``replay``."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import duckdb

    from consumers.resending import Answer, How
    from warehouse.batch import Address

dead_letters_app = typer.Typer(help="死信 Dead letters: refused messages, kept whole.", no_args_is_help=True)

_Topic = Annotated[str, typer.Option(metavar="TOPIC", help="Only those of this topic.")]
_Fault = Annotated[str, typer.Option(metavar="CODE", help="Only those with this fault, such as unknown_item.")]
_By = Annotated[str, typer.Option(metavar="NAME", help="Who answers for it; kept in the log.")]
_Because = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept in the log.")]
_REFUSED_SHOWN = 20
_SENT_SHOWN = 20
_FAULTS_SHOWN = 5


@dead_letters_app.command("list")
def list_letters(
    topic: _Topic = "",
    phase: Annotated[str, typer.Option(help="Only those refused there: decode, contract, duplicate, repair.")] = "",
    fault: _Fault = "",
    unrepaired: Annotated[bool, typer.Option("--unrepaired", help="Only those that can still be answered.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many of the newest.")] = 20,
) -> None:
    """List refused messages, newest first, with every fault and its mend; counts by fault below."""
    from rich.console import Console

    from warehouse.dead_letter_pages import print_letters
    from warehouse.dead_letters import Filters, count_by_fault
    from warehouse.dead_letters import list_letters as find

    filters = Filters(topic, phase, fault, unrepaired)
    with _lake() as lake:
        print_letters(Console(emoji=False), find(lake, filters, limit), count_by_fault(lake, filters))


@dead_letters_app.command()
def show(
    address: Annotated[str, typer.Argument(help="As the list shows it, in quotes: 'topic[partition]@offset'.")],
) -> None:
    """Show one refused message whole: key, headers, payload, every fault, and what was done about it."""
    import os

    from rich.console import Console

    from consumers.original import headers_of
    from warehouse.dead_letter_pages import print_letter
    from warehouse.dead_letters import history, parse_address, whole_letters

    with _lake() as lake:
        wanted = parse_address(address)
        (found,) = whole_letters(lake, [wanted])
        attempts = history(lake, wanted)
    print_letter(Console(emoji=False), found, headers_of(os.environ, wanted), attempts)


@dead_letters_app.command()
def repair(
    address: Annotated[str, typer.Argument(help="As the list shows it, in quotes: 'topic[partition]@offset'.")],
    file: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The mended message, JSON in UTF-8.")],
    by: _By,
    because: _Because,
) -> None:
    """Answer a refused return or explanation with a mended one: envelope and encoding may differ, no figure may."""
    from consumers.resending import mend
    from warehouse.dead_letters import parse_address

    with _lake() as lake:
        _deliver([[mend(lake, parse_address(address), file.read_bytes(), _how(by, because))]])


@dead_letters_app.command()
def replay(
    by: _By,
    because: _Because,
    addresses: Annotated[
        list[str] | None, typer.Argument(metavar="[ADDRESS]...", help="As the list shows them, in quotes.")
    ] = None,
    fault: _Fault = "",
    topic: _Topic = "",
) -> None:
    """Send refused messages again as they were: when only a plan was missing, or their period had not begun."""
    if bool(addresses) == bool(fault or topic):
        raise typer.BadParameter("name either addresses, or --fault and --topic")
    from consumers.resending import again

    with _lake() as lake:
        _deliver(again(lake, _wanted(lake, addresses or [], fault, topic), _how(by, because)))


def _wanted(lake: "duckdb.DuckDBPyConnection", addresses: Sequence[str], fault: str, topic: str) -> "list[Address]":
    from warehouse.dead_letters import Filters, find_addresses, parse_address

    if addresses:
        return list(dict.fromkeys(map(parse_address, addresses)))
    return find_addresses(lake, Filters(topic=topic, fault=fault, is_open=True))


def _deliver(answers: "Iterable[list[Answer]]") -> None:
    """Send what the writer would take, tell of the rest; exit code 1 when nothing could be sent of what was asked."""
    import os

    from rich.console import Console
    from rich.markup import escape

    from broker.local_login import as_operator
    from broker.settings import KafkaSettings
    from consumers.resending import deliver
    from warehouse.dead_letters import show_address

    console = Console(emoji=False, highlight=False, soft_wrap=True)
    tell = Console(stderr=True, emoji=False, highlight=False, soft_wrap=True).print
    done = deliver(KafkaSettings.from_environ(as_operator(os.environ)), answers, tell)
    for origin, faults in done.refused[:_REFUSED_SHOWN]:
        said = "; ".join(f"{fault.place}: {fault.says_zh}({fault.says_en})" for fault in faults[:_FAULTS_SHOWN])
        tell(f"[red]未发送 not sent[/red] {escape(show_address(origin))}: {escape(said)}")
    if len(done.refused) > _REFUSED_SHOWN:
        tell(f"…… {len(done.refused)} in all were not sent: the writer would refuse them again")
    for origin, place in done.sent[:_SENT_SHOWN]:
        console.print(f"已发送 sent {escape(show_address(origin))} -> {escape(show_address(place))}")
    console.print(f"已发送 sent: {len(done.sent)}  未发送 not sent: {len(done.refused)}")
    if done.sent:
        console.print("[dim]the writer lands them; what became of one: qingyu dead-letters show ADDRESS[/dim]")
    elif done.refused:
        raise typer.Exit(1)


def _how(by: str, because: str) -> "How":
    from consumers.resending import How

    return How(by, because, dt.datetime.now(dt.UTC))


@contextmanager
def _lake() -> "Iterator[duckdb.DuckDBPyConnection]":
    """The lake to read from; a known fault is told with its mend, exit code 1."""
    from rich.console import Console

    from consumers.stopping import stopping_faults
    from warehouse.cli import reading
    from warehouse.dead_letters import NoSuchLetter

    try:
        with stopping_faults(), reading() as lake:
            yield lake
    except NoSuchLetter as fault:
        Console(stderr=True, emoji=False, highlight=False, markup=False).print(str(fault))
        raise typer.Exit(1) from fault
