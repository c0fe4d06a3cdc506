"""Producer, consumer and admin client of Kafka: settings fit for returns, patient while Kafka is away."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

from broker.faults import BrokerAway, BrokerRefused
from broker.network import TIDY_URL, Network
from broker.settings import KafkaSettings
from broker.topics import ensure_topics
from plan.messages import PLAN_BYTES_MAX

__all__ = [
    "Tell",
    "cluster_id",
    "end_producer",
    "ensure_topics",
    "make_admin",
    "make_consumer",
    "make_producer",
    "quiet",
]

Tell = Callable[[str], None]
_Client = TypeVar("_Client")

_MIB = 1024 * 1024
# One attempt of a connection; between two of them the person who waits is told how long still.
_ATTEMPT_S = 3.0
# The client doubles its pause after each failure; this is how late it may notice that Kafka is back.
_RECONNECT_MAX_MS = 1000
_DELIVERY_S = 120.0


def quiet(_message: str) -> None:
    """A `tell` for callers that have nobody to tell."""


def make_producer(
    settings: KafkaSettings,
    client_id: str,
    tell: Tell = quiet,
    *,
    linger_ms: int = 20,
    delivery_s: float = _DELIVERY_S,
) -> KafkaProducer:
    """An idempotent producer of bytes; a record counts as sent when all replicas in sync hold it.

    `delivery_s`: how long it goes on trying by itself to deliver a record, in order, before it gives it up.
    Raises BrokerAway after `settings.wait_s` seconds, BrokerRefused within one attempt. The caller closes it.
    """
    return _connect(
        KafkaProducer,
        settings,
        tell,
        client_id=client_id,
        acks="all",
        enable_idempotence=True,
        # Measured (benchmarks/producer.py): returns are text and repeat themselves, zstd keeps a sixth of the bytes and
        # lz4 a quarter, at no cost in returns per second that shows. A batch of 16 KiB would cost more than half.
        compression_type="zstd",
        linger_ms=linger_ms,
        delivery_timeout_ms=int(delivery_s * 1000),
        batch_size=256 * 1024,
        # As the largest max.message.bytes of a topic; the client measures a record before it is packed.
        max_request_size=2 * PLAN_BYTES_MAX,
        max_block_ms=int(settings.wait_s * 1000),
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )


def end_producer(producer: KafkaProducer, seconds: float) -> bool:
    """Close a producer within some seconds; False when it had to give up what was not acknowledged by then.

    Left to itself kafka-python 3.0.12 raises then and goes on sending.
    """
    try:
        producer.close(timeout=seconds)
    except KafkaTimeoutError:
        producer._sender.force_close()
        producer._sender.join(_ATTEMPT_S)
        producer.close(timeout=0)
        return False
    return True


def make_consumer(settings: KafkaSettings, client_id: str, tell: Tell = quiet) -> KafkaConsumer:
    """A consumer of bytes without a group: the caller assigns and seeks, offsets live with its data.

    It never resets an offset by itself: a position that Kafka no longer holds raises in `poll`, because
    going on elsewhere would lose returns without a word. Raises as make_producer. The caller closes it.
    """
    return _connect(
        KafkaConsumer,
        settings,
        tell,
        client_id=client_id,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="none",
        # A department's own system may send in transactions; what it aborted was never sent.
        isolation_level="read_committed",
        fetch_max_bytes=50 * _MIB,
        max_partition_fetch_bytes=8 * _MIB,
        fetch_max_wait_ms=250,
        max_poll_records=5000,
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )


def make_admin(settings: KafkaSettings, tell: Tell = quiet) -> KafkaAdminClient:
    """An admin client. Raises as make_producer. The caller closes it (it is a context manager)."""
    return _connect(KafkaAdminClient, settings, tell, client_id="qingyu-admin")


def cluster_id(source: KafkaSettings | KafkaAdminClient) -> str:
    """The id of the Kafka cluster, which stored offsets belong to.

    Raises as make_producer when it has to connect first.
    """
    if isinstance(source, KafkaSettings):
        with make_admin(source) as admin:
            return cluster_id(admin)
    return str(source.describe_cluster()["cluster_id"])


def _connect(kind: Callable[..., _Client], settings: KafkaSettings, tell: Tell, **options: Any) -> _Client:
    deadline = time.monotonic() + settings.wait_s
    while True:
        attempt_s = min(_ATTEMPT_S, max(deadline - time.monotonic(), 0.1))
        try:
            return _attempt(kind, settings, attempt_s, options)
        except KafkaTimeoutError as fault:
            left = deadline - time.monotonic()
            if left <= 0:
                raise _away(settings) from fault
            tell(
                f"Kafka at {settings.bootstrap} does not answer yet; "
                f"waiting, {left:.0f} s of {settings.wait_s:.0f} s left"
            )


def _attempt(kind: Callable[..., _Client], settings: KafkaSettings, seconds: float, options: dict[str, Any]) -> _Client:
    network = Network()
    try:
        return kind(
            **_connection(settings),
            **options,
            bootstrap_timeout_ms=int(seconds * 1000),
            kafka_client=network,
        )
    except KafkaError as fault:
        network.close()
        if network.refusal is None:
            raise
        raise BrokerRefused(
            f"Kafka at {settings.bootstrap} refused the user {settings.username!r} ({network.refusal}).",
            "Check QINGYU_KAFKA_SASL_USERNAME, _PASSWORD and _MECHANISM with whoever runs that cluster.",
        ) from fault


def _connection(settings: KafkaSettings) -> dict[str, Any]:
    connection: dict[str, Any] = {
        "bootstrap_servers": settings.addresses,
        "security_protocol": settings.security_protocol.value,
        "reconnect_backoff_max_ms": _RECONNECT_MAX_MS,
        "proxy_url": TIDY_URL,
    }
    if settings.ssl_cafile is not None:
        connection["ssl_cafile"] = str(settings.ssl_cafile)
    if settings.security_protocol.needs_login:
        connection["sasl_mechanism"] = settings.sasl_mechanism.value
        connection["sasl_plain_username"] = settings.username
        connection["sasl_plain_password"] = settings.password
    return connection


def _away(settings: KafkaSettings) -> BrokerAway:
    what = f"Kafka at {settings.bootstrap} ({settings.security_protocol}) did not answer within {settings.wait_s:g} s."
    if settings.is_local:
        return BrokerAway(what, "Start the local server: `qingyu kafka start`.")
    return BrokerAway(
        what,
        "Check that the cluster runs and that QINGYU_KAFKA_BOOTSTRAP and QINGYU_KAFKA_SECURITY_PROTOCOL "
        "fit it, or raise QINGYU_KAFKA_WAIT.",
    )
