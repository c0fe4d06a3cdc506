"""Password files: nobody but their owner can ever read them, and a rotation is whole or not at all."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.faults import SettingsFault
from broker.passwords import Passwords, write_private


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A machine on which new files are readable by all."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_a_password_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    passwords = Passwords(tmp_path / "deep" / "secrets")
    made = passwords.keep("writer")
    assert len(made) == 43  # 32 random bytes
    assert passwords.keep("writer") == passwords.read("writer") == made
    assert passwords.keep("alerter") != made
    assert stat.S_IMODE(passwords.file("writer").stat().st_mode) == 0o600
    assert stat.S_IMODE(passwords.folder.stat().st_mode) == 0o700
    assert sorted(file.name for file in passwords.folder.iterdir()) == ["alerter", "writer"]


def test_a_password_somebody_chose_is_taken(tmp_path: Path) -> None:
    (tmp_path / "writer").write_text("correct horse\n", encoding="utf-8")
    assert Passwords(tmp_path).keep("writer") == "correct horse"


def test_a_draft_is_in_force_only_when_it_is_settled(tmp_path: Path) -> None:
    passwords = Passwords(tmp_path)
    first = passwords.keep("writer")
    passwords.draft("writer")
    drafted = passwords.draft("writer")  # the one before was left by a rotation that failed
    assert passwords.read("writer") == first != drafted
    passwords.settle("writer")
    assert passwords.read("writer") == drafted
    passwords.forget("writer")
    passwords.forget("writer")
    assert not passwords.has("writer")


def test_a_folder_that_takes_no_files_is_named_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsFault, match=r"password of writer cannot be written.*--passwords"):
        Passwords(tmp_path / "file").keep("writer")


def test_a_private_file_is_never_one_that_others_may_hold_open(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "there", "secret")
