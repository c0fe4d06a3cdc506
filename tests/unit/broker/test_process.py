"""A pid alone proves nothing: a record knows its own process from a later one with the same number."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from broker.process import (
    ServerRecord,
    end_process,
    is_listening,
    is_port_free,
    port_holder,
    process_identity,
    read_record,
    start_detached,
    write_record,
)


def _record_of(pid: int) -> ServerRecord:
    identity = process_identity(pid)
    assert identity is not None
    return ServerRecord(pid=pid, identity=identity, port=9092)


@pytest.fixture
def sleeper(tmp_path: Path) -> Callable[[str], ServerRecord]:
    """Factory: a detached process that runs the given script, says `ready` and sleeps."""
    count = iter(range(100))

    def start(script: str) -> ServerRecord:
        log = tmp_path / f"out-{next(count)}"
        pid = start_detached(["sh", "-c", f"{script}; echo ready; exec sleep 60"], tmp_path, log, {})
        while "ready" not in (log.read_text() if log.exists() else ""):
            time.sleep(0.01)
        return _record_of(pid)

    return start


def test_a_record_survives_writing_and_reading(tmp_path: Path) -> None:
    record = _record_of(os.getpid())
    write_record(tmp_path / "server.json", record)
    assert read_record(tmp_path / "server.json") == record
    assert record.is_alive


@pytest.mark.parametrize("content", ["", '{"pid": 12', '{"pid": "x"}'])
def test_a_record_cut_off_by_a_crash_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "server.json").write_text(content)
    assert read_record(tmp_path / "server.json") is None


def test_no_record_is_none(tmp_path: Path) -> None:
    assert read_record(tmp_path / "server.json") is None


def test_a_reused_pid_is_not_ours() -> None:
    ours = _record_of(os.getpid())
    boot, began = ours.identity.split(":")
    assert not msgspec.structs.replace(ours, identity=f"{boot}:{int(began) - 1}").is_alive
    assert not msgspec.structs.replace(ours, identity=f"another-boot:{began}").is_alive


def test_a_zombie_counts_as_ended() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    record = _record_of(child.pid)
    child.send_signal(signal.SIGKILL)
    while record.is_alive:
        time.sleep(0.01)
    assert (Path("/proc") / str(child.pid)).exists()  # still listed: nobody has waited for it
    child.communicate()


def test_a_detached_process_outlives_its_starter_and_ends_when_asked(
    sleeper: Callable[[str], ServerRecord],
) -> None:
    record = sleeper("true")
    assert record.is_alive
    assert end_process(record, 10.0) is True
    assert not record.is_alive


def test_a_process_that_ignores_the_request_is_killed(sleeper: Callable[[str], ServerRecord]) -> None:
    record = sleeper("trap '' TERM")
    assert end_process(record, 0.3) is False
    assert not record.is_alive


def test_another_process_under_our_pid_is_never_signalled(sleeper: Callable[[str], ServerRecord]) -> None:
    record = sleeper("true")
    stranger = msgspec.structs.replace(record, identity="another-boot:1")
    assert end_process(stranger, 0.3) is True
    assert record.is_alive
    end_process(record, 10.0)


def test_a_taken_port_names_its_holder() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        server.listen()
        assert not is_port_free(port)
        assert is_listening(port)
        holder = port_holder(port)
        assert holder is not None
        assert f"(pid {os.getpid()})" in holder
    assert is_port_free(port)
    assert not is_listening(port)
    assert port_holder(port) is None
