"""What of a batch is new, what is a repeat, and what clashes: an anti-join against the lake, then within the batch."""

from collections.abc import Iterable
from typing import TypeVar

import duckdb
import pyarrow as pa

from plan.faults import Fault, FaultCode
from warehouse.batch import Address, ReadDeadLetter, ReadExplanation, ReadResult, ReadReturn, ReadTick
from warehouse.known_ids import KnownIds, Scope

R = TypeVar("R", ReadTick, ReadResult)
S = TypeVar("S", ReadReturn, ReadExplanation)


def sort_returns(
    lake: duckdb.DuckDBPyConnection, returns: tuple[ReadReturn, ...], known: KnownIds
) -> tuple[list[ReadReturn], list[ReadDeadLetter], list[ReadReturn]]:
    """Tell new returns from clashes and repeated ones; the scope of an id is form and period."""
    return _sort(lake, returns, known, "return_id")


def sort_explanations(
    lake: duckdb.DuckDBPyConnection, explanations: tuple[ReadExplanation, ...], known: KnownIds
) -> tuple[list[ReadExplanation], list[ReadDeadLetter], list[ReadExplanation]]:
    """The same for explanations."""
    return _sort(lake, explanations, known, "explanation_id")


def _sort(
    lake: duckdb.DuckDBPyConnection, reads: tuple[S, ...], known: KnownIds, id_column: str
) -> tuple[list[S], list[ReadDeadLetter], list[S]]:
    asked: dict[Scope, dict[str, str]] = {}
    for read in reads:
        asked.setdefault(read.scope, {})[read.own_id] = read.content_digest
    seen = known.find(lake, asked)
    if not seen and sum(map(len, asked.values())) == len(reads):
        known.note(asked)
        return list(reads), [], []
    landed: dict[Scope, dict[str, str]] = {scope: {} for scope in asked}
    fresh: list[S] = []
    clashes: list[ReadDeadLetter] = []
    repeated: list[S] = []
    for read in reads:
        before = seen.get(read.scope, {}).get(read.own_id) or landed[read.scope].get(read.own_id)
        if before is None:
            landed[read.scope][read.own_id] = read.content_digest
            fresh.append(read)
        elif before == read.content_digest:
            repeated.append(read)
        else:
            clashes.append(_clash(read, id_column))
    known.note(landed)
    return fresh, clashes, repeated


def _clash(read: ReadReturn | ReadExplanation, id_column: str) -> ReadDeadLetter:
    read_id = read.own_id
    fault = Fault(
        FaultCode.SAME_ID_OTHER_CONTENT,
        id_column,
        f"编号 {read_id} 已用于其他内容;更正请用新编号",
        f"id {read_id} was used for other content; give a correction a new id",
    )
    return ReadDeadLetter(read.address, read.key, read.payload, "duplicate", (fault,), read.received_at, read.is_told)


def new_ticks(lake: duckdb.DuckDBPyConnection, ticks: tuple[ReadTick, ...]) -> tuple[list[ReadTick], list[Address]]:
    """Tell new calendar days from repeated ones."""
    if not ticks:
        return [], []
    dates = [tick.tick_date for tick in ticks]
    rows = lake.execute("SELECT tick_date FROM raw_tick WHERE tick_date BETWEEN ? AND ?", [min(dates), max(dates)])
    seen = {date for (date,) in rows.fetchall()}
    return _first_of_each(ticks, [tick.tick_date for tick in ticks], seen)


def new_results(
    lake: duckdb.DuckDBPyConnection, results: tuple[ReadResult, ...]
) -> tuple[list[ReadResult], list[Address]]:
    """Tell new result messages from repeated ones, by their id."""
    if not results:
        return [], []
    lake.register("batch_ids", pa.table({"result_id": [read.result_id for read in results]}))
    rows = lake.execute("SELECT result_id FROM raw_result SEMI JOIN batch_ids USING (result_id)").fetchall()
    lake.unregister("batch_ids")
    return _first_of_each(results, [read.result_id for read in results], {row[0] for row in rows})


def _first_of_each(reads: Iterable[R], keys: Iterable[object], seen: set[object]) -> tuple[list[R], list[Address]]:
    """Split into the first of each key not seen before, and the addresses of the others."""
    fresh: list[R] = []
    repeated: list[Address] = []
    for read, key in zip(reads, keys, strict=True):
        if key in seen:
            repeated.append(read.address)
        else:
            seen.add(key)
            fresh.append(read)
    return fresh, repeated
