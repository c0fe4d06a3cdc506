"""From the bytes of a table to its text: UTF-8, UTF-16 with its mark, or GB18030, told apart without guessing. Pure."""

import codecs
from collections.abc import Collection

from plan.faults import FaultCode
from producers.files.model import Place, PlacedFault, placed

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GB = "gb18030"
_CHINESE_FROM = "\u0800"
"""No Chinese character stands before it; UTF-8 writes those before it in two bytes, as GB18030 writes Chinese."""
_CHINESE_CODINGS = {"gb18030", "gbk", "gb2312", "cp936", "hz"}
_NOT_ASCII = 0x80
_SAMPLE = 200_000
_MEND_ZH = "请在表格软件中另存为“CSV UTF-8(逗号分隔)”后重报"
_MEND_EN = "save it as “CSV UTF-8 (comma delimited)” in the spreadsheet program and hand it in again"


class Undecodable(Exception):
    """Bytes are no text we can be sure of; ``fault`` says where and why."""

    def __init__(self, fault: PlacedFault) -> None:
        super().__init__(fault.fault.says_en)
        self.fault = fault


def decoded(data: bytes, expected: Collection[str]) -> str:
    """The text of a file; raises :class:`Undecodable` with the line where the bytes stop making sense.

    ``expected``: Chinese words that such a file has in its first line, by which GB18030 is known at once.
    """
    for mark, coding in _MARKS:
        if data.startswith(mark):
            if not coding:
                raise _refused(1, "编码为 UTF-32", "written in UTF-32")
            return _checked(_strict(data[len(mark) :], coding))
    if b"\0" in data:
        says = ("含空字节(可能是没有标记的 UTF-16,或不是文本)", "NUL bytes: UTF-16 without its mark, or no text at all")
        raise _refused(_line(data, data.index(b"\0")), *says)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        return _checked(_chinese(data, fault, expected))
    if not text.isascii() and max(text) < _CHINESE_FROM and _is_chinese(data, expected):
        says = ("编码不明:按 UTF-8 和 GB18030 都读得通", "it can be read as UTF-8 and as GB18030, with different words")
        raise _refused(1, *says)
    return text


def _chinese(data: bytes, not_utf8: UnicodeDecodeError, expected: Collection[str]) -> str:
    """The text of bytes that are not UTF-8: GB18030, when that is what they are."""
    line, at = _line(data, not_utf8.start), not_utf8.start + 1
    bad = _refused(line, f"第 {at} 字节不是 UTF-8", f"byte {at} is not UTF-8")
    if _has_long_utf8(data[: not_utf8.start]):
        raise bad  # UTF-8 up to here, so it is UTF-8 with a damaged place
    try:
        text = data.decode(_GB)
    except UnicodeDecodeError as fault:
        at = fault.start + 1
        says = (f"第 {at} 字节既不是 UTF-8 也不是 GB18030", f"byte {at} is neither UTF-8 nor GB18030")
        raise _refused(_line(data, fault.start), *says) from fault
    if not _is_chinese(data, expected):
        raise bad
    return text


def _has_long_utf8(data: bytes) -> bool:
    return any(char >= _CHINESE_FROM for char in data.decode("utf-8"))


def _is_chinese(data: bytes, expected: Collection[str]) -> bool:
    """Tell whether bytes of unknown coding are GB18030 beyond doubt.

    Nearly any bytes decode as GB18030, those of other codings as rare characters. A word that was expected settles it,
    and so do common characters only (GB 2312); else what charset-normalizer finds the most likely.
    """
    heading = data[: data.find(b"\n")].decode(_GB, "replace")
    if any(word in heading for word in expected):
        return True
    sample = data[:_SAMPLE]
    try:
        bytes(byte for byte in sample if byte >= _NOT_ASCII).decode("gb2312")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to load, rarely needed

        best = from_bytes(sample).best()
        return best is not None and best.encoding in _CHINESE_CODINGS
    return True


def _strict(data: bytes, coding: str) -> str:
    try:
        return data.decode(coding)
    except UnicodeDecodeError as fault:
        line = data[: fault.start].decode(coding, "ignore").count("\n") + 1
        says = (f"第 {fault.start + 1} 字节不是 {coding}", f"byte {fault.start + 1} is not {coding}")
        raise _refused(line, *says) from fault


def _checked(text: str) -> str:
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refused(line, "含空字符,不是文本文件", "a NUL character: not a text file")
    return text


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _refused(line: int, zh: str, en: str) -> Undecodable:
    return Undecodable(
        placed(FaultCode.NOT_READABLE, Place(line=line), f"{zh};{_MEND_ZH}", f"{en}; {_MEND_EN}"),
    )
