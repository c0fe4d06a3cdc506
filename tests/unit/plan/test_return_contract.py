"""The return contract: every kind of refusal, its place, and that a good return passes."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from plan.book import PlanBook
from plan.contract import check_return, decode_return, known_at
from plan.faults import FaultCode, Refused
from plan.messages import Bound, DateKind, ObservationStatus, Return, Source, encode
from plan.model import Plan

APPENDED = dt.datetime(2018, 1, 20, 4, tzinfo=dt.UTC)
GOOD: dict[str, Any] = {
    "return_id": "r1",
    "form": "energy",
    "form_version": 1,
    "unit": "office",
    "period": "2017",
    "cells": [
        {"item": "growth", "value": 2.5, "unit": "pct", "area": "county", "sources": [0]},
        {"item": "intensity", "value": -3.7, "status": "P", "bound": "at_most", "basis": "初步"},
    ],
    "published_at": "2018-01-19T09:00:00+08:00",
    "sources": [{"title": "公报", "address": "address not held", "grade": "mirror"}],
    "note": "无",
}


def _sent(**changes: Any) -> Return:
    return decode_return(json.dumps(GOOD | changes).encode())


def _cell(**changes: Any) -> list[dict[str, Any]]:
    return [{"item": "growth", "value": 2.5} | changes]


@pytest.fixture
def book(make_plan: Callable[..., Plan]) -> PlanBook:
    names = {"zh": "自报", "en": "own system"}
    own = {"id": "own", "names": names, "units": ["office"], "forms": ["energy"]}
    return PlanBook([make_plan({"senders/+": own})])


@pytest.fixture
def faults(book: PlanBook) -> Callable[..., list[tuple[FaultCode, str]]]:
    """Codes and places of the faults of a changed return; none when it is accepted."""

    def check(sender: str = "feed", topic_form: str = "energy", **changes: Any) -> list[tuple[FaultCode, str]]:
        try:
            check_return(_sent(**changes), book, sender, topic_form, APPENDED)
        except Refused as refused:
            return [(each.code, each.place) for each in refused.faults if each.says_zh and each.says_en]
        return []

    return check


def test_good_return_is_accepted_and_names_its_plan(book: PlanBook) -> None:
    sent = _sent()

    assert check_return(sent, book, "feed", "energy", APPENDED).plan.id == "small"
    first, second = sent.cells
    assert (first.value, first.sources) == (2.5, (0,))
    assert (second.status, second.bound) == (ObservationStatus.PROVISIONAL, Bound.AT_MOST)
    assert sent.published_kind is DateKind.EXACT
    assert sent.sources == (Source(title="公报", address="address not held", grade="mirror"),)


def test_encoded_return_is_read_back() -> None:
    sent = _sent()

    assert decode_return(encode(sent)) == sent


DEFECTS: dict[str, tuple[dict[str, Any], FaultCode, str]] = {
    "unknown-form": ({"form": "ghost"}, FaultCode.UNKNOWN_FORM, "form"),
    "wrong-topic": ({"topic_form": "mines"}, FaultCode.WRONG_TOPIC, "form"),
    "wrong-version": ({"form_version": 2}, FaultCode.WRONG_VERSION, "form_version"),
    "long-return-id": ({"return_id": "r" * 501}, FaultCode.TEXT_TOO_LONG, "return_id"),
    "long-note": ({"note": "长" * 501}, FaultCode.TEXT_TOO_LONG, "note"),
    "empty-return-id": ({"return_id": ""}, FaultCode.MALFORMED, "return_id"),
    "period-that-is-none": ({"period": "2017-13"}, FaultCode.BAD_PERIOD, "period"),
    "period-not-due": ({"period": "2016"}, FaultCode.PERIOD_NOT_DUE, "period"),
    "date-without-zone": ({"published_at": "2018-01-19T09:00:00"}, FaultCode.BAD_DATE, "published_at"),
    "date-after-receipt": ({"published_at": "2018-01-20T12:05:01+08:00"}, FaultCode.BAD_DATE, "published_at"),
    "backdated-by-own-sender": ({"sender": "own"}, FaultCode.MAY_NOT_BACKDATE, "published_at"),
    "unknown-sender": ({"sender": "ghost"}, FaultCode.NOT_AUTHORISED, "unit"),
    "sender-of-other-unit": (
        {"sender": "own", "unit": "stats", "published_at": None, "cells": _cell()},
        FaultCode.NOT_AUTHORISED,
        "unit",
    ),
    "no-cells": ({"cells": []}, FaultCode.NO_CELLS, "cells"),
    "too-many-cells": ({"cells": _cell() * 20_001}, FaultCode.TOO_MANY_CELLS, "cells"),
    "item-twice": ({"cells": _cell() * 2}, FaultCode.REPEATED_ITEM, "cells/1/item"),
    "unknown-item": ({"cells": _cell(item="ghost")}, FaultCode.UNKNOWN_ITEM, "cells/0/item"),
    "unknown-source": ({"cells": _cell(sources=[1])}, FaultCode.UNKNOWN_SOURCE, "cells/0/sources"),
    "negative-source": ({"cells": _cell(sources=[-1])}, FaultCode.UNKNOWN_SOURCE, "cells/0/sources"),
    "wrong-unit-of-measure": ({"cells": _cell(unit="t")}, FaultCode.WRONG_UNIT, "cells/0/unit"),
    "item-twice-with-and-without-its-area": (
        {"cells": [*_cell(), *_cell(area="county")]},
        FaultCode.REPEATED_ITEM,
        "cells/1/item",
    ),
    "other-area-than-the-units-own": ({"cells": _cell(area="city")}, FaultCode.UNKNOWN_AREA, "cells/0/area"),
    "value-no-sum-could-hold": (
        {"cells": [{"item": "total", "value": 1.1e15}]},
        FaultCode.OUT_OF_LIMITS,
        "cells/0/value",
    ),
    "unknown-area": ({"cells": _cell(area="moon")}, FaultCode.UNKNOWN_AREA, "cells/0/area"),
    "long-basis": ({"cells": _cell(basis="长" * 501)}, FaultCode.TEXT_TOO_LONG, "cells/0/basis"),
    "above-the-limit": ({"cells": _cell(value=50.1)}, FaultCode.OUT_OF_LIMITS, "cells/0/value"),
    "below-the-limit": ({"cells": _cell(value=-50.1)}, FaultCode.OUT_OF_LIMITS, "cells/0/value"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_defect_is_refused_at_its_place(defect: str, faults: Callable[..., Any]) -> None:
    changes, code, place = DEFECTS[defect]

    assert faults(**changes) == [(code, place)]


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "own", "published_at": None},
        {"published_at": "2018-01-20T12:05:00+08:00"},
        {"cells": _cell(value=50)},
        {"cells": _cell(value=-50)},
        {"cells": [{"item": "total", "value": 1e15}]},
        {"note": "长" * 500},
    ],
)
def test_what_lies_just_within_the_rules_is_accepted(changes: dict[str, Any], faults: Callable[..., Any]) -> None:
    assert faults(**changes) == []


def test_unknown_unit_is_not_authorised_either(faults: Callable[..., Any]) -> None:
    assert faults(unit="ghost") == [(FaultCode.UNKNOWN_UNIT, "unit"), (FaultCode.NOT_AUTHORISED, "unit")]


def test_unit_that_is_not_on_the_roster(faults: Callable[..., Any]) -> None:
    found = faults(form="mines", topic_form="mines", period="2017-01..06", cells=[{"item": "closed", "value": 1}])

    assert found == [(FaultCode.NOT_ON_ROSTER, "unit")]


def test_limit_without_its_other_end(make_plan: Callable[..., Plan]) -> None:
    plan = make_plan({"forms/0/items/0/minimum": 0})

    with pytest.raises(Refused, match=r"total -1\.0 lies outside \[0, 1000000000000000\]"):
        check_return(_sent(cells=[{"item": "total", "value": -1}]), PlanBook([plan]), "feed", "energy", APPENDED)


def test_period_that_has_not_begun(book: PlanBook) -> None:
    """2018 begins in China at 16:00 UTC of the last day of 2017."""
    sent = _sent(period="2018", published_at=None)
    begins = dt.datetime(2017, 12, 31, 16, tzinfo=dt.UTC)

    check_return(sent, book, "feed", "energy", begins)
    with pytest.raises(Refused, match="has not begun yet"):
        check_return(sent, book, "feed", "energy", begins - dt.timedelta(seconds=1))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_value_of_a_spreadsheet_that_is_no_number(value: float, book: PlanBook) -> None:
    import msgspec

    sent = _sent(cells=_cell())
    spoilt = msgspec.structs.replace(sent, cells=(msgspec.structs.replace(sent.cells[0], value=value),))

    with pytest.raises(Refused, match="growth is not a number"):
        check_return(spoilt, book, "feed", "energy", APPENDED)


def test_all_faults_are_told_together(faults: Callable[..., Any]) -> None:
    found = faults(form_version=2, unit="ghost", period="x", cells=_cell(item="ghost", sources=[7]))

    assert {code for code, _ in found} == {
        FaultCode.WRONG_VERSION,
        FaultCode.UNKNOWN_UNIT,
        FaultCode.BAD_PERIOD,
        FaultCode.NOT_AUTHORISED,
        FaultCode.UNKNOWN_ITEM,
        FaultCode.UNKNOWN_SOURCE,
    }


def test_return_is_known_at_its_publication_only_when_its_sender_may_say_so(book: PlanBook) -> None:
    senders = book.views["small"].senders
    published = dt.datetime(2018, 1, 19, 1, tzinfo=dt.UTC)

    assert known_at(_sent(), senders["feed"], APPENDED) == published
    assert known_at(_sent(), senders["own"], APPENDED) == APPENDED
    assert known_at(_sent(published_at=None), senders["feed"], APPENDED) == APPENDED


def test_a_clock_that_runs_ahead_makes_nothing_known_before_it_arrived(book: PlanBook) -> None:
    """Published 12:05 by its own clock, appended 12:00 by the broker's: tolerated, and known at 12:00."""
    sent = _sent(published_at="2018-01-20T12:05:00+08:00")

    assert known_at(sent, book.views["small"].senders["feed"], APPENDED) == APPENDED


def _refusal(payload: bytes) -> list[tuple[FaultCode, str]]:
    with pytest.raises(Refused) as caught:
        decode_return(payload)
    return [(fault.code, fault.place) for fault in caught.value.faults]


def test_shape_faults_are_all_told() -> None:
    payload = json.dumps(GOOD | {"colour": "red", "unit": 7.5, "cells": [{"value": "much"}]}).encode()

    assert set(_refusal(payload)) == {
        (FaultCode.MALFORMED, "colour"),
        (FaultCode.MALFORMED, "unit"),
        (FaultCode.MALFORMED, "cells/0/item"),
        (FaultCode.MALFORMED, "cells/0/value"),
    }


def test_shape_that_only_the_fast_path_minds_is_told_for_the_message() -> None:
    """A whole number where a text belongs is forgiven in plans, not in returns."""
    assert _refusal(json.dumps(GOOD | {"return_id": 7}).encode()) == [(FaultCode.MALFORMED, "message")]


@pytest.mark.parametrize("payload", [b"[]", b"null", b"3"])
def test_json_that_is_no_object(payload: bytes) -> None:
    assert _refusal(payload) == [(FaultCode.MALFORMED, "message")]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"\xff\xfe",
        "许昌".encode("gbk"),
        b'{"nope": 1, ]',
        b'{"nope": 1, "note": "\xff"}',
        b'{"return_id": 1e999}',
        b'{"return_id": "\\ud800"}',
        b'{"return_id": 1' + b"0" * 5_000 + b"}",
        b"\xef\xbb\xbf{}",
    ],
    ids=range(10),
)
def test_what_is_not_json_is_refused_and_never_raised(payload: bytes) -> None:
    assert _refusal(payload) == [(FaultCode.NOT_JSON, "message")]


def _nested(levels: int) -> bytes:
    return b'{"nope": ' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 100_000,
        _nested(100_000),
        _nested(900),
        _nested(16),
        b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"nope": ' + b'{"a": ' * 100_000 + b"0" + b"}" * 100_000 + b"}",
    ],
    ids=["open", "unknown-key", "within-the-stack", "one-too-deep", "cells", "objects"],
)
def test_bombs_of_brackets_are_refused_as_too_deep(payload: bytes) -> None:
    assert _refusal(payload) == [(FaultCode.TOO_DEEP, "message")]


def test_sixteen_levels_are_looked_at() -> None:
    """The object and fifteen lists in it: then the keys are told instead."""
    assert (FaultCode.MALFORMED, "nope") in _refusal(_nested(15))


def test_size_is_limited() -> None:
    """The limit is a million bytes, inclusive."""
    text = json.dumps(GOOD).encode()
    fitting = text + b" " * (1_000_000 - len(text))

    assert decode_return(fitting).return_id == "r1"
    assert _refusal(fitting + b" ") == [(FaultCode.TOO_LARGE, "message")]
