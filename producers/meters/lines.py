"""The lines of a file, one by one: plain or gzip, with a bound on what it unpacks to."""

import csv
import gzip
import zlib
from collections.abc import Iterator
from typing import IO

from plan.faults import FaultCode
from producers.files.model import Place, PlacedFault, placed
from producers.meters.model import Line

BYTES_MAX = 64_000_000
"""A year of minutes, at a hundred bytes each, unpacked."""
LINES_MAX = 600_000
LINE_MAX = 10_000
_GZIP = b"\x1f\x8b"


class Unreadable(Exception):
    """The file cannot be read on; ``fault`` says where and why."""

    def __init__(self, code: FaultCode, line: int, says_zh: str, says_en: str) -> None:
        super().__init__(says_en)
        self.fault: PlacedFault = placed(code, Place(line=line), says_zh, says_en)


def lines_of(file: IO[bytes]) -> Iterator[Line]:
    """The lines that hold anything; raises Unreadable when it gets to what cannot be read."""
    head = file.read(len(_GZIP))
    file.seek(0)
    reader = csv.reader(_texts(gzip.GzipFile(fileobj=file) if head == _GZIP else file), strict=True)
    try:
        for fields in reader:
            if fields:
                yield Line(reader.line_num, fields)
    except csv.Error as refused:
        says = (f"引号或分隔符有误:{refused}", f"quotation marks or separators are wrong: {refused}")
        raise Unreadable(FaultCode.NOT_READABLE, reader.line_num, *says) from refused


def _texts(file: IO[bytes] | gzip.GzipFile) -> Iterator[str]:
    total = number = 0
    while True:
        number += 1
        raw = _read_line(file, number)
        if not raw:
            return
        total += len(raw)
        if total > BYTES_MAX or number > LINES_MAX or len(raw) > LINE_MAX:
            says = (
                f"文件过大:最多 {BYTES_MAX} 字节、{LINES_MAX} 行、每行 {LINE_MAX} 字节;请拆分",
                f"too large: at most {BYTES_MAX} bytes, {LINES_MAX} lines of {LINE_MAX} bytes; split the file",
            )
            raise Unreadable(FaultCode.TOO_LARGE, number, *says)
        try:
            yield raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as refused:
            says = ("不是 UTF-8 编码;请另存为 UTF-8", "not UTF-8; save the file as UTF-8")
            raise Unreadable(FaultCode.NOT_READABLE, number, *says) from refused


def _read_line(file: IO[bytes] | gzip.GzipFile, number: int) -> bytes:
    try:
        return file.readline(LINE_MAX + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as refused:
        says = (f"压缩文件已损坏:{refused};请重新导出", f"the gzip file is damaged: {refused}; export it again")
        raise Unreadable(FaultCode.NOT_READABLE, number, *says) from refused
