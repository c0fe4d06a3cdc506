"""The disk under the spool is full: a clear refusal, earlier receipts stay true, and it goes on when there is room.

A small tmpfs stands in for the disk, where the machine lets the test mount one (as root); elsewhere
tests/unit/producers/gateway shows the same with SQLite's own bound on pages, which answers the same SQLITE_FULL.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.gateway_process import PLAN, GatewayProcess, landed_order
from tests.support.pipeline import Pipeline

pytestmark = [pytest.mark.broker, pytest.mark.faults, pytest.mark.timeout(300)]

DISK = "2m"
PADDING = 40
"""Sources of a return, so that a few dozen of them fill the disk."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "qingyu-test", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def gateway(
    pipeline: Callable[..., Pipeline], free_ports: Callable[[int], list[int]], small_disk: Path
) -> Iterator[GatewayProcess]:
    made = GatewayProcess(pipeline(QINGYU_GATEWAY_STORE=str(small_disk / "gateway.sqlite")), free_ports(1)[0])
    made.store = small_disk / "gateway.sqlite"
    made.pipeline.run("feed", "plan", *PLAN)
    made.start()
    yield made
    made.end()


def room(folder: Path) -> int:
    """Free bytes of the disk."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def test_a_full_disk_is_told_and_nothing_promised_is_lost(gateway: GatewayProcess, small_disk: Path) -> None:
    mill = gateway.reporter("mill-01")
    source = {"title": "长" * 400, "address": "address not held", "grade": "copy"}
    filler = small_disk / "something-else"

    def large(number: int) -> dict:
        return {**mill.output(f"r-{number:03d}"), "sources": [source] * PADDING}

    receipts = {"r-000": mill.insist(large(0))}
    # Something else fills the disk, but for a little.
    filler.write_bytes(b"x" * (room(small_disk) - 400_000))
    answers = []
    for number in range(1, 60):
        answers.append(mill.post(large(number)))
        if answers[-1].status_code == 507:
            break
        receipts[f"r-{number:03d}"] = answers[-1].json()
    refused = answers[-1]
    assert refused.status_code == 507
    (fault,) = refused.json()["faults"]
    assert fault["code"] == "disk_full"
    assert "网关磁盘已满" in fault["says_zh"]
    assert "disk is full" in fault["says_en"]
    assert int(refused.headers["retry-after"]) > 0
    assert len(receipts) > 1

    for return_id, receipt in receipts.items():
        assert mill.state(return_id)["receipt"] == receipt
    assert not gateway.ready()["is_ready"]

    filler.unlink()
    last = f"r-{len(receipts):03d}"
    receipts[last] = mill.insist(large(len(receipts)))
    assert gateway.ready()["is_ready"]
    gateway.wait_drained()
    gateway.pipeline.run("writer", "run", "--until-idle")
    assert landed_order(gateway.pipeline) == {"mill-01": sorted(receipts)}
    for return_id, receipt in receipts.items():
        assert mill.state(return_id)["receipt"] == receipt
