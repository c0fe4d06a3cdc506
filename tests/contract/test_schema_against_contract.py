"""What the contract takes, the JSON Schema of the form takes: a reporter is never told two things."""

import json
import re

import msgspec
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from plan.cell_schema import HIDDEN, line, row_schema, text
from plan.cell_text import text_fault
from plan.codes import RowsBy
from plan.contract import check_return
from plan.faults import Refused
from plan.form_schema import form_schema
from plan.messages import ROW_MAX, TEXT_MAX, Cell, encode
from plan.model import Names, Rows
from plan.row_contract import is_key
from tests.support.rows_plan import BOOK, NOW, event_row, sent

_VALIDATORS = {
    form.id: Draft202012Validator(form_schema(form, view)) for view in BOOK.views.values() for form in view.plan.forms
}
_GOOD = {
    "events": (Cell(item="events", value=1), *event_row("P-1")),
    "meter": (Cell(item="energy", value=1, row="00:15"), Cell(item="state", text="normal", row="00:15")),
    "answers": (Cell(item="staff", value=1), Cell(item="cio", text="yes"), Cell(item="remark", text="好")),
}
_TEXTS = st.one_of(st.sampled_from(["", "yes", "no", "normal", "issued", "2017-05-01", "t", "city", "town"]), st.text())
_SPOILT = {
    "value": st.one_of(st.none(), st.sampled_from([-1.5, 0, 1.0, 2, 10.1, 10.2, 1e15]), st.floats(-20, 20)),
    "text": _TEXTS,
    "row": st.one_of(st.sampled_from(["", "P-1", "许登〔2017〕1", "00:15", "23:45"]), st.text(max_size=70)),
    "area": _TEXTS,
    "unit": _TEXTS,
    "basis": _TEXTS,
    "sources": st.lists(st.integers(-1, 1), max_size=2).map(tuple),
}


@settings(max_examples=400)
@given(st.sampled_from(sorted(_GOOD)), st.integers(0, 2), st.sampled_from(sorted(_SPOILT)), st.data())
def test_what_the_contract_takes_is_valid(form: str, at: int, field: str, data: st.DataObject) -> None:
    cells = list(_GOOD[form])
    at %= len(cells)
    cells[at] = msgspec.structs.replace(cells[at], **{field: data.draw(_SPOILT[field])})
    one = sent(form, *cells)
    try:
        check_return(one, BOOK, "door", form, NOW)
    except Refused:
        return
    _VALIDATORS[form].validate(json.loads(encode(one)))


@pytest.mark.parametrize("form", _GOOD)
def test_the_good_ones_are_good(form: str) -> None:
    """Otherwise the test above would never compare anything."""
    one = sent(form, *_GOOD[form])
    check_return(one, BOOK, "door", form, NOW)
    _VALIDATORS[form].validate(json.loads(encode(one)))


@given(st.text(max_size=8))
@example("说" * TEXT_MAX)
@example("第一行\n第二行")
def test_a_text_without_fault_is_valid(sample: str) -> None:
    for schema, is_one_line in ((text(), False), (line(), True)):
        if text_fault(sample, "note", TEXT_MAX, is_one_line=is_one_line) is None:
            assert Draft202012Validator(schema).is_valid(sample)


def test_every_hidden_character_of_the_schema_is_one_of_the_contract() -> None:
    listed = [at for at in range(0x10000) if re.fullmatch(f"[{HIDDEN}]", chr(at))]
    assert [hex(at) for at in listed if text_fault(chr(at), "note", TEXT_MAX) is None] == []
    assert not any(Draft202012Validator(text()).is_valid(chr(at)) for at in listed)


@given(st.one_of(st.text(max_size=6), st.text("-_./()〔〕【】（）09AZaz登", max_size=ROW_MAX + 2)))
@example("许登〔2017〕" + "1" * (ROW_MAX - 8))
@example("1" * (ROW_MAX + 1))
def test_keys_of_rows_are_the_contract_s(sample: str) -> None:
    # The $ of Python's patterns, not that of JSON Schema's, also stands before a last line break.
    assume(not sample.endswith("\n"))
    rows = Rows(names=Names(zh="编号", en="key"), by=RowsBy.KEY, most=9)
    assert Draft202012Validator(row_schema(rows)).is_valid(sample) is is_key(sample)


def test_times_of_rows_are_every_so_many_minutes() -> None:
    rows = Rows(names=Names(zh="时刻", en="time"), by=RowsBy.TIME, most=16, every_minutes=90)
    times = row_schema(rows)["enum"]
    assert (len(times), times[:3], times[-1]) == (16, ["00:00", "01:30", "03:00"], "22:30")
