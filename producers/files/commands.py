"""`qingyu feed file`, `qingyu feed watch` and `qingyu form template`: spreadsheets and tables in, and the forms out."""

import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producers.options import PlanFolders

if TYPE_CHECKING:
    from plan.book import PlanView
    from plan.model import Form, Plan, ReportingUnit
    from producers.files.door import Examined
    from producers.files.intake import Intake, RefusedFile, TakenFile
    from producers.files.model import FileRead
    from producers.files.opened import OpenedFile
    from producers.publisher import Publisher

_Sender = Annotated[str, typer.Option(metavar="ID", help="The sender of the plan that hands the files in, as files.")]
_POLL_MS = 1000
_RETURNS_SHOWN, _FAULTS_SHOWN = 5, 50


def feed_file(
    files: Annotated[list[Path], typer.Argument(metavar="PATH...", help="xlsx, csv or SDMX files to hand in.")],
    sender: _Sender,
    folders: PlanFolders = None,
) -> None:
    """Hand in files: each is taken whole and moves to archive/, or is refused whole with a report beside it."""
    from producers.told import faults_told, refuse

    with faults_told(), ExitStack() as stack:
        from producers.files.opened import NotAFile, open_file

        plans, intake = _intake(sender, folders)
        refused = 0
        publisher: Publisher | None = None
        for file in files:
            try:
                opened = open_file(file)
            except (NotAFile, OSError) as fault:
                raise refuse(f"{file}: {getattr(fault, 'strerror', None) or fault}", ["Check the path."]) from fault
            examined = intake.examine(opened)
            if examined.faults:
                _show_refused(intake.refuse(opened, examined))
                refused += 1
                continue
            if publisher is None:
                publisher = _publisher(stack, plans, sender)
            _take(intake, opened, examined, publisher)
        if refused:
            raise refuse(f"{refused} / {len(files)} 个文件未接收 files refused; mend by the report, hand in again.")


def feed_watch(
    folder: Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="The drop folder.")],
    sender: _Sender,
    folders: PlanFolders = None,
) -> None:
    """Watch a folder and hand in whatever is put there, until stopped. It may be killed and started at any time."""
    from producers.told import done, faults_told, refuse, tell

    with faults_told():
        import signal
        from threading import Event

        from watchfiles import watch

        from producers.files.folder import QUIET_S, DropFolder, FolderBusy, Told, keep_watching, only_watcher

        plans, intake = _intake(sender, folders)
        door = DropFolder(
            folder,
            intake,
            lambda stack: _publisher(stack, plans, sender, is_quiet=True),
            Told(_show_taken, _show_refused, tell),
            QUIET_S,
        )
        stop = Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        done(f"{folder}: 放入此处的文件会自动报送 files put here are handed in; Ctrl-C ends it")
        try:
            # Ctrl-C is how a watcher in the foreground ends.
            with suppress(KeyboardInterrupt), only_watcher(folder):
                looks = watch(
                    folder,
                    watch_filter=None,
                    stop_event=stop,
                    rust_timeout=_POLL_MS,
                    yield_on_timeout=True,
                    recursive=False,
                )
                keep_watching(door, looks)
        except FolderBusy as fault:
            raise refuse(str(fault)) from fault
        except OSError as fault:
            raise refuse(f"{folder}: {fault.strerror or fault}", ["Check the folder and its permissions."]) from fault
        done(f"{folder}: 已停止 stopped")


def template(
    form: Annotated[str, typer.Argument(metavar="FORM", help="The form, by its id.")],
    unit: Annotated[str, typer.Option(metavar="UNIT", help="The reporting unit, by its id.")],
    period: Annotated[str, typer.Option(metavar="PERIOD", help="The reference period, as 2017-06 or 2017-01..06.")],
    out: Annotated[Path, typer.Option(metavar="FILE.xlsx", help="Where to write it.")],
    folders: PlanFolders = None,
) -> None:
    """Write the spreadsheet of a form for one unit and period, ready to be filled in and handed in."""
    from producers.told import done, faults_told, refuse

    with faults_told():
        from producers.files.layout import lay_out
        from producers.files.template import write_template

        view, found, reporting = _asked(form, unit, period, folders)
        content = write_template(lay_out(found, reporting, period, view.measures), view.measures)
        try:
            out.write_bytes(content)
        except OSError as fault:
            raise refuse(f"{out} cannot be written: {fault.strerror}", ["Check the folder."]) from fault
        done(f"{out}: {found.names.zh} {reporting.names.zh} {period}")


def _asked(form: str, unit: str, period: str, folders: list[Path] | None) -> "tuple[PlanView, Form, ReportingUnit]":
    """What a template is asked for, or every reason why there is none."""
    from plan.book import PlanBook
    from producers.opening import chosen_plans
    from producers.told import refuse

    book = PlanBook([plan for _, plan in chosen_plans(folders)])
    view = book.view_of_form(form)
    if view is None:
        raise refuse(f"没有报表 no form {form!r}", [f"可选 known: {', '.join(book.form_ids)}"])
    found = view.forms[form]
    wrong = []
    if unit not in view.roster_units(found):
        units = sorted(view.roster_units(found))
        wrong.append(f"{unit!r} 不在本表名录 is not on its roster: {', '.join(units[:20])}{' …' * (len(units) > 20)}")
    if not view.is_reported_for(found, period):
        periods = found.calendar.periods
        wrong.append(f"{period!r} 不是本表报告期 is no period of it: {periods[0]} … {periods[-1]}")
    if wrong:
        raise refuse(f"{found.names.zh} {form}:", wrong)
    return view, found, view.units[unit]


def _intake(sender: str, folders: list[Path] | None) -> "tuple[list[Plan], Intake]":
    from plan.book import PlanBook
    from producers.files.intake import Intake
    from producers.opening import chosen_plans, now
    from producers.sdmx.mapping import load_mappings
    from producers.told import refuse

    chosen = chosen_plans(folders)
    plans = [plan for _, plan in chosen]
    book = PlanBook(plans)
    flows = load_mappings((folder, book.views[plan.id]) for folder, plan in chosen)
    known = sorted({each.id for plan in plans for each in plan.senders})
    if sender not in known:
        raise refuse(f"没有发送方 no sender {sender!r}", [f"可选 known: {', '.join(known)}"])

    def read_sdmx(data: bytes, asked: PlanBook) -> "FileRead":
        from producers.sdmx.reading import reader_for

        return reader_for(flows)(data, asked)

    return plans, Intake(book, read_sdmx, sender, now)


def _publisher(stack: ExitStack, plans: "list[Plan]", sender: str, *, is_quiet: bool = False) -> "Publisher":
    """A publisher on the sender's own topics."""
    from broker.clients import quiet
    from plan.topics import return_topic
    from producers.opening import open_publisher
    from producers.told import tell

    senders = [each for plan in plans for each in plan.senders if each.id == sender]
    own = {return_topic(form, sender) for each in senders for form in each.forms}
    return stack.enter_context(open_publisher(os.environ, plans, own, quiet if is_quiet else tell))


def _take(intake: "Intake", opened: "OpenedFile", examined: "Examined", publisher: "Publisher") -> None:
    from producers.files.keeping import ChangedMeanwhile
    from producers.told import refuse

    try:
        _show_taken(intake.take(opened, examined, publisher))
    except ChangedMeanwhile as fault:
        raise refuse(str(fault), ["Hand it in again; what is the same is taken for a duplicate."]) from fault
    except OSError as fault:
        mend = "Mend the disk or its permissions and hand the file in again: what arrived is taken for a duplicate."
        raise refuse(f"{opened.path}: {fault.strerror or fault}", [mend]) from fault


def _show_taken(taken: "TakenFile") -> None:
    from producers.told import done, show_receipt

    done(f"{taken.path.name}: 已接收 taken, {len(taken.receipts)} 张报表 returns; 存档 archived: {taken.archived}")
    for receipt in taken.receipts[:_RETURNS_SHOWN]:
        show_receipt(receipt)
    if len(taken.receipts) > _RETURNS_SHOWN:
        done(f"… {len(taken.receipts)} 张回执 receipts: {taken.archived}.receipts.jsonl")


def _show_refused(refused: "RefusedFile") -> None:
    from producers.told import show_faults, tell

    show_faults(f"{refused.path.name}: 未接收 refused", refused.faults[:_FAULTS_SHOWN])
    if len(refused.faults) > _FAULTS_SHOWN:
        tell(f"… {len(refused.faults)} faults in all")
    tell(f"{refused.path.name}: 报告 report: {refused.report}")
