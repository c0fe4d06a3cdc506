"""A store in a folder of its own, and messages to keep in it."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from producers.gateway.spool import EntryKind, Taken
from producers.gateway.store import Store

NOW = dt.datetime(2018, 2, 10, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open store; closed at the end."""
    made = Store(tmp_path / "gateway" / "gateway.sqlite")
    yield made
    made.close()


@pytest.fixture
def make_taken() -> Callable[..., Taken]:
    """Factory: a return of unit `a`; its receipt is named after its id."""

    def make(sent_id: str = "r-1", payload: bytes = b"{}", **changes: object) -> Taken:
        usual = {
            "kind": EntryKind.RETURN,
            "receipt_id": f"receipt-{sent_id}",
            "key_id": "aaaaaaaa",
            "unit": "a",
            "form": "energy",
            "form_version": 1,
            "period": "2018-01",
            "idempotency_key": None,
            "topic": "returns.energy.gateway",
            "trace_id": "0" * 32,
            "received_at": NOW,
        }
        return Taken(
            **{**usual, "sent_id": sent_id, "payload": payload, "content_hash": hashlib.sha256(payload).digest()}
            | changes
        )

    return make
