"""How a decimal is announced: exact, no trailing zeros, never with an exponent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.values import decimal_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.15000000", "0.15"),
        ("100.00000000", "100"),
        ("100", "100"),
        ("0E-8", "0"),
        ("1E+3", "1000"),
        ("-6.60000000", "-6.6"),
        ("0.00000001", "0.00000001"),
        ("99999999999999999999.12345678", "99999999999999999999.12345678"),
    ],
)
def test_text(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text


@given(st.decimals(min_value=-(10**20), max_value=10**20, places=8))
def test_nothing_is_lost(value: Decimal) -> None:
    text = decimal_text(value)

    assert Decimal(text) == value
    assert "e" not in text.lower()
    assert text == "0" or not (("." in text and text.endswith("0")) or text.endswith("."))
