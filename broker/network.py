"""Three things kafka-python 3.0.12 leaves undone when a connection fails.

It forgets to close the socket; it retries a refused password until the time is up without telling why; and what the
broker said last it throws away when the end of the connection is there with it. Then a refusal, which a broker answers
and hangs up, looks like a broker that is away.
"""

from collections.abc import Callable
from typing import Any

from kafka.errors import AuthorizationError, SaslAuthenticationFailedError, UnsupportedSaslMechanismError
from kafka.net.compat import KafkaNetClient
from kafka.net.connection import KafkaConnection
from kafka.net.inet import KafkaNetSocket
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector

_REFUSALS = (SaslAuthenticationFailedError, UnsupportedSaslMechanismError, AuthorizationError)

# The client picks its socket class by the scheme of `proxy_url`.
TIDY_URL = "tidy://"


class TidySocket(KafkaNetSocket):
    """Connects directly, as without a proxy, and closes the socket when that fails or is cancelled."""

    SCHEMES = ("tidy",)

    async def sock_connect(self, net: Any, sock: Any, sockaddr: Any, timeout_at: float | None = None) -> Any:
        """Connect `sock`; raises as the base class does."""
        connected = False
        try:
            await super().sock_connect(net, sock, sockaddr, timeout_at=timeout_at)
            connected = True
            return sock
        finally:
            if not connected:
                sock.close()


class LastWords:
    """Reads for a transport: what came together with the end of the connection first, the end at the next reading."""

    def __init__(self, read: Callable[[], tuple[bytes, Exception | None]]) -> None:
        self._read = read
        self._end: Exception | None = None

    def __call__(self) -> tuple[bytes, Exception | None]:
        """The bytes that are there, and why there will be no more."""
        if self._end is not None:
            return b"", self._end
        received, end = self._read()
        if received and end is not None:
            self._end = end
            return received, None
        return received, end


class WatchedManager(KafkaConnectionManager):
    """Remembers that the cluster refused the login; its connections hear their last words."""

    def __init__(self, net: NetworkSelector, **config: Any) -> None:
        super().__init__(net, **config)
        self.refusal: Exception | None = None

    def get_connection(self, *args: Any, **options: Any) -> KafkaConnection:
        """A connection as the base class gives it, watched while it opens."""
        connection = super().get_connection(*args, **options)
        connection.init_future.add_errback(self._note)
        return connection

    async def _build_transport(self, node: Any, timeout_at: float | None = None) -> Any:
        transport = await super()._build_transport(node, timeout_at=timeout_at)
        transport._sock_recv = LastWords(transport._sock_recv)
        return transport

    def _note(self, fault: Exception) -> None:
        if isinstance(fault, _REFUSALS):
            self.refusal = fault


class Network:
    """Makes the network part of one client; keeps hold of it until the client exists."""

    def __init__(self) -> None:
        self._client: KafkaNetClient | None = None
        self._manager: WatchedManager | None = None

    def __call__(self, **config: Any) -> KafkaNetClient:
        """Called by the constructor of a Kafka client with its settings."""
        net = NetworkSelector(**config)
        self._manager = WatchedManager(net, **config)
        self._client = KafkaNetClient(net=net, manager=self._manager)
        return self._client

    @property
    def refusal(self) -> Exception | None:
        """Why the cluster refused the login; None when it did not."""
        return self._manager.refusal if self._manager is not None else None

    def close(self) -> None:
        """Close what a constructor that gave up left behind: sockets and a thread."""
        if self._client is not None:
            self._client.close()
