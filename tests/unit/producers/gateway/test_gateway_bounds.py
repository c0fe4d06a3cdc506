"""Bounds: size, rate, number at once, slowness, a full spool, a full disk. Over ASGI, with Kafka away."""

import asyncio

import pytest

from tests.support.gateway_door import BODY, JSON, bearer, codes

pytestmark = pytest.mark.anyio


async def test_a_body_over_the_limit_is_not_read(visit) -> None:
    async def endless():
        for _ in range(400):
            yield b" " * 10_000

    async with visit() as door:
        key = door.add_key("bureau")
        announced = await door.client.post("/v1/returns", content=b" " * 1_000_001, headers=bearer(key) | JSON)
        streamed = await door.client.post("/v1/returns", content=endless(), headers=bearer(key) | JSON)
    for answer in (announced, streamed):
        assert (answer.status_code, codes(answer)) == (413, [("too_large", "body")])
        assert answer.headers["connection"] == "close"


async def test_a_key_s_rate_is_its_own(visit) -> None:
    async with visit(rate_per_s=0.01, burst=3) as door:
        busy, calm = door.add_key("bureau"), door.add_key("office")
        statuses = [(await door.get("/v1/returns", busy)).status_code for _ in range(4)]
        refused = await door.get("/v1/returns", busy)
        assert statuses == [200, 200, 200, 429]
        assert codes(refused) == [("too_often", "gateway")]
        assert 0 < int(refused.headers["retry-after"]) <= 100
        assert (await door.get("/v1/returns", calm)).status_code == 200


async def test_too_many_at_once_are_sent_away_but_health_is_answered(visit) -> None:
    async with visit(concurrency=2) as door:
        key = door.add_key("bureau")
        go_on = asyncio.Event()

        async def slow():
            yield b"{"
            await go_on.wait()

        held = [
            asyncio.create_task(door.client.post("/v1/returns", content=slow(), headers=bearer(key) | JSON))
            for _ in range(2)
        ]
        while door.gateway.metrics.under_way._value.get() < 2:
            await asyncio.sleep(0)
        busy = await door.get("/v1/returns", key)
        health = await door.client.get("/healthz")
        go_on.set()
        await asyncio.gather(*held)
    assert (busy.status_code, codes(busy), busy.headers["retry-after"]) == (503, [("busy", "gateway")], "1")
    assert health.status_code == 200


async def test_a_body_that_comes_too_slowly_is_cut_off(visit) -> None:
    async def slow():
        yield b'{"return_id":'
        await asyncio.Event().wait()

    async with visit(body_s=0.05) as door:
        answer = await door.client.post("/v1/returns", content=slow(), headers=bearer(door.add_key("bureau")) | JSON)
    assert (answer.status_code, codes(answer)) == (408, [("too_slow", "body")])
    assert answer.headers["connection"] == "close"


async def test_a_full_spool_refuses_and_earlier_receipts_stay_true(visit) -> None:
    async with visit(spool_rows=1) as door:
        key = door.add_key("bureau")
        first = await door.post(BODY, key)
        full = await door.post({**BODY, "return_id": "r-2"}, key)
        again = await door.post(BODY, key)
        ready = await door.client.get("/readyz")
    assert (full.status_code, codes(full)) == (503, [("spool_full", "gateway")])
    assert full.headers["retry-after"] == "5"
    assert again.content == first.content
    assert ready.status_code == 503
    assert ready.json()["spool_used_pct"] == 100.0


async def test_a_full_disk_refuses_and_earlier_receipts_stay_true(visit) -> None:
    """The bound on pages stands in for the disk: SQLite answers SQLITE_FULL to both."""
    async with visit() as door:
        key = door.add_key("bureau")
        first = await door.post(BODY, key)
        (pages,) = door.gateway.store.read(lambda db: db.execute("PRAGMA page_count").fetchone()).result()
        door.gateway.store.read(lambda db: db.execute(f"PRAGMA max_page_count = {pages}").fetchone()).result()
        sources = [{"title": "长" * 400, "address": "address not held", "grade": "copy"}] * 20
        large = {**BODY, "return_id": "r-2", "sources": sources}
        full = await door.post(large, key)
        again = await door.post(BODY, key)
        state = await door.get("/v1/returns/r-1", key)
        door.gateway.store.read(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchone()).result()
        later = await door.post(large, key)
    assert (full.status_code, codes(full)) == (507, [("disk_full", "gateway")])
    assert "磁盘已满" in full.json()["faults"][0]["says_zh"]
    assert again.content == first.content
    assert state.json()["state"] == "waiting"
    assert later.status_code == 202
