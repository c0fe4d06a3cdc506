"""What a sender is told of a message that could not land: which it was, in few words, whatever stood in it."""

import datetime as dt
import json

import msgspec
import pytest

from plan.messages import RETURN_BYTES_MAX, ReturnOutcome
from warehouse.batch import Address, ReadDeadLetter
from warehouse.outcomes import landing_outcomes

AT = dt.datetime(2018, 1, 20, tzinfo=dt.UTC)


def _told(payload: bytes | None) -> tuple[ReturnOutcome, int]:
    """The outcome, and the bytes of its key and message."""
    letter = ReadDeadLetter(Address("returns.output.door", 0, 7), b"mill-a", payload, "decode", (), AT, is_told=True)
    (made,) = landing_outcomes((), (), (letter,))
    assert made.key == msgspec.json.decode(made.payload, type=ReturnOutcome).unit
    return msgspec.json.decode(made.payload, type=ReturnOutcome), len(made.key.encode()) + len(made.payload.encode())


def test_it_is_named_by_its_own_words_as_far_as_they_can_be_read() -> None:
    words = {"return_id": "r1", "form": "output", "unit": "mill-a", "period": "2017"}

    outcome, _ = _told(json.dumps({**words, "cells": "none"}).encode())

    assert (outcome.return_id, outcome.form, outcome.unit, outcome.period) == ("r1", "output", "mill-a", "2017")


def test_an_explanation_is_named_by_its_own_id() -> None:
    assert _told(b'{"explanation_id":"e1","return_id":"r1"}')[0].return_id == "e1"


@pytest.mark.parametrize("payload", [None, b"", b"[" * 100_000, b"\xff", b'{"unit":7}', b"[]"])
def test_what_cannot_be_read_is_named_by_its_address(payload: bytes | None) -> None:
    outcome, _ = _told(payload)

    assert (outcome.topic, outcome.partition, outcome.offset) == ("returns.output.door", 0, 7)
    assert (outcome.return_id, outcome.form, outcome.unit, outcome.period) == ("", "", "", "")


@pytest.mark.parametrize("field", ["return_id", "explanation_id", "form", "unit", "period"])
@pytest.mark.parametrize("char", ["x", "\u8bf4", "\\x00"])
def test_no_field_makes_an_outcome_that_the_broker_does_not_take(field: str, char: str) -> None:
    """The topic takes twice the bytes of a return; a unit once stood in the message and in its key."""
    payload = json.dumps({field: char * (900_000 // len(json.dumps(char)))}).encode()
    assert len(payload) <= RETURN_BYTES_MAX

    _, size = _told(payload)

    assert size < 10_000
