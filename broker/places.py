"""Where the local Kafka keeps its things, and the two small records other processes read there."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from broker.faults import SettingsFault

ROOT = Path(__file__).resolve().parent.parent
DEPLOY_KAFKA = ROOT / "deploy" / "kafka"
PLANS = ROOT / "plan"

HOST = "127.0.0.1"
DEFAULT_PORT = 9092

_ENDPOINT = "endpoint.json"
_SECRETS = "secrets"


class Endpoint(msgspec.Struct, frozen=True):
    """The two ports of the local server, and whether it asks for logins; kept while it is stopped."""

    port: int
    controller_port: int
    is_secure: bool = False

    @property
    def bootstrap(self) -> str:
        """The address clients use, `host:port`."""
        return f"{HOST}:{self.port}"


def endpoint_at(port: int, is_secure: bool = False) -> Endpoint:
    """The endpoint on `port`, with the controller on the next one."""
    return Endpoint(port=port, controller_port=port + 1, is_secure=is_secure)


def local_folder(environ: Mapping[str, str]) -> Path:
    """The folder of the local server: `var/kafka`, or `$QINGYU_VAR/kafka`."""
    return Path(environ.get("QINGYU_VAR") or "var").absolute() / "kafka"


def secrets_folder(folder: Path) -> Path:
    """The folder of the passwords, in that of the local server."""
    return folder / _SECRETS


def cache_folder(environ: Mapping[str, str]) -> Path:
    """The folder that keeps downloaded jars: `~/.cache/qingyu`, or `$QINGYU_CACHE`."""
    named = environ.get("QINGYU_CACHE")
    return Path(named).absolute() if named else Path.home() / ".cache" / "qingyu"


def read_endpoint(folder: Path) -> Endpoint:
    """The recorded endpoint of the local server, or the default one when it never ran.

    Raises SettingsFault when the record is damaged.
    """
    record = folder / _ENDPOINT
    if not record.exists():
        return endpoint_at(DEFAULT_PORT)
    try:
        return msgspec.json.decode(record.read_bytes(), type=Endpoint)
    except msgspec.DecodeError as fault:
        raise SettingsFault(f"{record} is damaged ({fault}).", "Delete it and run `qingyu kafka start`.") from fault


def write_endpoint(folder: Path, endpoint: Endpoint) -> None:
    """Record the endpoint for the clients of later commands."""
    write_whole(folder / _ENDPOINT, msgspec.json.encode(endpoint))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part."""
    draft = path.with_name(path.name + ".new")
    draft.write_bytes(content)
    draft.replace(path)
