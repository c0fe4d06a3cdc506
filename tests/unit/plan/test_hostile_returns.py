"""Returns made to break something: they are refused, in bounded words, with nothing in them that could act."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.contract import check_return, decode_return
from plan.faults import FAULT_TEXT_MAX, FAULTS_MAX, Fault, FaultCode, Refused
from plan.messages import (
    RETURN_BYTES_MAX,
    Cell,
    Return,
    Source,
)
from plan.shown import listed, shown
from tests.support.rows_plan import BOOK, NOW, check_harmless, sent, size_of, told


def _refusal(one: Return) -> tuple[Fault, ...]:
    with pytest.raises(Refused) as caught:
        check_return(one, BOOK, "door", one.form, NOW)
    told(caught.value)
    check_harmless(caught.value.faults)
    return caught.value.faults


def _shape_refusal(payload: bytes) -> tuple[Fault, ...]:
    with pytest.raises(Refused) as caught:
        decode_return(payload)
    told(caught.value)
    check_harmless(caught.value.faults)
    return caught.value.faults


# --- what is shown of what was sent


def test_what_is_shown_is_short_and_quoted() -> None:
    assert shown("许昌") == "'许昌'"
    assert shown("x" * 40) == f"'{'x' * 40}'"
    assert shown("x" * 41) == f"'{'x' * 40}'…"
    assert shown("a\x1b[31m\u202e\n") == r"'a\x1b[31m\u202e\n'"


@given(st.text())
def test_what_is_shown_can_be_printed(text: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text)) <= 40 * len("\\U000e0041") + 3


def test_few_names_are_listed_whole_and_many_by_their_ends() -> None:
    assert listed(()) == ""
    assert listed([str(number) for number in range(20)], ", ").endswith("18, 19")
    assert listed([str(number) for number in range(21)], ",") == f"{','.join(map(str, range(20)))} … 20 (21)"


def test_many_periods_are_listed_by_their_ends() -> None:
    """Sixty months: the first twenty, and the last, which tells where they end."""
    view = BOOK.views["rows"]
    months = tuple(f"{year}-{month:02d}" for year in range(2016, 2021) for month in range(1, 13))
    forms = tuple(
        msgspec.structs.replace(form, calendar=msgspec.structs.replace(form.calendar, periods=months))
        for form in view.plan.forms
        if form.id == "events"
    )
    book = type(BOOK)([msgspec.structs.replace(view.plan, forms=forms)])

    with pytest.raises(Refused) as caught:
        check_return(sent("events", Cell(item="events", value=0), period="2015-12"), book, "door", "events", NOW)

    (fault,) = caught.value.faults
    assert fault.code is FaultCode.PERIOD_NOT_DUE
    assert fault.says_en.endswith("2017-07、2017-08 … 2020-12 (60)")


# --- bounds of a refusal


def _fault(says: str = "x") -> Fault:
    return Fault(FaultCode.MALFORMED, "place", says, says)


def test_a_thousand_faults_are_all_told() -> None:
    faults = tuple(_fault() for _ in range(1_000))

    assert Refused(faults).faults == faults


def test_of_more_only_their_number_is_told() -> None:
    refused = Refused(tuple(_fault() for _ in range(1_234)))

    assert len(refused.faults) == 1_001
    assert (refused.faults[-1].code, refused.faults[-1].place) == (FaultCode.MORE_FAULTS, "message")
    assert refused.faults[-1].says_en.startswith("234 more faults")
    assert "234" in refused.faults[-1].says_zh


def test_long_faults_are_fewer() -> None:
    """1005 characters each, with the place 2005: 199 of them are within 400 000."""
    refused = Refused(tuple(_fault("长" * 1_000) for _ in range(500)))

    assert FAULT_TEXT_MAX == 400_000
    assert len(refused.faults) == 199 + 1
    assert refused.faults[-1].says_en.startswith("301 more faults")
    assert size_of(refused.faults) < 2 * RETURN_BYTES_MAX


WRONG_EVERYWHERE: dict[str, Cell] = {
    "unknown-item": Cell(item="ghost", value=1),
    "long-unknown-item": Cell(item="\U000e0041" * 40, value=1),
    "unknown-code": Cell(item="cio", text="maybe"),
    "out-of-limits": Cell(item="share", value=1e14),
    "everything": Cell(
        item="staff", value=0.5, text="x", row="r", area="moon", unit="\U000e0041" * 40, basis="\x00", sources=(9,)
    ),
}


@pytest.mark.parametrize("cell", WRONG_EVERYWHERE.values(), ids=WRONG_EVERYWHERE)
def test_twenty_thousand_wrong_cells_are_a_bounded_refusal(cell: Cell) -> None:
    faults = _refusal(sent("answers", *(cell,) * 20_000))

    assert faults[-1].code is FaultCode.MORE_FAULTS


def test_cells_beyond_the_limit_are_not_looked_at() -> None:
    cell = WRONG_EVERYWHERE["everything"]

    assert [fault.code for fault in _refusal(sent("answers", *(cell,) * 20_001))] == [FaultCode.TOO_MANY_CELLS]


def test_rows_that_are_none_are_a_bounded_refusal() -> None:
    cells = tuple(Cell(item="limit", value=1, row=f"{number}" + "\U000e0041" * 1_000) for number in range(2_000))

    codes = {fault.code for fault in _refusal(sent("events", *cells))}

    assert codes >= {FaultCode.BAD_ROW, FaultCode.MORE_FAULTS}


def test_incomplete_rows_with_bad_names_are_shown_harmlessly() -> None:
    faults = _refusal(sent("events", Cell(item="events", value=1), Cell(item="limit", value=1, row="\x1b[2J\u202e")))

    assert [(fault.code, fault.place) for fault in faults] == [
        (FaultCode.BAD_ROW, "cells/1/row"),
        (FaultCode.INCOMPLETE_ROW, r"cells/row='\x1b[2J\u202e'"),
    ]


LONG = "\x1b\u202e\x00长" * 50_000
LONG_FIELDS: dict[str, Return] = {
    "return_id": sent("answers", Cell(item="staff", value=1), return_id=LONG),
    "unit": sent("answers", Cell(item="staff", value=1), unit=LONG),
    "form": msgspec.structs.replace(sent("answers", Cell(item="staff", value=1)), form=LONG),
    "form_version": sent("answers", Cell(item="staff", value=1), form_version=10**4_000),
    "period": sent("answers", Cell(item="staff", value=1), period=LONG),
    "note": sent("answers", Cell(item="staff", value=1), note=LONG),
    "source": sent("answers", Cell(item="staff", value=1), sources=(Source(title=LONG, address=LONG, grade=LONG),)),
    "sources": sent("answers", Cell(item="staff", value=1), sources=(Source(title="", address="", grade=""),) * 5_000),
    "item": sent("answers", Cell(item=LONG, value=1)),
    "item-twice": sent("answers", Cell(item=LONG, value=1), Cell(item=LONG, value=1)),
    "row": sent("events", Cell(item="limit", value=1, row=LONG), Cell(item="limit", value=1, row=LONG)),
    "time": sent("meter", Cell(item="energy", value=1, row=LONG)),
    "area": sent("answers", Cell(item="staff", value=1, area=LONG)),
    "measure": sent("answers", Cell(item="staff", value=1, unit=LONG)),
    "basis": sent("answers", Cell(item="staff", value=1, basis=LONG)),
    "code": sent("answers", Cell(item="cio", text=LONG)),
    "day": sent("answers", Cell(item="since", text=LONG)),
    "text": sent("answers", Cell(item="remark", text=LONG)),
    "numbers-of-sources": sent("answers", Cell(item="staff", value=1, sources=(10**4_000,) * 1_000)),
    "value": sent("answers", Cell(item="staff", value=10**300)),
}


@pytest.mark.parametrize("one", LONG_FIELDS.values(), ids=LONG_FIELDS)
def test_no_field_makes_a_refusal_long_or_dangerous(one: Return) -> None:
    assert len(_refusal(one)) <= 6


# --- shapes


def _payload(cells: str, **more: object) -> bytes:
    head: dict[str, Any] = {
        "return_id": "r",
        "form": "answers",
        "form_version": 1,
        "unit": "bureau",
        "period": "2017-Q1",
    }
    return f'{json.dumps(head | more)[:-1]}, "cells": {cells}}}'.encode()


def _many(cell: str, times: int) -> str:
    return f"[{','.join([cell] * times)}]"


@pytest.mark.parametrize(
    "cells",
    [
        _many("{}", 300_000),
        _many("1", 400_000),
        _many("[]", 300_000),
        "[{" + ",".join(f'"k{number}":0' for number in range(70_000)) + "}]",
        _many('{"item":"a","status":"zzzzzzzz"}', 25_000),
    ],
    ids=["empty-cells", "numbers", "lists", "unknown-keys", "unknown-codes"],
)
def test_a_megabyte_of_faults_of_shape_ends_the_search_early(cells: str) -> None:
    """Each of them once cost half a minute of the only writer there is."""
    faults = _shape_refusal(_payload(cells))

    assert len(faults) == FAULTS_MAX
    assert faults[-1].code is FaultCode.MORE_FAULTS
    assert {fault.code for fault in faults[:-1]} == {FaultCode.MALFORMED}


def test_a_thousand_faults_of_shape_are_all_told() -> None:
    assert {fault.code for fault in _shape_refusal(_payload(_many("1", 1_000)))} == {FaultCode.MALFORMED}
    assert _shape_refusal(_payload(_many("1", 1_001)))[-1].code is FaultCode.MORE_FAULTS


@pytest.mark.parametrize(
    "key", ["k" * 900_000, "\u202e", "\x1b[2J", "a/b" * 1_000], ids=["long", "bidi", "ansi", "slashes"]
)
def test_keys_that_the_sender_made_up_are_shown_harmlessly(key: str) -> None:
    codes = {fault.code for fault in _shape_refusal(json.dumps({key: 1}, ensure_ascii=False).encode())}

    assert codes == {FaultCode.MALFORMED}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("published_at", '"' + "9" * 100_000 + '"'),
        ("published_kind", '"' + "长" * 100_000 + '"'),
        ("cells", '"' + "x" * 100_000 + '"'),
        ("cells", "1" + "0" * 4_000),
        ("note", "1" + "0" * 300),
        ("form_version", '"' + "1" * 100_000 + '"'),
        ("form_version", "1.5"),
        ("form_version", "true"),
        ("unit", "null"),
        ("sources", '[{"title": 1}]'),
    ],
)
def test_wrong_types_are_shown_in_short(field: str, wrong: str) -> None:
    payload = _payload("[]")[:-1] + f', "{field}": {wrong}}}'.encode()

    assert {fault.code for fault in _shape_refusal(payload)} == {FaultCode.MALFORMED}
