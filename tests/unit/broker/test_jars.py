"""Java and Maven: found, missing, too old, failing; a broken download is never used."""

from collections.abc import Callable
from pathlib import Path

import pytest

from broker.faults import JarsMissing, JavaUnfit
from broker.jars import find_jars, find_java, jar_folder

_COPIES_A_JAR = (
    'for a; do case $a in -DoutputDirectory=*) d=${a#*=};; esac; done; mkdir "$d"; : > "$d/kafka_2.13-4.3.1.jar"'
)


@pytest.fixture
def only_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Factory: a PATH with the basic tools and this one program, a shell script."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "mkdir").symlink_to("/bin/mkdir")
    monkeypatch.setenv("PATH", str(folder))

    def put(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)

    return put


@pytest.mark.usefixtures("only_program")
def test_missing_java_names_the_package() -> None:
    with pytest.raises(JavaUnfit, match="openjdk-17-jre-headless"):
        find_java()


@pytest.mark.parametrize(("version", "major"), [("1.8.0_402", "8"), ("11.0.22", "11")])
def test_old_java_is_refused(only_program: Callable[[str, str], None], version: str, major: str) -> None:
    only_program("java", f"echo 'openjdk version \"{version}\"' >&2")
    with pytest.raises(JavaUnfit, match=f"needs Java 17; .* is Java {major}"):
        find_java()


@pytest.mark.parametrize("version", ["17.0.15", "21", "25-ea"])
def test_fit_java_is_found(only_program: Callable[[str, str], None], tmp_path: Path, version: str) -> None:
    only_program("java", f"echo 'openjdk version \"{version}\"' >&2")
    assert find_java() == str(tmp_path / "bin" / "java")


def test_java_that_cannot_run_is_refused(only_program: Callable[[str, str], None]) -> None:
    only_program("java", "echo 'no such library' >&2; exit 1")
    with pytest.raises(JavaUnfit, match="no such library"):
        find_java()


@pytest.mark.usefixtures("only_program")
def test_missing_maven_names_the_package(tmp_path: Path) -> None:
    with pytest.raises(JarsMissing, match="Debian's package maven"):
        find_jars(tmp_path / "cache", print)


def test_jars_are_fetched_once(only_program: Callable[[str, str], None], tmp_path: Path) -> None:
    cache, told = tmp_path / "cache", []
    only_program("mvn", _COPIES_A_JAR)
    jars = find_jars(cache, told.append)
    assert jars == jar_folder(cache)
    assert [jar.name for jar in jars.iterdir()] == ["kafka_2.13-4.3.1.jar"]
    only_program("mvn", "exit 1")
    assert find_jars(cache, told.append) == jars
    assert len(told) == 1
    assert list(cache.iterdir()) == [jars]  # nothing of the download is left


def test_a_failed_download_leaves_nothing_behind_and_shows_what_maven_said(
    only_program: Callable[[str, str], None], tmp_path: Path
) -> None:
    only_program("mvn", f"{_COPIES_A_JAR}; echo '[ERROR] Could not transfer artifact'; exit 1")
    with pytest.raises(JarsMissing, match=r"Could not transfer artifact(.|\n)*settings\.xml"):
        find_jars(tmp_path / "cache", print)
    assert list((tmp_path / "cache").iterdir()) == []


def test_maven_that_succeeds_without_jars_is_a_failure(
    only_program: Callable[[str, str], None], tmp_path: Path
) -> None:
    only_program("mvn", "exit 0")
    with pytest.raises(JarsMissing):
        find_jars(tmp_path / "cache", print)


def test_a_download_that_another_command_finished_first_is_used(
    only_program: Callable[[str, str], None], tmp_path: Path
) -> None:
    target = jar_folder(tmp_path / "cache")
    only_program("mvn", f'{_COPIES_A_JAR}; mkdir "{target}"; : > "{target}/first.jar"')
    assert find_jars(tmp_path / "cache", print) == target
    assert [jar.name for jar in target.iterdir()] == ["first.jar"]
