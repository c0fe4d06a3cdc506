"""A private PostgreSQL server, started from Debian's package by the tests that need one.

PostgreSQL refuses to run as root: then it runs as the user ``postgres`` that the package makes. Its folder lies
directly under the system's temporary folder, where that user may reach it.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

import psycopg

_MISSING = "PostgreSQL is not installed; run: make setup (or: apt-get install postgresql)"
_SERVER_USER = "postgres"
_STARTED_WITHIN_S = 60


class PostgresMissing(Exception):
    """The machine has no PostgreSQL server; the message names the package."""


def find_programs() -> Path:
    """Folder of ``initdb`` and ``pg_ctl``, the newest of those Debian keeps side by side."""
    found = sorted(
        (folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()),
        key=lambda folder: int(folder.parent.name),
    )
    if found:
        return found[-1]
    on_path = shutil.which("initdb")
    if on_path is None:
        raise PostgresMissing(_MISSING)
    return Path(on_path).resolve().parent


class LocalPostgres:
    """One server with its own folder and port; ``database`` makes an empty database for one test."""

    def __init__(self, port: int) -> None:
        self._programs = find_programs()
        self._port = port
        self._folder = Path(tempfile.mkdtemp(prefix="qingyu-postgres-"))
        self._as_user: list[str] = []
        if os.getuid() == 0:
            self._as_user = ["runuser", "-u", _SERVER_USER, "--"]
            owner = pwd.getpwnam(_SERVER_USER)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)

    def start(self) -> None:
        """Make the cluster and start it; answers when it takes connections."""
        data, log = self._folder / "data", self._folder / "log"
        self._run("initdb", "-D", str(data), "-U", "lake", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-p {self._port} -h 127.0.0.1 -k {self._folder} -c fsync=off -c max_connections=60"
        self._run("pg_ctl", "-D", str(data), "-l", str(log), "-o", options, "-t", str(_STARTED_WITHIN_S), "-w", "start")

    def stop(self) -> None:
        """Stop the server at once and remove its folder."""
        data = self._folder / "data"
        if (data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder)

    def restart(self) -> None:
        """Break every session at once, as a crash of the server does, and start it again."""
        data, log = self._folder / "data", self._folder / "log"
        self._run("pg_ctl", "-D", str(data), "-l", str(log), "-m", "immediate", "-w", "restart")

    def database(self) -> str:
        """Make an empty database; returns how to connect to it, in libpq's words."""
        name = f"lake_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as session:
            session.execute(f"CREATE DATABASE {name}".encode())
        return self._address(name)

    def _address(self, database: str) -> str:
        return f"host=127.0.0.1 port={self._port} user=lake dbname={database}"

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [*self._as_user, str(self._programs / program), *words],
            cwd=self._folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}"
