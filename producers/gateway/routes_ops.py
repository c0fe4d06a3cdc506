"""What an operator and a machine ask: is it alive, does it take returns, what does it measure, how is it spoken to."""

from typing import Any

import msgspec
from litestar import MediaType, Response, Router, get
from litestar.datastructures import State

from producers.gateway.coming_in import TheGateway
from producers.gateway.gateway import Ready


class Health(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str = "ok"


@get("/healthz", operation_id="health", summary="存活 Is it alive")
async def health() -> Health:
    """Answer as long as the process does."""
    return Health()


@get("/readyz", operation_id="ready", summary="就绪 Does it take returns")
async def ready(gateway: TheGateway) -> Response[Ready]:
    """Tell whether returns are taken: the disk can be written and the spool has room. Kafka may be away meanwhile."""
    found = await gateway.ready()
    return Response(found, status_code=200 if found.is_ready else 503)


@get("/metrics", operation_id="metrics", summary="指标 Prometheus metrics", media_type=MediaType.TEXT)
async def metrics(gateway: TheGateway) -> str:
    """Give the gateway's metrics in Prometheus' text format."""
    return gateway.metrics.text().decode()


@get("/openapi.json", media_type=MediaType.JSON, include_in_schema=False)
async def openapi(state: State) -> dict[str, Any]:
    """Give the description of this API (OpenAPI 3.1)."""
    description: dict[str, Any] = state.openapi
    return description


ops_router = Router("/", route_handlers=[health, ready, metrics, openapi])
