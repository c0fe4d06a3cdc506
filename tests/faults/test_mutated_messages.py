"""Spoiled messages, thousands of them, land or become dead letters: no crash, no message unaccounted for.

The suite takes a fixed seed and 20 000 messages; ``make faults`` a million and a seed of chance, which it says
(QINGYU_FUZZ_MESSAGES, QINGYU_FUZZ_SEED).
"""

import datetime as dt
import os
import random
import secrets
from collections import Counter
from typing import Any

import duckdb
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.progress import Progress

from consumers.decode import decode_batch, decode_record
from consumers.filing import file_return
from consumers.intake import looked_at
from consumers.message import Message, Part, Polled
from plan.book import PlanBook
from plan.contract import decode_return
from plan.faults import Fault
from plan.messages import Tick, encode
from plan.topics import PLANS, TICKS
from tests.support.good_messages import (  # fmt: skip
    AT,
    book_in_force,
    good_explanations,
    good_others,
    good_repair,
    good_returns,
    with_id,
)
from tests.support.lakes import LakeYard
from tests.support.memory_log import CLUSTER, record
from tests.support.mutations import Base, Fuzzer, dump
from tests.support.rows_plan import check_harmless
from warehouse.batch import Account, Batch, ReadReturn
from warehouse.landing import land
from warehouse.sources import check_accounts, read_sources

MESSAGES = int(os.environ.get("QINGYU_FUZZ_MESSAGES", "20000"))
IS_LONG = "QINGYU_FUZZ_MESSAGES" in os.environ
SEED = int(os.environ.get("QINGYU_FUZZ_SEED") or (secrets.randbits(32) if IS_LONG else 20170616))
PER_LAKE, GOOD_PER_BATCH = 20_000, 20
PER_BATCH = (200, 2_000, 4_000)
EXAMPLES = max(25, MESSAGES // 5_000)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300 + MESSAGES // 200)]

_faults = msgspec.json.Decoder(tuple[Fault, ...])
Place = tuple[str, int]


@pytest.fixture(scope="module")
def book() -> PlanBook:
    """The plans in force."""
    return book_in_force()


@pytest.fixture(scope="module")
def bases(book: PlanBook) -> list[Base]:
    """Good messages of every kind, to be spoiled."""
    returns = good_returns(book)
    repairs = [good_repair(base, offset) for offset, base in enumerate(returns[::20])]
    return [*returns, *good_explanations(returns, book), *repairs, *good_others()]


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> LakeYard:
    """Where empty lakes are had."""
    return LakeYard(tmp_path_factory.mktemp("mutated"))


class Trial:
    """One lake, fed batch after batch; remembers what was sent where, and what must have landed."""

    def __init__(self, lake: duckdb.DuckDBPyConnection, book: PlanBook) -> None:
        self._lake = lake
        self._book = book
        self._next: Counter[Place] = Counter()
        self._sent: dict[tuple[str, int, int], bytes | None] = {}
        self._good: set[tuple[str, int, int]] = set()
        self._total = Account()
        self._fed = 0

    def feed(self, messages: list[tuple[str, int, bytes | None, bool]]) -> None:
        """Land one batch of (topic, partition, payload, whether it is good)."""
        firsts = dict(self._next)
        taken: dict[Place, list[Message]] = {}
        for topic, partition, payload, is_good in messages:
            offset = self._next[topic, partition]
            self._next[topic, partition] += 1
            taken.setdefault((topic, partition), []).append(record(payload, AT, offset=offset, partition=partition))
            self._sent[topic, partition, offset] = payload
            if is_good:
                self._good.add((topic, partition, offset))
        parts = [Part(*place, firsts.get(place, 0), self._next[place], given) for place, given in taken.items()]
        polled = Polled(tuple(parts))
        self._fed += 1
        account = land(self._lake, self._decoded(self._handed_over(polled) if self._fed % 2 else polled))
        assert account.consumed == len(messages)
        assert account.is_balanced, account
        self._total = self._total.plus(account)
        assert check_accounts(self._lake) == self._total

    def check(self) -> None:
        """Every message is in the lake once, or refused with the bytes it came in, or a repeat; good ones are in."""
        found = self._lake.execute(
            "SELECT topic, kafka_partition, kafka_offset FROM kafka_source JOIN ("
            "SELECT source_no, kafka_offset FROM raw_return UNION ALL SELECT source_no, kafka_offset FROM raw_tick "
            "UNION ALL SELECT source_no, kafka_offset FROM raw_plan "
            "UNION ALL SELECT source_no, kafka_offset FROM raw_result "
            "UNION ALL SELECT source_no, kafka_offset FROM raw_explanation) USING (source_no)"
        ).fetchall()
        letters = self._lake.execute(
            "SELECT topic, kafka_partition, kafka_offset, payload, faults FROM dead_letter"
        ).fetchall()
        landed, dead = set(found), {row[:3] for row in letters}
        assert len(landed) == len(found), "a message landed twice"
        assert len(dead) == len(letters), "a message was refused twice"
        assert not landed & dead, "a message both landed and was refused"
        assert landed | dead <= self._sent.keys()
        assert self._good <= landed
        repeats = Counter((topic, at) for topic, at, offset in self._sent.keys() - landed - dead)
        for place, row in read_sources(self._lake).items():
            assert row.account.duplicate == repeats[place], place
        cells = self._lake.execute("SELECT count(*) FROM raw_return ANTI JOIN raw_cell USING (return_row)").fetchone()
        assert cells == (0,), "a return without its cells"
        for *address, payload, faults in letters:
            assert payload == self._sent[tuple(address)], address
            _check_faults(_faults.decode(faults))

    def _decoded(self, polled: Polled) -> Batch:
        try:
            batch = decode_batch(polled, CLUSTER, self._book)
        except Exception as crash:
            raise AssertionError(f"seed {SEED}: {self._culprit(polled)}") from crash
        for read in batch.returns:
            self._check_read_in_full(read)
        return batch

    def _handed_over(self, polled: Polled) -> Polled:
        """As it comes from a reader that had the time to look at the messages."""
        try:
            seen = looked_at(polled, self._book)
        except Exception as crash:
            raise AssertionError(f"seed {SEED}: {self._culprit(polled)}") from crash
        return msgspec.msgpack.decode(msgspec.msgpack.encode(seen), type=Polled)

    def _culprit(self, polled: Polled) -> str:
        for topic, each in ((part.topic, each) for part in polled.parts for each in part.messages):
            try:
                decode_record(topic, each, self._book)
            except Exception as crash:  # noqa: BLE001 (whatever it is, it is told with the message that did it)
                return f"{type(crash).__name__}: {crash}, by a message on {topic}: {each.value!r}"
        return "no single message does it"

    def _check_read_in_full(self, read: ReadReturn) -> None:
        """A return taken on the fast path is what the complete one makes of it."""
        message = record(read.payload, AT, offset=read.address.offset, partition=read.address.partition)
        assert file_return(read.address, message, decode_return(read.payload), self._book, AT) == read


def _check_faults(faults: tuple[Fault, ...]) -> None:
    assert faults
    check_harmless(faults)
    for fault in faults:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in fault.says_zh), fault


def _good_ones(bases: list[Base], number: int, chance: random.Random) -> list[tuple[str, int, bytes | None, bool]]:
    """Good messages under ids and days that no spoiled one has."""
    with_ids = [base for base in bases if base.topic not in (TICKS, PLANS) and not base.topic.startswith("repairs")]
    picked = [with_id(chance.choice(with_ids), f"good-{number}-{at}") for at in range(GOOD_PER_BATCH - 1)]
    day = dt.date(1990, 1, 1) + dt.timedelta(days=number)
    return [
        *((base.topic, 1, base.payload, True) for base in picked),
        (TICKS, 1, encode(Tick(tick_date=day)), True),
    ]


def test_spoiled_messages_are_all_accounted_for(
    book: PlanBook, bases: list[Base], yard: LakeYard, capsys: pytest.CaptureFixture[str]
) -> None:
    fuzzer, chance = Fuzzer(bases, SEED), random.Random(SEED)
    with capsys.disabled(), Progress(disable=not IS_LONG) as progress:
        if IS_LONG:
            progress.console.print(f"seed {SEED}")
        task = progress.add_task("spoiled messages", total=MESSAGES)
        for begins in range(0, MESSAGES, PER_LAKE):
            with yard.fresh() as lake:
                trial, left, number = Trial(lake, book), min(PER_LAKE, MESSAGES - begins), 0
                while left:
                    count = min(left, chance.choice(PER_BATCH))
                    spoiled = [fuzzer.spoiled() for _ in range(count)]
                    messages = [(topic, chance.randrange(2), payload, False) for topic, payload in spoiled]
                    messages += _good_ones(bases, number, chance)
                    chance.shuffle(messages)
                    trial.feed(messages)
                    left, number = left - count, number + 1
                    progress.advance(task, count)
                trial.check()


_scalar = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.dates().map(str))
_any = st.recursive(
    _scalar, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


@st.composite
def _misshapen(draw: st.DrawFn, base: Base) -> bytes:
    """A good message with some of its fields replaced by anything at all, or dropped."""
    data = msgspec.json.decode(base.payload)
    for key in draw(st.lists(st.sampled_from(sorted(data)), max_size=3, unique=True)):
        if draw(st.booleans()):
            data[key] = draw(_any)
        else:
            del data[key]
    return dump(data).encode("utf-8", "surrogatepass")


def _messages(bases: list[Base]) -> st.SearchStrategy[tuple[str, int, bytes | None, bool]]:
    def of(base: Base) -> st.SearchStrategy[tuple[str, int, bytes | None, bool]]:
        payload: st.SearchStrategy[Any] = st.one_of(
            _misshapen(base), st.binary(max_size=60), _any.map(lambda data: dump(data).encode("utf-8", "surrogatepass"))
        )
        return st.tuples(st.just(base.topic), st.sampled_from((0, 1)), payload, st.just(False))

    return st.sampled_from(bases).flatmap(of)


def test_messages_of_any_shape_are_all_accounted_for(book: PlanBook, bases: list[Base], yard: LakeYard) -> None:
    with yard.fresh() as lake:
        trial = Trial(lake, book)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=not IS_LONG,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(_messages(bases), min_size=10, max_size=40))
        def land_all(messages: list[tuple[str, int, bytes | None, bool]]) -> None:
            trial.feed(messages)

        land_all()
        trial.check()
