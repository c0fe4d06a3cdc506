"""One file through the door: read, checked, and then sent and archived as a whole, or refused with a report."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import msgspec

from plan.book import PlanBook
from plan.faults import Fault
from producers.files.door import Examined, examine
from producers.files.keeping import archive, archive_folder, report_of, write_report
from producers.files.kinds import FileKind, kind_of
from producers.files.marks import fault_text, marked_copy
from producers.files.model import Reader
from producers.files.opened import OpenedFile
from producers.files.reading import read_file
from producers.outgoing import Receipt
from producers.publisher import Publisher


class TakenFile(msgspec.Struct, frozen=True):
    """A file whose returns Kafka holds, and where it lies now."""

    path: Path
    archived: Path
    receipts: tuple[Receipt, ...]


class RefusedFile(msgspec.Struct, frozen=True):
    """A file that stays, with the report beside it."""

    path: Path
    report: Path
    faults: tuple[Fault, ...]


class Intake:
    """The door of one sender."""

    def __init__(self, book: PlanBook, read_sdmx: Reader, sender_id: str, clock: Callable[[], dt.datetime]) -> None:
        self._book = book
        self._read_sdmx = read_sdmx
        self._sender_id = sender_id
        self._clock = clock

    def examine(self, opened: OpenedFile) -> Examined:
        """Read and check a file; nothing is sent and nothing moved."""
        read = read_file(opened.path.name, opened.data, self._book, self._read_sdmx)
        return examine(read, self._sender_id, self._book, self._clock())

    def take(self, opened: OpenedFile, examined: Examined, publisher: Publisher) -> TakenFile:
        """Send all returns of a file, then archive it.

        Raises BrokerFault or KafkaError with the file where it was; ChangedMeanwhile or OSError when it was sent and
        could not be moved. Handed in once more, its returns are the duplicates they are.
        """
        folder = archive_folder(opened.path, self._clock())  # a full or read-only disk is found before anything is sent
        receipts = publisher.send_returns(examined.outgoing)
        return TakenFile(opened.path, archive(opened, receipts, folder), receipts)

    def refuse(self, opened: OpenedFile, examined: Examined) -> RefusedFile:
        """Write the report beside the file, unless it has one about this very content."""
        report = report_of(opened)
        if report is None:
            copy = marked_copy(opened.data, examined.faults) if _is_xlsx(opened) else None
            if copy is None:
                text = fault_text(opened.path.name, examined.faults)
                report = write_report(opened, ".faults.txt", text.encode("utf-8-sig"))
            else:
                report = write_report(opened, ".faults.xlsx", copy)
        return RefusedFile(opened.path, report, tuple(each.fault for each in examined.faults))


def _is_xlsx(opened: OpenedFile) -> bool:
    return kind_of(opened.path.name, opened.data) is FileKind.XLSX
