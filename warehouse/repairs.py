"""Land repairs: an operator's answers to dead letters, each with its name, its reason and what became of it.

A repair lands as if it had come on the topic of the dead letter it answers, under its own address; what is told of it
to the sender bears the address of the original, by which the sender knows it. It comes after the other messages of a
batch: the dead letter it answers may lie in the same one.
"""

from collections.abc import Iterable, Iterator, Sequence

import duckdb
import msgspec
import pyarrow as pa

from plan.messages import OutcomeKind
from warehouse.batch import Address, ReadDeadLetter, ReadExplanation, ReadRepair, ReadReturn
from warehouse.migrations import sql
from warehouse.outbox import put_out
from warehouse.outcomes import landing_outcomes
from warehouse.remembered import Remembered
from warehouse.repair_rules import Judgement, Origin, judge
from warehouse.repeats import sort_explanations, sort_returns
from warehouse.rows import insert_explanations, insert_others, insert_returns, source_no
from warehouse.sources import Sources


class LandedRepairs(msgspec.Struct, frozen=True):
    """What became of the repairs of a batch, by their own addresses."""

    returns: list[ReadReturn]
    explanations: list[ReadExplanation]
    repeated: list[Address]
    dead: list[Address]

    @property
    def landed(self) -> list[Address]:
        """The addresses of those that landed."""
        return [read.address for read in (*self.returns, *self.explanations)]


def land_repairs(
    lake: duckdb.DuckDBPyConnection, sources: Sources, repairs: Sequence[ReadRepair], remembered: Remembered
) -> LandedRepairs:
    """Land the repairs of a batch behind its other messages; runs inside the transaction of the caller."""
    done = LandedRepairs([], [], [], [])
    for run in _runs(repairs):
        _land_run(lake, sources, run, remembered, done)
    return done


def find_origins(lake: duckdb.DuckDBPyConnection, addresses: Iterable[Address]) -> dict[Address, Origin]:
    """What the lake knows of addresses, in one look."""
    asked = sorted(set(addresses))
    made = {
        "topic": [each.topic for each in asked],
        "kafka_partition": pa.array([each.partition for each in asked], pa.int32()),
        "kafka_offset": pa.array([each.offset for each in asked], pa.int64()),
    }
    lake.register("repair_origins", pa.table(made))
    rows = lake.execute(sql("landing/repair_origin")).fetchall()
    lake.unregister("repair_origins")
    return {Address(*row[:3]): Origin(*row[3:]) for row in rows}


def _runs(repairs: Sequence[ReadRepair]) -> Iterator[list[ReadRepair]]:
    """Cut the repairs where one answers an address that an earlier one of the run does: its fate hangs on that one."""
    run: list[ReadRepair] = []
    asked: set[Address] = set()
    for repair in repairs:
        if repair.origin in asked:
            yield run
            run, asked = [], set()
        run.append(repair)
        asked.add(repair.origin)
    if run:
        yield run


def _land_run(
    lake: duckdb.DuckDBPyConnection,
    sources: Sources,
    run: list[ReadRepair],
    remembered: Remembered,
    done: LandedRepairs,
) -> None:
    origins = find_origins(lake, (repair.origin for repair in run))
    judged = {repair.address: judge(repair, origins[repair.origin]) for repair in run}
    admitted = [repair.read for repair in run if judged[repair.address].kind is OutcomeKind.LANDED]
    returns, clashes, repeated = sort_returns(
        lake, tuple(read for read in admitted if isinstance(read, ReadReturn)), remembered.returns
    )
    explanations, more_clashes, more_repeated = sort_explanations(
        lake, tuple(read for read in admitted if isinstance(read, ReadExplanation)), remembered.explanations
    )
    for clash in (*clashes, *more_clashes):
        judged[clash.address] = msgspec.structs.replace(
            judged[clash.address], kind=OutcomeKind.DEAD_LETTERED, phase=clash.phase, faults=clash.faults
        )
    for read in (*repeated, *more_repeated):
        judged[read.address] = msgspec.structs.replace(judged[read.address], kind=OutcomeKind.DUPLICATE)
    insert_returns(lake, sources, returns)
    insert_explanations(lake, sources, explanations)
    dead = [_letter(repair, judged[repair.address]) for repair in run if judged[repair.address].faults]
    insert_others(lake, sources, [], [], dead)
    _insert_repairs(lake, sources, run, judged)
    by_kind = {kind: [each for each in run if judged[each.address].kind is kind] for kind in OutcomeKind}
    told = [[_as_original(repair) for repair in by_kind[kind]] for kind in (OutcomeKind.LANDED, OutcomeKind.DUPLICATE)]
    put_out(lake, landing_outcomes(*told, ()))
    done.returns.extend(returns)
    done.explanations.extend(explanations)
    done.repeated.extend(repair.address for repair in by_kind[OutcomeKind.DUPLICATE])
    done.dead.extend(letter.address for letter in dead)


def _as_original(repair: ReadRepair) -> ReadReturn | ReadExplanation:
    assert not isinstance(repair.read, ReadDeadLetter), "what was refused neither lands nor repeats"
    return msgspec.structs.replace(repair.read, address=repair.origin)


def _letter(repair: ReadRepair, judgement: Judgement) -> ReadDeadLetter:
    """A refused repair, kept whole. The original's sender is not told: it is the operator's message."""
    read = repair.read
    return ReadDeadLetter(
        repair.address, read.key, read.payload, judgement.phase, judgement.faults, read.received_at, is_told=False
    )


def _insert_repairs(
    lake: duckdb.DuckDBPyConnection, sources: Sources, run: list[ReadRepair], judged: dict[Address, Judgement]
) -> None:
    made = {
        "source_no": pa.array([source_no(sources, repair.address) for repair in run], pa.int32()),
        "kafka_offset": [repair.address.offset for repair in run],
        "origin_topic": [repair.origin.topic for repair in run],
        "origin_partition": pa.array([repair.origin.partition for repair in run], pa.int32()),
        "origin_offset": pa.array([repair.origin.offset for repair in run], pa.int64()),
        "kind": [repair.kind.value for repair in run],
        "repaired_by": [repair.by for repair in run],
        "because": [repair.because for repair in run],
        "outcome": [judged[repair.address].kind.value for repair in run],
        "is_compared": [judged[repair.address].is_compared for repair in run],
        "received_at": pa.array([repair.read.received_at for repair in run], pa.timestamp("us", "UTC")),
    }
    lake.register("repair_rows", pa.table(made))
    lake.execute("INSERT INTO raw_repair BY NAME SELECT * FROM repair_rows")
    lake.unregister("repair_rows")
