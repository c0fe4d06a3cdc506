"""Workbooks that could act or flood are never opened; what is opened is what was looked at."""

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from producers.files.safety import Unsafe, checked_parts, repacked
from producers.files.workbook import read_workbook
from tests.support.door_files import changed_parts, workbook_of

Parts = dict[str, bytes]
SHEET = "xl/worksheets/sheet1.xml"
PLAIN = workbook_of({"数据": [["a", 1], ["b", 2]]})


def with_part(name: str, content: bytes) -> bytes:
    return changed_parts(PLAIN, lambda parts: parts.update({name: content}))


def sheet_with(cells: str) -> bytes:
    xml = f'<worksheet xmlns="urn:x"><sheetData>{cells}</sheetData></worksheet>'
    return with_part(SHEET, xml.encode())


def refusal(data: bytes) -> str:
    with pytest.raises(Unsafe) as refused:
        read_workbook(data)
    return " ".join(f"{each.fault.code} {each.fault.place} {each.fault.says_en}" for each in refused.value.faults)


def test_a_plain_workbook_is_read() -> None:
    workbook = read_workbook(PLAIN)
    assert [(sheet.name, sheet.is_hidden, sheet.grid.rows) for sheet in workbook.sheets] == [
        ("数据", False, [["a", 1.0], ["b", 2.0]])
    ]


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = with_part("xl/media/x.bin", b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    assert "packed more than 150 times" in refusal(bomb)


def test_many_bombs_below_the_ratio_are_counted_together() -> None:
    def flood(parts: Parts) -> None:
        for number in range(30):
            parts[f"xl/media/{number}.bin"] = bytes(range(256)) * 20_000

    assert "bytes unpacked" in refusal(changed_parts(PLAIN, flood))


def test_too_many_members() -> None:
    data = changed_parts(PLAIN, lambda parts: parts.update({f"x/{at}.txt": b"" for at in range(1_001)}))
    assert "parts, at most 1000" in refusal(data)


def test_a_member_larger_than_it_says_is_damaged_not_unpacked() -> None:
    data = bytearray(with_part("xl/media/x.bin", b"\0" * 900_000))
    size = (900_000).to_bytes(4, "little")
    at = data.rindex(size)
    data[at : at + 4] = (10).to_bytes(4, "little")
    assert "not_readable" in refusal(bytes(data))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/VBAPROJECT.BIN", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/externalLinks/externalLink1.xml", "links to other files"),
        ("xl/connections.xml", "links to other files"),
        ("xl/queryTables/queryTable1.xml", "links to other files"),
        ("xl/embeddings/oleObject1.bin", "embedded objects"),
        ("xl/activeX/activeX1.xml", "embedded objects"),
        ("customUI/customUI.xml", "embedded objects"),
        ("xl/../../evil.xml", "irregular"),
        ("/xl/evil.xml", "irregular"),
        ("XL/Workbook.xml", "irregular"),
    ],
)
def test_parts_that_could_act(name: str, says: str) -> None:
    assert says in refusal(with_part(name, b"<x/>"))


def test_a_macro_workbook_by_its_content_type() -> None:
    def enable(parts: Parts) -> None:
        kind = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
        plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(plain, kind)

    assert "macros enabled" in refusal(changed_parts(PLAIN, enable))


RELATION = (
    '<Relationships><Relationship Id="r" Type="http://x/{kind}" Target="http://evil/" TargetMode="External"/>'
    "</Relationships>"
)


@pytest.mark.parametrize("kind", ["oleObject", "attachedTemplate", "externalLinkPath", "hyperlink-not"])
def test_relations_to_other_files(kind: str) -> None:
    data = with_part("xl/worksheets/_rels/sheet1.xml.rels", RELATION.format(kind=kind).encode())
    assert "refers to other files" in refusal(data)


def test_an_address_to_click_on_is_no_danger() -> None:
    data = with_part("xl/worksheets/_rels/sheet1.xml.rels", RELATION.format(kind="hyperlink").encode())
    assert read_workbook(data).sheets


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "DTD"),
        (b"<x/><!ENTITY a 'b'>", "DTD"),
        ('<?xml version="1.0" encoding="UTF-16"?><x/>'.encode("utf-16"), "UTF-8"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?><x/>', "UTF-8"),
    ],
)
def test_xml_that_could_unfold_or_hide(content: bytes, says: str) -> None:
    assert says in refusal(with_part("xl/theme/theme2.xml", content))


@pytest.mark.parametrize("count", [b'"4294967295"', b"'00004294967295'", b'"&#52;294967295"', b'"+4294967295"'])
def test_counts_that_make_a_reader_run_out_of_memory(count: bytes) -> None:
    content = b"<sst count=" + count + b" uniqueCount=" + count + b"><si><t>a</t></si></sst>"
    assert "announces more than" in refusal(with_part("xl/sharedStrings.xml", content))


def test_a_password_is_not_guessed() -> None:
    data = bytearray(PLAIN)
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "password" in refusal(bytes(data))


@pytest.mark.parametrize("data", [b"PK\x03\x04", PLAIN[:200], PLAIN[:-30], b"PK\x03\x04" + b"\0" * 100])
def test_damaged_zips(data: bytes) -> None:
    assert "not_readable" in refusal(data)


def test_a_million_columns() -> None:
    # Each cell is one a spreadsheet may have; laid out they would fill 17 thousand million places.
    assert "1048576 x 16384" in refusal(
        sheet_with('<row r="1"><c r="A1"/></row><row><c r="XFD1048576"><v>1</v></c></row>')
    )


def test_columns_beyond_those_there_are() -> None:
    assert "do not say where they stand" in refusal(sheet_with('<row><c r="BDWGN1"><v>1</v></c></row>'))


def test_cells_without_a_place() -> None:
    assert "do not say where they stand" in refusal(sheet_with("<row><c><v>1</v></c></row>"))


def test_lists_of_sheets_that_contradict_each_other() -> None:
    def lead_astray(parts: Parts) -> None:
        parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(b"sheet1.xml", b"sheet7.xml")

    assert "not_readable" in refusal(changed_parts(PLAIN, lead_astray))


def test_what_is_read_is_what_was_checked() -> None:
    """A name that stands twice is a second file to some readers; the libraries get a zip of our own."""
    out = io.BytesIO(PLAIN)
    with zipfile.ZipFile(out, "a") as packed, pytest.warns(UserWarning, match="Duplicate name"):
        packed.writestr(SHEET, b"<worksheet/>")
    assert "repeated" in refusal(out.getvalue())


def test_packing_anew_keeps_every_part() -> None:
    parts = checked_parts(PLAIN)
    assert checked_parts(repacked(parts)) == parts
    assert openpyxl.load_workbook(io.BytesIO(repacked(parts)))["数据"]["B2"].value == 2


def test_hidden_sheets_are_seen(read: Callable[..., object]) -> None:
    made = openpyxl.load_workbook(io.BytesIO(workbook_of({"a": [["x"]], "b": [["y"]], "c": [["z"]]})))
    made["b"].sheet_state = "hidden"
    made["c"].sheet_state = "veryHidden"
    out = io.BytesIO()
    made.save(out)
    assert [sheet.is_hidden for sheet in read_workbook(out.getvalue()).sheets] == [False, True, True]
