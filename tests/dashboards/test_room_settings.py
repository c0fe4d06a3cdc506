"""Where the room looks and what it keeps secret."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from bootstrap import is_ready, wanted_state
from room_settings import SettingsError, read_settings


def test_defaults_lie_under_var_of_the_working_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    assert settings.lake == f"ducklake:sqlite:{tmp_path}/var/lake/catalogue.sqlite"
    assert settings.catalogue_file == tmp_path / "var" / "lake" / "catalogue.sqlite"
    assert settings.lake_data == f"{tmp_path}/var/lake/data"
    assert settings.metadata_database == f"sqlite:///{tmp_path}/var/superset/superset.db"
    assert (settings.port, settings.redis_url) == (8088, None)


def test_production_addresses_are_kept_to_the_letter() -> None:
    settings = read_settings(
        {
            "QINGYU_WAREHOUSE": "ducklake:postgres:dbname=lake host=db",
            "QINGYU_WAREHOUSE_DATA": "s3://bucket/lake",
            "QINGYU_SUPERSET_DATABASE": "postgresql://superset@db/superset",
            "QINGYU_SUPERSET_REDIS": "redis://cache:6379/1",
        }
    )
    assert settings.catalogue_file is None
    assert settings.lake == "ducklake:postgres:dbname=lake host=db"
    assert settings.lake_data == "s3://bucket/lake"
    assert settings.redis_url == "redis://cache:6379/1"


@pytest.mark.parametrize(("name", "value"), [("QINGYU_WAREHOUSE", "lake.duckdb"), ("QINGYU_SUPERSET_PORT", "http")])
def test_unusable_settings_are_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = read_settings({"QINGYU_VAR": str(tmp_path)})
    first = settings.secret("secret_key")
    assert len(first) >= 48
    assert settings.secret("secret_key") == first
    assert settings.secret("admin_password") != first
    assert stat.S_IMODE((tmp_path / "superset" / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "superset").stat().st_mode) == 0o700


def test_a_vanished_metadata_database_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bootstrap.version", lambda package: "6.1.0")
    settings = read_settings({"QINGYU_VAR": str(tmp_path)})
    settings.secret("secret_key")
    assert not is_ready(settings)
    (settings.home / "bootstrapped.json").write_text(json.dumps(wanted_state(settings)))
    assert not is_ready(settings)
    (settings.home / "superset.db").touch()
    assert is_ready(settings)
