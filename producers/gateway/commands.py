"""`qingyu gateway run` and `qingyu key add|list|rotate|revoke`."""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producers.options import PlanFolders

if TYPE_CHECKING:
    from sqlite3 import Connection

    from plan.book import PlanBook
    from producers.gateway.keys import Key

gateway_app = typer.Typer(help="报送网关 The HTTP door: returns in, receipts out.", no_args_is_help=True)
key_app = typer.Typer(help="密钥 Keys of reporting units for the gateway.", no_args_is_help=True)

_Expires = Annotated[
    str | None, typer.Option("--expires", metavar="DATE", help="Last day on which it is valid (UTC+8).")
]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@gateway_app.callback()
def _gateway() -> None:
    """报送网关 The HTTP door."""


@gateway_app.command("run")
def run_gateway(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Default: QINGYU_GATEWAY_PORT, or 8080.")] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; other than loopback only behind a proxy with TLS.")
    ] = None,
    folders: PlanFolders = None,
) -> None:
    """Take returns over HTTP; in the foreground until Ctrl-C or SIGTERM."""
    import logging

    import msgspec

    with _faults_told():
        from broker.settings import KafkaSettings
        from producers.gateway.serving import serve
        from producers.gateway.settings import GatewaySettings
        from producers.told import refuse

        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        # The client writes a thousand lines a minute while Kafka is away; what matters of it is raised to us.
        logging.getLogger("kafka").setLevel(logging.CRITICAL)
        settings = GatewaySettings.from_environ(os.environ)
        named = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
        settings = msgspec.structs.replace(settings, **named)
        if not serve(settings, KafkaSettings.from_environ(os.environ), _book(folders), _now):
            raise refuse("The gateway ended by itself; the reason stands above.", ["Mend it and start it again."])


@key_app.command("add")
def add_key(
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="Id of the reporting unit in the plan.")],
    forms: Annotated[
        list[str] | None, typer.Option("--form", metavar="FORM", help="May be repeated. Default: all its forms.")
    ] = None,
    expires: _Expires = None,
    folders: PlanFolders = None,
) -> None:
    """Make a key for a reporting unit. The token is shown once; only its hash is kept."""
    import secrets

    with _faults_told(), _store() as database:
        from producers.gateway.key_rows import put_key
        from producers.gateway.keys import make_key

        now = _now()
        scope = tuple(dict.fromkeys(forms or ()))
        _check_scope(_book(folders), unit, scope)
        key, token = make_key(unit, scope, now, _end_of(expires, now), secrets.token_bytes)
        put_key(database, key)
        _show_new(key, token)


@key_app.command("list")
def list_keys() -> None:
    """List the keys: whose, for which forms, until when, last used when. Secrets are not kept and not shown."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    with _faults_told(), _store() as database:
        from producers.gateway import key_rows
        from producers.gateway.keys import state_of

        table = Table(title="密钥 Keys")
        for heading in ("编号 id", "单位 unit", "报表 forms", "状态 state", "到期 expires", "最近使用 last used"):
            table.add_column(heading, overflow="fold")
        for each in key_rows.list_keys(database):
            key = each.key
            row = (
                *(key.key_id, key.unit, " ".join(key.forms) or "全部 all", state_of(key, _now())),
                *(_local(key.expires_at), _local(each.used_at) if each.used_at else "—"),
            )
            table.add_row(*map(escape, row))
        Console(highlight=False, emoji=False).print(table)


@key_app.command("rotate")
def rotate_key(
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID")],
    overlap_hours: Annotated[
        float, typer.Option("--overlap-hours", min=0, max=24 * 90, help="How long the old key stays valid beside it.")
    ] = 72,
    expires: _Expires = None,
) -> None:
    """Make a new key for the same unit and forms; the old one ends after the overlap."""
    import secrets

    with _faults_told(), _store() as database:
        from producers.gateway.faults import KeyFault
        from producers.gateway.key_rows import put_key
        from producers.gateway.keys import KeyState, rotate, state_of
        from producers.told import tell

        now = _now()
        old = _known(database, key_id)
        if state_of(old, now) is not KeyState.VALID:
            raise KeyFault(f"Key {key_id} is {state_of(old, now)}.", f"Make a new one: `qingyu key add {old.unit}`.")
        until = None if expires is None else _end_of(expires, now)
        ending, fresh, token = rotate(old, now, dt.timedelta(hours=overlap_hours), until, secrets.token_bytes)
        database.execute("BEGIN IMMEDIATE")
        put_key(database, ending)
        put_key(database, fresh)
        database.execute("COMMIT")
        _show_new(fresh, token)
        tell(f"旧密钥 the old key {ending.key_id} 有效至 is valid until {_local(ending.expires_at)}")


@key_app.command("revoke")
def revoke_key(key_id: Annotated[str, typer.Argument(metavar="KEY_ID")]) -> None:
    """End a key at once; what was handed in with it stays."""
    import msgspec

    with _faults_told(), _store() as database:
        from producers.gateway.key_rows import put_key
        from producers.told import done

        key = _known(database, key_id)
        if key.revoked_at is None:
            put_key(database, msgspec.structs.replace(key, revoked_at=_now()))
        done(f"密钥 key {key_id} ({key.unit}) 已停用 is revoked")


@contextmanager
def _faults_told() -> Iterator[None]:
    from producers.gateway.faults import GatewayFault
    from producers.told import faults_told, refuse

    try:
        with faults_told():
            yield
    except GatewayFault as fault:
        raise refuse(fault.what, [fault.mend]) from fault


@contextmanager
def _store() -> "Iterator[Connection]":
    """The store, also beside a running gateway: it looks keys up at each request."""
    from contextlib import closing

    from producers.gateway.database import connect
    from producers.gateway.settings import GatewaySettings

    with closing(connect(GatewaySettings.from_environ(os.environ).store)) as database:
        yield database


def _book(folders: list[Path] | None) -> "PlanBook":
    from broker.places import PLANS
    from plan.book import PlanBook
    from plan.loader import load_folders, load_plans

    return PlanBook(load_folders(folders) if folders else load_plans(PLANS))


def _check_scope(book: "PlanBook", unit: str, forms: tuple[str, ...]) -> None:
    from producers.gateway.due import forms_of
    from producers.gateway.faults import KeyFault
    from producers.gateway.settings import SENDER

    known = [form.id for _, form in forms_of(book, unit, (), SENDER)]
    if not known:
        raise KeyFault(
            f"Unit {unit!r} is on the roster of no form that the gateway may send.",
            "Check the unit's id in the plan, the rosters, and that the plan has a sender `gateway` for it.",
        )
    strange = [form for form in forms if form not in known]
    if strange:
        raise KeyFault(f"Unit {unit!r} does not report {', '.join(strange)}.", f"Its forms: {', '.join(known)}.")


def _known(database: "Connection", key_id: str) -> "Key":
    from producers.gateway.faults import KeyFault
    from producers.gateway.key_rows import find_key

    key = find_key(database, key_id)
    if key is None:
        raise KeyFault(f"There is no key {key_id!r}.", "`qingyu key list` shows them.")
    return key


def _end_of(expires: str | None, now: dt.datetime) -> dt.datetime:
    """The moment at which a key's last day ends; a year from now when no day is named."""
    from plan.due import start_of

    if expires is None:
        return now + dt.timedelta(days=365)
    try:
        day = dt.date.fromisoformat(expires)
    except ValueError as fault:
        raise typer.BadParameter(f"{expires!r} is not a day; write it as 2027-12-31") from fault
    until = start_of(day + dt.timedelta(days=1))
    if until <= now:
        raise typer.BadParameter(f"{day} is over already")
    return until


def _show_new(key: "Key", token: str) -> None:
    from producers.told import done, tell

    forms = ", ".join(key.forms) or "全部报表 all its forms"
    tell(f"{key.unit}: {forms}; 有效至 valid until {_local(key.expires_at)}")
    tell("密钥只显示这一次,请妥善交给填报单位 shown only once; hand it to the unit on a safe way:")
    done(token)


def _local(at: dt.datetime) -> str:
    from plan.periods import LOCAL_ZONE

    return at.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
