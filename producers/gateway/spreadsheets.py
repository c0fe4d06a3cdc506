"""A filled spreadsheet as a return: read by the file door, its faults told by the cell they stand in."""

from plan.book import PlanBook
from plan.faults import FaultCode, Refused
from producers.files.model import WHOLE, FileRead, ReadReturn, at_its_place, named, placed
from producers.files.reading import read_file
from producers.gateway.intake import Request, take_return
from producers.gateway.problems import Problem
from producers.gateway.spool import Taken
from producers.gateway.wording import DoorCode, told


def take_spreadsheet(data: bytes, request: Request, book: PlanBook) -> Taken:
    """Read and check the one return of a workbook; its id is made from its content.

    Raises Refused with every fault and its cell, Problem (403, 422).
    """
    read = _only_return(data, book)
    try:
        return take_return(named(read.sent), request, book)
    except Refused as refused:
        raise Refused(tuple(at_its_place(fault, read).fault for fault in refused.faults)) from refused


def _only_return(data: bytes, book: PlanBook) -> ReadReturn:
    found = read_file("return.xlsx", data, book, _no_sdmx)
    if found.faults:
        raise Refused(tuple(each.fault for each in found.faults))
    if len(found.returns) != 1:
        raise Problem(422, [told(DoorCode.NOT_ONE_RETURN, "body", what=len(found.returns))])
    return found.returns[0]


def _no_sdmx(_data: bytes, _book: PlanBook) -> FileRead:
    """The gateway takes workbooks only, and by its name the file is one or is refused."""
    return FileRead(faults=(placed(FaultCode.NOT_READABLE, WHOLE, "只收 xlsx 工作簿", "send an xlsx workbook"),))
