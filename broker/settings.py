"""Where Kafka is and how to get in: read once from an environment mapping, checked as a whole."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from broker.faults import SettingsFault
from broker.places import local_folder, read_endpoint, secrets_folder

_ADDRESS = re.compile(r"^[A-Za-z0-9._-]+:\d{1,5}$|^\[[0-9A-Fa-f:]+\]:\d{1,5}$")
# No underscore: Kafka's metrics cannot tell `.` and `_` apart, so names that mix them collide.
_PREFIX = re.compile(r"^[A-Za-z0-9.-]{0,100}$")
_DEFAULT_WAIT_S = 60.0
_Word = TypeVar("_Word", bound=StrEnum)


class SecurityProtocol(StrEnum):
    """How the connection is protected, in Kafka's own words."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"

    @property
    def needs_login(self) -> bool:
        """Whether a user name and a password belong to it."""
        return self in (SecurityProtocol.SASL_PLAINTEXT, SecurityProtocol.SASL_SSL)


class SaslMechanism(StrEnum):
    """How the password is proved."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"


@dataclass(frozen=True)
class KafkaSettings:
    """How to reach Kafka. `is_local`: the address is the local server's, not one set from outside."""

    bootstrap: str
    is_local: bool
    security_protocol: SecurityProtocol = SecurityProtocol.PLAINTEXT
    sasl_mechanism: SaslMechanism = SaslMechanism.SCRAM_SHA_512
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ssl_cafile: Path | None = None
    topic_prefix: str = ""
    wait_s: float = _DEFAULT_WAIT_S

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "KafkaSettings":
        """Read the QINGYU_KAFKA_* variables of `environ`; an empty one counts as not set.

        Raises SettingsFault that lists every fault at once.
        """
        return _Reader(environ).settings()

    @property
    def addresses(self) -> list[str]:
        """The bootstrap addresses one by one."""
        return [address.strip() for address in self.bootstrap.split(",")]

    def topic(self, name: str) -> str:
        """The name on the broker of the plan's topic `name`."""
        return self.topic_prefix + name

    def bare(self, name: str) -> str:
        """The plan's name of the broker's topic `name`; ValueError when it has another prefix."""
        if not name.startswith(self.topic_prefix):
            raise ValueError(f"topic {name!r} does not begin with the prefix {self.topic_prefix!r}")
        return name[len(self.topic_prefix) :]


class _Reader:
    """Collects faults while it reads, so that a person mends them in one go."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._faults: list[str] = []

    def settings(self) -> KafkaSettings:
        named = self._text("QINGYU_KAFKA_BOOTSTRAP")
        local = read_endpoint(local_folder(self._environ))
        protocol = self._choice("QINGYU_KAFKA_SECURITY_PROTOCOL", SecurityProtocol.PLAINTEXT)
        mechanism = self._choice("QINGYU_KAFKA_SASL_MECHANISM", SaslMechanism.SCRAM_SHA_512)
        username, password = self._text("QINGYU_KAFKA_SASL_USERNAME"), self._password()
        if protocol.needs_login:
            self._need("QINGYU_KAFKA_SASL_USERNAME", username, protocol)
            self._need("QINGYU_KAFKA_SASL_PASSWORD (or QINGYU_KAFKA_SASL_PASSWORD_FILE)", password, protocol)
        elif named is None and local.is_secure:
            self._faults.append(
                "the local Kafka asks for a login: set QINGYU_KAFKA_SECURITY_PROTOCOL=SASL_PLAINTEXT, "
                "QINGYU_KAFKA_SASL_USERNAME and QINGYU_KAFKA_SASL_PASSWORD_FILE (the files lie in "
                f"{secrets_folder(local_folder(self._environ))})"
            )
        elif username or password:
            # A login that is set and never sent would look like a working protection.
            self._faults.append(
                "QINGYU_KAFKA_SASL_USERNAME or _PASSWORD is set, but QINGYU_KAFKA_SECURITY_PROTOCOL is "
                f"{protocol}: set it to SASL_SSL or SASL_PLAINTEXT, or drop the login"
            )
        found = KafkaSettings(
            bootstrap=self._addresses(named) if named else local.bootstrap,
            is_local=named is None,
            security_protocol=protocol,
            sasl_mechanism=mechanism,
            username=username,
            password=password,
            ssl_cafile=self._cafile(),
            topic_prefix=self._prefix(),
            wait_s=self._wait(),
        )
        if self._faults:
            raise SettingsFault(
                "The Kafka settings in the environment cannot be used: " + "; ".join(self._faults) + ".",
                "Mend these variables and try again.",
            )
        return found

    def _text(self, name: str) -> str | None:
        return self._environ.get(name, "").strip() or None

    def _need(self, name: str, value: str | None, protocol: SecurityProtocol) -> None:
        if value is None:
            self._faults.append(f"{name} is not set, {protocol} needs it")

    def _addresses(self, named: str) -> str:
        for address in named.split(","):
            if not _ADDRESS.match(address.strip()) or not 0 < int(address.rsplit(":", 1)[1]) < 65536:
                self._faults.append(f"QINGYU_KAFKA_BOOTSTRAP: {address.strip()!r} is not host:port")
        return named

    def _choice(self, name: str, otherwise: _Word) -> _Word:
        words, named = type(otherwise), self._text(name)
        if named is None:
            return otherwise
        if named not in [word.value for word in words]:
            self._faults.append(f"{name}: {named!r} is none of {', '.join(words)}")
            return otherwise
        return words(named)

    def _password(self) -> str | None:
        given, file = self._text("QINGYU_KAFKA_SASL_PASSWORD"), self._text("QINGYU_KAFKA_SASL_PASSWORD_FILE")
        if given and file:
            self._faults.append("QINGYU_KAFKA_SASL_PASSWORD and its _FILE are both set: keep one")
        if file is None:
            return given
        try:
            content = Path(file).read_text(encoding="utf-8").strip()
        except OSError as fault:
            self._faults.append(f"QINGYU_KAFKA_SASL_PASSWORD_FILE: {file} cannot be read ({fault.strerror})")
            return None
        if not content:
            self._faults.append(f"QINGYU_KAFKA_SASL_PASSWORD_FILE: {file} is empty")
        return content or None

    def _cafile(self) -> Path | None:
        named = self._text("QINGYU_KAFKA_SSL_CAFILE")
        if named is not None and not Path(named).is_file():
            self._faults.append(f"QINGYU_KAFKA_SSL_CAFILE: there is no file {named}")
        return Path(named) if named is not None else None

    def _prefix(self) -> str:
        prefix = self._text("QINGYU_TOPIC_PREFIX") or ""
        if not _PREFIX.match(prefix):
            self._faults.append(
                f"QINGYU_TOPIC_PREFIX: {prefix!r} may hold letters, digits, dots and hyphens, 100 at most"
            )
        return prefix

    def _wait(self) -> float:
        named = self._text("QINGYU_KAFKA_WAIT")
        if named is None:
            return _DEFAULT_WAIT_S
        if not re.fullmatch(r"\d+(\.\d+)?", named):
            self._faults.append(f"QINGYU_KAFKA_WAIT: {named!r} is not a number of seconds")
            return _DEFAULT_WAIT_S
        return float(named)
