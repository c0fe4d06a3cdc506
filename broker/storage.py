"""The data folder of the local Kafka: is it formatted, half formatted, or in need of a decision?"""

import base64
import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from broker.faults import ServerDied, StorageDamaged
from broker.passwords import write_private

_META = "meta.properties"
_PARTITION = re.compile(r".+-\d+$")
_METADATA_LOG = "__cluster_metadata-0"


class StorageState(StrEnum):
    """What a data folder is."""

    EMPTY = "empty"
    HALF_FORMATTED = "half_formatted"
    FORMATTED = "formatted"
    DAMAGED = "damaged"


def storage_state(data: Path) -> StorageState:
    """Judge a data folder. `meta.properties` is what formatting writes last, in one piece.

    A folder without it is a broken-off formatting and may be made anew, unless partitions of topics lie
    in it: then that file was lost later, and the messages are not ours to throw away.
    """
    if stored_cluster_id(data) is not None:
        return StorageState.FORMATTED
    if not data.is_dir() or not any(data.iterdir()):
        return StorageState.EMPTY
    if any(_PARTITION.match(entry.name) and entry.name != _METADATA_LOG for entry in data.iterdir()):
        return StorageState.DAMAGED
    return StorageState.HALF_FORMATTED


def stored_cluster_id(data: Path) -> str | None:
    """The cluster id in a valid `meta.properties`; None when it is missing or incomplete."""
    try:
        text = (data / _META).read_text(encoding="latin-1")
    except (FileNotFoundError, NotADirectoryError):
        return None
    found = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    complete = all(found.get(key, "").strip() for key in ("cluster.id", "node.id", "directory.id", "version"))
    return found["cluster.id"].strip() if complete else None


def new_cluster_id() -> str:
    """A random cluster id as Kafka writes it; made here because Kafka's own tool takes a JVM start for it."""
    while (name := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass  # a leading hyphen would be read as an option of the format command
    return name


def prepare_storage(
    data: Path, java: str, jars: Path, environ: Mapping[str, str], logins: Mapping[str, str]
) -> StorageState:
    """Format the data folder unless it is, with `logins` (passwords by user); return the state it was found in.

    Raises StorageDamaged when that would lose messages, ServerDied when the format tool fails.
    """
    state = storage_state(data)
    if state is StorageState.DAMAGED:
        raise StorageDamaged(
            f"{data} holds topics, but its {_META} is missing or damaged.",
            f"Restore {_META} from a backup, or give the messages up with `qingyu kafka wipe`.",
        )
    if state is StorageState.HALF_FORMATTED:
        shutil.rmtree(data)
    if state is not StorageState.FORMATTED:
        _format(data, java, jars, environ, logins)
    return state


def _format(data: Path, java: str, jars: Path, environ: Mapping[str, str], logins: Mapping[str, str]) -> None:
    words = ["kafka.tools.StorageTool", "format", "-t", new_cluster_id(), "-c", "server.properties", "--standalone"]
    for user, password in logins.items():
        words += ["--add-scram", f"SCRAM-SHA-512=[name={user},password={password}]"]
    # By a file, which Java reads: the words of a command can be seen by every user of the machine.
    orders = data.parent / "format.args"
    orders.unlink(missing_ok=True)
    write_private(orders, "\n".join(words))
    try:
        answer = subprocess.run(
            [java, "-cp", f"{jars}/*", f"@{orders.name}"],
            cwd=data.parent,
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    finally:
        orders.unlink()
    if answer.returncode != 0 or storage_state(data) is not StorageState.FORMATTED:
        raise ServerDied(f"Formatting {data} failed:\n{answer.stdout.strip()}\n", "Mend what it says and start again.")
