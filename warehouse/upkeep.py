"""The lake's upkeep: small commits are written out and merged, old snapshots expire, old files go after a grace time.

Done when idle and every few hundred commits. Files are only deleted a day after nothing refers to them, so that a
long reader keeps what it reads. Our own vintages do not rest on old snapshots.

It runs in one thread. DuckLake flushes all tables in one parallel plan, and each table that is done is put on one list
of the transaction without a lock (``DuckLakeTransaction::MarkInlinedDataForDeletion``, still so in DuckDB 1.5.5). Two
threads there at once corrupt the heap, and the process dies: ``double free or corruption``. Landing and deriving write
one table in a statement and keep all their threads.
"""

import logging

import duckdb

log = logging.getLogger("qingyu.upkeep")
_COMMITS = 300
_GRACE = "1 day"
_THREADS = "SELECT current_setting('threads')"


class Upkeep:
    """Counts commits and looks after the lake in time."""

    def __init__(self, lake: duckdb.DuckDBPyConnection) -> None:
        self._lake = lake
        self._rounds = 0
        for option in ("expire_older_than", "delete_older_than"):
            lake.execute(f"CALL w.set_option('{option}', '{_GRACE}')")

    def commit_made(self) -> None:
        """Count a round of commits; look after the lake when there were many."""
        self._rounds += 1
        if self._rounds >= _COMMITS:
            self._look_after()

    def when_idle(self) -> None:
        """Look after the lake once after work, then leave it alone until there is new work."""
        if self._rounds:
            self._look_after()

    def _look_after(self) -> None:
        threads = self._lake.execute(_THREADS).fetchall()[0][0]
        self._lake.execute("SET threads = 1")
        # Not put back when it fails: that ends the writer, and a further statement would only hide what went wrong.
        self._lake.execute("CHECKPOINT w")
        self._lake.execute(f"SET threads = {threads}")
        self._rounds = 0
        log.info("looked after the lake")
