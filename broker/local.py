"""The local single-node Kafka: start it, look at it, stop it, wipe it. One folder holds all of it."""

import fcntl
import shutil
import string
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from broker.clients import cluster_id
from broker.faults import BrokerAway, PortTaken, ServerDied, ServerRunning
from broker.jars import find_jars, find_java
from broker.places import DEPLOY_KAFKA, HOST, Endpoint, write_endpoint
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
from broker.settings import KafkaSettings
from broker.storage import StorageState, prepare_storage, stored_cluster_id

Tell = Callable[[str], None]

_MEMORY = ("-Xms512m", "-Xmx512m")
# Without a locale Java cannot open a folder with a Chinese name.
_ENVIRON = {"LC_ALL": "C.UTF-8"}
_POLL_S = 0.2
_PROBE_S = 2.0
_TELL_EVERY_S = 5.0
_STOP_GRACE_S = 30.0
_LOG_LINES = 15


class Started(StrEnum):
    """What `start` did."""

    FORMATTED_AND_STARTED = "formatted_and_started"
    STARTED = "started"
    ALREADY_RUNNING = "already_running"


class Stopped(StrEnum):
    """What `stop` did."""

    STOPPED = "stopped"
    KILLED = "killed"
    NOT_RUNNING = "not_running"


class ServerState(StrEnum):
    """What the local server is doing."""

    NEVER_STARTED = "never_started"
    STOPPED = "stopped"
    ENDED_UNASKED = "ended_unasked"
    NOT_ANSWERING = "not_answering"
    RUNNING = "running"


@dataclass(frozen=True)
class LocalStatus:
    """The state of the local server; pid only of a live one, cluster id once the storage is formatted."""

    state: ServerState
    bootstrap: str
    pid: int | None
    cluster_id: str | None


@dataclass(frozen=True)
class LocalKafka:
    """The server that lives in `folder` and listens on two loopback ports; jars are kept in `cache`."""

    folder: Path
    port: int
    controller_port: int
    cache: Path

    @property
    def endpoint(self) -> Endpoint:
        """Its ports."""
        return Endpoint(port=self.port, controller_port=self.controller_port)

    @property
    def settings(self) -> KafkaSettings:
        """Client settings for this server."""
        return KafkaSettings(bootstrap=self.endpoint.bootstrap, is_local=True)

    def start(self, tell: Tell, wait_s: float = 60.0) -> Started:
        """Start the server unless it runs, and wait up to `wait_s` seconds until it answers.

        Raises JavaUnfit, JarsMissing, PortTaken, StorageDamaged, ServerDied, or ServerRunning when it
        already runs on another port.
        """
        with self._locked():
            record = read_record(self._record)
            if record is not None and record.is_alive:
                if record.port != self.port:
                    raise ServerRunning(
                        f"The local Kafka is already running, on port {record.port}.",
                        "Run `qingyu kafka stop` first to move it to another port.",
                    )
                self._await_answer(record, tell, wait_s, log_from=self._log_size())
                return Started.ALREADY_RUNNING
            if record is not None:
                tell(f"the server started as pid {record.pid} ended without being stopped; starting it again")
            java, jars = find_java(), find_jars(self.cache, tell)
            self._check_ports()
            self._write_config()
            found = prepare_storage(self._data, java, jars, _ENVIRON)
            if found is StorageState.HALF_FORMATTED:
                tell("the storage was only half formatted; formatted it anew")
            log_from = self._log_size()
            record = self._launch(java, jars)
            self._await_answer(record, tell, wait_s, log_from)
            write_endpoint(self.folder, self.endpoint)
            formatted = found is not StorageState.FORMATTED
            return Started.FORMATTED_AND_STARTED if formatted else Started.STARTED

    def stop(self, tell: Tell) -> Stopped:
        """Let the server shut down in order; kill it when it has not done so after 30 seconds."""
        with self._locked():
            record = read_record(self._record)
            if record is None or not record.is_alive:
                self._record.unlink(missing_ok=True)
                return Stopped.NOT_RUNNING
            tell(f"stopping the server, pid {record.pid}")
            by_itself = end_process(record, _STOP_GRACE_S)
            self._record.unlink()
            return Stopped.STOPPED if by_itself else Stopped.KILLED

    def status(self) -> LocalStatus:
        """Look at the server without changing anything; asks it for its metadata when it lives."""
        record, stored = read_record(self._record), stored_cluster_id(self._data)
        if record is None or not record.is_alive:
            idle = ServerState.NEVER_STARTED if stored is None else ServerState.STOPPED
            state = idle if record is None else ServerState.ENDED_UNASKED
            return LocalStatus(state, self.endpoint.bootstrap, None, stored)
        there = self._at(record.port)
        state = ServerState.RUNNING if there._answer() == stored else ServerState.NOT_ANSWERING
        return LocalStatus(state, there.endpoint.bootstrap, record.pid, stored)

    def wipe(self) -> None:
        """Delete every message, topic and log of the server; ServerRunning when it runs."""
        with self._locked():
            record = read_record(self._record)
            if record is not None and record.is_alive:
                raise ServerRunning(f"The local Kafka is running (pid {record.pid}).", "Run `qingyu kafka stop` first.")
            for entry in self.folder.iterdir():
                if entry == self._data:
                    shutil.rmtree(entry)
                elif entry != self._lock:
                    entry.unlink()

    @property
    def _data(self) -> Path:
        return self.folder / "data"  # as log.dirs in deploy/kafka/server.properties

    @property
    def _record(self) -> Path:
        return self.folder / "server.json"

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"  # as in deploy/kafka/log4j2.xml

    @property
    def _out(self) -> Path:
        return self.folder / "server.out"  # what Java itself says, before and beside the log

    @property
    def _lock(self) -> Path:
        return self.folder / "lock"

    def _at(self, port: int) -> "LocalKafka":
        return LocalKafka(self.folder, port, self.controller_port, self.cache)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Two commands at once take turns: the second start finds the server running."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _check_ports(self) -> None:
        for port in (self.port, self.controller_port):
            if not is_port_free(port):
                holder = port_holder(port) or "another program"
                raise PortTaken(
                    f"Port {port}, which the local Kafka needs, is taken by {holder}.",
                    "End that program, or choose another port: `qingyu kafka start --port NUMBER` "
                    "(Kafka takes that one and the next).",
                )

    def _write_config(self) -> None:
        template = string.Template((DEPLOY_KAFKA / "server.properties").read_text(encoding="utf-8"))
        config = template.substitute(port=self.port, controller_port=self.controller_port)
        (self.folder / "server.properties").write_text(config, encoding="utf-8")
        shutil.copyfile(DEPLOY_KAFKA / "log4j2.xml", self.folder / "log4j2.xml")

    def _launch(self, java: str, jars: Path) -> ServerRecord:
        self._out.unlink(missing_ok=True)
        command = [
            *(java, *_MEMORY, "-Djava.awt.headless=true", "-XX:+ExitOnOutOfMemoryError"),
            *("-Dlog4j2.configurationFile=log4j2.xml", "-cp", f"{jars}/*"),
            *("kafka.Kafka", "server.properties"),
        ]
        pid = start_detached(command, self.folder, self._out, _ENVIRON)
        # A process that is gone already has no identity; the empty one never equals a live one's.
        record = ServerRecord(pid=pid, identity=process_identity(pid) or "", port=self.port)
        write_record(self._record, record)
        return record

    def _await_answer(self, record: ServerRecord, tell: Tell, wait_s: float, log_from: int) -> None:
        began = time.monotonic()
        next_word = began + _TELL_EVERY_S
        while (answer := self._answer()) is None:
            now = time.monotonic()
            if not record.is_alive:
                self._record.unlink(missing_ok=True)
                raise self._died("The local Kafka ended while it was starting", log_from)
            if now - began > wait_s:
                raise self._died(f"The local Kafka (pid {record.pid}) did not answer in {wait_s:g} s", log_from)
            if now > next_word:
                tell(f"waiting for the local Kafka to answer, {now - began:.0f} s of {wait_s:.0f} s")
                next_word = now + _TELL_EVERY_S
            time.sleep(_POLL_S)
        if answer != stored_cluster_id(self._data):
            raise PortTaken(
                f"On {self.endpoint.bootstrap} answers another Kafka cluster ({answer}).",
                "End it, or choose another port: `qingyu kafka start --port NUMBER`.",
            )

    def _answer(self) -> str | None:
        """The cluster id the server tells when asked for its metadata; None when it does not answer."""
        if not is_listening(self.port):
            return None
        brief = KafkaSettings(bootstrap=f"{HOST}:{self.port}", is_local=True, wait_s=_PROBE_S)
        try:
            return cluster_id(brief)
        except BrokerAway:
            return None

    def _log_size(self) -> int:
        return self._log.stat().st_size if self._log.exists() else 0

    def _died(self, what: str, log_from: int) -> ServerDied:
        said = _tail(self._out, 0) + _tail(self._log, log_from)
        return ServerDied(
            f"{what}. Its last words:\n" + "\n".join(said[-_LOG_LINES:]) + "\n",
            f"Mend what they name and start again; the whole log is {self._log}.",
        )


def _tail(log: Path, offset: int) -> list[str]:
    """The lines of a log from a byte on; the log may have been rolled over since, then all of it."""
    if not log.exists():
        return []
    content = log.read_bytes()
    return content[offset if offset <= len(content) else 0 :].decode("utf-8", errors="replace").splitlines()
