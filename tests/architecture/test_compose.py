"""docker-compose.yml, checked as far as a machine without a Docker engine can."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from broker.clients import quiet
from broker.jars import find_jars, find_java
from broker.places import DEPLOY_KAFKA, ROOT, cache_folder
from broker.storage import StorageState, new_cluster_id, storage_state

_COMPOSE = ROOT / "docker-compose.yml"
_ROOMS = ("plan", "rating", "broker", "producers", "consumers", "warehouse", "expectations", "alerts", "dashboards")
_PINNED = re.compile(r"^[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z0-9-]+)?$")
_VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")
_SECRET_KEY = re.compile(r"PASSWORD|SECRET|TOKEN|DATABASE|CLUSTER_ID|URLS")
_ONE_SHOTS = {"topics", "superset-setup"}

# What must differ, because a container has another address and other folders than a server on loopback.
_OWN_TO_EACH = {
    "listeners",
    "advertised.listeners",
    "log.dirs",
    # The image formats its storage without --standalone and therefore needs static voters.
    "controller.quorum.bootstrap.servers",
    "controller.quorum.voters",
}
# Read by the image's start script, not settings of the server.
_OF_THE_IMAGE = {"CLUSTER_ID", "KAFKA_HEAP_OPTS"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(_COMPOSE.read_text(encoding="utf-8"))


def _environments(compose: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, service in compose["services"].items():
        for key, value in service.get("environment", {}).items():
            yield name, key, value


def _kafka_properties(compose: dict[str, Any]) -> dict[str, str]:
    environment = compose["services"]["kafka"]["environment"]
    return {
        key.removeprefix("KAFKA_").lower().replace("_", "."): value
        for key, value in environment.items()
        if key not in _OF_THE_IMAGE
    }


def _local_properties() -> dict[str, str]:
    lines = (DEPLOY_KAFKA / "server.properties").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_services_are_those_of_the_design(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {
        *("kafka", "topics", "writer", "alerter", "gateway", "postgres", "redis", "superset-setup", "superset")
    }


def test_every_image_is_pinned(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert _PINNED.match(service["image"]), f"{name}: {service['image']}"
    for dockerfile in (ROOT / "docker").glob("*.Dockerfile"):
        bases = re.findall(r"^FROM (\S+)", dockerfile.read_text(encoding="utf-8"), re.MULTILINE)
        assert bases
        assert all(_PINNED.match(base) for base in bases), dockerfile.name


def test_kafka_has_the_same_version_as_the_local_one(compose: dict[str, Any]) -> None:
    pom = (DEPLOY_KAFKA / "pom.xml").read_text(encoding="utf-8")
    (version,) = re.findall(r"<kafka\.version>(.+)</kafka\.version>", pom)
    assert compose["services"]["kafka"]["image"] == f"apache/kafka:{version}"
    assert version in (ROOT / "docker" / "env.example").read_text(encoding="utf-8")


def test_kafka_has_the_settings_of_the_local_one(compose: dict[str, Any]) -> None:
    ours, theirs = _local_properties(), _kafka_properties(compose)
    assert ours.keys() - _OWN_TO_EACH == theirs.keys() - _OWN_TO_EACH
    assert {key: ours[key] for key in ours.keys() - _OWN_TO_EACH} == {
        key: theirs[key] for key in theirs.keys() - _OWN_TO_EACH
    }


@pytest.mark.broker
def test_the_images_own_set_up_program_takes_these_settings(compose: dict[str, Any], tmp_path: Path) -> None:
    """The image's start program is in the Kafka jars; it writes server.properties and formats the storage."""
    data = tmp_path / "data"
    environment = compose["services"]["kafka"]["environment"] | {
        "CLUSTER_ID": new_cluster_id(),
        "KAFKA_LOG_DIRS": str(data),
    }
    folders = {name: tmp_path / name for name in ("default", "mounted", "final")}
    for folder in folders.values():
        folder.mkdir()
    for name in ("server.properties", "log4j2.yaml", "tools-log4j2.yaml"):
        (folders["default"] / name).write_text("", encoding="utf-8")
    done = subprocess.run(
        [
            *(find_java(), "-cp", f"{find_jars(cache_folder(os.environ), quiet)}/*"),
            *("kafka.docker.KafkaDockerWrapper", "setup"),
            *("-D", folders["default"], "-M", folders["mounted"], "-F", folders["final"]),
        ],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert storage_state(data) is StorageState.FORMATTED
    written = (folders["final"] / "server.properties").read_text(encoding="utf-8").splitlines()
    expected = _kafka_properties(compose) | {"log.dirs": str(data)}
    assert {line for line in written if line} == {f"{key}={value}" for key, value in expected.items()}


def test_kafkas_data_are_on_a_volume(compose: dict[str, Any]) -> None:
    service = compose["services"]["kafka"]
    assert f"kafka:{service['environment']['KAFKA_LOG_DIRS']}" in service["volumes"]


def test_every_service_is_watched_or_runs_once(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name in _ONE_SHOTS:
            assert service["restart"] == "no", name
            assert "healthcheck" not in service, name
        else:
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"][0] == "CMD", name
            assert {"interval", "timeout", "retries"} <= service["healthcheck"].keys(), name


def test_services_wait_for_the_right_thing(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for other, how in service.get("depends_on", {}).items():
            assert other in compose["services"], name
            wanted = "service_completed_successfully" if other in _ONE_SHOTS else "service_healthy"
            assert how["condition"] == wanted, f"{name} -> {other}"


def test_no_secret_stands_in_the_file(compose: dict[str, Any]) -> None:
    for service, key, value in _environments(compose):
        if not _SECRET_KEY.search(key) or key.startswith("KAFKA_"):
            continue
        variables = _VARIABLE.findall(value)
        assert variables, f"{service}: {key} is written out"
        for _name, how, words in variables:
            # Either required with a sentence, or optional and empty.
            assert (how == "?" and words) or (how == "-" and not words), f"{service}: {key}"


def test_no_address_in_the_file_carries_a_password(compose: dict[str, Any]) -> None:
    for service, key, value in _environments(compose):
        plain = _VARIABLE.sub("", value)
        assert not re.search(r"://[^/@:]*:[^@/]+@|password=", plain), f"{service}: {key}"


def test_env_example_lists_exactly_the_variables_of_the_file() -> None:
    used = {name for name, _, _ in _VARIABLE.findall(_COMPOSE.read_text(encoding="utf-8"))}
    example = (ROOT / "docker" / "env.example").read_text(encoding="utf-8")
    offered = dict(line.split("=", 1) for line in example.splitlines() if line and not line.startswith("#"))
    assert offered.keys() == used
    assert set(offered.values()) == {""}


def test_our_variables_are_ones_the_code_reads(compose: dict[str, Any]) -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8") for room in _ROOMS for path in sorted((ROOT / room).rglob("*.py"))
    )
    for service, key, _ in _environments(compose):
        if key.startswith("QINGYU_"):
            assert re.search(rf"""["']{key}["']""", code), f"{service}: nothing reads {key}"


def test_volumes_are_declared_and_used(compose: dict[str, Any]) -> None:
    mounts = [mount for service in compose["services"].values() for mount in service.get("volumes", [])]
    named = {mount.split(":")[0] for mount in mounts if not mount.startswith((".", "/"))}
    assert named == set(compose["volumes"])
    for mount in mounts:
        if mount.startswith("."):
            assert (ROOT / mount.split(":")[0]).is_file(), mount


def test_only_the_writer_may_write_the_lake(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for mount in service.get("volumes", []):
            if mount.startswith("lake:"):
                assert (name == "writer") is not mount.endswith(":ro"), f"{name}: {mount}"
    init = (ROOT / "docker" / "postgres-init.sh").read_text(encoding="utf-8")
    reader_grants = [line for line in init.splitlines() if "GRANT" in line and "lake_reader" in line]
    assert reader_grants
    assert not any(re.search(r"INSERT|UPDATE|DELETE|CREATE|ALL ON", line) for line in reader_grants)


def test_nothing_is_published_beyond_loopback(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_images_are_built_from_files_that_exist(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        if "build" in service:
            dockerfile = ROOT / service["build"]["dockerfile"]
            text = dockerfile.read_text(encoding="utf-8")
            assert dockerfile.with_name(dockerfile.name + ".dockerignore").is_file()
            for source in re.findall(r"^COPY (\S+) \S+$", text, re.MULTILINE):
                assert (ROOT / source).exists(), f"{dockerfile.name}: {source}"


def test_compose_itself_accepts_the_file(compose: dict[str, Any]) -> None:
    """By Docker's own program where it is installed; else only that each variable can be filled in."""
    names = {name for name, _, _ in _VARIABLE.findall(_COMPOSE.read_text(encoding="utf-8"))}
    docker = shutil.which("docker")
    plugin = docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False)
    if docker and plugin and plugin.returncode == 0:
        done = subprocess.run(
            [docker, "compose", "--file", str(_COMPOSE), "config", "--quiet"],
            env={"PATH": os.environ["PATH"], **dict.fromkeys(names, "filled")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    else:
        for service, key, value in _environments(compose):
            assert isinstance(value, str), f"{service}: {key} must be quoted"
            assert "$" not in _VARIABLE.sub("", value), f"{service}: {key}"
