"""The process of the gateway: one event loop, one HTTP server, from the first signal to the last acknowledgement."""

import asyncio
import datetime as dt
import ipaddress
import logging
import signal
from collections.abc import Callable

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from broker.settings import KafkaSettings
from plan.book import PlanBook
from producers.gateway.app import make_app
from producers.gateway.database import sole_gateway
from producers.gateway.faults import PortTaken
from producers.gateway.gateway import Gateway
from producers.gateway.metrics import Metrics
from producers.gateway.settings import GatewaySettings

_log = logging.getLogger(__name__)

READ_BUFFER_BYTES = 65_536
_LOOK_S = 5.0
_GRACE_S = 5.0


def serve(settings: GatewaySettings, kafka: KafkaSettings, book: PlanBook, clock: Callable[[], dt.datetime]) -> bool:
    """Serve until SIGTERM or SIGINT; False when it had to end by itself. Raises GatewayFault."""
    with sole_gateway(settings.store):
        return asyncio.run(_serve(settings, kafka, book, clock))


def make_server(app: object, settings: GatewaySettings) -> Server:
    """Granian inside this process: a killed gateway leaves no second process behind that holds store and port.

    HTTP/1 only. `backpressure` bounds open connections, idle ones included; the door bounds requests. Who does not
    send a whole request head in time is cut off, also between two requests.
    """
    http1 = HTTP1Settings(header_read_timeout=int(settings.header_s * 1000), max_buffer_size=READ_BUFFER_BYTES)
    return Server(
        app,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=max(128, settings.connections),
        backpressure=settings.connections,
        http1_settings=http1,
        log_enabled=False,
    )


async def _serve(
    settings: GatewaySettings, kafka: KafkaSettings, book: PlanBook, clock: Callable[[], dt.datetime]
) -> bool:
    await _check_port(settings)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    gateway = Gateway(settings, kafka, book, clock, Metrics())
    gateway.open()
    server = make_server(make_app(gateway), settings)
    serving = asyncio.create_task(server.serve())
    _log.info("taking returns at http://%s:%d", settings.host, settings.port)
    if not _is_loopback(settings.host):
        _log.warning(
            "keys travel unencrypted beyond this machine: put a proxy with TLS in front (docs/runbooks/gateway.md)"
        )
    try:
        while not stopping.is_set() and gateway.is_alive and not serving.done():
            await gateway.look_after()
            await _first(stopping, serving, _LOOK_S)
    finally:
        _log.info("stopping; what has not reached Kafka stays in the spool")
        server.stop()  # type: ignore[no-untyped-call]
        await serving
        await gateway.close(_GRACE_S)
    return stopping.is_set()


async def _first(stopping: asyncio.Event, serving: "asyncio.Task[None]", seconds: float) -> None:
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({waiting, serving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _check_port(settings: GatewaySettings) -> None:
    """The server itself says nothing one could tell a person when its port is taken."""
    try:
        probe = await asyncio.start_server(lambda *_: None, settings.host, settings.port)
    except OSError as fault:
        raise PortTaken(
            f"The gateway cannot listen on {settings.host}:{settings.port}: {fault.strerror}.",
            "End the program that holds the port, or choose another: `qingyu gateway run --port NUMBER`.",
        ) from fault
    probe.close()
    await probe.wait_closed()
