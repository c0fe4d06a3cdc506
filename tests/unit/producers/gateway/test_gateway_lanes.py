"""Lanes: one entry of a unit under way, in order, whatever fails in between."""

import random
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from producers.gateway.lanes import Lanes
from producers.gateway.spool import EntryKind, Unsent


def entry(number: int, unit: str) -> Unsent:
    topic = "returns.energy.gateway"
    return Unsent(number, EntryKind.RETURN, f"x-{number}", unit, "energy", 1, f"r-{number}", topic, "0", b"xx")


def numbers(entries: list[Unsent]) -> list[int]:
    return [each.number for each in entries]


def test_of_each_unit_only_the_first_goes_out() -> None:
    lanes = Lanes()
    lanes.add([entry(1, "a"), entry(2, "a"), entry(3, "b")])
    assert numbers(lanes.take_ready(10.0)) == [1, 3]
    assert lanes.take_ready(11.0) == []
    lanes.acknowledged(entry(1, "a"))
    assert numbers(lanes.take_ready(12.0)) == [2]
    assert len(lanes) == 2
    assert lanes.bytes == 4


def test_a_failed_entry_is_sent_again_before_the_next_of_its_unit() -> None:
    lanes = Lanes()
    lanes.add([entry(1, "a"), entry(2, "a")])
    lanes.take_ready(10.0)
    lanes.failed(entry(1, "a"), until=12.0)
    assert lanes.next_retry_at == 12.0
    assert lanes.take_ready(11.9) == []
    assert numbers(lanes.take_ready(12.0)) == [1]


def test_an_acknowledgement_told_twice_or_after_a_failure_changes_nothing_wrong() -> None:
    lanes = Lanes()
    lanes.add([entry(1, "a"), entry(2, "a"), entry(3, "a")])
    lanes.take_ready(10.0)
    lanes.failed(entry(1, "a"), until=12.0)
    lanes.acknowledged(entry(1, "a"))  # the copy thought lost had arrived
    lanes.acknowledged(entry(1, "a"))
    assert numbers(lanes.take_ready(10.1)) == [2]
    assert lanes.next_retry_at is None
    lanes.failed(entry(1, "a"), until=99.0)  # an old copy's failure does not concern the entry under way
    lanes.acknowledged(entry(2, "a"))
    assert numbers(lanes.take_ready(10.2)) == [3]


def test_the_oldest_under_way_is_known() -> None:
    lanes = Lanes()
    assert lanes.oldest_sent_at is None
    lanes.add([entry(1, "a"), entry(2, "b")])
    lanes.take_ready(10.0)
    lanes.add([entry(3, "c")])
    lanes.take_ready(11.0)
    lanes.acknowledged(entry(1, "a"))
    assert lanes.oldest_sent_at == 10.0
    lanes.acknowledged(entry(2, "b"))
    assert lanes.oldest_sent_at == 11.0


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(0, 2**32))
def test_first_copies_stand_in_the_order_of_the_spool(units: list[str], seed: int) -> None:
    """Send, lose, acknowledge in any order: each unit's first copies go out in order, and all end acknowledged."""
    chance = random.Random(seed)
    lanes, log, now = Lanes(), defaultdict(list), 0.0
    waiting = [entry(number, unit) for number, unit in enumerate(units)]
    under_way: list[Unsent] = []
    while waiting or len(lanes):
        now += 1.0
        taken = waiting[: chance.randint(0, 3)]
        waiting = waiting[len(taken) :]
        lanes.add(taken)
        for each in lanes.take_ready(now):
            log[each.unit].append(each.number)
            under_way.append(each)
        chance.shuffle(under_way)
        while under_way and chance.random() < 0.7:
            each = under_way.pop()
            if chance.random() < 0.3:
                lanes.failed(each, now + chance.randint(0, 2))
            else:
                lanes.acknowledged(each)
    for unit, sent in log.items():
        first_copies = list(dict.fromkeys(sent))
        assert first_copies == sorted(first_copies)
        assert first_copies == [number for number, each in enumerate(units) if each == unit]
