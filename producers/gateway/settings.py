"""The gateway's settings: read once from an environment mapping, checked as a whole."""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from producers.gateway.faults import SettingsFault

SENDER = "gateway"
"""The sender of the plans under whose name the gateway writes."""


class GatewaySettings(msgspec.Struct, frozen=True):
    """Where the gateway keeps its store, and every bound it works within."""

    store: Path
    host: str = "127.0.0.1"
    port: int = 8080
    ack_wait_s: float = 1.0
    spool_rows: int = 200_000
    spool_bytes: int = 1_073_741_824
    keep_days: int = 30
    window_rows: int = 500
    rate_per_s: float = 20.0
    burst: int = 100
    concurrency: int = 64
    connections: int = 1024
    header_s: float = 10.0
    body_s: float = 30.0
    body_bytes_per_s: int = 4096
    xlsx_bytes: int = 5_000_000

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "GatewaySettings":
        """Read QINGYU_VAR and the QINGYU_GATEWAY_* variables; an empty one counts as not set.

        Raises SettingsFault that lists every fault at once.
        """
        return _Reader(environ).settings()


class _Reader:
    """Collects faults while it reads, so that a person mends them in one go."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._faults: list[str] = []

    def settings(self) -> GatewaySettings:
        var = Path(self._environ.get("QINGYU_VAR") or "var").absolute()
        named = self._text("QINGYU_GATEWAY_STORE")
        usual = GatewaySettings(store=Path())
        found = GatewaySettings(
            store=Path(named).absolute() if named else var / "gateway" / "gateway.sqlite",
            host=self._text("QINGYU_GATEWAY_HOST") or usual.host,
            port=self._whole("QINGYU_GATEWAY_PORT", usual.port, 1, 65535),
            ack_wait_s=self._number("QINGYU_GATEWAY_ACK_WAIT", usual.ack_wait_s, 0, 60),
            spool_rows=self._whole("QINGYU_GATEWAY_SPOOL_ROWS", usual.spool_rows, 1, 100_000_000),
            spool_bytes=self._whole("QINGYU_GATEWAY_SPOOL_BYTES", usual.spool_bytes, 1_000_000, 1 << 50),
            keep_days=self._whole("QINGYU_GATEWAY_KEEP_DAYS", usual.keep_days, 1, 36_500),
            window_rows=self._whole("QINGYU_GATEWAY_WINDOW", usual.window_rows, 1, 10_000),
            rate_per_s=self._number("QINGYU_GATEWAY_RATE", usual.rate_per_s, 0.01, 1_000_000),
            burst=self._whole("QINGYU_GATEWAY_BURST", usual.burst, 1, 1_000_000),
            concurrency=self._whole("QINGYU_GATEWAY_CONCURRENCY", usual.concurrency, 1, 100_000),
            connections=self._whole("QINGYU_GATEWAY_CONNECTIONS", usual.connections, 16, 100_000),
            header_s=self._number("QINGYU_GATEWAY_HEADER_TIMEOUT", usual.header_s, 0.1, 60),
            body_s=self._number("QINGYU_GATEWAY_BODY_TIMEOUT", usual.body_s, 0.1, 3600),
            body_bytes_per_s=self._whole("QINGYU_GATEWAY_BODY_RATE", usual.body_bytes_per_s, 1, 1 << 30),
            xlsx_bytes=self._whole("QINGYU_GATEWAY_XLSX_BYTES", usual.xlsx_bytes, 10_000, 100_000_000),
        )
        if self._faults:
            raise SettingsFault(
                "The gateway's settings in the environment cannot be used: " + "; ".join(self._faults) + ".",
                "Mend these variables and try again.",
            )
        return found

    def _text(self, name: str) -> str | None:
        return self._environ.get(name, "").strip() or None

    def _whole(self, name: str, usual: int, least: int, most: int) -> int:
        named = self._text(name)
        if named is None:
            return usual
        if not re.fullmatch(r"\d{1,18}", named, re.ASCII) or not least <= int(named) <= most:
            self._faults.append(f"{name}: {named!r} is not a whole number from {least} to {most}")
            return usual
        return int(named)

    def _number(self, name: str, usual: float, least: float, most: float) -> float:
        named = self._text(name)
        if named is None:
            return usual
        if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", named, re.ASCII) or not least <= float(named) <= most:
            self._faults.append(f"{name}: {named!r} is not a number from {least:g} to {most:g}")
            return usual
        return float(named)
