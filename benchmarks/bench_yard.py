"""The yard of the writer's benchmarks: a Kafka of their own, the writer as it is run, and a watch on its commits."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import msgspec
from bench_feed import Outbound, bench_plan

from broker.clients import ensure_topics, make_admin, make_producer, quiet
from broker.local import LocalKafka
from broker.places import cache_folder
from broker.settings import KafkaSettings
from plan.canonical import plan_hash
from plan.messages import PlanMessage, encode
from plan.topics import PLANS, topics_of
from warehouse.settings import WarehouseSettings

ROOT = Path(__file__).parents[1]
_LOOK_S, _GIVE_UP_S, _QUIET_SHARE = 0.01, 600.0, 0.05
_UTIME, _STIME, _GROUP = 11, 12, 2


class BenchFailed(Exception):
    """The benchmark cannot say anything: something that must hold does not."""


class Yard(msgspec.Struct, frozen=True):
    """Where the benchmark works: its Kafka, and the environment that the commands get."""

    kafka: KafkaSettings
    environ: dict[str, str]
    folder: Path

    @property
    def warehouse(self) -> WarehouseSettings:
        """The lake that the writer writes."""
        return WarehouseSettings.from_environ(self.environ)


@contextmanager
def running_yard(folder: Path) -> Iterator[Yard]:
    """A Kafka that runs, with the topics and the plan of the benchmarks in its log."""
    # Whoever ends the benchmark ends what it started, too: nothing else would wake a writer that is held up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        server = LocalKafka(folder / "kafka", free_port(), free_port(), cache_folder(os.environ))
        server.start(quiet)
        stack.callback(server.stop, quiet)
        kafka = server.settings
        kept = {key: value for key, value in os.environ.items() if not key.startswith("QINGYU_")}
        ours = {"QINGYU_VAR": str(folder / "var"), "QINGYU_KAFKA_BOOTSTRAP": kafka.bootstrap}
        plan = bench_plan()
        with make_admin(kafka) as admin:
            ensure_topics(admin, kafka, topics_of([plan]), quiet)
        yard = Yard(kafka, {**kept, **ours}, folder)
        sent = encode(PlanMessage(plan_hash=plan_hash(plan), plan=plan))
        publish(yard, PLANS, [Outbound(plan.id.encode(), sent, [])])
        yield yard


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def publish(yard: Yard, topic: str, messages: Iterable[Outbound], partition: int | None = 0) -> int:
    """Send messages to a partition of a topic and wait for all acknowledgements; returns how many.

    None: each to the partition that its key gives it, as our doors do.
    """
    with closing(make_producer(yard.kafka, "bench")) as producer:
        name = yard.kafka.topic(topic)
        sent = [
            producer.send(name, value=each.value, key=each.key, headers=each.headers, partition=partition)
            for each in messages
        ]
        producer.flush()
        for each in sent:
            each.get(timeout=0)
    return len(sent)


def peak_mib() -> float:
    """The most memory that this process has held."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


class WriterProcess:
    """``qingyu writer run`` with its reader and its auditor, in a process group of its own that can be held up.

    Held up between its turns it takes no time from the others, and when it goes on everything is imported and
    connected: what is measured is work.
    """

    def __init__(self, yard: Yard) -> None:
        (yard.folder / "var").mkdir(exist_ok=True)
        self.log = yard.folder / "var" / "writer.log"
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "qingyu.py", "writer", "run"],
                cwd=ROOT, env=yard.environ, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """The writer's own process."""
        return self._process.pid

    def pause(self) -> None:
        """Hold it up."""
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.check()
        os.killpg(self.pid, signal.SIGCONT)

    def wait_idle(self) -> None:
        """Wait until for a second it does next to nothing: what was sent is landed, and the lake looked after."""
        deadline = time.monotonic() + _GIVE_UP_S
        while time.monotonic() < deadline:
            self.check()
            before = self._cpu_s()
            time.sleep(1)
            if self._cpu_s() - before < _QUIET_SHARE:
                return
        raise BenchFailed(f"the writer never came to rest; see {self.log}")

    def stop(self) -> None:
        """End it as an operator would."""
        os.killpg(self.pid, signal.SIGCONT)
        self._process.terminate()
        self._process.wait(timeout=60)

    def check(self) -> None:
        """Fail, with the end of its log, when it has ended by itself."""
        if self._process.poll() is not None:
            raise BenchFailed(f"the writer ended: {self.log.read_text(encoding='utf-8')[-2000:]}")

    def _cpu_s(self) -> float:
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[_GROUP]) == self.pid:
                ticks += int(fields[_UTIME]) + int(fields[_STIME])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def running_writer(yard: Yard) -> Iterator[WriterProcess]:
    """The writer, landed what there was and come to rest; ended however the benchmark ends."""
    writer = WriterProcess(yard)
    try:
        writer.wait_idle()
        yield writer
    finally:
        writer.stop()


class Commits:
    """What the catalogue says of the writer's landings. Looking there costs next to nothing, and nobody waits.

    Each look opens the file anew: DuckDB's readers in this process have an SQLite of their own, and closing one lets go
    of the locks of all others on the file.
    """

    def __init__(self, yard: Yard) -> None:
        catalogue = yard.warehouse.catalogue_file
        if catalogue is None:
            raise BenchFailed("the benchmarks need the local catalogue")
        self._address = f"file:{catalogue}?mode=ro"

    def offsets(self, topic: str) -> list[int]:
        """Up to where each landing on partition 0 of a topic went, in their order."""
        place = f"{topic}[0]"
        return [note[place] for note in reversed(self._notes(1_000_000)) if place in note]

    def wait(self, topic: str, offset: int, writer: WriterProcess) -> None:
        """Wait until everything before an offset has landed, and was committed."""
        deadline = time.monotonic() + _GIVE_UP_S
        while not any(note.get(f"{topic}[0]", 0) >= offset for note in self._notes(1)):
            writer.check()
            if time.monotonic() > deadline:
                raise BenchFailed(f"{topic} did not land up to {offset}")
            time.sleep(_LOOK_S)

    def _notes(self, most: int) -> list[dict[str, int]]:
        """The offsets of so many landings, the newest first."""
        with closing(sqlite3.connect(self._address, uri=True, isolation_level=None)) as catalogue:
            rows = catalogue.execute(
                "SELECT commit_extra_info FROM ducklake_snapshot_changes WHERE commit_message = 'landing' "
                "ORDER BY snapshot_id DESC LIMIT ?",
                [most],
            ).fetchall()
        return [msgspec.json.decode(note) for (note,) in rows]
