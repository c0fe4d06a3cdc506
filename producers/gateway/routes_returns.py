"""POST and GET of returns and explanations."""

import asyncio
from collections.abc import Callable
from typing import Annotated

import msgspec
from litestar import Response, Router, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from plan.contract import decode_return
from plan.explanation_contract import decode_explanation
from plan.faults import Refused
from producers.gateway.coming_in import (
    HttpRequest,
    IdempotencyKey,
    PathId,
    QueryId,
    TheGateway,
    TheKey,
    refusals,
    trace_id_of,
)
from producers.gateway.gateway import Gateway
from producers.gateway.intake import Request, take_explanation, take_return
from producers.gateway.keys import Key
from producers.gateway.media import JSON, XLSX, media_type_of
from producers.gateway.problems import Problem, not_found, of_contract_faults
from producers.gateway.questions import returns_of, state_of_explanation, state_of_return
from producers.gateway.receipts import ExplanationReceipt, ReturnReceipt, explanation_receipt, return_receipt
from producers.gateway.spool import Taken
from producers.gateway.states import EXPLANATIONS_AT, RETURNS_AT, ExplanationState, ReturnState
from producers.gateway.wording import DoorCode, told

_PAGE_MAX = 200
_LARGE = 65_536
"""From so many bytes on a body is read and checked in a thread, so that it does not hold up the others."""


class ReturnsPage(msgspec.Struct, frozen=True):
    """A page of returns, newest first; `before` asks for the next page, None on the last."""

    returns: tuple[ReturnState, ...]
    before: int | None


@post(
    RETURNS_AT,
    operation_id="hand_in_return",
    summary="报送 Hand in a return",
    responses={
        200: ResponseSpec(ReturnReceipt, generate_examples=False, description="taken before: the same receipt"),
        **refusals(403, 408, 409, 413, 415, 422, 507),
    },
    status_code=202,
)
async def hand_in_return(
    request: HttpRequest, gateway: TheGateway, key: TheKey, idempotency_key: IdempotencyKey = None
) -> Response[ReturnReceipt]:
    """Take a return; answered only when Kafka has acknowledged it or the durable spool holds it.

    A correction is a whole new return of the same unit, form and period with a new return_id.
    """
    media_type = _media_type(request, (JSON, XLSX))
    about = _about(request, gateway, key, idempotency_key)
    body = await request.body()

    def taken() -> Taken:
        if media_type == XLSX:
            from producers.gateway.spreadsheets import take_spreadsheet  # noqa: PLC0415 - loads large libraries

            return take_spreadsheet(body, about, gateway.book)
        return take_return(decode_return(body), about, gateway.book)

    is_slow = media_type == XLSX or len(body) > _LARGE
    entry, is_new = await gateway.hand_in(await _checked(taken, is_slow=is_slow))
    return Response(return_receipt(entry), status_code=202 if is_new else 200)


@post(
    EXPLANATIONS_AT,
    operation_id="hand_in_explanation",
    summary="说明 Explain a figure",
    responses={
        200: ResponseSpec(ExplanationReceipt, generate_examples=False, description="taken before: the same receipt"),
        **refusals(403, 408, 409, 413, 415, 422, 507),
    },
    status_code=202,
)
async def hand_in_explanation(
    request: HttpRequest, gateway: TheGateway, key: TheKey, idempotency_key: IdempotencyKey = None
) -> Response[ExplanationReceipt]:
    """Take an explanation of a figure that the audit asks about: what happened, when, by how much."""
    _media_type(request, (JSON,))
    about = _about(request, gateway, key, idempotency_key)
    body = await request.body()
    taken = await _checked(lambda: take_explanation(decode_explanation(body), about, gateway.book), is_slow=False)
    entry, is_new = await gateway.hand_in(taken)
    return Response(explanation_receipt(entry), status_code=202 if is_new else 200)


@get(RETURNS_AT, operation_id="list_returns", summary="我的报送 My returns", responses=refusals())
async def list_returns(
    gateway: TheGateway,
    key: TheKey,
    limit: Annotated[int, QueryParameter(ge=1, le=_PAGE_MAX)] = 50,
    before: Annotated[int, QueryParameter(ge=1, le=1 << 53)] = 1 << 53,
) -> ReturnsPage:
    """List what the key's unit has handed in here, newest first."""
    returns, further = await gateway.ask(lambda database: returns_of(database, key.unit, before, limit))
    return ReturnsPage(returns, further)


@get(
    RETURNS_AT + "/{return_id:str}",
    operation_id="ask_return",
    summary="报送结果 What became of a return",
    responses=refusals(404),
)
async def ask_return(
    gateway: TheGateway, key: TheKey, return_id: PathId, form: QueryId = "", period: QueryId = ""
) -> ReturnState:
    """Tell how far a return has come, its verdict with findings, and what to do.

    An id counts within form and period: name them where one id was used for several.
    """
    found = await gateway.ask(lambda database: state_of_return(database, key.unit, return_id, form, period))
    if found is None:
        raise not_found("return_id", repr(return_id))
    return found


@get(
    EXPLANATIONS_AT + "/{explanation_id:str}",
    operation_id="ask_explanation",
    summary="说明结果 What became of an explanation",
    responses=refusals(404),
)
async def ask_explanation(
    gateway: TheGateway, key: TheKey, explanation_id: PathId, form: QueryId = "", period: QueryId = ""
) -> ExplanationState:
    """Tell how far an explanation has come."""
    found = await gateway.ask(lambda database: state_of_explanation(database, key.unit, explanation_id, form, period))
    if found is None:
        raise not_found("explanation_id", repr(explanation_id))
    return found


async def _checked(taken: Callable[[], Taken], *, is_slow: bool) -> Taken:
    try:
        return await asyncio.to_thread(taken) if is_slow else taken()
    except Refused as refused:
        raise of_contract_faults(refused) from refused


def _about(request: HttpRequest, gateway: Gateway, key: Key, idempotency_key: str | None) -> Request:
    now = gateway.clock()
    return Request(key, idempotency_key, gateway.new_receipt_id(now), trace_id_of(request), now)


def _media_type(request: HttpRequest, known: tuple[str, ...]) -> str:
    named = media_type_of(request.headers.get("content-type", ""))
    packed = request.headers.get("content-encoding", "identity")
    if named not in known or packed != "identity":
        what = repr(named[:100]) if packed == "identity" else repr(packed[:100])
        raise Problem(415, [told(DoorCode.WRONG_MEDIA_TYPE, "Content-Type", what=what, known=", ".join(known))])
    return named


returns_router = Router(
    "/", route_handlers=[hand_in_return, hand_in_explanation, list_returns, ask_return, ask_explanation]
)
