"""Telling people: once, again after failures, never forgotten; live against the fake messenger and a file."""

import datetime as dt
import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.fake_messenger import FakeMessenger
from alerts.faults import SettingsFault
from alerts.messenger import AppriseMessenger, Outcome
from alerts.notify import Round, tell_due, wait_after
from alerts.outbox import Outbox, PendingNotice
from alerts.settings import AlertSettings

# apprise looks for imghdr, which Python 3.11 calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

_START = dt.datetime(2021, 7, 1, 8, tzinfo=dt.UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = _START

    def __call__(self) -> dt.datetime:
        return self.now

    def wait(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


class ScriptedMessenger:
    """Gives the outcomes it was told to give, then always takes; remembers the keys it was handed."""

    def __init__(self, *outcomes: Outcome) -> None:
        self._outcomes = list(outcomes)
        self.keys: list[str] = []

    def send(self, notice: PendingNotice) -> Outcome:
        self.keys.append(notice.idempotency_key)
        return self._outcomes.pop(0) if self._outcomes else Outcome.SENT


class KilledBeforeMarking(Outbox):
    """An outbox whose process is killed between the channel's yes and the mark."""

    class Killed(Exception):
        """The process ends here."""

    def mark_told(self, notice: PendingNotice, at: dt.datetime) -> None:
        raise self.Killed


@pytest.fixture
def two_notices(inside, henan, value):
    """An inside with two notices for each of the given channels."""

    def make(*channels: str):
        made, plan = inside(channels=channels), henan()
        made.take(made.plan(plan), *made.values(value(plan, "2019", "-3.00"), value(plan, "2020", "0.76")))
        return made

    return make


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Callable[[], FakeMessenger]]:
    """Factory: a running fake messenger on a free port."""
    running: list[FakeMessenger] = []

    def make() -> FakeMessenger:
        server = FakeMessenger(0, tmp_path / "fake-messenger" / f"received-{len(running)}.jsonl")
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        running.append(server)
        return server

    yield make
    for server in running:
        server.shutdown()
        server.server_close()


def _lines(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_told_once(two_notices) -> None:
    made, messenger, clock = two_notices("json://a"), ScriptedMessenger(), Clock()
    assert tell_due(made.outbox, messenger, clock) == Round(told=2, failed=0)
    assert tell_due(made.outbox, messenger, clock, is_last_call=True) == Round(told=0, failed=0)
    assert len(set(messenger.keys)) == 2


def test_a_failing_channel_is_tried_again_later_and_the_others_are_not_kept_waiting(two_notices) -> None:
    made, clock = two_notices("json://a", "json://b"), Clock()
    messenger = ScriptedMessenger(Outcome.NOT_TAKEN)
    assert tell_due(made.outbox, messenger, clock) == Round(told=2, failed=1)
    assert [key.split("@")[1] for key in messenger.keys] == ["json://a", "json://b", "json://b"]
    clock.wait(seconds=14)
    assert tell_due(made.outbox, messenger, clock) == Round(told=0, failed=0)
    clock.wait(seconds=2)
    assert tell_due(made.outbox, messenger, clock) == Round(told=2, failed=0)
    assert made.outbox.untold_count() == 0


def test_the_last_call_does_not_wait(two_notices) -> None:
    made, clock, messenger = two_notices("json://a"), Clock(), ScriptedMessenger(Outcome.NOT_TAKEN)
    tell_due(made.outbox, messenger, clock)
    assert tell_due(made.outbox, messenger, clock, is_last_call=True) == Round(told=2, failed=0)


def test_a_kill_between_sending_and_marking_tells_one_notice_twice_with_the_same_key(two_notices) -> None:
    made, messenger, clock = two_notices("json://a"), ScriptedMessenger(), Clock()
    with pytest.raises(KilledBeforeMarking.Killed):
        tell_due(KilledBeforeMarking(made.database), messenger, clock)
    tell_due(Outbox(made.database), messenger, clock)
    assert len(messenger.keys) == 3
    assert messenger.keys[0] == messenger.keys[1] != messenger.keys[2]


@given(st.integers(1, 10_000))
def test_waits_double_up_to_about_an_hour(attempts: int) -> None:
    wait, longer = wait_after(attempts), wait_after(attempts + 1)
    assert longer == wait * 2 or wait == longer == dt.timedelta(minutes=64)


def test_the_first_waits() -> None:
    assert [wait_after(attempts).total_seconds() for attempts in (1, 2, 3)] == [15, 30, 60]


def test_live_to_a_receiver_and_a_file(two_notices, fake, tmp_path: Path) -> None:
    server = fake()
    file = tmp_path / "通知 夹" / "a&b=c%20+.jsonl"
    settings = AlertSettings.from_environ({"QINGYU_NOTIFY_URLS": server.url, "QINGYU_NOTIFY_FILE": str(file)})
    made = two_notices(*(channel.name for channel in settings.channels))
    assert tell_due(made.outbox, AppriseMessenger(settings.channels), Clock()) == Round(told=4, failed=0)
    first, second = made.transitions
    received = _lines(server.file)
    channel = f"json://127.0.0.1:{server.server_port}"
    assert [each["idempotency_key"] for each in received] == [
        f"{first.transition_id}@{channel}",
        f"{second.transition_id}@{channel}",
    ]
    body = received[1]["body"]
    assert (body["title"], body["type"]) == (second.headline_zh, "warning")
    assert "上升 0.76 %(任务:下降 3.43 %)" in body["message"]
    assert received[1]["path"] == "/notify"
    written = _lines(file)
    assert [each["idempotency_key"] for each in written] == [
        f"{each.transition_id}@qingyufile://notices" for each in (first, second)
    ]
    assert written[1]["body"] == body["message"]


def test_live_failures_leave_the_notice_and_no_secret_anywhere(
    two_notices, free_ports, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (port,) = free_ports(1)
    settings = AlertSettings.from_environ(
        {
            "QINGYU_VAR": str(tmp_path),
            "QINGYU_NOTIFY_URLS": f"json://me:geheim1@127.0.0.1:{port}/geheim2?+Auth=geheim3",
        }
    )
    made = two_notices(*(channel.name for channel in settings.channels))
    messenger = AppriseMessenger(settings.channels)
    assert tell_due(made.outbox, messenger, Clock()) == Round(told=2, failed=1)
    dump = "\n".join(made.database.iterdump())
    assert f"json://127.0.0.1:{port}" in dump
    for text in (dump, caplog.text, repr(settings)):
        assert "geheim" not in text
    assert "not_taken" in caplog.text


def test_a_file_that_cannot_be_written_is_a_failure(two_notices, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder is needed")
    settings = AlertSettings.from_environ({"QINGYU_NOTIFY_FILE": str(blocked / "notices.jsonl")})
    made = two_notices(*(channel.name for channel in settings.channels))
    assert tell_due(made.outbox, AppriseMessenger(settings.channels), Clock()) == Round(told=0, failed=1)


def test_a_mail_server_that_is_away_leaves_the_notice(two_notices, free_ports) -> None:
    (port,) = free_ports(1)
    url = f"mailto://me:word@example.cn:{port}?smtp=127.0.0.1&mode=insecure&to=officer@example.cn"
    settings = AlertSettings.from_environ({"QINGYU_NOTIFY_URLS": url})
    made = two_notices(settings.channels[1].name)
    assert tell_due(made.outbox, AppriseMessenger(settings.channels), Clock()) == Round(told=0, failed=1)


def test_a_channel_taken_out_of_the_settings_is_not_forgotten(two_notices, tmp_path: Path) -> None:
    made = two_notices("json://gone")
    settings = AlertSettings.from_environ({"QINGYU_VAR": str(tmp_path)})
    assert tell_due(made.outbox, AppriseMessenger(settings.channels), Clock()) == Round(told=0, failed=1)
    assert made.outbox.untold_count() == 2


def test_an_address_apprise_does_not_know() -> None:
    settings = AlertSettings.from_environ({"QINGYU_NOTIFY_URLS": "nosuch://geheim/geheim"})
    with pytest.raises(SettingsFault, match="nosuch://") as refused:
        AppriseMessenger(settings.channels)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("urls", "names"),
    [
        ("", []),
        ("json://h:80/a, json://h:80/b", ["json://h:80", "json://h:80#2"]),
        ("mailto://u:p@mail.example?to=a@x,b@y,json://h", ["mailto://mail.example", "json://h"]),
        ("tgram://123:token/chat,tgram://456:token/chat", ["tgram://", "tgram://#2"]),
    ],
)
def test_channel_names_hold_no_secret(urls: str, names: list[str]) -> None:
    channels = AlertSettings.from_environ({"QINGYU_NOTIFY_URLS": urls}).channels
    assert [channel.name for channel in channels] == ["qingyufile://notices", *names]


@pytest.mark.parametrize("urls", ["geheim", "json://h:port/geheim"])
def test_what_is_no_address_is_refused_without_repeating_it(urls: str) -> None:
    with pytest.raises(SettingsFault, match="address 1") as refused:
        AlertSettings.from_environ({"QINGYU_NOTIFY_URLS": urls})
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(("body", "status"), [(b"not json", 400), (b" " * 1_000_001, 413)])
def test_the_fake_refuses_what_no_messenger_would_take(fake, body: bytes, status: int) -> None:
    import urllib.error
    import urllib.request

    server = fake()
    url = server.url.replace("json://", "http://")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url, body, timeout=5)
    assert refused.value.code == status
    refused.value.close()
    assert not server.file.exists()
