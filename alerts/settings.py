"""Where the alerter keeps its things and whom it tells: read once from an environment mapping."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from alerts.faults import SettingsFault

FILE_SCHEME = "qingyufile"
"""apprise knows no scheme with a hyphen in it."""

_HOST_IS_NO_SECRET = (FILE_SCHEME, "json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos")
"""Of most services apprise writes a token where the host stands."""

_BETWEEN = re.compile(r",\s*(?=[A-Za-z0-9]+://)")


class Channel(msgspec.Struct, frozen=True):
    """One way to tell people. The name may be stored, logged and shown; the URL may hold secrets and never is."""

    name: str
    url: str

    def __repr__(self) -> str:
        return f"Channel({self.name!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("name", self.name)]


class AlertSettings(msgspec.Struct, frozen=True):
    """Paths and channels of the alerter."""

    store: Path
    received: Path
    channels: tuple[Channel, ...]

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "AlertSettings":
        """Read QINGYU_VAR, QINGYU_ALERT_STORE, QINGYU_NOTIFY_FILE and QINGYU_NOTIFY_URLS; empty counts as not set.

        Raises SettingsFault for a text that is not a notification URL, without repeating it.
        """
        var = Path(environ.get("QINGYU_VAR") or "var").absolute()
        store = environ.get("QINGYU_ALERT_STORE")
        notices = environ.get("QINGYU_NOTIFY_FILE")
        file = Path(notices).absolute() if notices else var / "alerts" / "notices.jsonl"
        return cls(
            store=Path(store).absolute() if store else var / "alerts" / "alerts.sqlite",
            received=var / "fake-messenger" / "received.jsonl",
            channels=_channels([file_url(file), *_split(environ.get("QINGYU_NOTIFY_URLS") or "")]),
        )


def file_url(file: Path) -> str:
    """The channel that appends notices to a file."""
    return f"{FILE_SCHEME}://notices?file={quote(str(file), safe='')}"


def _split(urls: str) -> list[str]:
    return [url.strip() for url in _BETWEEN.split(urls) if url.strip()]


def _channels(urls: list[str]) -> tuple[Channel, ...]:
    made: list[Channel] = []
    taken: set[str] = set()
    for number, url in enumerate(urls):
        name = _name(url, number)
        # Two addresses on one host are two channels, each with its own delivery state.
        alike = 1
        while name in taken:
            alike += 1
            name = f"{_name(url, number)}#{alike}"
        taken.add(name)
        made.append(Channel(name, url))
    return tuple(made)


def _name(url: str, number: int) -> str:
    scheme, parted, _ = url.partition("://")
    if not (parted and scheme):
        raise _unusable(number)
    if scheme not in _HOST_IS_NO_SECRET:
        return f"{scheme}://"
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as fault:
        raise _unusable(number) from fault
    return f"{scheme}://{parts.hostname or ''}{port}"


def _unusable(number: int) -> SettingsFault:
    return SettingsFault(
        f"QINGYU_NOTIFY_URLS: address {number} is not a notification URL.",
        "Write apprise URLs parted by commas, for example json://127.0.0.1:8099/notify.",
    )
