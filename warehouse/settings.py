"""Where the warehouse is: the DuckLake's catalogue and its data path, from the environment handed in."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

_SQLITE = "ducklake:sqlite:"
_POSTGRES = "ducklake:postgres:"


class SettingsFault(ValueError):
    """A setting cannot be used; the message says which and how to mend it."""


class WarehouseSettings(msgspec.Struct, frozen=True):
    """``attach`` is what DuckDB attaches, ``data_path`` where the Parquet files lie (folder or object store).

    ``s3_endpoint``: where the object store answers; empty: at Amazon's address.
    """

    attach: str
    data_path: str
    s3_endpoint: str = ""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "WarehouseSettings":
        """Read QINGYU_WAREHOUSE, QINGYU_WAREHOUSE_DATA and QINGYU_VAR; raises :class:`SettingsFault`."""
        var = Path(environ.get("QINGYU_VAR", "var")).resolve()
        attach = environ.get("QINGYU_WAREHOUSE", f"{_SQLITE}{var}/lake/catalogue.sqlite")
        if not attach.startswith((_SQLITE, _POSTGRES)):
            raise SettingsFault(
                f"QINGYU_WAREHOUSE must begin with {_SQLITE} or {_POSTGRES}; unset it to use the local lake under var/"
            )
        endpoint = environ.get("QINGYU_WAREHOUSE_S3", "")
        if endpoint and not endpoint.startswith(("http://", "https://")):
            raise SettingsFault("QINGYU_WAREHOUSE_S3 must begin with http:// or https://; unset it for Amazon's own S3")
        data_path = environ.get("QINGYU_WAREHOUSE_DATA", f"{var}/lake/data").rstrip("/") + "/"
        return cls(attach, data_path, endpoint)

    @property
    def catalogue_file(self) -> Path | None:
        """The SQLite catalogue's file; None when the catalogue is in PostgreSQL."""
        return Path(self.attach.removeprefix(_SQLITE)) if self.attach.startswith(_SQLITE) else None

    @property
    def is_in_object_store(self) -> bool:
        """Tell whether the Parquet files lie in an object store that speaks S3."""
        return self.data_path.startswith("s3://")

    @property
    def postgres_address(self) -> str | None:
        """How to connect to the catalogue's PostgreSQL, in libpq's words; None when the catalogue is a file."""
        return self.attach.removeprefix(_POSTGRES) if self.attach.startswith(_POSTGRES) else None
