"""One round of derivation: find the work, load what was known, audit it, compute, store.

A round is done in parts of bounded size, each stored in a transaction of its own, in the order of the work: late
returns of a form with many units set off a derivation each, and each rests on all the units. What a part has stored is
not due again, so a writer that is killed between two parts goes on with the next.
"""

from collections.abc import Iterator

import duckdb
import msgspec

from expectations.audit import audit
from expectations.auditor import Auditor
from plan.book import PlanBook
from warehouse.derivation import store
from warehouse.due_slices import DueSlice, Work, find_work
from warehouse.inputs import load_inputs, returns_behind
from warehouse.leading import Guard, unguarded
from warehouse.values import compute_values

_RETURNS_AT_ONCE = 200_000
"""Some hundred megabytes of inputs and frames, and too large a part for the cost of a commit to show."""


def derive(lake: duckdb.DuckDBPyConnection, book: PlanBook, auditor: Auditor, guard: Guard = unguarded) -> int:
    """Derive everything that what has landed asks for; returns the number of derivations."""
    work = find_work(lake, book)
    for part in parts_of(work):
        if part.due:
            load_inputs(lake, part.due)
            judged = audit(lake, part.due, auditor)
            store(lake, book, part, judged, compute_values(lake, part.due, judged), guard=guard)
        elif part.void or part.settled or part.is_tick_new:
            store(lake, book, part, {}, [], guard=guard)
    return len(work.due)


def parts_of(work: Work, returns_at_once: int = _RETURNS_AT_ONCE) -> Iterator[Work]:
    """Parts of the work, each of one derivation or of so many expected returns at most; the last one settles it."""
    part: list[DueSlice] = []
    size = 0
    for each in work.due:
        weight = returns_behind(each)
        if part and size + weight > returns_at_once:
            yield Work(tuple(part), (), (), None, is_tick_new=False)
            part, size = [], 0
        part.append(each)
        size += weight
    yield msgspec.structs.replace(work, due=tuple(part))
