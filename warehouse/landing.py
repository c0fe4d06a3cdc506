"""Land one batch: one transaction = rows, dead letters, touched slices, offsets, account.

The order of a landing:

1. begin; read the offsets and accounts of the partitions from the lake, or remember them from the landing before;
2. refuse a batch that does not begin exactly at the stored offsets: nothing is lost, nothing lands twice;
3. tell apart what is new, a duplicate (same id, same content) and a clash (same id, other content: dead letter);
4. insert plans (and replace their dimensions), ticks, returns, cells, explanations, results, dead letters;
5. put what became of each message into the outbox for the senders that are told;
6. land what operators repaired of the dead letters, those of this batch included; mark the touched slices;
7. write the new offsets and accounts, after checking consumed = landed + dead-lettered + duplicate;
8. commit. A crash before this leaves nothing; after it, everything, and reading resumes behind it.
"""

from collections import Counter
from collections.abc import Mapping, Set
from operator import attrgetter

import duckdb
import msgspec
import pyarrow as pa

from warehouse.batch import Account, Address, Batch, ReadPlan, ReadReturn, Span
from warehouse.dimensions import replace_dimensions
from warehouse.lake import transaction
from warehouse.outbox import put_out
from warehouse.outcomes import landing_outcomes
from warehouse.remembered import Remembered, TouchedSlice
from warehouse.repairs import land_repairs
from warehouse.repeats import new_results, new_ticks, sort_explanations, sort_returns
from warehouse.rows import insert_explanations, insert_others, insert_returns, source_no
from warehouse.sources import AccountingBroken, SourceRow, Sources, read_sources

Place = tuple[str, int]
_SOURCE_COLUMNS = (
    "source_no", "cluster_id", "topic", "kafka_partition", "next_offset", "consumed", "landed", "dead_lettered",
    "duplicate",
)  # fmt: skip


_place_of = attrgetter("topic", "partition")


class OffsetGap(Exception):
    """The batch does not follow on what the lake holds: messages in between would be lost."""


def land(lake: duckdb.DuckDBPyConnection, batch: Batch, remembered: Remembered | None = None) -> Account:
    """Land a batch in one transaction; returns its account. Nothing remains of a batch that fails.

    ``remembered``: what is remembered of earlier batches; without it the lake is asked.
    """
    return total_of(land_places(lake, batch, remembered or Remembered.nothing()))


def land_places(lake: duckdb.DuckDBPyConnection, batch: Batch, remembered: Remembered) -> dict[Place, Account]:
    """The same, with the account of each topic-partition."""
    try:
        return _land(lake, batch, remembered)
    except BaseException:
        remembered.forget()  # what it noted of this batch is not in the lake
        raise


def _land(lake: duckdb.DuckDBPyConnection, batch: Batch, remembered: Remembered) -> dict[Place, Account]:
    with transaction(lake):
        known = read_sources(lake) if remembered.sources is None else remembered.sources
        _check_follows(batch, known)
        sources = _with_new_numbers(known, batch.spans)
        returns, clashes, repeated = sort_returns(lake, batch.returns, remembered.returns)
        explanations, more_clashes, more_repeated = sort_explanations(lake, batch.explanations, remembered.explanations)
        ticks, repeated_ticks = new_ticks(lake, batch.ticks)
        results, repeated_results = new_results(lake, batch.results)
        landed_plans, repeated_plans = _land_plans(lake, sources, batch.plans)
        dead = (*batch.dead, *clashes, *more_clashes)
        insert_returns(lake, sources, returns)
        insert_explanations(lake, sources, explanations)
        insert_others(lake, sources, ticks, results, dead)
        put_out(lake, landing_outcomes((*returns, *explanations), (*repeated, *more_repeated), dead))
        repaired = land_repairs(lake, sources, batch.repairs, remembered)
        touched = _touch(
            lake, [*returns, *repaired.returns], [read.plan.id for read in batch.plans], remembered.touched
        )
        accounts = _accounts(
            batch,
            landed=[
                *landed_plans,
                *(each.address for each in (*returns, *explanations, *ticks, *results)),
                *repaired.landed,
            ],
            dead=[*(each.address for each in dead), *repaired.dead],
            duplicate=[
                *(each.address for each in (*repeated, *more_repeated)),
                *repeated_ticks,
                *repeated_results,
                *repeated_plans,
                *repaired.repeated,
            ],
        )
        stored = _store_sources(lake, batch, sources, accounts)
        note = msgspec.json.encode({f"{topic}[{at}]": span.next for (topic, at), span in batch.spans.items()}).decode()
        lake.execute("CALL w.set_commit_message('writer', 'landing', extra_info => ?)", [note])
    remembered.sources = sources | stored
    remembered.touched |= touched
    return accounts


def total_of(accounts: Mapping[Place, Account]) -> Account:
    """One account over all topic-partitions."""
    total = Account()
    for account in accounts.values():
        total = total.plus(account)
    return total


def _check_follows(batch: Batch, known: Sources) -> None:
    for place, span in batch.spans.items():
        stored = known[place].next_offset if place in known else 0
        if span.first != stored:
            raise OffsetGap(f"{place}: landed up to {stored}, the batch begins at {span.first}; restart the writer")


def _with_new_numbers(known: Sources, spans: Mapping[Place, Span]) -> Sources:
    made = dict(known)
    for place in sorted(spans):
        if place not in made:
            made[place] = SourceRow(len(made) + 1, 0, Account())
    return made


def _land_plans(
    lake: duckdb.DuckDBPyConnection, sources: Sources, plans: tuple[ReadPlan, ...]
) -> tuple[list[Address], list[Address]]:
    """Land plans whose hash is not the one in force; a plan may go back to an earlier text, so only that counts."""
    landed: list[Address] = []
    repeated: list[Address] = []
    if not plans:
        return landed, repeated
    in_force = dict(lake.execute("SELECT plan_id, plan_hash FROM dim_plan").fetchall())
    for read in plans:
        if in_force.get(read.plan.id) == read.plan_hash:
            repeated.append(read.address)
            continue
        in_force[read.plan.id] = read.plan_hash
        landed.append(read.address)
        row = [
            source_no(sources, read.address),
            read.address.offset,
            read.plan.id,
            read.plan_hash,
            read.canonical,
        ]
        lake.execute("INSERT INTO raw_plan VALUES (?, ?, ?, ?, ?)", row)
        replace_dimensions(lake, read.plan, read.plan_hash)
    return landed, repeated


def _touch(
    lake: duckdb.DuckDBPyConnection, returns: list[ReadReturn], plan_ids: list[str], known: Set[TouchedSlice]
) -> set[TouchedSlice]:
    """Mark the slices that returns bear on, and of a plan that landed all that have any return; returns the former.

    Those that are ``known`` to be marked are not looked at again.
    """
    bearing = {read.touches for read in returns}
    touched = {each for slices in bearing for each in slices} - known
    if touched:
        form, period, area = zip(*sorted(touched), strict=True)
        lake.register("batch_slices", pa.table({"form_id": form, "period": period, "area_id": area}))
        lake.execute(
            "INSERT INTO touched_slice SELECT * FROM batch_slices "
            "ANTI JOIN touched_slice USING (form_id, period, area_id)"
        )
        lake.unregister("batch_slices")
    for plan_id in plan_ids:
        lake.execute(
            "INSERT INTO touched_slice SELECT DISTINCT form_id, period, area_id FROM raw_return AS r "
            "ANTI JOIN touched_slice USING (form_id, period, area_id) WHERE r.plan_id = ?",
            [plan_id],
        )
    return touched


def _accounts(
    batch: Batch, landed: list[Address], dead: list[Address], duplicate: list[Address]
) -> dict[Place, Account]:
    counts = [Counter(map(_place_of, kind)) for kind in (landed, dead, duplicate)]
    made = {}
    for place, span in batch.spans.items():
        account = Account(span.messages, *(count[place] for count in counts))
        if not account.is_balanced:
            raise AccountingBroken(f"{place}: {account}; the batch is not landed")
        made[place] = account
    return made


def _store_sources(
    lake: duckdb.DuckDBPyConnection, batch: Batch, sources: Sources, accounts: Mapping[Place, Account]
) -> Sources:
    stored = {
        place: SourceRow(sources[place].source_no, span.next, sources[place].account.plus(accounts[place]))
        for place, span in batch.spans.items()
    }
    rows = [
        (row.source_no, batch.cluster_id, *place, row.next_offset, *msgspec.structs.astuple(row.account))
        for place, row in stored.items()
    ]
    columns = dict(zip(_SOURCE_COLUMNS, zip(*rows, strict=True), strict=True))
    lake.register("read_sources", pa.table(columns))
    lake.execute("DELETE FROM kafka_source WHERE source_no IN (SELECT source_no FROM read_sources)")
    lake.execute("INSERT INTO kafka_source BY NAME SELECT * FROM read_sources")
    lake.unregister("read_sources")
    return stored
