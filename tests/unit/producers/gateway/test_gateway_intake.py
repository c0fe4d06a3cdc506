"""A return over HTTP: taken once, its receipt the same for ever, every fault told. Over ASGI, with Kafka away."""

import asyncio

import pytest

from tests.support.gateway_door import BODY, JSON, bearer, codes, explanation

pytestmark = pytest.mark.anyio


async def test_a_return_gets_a_receipt_that_stays_the_same(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        first = await door.post(BODY, key)
        again = await door.post(BODY, key)
    assert first.status_code == 202
    receipt = first.json()
    assert receipt.pop("receipt_id").startswith("20190301-")
    assert receipt == {
        "return_id": "r-1",
        "form": "energy",
        "unit": "bureau",
        "period": "2018",
        "held_by": "spool",
        "topic": None,
        "partition": None,
        "offset": None,
        "received_at": "2019-03-01T08:00:00Z",
        "replaces": None,
    }
    assert (again.status_code, again.content) == (200, first.content)


async def test_one_idempotency_key_is_one_content(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        first = await door.post(BODY, key, headers={"Idempotency-Key": "k"})
        same = await door.post(BODY, key, headers={"Idempotency-Key": "k"})
        other = await door.post({**BODY, "return_id": "r-2"}, key, headers={"Idempotency-Key": "k"})
        other_content = await door.post({**BODY, "note": "更正"}, key)
    assert same.content == first.content
    assert (other.status_code, codes(other)) == (409, [("same_key_other_content", "Idempotency-Key")])
    assert (other_content.status_code, codes(other_content)) == (409, [("same_id_other_content", "return_id")])


async def test_many_at_once_of_one_content_share_one_receipt(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        answers = await asyncio.gather(*(door.post(BODY, key) for _ in range(20)))
    assert len({answer.content for answer in answers}) == 1
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [202]


async def test_a_correction_says_what_it_replaces(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        first = (await door.post(BODY, key)).json()
        second = (await door.post({**BODY, "return_id": "r-2"}, key)).json()
        state = (await door.get("/v1/returns/r-1", key)).json()
    assert second["replaces"] == first["receipt_id"]
    assert state["replaced_by"] == second["receipt_id"]


async def test_every_fault_of_the_contract_is_told_in_both_languages(visit) -> None:
    cells = [{"item": "coal", "value": -1, "unit": "kg"}, {"item": "wood", "value": 1}]
    async with visit() as door:
        key = door.add_key("bureau")
        refused = await door.post({**BODY, "cells": cells}, key, headers={"Accept-Language": "en"})
        told_in_chinese = await door.post({**BODY, "cells": cells}, key)
        nothing_kept = await door.get("/v1/returns", key)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert codes(refused) == [
        ("wrong_unit", "cells/0/unit"),
        ("out_of_limits", "cells/0/value"),
        ("unknown_item", "cells/1/item"),
    ]
    assert all(fault["says_zh"] and fault["says_en"] for fault in refused.json()["faults"])
    assert refused.json()["title"] == "Refused: breaks the contract"
    assert told_in_chinese.json()["title"] == "未接收:不合报表要求"
    assert nothing_kept.json()["returns"] == []


async def test_bodies_that_are_no_return_are_refused_in_words(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        text = await door.client.post("/v1/returns", content=b"a=1", headers=bearer(key) | {"Content-Type": "text/csv"})
        packed = await door.client.post(
            "/v1/returns", content=b"x", headers=bearer(key) | JSON | {"Content-Encoding": "gzip"}
        )
        broken, nested, binary = [
            await door.client.post("/v1/returns", content=content, headers=bearer(key) | JSON)
            for content in (b'{"return_id": ', b"[" * 100_000, b'{"note": "\xff\xfe"}')
        ]
    assert (text.status_code, codes(text)) == (415, [("wrong_media_type", "Content-Type")])
    assert packed.status_code == 415
    assert (broken.status_code, codes(broken)) == (422, [("not_json", "message")])
    assert (nested.status_code, codes(nested)) == (422, [("too_deep", "message")])
    assert (binary.status_code, codes(binary)) == (422, [("not_json", "message")])


async def test_an_explanation_is_taken_by_its_contract(visit) -> None:
    async with visit() as door:
        key = door.add_key("bureau")
        empty = await door.post(explanation(text="经核实无误"), key, path="/v1/explanations")
        taken = await door.post(explanation(), key, path="/v1/explanations")
        state = await door.get("/v1/explanations/e-1", key)
    assert (empty.status_code, codes(empty)) == (422, [("not_concrete", "text")])
    assert taken.status_code == 202
    assert taken.json()["explanation_id"] == "e-1"
    assert state.json()["state"] == "waiting"
