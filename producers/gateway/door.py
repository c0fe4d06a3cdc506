"""The outermost layer: how many, how large, how slow; a trace id for each request, and what is measured of it.

The server itself cuts off who is slow with the head of a request, and refuses heads that are too large. It has no
limit on the body: who sends a body too slowly or too much of it is cut off here.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from plan.messages import RETURN_BYTES_MAX
from producers.gateway.limits import Pace, body_deadline
from producers.gateway.media import XLSX, media_type_of
from producers.gateway.metrics import Metrics
from producers.gateway.problems import PROBLEM_TYPE, Problem, busy, head_too_large, too_large, too_slow, trace_id_of
from producers.gateway.settings import GatewaySettings
from producers.gateway.wording import language_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ALWAYS_ANSWERED = frozenset({"/healthz", "/readyz", "/metrics"})
"""What an operator asks just when the gateway is busy."""
HEAD_BYTES_MAX = 16_384


class Door:
    """Wraps the application."""

    def __init__(self, app: App, settings: GatewaySettings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._pace = Pace(settings.body_s, settings.body_bytes_per_s)
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        trace_id = trace_id_of(headers.get(b"traceparent", "")) or secrets.token_hex(16)
        scope.setdefault("state", {})["trace_id"] = trace_id
        body = _Body(receive, self._bytes_max(headers), self._pace)
        answer = _Answer(send, trace_id, body)
        began_at = time.perf_counter()
        self._under_way += 1
        self._metrics.under_way.set(self._under_way)
        try:
            await self._serve(scope, body, answer, headers)
        finally:
            self._under_way -= 1
            self._metrics.under_way.set(self._under_way)
            route = scope.get("path_template") or "other"
            self._metrics.requests.labels(_known(scope["method"]), route, str(answer.status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - began_at)

    async def _serve(self, scope: Scope, body: "_Body", answer: "_Answer", headers: dict[bytes, str]) -> None:
        try:
            if self._under_way > self._settings.concurrency and scope["path"] not in ALWAYS_ANSWERED:
                raise busy()
            if _head_bytes(scope) > HEAD_BYTES_MAX:
                raise head_too_large(HEAD_BYTES_MAX)
            body.refuse_by_length(headers)
        except Problem as problem:
            language = language_of(headers.get(b"accept-language", ""))
            await _answer_problem(answer, problem, msgspec.json.encode(problem.body(language, answer.trace_id)))
            return
        await self._app(scope, body, answer)

    def _bytes_max(self, headers: dict[bytes, str]) -> int:
        is_xlsx = media_type_of(headers.get(b"content-type", "")) == XLSX
        return self._settings.xlsx_bytes if is_xlsx else RETURN_BYTES_MAX


class _Body:
    """The body as the application receives it, within its limits. Raises Problem (408, 413)."""

    def __init__(self, receive: Receive, bytes_max: int, pace: Pace) -> None:
        self._receive = receive
        self._bytes_max = bytes_max
        self._pace = pace
        self._began_at: float | None = None
        self._received = 0
        self._is_whole = False
        self.is_announced = False

    @property
    def is_left(self) -> bool:
        """Whether some of the body has not been read."""
        return self.is_announced and not self._is_whole

    def refuse_by_length(self, headers: dict[bytes, str]) -> None:
        """Refuse at once what says itself that it is too long."""
        length = headers.get(b"content-length", "0")
        self.is_announced = length != "0" or b"transfer-encoding" in headers
        if length.isascii() and length.isdigit() and int(length) > self._bytes_max:
            raise too_large(self._bytes_max)

    async def __call__(self) -> Message:
        if self._is_whole:
            return await self._receive()
        loop = asyncio.get_running_loop()
        if self._began_at is None:
            self._began_at = loop.time()
        try:
            async with asyncio.timeout_at(body_deadline(self._pace, self._began_at, self._received)):
                message = await self._receive()
        except TimeoutError as fault:
            raise too_slow() from fault
        self._received += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        if self._received > self._bytes_max:
            raise too_large(self._bytes_max)
        return message


class _Answer:
    """The answer as it goes out: with its trace id, kept by nobody, and the end of a connection that cannot go on."""

    def __init__(self, send: Send, trace_id: str, body: _Body) -> None:
        self._send = send
        self.trace_id = trace_id
        self._body = body
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            more = [
                (b"x-trace-id", self.trace_id.encode()),
                (b"cache-control", b"no-store"),
                (b"x-content-type-options", b"nosniff"),
            ]
            if self._body.is_left and not any(name.lower() == b"connection" for name, _ in message["headers"]):
                more.append((b"connection", b"close"))
            message = {**message, "headers": [*message["headers"], *more]}
        await self._send(message)


async def _answer_problem(answer: _Answer, problem: Problem, body: bytes) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    headers += [(b"content-type", PROBLEM_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await answer({"type": "http.response.start", "status": problem.status, "headers": headers})
    await answer({"type": "http.response.body", "body": body})


def _head_bytes(scope: Scope) -> int:
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    return headers + len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _known(method: str) -> str:
    """A method as a label: a client may send any word."""
    return method if method in _METHODS else "other"
