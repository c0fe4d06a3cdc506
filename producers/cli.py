"""`qingyu feed plan|published|return|tick`: plans, published figures, single returns and calendar days go to Kafka."""

import datetime as dt
import os
import time
from pathlib import Path
from typing import Annotated

import typer

from producers.files.commands import feed_file, feed_watch, template
from producers.gateway.commands import gateway_app, key_app
from producers.meters.commands import feed_meter
from producers.options import PlanFolders
from producers.sdmx.commands import feed_sdmx
from producers.simulator.commands import feed_simulate

__all__ = ["app", "gateway_app", "key_app", "template"]

app = typer.Typer(help="Send plans, published figures, returns and calendar days to Kafka.", no_args_is_help=True)

app.command("sdmx")(feed_sdmx)
app.command("meter")(feed_meter)
app.command("file")(feed_file)
app.command("watch")(feed_watch)
app.command("simulate")(feed_simulate)


@app.command("plan")
def feed_plan(folders: PlanFolders = None) -> None:
    """Send the canonical plans, each with its hash."""
    from producers.told import done, faults_told

    with faults_told():
        from plan.canonical import plan_hash
        from plan.topics import PLANS
        from producers.opening import chosen_plans, open_publisher

        plans = [plan for _, plan in chosen_plans(folders)]
        with open_publisher(os.environ, plans, {PLANS}) as publisher:
            publisher.send_plans(plans)
        for plan in plans:
            done(f"{plan.names.zh} {plan.id} version {plan.version}: sent with hash {plan_hash(plan)}")


@app.command("published")
def feed_published(
    folders: PlanFolders = None,
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
        from producers.opening import chosen_plans, now, open_publisher
        from producers.published_feed import prepare
        from producers.receipts import keep_receipts, receipts_file

        began_at = now()
        chosen = chosen_plans(folders)
        plans = tuple(plan for _, plan in chosen)
        feed = prepare(chosen, None if until is None else _day(until), began_at)
        file = receipts_file(os.environ, "published", began_at)
        receipts = 0
        topics = {PLANS, TICKS, *(each.topic for step in feed.steps for each in step.returns)}
        with open_publisher(os.environ, plans, topics) as publisher, days_shown(len(feed.steps)) as show_day:
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
        from producers.opening import chosen_plans, now, open_publisher
        from producers.outgoing import read_outgoing

        plans = [plan for _, plan in chosen_plans(None)]
        try:
            outgoing = read_outgoing(read_bytes(file), sender, PlanBook(plans), now())
        except Refused as refused:
            show_faults(f"{file}: 未接收 refused", refused.faults)
            raise refuse(f"{len(refused.faults)} faults; nothing was sent. Mend them and send again.") from refused
        with open_publisher(os.environ, plans, {outgoing.topic}) as publisher:
            (receipt,) = publisher.send_returns([outgoing])
        show_receipt(receipt)


@app.command("tick")
def feed_tick(date: Annotated[str, typer.Argument(metavar="DATE", help="The day that has begun (UTC+8).")]) -> None:
    """Say that a calendar day has begun; in operation a timer does so daily, just after midnight in China."""
    from producers.told import done, faults_told

    with faults_told():
        from plan.topics import TICKS
        from producers.opening import chosen_plans, open_publisher

        day = _day(date)
        plans = [plan for _, plan in chosen_plans(None)]
        with open_publisher(os.environ, plans, {TICKS}) as publisher:
            publisher.send_tick(day)
        done(f"{day} has begun")


def _day(text: str) -> dt.date:
    """A day that has begun already; the log is for ever, and a tick too early would make everything overdue."""
    from plan.periods import LOCAL_ZONE
    from producers.opening import now

    try:
        day = dt.date.fromisoformat(text)
    except ValueError as fault:
        raise typer.BadParameter(f"{text!r} is not a day; write it as 2021-12-31") from fault
    today = now().astimezone(LOCAL_ZONE).date()
    if day > today:
        raise typer.BadParameter(f"{day} has not begun in China (UTC+8), where it is {today}; give a day up to then")
    return day
