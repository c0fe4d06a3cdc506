"""What the writer measures of itself, for Prometheus; labels are closed lists, never what a sender wrote."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from consumers.message import Place
from warehouse.batch import Account
from warehouse.settings import SettingsFault

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_MESSAGES = (1, 10, 100, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 50_000)
_PORT_MAX = 65_535


class WriterMetrics:
    """Counters, gauges and histograms in a registry of their own, so that two writers can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._messages = Counter(
            "qingyu_writer_messages", "Messages read, by what became of them", ["became"], registry=self.registry
        )
        self._unaccounted = Gauge(
            "qingyu_writer_unaccounted", "Messages read and not accounted for: must be 0", registry=self.registry
        )
        self._batch = Histogram(
            "qingyu_writer_batch_messages", "Messages landed in one commit", buckets=_MESSAGES, registry=self.registry
        )
        self._seconds = Histogram(
            "qingyu_writer_seconds", "Time of a landing commit, of a round of derivation, of announcing",
            ["of"], buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._derived = Counter("qingyu_writer_derivations", "Slices derived", registry=self.registry)
        self._announced = Counter("qingyu_writer_announced", "Messages announced", registry=self.registry)
        self._lag = Gauge("qingyu_writer_lag_messages", "Messages in the log, not landed yet", registry=self.registry)
        self._committed_at = Gauge(
            "qingyu_writer_committed_at_seconds", "When the newest landing was committed, Unix time",
            registry=self.registry,
        )  # fmt: skip

    @contextmanager
    def timing(self, of: str) -> Iterator[None]:
        """Time what is done inside; what fails is not counted."""
        began = time.perf_counter()
        yield
        self._seconds.labels(of).observe(time.perf_counter() - began)

    def landed(self, account: Account) -> None:
        """Count a landing that was committed."""
        self._messages.labels("landed").inc(account.landed)
        self._messages.labels("dead_lettered").inc(account.dead_lettered)
        self._messages.labels("duplicate").inc(account.duplicate)
        self._unaccounted.inc(account.consumed - account.landed - account.dead_lettered - account.duplicate)
        self._batch.observe(account.consumed)
        self._committed_at.set_to_current_time()

    def derived(self, slices: int, announced: int) -> None:
        """Count a round of derivation and what it announced."""
        self._derived.inc(slices)
        self._announced.inc(announced)

    def behind(self, ends: Mapping[Place, int], landed: Mapping[Place, int]) -> None:
        """Note how far the lake is behind the log."""
        self._lag.set(sum(end - landed.get(place, 0) for place, end in ends.items()))


@contextmanager
def serving(metrics: WriterMetrics, address: str) -> Iterator[None]:
    """Answer Prometheus at an address (``host:port``; empty: nowhere); raises ``SettingsFault``."""
    if not address:
        yield
        return
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) <= _PORT_MAX:
        raise SettingsFault(f"QINGYU_WRITER_METRICS is {address!r}; write host:port, for example 127.0.0.1:9464")
    try:
        server, thread = start_http_server(int(port), host, metrics.registry)
    except OSError as taken:
        raise SettingsFault(
            f"QINGYU_WRITER_METRICS: {address} cannot be used ({taken.strerror}); name another"
        ) from taken
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
