"""The text of a table: told apart by what it must be, never by what it may be."""

import codecs

import pytest

from producers.files.encodings import Undecodable, decoded

EXPECTED = ("报表", "数值")
CHINESE = "报表,数值\n能源月报,1\n"


@pytest.mark.parametrize(
    "data",
    [
        CHINESE.encode(),
        CHINESE.encode("utf-8-sig"),
        codecs.BOM_UTF16_LE + CHINESE.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"),
        CHINESE.encode("gb18030"),
    ],
)
def test_the_codings_that_are_taken(data: bytes) -> None:
    assert decoded(data, EXPECTED) == CHINESE


@pytest.mark.parametrize("text", ["form,text\nx,陆军新能源\n", "form,text\nx,许昌𠮷祥\n", "报表,文字\nx,镕堃喆\n"])
def test_gb18030_with_and_without_chinese_headings_and_rare_names(text: str) -> None:
    assert decoded(text.encode("gb18030"), EXPECTED) == text


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("报表,数值\n能".encode() + b"\xff\xfe" + "源,1\n".encode(), 2),
        ("报表,数值\n".encode() + "能源,1\n".encode("gb18030"), 2),
        (CHINESE.encode("gb18030") + b"\x81", 3),
        (b"form,value\nx,\x00\n", 2),
        (CHINESE.encode("utf-16-le"), 1),
        (codecs.BOM_UTF16_LE + CHINESE.encode("utf-16-le")[:-1], 2),
        (codecs.BOM_UTF8 + b"a\n\nb\x80", 3),
        (codecs.BOM_UTF32_LE + CHINESE.encode("utf-32-le"), 1),
        ("form,text\nx,caf\u00e9 cr\u00e8me br\u00fbl\u00e9e\n".encode("latin-1"), 2),
        ("報表,數值,單位\n能源統計局,1,萬噸\n規模以上工業企業,2,噸\n".encode("big5"), 1),
    ],
    ids=["damaged utf-8", "two codings", "cut short", "nul", "utf-16 unmarked", "odd utf-16", "bad after mark",
         "utf-32", "latin-1", "big5"],
)  # fmt: skip
def test_bytes_that_are_no_text_are_refused_with_their_line(data: bytes, line: int) -> None:
    with pytest.raises(Undecodable) as refused:
        decoded(data, EXPECTED)
    assert refused.value.fault.place.line == line


def test_bytes_with_two_readings_are_refused() -> None:
    # 陆 in GB18030 is ½ in UTF-8, and nothing else in the file tells which is meant.
    with pytest.raises(Undecodable) as refused:
        decoded("form,text\nx,陆\n".encode("gb18030"), EXPECTED)
    assert "UTF-8" in refused.value.fault.fault.says_zh
