"""One hash over all marts: equal for equal facts, other for one other value."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.lakes import derive_unaudited, new_lake
from tests.support.memory_log import MemoryLog
from tests.support.small_plan import small_book, small_plan

from warehouse.landing import land
from warehouse.state_hash import state_hash, state_hashes

BOOK = small_book()
Report = tuple[str, str, dict[str, float], dt.datetime]
MILL_A: Report = ("output", "mill-a", {"energy": 1.5, "value-added": 3}, dt.datetime(2018, 1, 8, tzinfo=dt.UTC))
MILL_B: Report = ("output", "mill-b", {"energy": 1.5, "value-added": 3}, dt.datetime(2018, 1, 9, tzinfo=dt.UTC))
RATE: Report = ("growth", "bureau", {"rate": 6.7}, dt.datetime(2018, 1, 10, tzinfo=dt.UTC))


@pytest.fixture
def hash_of(tmp_path: Path) -> Callable[..., str]:
    """Factory: the hash of a new lake into which batches of reports have landed."""

    def make(*batches: tuple[Report, ...], zone: str = "UTC") -> str:
        log = MemoryLog()
        log.plan(small_plan())
        with new_lake(tmp_path / str(len(list(tmp_path.iterdir())))) as lake:
            for batch in batches:
                for report in batch:
                    log.report(*report)
                land(lake, log.batch(BOOK))
                derive_unaudited(lake, BOOK)
            lake.execute(f"SET TimeZone = '{zone}'")
            return state_hash(lake)

    return make


def test_the_order_of_rows_and_batches_does_not_matter(hash_of: Callable[..., str]) -> None:
    one = hash_of((MILL_A, MILL_B, RATE))

    assert one == hash_of((MILL_A,), (MILL_B,), (RATE,))


def test_the_zone_of_the_machine_does_not_matter(hash_of: Callable[..., str]) -> None:
    assert hash_of((MILL_A,)) == hash_of((MILL_A,), zone="Asia/Shanghai")


@pytest.mark.parametrize(
    "other",
    [
        ("growth", "bureau", {"rate": 6.70000001}, RATE[3]),
        ("growth", "bureau", {"rate": 6.7}, RATE[3] + dt.timedelta(milliseconds=1)),
    ],
    ids=["value", "known-at"],
)
def test_one_other_fact_is_another_hash(hash_of: Callable[..., str], other: tuple[object, ...]) -> None:
    assert hash_of((MILL_A, RATE)) != hash_of((MILL_A, other))


def test_rows_are_counted_for_each_mart(tmp_path: Path) -> None:
    log = MemoryLog()
    log.plan(small_plan())
    log.report(*MILL_A)
    log.report(*RATE)
    with new_lake(tmp_path) as lake:
        land(lake, log.batch(BOOK))
        found = state_hashes(lake)

    rows = {name: count for name, (count, _) in found.items() if count}
    assert rows == {"fct_observation": 3, "fct_observation_latest": 3}
