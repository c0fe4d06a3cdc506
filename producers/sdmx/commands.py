"""`qingyu feed sdmx`: SDMX files go to Kafka as returns, all of them or none."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from producers.outgoing import Outgoing
    from producers.sdmx.cells import Account


def feed_sdmx(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="SDMX-CSV 2.0, SDMX-ML 2.1, SDMX-JSON 1.0.")],
    sender: Annotated[str, typer.Option(metavar="ID", help="The sender of the plan that hands them in, as files.")],
    folders: Annotated[
        list[Path] | None,
        typer.Option(
            "--plan",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Folder of a plan with its sdmx.yaml; may be repeated. Default: all under plan/.",
        ),
    ] = None,
) -> None:
    """Hand in SDMX files by the plan's mapping; a return replaces the whole earlier one of its unit and period."""
    from producers.told import faults_told, refuse, returns_shown, show_faults, show_sum

    with faults_told():
        from plan.book import PlanBook
        from producers.delivery import deliver
        from producers.files.door import examine
        from producers.opening import chosen_plans, now
        from producers.sdmx.mapping import load_mappings
        from producers.sdmx.reading import read_sdmx

        began_at = now()
        chosen = chosen_plans(folders)
        plans = [plan for _, plan in chosen]
        book = PlanBook(plans)
        flows = load_mappings((folder, book.views[plan.id]) for folder, plan in chosen)
        rows: list[tuple[str, object]] = []
        outgoing: list[Outgoing] = []
        refused = 0
        for file in files:
            found = read_sdmx(_content(file), flows, book)
            examined = examine(found.file, sender, book, began_at)
            rows += _account(file, found.account)
            if examined.faults:
                show_faults(f"{file}: 未接收 refused", [each.fault for each in examined.faults])
                refused += 1
            outgoing += examined.outgoing
        show_sum("SDMX", rows)
        if refused:
            raise refuse(f"{refused} of {len(files)} files have faults; nothing was sent. Mend them and send again.")
        twice = _twice(outgoing)
        if twice:
            raise refuse("同一报表出现在两个文件中 a return stands in two files; hand in one of them:", twice)
        with returns_shown(len(outgoing)) as sent:
            receipts, kept_in = deliver(outgoing, plans, os.environ, feed="sdmx", began_at=began_at, sent=sent)
        show_sum("回执 receipts", [("receipts", receipts), ("kept in", kept_in)])


def _content(file: Path) -> bytes:
    """What a file holds, or as much of it as shows that it is too large."""
    from producers.sdmx.model import BYTES_MAX
    from producers.told import refuse

    try:
        with file.open("rb") as opened:
            return opened.read(BYTES_MAX + 1)
    except OSError as fault:
        raise refuse(f"{file} cannot be read: {fault.strerror}", ["Check the path and its permissions."]) from fault


def _account(file: Path, account: "Account") -> list[tuple[str, object]]:
    return [
        (f"{file.name}: 观测值 observations read", account.read),
        (f"{file.name}: 单元格 cells made", account.cells),
        (f"{file.name}: 拒收 observations refused", account.refused),
        *((f"{file.name}: 按映射略过 passed over, {code}", count) for code, count in account.ignored.items()),
    ]


def _twice(outgoing: "Iterable[Outgoing]") -> list[str]:
    seen: set[tuple[str, str, str]] = set()
    twice = []
    for each in outgoing:
        key = (each.sent.form, each.sent.unit, each.sent.period)
        if key in seen:
            twice.append(" ".join(key))
        seen.add(key)
    return twice
