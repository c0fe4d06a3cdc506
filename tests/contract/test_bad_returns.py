"""One bad file for each defect, named after it: the contract finds just those faults, and says how to mend them."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from plan.book import PlanBook
from plan.contract import check_return, decode_return
from plan.faults import FAULTS_MAX, Fault, FaultCode, Refused
from plan.messages import CELLS_MAX, RETURN_BYTES_MAX, TEXT_MAX, Cell, Return, encode

BAD = Path(__file__).parent / "bad"

# Defect: faults as code and place. What is sent comes from the gateway on the form's own topic, unless said below.
EXPECTED: dict[str, list[str]] = {
    "not_json-cut-short": ["not_json message"],
    "not_json-empty": ["not_json message"],
    "not_json-in-gbk": ["not_json message"],
    "not_json-number-too-big": ["not_json message"],
    "not_json-two-returns": ["not_json message"],
    "not_json-wrong-key-then-cut-short": ["not_json message"],
    "not_json-wrong-key-then-gbk": ["not_json message"],
    "malformed": [
        "malformed units",
        "malformed form_version",
        "malformed unit",
        "malformed period",
        "malformed cells/0/value",
    ],
    "malformed-a-list-of-returns": ["malformed message"],
    "malformed-empty-id": ["malformed return_id"],
    "malformed-one-cell-not-a-list": ["malformed cells"],
    "unknown_form": ["unknown_form form"],
    "wrong_version": ["wrong_version form_version"],
    "wrong_topic": ["wrong_topic form"],
    "unknown_unit": ["unknown_unit unit", "not_authorised unit"],
    "not_on_roster": ["not_on_roster unit"],
    "not_authorised": ["not_authorised unit"],
    "bad_period": ["bad_period period"],
    "bad_period-no-such-month": ["bad_period period"],
    "period_not_due": ["period_not_due period"],
    "future_period": ["future_period period"],
    "bad_date-without-zone": ["bad_date published_at"],
    "bad_date-after-receipt": ["bad_date published_at"],
    "may_not_backdate": ["may_not_backdate published_at"],
    "no_cells": ["no_cells cells"],
    "unknown_item": ["unknown_item cells/0/item"],
    "repeated_item": ["repeated_item cells/1/item"],
    "wrong_unit": ["wrong_unit cells/0/unit"],
    "unknown_area": ["unknown_area cells/0/area"],
    "out_of_limits-below": ["out_of_limits cells/0/value"],
    "out_of_limits-above": ["out_of_limits cells/0/value"],
    "unknown_source": ["unknown_source cells/0/sources"],
    "unknown_source-negative": ["unknown_source cells/0/sources"],
    "text_too_long-note": ["text_too_long note"],
    "text_too_long-basis": ["text_too_long cells/0/basis"],
    "text_too_long-remark": ["text_too_long cells/2/text"],
    "wrong_type-text-for-a-number": ["wrong_type cells/0/text"],
    "wrong_type-number-for-a-code": ["wrong_type cells/1/value"],
    # One row there is, and 1.5 is not one.
    "wrong_type-half-a-permit": ["wrong_type cells/0/value", "row_count cells/0/value"],
    "unknown_code": ["unknown_code cells/1/text"],
    "malformed-no-value": ["malformed cells/0/value"],
    "malformed-empty-code": ["malformed cells/1/text"],
    "malformed-blank-text": ["malformed cells/2/text"],
    "bad_date-day-of-an-event": ["bad_date cells/2/text"],
    "bad_date-no-such-day": ["bad_date cells/2/text"],
    "bad_row-none": ["bad_row cells/1/row"],
    "bad_row-with-a-space": ["bad_row cells/1/row"],
    # The first letter is a Cyrillic one.
    "bad_row-letter-of-another-script": ["bad_row cells/1/row", "bad_row cells/2/row"],
    "bad_row-in-the-header": ["bad_row cells/0/row", "row_count cells"],
    "bad_row-no-time-of-the-form": ["bad_row cells/0/row"],
    "bad_row-twenty-four-hours": ["bad_row cells/0/row"],
    "incomplete_row": ["incomplete_row cells/row=P-1"],
    "too_many_rows": ["too_many_rows cells"],
    "row_count-too-few": ["row_count cells/0/value"],
    "row_count-missing": ["row_count cells"],
    "row_count-zero-report-with-rows": ["row_count cells/0/value"],
    "bad_text-nul": ["bad_text cells/2/text"],
    "bad_text-letter-without-a-shape": ["bad_text cells/2/text"],
    "bad_text-turned-direction": ["bad_text cells/2/text"],
    "bad_text-line-break-in-an-id": ["bad_text return_id"],
    "too_deep": ["too_deep message"],
    "repeated_item-in-a-row": ["repeated_item cells/2/item"],
    "bad_period-no-such-day": ["bad_period period"],
    "future_period-day": ["future_period period", "period_not_due period"],
    "several-faults": [
        "wrong_version form_version",
        "period_not_due period",
        "bad_date published_at",
        "not_on_roster unit",
        "not_authorised unit",
        "may_not_backdate published_at",
        "wrong_unit cells/0/unit",
        "unknown_area cells/0/area",
        "out_of_limits cells/0/value",
        "unknown_source cells/0/sources",
        "unknown_item cells/1/item",
        "repeated_item cells/2/item",
        "unknown_area cells/2/area",
    ],
}
# Files that arrive from the sender that may date its returns.
FROM_FEED = {"bad_date-without-zone", "bad_date-after-receipt", "not_on_roster"}
# Files that arrive on the topic of another form.
ON_TOPIC = {"wrong_topic": "output"}
# Too long to keep as files; made in the tests below.
MADE_HERE = {FaultCode.TOO_LARGE, FaultCode.TOO_MANY_CELLS, FaultCode.MORE_FAULTS}
# Faults of explanations: tests/unit/plan has them.
OF_EXPLANATIONS = {FaultCode.NOT_CONCRETE}
# Faults of files before they are returns: tests/unit/producers/files has them.
OF_FILES = {
    FaultCode.UNSAFE_FILE,
    FaultCode.ALTERED_TEMPLATE,
    FaultCode.NOT_READABLE,
    FaultCode.BAD_COLUMN,
    FaultCode.AMBIGUOUS,
    FaultCode.HAS_FORMULA,
}
# Told only by comparison with what has landed: the warehouse's tests have it.
NEEDS_THE_WAREHOUSE = {FaultCode.SAME_ID_OTHER_CONTENT}
OF_REPAIRS = {
    FaultCode.NO_DEAD_LETTER,
    FaultCode.ALREADY_REPAIRED,
    FaultCode.CHANGED_FIGURE,
    FaultCode.CHANGED_REPLAY,
}


@pytest.fixture
def faults_of(contract_book: PlanBook, receipt_time: dt.datetime):
    """Factory: the faults of a payload; fails when there are none."""

    def find(payload: bytes, sender: str = "gateway", topic_form: str | None = None) -> tuple[Fault, ...]:
        try:
            sent = decode_return(payload)
            check_return(sent, contract_book, sender, topic_form or sent.form, receipt_time)
        except Refused as refused:
            return refused.faults
        pytest.fail("the bad return was accepted")

    return find


@pytest.mark.parametrize("defect", EXPECTED)
def test_each_defect_is_found_and_nothing_else(defect: str, faults_of) -> None:
    sender = "feed" if defect in FROM_FEED else "gateway"
    faults = faults_of((BAD / f"{defect}.json").read_bytes(), sender, ON_TOPIC.get(defect))
    assert sorted(f"{fault.code} {fault.place}" for fault in faults) == sorted(EXPECTED[defect])
    for fault in faults:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in fault.says_zh)
        assert fault.says_en
        assert fault.says_en != fault.says_zh


def test_every_file_has_its_expectation_and_every_code_its_file() -> None:
    assert {file.stem for file in BAD.iterdir()} == set(EXPECTED)
    shown = {FaultCode(line.split()[0]) for lines in EXPECTED.values() for line in lines}
    assert shown | MADE_HERE | OF_EXPLANATIONS | OF_FILES | NEEDS_THE_WAREHOUSE | OF_REPAIRS == set(FaultCode)
    assert all(FaultCode(name.split("-")[0]) for name in EXPECTED if name != "several-faults")


def test_too_large(faults_of, good_return: Return) -> None:
    good = encode(good_return)
    full = good + b" " * (RETURN_BYTES_MAX - len(good))
    assert decode_return(full) == good_return  # just fits
    (fault,) = faults_of(full + b" ")
    assert (fault.code, fault.place) == (FaultCode.TOO_LARGE, "message")


def test_too_many_cells(faults_of, good_return: Return) -> None:
    """Past the limit the cells are not looked at one by one: one fault, not five thousand."""
    (cell,) = good_return.cells
    many = msgspec.structs.replace(good_return, cells=(cell,) * (CELLS_MAX + 1))
    (fault,) = faults_of(encode(many))
    assert (fault.code, fault.place) == (FaultCode.TOO_MANY_CELLS, "cells")
    # One fewer is not too many (but repeats its item all the time).
    enough = msgspec.structs.replace(good_return, cells=(cell,) * CELLS_MAX)
    *listed, last = faults_of(encode(enough))
    assert {fault.code for fault in listed} == {FaultCode.REPEATED_ITEM}
    assert len(listed) <= FAULTS_MAX
    assert (last.code, last.says_en) == (
        FaultCode.MORE_FAULTS,
        f"{CELLS_MAX - 1 - len(listed)} more faults; mend these first",
    )


@pytest.mark.parametrize("value", [0.0, 1000.0])
def test_limits_belong_to_what_is_allowed(
    value: float, good_return: Return, contract_book: PlanBook, receipt_time: dt.datetime
) -> None:
    cell = msgspec.structs.replace(good_return.cells[0], value=value, basis="说" * TEXT_MAX)
    edge = msgspec.structs.replace(good_return, cells=(cell,), note="说" * TEXT_MAX)
    check_return(edge, contract_book, "gateway", "energy", receipt_time)


@pytest.mark.parametrize("payload", [b"[" * 100_000, b'{"units":' + b"[" * 100_000])
def test_a_bomb_of_brackets_is_refused(payload: bytes, faults_of) -> None:
    (fault,) = faults_of(payload)
    assert fault.code is FaultCode.TOO_DEEP


@pytest.mark.parametrize(
    "remark",
    [
        '=HYPERLINK("http://example.invalid","点击")',
        "+1",
        "-1",
        "@SUM(A1:A9)",
        "'); DROP TABLE raw_return; --",
        "{{7*7}}",
    ],
)
def test_what_would_act_elsewhere_is_a_text_here(
    remark: str, contract_book: PlanBook, receipt_time: dt.datetime
) -> None:
    """A formula, SQL or a template in a text cell is taken as it stands: nothing on the way runs it."""
    cells = (
        Cell(item="events", value=1),
        Cell(item="event", text="issued", row="P-1"),
        Cell(item="remark", text=remark, row="P-1"),
    )
    one = Return(return_id="r-2", form="permits", form_version=1, unit="bureau", period="2018-06", cells=cells)
    read = decode_return(encode(one))
    check_return(read, contract_book, "gateway", "permits", receipt_time)
    assert read.cells[2].text == remark


@pytest.fixture
def good_return() -> Return:
    """A return without a fault."""
    return decode_return(
        b'{"return_id":"r-1","form":"energy","form_version":2,"unit":"bureau","period":"2018",'
        b'"cells":[{"item":"coal-used","value":12.5,"unit":"t"}]}'
    )
