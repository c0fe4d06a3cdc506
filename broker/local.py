"""The local single-node Kafka: start it, look at it, stop it, wipe it. One folder holds all of it."""

import fcntl
import shutil
import string
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from broker.clients import cluster_id
from broker.faults import BrokerAway, BrokerRefused, ModeFixed, PortTaken, ServerDied, ServerRunning, StorageDamaged
from broker.jars import find_jars, find_java
from broker.local_login import BROKER, OPERATOR, with_login
from broker.passwords import Passwords, write_private
from broker.places import DEPLOY_KAFKA, Endpoint, read_endpoint, secrets_folder, write_endpoint
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
    """The server that lives in `folder` and listens on two loopback ports; jars are kept in `cache`.

    A secure one asks every client for a login and lets it do what it was given (`qingyu kafka secure`), no more.
    """

    folder: Path
    port: int
    controller_port: int
    cache: Path
    is_secure: bool = False

    @property
    def endpoint(self) -> Endpoint:
        """Its ports and mode."""
        return Endpoint(port=self.port, controller_port=self.controller_port, is_secure=self.is_secure)

    @property
    def settings(self) -> KafkaSettings:
        """Client settings for this server; of a secure one, once it was started, those of its operator."""
        return self._login(OPERATOR)

    @property
    def passwords(self) -> Passwords:
        """The passwords of a secure server."""
        return Passwords(secrets_folder(self.folder))

    def start(self, tell: Tell, wait_s: float = 60.0) -> Started:
        """Start the server unless it runs, and wait up to `wait_s` seconds until it answers.

        Raises JavaUnfit, JarsMissing, PortTaken, StorageDamaged, ServerDied, ModeFixed, or ServerRunning when it
        already runs on another port.
        """
        with self._locked():
            self._check_mode()
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
            found = self._prepare(java, jars)
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
        """Delete every message, topic and log of the server, not the passwords; ServerRunning when it runs."""
        with self._locked():
            record = read_record(self._record)
            if record is not None and record.is_alive:
                raise ServerRunning(f"The local Kafka is running (pid {record.pid}).", "Run `qingyu kafka stop` first.")
            for entry in self.folder.iterdir():
                if entry == self._data:
                    shutil.rmtree(entry)
                elif entry not in (self._lock, self.passwords.folder):
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
        return replace(self, port=port)

    def _own_logins(self) -> dict[str, str]:
        """The passwords to format the storage with, or the one that a formatted one goes on with."""
        if not self.is_secure:
            return {}
        if stored_cluster_id(self._data) is None:
            return {user: self.passwords.keep(user) for user in (BROKER, OPERATOR)}
        if not self.passwords.has(BROKER):
            raise StorageDamaged(
                f"{self.passwords.file(BROKER)}, the server's own password, is missing.",
                "Restore it from a backup, or give the messages up with `qingyu kafka wipe`.",
            )
        return {BROKER: self.passwords.read(BROKER)}

    def _login(self, user: str) -> KafkaSettings:
        plain = KafkaSettings(bootstrap=self.endpoint.bootstrap, is_local=True)
        return with_login(plain, user, self.passwords.read(user)) if self.is_secure else plain

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Two commands at once take turns: the second start finds the server running."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _check_mode(self) -> None:
        """The logins are part of the formatting; a server that holds messages must never lose them by a slip."""
        if stored_cluster_id(self._data) is None or read_endpoint(self.folder).is_secure == self.is_secure:
            return
        has = "without logins" if self.is_secure else "with logins"
        raise ModeFixed(
            f"The local Kafka in {self.folder} was formatted {has} and cannot change over.",
            "Start it as it is, or give its messages up with `qingyu kafka stop` and `qingyu kafka wipe`.",
        )

    def _check_ports(self) -> None:
        for port in (self.port, self.controller_port):
            if not is_port_free(port):
                holder = port_holder(port) or "another program"
                raise PortTaken(
                    f"Port {port}, which the local Kafka needs, is taken by {holder}.",
                    "End that program, or choose another port: `qingyu kafka start --port NUMBER` "
                    "(Kafka takes that one and the next).",
                )

    def _prepare(self, java: str, jars: Path) -> StorageState:
        logins = self._own_logins()
        self._write_config(logins)
        if self.is_secure:
            # Before there is anything to protect: however this start ends, the next one asks for logins too.
            write_endpoint(self.folder, self.endpoint)
        found = prepare_storage(self._data, java, jars, _ENVIRON, logins)
        if self.is_secure:
            # The messages lie there, and what Kafka checks passwords with.
            self._data.chmod(0o700)
        return found

    def _write_config(self, logins: Mapping[str, str]) -> None:
        names = ("server.properties", "secure.properties") if self.is_secure else ("server.properties",)
        template = string.Template("\n".join((DEPLOY_KAFKA / name).read_text(encoding="utf-8") for name in names))
        own = {"broker_password": logins[BROKER]} if self.is_secure else {}
        config = self.folder / "server.properties"
        config.unlink(missing_ok=True)
        write_private(config, template.substitute(port=self.port, controller_port=self.controller_port, **own))
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
        if not is_listening(self.port) or (self.is_secure and not self.passwords.has(BROKER)):
            return None
        try:
            return cluster_id(replace(self._login(BROKER), wait_s=_PROBE_S))
        except (BrokerAway, BrokerRefused):  # refused: it listens already and has not read its users yet
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
