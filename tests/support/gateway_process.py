"""The gateway as its own process on an installation, and reporters who post to it over real sockets."""

import datetime as dt
import secrets
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from producers.gateway.database import connect
from producers.gateway.key_rows import put_key
from producers.gateway.keys import make_key
from tests.support.pipeline import REPOSITORY, Pipeline

PLAN_FOLDER = REPOSITORY / "tests" / "support" / "gateway_plan" / "mills-2018"
PLAN = ("--plan", str(PLAN_FOLDER))
UP_WITHIN_S = 60
Answer = httpx.Response


class GatewayProcess:
    """`qingyu gateway run` on the mills' plan."""

    def __init__(self, pipeline: Pipeline, port: int) -> None:
        self.pipeline = pipeline
        self.url = f"http://127.0.0.1:{port}"
        pipeline.environ["QINGYU_GATEWAY_PORT"] = str(port)
        self.store = Path(pipeline.environ["QINGYU_VAR"]) / "gateway" / "gateway.sqlite"
        self._process: subprocess.Popen[bytes] | None = None
        self._reporters: list[Reporter] = []

    @property
    def log(self) -> str:
        """What it has said."""
        return (Path(self.pipeline.environ["QINGYU_VAR"]) / "gateway.log").read_text(encoding="utf-8")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = self.pipeline.start("gateway", "run", *PLAN)
        self.wait_until(lambda: self.ready() is not None)

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is told."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM; gives the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=60)

    def end(self) -> None:
        """Whatever state it is in: afterwards it does not run, and nobody is connected."""
        for reporter in self._reporters:
            reporter.close()
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def ready(self) -> dict[str, Any] | None:
        """What /readyz says; None while nothing answers."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).json()
        except httpx.TransportError:
            return None

    def wait_until(self, is_so: Callable[[], bool], seconds: float = UP_WITHIN_S) -> None:
        """Wait for something that must come; fails with the gateway's words when it has ended or does not come."""
        until = time.monotonic() + seconds
        while not is_so():
            assert self._process is not None
            assert self._process.poll() is None, self.log
            assert time.monotonic() < until, self.log
            time.sleep(0.05)

    def wait_drained(self) -> None:
        """Wait until nothing waits for Kafka."""
        self.wait_until(lambda: (self.ready() or {}).get("spool_entries") == 0)

    def add_key(self, unit: str) -> str:
        """A key for a unit, put into the store as `qingyu key add` does."""
        now = dt.datetime.now(dt.UTC)
        key, token = make_key(unit, (), now, now + dt.timedelta(days=1), secrets.token_bytes)
        with closing(connect(self.store)) as database:
            put_key(database, key)
        return token

    def reporter(self, unit: str) -> "Reporter":
        """Somebody with a new key of a unit."""
        self._reporters.append(Reporter(self.url, unit, self.add_key(unit)))
        return self._reporters[-1]


class Reporter:
    """A unit that reports, on a connection of its own."""

    def __init__(self, url: str, unit: str, key: str) -> None:
        self.unit = unit
        self.headers = {"Authorization": f"Bearer {key}"}
        self._client = httpx.Client(base_url=url, headers=self.headers, timeout=30)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def output(self, return_id: str, month: int = 1, cloth: float = 12.0) -> dict[str, Any]:
        """A monthly return of the unit."""
        return {
            "return_id": return_id,
            "form": "output-monthly",
            "form_version": 2,
            "unit": self.unit,
            "period": f"2018-{month:02d}",
            "cells": [{"item": "cloth", "value": cloth}],
        }

    def post(self, body: dict[str, Any], path: str = "/v1/returns", **headers: str) -> Answer:
        """Hand something in."""
        return self._client.post(path, json=body, headers=headers)

    def post_file(self, data: bytes) -> Answer:
        """Hand in a spreadsheet."""
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return self._client.post("/v1/returns", content=data, headers={"Content-Type": kind})

    def get(self, path: str) -> Answer:
        """Ask something."""
        return self._client.get(path)

    def insist(self, body: dict[str, Any], seconds: float = 120) -> dict[str, Any]:
        """Post the same until there is a receipt, whatever happens to the gateway meanwhile."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                answer = self.post(body)
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            if answer.status_code in (200, 202):
                return answer.json()
            assert answer.status_code in (429, 503), answer.text
            time.sleep(0.1)
        raise AssertionError(f"no receipt for {body['return_id']} within {seconds} s")

    def state(self, return_id: str) -> dict[str, Any]:
        """What became of a return."""
        answer = self.get(f"/v1/returns/{return_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()


def landed_order(pipeline: Pipeline) -> dict[str, list[str]]:
    """The return ids in the lake by unit, in the order of the log. A unit's returns of a form are on one partition."""
    rows = pipeline.ask(
        "SELECT unit_id, return_id FROM stg_return WHERE form_id = 'output-monthly' "
        "ORDER BY kafka_partition, kafka_offset"
    )
    found: dict[str, list[str]] = {}
    for unit, return_id in rows:
        found.setdefault(str(unit), []).append(str(return_id))
    return found
