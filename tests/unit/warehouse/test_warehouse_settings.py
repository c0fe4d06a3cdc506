"""Where the warehouse is: defaults, what may be set, what is refused and with which mend."""

from pathlib import Path

import pytest

from warehouse.settings import SettingsFault, WarehouseSettings


def test_default_is_a_local_lake_under_var(tmp_path: Path) -> None:
    found = WarehouseSettings.from_environ({"QINGYU_VAR": str(tmp_path)})

    assert found.attach == f"ducklake:sqlite:{tmp_path}/lake/catalogue.sqlite"
    assert found.data_path == f"{tmp_path}/lake/data/"
    assert found.catalogue_file == tmp_path / "lake" / "catalogue.sqlite"


def test_a_relative_var_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # The lake stores its data path to the letter: a reader started elsewhere must give the same one.
    monkeypatch.chdir(tmp_path)

    assert WarehouseSettings.from_environ({"QINGYU_VAR": "晴雨 var"}).data_path == f"{tmp_path}/晴雨 var/lake/data/"


def test_a_postgres_catalogue_has_no_file() -> None:
    environ = {
        "QINGYU_WAREHOUSE": "ducklake:postgres:dbname=lake host=db",
        "QINGYU_WAREHOUSE_DATA": "s3://lake/data//",
    }

    found = WarehouseSettings.from_environ(environ)

    assert (found.catalogue_file, found.data_path) == (None, "s3://lake/data/")
    assert found.postgres_address == "dbname=lake host=db"
    assert (found.is_in_object_store, found.s3_endpoint) == (True, "")


def test_an_object_store_elsewhere_has_an_address() -> None:
    environ = {"QINGYU_WAREHOUSE_DATA": "s3://lake/data", "QINGYU_WAREHOUSE_S3": "http://store:9000"}

    assert WarehouseSettings.from_environ(environ).s3_endpoint == "http://store:9000"
    with pytest.raises(SettingsFault, match="QINGYU_WAREHOUSE_S3 must begin with http"):
        WarehouseSettings.from_environ({"QINGYU_WAREHOUSE_S3": "store:9000"})


@pytest.mark.parametrize("attach", ["", "lake.duckdb", "ducklake:lake.duckdb", "sqlite:lake.sqlite"])
def test_anything_else_is_refused_with_the_mend(attach: str) -> None:
    with pytest.raises(SettingsFault, match=r"QINGYU_WAREHOUSE must begin with ducklake:sqlite: .*unset it"):
        WarehouseSettings.from_environ({"QINGYU_WAREHOUSE": attach})
