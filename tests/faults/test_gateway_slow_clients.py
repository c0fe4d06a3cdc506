"""Clients that hold a connection without saying anything useful are cut off; who reports meanwhile is served.

The gateway runs with Kafka away; its limits are set low, and each connection is waited for until it is closed.
"""

import os
import socket
from collections.abc import Callable, Iterator

import pytest

from tests.support.gateway_process import GatewayProcess
from tests.support.pipeline import Pipeline, clean_environ

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]

NOT_LISTENING = "127.0.0.1:1"
POST = b"POST /v1/returns HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def gateway(
    tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[int], list[int]]
) -> Iterator[GatewayProcess]:
    environ = clean_environ(
        os.environ,
        QINGYU_VAR=str(tmp_path_factory.mktemp("gateway")),
        QINGYU_KAFKA_BOOTSTRAP=NOT_LISTENING,
        QINGYU_GATEWAY_HEADER_TIMEOUT="0.5",
        QINGYU_GATEWAY_BODY_TIMEOUT="0.5",
    )
    made = GatewayProcess(Pipeline(environ), free_ports(1)[0])
    made.start()
    yield made
    made.end()


@pytest.fixture
def connect(gateway: GatewayProcess) -> Iterator[Callable[[], socket.socket]]:
    opened: list[socket.socket] = []

    def make() -> socket.socket:
        host, port = gateway.url.removeprefix("http://").split(":")
        # Longer than any limit of the gateway: a connection that is not closed fails the test.
        opened.append(socket.create_connection((host, int(port)), timeout=30))
        return opened[-1]

    yield make
    for connection in opened:
        connection.close()


def read_to_the_end(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    found = b""
    while part := connection.recv(65_536):
        found += part
    return found


def bearer(gateway: GatewayProcess, unit: str) -> bytes:
    return f"Authorization: Bearer {gateway.add_key(unit)}\r\n".encode()


@pytest.mark.parametrize("words", [b"", b"POST /v1/returns HTTP/1.1\r\nHost: gate"], ids=["nothing", "half a head"])
def test_a_head_that_does_not_come_ends_the_connection(connect: Callable[[], socket.socket], words: bytes) -> None:
    connection = connect()
    connection.sendall(words)
    assert read_to_the_end(connection) == b""


def test_an_idle_connection_is_ended(connect: Callable[[], socket.socket]) -> None:
    connection = connect()
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n")
    assert read_to_the_end(connection).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "framing",
    [b"Content-Length: 1000\r\n\r\n{", b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"],
    ids=["length", "chunked"],
)
def test_a_body_that_does_not_come_is_told_and_ended(
    gateway: GatewayProcess, connect: Callable[[], socket.socket], framing: bytes
) -> None:
    connection = connect()
    connection.sendall(POST + bearer(gateway, "mill-01") + framing)
    answer = read_to_the_end(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too_slow"' in answer


def test_who_has_no_key_does_not_hold_a_connection_with_a_body_to_come(connect: Callable[[], socket.socket]) -> None:
    connection = connect()
    connection.sendall(POST + b"Content-Length: 1000\r\n\r\n{")
    assert read_to_the_end(connection).startswith(b"HTTP/1.1 401 ")


def test_a_head_that_is_too_large_is_refused(connect: Callable[[], socket.socket]) -> None:
    connection = connect()
    connection.sendall(POST + b"X-Much: " + b"a" * 20_000 + b"\r\n\r\n")
    assert read_to_the_end(connection).startswith(b"HTTP/1.1 431 ")


def test_many_slow_clients_do_not_keep_a_reporter_out(
    gateway: GatewayProcess, connect: Callable[[], socket.socket]
) -> None:
    for _ in range(200):
        connect().sendall(b"POST /v1/returns HTTP/1.1\r\nHost: gate")
    mill = gateway.reporter("mill-02")
    assert mill.post(mill.output("r-1")).status_code == 202
