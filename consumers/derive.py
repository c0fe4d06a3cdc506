"""One round of derivation: find the work, load what was known, audit it, compute, store in one transaction."""

import duckdb

from expectations.audit import audit
from expectations.auditor import Auditor
from plan.book import PlanBook
from warehouse.derivation import store
from warehouse.due_slices import find_work
from warehouse.inputs import load_inputs
from warehouse.leading import Guard, unguarded
from warehouse.values import compute_values


def derive(lake: duckdb.DuckDBPyConnection, book: PlanBook, auditor: Auditor, guard: Guard = unguarded) -> int:
    """Derive everything that what has landed asks for; returns the number of derivations."""
    work = find_work(lake, book)
    if work.due:
        load_inputs(lake, work.due)
        judged = audit(lake, work.due, auditor)
        store(lake, book, work, judged, compute_values(lake, work.due, judged), guard=guard)
    elif work.void or work.settled or work.is_tick_new:
        store(lake, book, work, {}, [], guard=guard)
    return len(work.due)
