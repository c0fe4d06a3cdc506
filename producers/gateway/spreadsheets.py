"""A filled spreadsheet as a return: read and examined as the file door does, its faults told by their cells."""

from plan.book import PlanBook
from plan.faults import FaultCode, Refused
from producers.files.door import examine
from producers.files.model import WHOLE, FileRead, placed
from producers.files.reading import read_file
from producers.gateway.intake import Request, require_scope, take_return
from producers.gateway.problems import Problem
from producers.gateway.settings import SENDER
from producers.gateway.spool import Taken
from producers.gateway.wording import DoorCode, told


def take_spreadsheet(data: bytes, request: Request, book: PlanBook) -> Taken:
    """Read and check the one return of a workbook; its id is made from its content.

    Raises Refused with every fault and its cell, Problem (403, 422).
    """
    read = read_file("return.xlsx", data, book, _no_sdmx)
    for each in read.returns:
        require_scope(request.key, each.sent.unit, each.sent.form)
    examined = examine(read, SENDER, book, request.received_at)
    if examined.faults:
        raise Refused(tuple(each.fault for each in examined.faults))
    if len(examined.outgoing) != 1:
        raise Problem(422, [told(DoorCode.NOT_ONE_RETURN, "body", what=len(examined.outgoing))])
    return take_return(examined.outgoing[0].sent, request, book)


def _no_sdmx(_data: bytes, _book: PlanBook) -> FileRead:
    """The gateway takes workbooks only, and by its name the file is one or is refused."""
    return FileRead(faults=(placed(FaultCode.NOT_READABLE, WHOLE, "只收 xlsx 工作簿", "send an xlsx workbook"),))
