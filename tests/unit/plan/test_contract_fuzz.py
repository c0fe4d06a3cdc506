"""Whatever comes, the contract says yes or Refused, in bounded words; and what it takes is what is read back."""

import datetime as dt
import json

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.contract import check_return, decode_return, known_at
from plan.explanation_contract import check_explanation, decode_explanation
from plan.faults import Refused
from plan.messages import Bound, Cell, DateKind, Explanation, ObservationStatus, Return, Source, encode
from tests.support.rows_plan import BOOK, HIDDEN, NOW, UNITS, check_harmless, event_row, sent, told

_ITEMS = st.sampled_from(
    ["events", "remark", "state", "day", "limit", "holder", "energy", "share", "staff", "cio", "since", "ghost", ""]
)
_TEXTS = st.one_of(
    st.sampled_from(["", "issued", "yes", "2017-05-01", "normal", "说明", "x" * 501, " ", "t", "city", "event"]),
    st.sampled_from(sorted(HIDDEN.values())),
    st.text(max_size=20),
)
_NUMBERS = st.one_of(st.none(), st.floats(), st.integers(), st.sampled_from([0.0, 1.0, 2.0, 10.1, 1e15, 10**400]))
_ROWS = st.one_of(st.sampled_from(["", "P-1", "P-2", "00:00", "00:15", "24:00", "00:07"]), st.text(max_size=70))
_CELLS = st.builds(
    Cell,
    item=st.one_of(_ITEMS, st.text(max_size=5)),
    value=_NUMBERS,
    text=_TEXTS,
    row=_ROWS,
    area=_TEXTS,
    unit=_TEXTS,
    status=st.sampled_from(ObservationStatus),
    bound=st.sampled_from(Bound),
    basis=_TEXTS,
    sources=st.lists(st.integers(), max_size=2).map(tuple),
)
_LIKELY = st.builds(Cell, item=_ITEMS, value=st.sampled_from([None, 1.0]), text=_TEXTS, row=_ROWS)
_MOMENTS = st.one_of(
    st.none(),
    st.datetimes(),
    st.datetimes(timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=23, minutes=59))])),
)
_RETURNS = st.builds(
    Return,
    return_id=_TEXTS,
    form=st.sampled_from(["events", "meter", "answers", "ghost", "", "长" * 1_000]),
    form_version=st.one_of(st.just(1), st.integers()),
    unit=st.one_of(st.sampled_from(["bureau", "mill-a", "mill-b", "mill-c", "stranger"]), _TEXTS),
    period=st.one_of(st.sampled_from(["2017-05", "2017-06-01", "2017-Q1", "2017-10", "2017-02-29"]), _TEXTS),
    cells=st.lists(st.one_of(_CELLS, _LIKELY), max_size=6).map(tuple),
    published_at=_MOMENTS,
    published_kind=st.sampled_from(DateKind),
    sources=st.lists(st.builds(Source, title=_TEXTS, address=_TEXTS, grade=_TEXTS), max_size=2).map(tuple),
    note=_TEXTS,
)
_SENDERS = st.sampled_from(["door", "big-system", "old", "ghost"])


@settings(max_examples=400)
@given(_RETURNS, _SENDERS)
def test_any_return_is_accepted_or_refused_in_bounds(one: Return, sender_id: str) -> None:
    try:
        view = check_return(one, BOOK, sender_id, one.form, NOW)
    except Refused as refused:
        told(refused)
        check_harmless(refused.faults)
    else:
        assert view.speaks_for(sender_id, one.unit)
        assert known_at(one, view.senders[sender_id], NOW) <= NOW
        assert decode_return(encode(one)) == one


_GOOD_CELLS = {
    "events": (Cell(item="events", value=1), *event_row("P-1")),
    "meter": (
        Cell(item="energy", value=1, row="00:15"),
        Cell(item="state", text="normal", row="00:15"),
        Cell(item="energy", value=1, row="00:30"),
    ),
    "answers": (Cell(item="staff", value=1), Cell(item="cio", text="yes"), Cell(item="remark", text="好")),
}


@settings(max_examples=300)
@given(st.sampled_from(sorted(_GOOD_CELLS)), st.integers(0, 2), _CELLS, st.data())
def test_one_field_spoilt_in_a_good_return(form: str, at: int, other: Cell, data: st.DataObject) -> None:
    """Near to what is right the contract has most to decide."""
    field = data.draw(st.sampled_from(Cell.__struct_fields__))
    cells = list(_GOOD_CELLS[form])
    cells[at] = msgspec.structs.replace(cells[at], **{field: getattr(other, field)})
    one = sent(form, *cells)
    try:
        check_return(one, BOOK, "door", form, NOW)
    except Refused as refused:
        check_harmless(refused.faults)
    else:
        assert decode_return(encode(one)) == one


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)
_KEYS = st.sampled_from([*Return.__struct_fields__, *Explanation.__struct_fields__, "nope"])


@settings(max_examples=300)
@given(
    st.one_of(
        st.binary(max_size=60), st.dictionaries(_KEYS, _JSON, max_size=12).map(lambda data: json.dumps(data).encode())
    )
)
def test_any_bytes_are_a_message_or_refused_in_bounds(payload: bytes) -> None:
    for decode in (decode_return, decode_explanation):
        try:
            decode(payload)
        except Refused as refused:
            told(refused)
            check_harmless(refused.faults)


_EXPLANATIONS = st.builds(
    Explanation,
    explanation_id=_TEXTS,
    form=st.sampled_from(["events", "answers", "ghost"]),
    unit=st.one_of(st.sampled_from(sorted(UNITS.values())), _TEXTS),
    period=st.one_of(st.sampled_from(["2017-05", "2017-Q1"]), _TEXTS),
    text=st.one_of(_TEXTS, st.text(max_size=600)),
    check_id=_TEXTS,
    item=st.one_of(_ITEMS, _TEXTS),
    row=_ROWS,
    return_id=_TEXTS,
)


@settings(max_examples=200)
@given(_EXPLANATIONS, _SENDERS)
def test_any_explanation_is_accepted_or_refused_in_bounds(one: Explanation, sender_id: str) -> None:
    try:
        check_explanation(one, BOOK, sender_id, NOW)
    except Refused as refused:
        told(refused)
        check_harmless(refused.faults)
