"""Quix Streams with a DuckDB sink, as its documentation writes one: a BatchingSink that writes Arrow into DuckDB.

Runs in its own environment (benchmarks/quix/requirements.lock). It takes what our writer takes off the same topic and
stores the same narrow rows: one per return, one per cell. It checks nothing, drops no repeats and keeps no account; its
offsets go to Kafka after the rows are written. The time runs from the first message that is handed to the sink to the
end of the last write: joining the group and the first fetch count as nothing. Prints seconds and counts as JSON.
"""

import argparse
import json
import sys
import time
from itertools import chain
from typing import Any

import duckdb
import pyarrow as pa
from quixstreams import Application
from quixstreams.sinks import BatchingSink, SinkBatch

_TABLES = """
CREATE TABLE IF NOT EXISTS returns (
    kafka_offset BIGINT, form VARCHAR, form_version INTEGER, period VARCHAR, unit VARCHAR, return_id VARCHAR,
    received_at BIGINT
);
CREATE TABLE IF NOT EXISTS cells (kafka_offset BIGINT, item VARCHAR, row_key VARCHAR, value DOUBLE);
"""


class DuckDBSink(BatchingSink):
    """Writes what a checkpoint gathered in one transaction, and ends the application when enough was written."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, wanted: int) -> None:
        super().__init__()
        self._connection = connection
        self._wanted = wanted
        self.application: Application | None = None
        self.began = self.ended = 0.0
        self.messages = self.cells = 0

    def add(self, *args: Any, **kwargs: Any) -> None:
        """Take one message; the first starts the clock."""
        if not self.began:
            self.began = time.perf_counter()
        super().add(*args, **kwargs)

    def write(self, batch: SinkBatch) -> None:
        """Write a batch as Arrow."""
        items = list(batch)
        sent = [item.value for item in items]
        offsets = [item.offset for item in items]
        cells = list(chain.from_iterable(each["cells"] for each in sent))
        of_cells = list(chain.from_iterable([at] * len(each["cells"]) for at, each in zip(offsets, sent, strict=True)))
        columns = {
            name: [each[name] for each in sent] for name in ("form", "form_version", "period", "unit", "return_id")
        }
        returns = pa.table({"kafka_offset": offsets, **columns, "received_at": [item.timestamp for item in items]})
        narrow = pa.table(
            {
                "kafka_offset": of_cells,
                "item": [each["item"] for each in cells],
                "row_key": [each.get("row", "") for each in cells],
                "value": pa.array([each["value"] for each in cells], pa.float64()),
            }
        )
        self._connection.execute("BEGIN")
        for table, rows in (("returns", returns), ("cells", narrow)):
            self._connection.register("rows", rows)
            self._connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows")
            self._connection.unregister("rows")
        self._connection.execute("COMMIT")
        self.messages += len(items)
        self.cells += len(cells)
        self.ended = time.perf_counter()
        if self.messages >= self._wanted and self.application is not None:
            self.application.stop()


def main() -> None:
    """Read so many messages and say how long it took."""
    words = argparse.ArgumentParser()
    for word in ("bootstrap", "topic", "store"):
        words.add_argument(f"--{word}", required=True)
    for word in ("messages", "batch"):
        words.add_argument(f"--{word}", required=True, type=int)
    asked = words.parse_args()
    with duckdb.connect(asked.store) as connection:
        connection.execute(_TABLES)
        sink = DuckDBSink(connection, asked.messages)
        application = Application(
            broker_address=asked.bootstrap, consumer_group=f"bench-{asked.topic}", auto_offset_reset="earliest",
            commit_every=asked.batch, commit_interval=60, loglevel="ERROR",
        )  # fmt: skip
        sink.application = application
        topic = application.topic(asked.topic, value_deserializer="json", key_deserializer="bytes")
        application.dataframe(topic).sink(sink)
        application.run()
        json.dump({"seconds": sink.ended - sink.began, "messages": sink.messages, "cells": sink.cells}, sys.stdout)


if __name__ == "__main__":
    main()
