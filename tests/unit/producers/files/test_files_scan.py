"""What is seen in a worksheet's raw XML, however it is written."""

import pytest

from producers.files.sheet_scan import Oddity, column_number, scan, styles_shown_otherwise

NONE: frozenset[bytes] = frozenset()


@pytest.mark.parametrize(("letters", "number"), [(b"A", 1), (b"Z", 26), (b"AA", 27), (b"XFD", 16384)])
def test_letters_count(letters: bytes, number: int) -> None:
    assert column_number(letters) == number


@pytest.mark.parametrize(
    "xml",
    [
        b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD9"><v>1</v></c></row>',
        b"<row><c  s='1' r='A1'><v>1</v></c><c t='n'\n r = 'XFD9' /></row>",
        b'<x:row><x:c r="A1"/><x:c foo=">" r="XFD9"/></x:row>',
        b'<c r="A1"/><c foo=\' r="B1" \' r="XFD9"/>',
    ],
)
def test_the_extent_is_that_of_the_farthest_cell(xml: bytes) -> None:
    found = scan(xml, NONE)
    assert (found.lines, found.columns, found.has_unnamed) == (9, 16384, False)
    assert found.is_too_large


@pytest.mark.parametrize(
    "xml",
    [b"<row><c><v>1</v></c></row>", b'<c r="A0x"/>', b'<c r="">', b'<c r="&#65;1"/>',
     b"<c r='A1' r='XFD9'/>", b'<c> r="A1"</c>', b'<c r="A1', b'<c ' + b'a="" ' * 500 + b'r="A1"/>'],
)  # fmt: skip
def test_cells_that_do_not_say_where_they_stand(xml: bytes) -> None:
    assert scan(xml, NONE).has_unnamed


def test_a_flood_of_cells_is_counted_and_not_read() -> None:
    assert scan(b"<c '" * 3_000_001, NONE).is_too_large


def test_formulas_errors_and_other_looks() -> None:
    xml = (
        b'<c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f><v>2</v></c><x:c r="C1"><x:f t="shared" si="0"/></x:c>'
        b'<c r="D1" t="e"><v>#DIV/0!</v></c><c t="n" r="E1" s="3"><v>0.05</v></c><c r="F1" s="4"><v>1</v></c>'
    )
    assert scan(xml, frozenset({b"3"})).odd == {
        (1, 2): Oddity.FORMULA,
        (1, 3): Oddity.FORMULA,
        (1, 4): Oddity.ERROR,
        (1, 5): Oddity.SHOWN_OTHERWISE,
    }


def test_styles_that_show_another_number() -> None:
    styles = (
        b'<styleSheet xmlns="urn:x"><numFmts><numFmt numFmtId="164" formatCode="0.00%"/>'
        b'<numFmt numFmtId="165" formatCode="#,##0.00"/><numFmt numFmtId="166" formatCode="#,##0,"/>'
        b'<numFmt numFmtId="167" formatCode="0&quot;%&quot;"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        b'<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>'
        b'<xf numFmtId="167"/><xf numFmtId="3"/></cellXfs></styleSheet>'
    )
    assert styles_shown_otherwise(styles) == {b"1", b"2", b"4"}
