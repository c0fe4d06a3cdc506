"""Is a workbook safe to open? Its zip is unpacked here, within bounds, and packed anew from what was checked. Pure.

Nothing else ever sees the zip as it came: two programs may read one zip in two ways (names that occur twice, sizes
that lie), so the libraries get the very bytes that were looked at.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from plan.faults import FaultCode
from producers.files.model import WHOLE, Place, PlacedFault, placed

MEMBERS_MAX = 1_000
UNPACKED_MAX = 120_000_000
RATIO_MAX = 150
"""How far a member may have been packed; worksheets of real people stay below fifty."""
_RATIO_FROM = 1_000_000
"""Members below this size do no harm however well they are packed."""
_ENCRYPTED = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_XML = (".xml", ".rels", ".vml")

_ACTIVE = (
    (re.compile(r"vbaproject|vbadata|/macrosheets/|/dialogsheets/"), "宏", "macros"),
    (re.compile(r"/externallinks/|/connections\.xml|/querytables/"), "外部链接", "links to other files or databases"),
    (re.compile(r"/embeddings/|/activex/|/ctrlprops/|customui/"), "嵌入对象或控件", "embedded objects or controls"),
)
_MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)
_EXTERNAL = re.compile(rb"<[^<>]*TargetMode\s*=\s*[\"']External[\"'][^<>]*>", re.IGNORECASE)
_DECLARATION = re.compile(rb"<!(?!--|\[CDATA\[)")
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)[\"']")
_UTF8 = {b"utf-8", b"us-ascii"}
_COUNT = re.compile(rb"[cC]ount\s*=\s*[\"'][^\"'<]*?([0-9]{7,}|&#)")
COUNT_MAX = 3_000_000
"""How many of a thing a part may announce: some readers make room for all of them before they look."""


class Unsafe(Exception):
    """A file is not opened; ``faults`` says why."""

    def __init__(self, faults: tuple[PlacedFault, ...]) -> None:
        super().__init__("; ".join(each.fault.says_en for each in faults))
        self.faults = faults


def checked_parts(data: bytes) -> dict[str, bytes]:
    """The members of a workbook's zip by name; raises :class:`Unsafe` for anything that could act or flood."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            _refuse(_packing_faults(members))
            parts = {member.filename: _unpacked(packed, member) for member in members if not member.is_dir()}
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, ValueError, OSError) as fault:
        says_zh = f"文件已损坏,不能打开({fault});请在表格软件中另存为 xlsx 后重报"
        says_en = f"the file is damaged and cannot be opened ({fault}); save it anew as xlsx and hand it in again"
        raise Unsafe((placed(FaultCode.NOT_READABLE, WHOLE, says_zh, says_en),)) from fault
    _refuse(_content_faults(parts))
    return parts


def repacked(parts: dict[str, bytes]) -> bytes:
    """The checked parts as a zip of our own, not compressed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return made.getvalue()


def _refuse(faults: Iterator[PlacedFault]) -> None:
    if found := tuple(faults):
        raise Unsafe(found)


def _packing_faults(members: list[zipfile.ZipInfo]) -> Iterator[PlacedFault]:
    """What the zip's own list of members says, before anything is unpacked."""
    if len(members) > MEMBERS_MAX:
        yield _unsafe(
            WHOLE, f"含 {len(members)} 个部分,最多 {MEMBERS_MAX}", f"{len(members)} parts, at most {MEMBERS_MAX}"
        )
        return
    total = sum(member.file_size for member in members)
    if total > UNPACKED_MAX:
        zh, en = f"解压后 {total} 字节,最多 {UNPACKED_MAX}", f"{total} bytes unpacked, at most {UNPACKED_MAX}"
        yield _unsafe(WHOLE, zh, en)
    seen: set[str] = set()
    for member in members:
        name = member.filename
        place = Place(path=name)
        if member.flag_bits & _ENCRYPTED:
            yield _unsafe(place, "有密码保护", "it is protected by a password")
        if member.compress_type not in _METHODS:
            yield _unsafe(place, "压缩方式不常见", "an unusual way of packing")
        if member.file_size > _RATIO_FROM and member.file_size > RATIO_MAX * max(member.compress_size, 1):
            yield _unsafe(place, f"压缩比超过 {RATIO_MAX}", f"packed more than {RATIO_MAX} times")
        # Names that differ in case only are one file to some readers.
        if name.lower() in seen or name.startswith("/") or "\\" in name or ".." in name.split("/"):
            yield _unsafe(place, "部分的名称重复或有误", "a part's name is repeated or irregular")
        seen.add(name.lower())


def _unpacked(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    # zipfile never gives more than the size announced, which was bounded above; what is longer fails its checksum.
    with packed.open(member) as content:
        return content.read()


def _content_faults(parts: dict[str, bytes]) -> Iterator[PlacedFault]:
    for name, content in parts.items():
        place = Place(path=name)
        for pattern, zh, en in _ACTIVE:
            if pattern.search(f"/{name.lower()}"):
                yield _unsafe(place, f"含{zh}", f"it holds {en}")
        if name == "[Content_Types].xml" and _MACRO_TYPE.search(content):
            yield _unsafe(place, "是启用宏的工作簿", "a workbook with macros enabled")
        if name.lower().endswith(_XML):
            yield from _xml_faults(content, place)
        if name.lower().endswith(".rels"):
            # An address to click on does nothing by itself.
            outside = [each for each in _EXTERNAL.findall(content) if not re.search(rb"/hyperlink[\"']", each)]
            if outside:
                yield _unsafe(place, "引用外部文件", "it refers to other files")


def _xml_faults(content: bytes, place: Place) -> Iterator[PlacedFault]:
    declared = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf"))
    if b"\0" in content or (declared and declared[1].lower() not in _UTF8):
        yield _unsafe(place, "不是 UTF-8 编码", "not written in UTF-8")
    if any(count == b"&#" or int(count) > COUNT_MAX for count in _COUNT.findall(content)):
        yield _unsafe(place, f"自称含 {COUNT_MAX} 项以上", f"it announces more than {COUNT_MAX} entries")
    if _DECLARATION.search(content):
        yield _unsafe(place, "含文档类型定义(DTD)", "it declares a document type (DTD)")


def _unsafe(place: Place, zh: str, en: str) -> PlacedFault:
    mend_zh = "请把数据另存为普通 xlsx(不含宏、链接、密码)后重报"
    mend_en = "save the figures as a plain xlsx (no macros, links, password) and hand it in again"
    return placed(FaultCode.UNSAFE_FILE, place, f"{zh};{mend_zh}", f"{en}; {mend_en}")
