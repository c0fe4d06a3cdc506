"""Returns per second through the gateway's POST, against the same server answering an empty 202; ratios of one run.

Everything the gateway does is on: key, contract, durable spool (fsync), real Kafka, receipts; once with Kafka there and
once with it away. The same clients (a process of their own, keep-alive, one connection per unit) post to each server
in turn, several rounds, medians. The empty ones read the body and answer: once bare ASGI, once through Litestar, so
that one sees what the framework takes.

Run it on a quiet machine: `python benchmarks/gateway.py`.
"""

import asyncio
import datetime as dt
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from broker.clients import quiet
from broker.local import LocalKafka
from broker.places import cache_folder
from producers.gateway.database import connect
from producers.gateway.key_rows import put_key
from producers.gateway.keys import make_key

PLAN = Path(__file__).parents[1] / "tests" / "support" / "gateway_plan" / "mills-2018"
CLIENTS, ROUNDS, SECONDS = 40, 5, 4.0
AWAY = "127.0.0.1:1"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def serve_empty(port: int, framework: str) -> None:
    """A benchmark-only application behind the gateway's server: reads the body, answers an empty 202."""
    from litestar import Litestar, Request, post  # noqa: PLC0415 - only the server's process needs them

    from producers.gateway.serving import make_server  # noqa: PLC0415
    from producers.gateway.settings import GatewaySettings  # noqa: PLC0415

    async def bare(scope: dict, receive, send) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    @post("/v1/returns", status_code=202)
    async def framed(request: Request) -> None:
        await request.body()

    app = bare if framework == "bare" else Litestar([framed], logging_config=None, openapi_config=None)
    asyncio.run(make_server(app, GatewaySettings(store=Path(), port=port)).serve())


async def load(port: int, keys: list[str], mark: str) -> tuple[int, float]:
    """Post for a while on one connection per key; gives how many receipts came, and the median time of one."""
    until = time.perf_counter() + SECONDS
    results = await asyncio.gather(*(_client(port, at, key, mark, until) for at, key in enumerate(keys, 1)))
    times = [took for each in results for took in each]
    return len(times), statistics.median(times)


async def _client(port: int, unit: int, key: str, mark: str, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times: list[float] = []
    while (began := time.perf_counter()) < until:
        body = json.dumps(
            {
                "return_id": f"{mark}-{unit}-{len(times)}",
                "form": "output-monthly",
                "form_version": 2,
                "unit": f"mill-{unit:02d}",
                "period": f"2018-{len(times) % 12 + 1:02d}",
                "cells": [{"item": "cloth", "value": 12.5}, {"item": "sales", "value": 310}],
            }
        ).encode()
        head = (
            f"POST /v1/returns HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 202"):
            raise SystemExit(f"not taken: {answer!r}")
        length = next(int(line[15:]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        times.append(time.perf_counter() - began)
    writer.close()
    return times


def make_keys(store: Path) -> list[str]:
    """A key for each unit, in the store."""
    now = dt.datetime.now(dt.UTC)
    made = [
        make_key(f"mill-{at:02d}", (), now, now + dt.timedelta(days=1), secrets.token_bytes)
        for at in range(1, CLIENTS + 1)
    ]
    with closing(connect(store)) as database:
        for key, _ in made:
            put_key(database, key)
    return [token for _, token in made]


@contextmanager
def process(*words: str, **environ: str) -> Iterator[None]:
    """A process of this benchmark, ended afterwards."""
    running = subprocess.Popen([sys.executable, *words], env={**os.environ, **environ}, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait()


def wait_for(port: int) -> None:
    """Wait until a server listens."""
    for _ in range(600):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"nothing listens on {port}")


def main() -> None:
    """Measure and print."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kafka_port = free_port()
        kafka = LocalKafka(folder / "kafka", kafka_port, free_port(), cache_folder(os.environ))
        kafka.start(quiet)
        stack.callback(kafka.stop, quiet)
        ports = {
            name: free_port() for name in ("empty 202, bare", "empty 202, Litestar", "gateway", "gateway, Kafka away")
        }
        keys: dict[str, list[str]] = {}
        for name, bootstrap in (("gateway", f"127.0.0.1:{kafka_port}"), ("gateway, Kafka away", AWAY)):
            store = folder / name / "gateway.sqlite"
            keys[name] = make_keys(store)
            stack.enter_context(
                process(
                    *("-m", "qingyu", "gateway", "run", "--port", str(ports[name]), "--plan", str(PLAN)),
                    QINGYU_VAR=str(folder / name), QINGYU_GATEWAY_STORE=str(store), QINGYU_KAFKA_BOOTSTRAP=bootstrap,
                    QINGYU_GATEWAY_RATE="1000000", QINGYU_GATEWAY_BURST="1000000", QINGYU_TOPIC_PREFIX="",
                    QINGYU_GATEWAY_SPOOL_ROWS="10000000",
                )
            )  # fmt: skip
        for name, kind in (("empty 202, bare", "bare"), ("empty 202, Litestar", "litestar")):
            stack.enter_context(process(__file__, "serve", str(ports[name]), kind))
        for port in ports.values():
            wait_for(port)
        time.sleep(4)  # the gateway connects to Kafka, or finds it away
        show(measure(ports, keys))


def measure(ports: dict[str, int], keys: dict[str, list[str]]) -> dict[str, list[tuple[float, float]]]:
    """Rates and median times by server, round by round; each round visits every server."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ports}
    for round_no in range(-1, ROUNDS):
        for name, port in ports.items():
            tokens = keys.get(name, ["qy_none"] * CLIENTS)
            words = [sys.executable, __file__, "load", str(port), f"r{round_no}"]
            done = subprocess.run(words, input="\n".join(tokens), capture_output=True, text=True, check=True)
            count, median = json.loads(done.stdout)
            if round_no >= 0:  # the first round warms up
                found[name].append((count / SECONDS, median))
    return found


def show(found: dict[str, list[tuple[float, float]]]) -> None:
    """Print the medians and ratios."""
    table = Table(title=f"{CLIENTS} clients, keep-alive, {ROUNDS} rounds of {SECONDS:g} s, medians")
    for heading in ("server", "per second", "of bare", "of Litestar", "median ms", "slowest round", "fastest"):
        table.add_column(heading, justify="left" if heading == "server" else "right")
    rates = {name: statistics.median(rate for rate, _ in each) for name, each in found.items()}
    for name, each in found.items():
        table.add_row(
            name, f"{rates[name]:.0f}", f"{rates[name] / rates['empty 202, bare']:.2f}",
            f"{rates[name] / rates['empty 202, Litestar']:.2f}",
            f"{1000 * statistics.median(median for _, median in each):.1f}",
            f"{min(rate for rate, _ in each):.0f}", f"{max(rate for rate, _ in each):.0f}",
        )  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", port, kind]:
            serve_empty(int(port), kind)
        case ["load", port, mark]:
            sys.stdout.write(json.dumps(asyncio.run(load(int(port), sys.stdin.read().split(), mark))))
        case _:
            main()
