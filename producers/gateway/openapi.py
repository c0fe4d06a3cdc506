"""The description of the API: what the framework finds out, and the bodies, which are read by the contract instead."""

from typing import Any

import msgspec
from litestar import Litestar

from plan.messages import Explanation, Return
from producers.gateway.media import JSON, XLSX

_BODIES: dict[str, dict[str, Any]] = {
    "hand_in_return": {
        JSON: {"schema": {"$ref": "#/components/schemas/Return"}},
        XLSX: {"schema": {"type": "string", "format": "binary"}},
    },
    "hand_in_explanation": {JSON: {"schema": {"$ref": "#/components/schemas/Explanation"}}},
}
_WITHOUT_KEY = frozenset({"health", "ready", "metrics"})


def describe(app: Litestar) -> dict[str, Any]:
    """The OpenAPI document of the application."""
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(app.openapi_schema.to_schema()))
    _, schemas = msgspec.json.schema_components([Return, Explanation], ref_template="#/components/schemas/{name}")
    document["components"]["schemas"] |= schemas
    for path in document["paths"].values():
        for operation in path.values():
            if operation.get("operationId") in _WITHOUT_KEY:
                operation["security"] = []
            content = _BODIES.get(operation.get("operationId", ""))
            if content is not None:
                operation["requestBody"] = {"required": True, "content": content}
    return document
