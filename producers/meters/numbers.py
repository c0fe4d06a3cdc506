"""Numbers in meters' files. Pure."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from plan.faults import FaultCode
from producers.collected import Collected
from producers.files.model import Place
from producers.meters.model import Fed, Line, Read

_NUMBER = re.compile(r"[-+]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,2})?", re.ASCII)
_SHOWN = 40


def read_number(line: Line, column: str, at: int, faults: Collected) -> Decimal | None:
    """The number in a field; None, with the fault noted, where there is none."""
    text = line.fields[at].strip()
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    says = (
        f"{column} 的值 {text[:_SHOWN]!r} 不是数值;请核对原始文件",
        f"{column}: {text[:_SHOWN]!r} is no number; check the meter's own file",
    )
    faults.add(FaultCode.MALFORMED, Place(line=line.number, column=at + 1), *says)
    return None


def read_fed(
    line: Line, fed: Mapping[str, Fed], columns: Mapping[str, int], faults: Collected
) -> tuple[Read, ...] | None:
    """The cells of all columns that are fed; None, with the faults noted, where one is no number."""
    numbers = {name: read_number(line, name, columns[name], faults) for name in fed}
    if any(number is None for number in numbers.values()):
        return None
    return tuple(_cells(numbers, fed, columns))


def _cells(numbers: Mapping[str, Decimal | None], fed: Mapping[str, Fed], columns: Mapping[str, int]) -> Iterable[Read]:
    for name, number in numbers.items():
        if number is not None:
            yield Read(fed[name].item, columns[name] + 1, float(number * fed[name].factor))
