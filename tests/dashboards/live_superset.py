"""Starts a real Superset for tests the way the supervisor starts it, and speaks to its REST API."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, APIResponse, Browser, Playwright
from playwright.sync_api import Error as PlaywrightError

from tests.dashboards.report_views import MadeLake

START_SECONDS = 180
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Session:
    """A signed-in caller of the REST API."""

    api: APIRequestContext

    def get(self, path: str) -> APIResponse:
        return self.api.get(path)

    def post(self, path: str, body: dict[str, Any]) -> APIResponse:
        return self.api.post(path, data=body)

    def sql(self, statement: str, **more: Any) -> APIResponse:
        """Run a statement in SQL Lab on the lake."""
        body = {"database_id": 1, "sql": statement, "schema": "main", "runAsync": False, **more}
        return self.post("/api/v1/sqllab/execute/", body)

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """Run a statement that must succeed and give its rows."""
        answer = self.sql(statement)
        assert answer.status == 200, answer.text()
        return answer.json()["data"]


@dataclass(frozen=True)
class LiveSuperset:
    """A running Superset with its lake; `environment` is what it was started with."""

    url: str
    folder: Path
    lake: MadeLake
    python: Path
    environment: dict[str, str]
    playwright: Playwright
    admin: Session

    @property
    def admin_password(self) -> str:
        return (self.folder / "var" / "superset" / "admin_password").read_text().strip()

    def sign_in(self, name: str, password: str) -> Session:
        return _sign_in(self.playwright, self.url, name, password)


def launch_browser(playwright: Playwright) -> Browser:
    """Start Debian's chromium; a missing one fails with the mend."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("chromium is missing; mend: apt-get install -y chromium fonts-noto-cjk")
    return playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)


@contextmanager
def start_superset(
    root: Path, folder: Path, lake: MadeLake, playwright: Playwright, port: int
) -> Iterator[LiveSuperset]:
    """Run dashboards/serve.py on a port until the block ends; a missing environment fails with the mend."""
    python = root / ".venv-superset" / "bin" / "python"
    if not python.exists():
        pytest.fail(f"{python.parent.parent.name} is missing; mend: make setup-superset")
    environment = {
        **os.environ,
        "QINGYU_VAR": str(folder / "var"),
        "QINGYU_WAREHOUSE": lake.address,
        "QINGYU_WAREHOUSE_DATA": str(lake.data),
        "QINGYU_SUPERSET_PORT": str(port),
    }
    url, log = f"http://127.0.0.1:{port}", folder / "superset.log"
    command = [str(python), str(root / "dashboards" / "serve.py")]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, env=environment, cwd=folder, stdout=out, stderr=out) as process,
    ):
        try:
            _wait_until_healthy(playwright, url, process, log)
            password = (folder / "var" / "superset" / "admin_password").read_text().strip()
            admin = _sign_in(playwright, url, "admin", password)
            yield LiveSuperset(url, folder, lake, python, environment, playwright, admin)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_healthy(playwright: Playwright, url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    api = playwright.request.new_context(base_url=url)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if api.get("/health").ok:
                api.dispose()
                return
        except PlaywrightError:
            time.sleep(0.3)  # not listening yet
    pytest.fail(f"Superset did not start; the end of its log:\n{log.read_text(errors='replace')[-3000:]}")


def _sign_in(playwright: Playwright, url: str, name: str, password: str) -> Session:
    """Sign in over the API; the token and the session's CSRF token travel with every later call."""
    door = playwright.request.new_context(base_url=url)
    body = {"username": name, "password": password, "provider": "db", "refresh": False}
    token = door.post("/api/v1/security/login", data=body).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    csrf = door.get("/api/v1/security/csrf_token/", headers=bearer).json()["result"]
    headers = {**bearer, "X-CSRFToken": csrf, "Referer": url}
    session = playwright.request.new_context(
        base_url=url, extra_http_headers=headers, storage_state=door.storage_state()
    )
    door.dispose()
    return Session(session)
