"""What the gateway measures of itself, for Prometheus; a registry of its own, so that two can live in one process."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from producers.gateway.spool import Waiting

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Counters, gauges and histograms; labels are closed lists, never what a client sent."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "qingyu_gateway_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "qingyu_gateway_request_seconds", "Time to answer", ["route"], buckets=_SECONDS, registry=self.registry
        )
        self.under_way = Gauge("qingyu_gateway_requests_under_way", "Requests being answered", registry=self.registry)
        self.receipts = Counter(
            "qingyu_gateway_receipts",
            "Receipts handed out, by who held it",
            ["kind", "held_by"],
            registry=self.registry,
        )
        self.refused = Counter("qingyu_gateway_refused", "Faults told, by code", ["code"], registry=self.registry)
        self.commits = Counter("qingyu_gateway_commits", "Commits of the store", registry=self.registry)
        self.committed_jobs = Counter(
            "qingyu_gateway_committed_jobs", "Jobs in these commits; over commits: how many share an fsync",
            registry=self.registry,
        )  # fmt: skip
        self.acknowledged = Gauge(
            "qingyu_gateway_acknowledged", "Entries that Kafka acknowledged, since the start", registry=self.registry
        )
        self.waiting_entries = Gauge(
            "qingyu_gateway_spool_entries", "Entries that wait for Kafka", registry=self.registry
        )
        self.waiting_bytes = Gauge("qingyu_gateway_spool_bytes", "Their bytes", registry=self.registry)
        self.waiting_oldest = Gauge(
            "qingyu_gateway_spool_oldest_timestamp_seconds", "When the oldest of them was received; 0: none waits",
            registry=self.registry,
        )  # fmt: skip
        self.is_kafka_seen = Gauge("qingyu_gateway_kafka_up", "1 while messages get through", registry=self.registry)
        self.failed_sends = Gauge(
            "qingyu_gateway_failed_sends", "Sends that failed, since the start", registry=self.registry
        )
        self.outcomes = Gauge("qingyu_gateway_outcomes_read", "Outcomes read, since the start", registry=self.registry)
        self.unreadable = Gauge(
            "qingyu_gateway_outcomes_unreadable", "Outcomes passed over, since the start", registry=self.registry
        )

    def committed(self, jobs: int) -> None:
        """Note a commit of the store."""
        self.commits.inc()
        self.committed_jobs.inc(jobs)

    def show_waiting(self, held: Waiting) -> None:
        """Note what waits for Kafka."""
        self.waiting_entries.set(held.entries)
        self.waiting_bytes.set(held.bytes)
        self.waiting_oldest.set(held.oldest_at.timestamp() if held.oldest_at else 0)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)
