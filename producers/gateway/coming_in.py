"""What every request goes through before its handler: the gateway, the key, the body; and how refusals go out."""

import logging
from typing import Annotated

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, PathParameter, QueryParameter

from producers.gateway.gateway import Gateway
from producers.gateway.keys import Key
from producers.gateway.problems import PROBLEM_TYPE, Problem, ProblemBody, our_fault
from producers.gateway.wording import DoorCode, Told, language_of, told

_log = logging.getLogger(__name__)

HttpRequest = Request[None, None, State]
TEXT_MAX = 500

TheGateway = NamedDependency[Gateway]
TheKey = NamedDependency[Key]
PathId = Annotated[str, PathParameter(max_length=TEXT_MAX)]
QueryId = Annotated[str, QueryParameter(max_length=TEXT_MAX)]
IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        required=False,
        min_length=1,
        max_length=200,
        description="The same key and content give the same receipt. Without it the id in the body serves.",
    ),
]


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """The answers of a handler that are refusals, for the API's description; those of every request included."""
    always = (400, 401, 429, 503)
    described = {401: "no, a wrong or an old key", 429: "too often", 503: "not now; Retry-After says when"}
    return {
        status: ResponseSpec(
            ProblemBody,
            generate_examples=False,
            description=described.get(status, "refused, with every fault"),
            media_type=PROBLEM_TYPE,
        )
        for status in (*always, *statuses)
    }


def the_gateway(state: State) -> Gateway:
    """The gateway behind the application."""
    gateway: Gateway = state.gateway
    return gateway


def the_key(request: HttpRequest, gateway: TheGateway) -> Key:
    """The key of the request; raises Problem (401, 429)."""
    return gateway.admit(request.headers.get("authorization", ""))


def trace_id_of(request: HttpRequest) -> str:
    """The trace id the door gave the request."""
    trace_id: str = request.scope["state"]["trace_id"]
    return trace_id


def answer_problem(request: HttpRequest, problem: Problem) -> Response[bytes]:
    """A refusal in the language asked for."""
    gateway: Gateway = request.app.state.gateway
    for fault in problem.faults:
        gateway.metrics.refused.labels(fault.code).inc()
    body = problem.body(language_of(request.headers.get("accept-language", "")), trace_id_of(request))
    return Response(
        msgspec.json.encode(body), status_code=problem.status, media_type=PROBLEM_TYPE, headers=problem.headers
    )


def answer_http_fault(request: HttpRequest, fault: HTTPException) -> Response[bytes]:
    """What the framework refuses: unknown address, wrong method, unusable parameter."""
    headers = {name.title(): value for name, value in (fault.headers or {}).items()}
    match fault.status_code:
        case 404:
            problem = Problem(404, [told(DoorCode.NOT_FOUND, "path", what=request.url.path[:TEXT_MAX])])
        case 405:
            problem = Problem(405, [told(DoorCode.WRONG_METHOD, "method", what=request.method)], headers)
        case 400:
            problem = Problem(400, _parameters(fault))
        case _:
            return answer_fault(request, fault)
    return answer_problem(request, problem)


def answer_fault(request: HttpRequest, fault: Exception) -> Response[bytes]:
    """What should not happen: told to the operator in full, to the client by the trace id."""
    _log.error("trace %s: %s %s failed", trace_id_of(request), request.method, request.url.path, exc_info=fault)
    return answer_problem(request, our_fault())


def _parameters(fault: HTTPException) -> list[Told]:
    """Each parameter that cannot be used, with the framework's reason."""
    extra = fault.extra if isinstance(fault.extra, list) else []
    found = [
        (str(each.get("key", "request")), str(each.get("message", ""))) for each in extra if isinstance(each, dict)
    ]
    return [told(DoorCode.BAD_PARAMETER, key, what=f"{key}: {says}") for key, says in found] or [
        told(DoorCode.BAD_PARAMETER, "request", what=fault.detail)
    ]
