"""The data folder: a formatting that was broken off may be made anew, messages are never thrown away."""

from pathlib import Path

import pytest

from broker.faults import StorageDamaged
from broker.storage import StorageState, new_cluster_id, prepare_storage, storage_state, stored_cluster_id

_COMPLETE = """#
#Mon Nov 23 12:00:00 UTC 2026
cluster.id=jh6JyvokS4m95csnlRlsEw
version=1
directory.id=Ab
node.id=1
"""


def _data(tmp_path: Path, meta: str | None, *folders: str) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    if meta is not None:
        (data / "meta.properties").write_text(meta, encoding="latin-1")
    for name in folders:
        (data / name).mkdir()
    return data


def test_a_missing_or_empty_folder_is_empty(tmp_path: Path) -> None:
    assert storage_state(tmp_path / "none") is StorageState.EMPTY
    assert storage_state(_data(tmp_path, None)) is StorageState.EMPTY


def test_a_complete_meta_file_means_formatted(tmp_path: Path) -> None:
    data = _data(tmp_path, _COMPLETE, "ticks-0")
    assert storage_state(data) is StorageState.FORMATTED
    assert stored_cluster_id(data) == "jh6JyvokS4m95csnlRlsEw"


@pytest.mark.parametrize("missing", ["cluster.id", "version", "directory.id", "node.id"])
def test_a_meta_file_without_one_of_its_fields_is_half_a_formatting(tmp_path: Path, missing: str) -> None:
    meta = "".join(line for line in _COMPLETE.splitlines(keepends=True) if not line.startswith(missing))
    assert storage_state(_data(tmp_path, meta, "__cluster_metadata-0")) is StorageState.HALF_FORMATTED


def test_metadata_without_a_meta_file_is_half_a_formatting(tmp_path: Path) -> None:
    assert storage_state(_data(tmp_path, None, "__cluster_metadata-0")) is StorageState.HALF_FORMATTED


def test_topics_without_a_meta_file_are_refused_and_kept(tmp_path: Path) -> None:
    data = _data(tmp_path, None, "__cluster_metadata-0", "returns.energy-monthly.gateway-1")
    assert storage_state(data) is StorageState.DAMAGED
    with pytest.raises(StorageDamaged, match=r"Restore meta\.properties.*qingyu kafka wipe"):
        prepare_storage(data, "no-java", tmp_path, {}, {})
    assert (data / "returns.energy-monthly.gateway-1").is_dir()


def test_cluster_ids_are_22_characters_and_never_look_like_an_option() -> None:
    names = {new_cluster_id() for _ in range(500)}
    assert len(names) == 500
    assert all(len(name) == 22 and not name.startswith("-") for name in names)
