"""Which process is ours: a pid with a proof of identity, so that a stale or re-used pid is never mistaken.

Reads Linux's /proc.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from broker.places import HOST, write_whole

_PROC = Path("/proc")
_POLL_S = 0.1
_LISTENING = "0A"


class ServerRecord(msgspec.Struct, frozen=True):
    """The server that was started: its pid, when that process began (`identity`), and its port."""

    pid: int
    identity: str
    port: int

    @property
    def is_alive(self) -> bool:
        """Whether the very process that was started still runs."""
        return process_identity(self.pid) == self.identity


def write_record(path: Path, record: ServerRecord) -> None:
    """Note the started server."""
    write_whole(path, msgspec.json.encode(record))


def read_record(path: Path) -> ServerRecord | None:
    """The server noted last; None when there is none. A record cut off by a crash counts as none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=ServerRecord)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def process_identity(pid: int) -> str | None:
    """This boot of the machine and the tick at which process `pid` began; None when it ended."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command in parentheses may hold spaces and parentheses itself; the fields follow the last one.
    fields = stat.rpartition(")")[2].split()
    state, began = fields[0], fields[19]
    # A killed process whose parent has not looked yet is still listed, as a zombie.
    return None if state in ("Z", "X") else f"{boot}:{began}"


def start_detached(command: Sequence[str], folder: Path, log: Path, extra_environ: Mapping[str, str]) -> int:
    """Start a command that outlives us, its output in `log`; return its pid.

    A shell starts it in the background and ends at once, so the process is nobody's child here: it gets
    no signal of our terminal and needs nobody to wait for it.
    """
    shell = subprocess.run(
        ["sh", "-c", '"$@" >>"$0" 2>&1 </dev/null & echo $!', str(log), *command],
        cwd=folder,
        env={**os.environ, **extra_environ},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        start_new_session=True,
    )
    return int(shell.stdout)


def end_process(record: ServerRecord, grace_s: float) -> bool:
    """Ask the process to end and kill it after `grace_s` seconds; True when it ended by itself."""
    if _signal(record, signal.SIGTERM) and not _wait_gone(record, grace_s):
        _signal(record, signal.SIGKILL)
        _wait_gone(record, grace_s)
        return False
    return True


def _signal(record: ServerRecord, number: signal.Signals) -> bool:
    if not record.is_alive:
        return False
    try:
        os.kill(record.pid, number)
    except ProcessLookupError:
        return False
    return True


def _wait_gone(record: ServerRecord, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while record.is_alive:
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


def is_port_free(port: int) -> bool:
    """Whether a server can listen on `port` of the loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        # As Java does: the closed connections of a server stopped just now do not count.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError:
            return False
        return True


def is_listening(port: int) -> bool:
    """Whether something takes connections on `port` of the loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.settimeout(1.0)
        return trial.connect_ex((HOST, port)) == 0


def port_holder(port: int) -> str | None:
    """Who listens on `port`, as `java (pid 123)`; None when that is not ours to see."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for descriptor in _PROC.glob("[0-9]*/fd/*"):
        try:
            held = os.readlink(descriptor)
        except OSError:  # ended meanwhile, or another user's
            continue
        if held in sockets:
            pid = descriptor.parts[2]
            return f"{_command_name(pid)} (pid {pid})"
    return None


def _listening_inodes(port: int) -> list[str]:
    inodes = []
    for table in ("net/tcp", "net/tcp6"):
        if not (_PROC / table).exists():
            continue
        for line in (_PROC / table).read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.append(fields[9])
    return inodes


def _command_name(pid: str) -> str:
    try:
        return (_PROC / pid / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return "a program that ended meanwhile"
