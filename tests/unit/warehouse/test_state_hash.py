"""One hash over all marts: equal for equal facts, other for one other value."""

import datetime as dt
from collections.abc import Callable

import pytest

from tests.support.lakes import LakeYard, derive_unaudited
from tests.support.memory_log import MemoryLog
from tests.support.small_plan import small_book, small_plan
from warehouse.landing import land
from warehouse.state_hash import state_hash, state_hashes

BOOK = small_book()
Report = tuple[str, str, dict[str, float], dt.datetime]
HashOf = Callable[..., str]
KNOWN_AT = dt.datetime(2018, 1, 10, tzinfo=dt.UTC)
MILL_A: Report = ("output", "mill-a", {"energy": 1.5, "value-added": 3}, KNOWN_AT)
MILL_B: Report = ("output", "mill-b", {"energy": 1.5, "value-added": 3}, KNOWN_AT)
RATE: Report = ("growth", "bureau", {"rate": 6.7}, KNOWN_AT)


@pytest.fixture(scope="module")
def hash_of(yard: LakeYard) -> HashOf:
    """Factory: the hash of a new lake into which batches of reports have landed."""

    def make(*batches: tuple[Report, ...], zone: str = "UTC") -> str:
        log = MemoryLog()
        log.plan(small_plan())
        with yard.fresh() as lake:
            for batch in batches:
                for report in batch:
                    log.report(*report)
                land(lake, log.batch(BOOK))
                derive_unaudited(lake, BOOK)
            lake.execute(f"SET TimeZone = '{zone}'")
            return state_hash(lake)

    return make


@pytest.fixture(scope="module")
def plain(hash_of: HashOf) -> str:
    """The hash of three reports in one batch."""
    return hash_of((MILL_A, MILL_B, RATE))


def test_the_order_of_rows_and_batches_does_not_matter(hash_of: HashOf, plain: str) -> None:
    assert hash_of((MILL_A,), (MILL_B,), (RATE,)) == plain


def test_the_zone_of_the_machine_does_not_matter(hash_of: HashOf, plain: str) -> None:
    assert hash_of((MILL_A, MILL_B, RATE), zone="Asia/Shanghai") == plain


@pytest.mark.parametrize(
    "other",
    [
        ("growth", "bureau", {"rate": 6.70000001}, KNOWN_AT),
        ("growth", "bureau", {"rate": 6.7}, KNOWN_AT + dt.timedelta(milliseconds=1)),
    ],
    ids=["value", "known-at"],
)
def test_one_other_fact_is_another_hash(hash_of: HashOf, plain: str, other: Report) -> None:
    assert hash_of((MILL_A, MILL_B, other)) != plain


def test_rows_are_counted_for_each_mart(yard: LakeYard) -> None:
    log = MemoryLog()
    log.plan(small_plan())
    log.report(*MILL_A)
    log.report(*RATE)
    with yard.fresh() as lake:
        land(lake, log.batch(BOOK))
        found = state_hashes(lake)

    rows = {name: count for name, (count, _) in found.items() if count}
    assert rows == {"fct_observation": 3, "fct_observation_latest": 3, "rpt_barometer": 1}
