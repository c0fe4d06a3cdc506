"""Numbers are read where they have one reading only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.faults import FaultCode
from producers.files.numbers import NotRead, half_width, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0.0),
        ("-1.5", -1.5),
        ("+7", 7.0),
        (" 12 ", 12.0),
        ("1,234,567", 1_234_567.0),
        ("1,234.5", 1234.5),
        ("-12,345,678.9", -12_345_678.9),
        ("１２３４．５", 1234.5),
        ("１，２３４，５６７", 1_234_567.0),
        ("−3", -3.0),
        ("－3", -3.0),
        ("123456789012345", 123_456_789_012_345.0),
    ],
)
def test_one_reading_only(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,234", FaultCode.AMBIGUOUS),
        ("0,123", FaultCode.AMBIGUOUS),
        ("12,34", FaultCode.AMBIGUOUS),
        ("1,5", FaultCode.AMBIGUOUS),
        ("1.234,5", FaultCode.MALFORMED),
        ("1.234.567", FaultCode.MALFORMED),
        ("1,23,456", FaultCode.MALFORMED),
        ("1 234", FaultCode.MALFORMED),
        ("1.23E+08", FaultCode.AMBIGUOUS),
        ("5%", FaultCode.AMBIGUOUS),
        ("12万", FaultCode.MALFORMED),
        ("约12", FaultCode.MALFORMED),
        ("(123)", FaultCode.MALFORMED),
        ("10²", FaultCode.MALFORMED),
        ("nan", FaultCode.MALFORMED),
        ("Infinity", FaultCode.MALFORMED),
        ("1_000", FaultCode.MALFORMED),
        ("٣", FaultCode.MALFORMED),
        ("0x10", FaultCode.MALFORMED),
        ("=1+1", FaultCode.MALFORMED),
        ("", FaultCode.MALFORMED),
        ("9" * 100, FaultCode.MALFORMED),
        ("1234567890123456789", FaultCode.MALFORMED),
    ],
)
def test_anything_else_is_refused(text: str, code: FaultCode) -> None:
    found = read_number(text)
    assert isinstance(found, NotRead)
    assert found.code is code


def test_a_comma_that_may_be_either_is_told_with_both_ways_out() -> None:
    found = read_number("1,234")
    assert isinstance(found, NotRead)
    assert "1234" in found.says_zh
    assert "1.234" in found.says_en


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False))
def test_every_way_of_writing_a_number_gives_that_number(number: object) -> None:
    plain = f"{number:f}"
    grouped = f"{number:,f}"
    full = plain.translate({ord(half): ord(half) + 0xFEE0 for half in "0123456789.-"})
    assert read_number(plain) == float(plain)
    assert read_number(full) == float(plain)
    assert read_number(grouped) == float(plain)  # four places follow, so no comma stands alone


def test_half_width_leaves_everything_else_alone() -> None:
    assert half_width("　ＡＢＣ（１）²㎡ ") == "ABC(1)²㎡"
