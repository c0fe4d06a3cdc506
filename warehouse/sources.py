"""Offsets and accounts per topic-partition, kept in the lake itself."""

import duckdb
import msgspec

from warehouse.batch import Account


class OtherCluster(Exception):
    """The lake was fed by another Kafka cluster; the message says how to mend it."""


class AccountingBroken(Exception):
    """consumed = landed + dead-lettered + duplicate does not hold: nothing may be derived from such a lake."""


class SourceRow(msgspec.Struct, frozen=True):
    """One topic-partition: its number in the lake, the next offset to read, its account."""

    source_no: int
    next_offset: int
    account: Account


Sources = dict[tuple[str, int], SourceRow]


def read_sources(lake: duckdb.DuckDBPyConnection) -> Sources:
    """All topic-partitions the lake has read from."""
    rows = lake.execute(
        "SELECT topic, kafka_partition, source_no, next_offset, consumed, landed, dead_lettered, duplicate "
        "FROM kafka_source"
    ).fetchall()
    return {(row[0], row[1]): SourceRow(row[2], row[3], Account(*row[4:])) for row in rows}


def check_cluster(lake: duckdb.DuckDBPyConnection, cluster_id: str) -> None:
    """Refuse a Kafka cluster other than the one whose offsets the lake holds; raises :class:`OtherCluster`."""
    known = {row[0] for row in lake.execute("SELECT DISTINCT cluster_id FROM kafka_source").fetchall()}
    if known - {cluster_id}:
        raise OtherCluster(
            f"the lake holds offsets of Kafka cluster {', '.join(sorted(known))}, this is {cluster_id}. "
            "Point QINGYU_KAFKA_BOOTSTRAP at the old cluster, or, if its log is gone for good, delete the lake "
            "(make wipe) and let it be rebuilt from the new log"
        )


def check_accounts(lake: duckdb.DuckDBPyConnection) -> Account:
    """Check every partition's account and the rows behind it; returns the total, raises :class:`AccountingBroken`."""
    total = Account()
    for (topic, partition), row in read_sources(lake).items():
        if not row.account.is_balanced:
            raise AccountingBroken(f"{topic}[{partition}]: {row.account}; stop and look at the writer's log")
        total = total.plus(row.account)
    found = lake.execute(
        "SELECT (SELECT count(*) FROM raw_return) + (SELECT count(*) FROM raw_tick) "
        "+ (SELECT count(*) FROM raw_plan) + (SELECT count(*) FROM raw_result) "
        "+ (SELECT count(*) FROM raw_explanation), "
        "(SELECT count(*) FROM dead_letter)"
    ).fetchone()
    if found != (total.landed, total.dead_lettered):
        raise AccountingBroken(f"rows in the lake (landed, dead letters) {found}, accounts {total}")
    return total
