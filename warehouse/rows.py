"""Put landed messages into the raw tables: columns as Arrow, one statement a table."""

from collections.abc import Callable, Iterable
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plan.columns import NO_DETAIL, Columns
from plan.messages import encode
from plan.periods import parse_period
from warehouse.batch import Address, Filing, ReadDeadLetter, ReadExplanation, ReadResult, ReadReturn, ReadTick
from warehouse.migrations import sql
from warehouse.sources import Sources

_ROW_SHIFT = 40
"""A return's row number is source_no * 2^40 + offset: unique, and made from the Kafka address alone."""


_ONE = 1


def source_no(sources: Sources, address: Address) -> int:
    """Number of the topic-partition of an address in the lake."""
    return sources[(address.topic, address.partition)].source_no


def insert_returns(lake: duckdb.DuckDBPyConnection, sources: Sources, returns: list[ReadReturn]) -> None:
    """Insert returns, their narrow cells and the details of those that have any, as Arrow."""
    if not returns:
        return
    begin = {place: source.source_no << _ROW_SHIFT for place, source in sources.items()}
    addresses = [read.address for read in returns]
    rows = [begin[(each.topic, each.partition)] | each.offset for each in addresses]
    of_filing = _of_filings([read.filing for read in returns])
    instant = pa.timestamp("us", "UTC")
    made = {
        "return_row": rows,
        "source_no": pa.array([row >> _ROW_SHIFT for row in rows], pa.int32()),
        "kafka_offset": [each.offset for each in addresses],
        "plan_id": of_filing(lambda filing: filing.plan_id, pa.string()),
        "form_id": of_filing(lambda filing: filing.form, pa.string()),
        "form_version": of_filing(lambda filing: filing.form_version, pa.int32()),
        "period": of_filing(lambda filing: filing.period, pa.string()),
        "period_end_date": of_filing(lambda filing: filing.period_end_date, pa.date32()),
        "area_id": _repeating([read.area for read in returns], pa.string()),
        "unit_id": [read.unit for read in returns],
        "sender_id": of_filing(lambda filing: filing.sender, pa.string()),
        "return_id": [read.return_id for read in returns],
        "content_digest": [read.content_digest for read in returns],
        "is_backdated": _repeating([read.is_backdated for read in returns], pa.bool_()),
        "published_kind": _repeating([read.published_kind for read in returns], pa.string()),
        "sources": _repeating([read.sources for read in returns], pa.string()),
        "note": _repeating([read.note for read in returns], pa.string()),
        "known_at": _repeating([read.known_at for read in returns], instant),
        "received_at": _repeating([read.received_at for read in returns], instant),
    }
    _insert(lake, "raw_return", pa.table(made))
    _insert(lake, "raw_cell", _cells(rows, [read.columns for read in returns]))
    _insert_details(lake, rows, returns)


def _repeating(values: list[Any], kind: pa.DataType) -> pa.DictionaryArray:
    """A column of few different values, each kept once."""
    codes = {value: code for code, value in enumerate(dict.fromkeys(values))}
    if len(codes) == _ONE:
        return _coded(np.zeros(len(values), np.int32), list(codes), kind)
    return _coded(np.array(list(map(codes.__getitem__, values)), np.int32), list(codes), kind)


def _coded(codes: npt.NDArray[np.int32], different: list[Any], kind: pa.DataType) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(different, kind))


def _of_filings(filings: list[Filing]) -> Callable[[Callable[[Filing], Any], pa.DataType], pa.DictionaryArray]:
    """Columns of what the returns' filings say: there are far fewer filings than returns."""
    keys = list(map(id, filings))
    different = dict(zip(keys, filings, strict=True))
    places = {key: place for place, key in enumerate(different)}
    codes = np.array(list(map(places.__getitem__, keys)), np.int32)

    def column(told: Callable[[Filing], Any], kind: pa.DataType) -> pa.DictionaryArray:
        return _coded(codes, [told(each) for each in different.values()], kind)

    return column


def _cells(rows: list[int], columns: list[Columns]) -> pa.Table:
    """The cells of all returns, one below the other; what none of them has costs nothing."""
    counts = np.array([len(each.items) for each in columns])
    return pa.table(
        {
            "return_row": np.repeat(np.array(rows), counts),
            "item_id": _stacked([each.items for each in columns]),
            "row_key": _stacked([each.rows for each in columns]),
            "value": pa.array(np.frombuffer(b"".join([each.figures for each in columns])), from_pandas=True),
            "text_value": _texts(columns, int(counts.sum())),
        }
    )


def _stacked(columns: list[tuple[str, ...]]) -> pa.DictionaryArray:
    """Columns of texts, one below the other. Returns of one layout share theirs, which is then looked at once."""
    codes: dict[str, int] = {}
    keys = list(map(id, columns))
    known = {
        key: np.array([codes.setdefault(text, len(codes)) for text in column], np.int32)
        for key, column in dict(zip(keys, columns, strict=True)).items()
    }
    if len(known) == _ONE:
        return _coded(np.tile(known[keys[0]], len(keys)), list(codes), pa.string())
    return _coded(np.concatenate(list(map(known.__getitem__, keys))), list(codes), pa.string())


def _texts(columns: list[Columns], count: int) -> pa.Array:
    if not any(each.texts for each in columns):
        return _coded(np.zeros(count, np.int32), [""], pa.string())
    return pa.array([text for each in columns for text in each.texts or ("",) * len(each.items)], pa.string())


def _insert_details(lake: duckdb.DuckDBPyConnection, rows: list[int], returns: list[ReadReturn]) -> None:
    found = [
        (row, item, place, detail)
        for row, read in zip(rows, returns, strict=True)
        if read.columns.details
        for item, place, detail in zip(read.columns.items, read.columns.rows, read.columns.details, strict=True)
        if detail != NO_DETAIL
    ]
    if not found:
        return
    made = {
        "return_row": [row for row, *_ in found],
        "item_id": [item for _, item, *_ in found],
        "row_key": [place for _, _, place, _ in found],
        "area_id": [detail.area for *_, detail in found],
        "unit": [detail.unit for *_, detail in found],
        "status": [detail.status.value for *_, detail in found],
        "bound": [detail.bound.value for *_, detail in found],
        "basis": [detail.basis for *_, detail in found],
        "sources": [encode(detail.sources).decode() for *_, detail in found],
    }
    _insert(lake, "raw_cell_detail", pa.table(made))


def insert_explanations(lake: duckdb.DuckDBPyConnection, sources: Sources, explanations: list[ReadExplanation]) -> None:
    """Insert explanations as Arrow."""
    if not explanations:
        return
    made = {
        "source_no": pa.array([source_no(sources, read.address) for read in explanations], pa.int32()),
        "kafka_offset": [read.address.offset for read in explanations],
        "plan_id": [read.plan_id for read in explanations],
        "form_id": [read.sent.form for read in explanations],
        "period": [read.sent.period for read in explanations],
        "area_id": [read.area for read in explanations],
        "unit_id": [read.sent.unit for read in explanations],
        "sender_id": [read.sender for read in explanations],
        "explanation_id": [read.sent.explanation_id for read in explanations],
        "content_digest": [read.content_digest for read in explanations],
        "check_id": [read.sent.check_id for read in explanations],
        "item_id": [read.sent.item for read in explanations],
        "row_key": [read.sent.row for read in explanations],
        "return_id": [read.sent.return_id for read in explanations],
        "says": [read.sent.text for read in explanations],
        "known_at": pa.array([read.received_at for read in explanations], pa.timestamp("us", "UTC")),
    }
    _insert(lake, "raw_explanation", pa.table(made))


def insert_others(
    lake: duckdb.DuckDBPyConnection,
    sources: Sources,
    ticks: list[ReadTick],
    results: list[ReadResult],
    dead: Iterable[ReadDeadLetter],
) -> None:
    """Insert ticks, results and dead letters as Arrow."""
    if ticks:
        made = {
            "source_no": pa.array([source_no(sources, tick.address) for tick in ticks], pa.int32()),
            "kafka_offset": [tick.address.offset for tick in ticks],
            "tick_date": [tick.tick_date for tick in ticks],
        }
        _insert(lake, "raw_tick", pa.table(made))
    if results:
        made = {
            "source_no": pa.array([source_no(sources, read.address) for read in results], pa.int32()),
            "kafka_offset": [read.address.offset for read in results],
            "topic": [read.kind for read in results],
            "result_id": [read.result_id for read in results],
            "payload": [read.payload for read in results],
        }
        landed = pa.table(made)
        _insert(lake, "raw_result", landed)
        ends = pa.array([parse_period(read.period).end_date for read in results], pa.date32())
        lake.register("new_results", landed.append_column("period_end_date", ends))
        for columns in ("landing/assessment", "landing/alert_transition"):
            lake.execute(sql(columns))
        lake.unregister("new_results")
    letters = list(dead)
    if letters:
        made = {
            "topic": [letter.address.topic for letter in letters],
            "kafka_partition": pa.array([letter.address.partition for letter in letters], pa.int32()),
            "kafka_offset": [letter.address.offset for letter in letters],
            "message_key": pa.array([letter.key for letter in letters], pa.binary()),
            "payload": pa.array([letter.payload for letter in letters], pa.binary()),
            "phase": [letter.phase for letter in letters],
            "faults": [encode(letter.faults).decode() for letter in letters],
            "received_at": pa.array([letter.received_at for letter in letters], pa.timestamp("us", "UTC")),
        }
        _insert(lake, "dead_letter", pa.table(made))


def _insert(lake: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    lake.register("landing_rows", rows)
    lake.execute(f"INSERT INTO {table} BY NAME SELECT * FROM landing_rows")
    lake.unregister("landing_rows")
