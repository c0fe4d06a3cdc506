"""`qingyu feed plan|published|return|tick`: plans, published figures, single returns and calendar days go to Kafka."""

import datetime as dt
import os
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producers.files.commands import feed_file, feed_watch, template
from producers.gateway.commands import gateway_app, key_app
from producers.meters.commands import feed_meter
from producers.sdmx.commands import feed_sdmx

if TYPE_CHECKING:
    from plan.model import Plan
    from producers.publisher import Publisher

__all__ = ["app", "gateway_app", "key_app", "template"]

app = typer.Typer(help="Send plans, published figures, returns and calendar days to Kafka.", no_args_is_help=True)

app.command("sdmx")(feed_sdmx)
app.command("meter")(feed_meter)
app.command("file")(feed_file)
app.command("watch")(feed_watch)

_Folders = Annotated[
    list[Path] | None,
    typer.Option(
        "--plan",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Folder of a plan; may be repeated. Default: all under plan/.",
    ),
]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@app.command("plan")
def feed_plan(folders: _Folders = None) -> None:
    """Send the canonical plans, each with its hash."""
    from producers.told import done, faults_told

    with faults_told():
        from plan.canonical import plan_hash
        from plan.topics import PLANS

        plans = _plans(folders)
        with _publisher(plans, {PLANS}) as publisher:
            publisher.send_plans(plans)
        for plan in plans:
            done(f"{plan.names.zh} {plan.id} version {plan.version}: sent with hash {plan_hash(plan)}")


@app.command("published")
def feed_published(
    folders: _Folders = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Last day, as 2021-12-31. Default: when all is published or overdue."),
    ] = None,
    pace: Annotated[int, typer.Option(min=0, metavar="MS", help="Wait so many ms after each calendar day.")] = 0,
) -> None:
    """Replay the published figures: plans first, then day by day the tick and the returns published then."""
    from producers.told import account, days_shown, faults_told, show_sum

    with faults_told():
        from plan.topics import PLANS, TICKS
        from producers.published_feed import prepare
        from producers.receipts import keep_receipts, receipts_file

        began_at = _now()
        chosen = _chosen(folders)
        plans = tuple(plan for _, plan in chosen)
        feed = prepare(chosen, None if until is None else _day(until), began_at)
        file = receipts_file(os.environ, "published", began_at)
        receipts = 0
        topics = {PLANS, TICKS, *(each.topic for step in feed.steps for each in step.returns)}
        with _publisher(plans, topics) as publisher, days_shown(len(feed.steps)) as show_day:
            for step, fresh in publisher.replay(plans, feed.steps):
                keep_receipts(file, fresh)
                receipts += len(fresh)
                show_day(step.tick.tick_date)
                time.sleep(pace / 1000)
        show_sum("已公布数据 published figures", [*account(feed), ("receipts", receipts), ("kept in", file)])


@app.command("return")
def feed_return(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="One return as JSON.")],
    sender: Annotated[str, typer.Option(metavar="ID", help="The sender of the plan that hands it in.")],
) -> None:
    """Hand in one return: it is checked, then sent; every fault is listed, and a bad one is not sent."""
    from producers.told import faults_told, read_bytes, refuse, show_faults, show_receipt

    with faults_told():
        from plan.book import PlanBook
        from plan.faults import Refused
        from producers.outgoing import read_outgoing

        plans = _plans(None)
        try:
            outgoing = read_outgoing(read_bytes(file), sender, PlanBook(plans), _now())
        except Refused as refused:
            show_faults(f"{file}: 未接收 refused", refused.faults)
            raise refuse(f"{len(refused.faults)} faults; nothing was sent. Mend them and send again.") from refused
        with _publisher(plans, {outgoing.topic}) as publisher:
            (receipt,) = publisher.send_returns([outgoing])
        show_receipt(receipt)


@app.command("tick")
def feed_tick(date: Annotated[str, typer.Argument(metavar="DATE", help="The day that has begun (UTC+8).")]) -> None:
    """Say that a calendar day has begun; in operation a timer does so daily, just after midnight in China."""
    from producers.told import done, faults_told

    with faults_told():
        from plan.topics import TICKS

        day = _day(date)
        with _publisher(_plans(None), {TICKS}) as publisher:
            publisher.send_tick(day)
        done(f"{day} has begun")


def _day(text: str) -> dt.date:
    """A day that has begun already; the log is for ever, and a tick too early would make everything overdue."""
    from plan.periods import LOCAL_ZONE

    try:
        day = dt.date.fromisoformat(text)
    except ValueError as fault:
        raise typer.BadParameter(f"{text!r} is not a day; write it as 2021-12-31") from fault
    today = _now().astimezone(LOCAL_ZONE).date()
    if day > today:
        raise typer.BadParameter(f"{day} has not begun in China (UTC+8), where it is {today}; give a day up to then")
    return day


def _chosen(folders: Sequence[Path] | None) -> "list[tuple[Path, Plan]]":
    """The plans to work with, and the folder of each."""
    from broker.places import PLANS
    from plan.loader import load_folders, load_plans, plan_folders

    if folders:
        return list(zip(folders, load_folders(folders), strict=True))
    return list(zip(plan_folders(PLANS), load_plans(PLANS), strict=True))


def _plans(folders: Sequence[Path] | None) -> "tuple[Plan, ...]":
    return tuple(plan for _, plan in _chosen(folders))


@contextmanager
def _publisher(plans: "Sequence[Plan]", topics: Collection[str]) -> "Iterator[Publisher]":
    """A publisher on topics that exist: these and no others, for a login may see no more than it writes."""
    from broker.clients import ensure_topics, make_admin, make_producer
    from broker.settings import KafkaSettings
    from plan.book import PlanBook
    from plan.topics import topics_of
    from producers.publisher import Publisher
    from producers.told import tell

    settings = KafkaSettings.from_environ(os.environ)
    with make_admin(settings, tell) as admin:
        ensure_topics(admin, settings, [spec for spec in topics_of(plans) if spec.name in topics], tell)
    with make_producer(settings, "qingyu-feed", tell) as producer:
        yield Publisher(producer, settings, PlanBook(plans), _now, tell)
