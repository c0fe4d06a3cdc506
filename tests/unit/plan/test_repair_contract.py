"""Repairs: who may answer what, and when a mended message still says what the refused one said."""

import json

import msgspec
import pytest

from plan.faults import FaultCode, Refused
from plan.messages import Repair, RepairKind, encode
from plan.refused_figures import compare
from plan.repair_contract import can_be_repaired, decode_repair

GOOD = Repair(
    topic="returns.output.gateway", partition=0, offset=5, kind=RepairKind.REPAIRED, by="王芳", because="期别写法有误",
    payload="{}",
)  # fmt: skip


def _return(*cells: dict[str, object], **envelope: object) -> bytes:
    return json.dumps({"return_id": "r-1", "period": "2017", "cells": cells, **envelope}, ensure_ascii=False).encode()


def _places(refused: bytes, mended: bytes) -> list[str]:
    found = compare(refused, mended)
    assert found.is_compared
    assert {fault.code for fault in found.faults} <= {FaultCode.CHANGED_FIGURE}
    return [fault.place for fault in found.faults]


def test_a_repair_is_read_as_it_was_sent() -> None:
    assert decode_repair(encode(GOOD)) == GOOD


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({"topic": "plans"}, {"topic"}),
        ({"topic": "repairs"}, {"topic"}),
        ({"topic": "returns.output"}, {"topic"}),
        ({"topic": "returns..gateway"}, {"topic"}),
        ({"topic": "explanations.gateway.more"}, {"topic"}),
        ({"partition": -1, "offset": 2**63}, {"partition", "offset"}),
        ({"by": "  ", "because": ""}, {"by", "because"}),
        ({"by": "王\u202e芳", "because": "x" * 501}, {"by", "because"}),
    ],
    ids=",".join,
)
def test_a_repair_of_nothing_by_nobody_is_refused(change: dict[str, object], places: set[str]) -> None:
    with pytest.raises(Refused) as refused:
        decode_repair(encode(msgspec.structs.replace(GOOD, **change)))

    assert {fault.place for fault in refused.value.faults} == places


@pytest.mark.parametrize("payload", [b"", b"[]", b'{"topic": "plans"}', encode(GOOD)[:-1], b'{"kind": "edited"}'])
def test_what_is_no_repair_is_refused(payload: bytes) -> None:
    with pytest.raises(Refused):
        decode_repair(payload)


def test_only_returns_and_explanations_can_be_repaired() -> None:
    topics = ("returns.output.gateway", "explanations.gateway", "plans", "ticks", "assessments", "alerts", "repairs")
    assert [topic for topic in topics if can_be_repaired(topic)] == ["returns.output.gateway", "explanations.gateway"]


@pytest.mark.parametrize("topic", ["returns.a\x00b.gateway", "returns.output.' OR 1", "explanations.编号"])
def test_what_kafka_takes_for_no_topic_can_hold_no_dead_letter(topic: str) -> None:
    assert not can_be_repaired(topic)


CELL = {"item": "energy", "value": 12.5}


@pytest.mark.parametrize(
    ("refused", "mended"),
    [
        (_return(CELL, period="2017年", form_version="1"), _return(CELL, period="2017", form_version=1)),
        (_return(CELL, unit="许昌"), _return({"value": 12.50, "item": "energy"}, unit="mill-a", note="x")),
        (_return({"item": "energy", "value": "12.50"}), _return(CELL)),
        (_return({"item": "energy", "value": "１２．５ "}), _return(CELL)),
        (_return({"item": "energy", "value": 1250e-2}), _return(CELL)),
        (_return({"item": "event", "value": "issued"}), _return({"item": "event", "text": "issued"})),
        (_return(CELL, {"item": "b", "value": 0}), _return({"item": "b", "value": -0.0}, CELL)),
        (_return({**CELL, "status": "A", "bound": "exact", "sources": [0]}), _return(CELL)),
        (_return({**CELL, "row": "许-001"}).decode().encode("gb18030"), _return({**CELL, "row": "许-001"})),
        (_return(CELL, note="许昌").decode().encode("utf-16"), _return(CELL, note="许昌")),
        (b"\xef\xbb\xbf" + _return(CELL), _return(CELL)),
        (_return({**CELL, "row": "许-001"}).replace(b"r-1", b"r-\xff"), _return({**CELL, "row": "许-001"})),
        (b'{"text": " \xe6\xa3\x80\xe4\xbf\xae ", "form": 3}', '{"text": "检修", "form": "output"}'.encode()),
    ],
)  # fmt: skip
def test_the_envelope_and_the_encoding_may_be_mended(refused: bytes, mended: bytes) -> None:
    assert _places(refused, mended) == []


@pytest.mark.parametrize(
    ("mended", "places"),
    [
        (_return({"item": "energy", "value": 12.6}), ["cells/energy"]),
        (_return({"item": "energy", "value": -12.5}), ["cells/energy"]),
        (_return({"item": "energy", "text": "12.5 万"}), ["cells/energy"]),
        (_return({"item": "power", "value": 12.5}), ["cells/energy", "cells/power"]),
        (_return({**CELL, "row": "r"}), ["cells/energy", "cells/energy/r"]),
        (_return({**CELL, "unit": "wan_t"}), ["cells/energy"]),
        (_return({**CELL, "bound": "at_least"}), ["cells/energy"]),
        (_return(), ["cells/energy"]),
        (_return(CELL, CELL), ["cells/energy"]),
    ],
)
def test_a_figure_may_not_be_mended(mended: bytes, places: list[str]) -> None:
    assert _places(_return(CELL), mended) == places


def test_the_fault_shows_both_figures() -> None:
    (fault,) = compare(_return(CELL), _return({"item": "energy", "value": 13})).faults
    assert "'12.5'" in fault.says_en
    assert "'13'" in fault.says_zh


def test_the_words_of_an_explanation_are_the_reporters() -> None:
    assert _places('{"text": "检修"}'.encode(), '{"text": "停产"}'.encode()) == ["text"]


@pytest.mark.parametrize(
    "refused",
    [
        b"",
        b"{",
        b"[1]",
        b'{"period": "2017"}',
        b'{"cells": [1]}',
        b"[" * 100_000,
        b'{"cells": [{"value": 1e99999999999999999999}]}',
    ],
)
def test_what_cannot_be_read_cannot_be_compared(refused: bytes) -> None:
    found = compare(refused, _return(CELL))
    assert (found.is_compared, found.faults) == (False, ())


def test_hidden_characters_of_a_refused_item_are_shown_as_codes() -> None:
    places = _places(b'{"cells": [{"item": "\\ud800\\u202e", "value": 1}]}', _return({"item": "energy", "value": 1}))
    assert places == ["cells/'\\ud800\\u202e'", "cells/energy"]
