"""What sending returns costs: Publisher.send_returns against a bare kafka-python producer, same bytes and settings.

And why make_producer's settings are what they are: each compression, linger and batch size in turn, on the same bytes,
with the bytes that the broker keeps of them. Real Kafka, idempotent, acks=all; rounds take turns, medians.

Run it on a quiet machine: `python benchmarks/producer.py`.
"""

import datetime as dt
import os
import random
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import msgspec
from kafka import KafkaProducer
from rich.console import Console
from rich.table import Table

from broker.clients import ensure_topics, make_admin, make_producer, quiet
from broker.local import LocalKafka
from broker.places import cache_folder
from broker.settings import KafkaSettings
from plan.book import PlanBook
from plan.loader import load_plan
from plan.messages import Cell, Return, encode
from plan.model import Item, Names, Plan, ReportingUnit
from plan.topics import topics_of
from producers.outgoing import Outgoing, headers_of
from producers.publisher import Publisher

UNITS, ITEMS, ROUNDS = 2000, 40, 9
# As broker.clients.make_producer has them.
USUAL = {
    "acks": "all",
    "enable_idempotence": True,
    "compression_type": "zstd",
    "linger_ms": 20,
    "batch_size": 256 * 1024,
    "max_request_size": 16_000_000,
    "metrics_enabled": False,
}
TRIED: tuple[dict[str, object], ...] = (
    {},
    {"compression_type": None},
    {"compression_type": "lz4"},
    {"linger_ms": 0},
    {"linger_ms": 5},
    {"linger_ms": 100},
    {"batch_size": 16 * 1024},
    {"batch_size": 1024 * 1024},
)


def wide_plan() -> Plan:
    """The mills' plan with a form of 40 items and 2 000 units."""
    plan = load_plan(Path(__file__).parents[1] / "tests" / "support" / "gateway_plan" / "mills-2018")
    names = Names(zh="项", en="item")
    items = tuple(Item(id=f"item-{at:02d}", names=names, unit="t") for at in range(ITEMS))
    units = tuple(ReportingUnit(id=f"unit-{at:04d}", names=names, area="city") for at in range(UNITS))
    ids = tuple(unit.id for unit in units)
    form = msgspec.structs.replace(plan.forms[0], items=items, roster=ids, roster_groups=(), checks=())
    sender = msgspec.structs.replace(plan.senders[0], forms=(form.id,), units=ids, unit_groups=())
    return msgspec.structs.replace(plan, forms=(form,), units=units, senders=(sender,), groups=())


def returns_of(plan: Plan) -> list[Outgoing]:
    """One return of each unit, with figures as figures are: five or six digits, no two alike."""
    chance = random.Random(20170616)
    form = plan.forms[0]
    return [
        Outgoing(
            plan.senders[0].id,
            Return(
                return_id=f"r-{unit.id}", form=form.id, form_version=form.version, unit=unit.id, period="2018-01",
                cells=tuple(Cell(item=item.id, value=round(chance.lognormvariate(6, 2), 2)) for item in form.items),
            ),
        )
        for unit in plan.units
    ]  # fmt: skip


def send_bare(producer: KafkaProducer, topic: str, messages: Sequence[tuple[bytes, bytes, list]]) -> None:
    """Send and wait until all is acknowledged."""
    sent = [producer.send(topic, value, key=key, headers=headers) for key, value, headers in messages]
    producer.flush()
    for each in sent:
        each.get(timeout=0)


def bare(settings: KafkaSettings, **changes: object) -> KafkaProducer:
    """kafka-python's own producer with make_producer's settings, but for some."""
    return KafkaProducer(bootstrap_servers=settings.addresses, **{**USUAL, **changes})


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def kept(folder: Path, topic: str) -> int:
    """Bytes of a topic in the broker's log."""
    return sum(file.stat().st_size for file in (folder / "data").glob(f"{topic}-*/*.log"))


def compare(
    settings: KafkaSettings, outgoing: list[Outgoing], book: PlanBook, messages: list, console: Console
) -> None:
    """Publisher.send_returns against the bare client."""
    found: dict[str, list[float]] = {"bare kafka-python": [], "Publisher.send_returns": []}
    topic = settings.topic(outgoing[0].topic)
    with make_producer(settings, "bench") as producer, bare(settings) as plain:
        publisher = Publisher(producer, settings, book, lambda: dt.datetime.now(dt.UTC))
        for round_no in range(-1, ROUNDS):
            theirs = timed(lambda: send_bare(plain, topic, messages))
            ours = timed(lambda: publisher.send_returns(outgoing))
            if round_no >= 0:
                found["bare kafka-python"].append(theirs)
                found["Publisher.send_returns"].append(ours)
    table = Table(title=f"{UNITS} returns of {ITEMS} cells, medians of {ROUNDS} rounds")
    for heading in ("", "returns/s", "of bare"):
        table.add_column(heading, justify="right" if heading else "left")
    medians = {name: statistics.median(times) for name, times in found.items()}
    for name, median in medians.items():
        table.add_row(name, f"{UNITS / median:.0f}", f"{medians['bare kafka-python'] / median:.2f}")
    console.print(table)


def try_settings(settings: KafkaSettings, folder: Path, messages: list, console: Console) -> None:
    """Each setting in turn against make_producer's, all else equal."""
    times: list[list[float]] = [[] for _ in TRIED]
    bytes_kept = [0] * len(TRIED)
    with ExitStack() as stack:
        producers = [stack.enter_context(bare(settings, **changes)) for changes in TRIED]
        topics = [settings.topic(f"tried-{at}") for at in range(len(TRIED))]
        for round_no in range(-1, ROUNDS):
            # In another order each round: who comes first finds the machine otherwise than who comes last.
            for at in random.Random(round_no).sample(range(len(TRIED)), len(TRIED)):
                producer = producers[at]
                before = kept(folder, topics[at])
                took = timed(lambda producer=producer, at=at: send_bare(producer, topics[at], messages))
                if round_no >= 0:
                    times[at].append(took)
                    bytes_kept[at] = kept(folder, topics[at]) - before
    table = Table(title="make_producer's settings (first line) and one of them changed")
    for heading in ("changed", "returns/s", "of the first", "bytes kept per return"):
        table.add_column(heading, justify="left" if heading == "changed" else "right")
    medians = [statistics.median(each) for each in times]
    for changes, median, size in zip(TRIED, medians, bytes_kept, strict=True):
        words = ", ".join(f"{name}={value}" for name, value in changes.items()) or "zstd, 20 ms, 256 KiB"
        table.add_row(words, f"{UNITS / median:.0f}", f"{medians[0] / median:.2f}", f"{size / UNITS:.0f}")
    console.print(table)


def main() -> None:
    """Measure and print."""
    plan = wide_plan()
    book, outgoing, console = PlanBook([plan]), returns_of(plan), Console()
    messages = [(each.sent.unit.encode(), encode(each.sent), headers_of(each.sent, "0" * 32)) for each in outgoing]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "kafka"
        kafka = LocalKafka(folder, free_port(), free_port(), cache_folder(os.environ))
        kafka.start(quiet)
        stack.callback(kafka.stop, quiet)
        settings = replace(kafka.settings, wait_s=20.0)
        specs = topics_of([plan])
        tried = [replace_name(specs[-1], f"tried-{at}") for at in range(len(TRIED))]
        with make_admin(settings, quiet) as admin:
            ensure_topics(admin, settings, (*specs, *tried), quiet)
        console.print(f"{len(messages[0][1])} bytes in the first return")
        compare(settings, outgoing, book, messages, console)
        try_settings(settings, folder, messages, console)


def replace_name(spec: object, name: str) -> object:
    """A topic like another under its own name."""
    return msgspec.structs.replace(spec, name=name)


if __name__ == "__main__":
    main()
