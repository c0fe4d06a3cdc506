"""Handing a notice to apprise: to the address of a channel, with its idempotency key.

What apprise and its HTTP client log may hold tokens, so they are kept silent and an outcome says only which
channel did not take a notice.
"""

import logging
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import msgspec
from apprise import Apprise, NotifyType
from apprise.decorators import notify
from apprise.manager_plugins import NotificationManager

from alerts.faults import SettingsFault
from alerts.outbox import PendingNotice
from alerts.routing import Urgency
from alerts.settings import FILE_SCHEME, Channel

_TYPES = {
    Urgency.WARNING: NotifyType.WARNING,
    Urgency.INFO: NotifyType.INFO,
    Urgency.SUCCESS: NotifyType.SUCCESS,
}
_KEY_HEADER = "Idempotency-Key"


class Outcome(StrEnum):
    """What became of one attempt."""

    SENT = "sent"
    NOT_TAKEN = "not_taken"
    NOT_CONFIGURED = "not_configured"


class Messenger(Protocol):
    """Whoever can hand a notice to its channel."""

    def send(self, notice: PendingNotice) -> Outcome:
        """Try once."""


class AppriseMessenger:
    """Sends through apprise. Raises SettingsFault for an address that apprise does not know."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        for noisy in ("apprise", "urllib3"):
            logging.getLogger(noisy).setLevel(logging.CRITICAL)
        _register_file_scheme()
        self._urls = {channel.name: channel.url for channel in channels}
        for channel in channels:
            if Apprise.instantiate(channel.url) is None:
                raise SettingsFault(
                    f"apprise cannot use the address of channel {channel.name} in QINGYU_NOTIFY_URLS.",
                    "Compare it with the service's page in apprise's documentation.",
                )

    def send(self, notice: PendingNotice) -> Outcome:
        """Try once to hand the notice to its channel; blocks for the seconds that apprise allows the other side."""
        url = self._urls.get(notice.channel)
        if url is None:
            return Outcome.NOT_CONFIGURED
        service = Apprise.instantiate(_keyed(url, notice.idempotency_key))
        if service is None:
            return Outcome.NOT_TAKEN
        taken = service.notify(body=notice.body, title=notice.title, notify_type=_TYPES[notice.urgency])
        return Outcome.SENT if taken else Outcome.NOT_TAKEN


def _keyed(url: str, key: str) -> str:
    """The address with the idempotency key, where the service can carry one: in a header, or for the file, a field."""
    scheme = url.split("://", 1)[0].lower()
    if scheme == FILE_SCHEME:
        return f"{url}&key={quote(key, safe='')}"
    if "headers" not in NotificationManager()[scheme].template_kwargs:
        return url
    return f"{url}{'&' if '?' in url else '?'}+{_KEY_HEADER}={quote(key, safe='')}"


def _register_file_scheme() -> None:
    if FILE_SCHEME not in NotificationManager():
        notify(on=FILE_SCHEME, name="Qingyu file")(_append)


def _append(body: str, title: str, notify_type: str, *_: object, meta: dict[str, Any], **__: object) -> bool:
    """Append a notice to the file; an OSError makes apprise report the attempt as failed."""
    options = meta["qsd"]
    line = {"idempotency_key": options["key"], "type": notify_type, "title": title, "body": body}
    file = Path(options["file"])
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as notices:
        notices.write(msgspec.json.encode(line) + b"\n")
    return True
