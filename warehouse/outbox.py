"""The outbox: what is to be announced on Kafka, written with what caused it, forgotten once acknowledged."""

from collections.abc import Sequence

import duckdb
import msgspec
import pyarrow as pa

from warehouse.lake import transaction
from warehouse.leading import Guard, unguarded


class Announcement(msgspec.Struct, frozen=True):
    """One message to be sent: its id, the topic's plain name, the key and the JSON text."""

    message_id: str
    topic: str
    key: str
    payload: str


def put_out(lake: duckdb.DuckDBPyConnection, announcements: Sequence[Announcement]) -> None:
    """Put announcements behind those that wait; runs inside the transaction of the caller."""
    if not announcements:
        return
    row = lake.execute("SELECT coalesce(max(place), 0) FROM outbox").fetchone()
    last = row[0] if row else 0
    made = pa.table(
        {
            "place": range(last + 1, last + 1 + len(announcements)),
            "message_id": [each.message_id for each in announcements],
            "topic": [each.topic for each in announcements],
            "message_key": [each.key for each in announcements],
            "payload": [each.payload for each in announcements],
        }
    )
    lake.register("outgoing_rows", made)
    lake.execute("INSERT INTO outbox BY NAME SELECT * FROM outgoing_rows")
    lake.unregister("outgoing_rows")


def unsent(lake: duckdb.DuckDBPyConnection, limit: int) -> list[tuple[int, str, str, str]]:
    """Announcements not yet acknowledged: place, topic, key, payload, in the order to be sent."""
    return lake.execute(
        "SELECT place, topic, message_key, payload FROM outbox ORDER BY place LIMIT ?", [limit]
    ).fetchall()


def mark_sent(lake: duckdb.DuckDBPyConnection, up_to_place: int, guard: Guard = unguarded) -> None:
    """Forget announcements that Kafka acknowledged, up to and including a place."""
    with transaction(lake):
        guard(lake)
        lake.execute("DELETE FROM outbox WHERE place <= ?", [up_to_place])
        lake.execute("CALL w.set_commit_message('writer', 'announced')")
