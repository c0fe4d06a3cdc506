"""`qingyu kafka start|status|stop|wipe|secure`: the local Kafka, or topics and access of a cluster set from outside."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from broker.local import LocalKafka
    from broker.settings import KafkaSettings

app = typer.Typer(help="Kafka: the local server; topics, users and rights of the plans.", no_args_is_help=True)

_out = Console(highlight=False, emoji=False)
_err = Console(stderr=True, highlight=False, emoji=False)

_Port = Annotated[
    int | None,
    typer.Option(min=1024, max=65534, help="Port of the local server; it takes the next one too and keeps both."),
]
_Secure = Annotated[
    bool, typer.Option("--secure", help="Ask every client for a login; chosen at the first start, kept until a wipe.")
]
_Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def _tell(message: str) -> None:
    _out.print(f"[dim]{escape(message)}[/dim]")


def _done(message: str) -> None:
    _out.print(f"[green]{escape(message)}[/green]")


@contextmanager
def _faults_told() -> Iterator[None]:
    """Turn a fault into two sentences and exit code 1."""
    from kafka.errors import KafkaError

    from broker.faults import BrokerFault
    from plan.loader import PlanRefused

    try:
        yield
    except BrokerFault as fault:
        _err.print(f"[bold red]{escape(fault.what)}[/bold red]")
        _err.print(f"[yellow]{escape(fault.mend)}[/yellow]")
    except PlanRefused as refused:
        _err.print("[bold red]The plans cannot be read, so their topics are not known:[/bold red]")
        _err.print(escape(str(refused)))
        _err.print("[yellow]Mend these lines and run `qingyu kafka start` again.[/yellow]")
    except KafkaError as fault:
        _err.print(f"[bold red]Kafka answered with an error: {escape(str(fault))}[/bold red]")
        _err.print("[yellow]Look at `qingyu kafka status` and the server's log, then try again.[/yellow]")
    else:
        return
    raise typer.Exit(1)


def _local(port: int | None = None, secure: bool = False) -> "LocalKafka":
    """The local server as it was started last, and otherwise as asked for; one with logins keeps them."""
    from broker.local import LocalKafka
    from broker.places import cache_folder, endpoint_at, local_folder, read_endpoint

    folder = local_folder(os.environ)
    last = read_endpoint(folder)
    at = last if port is None else endpoint_at(port)
    return LocalKafka(folder, at.port, at.controller_port, cache_folder(os.environ), secure or last.is_secure)


def _settings() -> "KafkaSettings":
    """How the administrator reaches Kafka."""
    from broker.local_login import as_operator
    from broker.settings import KafkaSettings

    return KafkaSettings.from_environ(as_operator(os.environ))


def _refuse_foreign(command: str) -> None:
    from broker.faults import ServerRunning

    named = _outside()
    if named:
        raise ServerRunning(
            f"QINGYU_KAFKA_BOOTSTRAP names the cluster {named}; `{command}` is for the local server only.",
            "Unset QINGYU_KAFKA_BOOTSTRAP to mean the local server.",
        )


def _outside() -> str:
    return os.environ.get("QINGYU_KAFKA_BOOTSTRAP", "").strip()


@app.command()
def start(port: _Port = None, secure: _Secure = False) -> None:
    """Start the local Kafka and create the topics of all plans.

    With QINGYU_KAFKA_BOOTSTRAP set nothing is started: it waits for that cluster and creates the topics.
    """
    with _faults_told():
        from broker.local import Started

        if secure:
            _refuse_foreign("start --secure")
        settings = _settings()
        if settings.is_local:
            server = _local(port, secure)
            began = server.start(_tell, settings.wait_s)
            verb = "was already running" if began is Started.ALREADY_RUNNING else "is running"
            _done(f"Kafka {verb} at {server.endpoint.bootstrap}" + (", with logins" if server.is_secure else ""))
            settings = _settings()  # now with the port and the login it was started with
        _ensure_plan_topics(settings)


def _ensure_plan_topics(settings: "KafkaSettings") -> None:
    from broker.clients import ensure_topics, make_admin
    from broker.places import PLANS
    from plan.loader import load_plans
    from plan.topics import topics_of

    specs = topics_of(load_plans(PLANS))
    with make_admin(settings, _tell) as admin:
        created = ensure_topics(admin, settings, specs, _tell)
    _done(f"{len(specs)} topics are there at {settings.bootstrap}, {len(created)} of them new")


@app.command()
def status() -> None:
    """Tell whether Kafka answers; exit code 1 when it does not."""
    with _faults_told():
        from broker.clients import cluster_id
        from broker.local import ServerState

        if _outside():
            settings = _settings()
            _done(f"Kafka answers at {settings.bootstrap}, cluster {cluster_id(settings)}")
            return
        found = _local().status()
        pid = f", pid {found.pid}" if found.pid is not None else ""
        cluster = f", cluster {found.cluster_id}" if found.cluster_id is not None else ""
        if found.state is ServerState.RUNNING:
            _done(f"The local Kafka is running at {found.bootstrap}{pid}{cluster}")
            return
        sentences = {
            ServerState.NEVER_STARTED: "was never started. Start it: `qingyu kafka start`",
            ServerState.STOPPED: "is stopped. Start it: `qingyu kafka start`",
            ServerState.ENDED_UNASKED: "ended without being stopped. Start it again: `qingyu kafka start`",
            ServerState.NOT_ANSWERING: "does not answer. Wait a little, or `qingyu kafka stop` and `start`",
        }
        _err.print(f"[yellow]The local Kafka {sentences[found.state]}[/yellow][dim]{pid}{cluster}[/dim]")
        raise typer.Exit(1)


@app.command()
def stop() -> None:
    """Stop the local Kafka; its messages stay."""
    with _faults_told():
        from broker.local import Stopped

        _refuse_foreign("stop")
        ended = _local().stop(_tell)
        _done(
            {
                Stopped.STOPPED: "Kafka is stopped",
                Stopped.KILLED: "Kafka did not end by itself and was killed; the next start mends its log",
                Stopped.NOT_RUNNING: "Kafka was not running",
            }[ended]
        )


@app.command()
def wipe(yes: _Yes = False) -> None:
    """Delete all messages and topics of the (stopped) local Kafka."""
    with _faults_told():
        _refuse_foreign("wipe")
        server = _local()
        if not yes:
            typer.confirm(f"Delete every message in {server.folder}?", abort=True)
        server.wipe()
        _done(f"{server.folder} is empty")
        _tell(
            "The next start makes a new cluster. The lake and the alert store remember the old one "
            "and refuse the new: wipe them too"
        )


@app.command()
def secure(
    folders: Annotated[
        list[Path] | None,
        typer.Option(
            "--plan",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Folder of a plan; may be repeated. Default: all under plan/. To --prune, name all that are in force.",
        ),
    ] = None,
    passwords: Annotated[
        Path | None,
        typer.Option(metavar="DIR", file_okay=False, help="Folder of the passwords. Default: kafka/secrets in var."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done; change nothing.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Take away what the plans no longer give.")] = False,
    rotate: Annotated[str, typer.Option(metavar="USER", help="Give this user a new password as well.")] = "",
) -> None:
    """Set Kafka's users and access rules (ACLs) from the plans; run it as the operator after every change of a plan."""
    with _faults_told():
        from broker.passwords import Passwords
        from broker.places import PLANS, local_folder, secrets_folder
        from broker.secure_command import Wishes, show
        from broker.secure_command import secure as set_access
        from plan.loader import load_folders, load_plans

        plans = load_folders(folders) if folders else load_plans(PLANS)
        files = Passwords(passwords or secrets_folder(local_folder(os.environ)))
        wishes = Wishes(prune=prune, dry_run=dry_run, rotate=rotate)
        show(_out, set_access(_settings(), plans, files, wishes, _tell), files, wishes)
