"""What of a batch is new, what is a repeat, and what clashes: an anti-join against the lake, then within the batch."""

from collections.abc import Iterable
from typing import TypeVar

import duckdb
import pyarrow as pa

from plan.faults import Fault, FaultCode
from warehouse.batch import Address, ReadDeadLetter, ReadResult, ReadReturn, ReadTick

R = TypeVar("R", ReadTick, ReadResult)


def sort_returns(
    lake: duckdb.DuckDBPyConnection, returns: tuple[ReadReturn, ...]
) -> tuple[list[ReadReturn], list[ReadDeadLetter], list[Address]]:
    """Tell new returns from clashes and repeated ones; the scope of an id is form and period."""
    if not returns:
        return [], [], []
    keys = pa.table(
        {
            "form_id": [read.sent.form for read in returns],
            "period": [read.sent.period for read in returns],
            "return_id": [read.sent.return_id for read in returns],
        }
    )
    lake.register("batch_keys", keys)
    found = lake.execute(
        "SELECT r.form_id, r.period, r.return_id, r.content_digest FROM raw_return AS r "
        "SEMI JOIN batch_keys AS b USING (form_id, period, return_id)"
    ).fetchall()
    lake.unregister("batch_keys")
    seen = {(form, period, return_id): content for form, period, return_id, content in found}
    fresh: list[ReadReturn] = []
    clashes: list[ReadDeadLetter] = []
    repeated: list[Address] = []
    for read in returns:
        key = (read.sent.form, read.sent.period, read.sent.return_id)
        if key not in seen:
            seen[key] = read.content_digest
            fresh.append(read)
        elif seen[key] == read.content_digest:
            repeated.append(read.address)
        else:
            clashes.append(_clash(read))
    return fresh, clashes, repeated


def _clash(read: ReadReturn) -> ReadDeadLetter:
    fault = Fault(
        FaultCode.SAME_ID_OTHER_CONTENT,
        "return_id",
        f"编号 {read.sent.return_id} 已用于内容不同的报表;更正请用新编号",
        f"id {read.sent.return_id} was used for other content; give a correction a new id",
    )
    return ReadDeadLetter(read.address, read.key, read.payload, "duplicate", (fault,), read.received_at)


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
