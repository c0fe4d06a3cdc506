"""The quick look at cells: it passes what is plainly right, and never what the complete look refuses."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.cell_contract import list_cell_faults
from plan.cell_screen import Screen
from plan.codes import ItemType, RowsBy
from plan.columns import columns_of
from plan.faults import Fault
from plan.messages import VALUE_MAX, Cell, Return, Source
from plan.model import Calendar, Code, Form, Item, Rows
from plan.periods import PeriodKind
from tests.support.small_plan import names

CODES = (Code(id="normal", names=names("normal")), Code(id="manual", names=names("manual")))


def _items(**places: bool) -> tuple[Item, ...]:
    return (
        Item(id="count", names=names("count"), unit="mine", type=ItemType.INTEGER, minimum=Decimal(0)),
        Item(id="energy", names=names("energy"), unit="tce", minimum=Decimal(0), maximum=Decimal("10.1"), **places),
        Item(id="state", names=names("state"), type=ItemType.CODE, codes=CODES, required=True, **places),
        Item(id="note", names=names("note"), type=ItemType.TEXT, **places),
        Item(id="day", names=names("day"), type=ItemType.DATE, **places),
    )


def _form(rows: Rows | None) -> Form:
    return Form(
        id="form",
        version=1,
        names=names("form"),
        calendar=Calendar(kind=PeriodKind.DAY, periods=("2017-06-01",), due_days=1),
        items=_items() if rows is None else _items(in_rows=True),
        roster=("bureau",),
        rows=rows,
    )


PLAIN = _form(None)
BY_TIME = _form(Rows(names=names("time"), by=RowsBy.TIME, every_minutes=360, most=4))
BY_KEY = _form(Rows(names=names("permit"), by=RowsBy.KEY, most=2, count_item="count"))

_values = st.one_of(st.none(), st.sampled_from([0.0, 10.1, 10.2, -1.0, 1.5, 2.0, 2, 1e16, float("nan")]))
_texts = st.sampled_from(["", "normal", "manual", "else", "2017-06-30", "20170630", "说明", "a\x00b", "x" * 501])
_cells = st.builds(
    Cell,
    item=st.sampled_from(["count", "energy", "state", "note", "day", "other"]),
    value=_values,
    text=_texts,
    row=st.sampled_from(["", "06:00", "06:15", "24:00", "许-001", "p 1", "x" * 65]),
    unit=st.sampled_from(["", "tce", "t"]),
    area=st.sampled_from(["", "city", "other"]),
    basis=st.sampled_from(["", "口径"]),
    sources=st.sampled_from([(), (0,), (1,), (-1,)]),
)
_likely = st.builds(
    Cell,
    item=st.sampled_from(["count", "energy", "state"]),
    value=st.sampled_from([None, 1.0, 2.0]),
    text=st.sampled_from(["", "normal"]),
    row=st.sampled_from(["", "06:00", "a-1"]),
)


def _faults(form: Form, cells: tuple[Cell, ...]) -> tuple[bool, list[Fault]]:
    """What the quick look says, and every fault of the complete one."""
    source = Source(title="公报", address="address not held", grade="A")
    sent = Return(
        return_id="r", form="form", form_version=1, unit="bureau", period="2017-06-01", cells=cells, sources=(source,)
    )
    faults: list[Fault] = []
    list_cell_faults(sent, {item.id: item for item in form.items}, form, "city", faults)
    return Screen(form, float(VALUE_MAX)).passes(columns_of(cells), "city", 1), faults


@pytest.mark.parametrize("form", [PLAIN, BY_TIME, BY_KEY], ids=["plain", "by-time", "by-key"])
@given(cells=st.lists(st.one_of(_cells, _likely), max_size=6))
def test_nothing_passes_that_the_complete_look_refuses(form: Form, cells: list[Cell]) -> None:
    passes, faults = _faults(form, tuple(cells))
    assert not (passes and faults)


@pytest.mark.parametrize(
    ("form", "cells"),
    [
        (PLAIN, (Cell(item="energy", value=1.5), Cell(item="state", text="normal"), Cell(item="note", text="fine"))),
        (BY_TIME, (Cell(item="energy", value=1.5, row="06:00"), Cell(item="state", text="manual", row="06:00"))),
        (BY_KEY, (Cell(item="count", value=1), Cell(item="state", text="normal", row="许-001"))),
        (BY_KEY, (Cell(item="count", value=0),)),
    ],
)
def test_what_is_plainly_right_passes(form: Form, cells: tuple[Cell, ...]) -> None:
    """Else every return would take the slow way, and nobody would notice."""
    assert _faults(form, cells) == (True, [])


def test_a_row_without_its_required_cell_does_not_pass() -> None:
    cells = (
        Cell(item="count", value=2),
        Cell(item="state", text="normal", row="a"),
        Cell(item="energy", value=1, row="b"),
    )
    passes, faults = _faults(BY_KEY, cells)
    assert not passes
    assert [fault.code for fault in faults] == ["incomplete_row"]
