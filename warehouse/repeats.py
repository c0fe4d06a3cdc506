"""What of a batch is new, what is a repeat, and what clashes: an anti-join against the lake, then within the batch."""

from collections.abc import Iterable
from typing import TypeVar

import duckdb
import pyarrow as pa

from plan.faults import Fault, FaultCode
from warehouse.batch import Address, ReadDeadLetter, ReadExplanation, ReadResult, ReadReturn, ReadTick

R = TypeVar("R", ReadTick, ReadResult)
S = TypeVar("S", ReadReturn, ReadExplanation)


def sort_returns(
    lake: duckdb.DuckDBPyConnection, returns: tuple[ReadReturn, ...]
) -> tuple[list[ReadReturn], list[ReadDeadLetter], list[ReadReturn]]:
    """Tell new returns from clashes and repeated ones; the scope of an id is form and period."""
    return _sort(lake, returns, "raw_return", "return_id")


def sort_explanations(
    lake: duckdb.DuckDBPyConnection, explanations: tuple[ReadExplanation, ...]
) -> tuple[list[ReadExplanation], list[ReadDeadLetter], list[ReadExplanation]]:
    """The same for explanations."""
    return _sort(lake, explanations, "raw_explanation", "explanation_id")


def _sort(
    lake: duckdb.DuckDBPyConnection, reads: tuple[S, ...], table: str, id_column: str
) -> tuple[list[S], list[ReadDeadLetter], list[S]]:
    if not reads:
        return [], [], []
    form, period, read_id = zip(*(read.key_of_id for read in reads), strict=True)
    lake.register("batch_keys", pa.table({"form_id": form, "period": period, id_column: read_id}))
    found = lake.execute(
        f"SELECT r.form_id, r.period, r.{id_column}, r.content_digest FROM {table} AS r "
        f"SEMI JOIN batch_keys AS b USING (form_id, period, {id_column})"
    ).fetchall()
    lake.unregister("batch_keys")
    seen = {(form, period, read_id): content for form, period, read_id, content in found}
    fresh: list[S] = []
    clashes: list[ReadDeadLetter] = []
    repeated: list[S] = []
    for read in reads:
        key = read.key_of_id
        if key not in seen:
            seen[key] = read.content_digest
            fresh.append(read)
        elif seen[key] == read.content_digest:
            repeated.append(read)
        else:
            clashes.append(_clash(read, id_column))
    return fresh, clashes, repeated


def _clash(read: ReadReturn | ReadExplanation, id_column: str) -> ReadDeadLetter:
    *_, read_id = read.key_of_id
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
