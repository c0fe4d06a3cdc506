"""`qingyu feed meter`: a meter's own file goes to Kafka as one return a day, all of them or none."""

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producers.options import PlanFolders

if TYPE_CHECKING:
    from plan.book import PlanBook
    from plan.model import Form
    from producers.meters.days import MeterRead
    from producers.meters.model import Declared, Given, MeterFormat

_GAPS_SHOWN = 20


def feed_meter(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The meter's file; may be packed with gzip.")],
    *,
    format_id: Annotated[str, typer.Option("--format", metavar="FORMAT", help="How it is written; see the runbook.")],
    unit: Annotated[str, typer.Option(metavar="UNIT", help="The reporting unit whose meter it is.")],
    form_id: Annotated[str, typer.Option("--form", metavar="FORM", help="The form it is reported on.")],
    sender: Annotated[str, typer.Option(metavar="ID", help="The sender of the plan that hands it in, as files.")],
    start: Annotated[
        str, typer.Option("--from", metavar="DATETIME", help="When the first line begins, where the file has no times.")
    ] = "",
    source: Annotated[
        str, typer.Option(metavar="SOURCE", help="Which source is meant, where the file has several, as 3/1.")
    ] = "",
    declare: Annotated[
        list[str] | None,
        typer.Option(metavar="ITEM=VALUE", help="What holds for all rows and the file does not tell; may be repeated."),
    ] = None,
    folders: PlanFolders = None,
) -> None:
    """Hand in a meter's readings: one return a day; hours that are missing stay missing."""
    from producers.told import faults_told, refuse, returns_shown, show_faults, show_sum

    with faults_told():
        from plan.book import PlanBook
        from producers.delivery import deliver
        from producers.files.door import examine
        from producers.meters.model import Given
        from producers.opening import chosen_plans, now

        began_at = now()
        kind = _format(format_id)
        plans = [plan for _, plan in chosen_plans(folders)]
        book = PlanBook(plans)
        form = _form(kind, form_id, book)
        given = Given(_start(kind, start), _source(kind, source), _declared(declare or [], form))
        read = _read(file, kind, given, form, unit)
        show_sum(f"{kind.names.zh} {kind.names.en}", _account(read))
        show_sum(
            "不报送的列 columns that are not fed", [(name, f"{why.zh} {why.en}") for name, why in kind.not_fed.items()]
        )
        examined = examine(read.file, sender, book, began_at)
        if examined.faults:
            show_faults(f"{file}: 未接收 refused", [each.fault for each in examined.faults])
            raise refuse(f"{len(examined.faults)} faults; nothing was sent. Mend them and send again.")
        with returns_shown(len(examined.outgoing)) as sent:
            receipts, kept_in = deliver(
                examined.outgoing, plans, os.environ, feed="meter", began_at=began_at, sent=sent
            )
        show_sum("回执 receipts", [("receipts", receipts), ("kept in", kept_in)])


def _format(format_id: str) -> "MeterFormat":
    from producers.meters.catalogue import FORMATS

    if format_id not in FORMATS:
        raise typer.BadParameter(f"no format {format_id!r}; known: {', '.join(FORMATS)}", param_hint="--format")
    return FORMATS[format_id]


def _start(kind: "MeterFormat", text: str) -> dt.datetime | None:
    """When the first line begins: needed where the file has no times, and refused where it has."""
    from producers.meters.model import YEARS

    if not kind.needs_start and not text:
        return None
    if not kind.needs_start:
        raise typer.BadParameter(f"{kind.id} has its own times; leave it out", param_hint="--from")
    try:
        given = dt.datetime.fromisoformat(text)
    except ValueError as fault:
        says = (
            f"{text!r} is no time; {kind.id} has none of its own: write when its first line begins, as 2017-01-01T00:00"
        )
        raise typer.BadParameter(says, param_hint="--from") from fault
    if given.tzinfo is not None or given.time() != dt.time(given.hour) or given.year not in YEARS:
        says = f"{text!r}: write the full hour in China time, without a zone, as 2017-01-01T00:00"
        raise typer.BadParameter(says, param_hint="--from")
    return given


def _source(kind: "MeterFormat", text: str) -> str:
    if text and not kind.has_sources:
        raise typer.BadParameter(f"{kind.id} has one source only; leave it out", param_hint="--source")
    return text


def _declared(texts: list[str], form: "Form") -> "tuple[Declared, ...]":
    from producers.meters.fitting import declared

    try:
        return tuple(declared(text, form) for text in texts)
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--declare") from fault


def _form(kind: "MeterFormat", form_id: str, book: "PlanBook") -> "Form":
    from producers.meters.fitting import misfits
    from producers.told import refuse

    view = book.view_of_form(form_id)
    if view is None:
        raise typer.BadParameter(f"no form {form_id!r}; known: {', '.join(book.form_ids)}", param_hint="--form")
    wrong = misfits(kind, view.forms[form_id])
    if wrong:
        raise refuse(f"{kind.id} cannot be reported on {form_id}:", wrong)
    return view.forms[form_id]


def _read(file: Path, kind: "MeterFormat", given: "Given", form: "Form", unit: str) -> "MeterRead":
    from producers.meters.days import read_meter
    from producers.meters.lines import lines_of
    from producers.told import refuse

    try:
        with file.open("rb") as opened:
            return read_meter(lines_of(opened), kind, given, form, unit)
    except OSError as fault:
        raise refuse(f"{file} cannot be read: {fault.strerror}", ["Check the path and its permissions."]) from fault


def _account(read: "MeterRead") -> list[tuple[str, object]]:
    """What became of every line, the days, and where intervals are missing."""
    from producers.meters.model import Skip

    missing = sum(gap.intervals for gap in read.gaps)
    gaps = [
        (f"缺 missing {gap.starts_at:%Y-%m-%d %H:%M} .. {gap.ends_at:%Y-%m-%d %H:%M}", gap.intervals)
        for gap in read.gaps[:_GAPS_SHOWN]
    ]
    return [
        ("行 lines read", read.lines),
        ("读数 readings", read.readings),
        ("拒收 lines refused", read.refused),
        ("其他来源 lines of other sources", read.skipped.get(Skip.OTHER_SOURCE, 0)),
        ("无数据 lines without figures", read.skipped.get(Skip.NO_FIGURES, 0)),
        ("日报 returns, one a day", len(read.file.returns)),
        ("缺失时段 intervals missing between readings", missing),
        *gaps,
        *([("其余缺口 more gaps", len(read.gaps) - _GAPS_SHOWN)] if len(read.gaps) > _GAPS_SHOWN else []),
    ]
