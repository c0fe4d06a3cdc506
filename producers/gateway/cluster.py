"""The store belongs to one Kafka cluster: its receipts name addresses there."""

import sqlite3
from collections.abc import Callable

from producers.gateway.faults import OtherCluster


def claim_cluster(cluster_id: str) -> Callable[[sqlite3.Connection], None]:
    """A job that binds the store to a cluster on first use and raises OtherCluster for any other one later."""

    def job(database: sqlite3.Connection) -> None:
        row = database.execute("SELECT value FROM fact WHERE name = 'kafka_cluster'").fetchone()
        if row is None:
            database.execute("INSERT INTO fact VALUES ('kafka_cluster', ?)", (cluster_id,))
        elif row[0] != cluster_id:
            raise OtherCluster(
                f"The gateway's store belongs to Kafka cluster {row[0]}, this is {cluster_id}: "
                "its receipts name addresses in the other one.",
                "Point QINGYU_KAFKA_BOOTSTRAP at the old cluster, or move the store away (docs/runbooks/gateway.md).",
            )

    return job
