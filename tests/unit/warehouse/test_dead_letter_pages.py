"""Dead letters in the terminal: payloads are laid out, bounded and harmless; addresses are read as they are shown."""

import datetime as dt

import pytest
from rich.console import Console

from plan.faults import Fault, FaultCode
from warehouse.batch import Address
from warehouse.dead_letter_pages import print_letter, print_letters, shown_payload
from warehouse.dead_letters import Attempt, Letter, NoSuchLetter, WholeLetter, parse_address, show_address

AT = dt.datetime(2018, 1, 10, 16, 30, tzinfo=dt.UTC)
ADDRESS = Address("returns.output.gateway", 1, 17)
MANY = tuple(Fault(FaultCode.UNKNOWN_ITEM, f"cells/{at}", "没有此项", f"no item [{at}]") for at in range(7))
LETTER = Letter(ADDRESS, "contract", MANY, AT, is_repaired=True)


@pytest.fixture
def console() -> Console:
    return Console(width=200, record=True, color_system=None)


def test_an_address_is_read_as_it_is_shown() -> None:
    assert show_address(ADDRESS) == "returns.output.gateway[1]@17"
    assert parse_address(" returns.output.gateway[1]@17 ") == ADDRESS


@pytest.mark.parametrize(
    "text", ["", "returns.output.gateway", "a[1]", "a[-1]@2", "a[1]@", "a b[1]@2", "a[1]@" + "9" * 19]
)
def test_what_is_no_address_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(NoSuchLetter, match=r"'topic\[partition\]@offset'"):
        parse_address(text)


def test_a_payload_is_laid_out_when_it_is_json() -> None:
    assert shown_payload('{"period":"2017年","cells":[]}'.encode()) == '{\n  "period": "2017年",\n  "cells": []\n}'


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"\x1b[2Jgone\n", "\\x1b[2Jgone\n"),
        (b"\xff\xfe", "\\xff\\xfe"),
        ("\u202e许昌".encode(), "\\u202e许昌"),
        (b"[" * 5_000, "[" * 4_000 + "\n…… (1000 bytes more or so)"),
    ],
    ids=["terminal", "bytes", "direction", "long"],
)
def test_anything_else_is_text_without_anything_that_acts(payload: bytes, text: str) -> None:
    assert shown_payload(payload) == text


def test_the_list_shows_some_faults_of_a_letter_and_counts_below(console: Console) -> None:
    print_letters(console, [LETTER], {"unknown_item": 3})
    said = console.export_text()
    assert all(text in said for text in ("returns.output.gateway[1]@17", "已修复", "2018-01-11 00:30", "no item [4]"))
    assert "no item [5]" not in said
    assert "2 more" in said
    counts = [[cell.strip() for cell in line.split("│")] for line in said.splitlines() if "│ unknown_item" in line]
    assert counts == [["", "unknown_item", "3", ""]]


def test_an_empty_list_says_so(console: Console) -> None:
    print_letters(console, [], {})
    assert "no dead letter like that" in console.export_text()


def test_one_letter_is_shown_with_every_fault_and_its_history(console: Console) -> None:
    refused = Attempt(Address("repairs", 0, 3), "repaired", "王芳", "[期别]", "dead_lettered", False, AT, MANY[:1])
    landed = Attempt(Address("repairs", 0, 4), "replayed", "王芳", "方案已到", "landed", False, AT, ())
    print_letter(console, WholeLetter(LETTER, b"mill-a", None), (("来源", b"\x07"),), [refused, landed])
    said = console.export_text()
    assert all(f"no item [{at}]" in said for at in range(7))
    assert all(
        text in said for text in ("mill-a", "来源 = \\x07", "王芳: [期别]", "被拒收 refused", "cells/0", "未能核对")
    )


def test_headers_that_cannot_be_had_are_told_so(console: Console) -> None:
    print_letter(console, WholeLetter(LETTER, None, b"{}"), None, [])
    said = console.export_text()
    assert "Kafka does not answer" in said
    assert "nobody has answered it yet" in said
