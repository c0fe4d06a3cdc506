"""Schemathesis on a running gateway: whatever is sent, no fault of ours, and every answer as the API describes it.

The body of a return is described twice over: as any return, and as the form's own JSON Schema has it for the unit that
holds the key; so that some of what is made up gets through to the store.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.gateway_process import GatewayProcess
from tests.support.pipeline import Pipeline, clean_environ

pytestmark = pytest.mark.timeout(300)

EXAMPLES = 25
SEED = 20170616
LEFT_OUT = (
    # A return may keep to its schema and yet break the contract, which knows rosters and sums.
    "positive_data_acceptance",
    # Litestar answers OPTIONS by itself, with the methods of one handler of the address.
    "allow_header_conformance",
)

# A return that is too large for its schema may be refused by its bytes already.
CONFIG = """
[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429]
"""


@pytest.fixture
def gateway(tmp_path: Path, free_ports: Callable[[int], list[int]]) -> Iterator[GatewayProcess]:
    environ = clean_environ(
        os.environ,
        QINGYU_VAR=str(tmp_path / "var"),
        QINGYU_KAFKA_BOOTSTRAP="127.0.0.1:1",
        QINGYU_GATEWAY_RATE="100000",
        QINGYU_GATEWAY_BURST="100000",
    )
    made = GatewayProcess(Pipeline(environ), free_ports(1)[0])
    made.start()
    yield made
    made.end()


def described_deeper(gateway: GatewayProcess, key: str) -> dict[str, Any]:
    """The API's description, with the form's own schema beside that of any return."""
    document = httpx.get(f"{gateway.url}/openapi.json").json()
    answer = httpx.get(f"{gateway.url}/v1/forms/output-monthly", headers={"Authorization": f"Bearer {key}"})
    text = answer.text.replace("#/$defs/", "#/components/schemas/Form-")
    form = json.loads(text)
    schemas = document["components"]["schemas"]
    schemas |= {f"Form-{name}": schema for name, schema in form["$defs"].items()}
    schemas["Form-Return"]["properties"]["unit"] = {"const": "mill-01"}
    schemas["Form-Return"]["properties"]["period"] = {"enum": ["2018-01", "2018-02"]}
    schemas["AnyReturn"] = schemas.pop("Return")
    schemas["Return"] = {
        "anyOf": [{"$ref": "#/components/schemas/Form-Return"}, {"$ref": "#/components/schemas/AnyReturn"}]
    }
    return document


def test_whatever_is_sent_is_answered_as_described(gateway: GatewayProcess, tmp_path: Path) -> None:
    key = gateway.add_key("mill-01")
    description = tmp_path / "openapi.json"
    description.write_text(json.dumps(described_deeper(gateway, key)), encoding="utf-8")
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG, encoding="utf-8")
    schemathesis = (str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config))
    done = subprocess.run(
        [
            *(*schemathesis, "run", str(description), "--url", gateway.url),
            *("--header", f"Authorization: Bearer {key}", "--checks", "all", "--exclude-checks", ",".join(LEFT_OUT)),
            *("--max-examples", str(EXAMPLES), "--seed", str(SEED), "--continue-on-failure", "--no-color"),
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr
    counted = httpx.get(f"{gateway.url}/metrics").text
    statuses = set(re.findall(r'^qingyu_gateway_requests_total.*status="(\d+)"', counted, re.MULTILINE))
    assert {"202", "422", "403", "401"} <= statuses, "it got through to the store, and was refused in every way"
    assert not any(status.startswith("5") for status in statuses), gateway.log
