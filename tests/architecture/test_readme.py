"""What the documents tell people to type or to set exists, and what exists is told."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

import qingyu
from broker.places import ROOT

_README = ROOT / "README.md"
_README_ZH = ROOT / "README.zh-CN.md"
_DECISIONS = ROOT / "docs" / "decisions"
_DOCUMENTS = (_README, _README_ZH, *sorted((ROOT / "docs" / "runbooks").glob("*.md")))
_SET_IN = (
    "*/*.py", "producers/*/*.py", "qingyu.py", "docker-compose.yml", "Makefile", "scripts/*", "deploy/*", "deploy/*/*",
    "docker/*",
)  # fmt: skip

_FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`]+)`")
# A command begins a line or follows an assignment; the end of a path to it counts too (.venv/bin/qingyu).
_QINGYU = re.compile(r"(?:^|[\s/=])qingyu +([a-z][^|;#>\n]*)")
_MAKE = re.compile(r"(?:^|\s)make +([a-z][a-z-]*)")
_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
_VARIABLE = re.compile(r"QINGYU_[A-Z_]*[A-Z](?![A-Z_])")
_LINK = re.compile(r"\]\(([^)#:]+\.md)\)")
_OPTION = re.compile(r"^--[a-z-]+$")


def _code(document: Path) -> Iterator[str]:
    """Everything a document sets in code: fenced line by line, and spans, joined when they are wrapped."""
    text = document.read_text(encoding="utf-8")
    for block in _FENCED.findall(text):
        yield from block.splitlines()
    for span in _INLINE.findall(_FENCED.sub("", text)):
        yield " ".join(span.split())


def _commands(document: Path) -> set[str]:
    return {found.strip() for code in _code(document) for found in _QINGYU.findall(code)}


def _make_targets(document: Path) -> set[str]:
    return {found for code in _code(document) for found in _MAKE.findall(code)}


def _variables(paths: Iterator[Path]) -> set[str]:
    return {found for path in paths for found in _VARIABLE.findall(path.read_text(encoding="utf-8"))}


def _name_and_options(line: str) -> tuple[str, list[str]]:
    """The command a line names, as ``group command``, and the options it gives; '' for one that does not exist."""
    command: Any = typer.main.get_command(qingyu.app)
    words = shlex.split(line)
    name: list[str] = []
    while words and hasattr(command, "commands"):
        command = command.commands.get(words[0])
        if command is None:
            return "", []
        name.append(words.pop(0))
        # What a group itself is given (the day of ``as-of``) stands before the name of its command.
        if hasattr(command, "commands"):
            del words[: sum(parameter.param_type_name == "argument" for parameter in command.params)]
    known = {option for parameter in command.params for option in parameter.opts}
    wrong = [word for word in words if _OPTION.match(word) and word not in known | {"--help"}]
    return " ".join(name), wrong


def _all_commands() -> set[str]:
    top: Any = typer.main.get_command(qingyu.app)
    return {
        f"{name} {inner}".strip()
        for name, command in top.commands.items()
        for inner in getattr(command, "commands", {"": None})
    }


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: path.name)
def test_every_qingyu_command_in_a_document_exists(document: Path) -> None:
    wrong = {line: _name_and_options(line) for line in _commands(document)}
    assert {line: found for line, found in wrong.items() if found[0] == "" or found[1]} == {}


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_in_a_document_exists(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert _make_targets(document) - set(_TARGET.findall(makefile)) == set()


def test_every_command_is_told_in_the_readme() -> None:
    assert _all_commands() - {_name_and_options(line)[0] for line in _commands(_README)} == set()


def test_every_make_target_is_told_in_the_readme() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(_TARGET.findall(makefile)) - _make_targets(_README) == set()


def test_both_readmes_name_the_same_commands() -> None:
    assert _commands(_README) == _commands(_README_ZH)
    assert _make_targets(_README) == _make_targets(_README_ZH)


def test_the_readme_lists_exactly_the_variables_that_are_used() -> None:
    used = _variables(path for pattern in _SET_IN for path in ROOT.glob(pattern) if _is_ours(path))
    text = _README.read_text(encoding="utf-8")
    chapter = text[text.index("## Environment variables") : text.index("## The house")]
    assert set(_VARIABLE.findall(chapter)) == used


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: path.name)
def test_no_document_names_a_variable_that_the_readme_does_not(document: Path) -> None:
    assert _variables(iter((document,))) - _variables(iter((_README,))) == set()


def test_the_first_screen_has_the_picture_and_both_commands() -> None:
    screen = "\n".join(_README.read_text(encoding="utf-8").splitlines()[:25])
    assert "](docs/barometer.png)" in screen
    assert (ROOT / "docs" / "barometer.png").is_file()
    assert {"demo", "test"} <= set(_MAKE.findall(screen))


def test_every_decision_is_in_the_index() -> None:
    index = (_DECISIONS / "README.md").read_text(encoding="utf-8")
    written = {path.name for path in _DECISIONS.glob("[0-9]*.md")}
    assert set(re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", index)) == written


def test_every_dependency_has_its_reason() -> None:
    reasons = (_DECISIONS / "0007-libraries.md").read_text(encoding="utf-8")
    # The drivers of the lake's extensions are named by their endings.
    short = reasons.replace("`-sqlite-scanner`", "duckdb-extension-sqlite-scanner").replace(
        "`-postgres-scanner`", "duckdb-extension-postgres-scanner"
    )
    listed = [
        re.split(r"[\[=<>]", line)[0]
        for name in ("app.in", "dev.in")
        for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "-r"))
    ]
    assert [package for package in listed if package not in short] == []


def test_every_link_between_documents_leads_somewhere() -> None:
    documents = (*_DOCUMENTS, ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md"), *_DECISIONS.glob("*.md"))
    broken = [
        f"{document.relative_to(ROOT)}: {link}"
        for document in documents
        for link in _LINK.findall(document.read_text(encoding="utf-8"))
        if not (document.parent / link).exists()
    ]
    assert broken == []


def _is_ours(path: Path) -> bool:
    folder = path.relative_to(ROOT).parts[0]
    return path.is_file() and folder not in ("var", "tests") and not folder.startswith(".")
