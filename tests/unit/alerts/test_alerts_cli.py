"""`qingyu alerts` as people meet it, without a broker."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerts.cli import app
from alerts.messenger import Outcome
from alerts.notify import tell_due
from alerts.outbox import PendingNotice

# apprise looks for imghdr, which Python 3.11 calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

_ROOT = Path(__file__).resolve().parents[3]


class RefusingMessenger:
    """Takes nothing."""

    def send(self, _notice: PendingNotice) -> Outcome:
        return Outcome.NOT_TAKEN


@pytest.fixture
def qingyu_alerts(tmp_path: Path):
    """Factory: run a command; the store is that of the `inside` fixture."""

    def run(*words: str, **environ: str):
        settings = {
            "QINGYU_VAR": str(tmp_path / "var"),
            "QINGYU_ALERT_STORE": str(tmp_path / "预警 库" / "alerts.sqlite"),
            "QINGYU_NOTIFY_URLS": "",
            "COLUMNS": "240",
            **environ,
        }
        return CliRunner().invoke(app, words, env=settings)

    return run


def test_list_without_a_store_says_what_to_do(qingyu_alerts) -> None:
    result = qingyu_alerts("list")
    assert result.exit_code == 1
    assert "qingyu alerts run --once" in result.output


def test_list_without_alerts(qingyu_alerts, inside) -> None:
    inside()
    result = qingyu_alerts("list")
    assert (result.exit_code, result.output.strip()) == (0, "当前没有预警。")


def test_list_shows_alerts_unsent_notices_and_what_waits(qingyu_alerts, inside, henan, value) -> None:
    made, plan = inside(), henan()
    made.take(made.plan(plan), *made.values(value(plan, "2019", "0.10"), value(plan, "2020", "NaN")))
    made.take(*made.values(value(henan(version=2), "2020", "0.76")))
    tell_due(made.outbox, RefusingMessenger(), lambda: dt.datetime(2021, 7, 1, tzinfo=dt.UTC))
    result = qingyu_alerts("list")
    assert result.exit_code == 0
    output = " ".join(result.output.split())
    for expected in (
        "预警中",
        "严重滞后",
        "河南省",
        "年度任务",
        "2019",
        "未送达 json://officer 【新预警】河南省 2019 年",
        "试过 1 次(not_taken)",
        "1 个指标值在等方案",
        "1 条消息无法使用",
        "尚未发到 Kafka",
    ):
        assert expected in output


def test_run_tells_a_bad_setting(qingyu_alerts) -> None:
    result = qingyu_alerts("run", "--once", QINGYU_NOTIFY_URLS="geheim")
    assert result.exit_code == 1
    assert "QINGYU_NOTIFY_URLS: address 1" in " ".join(result.output.split())
    assert "geheim" not in result.output


def test_run_tells_that_kafka_is_away(qingyu_alerts, free_ports) -> None:
    (port,) = free_ports(1)
    result = qingyu_alerts("run", "--once", QINGYU_KAFKA_BOOTSTRAP=f"127.0.0.1:{port}", QINGYU_KAFKA_WAIT="0.5")
    assert result.exit_code == 1
    assert "did not answer" in " ".join(result.output.split())


def test_fake_messenger_tells_a_taken_port(qingyu_alerts) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = qingyu_alerts("fake-messenger", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert "cannot be used" in result.output


def test_fake_messenger_runs_until_sigterm(tmp_path: Path, free_ports) -> None:
    (port,) = free_ports(1)
    command = [sys.executable, "-c", "from alerts.cli import app; app()", "fake-messenger", "--port", str(port)]
    environ = {**os.environ, "QINGYU_VAR": str(tmp_path)}
    with subprocess.Popen(command, cwd=_ROOT, env=environ, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert f"json://127.0.0.1:{port}/notify" in server.stdout.readline()
        _post_until_it_serves(f"http://127.0.0.1:{port}/notify")
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
    received = (tmp_path / "fake-messenger" / "received.jsonl").read_text(encoding="utf-8")
    assert json.loads(received.splitlines()[0])["body"] == {"消息": 1}


def _post_until_it_serves(url: str) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            with urllib.request.urlopen(url, '{"消息": 1}'.encode(), timeout=5) as answer:
                assert answer.status == 204
            return
        except ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
