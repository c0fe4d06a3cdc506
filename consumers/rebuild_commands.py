"""The command ``qingyu warehouse rebuild``."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer


def rebuild(
    compare: bool = typer.Option(False, "--compare", help="Compare with the old lake; take the new one only if equal."),
    announce: bool = typer.Option(
        False,
        "--announce",
        help="Announce all of the log again: when no old lake can tell what was announced.",
    ),
    drop_old: bool = typer.Option(False, "--drop-old", help="Delete the old lake instead of keeping it aside."),
) -> None:
    """Make the lake anew from the log, beside the old one, and swap at the end. Stop the writer first."""
    import datetime as dt
    import logging
    import os

    from rich.console import Console

    from consumers.rebuild import rebuild as rebuild_lake
    from consumers.stopping import stopping_faults
    from warehouse.lake_commands import progress_bar
    from warehouse.lake_commands import stopping_faults as lake_faults

    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    say = Console(emoji=False, highlight=False, markup=False, soft_wrap=True).print
    with lake_faults(), stopping_faults(), _refused(), progress_bar("重建 rebuild") as bar:
        task = bar.add_task("", total=None)
        done = rebuild_lake(
            os.environ,
            dt.datetime.now(dt.UTC),
            lambda landed, todo: bar.update(task, completed=landed, total=todo, description=f"{landed} / {todo}"),
            announces=announce,
            compare=compare,
            drop_old=drop_old,
        )
    if done.compared is not None:
        for mart in done.compared.left_out:
            say(f"{mart}: not compared, retention has dropped readings of the old lake")
        if done.compared.differing:
            say(f"不一致 not the same: {', '.join(done.compared.differing)}; the old lake stays in its place")
            say("to take the new lake all the same: qingyu warehouse rebuild, without --compare")
            raise typer.Exit(1)
        say("一致 state hashes are equal")
    say("已重建 rebuilt from the log; the writer goes on from it: make up")
    if done.moved_to is not None:
        say(f"原数据湖移至 the old lake: {done.moved_to.catalogue}, {done.moved_to.data}")


@contextmanager
def _refused() -> Iterator[None]:
    from rich.console import Console

    from consumers.rebuild import RebuildFault

    try:
        yield
    except RebuildFault as fault:
        Console(stderr=True, emoji=False).print(f"[red]{fault}[/red]", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from fault
