"""What is checked before a return goes out."""

import datetime as dt
from collections.abc import Callable

import msgspec
import pytest

from plan.book import PlanBook
from plan.faults import FaultCode, Refused
from plan.messages import Cell, encode
from plan.model import Plan
from producers.outgoing import Outgoing, ReturnsRefused, check_all, headers_of, read_outgoing

NOW = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
Make = Callable[..., Outgoing]
MakePlan = Callable[..., Plan]


def test_a_good_return_passes_and_keeps_its_content(make_plan: MakePlan, make_outgoing: Make) -> None:
    good = make_outgoing()
    assert read_outgoing(encode(good.sent), "published", PlanBook([make_plan()]), NOW) == good
    assert good.topic == "returns.energy.published"


def test_all_faults_of_all_returns_are_listed(make_plan: MakePlan, make_outgoing: Make) -> None:
    bad_cells = (Cell(item="coal", value=-1.0, unit="kg"), Cell(item="wood", value=1.0))
    returns = [
        make_outgoing(return_id="good"),
        make_outgoing(return_id="cells", cells=bad_cells),
        make_outgoing(day="2020-01-02", return_id="late"),
    ]
    with pytest.raises(ReturnsRefused) as refused:
        check_all(returns, PlanBook([make_plan()]), NOW)
    assert [
        (each.outgoing.sent.return_id, [(fault.code, fault.place) for fault in each.faults])
        for each in refused.value.refused
    ] == [
        (
            "cells",
            [
                (FaultCode.WRONG_UNIT, "cells/0/unit"),
                (FaultCode.OUT_OF_LIMITS, "cells/0/value"),
                (FaultCode.UNKNOWN_ITEM, "cells/1/item"),
            ],
        ),
        ("late", [(FaultCode.BAD_DATE, "published_at")]),
    ]
    assert "energy bureau 2018 (cells): cells/0/unit: coal is reported in t, found 'kg'" in str(refused.value)


def test_the_bytes_that_would_be_sent_are_checked(make_plan: MakePlan, make_outgoing: Make) -> None:
    """A value that JSON cannot carry is found before it is sent, not by the writer."""
    no_number = make_outgoing(cells=(Cell(item="coal", value=float("nan")),))
    with pytest.raises(ReturnsRefused, match="cells/0/value"):
        check_all([no_number], PlanBook([make_plan()]), NOW)


def test_a_sender_without_the_right_is_refused(make_plan: MakePlan, make_outgoing: Make) -> None:
    stranger = msgspec.structs.replace(make_outgoing(day=None), sender_id="stranger")
    with pytest.raises(Refused) as refused:
        read_outgoing(encode(stranger.sent), "stranger", PlanBook([make_plan()]), NOW)
    assert [fault.code for fault in refused.value.faults] == [FaultCode.NOT_AUTHORISED]


def test_headers_name_form_version_return_and_trace(make_outgoing: Make) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    assert headers_of(make_outgoing(return_id="一").sent, trace_id) == [
        ("form", b"energy"),
        ("version", b"3"),
        ("return_id", "一".encode()),
        ("trace_id", b"4bf92f3577b34da6a3ce929d0e0e4736"),
    ]
