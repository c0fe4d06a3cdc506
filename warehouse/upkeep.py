"""The lake's upkeep: small commits are written out and merged, old snapshots expire, old files go after a grace time.

Done when idle and every few hundred commits. Files are only deleted a day after nothing refers to them, so that a
long reader keeps what it reads. Our own vintages do not rest on old snapshots.
"""

import logging

import duckdb

log = logging.getLogger("qingyu.upkeep")
_COMMITS = 300
_GRACE = "1 day"


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
        self._lake.execute("CHECKPOINT w")
        self._rounds = 0
        log.info("looked after the lake")
