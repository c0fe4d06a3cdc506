"""What a landing costs when much is stored already, how fast the marts answer, and what a busy reader takes away.

No broker. For each size a lake is filled with returns of 96 cells in the very shape a landing leaves them in. Then,
each in a process of its own so that memory is counted for it alone, batches land on top, the marts are asked, and
batches land again beside a reader that asks the marts all the while and through a whole upkeep.
"""

import datetime as dt
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing.synchronize import Event
from typing import Annotated, Any

import duckdb
import msgspec
import typer
from bench_feed import CELLS, CURVE, CURVES, DAYS, FIRST_DAY, METERS, SENDER, bench_plan, outbound
from bench_yard import BenchFailed, peak_mib
from rich.console import Console
from rich.progress import track
from rich.table import Table

from consumers.decode import decode_batch
from consumers.message import Message, Part, Polled
from plan.book import PlanBook
from plan.canonical import plan_hash
from plan.messages import PlanMessage, encode
from plan.topics import PLANS
from warehouse.held_open import held_open
from warehouse.lake import open_reader, open_writer, transaction
from warehouse.landing import land
from warehouse.migrations import migrate
from warehouse.remembered import Remembered
from warehouse.settings import WarehouseSettings
from warehouse.upkeep import Upkeep
from warehouse.upkeep_rules import WHOLE, Decision, Reason

BATCH, AT, CLUSTER = 1_000, 1_790_000_000_000, "bench"
FLAT_WITHIN, MEMORY_GOAL_MIB, LOSS_GOAL = 0.10, 1024, 0.10
_AT_ONCE = 20_000
"""Returns that are filled in by one commit: files of about two million cells, as upkeep leaves them."""
_NO_BAR = "SET enable_progress_bar = false"
"""DuckDB takes a spawned process for one that a person types into."""
_QUESTIONS = {
    "observations of a slice": "SELECT count(*), sum(value) FROM fct_observation WHERE form_id = ? AND period = ?",
    "newest observations of a slice":
        "SELECT count(*), sum(value) FROM fct_observation_latest WHERE form_id = ? AND period = ?",
    "responses of a slice": "SELECT count(*) FROM fct_response WHERE form_id = ? AND period = ?",
}  # fmt: skip


class Landed(msgspec.Struct, frozen=True):
    """Median seconds of a batch, and the most memory of the process that landed it."""

    seconds: float
    peak_mib: float


class Beside(msgspec.Struct, frozen=True):
    """What a reader did beside the writer: questions answered, and those that failed."""

    answered: int
    failed: int
    first_fault: str


def fill(environ: dict[str, str], cells: int) -> None:
    """Make a lake with so many cells, as landings would have left it."""
    plan, returns = bench_plan(), cells // CELLS
    with open_writer(WarehouseSettings.from_environ(environ)) as lake:
        lake.execute(_NO_BAR)
        migrate(lake)
        message = Message(0, 0, AT, None, encode(PlanMessage(plan_hash=plan_hash(plan), plan=plan)))
        land(lake, decode_batch(Polled((Part(PLANS, 0, 0, 1, [message]),)), CLUSTER, PlanBook(())))
        place = [2, CLUSTER, CURVES.topic, 0, returns, returns, returns, 0, 0]
        lake.execute("INSERT INTO kafka_source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", place)
        for first in range(0, returns, _AT_ONCE):
            with transaction(lake):
                _fill_returns(lake, plan.id, first, min(first + _AT_ONCE, returns))


def _fill_returns(lake: duckdb.DuckDBPyConnection, plan_id: str, first: int, last: int) -> None:
    lake.execute(
        "CREATE OR REPLACE TEMP TABLE filled AS SELECT i, CAST(? + CAST(i // ? % ? AS INTEGER) AS DATE) AS day, "
        "format('91411000ma{:07d}x-incoming-line-0001', i % ?) AS unit FROM range(?, ?) AS r (i)",
        [FIRST_DAY, METERS, DAYS, METERS, first, last],
    )
    lake.execute(
        "INSERT INTO raw_return BY NAME SELECT (2::BIGINT << 40) | i AS return_row, 2 AS source_no, "
        "i AS kafka_offset, ? AS plan_id, ? AS form_id, 1 AS form_version, CAST(day AS VARCHAR) AS period, "
        "day AS period_end_date, 'henan' AS area_id, unit AS unit_id, ? AS sender_id, "
        "format('{}-{}-{}', md5(CAST(i AS VARCHAR))[:24], unit, day) AS return_id, "
        "md5(CAST(-i AS VARCHAR)) AS content_digest, false AS is_backdated, 'exact' AS published_kind, "
        "'[]' AS sources, '' AS note, make_timestamptz(? + i * 1000) AS known_at, "
        "make_timestamptz(? + i * 1000) AS received_at FROM filled",
        [plan_id, CURVE, SENDER, (AT - 90_000_000_000) * 1000, (AT - 90_000_000_000) * 1000],
    )
    lake.execute(
        "INSERT INTO raw_cell BY NAME SELECT (2::BIGINT << 40) | i AS return_row, 'energy' AS item_id, "
        "format('{:02d}:{:02d}', q // 4, q % 4 * 15) AS row_key, round(hash(i * 96 + q) % 1000000 / 1000, 3) AS value, "
        "'' AS text_value FROM filled CROSS JOIN range(?) AS r (q) ORDER BY ALL",
        [CELLS],
    )


@contextmanager
def writing(environ: dict[str, str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The lake that is there, as the writer has it open."""
    settings = WarehouseSettings.from_environ(environ)
    assert settings.catalogue_file is not None
    with open_writer(settings) as lake, held_open(settings.catalogue_file):
        lake.execute(_NO_BAR)
        yield lake


def land_batches(environ: dict[str, str], first: int, batches: int) -> Landed:
    """Land batches of 96 000 cells on top; everything a landing does is on."""
    book, remembered, times = PlanBook([bench_plan()]), Remembered.nothing(), []
    with writing(environ) as lake:
        for number in range(batches + 1):
            begins = first + number * BATCH
            messages = [
                Message(0, begins + at, AT, each.key, each.value)
                for at, each in enumerate(outbound(CURVES, begins, BATCH))
            ]
            polled = Polled((Part(CURVES.topic, 0, begins, begins + BATCH, messages),))
            began = time.perf_counter()
            account = land(lake, decode_batch(polled, CLUSTER, book), remembered)
            times.append(time.perf_counter() - began)
            if account.landed != BATCH:
                raise BenchFailed(f"not all landed: {account}")
    return Landed(statistics.median(times[1:]), peak_mib())


def ask(environ: dict[str, str], stored: int, times: int) -> dict[str, float]:
    """Median seconds of each question to the marts, about another slice each time."""
    found: dict[str, float] = {}
    with closing(open_reader(WarehouseSettings.from_environ(environ))) as lake:
        for name, question in _QUESTIONS.items():
            took = []
            for number in range(times):
                began = time.perf_counter()
                lake.execute(question, _slice(number, stored)).fetchall()
                took.append(time.perf_counter() - began)
            found[name] = statistics.median(took)
    return found


def keep_asking(environ: dict[str, str], stored: int, enough: Event) -> Beside:
    """Ask the marts one question after the other until told that it is enough."""
    answered = failed = 0
    first_fault = ""
    with closing(open_reader(WarehouseSettings.from_environ(environ))) as lake:
        while not enough.is_set():
            for question in _QUESTIONS.values():
                try:
                    lake.execute(question, _slice(answered, stored)).fetchall()
                    answered += 1
                except duckdb.Error as fault:
                    failed += 1
                    first_fault = first_fault or str(fault)
    return Beside(answered, failed, first_fault)


def look_after(environ: dict[str, str]) -> float:
    """Seconds of a whole upkeep."""
    with writing(environ) as lake:
        began = time.perf_counter()
        Upkeep(lake).look_after(Decision(WHOLE, Reason.ASKED))
        return time.perf_counter() - began


def _slice(number: int, stored: int) -> list[str]:
    """One of the slices that were filled."""
    days = max(min(stored // METERS, DAYS), 1)
    return [CURVE, (FIRST_DAY + dt.timedelta(days=number * 7 % days)).isoformat()]


def alone(work: Callable[..., Any], *given: Any) -> Any:
    """Do a piece of work in a fresh process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def with_reader(environ: dict[str, str], stored: int, work: Callable[..., Any], *given: Any) -> tuple[Any, Beside]:
    """Do a piece of work in its own process while another one keeps asking."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Manager() as manager, spawn.Pool(1) as pool:
        enough = manager.Event()
        reading = pool.apply_async(keep_asking, (environ, stored, enough))
        try:
            done = alone(work, environ, *given)
        finally:
            enough.set()
        return done, reading.get(timeout=120)


def main(
    millions: Annotated[list[int] | None, typer.Option(help="Millions of cells stored; give it once a size.")] = None,
    batches: Annotated[int, typer.Option(min=2, help=f"Batches of {BATCH * CELLS:,} cells landed on top.")] = 10,
) -> None:
    """Measure and print."""
    console = Console()
    landing = Table(title=f"{batches} batches of {BATCH * CELLS:,} cells, medians")
    marts = Table(title="the marts asked, medians")
    beside = Table(title="beside one busy reader")
    headings = {
        landing: ("stored", "s a batch", "µs a cell", "against the first", "peak MiB", "goals"),
        marts: ("stored", *_QUESTIONS),
        beside: ("stored", "s a batch", "loss", "goal", "upkeep s", "answered", "failed"),
    }
    for table, names in headings.items():
        for name in names:
            table.add_column(name, justify="right")
    first_size = 0.0
    for size in track(millions or [1, 10], "sizes", console=console, transient=True):
        with tempfile.TemporaryDirectory() as folder:
            environ, stored = {"QINGYU_VAR": folder}, size * 1_000_000 // CELLS
            alone(fill, environ, size * 1_000_000)
            quiet = alone(land_batches, environ, stored, batches)
            first_size = first_size or quiet.seconds
            drift = quiet.seconds / first_size - 1
            is_met = abs(drift) <= FLAT_WITHIN and quiet.peak_mib <= MEMORY_GOAL_MIB
            landing.add_row(
                f"{size} M", f"{quiet.seconds:.3f}", f"{quiet.seconds / BATCH / CELLS * 1e6:.2f}", f"{drift:+.0%}",
                f"{quiet.peak_mib:.0f}", f"{'met' if is_met else 'MISSED'}: ±{FLAT_WITHIN:.0%}, {MEMORY_GOAL_MIB}",
            )  # fmt: skip
            marts.add_row(f"{size} M", *(f"{seconds:.3f} s" for seconds in alone(ask, environ, stored, 9).values()))
            again = stored + (batches + 1) * BATCH
            busy, reader = with_reader(environ, stored, land_batches, again, batches)
            upkeep, keeper = with_reader(environ, stored, look_after)
            loss = busy.seconds / quiet.seconds - 1
            if reader.failed or keeper.failed:
                console.print(f"[red]a read failed: {reader.first_fault or keeper.first_fault}[/red]", markup=True)
            beside.add_row(
                f"{size} M", f"{busy.seconds:.3f}", f"{loss:+.0%}",
                f"{'met' if loss <= LOSS_GOAL else 'MISSED'}: under {LOSS_GOAL:.0%}", f"{upkeep:.2f}",
                str(reader.answered + keeper.answered), str(reader.failed + keeper.failed),
            )  # fmt: skip
    for table in headings:
        console.print(table)


if __name__ == "__main__":
    typer.run(main)
