"""Promises: what a receipt says is settled once, by Kafka's answer or by the end of the wait, never by both."""

import asyncio

import msgspec
import pytest

from producers.gateway.promises import Promises
from producers.gateway.spool import Acknowledged

pytestmark = pytest.mark.anyio

ANSWER = Acknowledged(number=1, receipt_id="r", partition=0, offset=7)


async def test_an_answer_in_time_is_waited_for_until_it_is_written_down() -> None:
    promises = Promises()
    promise = promises.open("r")
    assert promises.claim("r")
    # The wait is over, but the answer is being written down: it counts.
    waiting = asyncio.create_task(promises.wait(promise, 0))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    await asyncio.to_thread(promises.keep, [ANSWER])
    assert await waiting == ANSWER
    assert promises.find("r") is None


async def test_an_answer_after_the_wait_is_too_late() -> None:
    promises = Promises()
    assert await promises.wait(promises.open("r"), 0) is None
    assert not promises.claim("r")


async def test_all_who_wait_for_one_receipt_hear_the_same() -> None:
    promises = Promises()
    promise = promises.open("r")
    waiting = [asyncio.create_task(promises.wait(promise, 60)) for _ in range(3)]
    await asyncio.sleep(0)
    assert promises.find("r") is promise
    assert await asyncio.to_thread(promises.claim, "r")
    assert await asyncio.to_thread(promises.claim, "r"), "a transaction that is tried again claims again"
    await asyncio.to_thread(promises.keep, [ANSWER])
    assert await asyncio.gather(*waiting) == [ANSWER] * 3


async def test_an_answer_that_could_not_be_written_down_does_not_count() -> None:
    promises = Promises()
    waiting = asyncio.create_task(promises.wait(promises.open("r"), 60))
    await asyncio.sleep(0)
    assert promises.claim("r")
    await asyncio.to_thread(promises.drop, ["r"])
    assert await waiting is None
    assert not promises.claim("r")


async def test_what_nobody_waits_for_is_nobody_s() -> None:
    promises = Promises()
    assert not promises.claim("unknown")
    promises.keep([msgspec.structs.replace(ANSWER, receipt_id="unknown")])
    promises.drop(["unknown"])
    assert promises.find("unknown") is None
