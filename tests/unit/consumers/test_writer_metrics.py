"""What Prometheus reads of the writer: counts that add up, at an address that is checked."""

import urllib.request
from collections.abc import Callable

import pytest
from prometheus_client import generate_latest

from consumers.metrics import WriterMetrics, serving
from warehouse.batch import Account
from warehouse.settings import SettingsFault


def _told(metrics: WriterMetrics) -> dict[str, float]:
    lines = generate_latest(metrics.registry).decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_every_message_is_counted_by_what_became_of_it() -> None:
    metrics = WriterMetrics()
    metrics.landed(Account(consumed=10, landed=7, dead_lettered=2, duplicate=1))
    metrics.landed(Account(consumed=300, landed=300))
    metrics.derived(3, 5)
    metrics.behind({("ticks", 0): 20, ("plans", 0): 1}, {("ticks", 0): 15})

    told = _told(metrics)

    assert told['qingyu_writer_messages_total{became="landed"}'] == 307
    assert told['qingyu_writer_messages_total{became="dead_lettered"}'] == 2
    assert told['qingyu_writer_messages_total{became="duplicate"}'] == 1
    assert told["qingyu_writer_unaccounted"] == 0
    assert told['qingyu_writer_batch_messages_bucket{le="10.0"}'] == 1
    assert told["qingyu_writer_batch_messages_count"] == 2
    assert (told["qingyu_writer_derivations_total"], told["qingyu_writer_announced_total"]) == (3, 5)
    assert told["qingyu_writer_lag_messages"] == 6


def test_a_message_that_went_missing_shows() -> None:
    metrics = WriterMetrics()
    metrics.landed(Account(consumed=10, landed=9))

    assert _told(metrics)["qingyu_writer_unaccounted"] == 1


def test_what_fails_is_not_timed() -> None:
    metrics = WriterMetrics()

    with pytest.raises(OSError, match="disk"), metrics.timing("landing"):
        raise OSError("disk full")
    with metrics.timing("landing"):
        pass

    assert _told(metrics)['qingyu_writer_seconds_count{of="landing"}'] == 1


def test_prometheus_is_answered(free_ports: Callable[[int], list[int]]) -> None:
    (port,) = free_ports(1)
    metrics = WriterMetrics()
    with serving(metrics, f"127.0.0.1:{port}"):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            assert b"qingyu_writer_lag_messages" in answer.read()
        with pytest.raises(SettingsFault, match="name another"), serving(WriterMetrics(), f"127.0.0.1:{port}"):
            pass


@pytest.mark.parametrize("address", ["9464", "127.0.0.1:", "127.0.0.1:none", "127.0.0.1:70000", ":9464"])
def test_an_address_that_is_none_is_refused_with_the_mend(address: str) -> None:
    with pytest.raises(SettingsFault, match="host:port"), serving(WriterMetrics(), address):
        pass


def test_without_an_address_nothing_listens() -> None:
    with serving(WriterMetrics(), ""):
        pass
