"""A store in a folder of its own, and messages to keep in it."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import msgspec
import pytest

if TYPE_CHECKING:
    from producers.gateway.gateway import Gateway

from plan.book import PlanBook
from plan.messages import ReturnOutcome
from plan.model import Plan
from producers.gateway.key_rows import put_key
from producers.gateway.keys import make_key
from producers.gateway.outcome_rows import put_outcomes
from producers.gateway.settings import GatewaySettings
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


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Visited:
    """An application over ASGI, its clock, and keys made for it."""

    def __init__(self, gateway: "Gateway", client: httpx.AsyncClient) -> None:
        self.gateway = gateway
        self.client = client
        self.now = dt.datetime(2019, 3, 1, 8, 0, tzinfo=dt.UTC)

    def add_key(self, unit: str, forms: tuple[str, ...] = (), days: int = 365, *, revoked: bool = False) -> str:
        key, token = make_key(unit, forms, self.now, self.now + dt.timedelta(days=days), secrets.token_bytes)
        if revoked:
            key = msgspec.structs.replace(key, revoked_at=self.now)
        self.gateway.store.write(lambda database: put_key(database, key)).result()
        return token

    async def post(
        self, body: dict, key: str, path: str = "/v1/returns", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self.client.post(path, json=body, headers={"Authorization": f"Bearer {key}", **(headers or {})})

    async def get(self, path: str, key: str) -> httpx.Response:
        return await self.client.get(path, headers={"Authorization": f"Bearer {key}"})

    def learn(self, *outcomes: ReturnOutcome) -> None:
        topic = "return-outcomes.gateway"
        self.gateway.store.write(lambda database: put_outcomes(database, topic, outcomes, {0: 1})).result()


@pytest.fixture
def visit(tmp_path: Path, make_plan: Callable[..., Plan]):
    """Factory: an application on a store of its own, not connected to Kafka; keyword arguments are settings."""

    # kafka-python warns when it is imported, which the settings of the session forgive only once they are in force.
    from broker.settings import KafkaSettings
    from producers.gateway.app import make_app
    from producers.gateway.gateway import Gateway
    from producers.gateway.metrics import Metrics

    @asynccontextmanager
    async def make(**settings: object):
        gateway = Gateway(
            GatewaySettings(store=tmp_path / "visit.sqlite", **settings),
            KafkaSettings(bootstrap="127.0.0.1:1", is_local=False),
            PlanBook([make_plan()]),
            lambda: visited.now,
            Metrics(),
        )
        transport = httpx.ASGITransport(make_app(gateway))
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            visited = Visited(gateway, client)
            yield visited
        await gateway.close(0)

    return make
