"""Settings: defaults that need nothing, and every fault at once."""

from pathlib import Path

import pytest

from producers.gateway.faults import SettingsFault
from producers.gateway.settings import GatewaySettings


def test_nothing_has_to_be_set() -> None:
    found = GatewaySettings.from_environ({"QINGYU_VAR": "/somewhere", "QINGYU_GATEWAY_PORT": " "})
    assert found == GatewaySettings(store=Path("/somewhere/gateway/gateway.sqlite"))
    assert (found.host, found.port) == ("127.0.0.1", 8080)


def test_what_is_set_counts() -> None:
    found = GatewaySettings.from_environ(
        {"QINGYU_GATEWAY_STORE": "/x.sqlite", "QINGYU_GATEWAY_ACK_WAIT": "0.25", "QINGYU_GATEWAY_SPOOL_ROWS": "7"}
    )
    assert (found.store, found.ack_wait_s, found.spool_rows) == (Path("/x.sqlite"), 0.25, 7)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(SettingsFault) as refused:
        GatewaySettings.from_environ(
            {"QINGYU_GATEWAY_PORT": "0", "QINGYU_GATEWAY_RATE": "fast", "QINGYU_GATEWAY_BURST": "-1"}
        )
    for name in ("PORT", "RATE", "BURST"):
        assert f"QINGYU_GATEWAY_{name}:" in refused.value.what
