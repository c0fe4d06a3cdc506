"""The term of the one who derives, kept in the lake itself: a holder that was replaced can commit nothing any more.

The advisory lock says who derives. A holder that hung and was replaced does not know it yet, and may be anywhere, even
just before a commit. So each holder begins a term, a number in the lake, and every commit of a holder reads the term
and writes it again. If a successor began his before the commit began, the number is another one; if he did so after,
both wrote the same table and DuckLake refuses the later commit.
"""

from collections.abc import Callable, Iterable

import duckdb

from warehouse.lake import transaction
from warehouse.sources import read_sources

Guard = Callable[[duckdb.DuckDBPyConnection], None]
"""Looks, inside a transaction and before its commit, whether it may still be made; raises if not."""


class TermOver(Exception):
    """Another process derives by now; nothing of this one's last step remains."""


def begin_term(lake: duckdb.DuckDBPyConnection) -> int:
    """Begin the next term; returns its number. The caller holds the lead and the gate."""
    with transaction(lake):
        term = _term(lake) + 1
        _write(lake, term)
        lake.execute("CALL w.set_commit_message('writer', 'another process derives')")
    return term


def guard_of(term: int) -> Guard:
    """The guard of a term."""

    def check(lake: duckdb.DuckDBPyConnection) -> None:
        found = _term(lake)
        if found != term:
            raise TermOver(f"term {term} of deriving is over, it is {found} now; this writer is started anew")
        _write(lake, term)

    return check


def unguarded(_lake: duckdb.DuckDBPyConnection) -> None:
    """The guard where there is one writer only."""


def enter_sources(
    lake: duckdb.DuckDBPyConnection, cluster_id: str, places: Iterable[tuple[str, int]], guard: Guard
) -> None:
    """Enter topic-partitions that the lake does not know yet, with their numbers and nothing read.

    Two who land the first messages of a partition at once would not conflict, for neither deletes a row; and both
    would make up the same number. So the one who derives enters it before anybody is told to read it.
    """
    known = read_sources(lake)
    fresh = sorted(set(places) - known.keys())
    if not fresh:
        return
    last = max((row.source_no for row in known.values()), default=0)
    with transaction(lake):
        guard(lake)
        lake.executemany(
            "INSERT INTO kafka_source VALUES (?, ?, ?, ?, 0, 0, 0, 0, 0)",
            [[last + 1 + at, cluster_id, *place] for at, place in enumerate(fresh)],
        )
        lake.execute("CALL w.set_commit_message('writer', 'new partitions')")


def _term(lake: duckdb.DuckDBPyConnection) -> int:
    row = lake.execute("SELECT term FROM derivation_term").fetchone()
    return row[0] if row else 0


def _write(lake: duckdb.DuckDBPyConnection, term: int) -> None:
    lake.execute("DELETE FROM derivation_term")
    lake.execute("INSERT INTO derivation_term VALUES (?)", [term])
