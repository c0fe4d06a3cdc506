"""YAML as plain data with the line of every value, so that a fault can say where it stands.

Stricter than YAML itself, because a plan is written by people and read as law: a key may stand only once, a
number is read as an exact decimal and never through binary floating point, ``yes`` and ``010`` are refused
instead of being taken for a truth value and an octal number.
"""

import re
from decimal import Decimal
from pathlib import Path

import msgspec
import yaml

KeyPath = tuple[str | int, ...]

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)", re.ASCII)
_FRACTION = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", re.ASCII)
_TAG = "tag:yaml.org,2002:"


_WIDE = re.compile("[：，；｛｝［］“”‘’＃]")
_WIDE_AS_SYNTAX = re.compile(r"^\s*(?:- *)?[\w-]+：|[｛｝]")
_STRAY_COLON = ("mapping values are not allowed here", "but got ':'")
_HALF_WIDTH = "full-width punctuation stands in this line; write : , { } and quotation marks in half-width (半角)"


class LineFault(msgspec.Struct, frozen=True):
    """A fault of the text itself: where it stands and how to mend it."""

    line: int
    key: str
    says: str


class Document(msgspec.Struct, frozen=True):
    """One YAML text: its data, the line of every path in it, and its faults."""

    data: object
    lines: dict[KeyPath, int]
    faults: tuple[LineFault, ...]


def read_yaml(text: str) -> Document:
    """Read one YAML document; never raises for what an author may have written."""
    walk = _Walk()
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as refused:
        mark = getattr(refused, "problem_mark", None) or getattr(refused, "context_mark", None)
        problem = getattr(refused, "problem", None) or str(refused)
        line, mend = _mend(text.splitlines(), 1 if mark is None else mark.line + 1, problem)
        return _unreadable(line, f"not YAML: {problem}; {mend}")
    if root is None:
        return _unreadable(1, "the file is empty; write its keys")
    data = walk.read(root, ())
    return Document(data, walk.lines, tuple(walk.faults))


def read_yaml_file(file: Path) -> Document:
    """Read one YAML file; a missing file or one that is not UTF-8 is a fault like any other."""
    try:
        return read_yaml(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return _unreadable(1, "the file is missing; add it")
    except UnicodeDecodeError as refused:
        line = refused.object[: refused.start].count(b"\n") + 1
        return _unreadable(line, f"not UTF-8 at byte {refused.start}; save the file as UTF-8")


def _mend(lines: list[str], line: int, problem: str) -> tuple[int, str]:
    """The line to look at and what to do there, from the line at which the parser gave up.

    The parser reads ``id：x`` as a text that may go on, so it stumbles over the line after.
    """
    here = lines[line - 1] if line <= len(lines) else ""
    before = lines[line - 2] if line > 1 else ""
    if _WIDE_AS_SYNTAX.search(before):
        return line - 1, _HALF_WIDTH
    is_stray_colon = any(words in problem for words in _STRAY_COLON) and here.count(": ") > 1
    mends = [_HALF_WIDTH] if _WIDE.search(here) else []
    if is_stray_colon:
        mends.append("if ': ' stands inside a text, put the text in quotation marks")
    if mends:
        return line, "; ".join(mends)
    if _WIDE.search(before):
        return line - 1, _HALF_WIDTH
    return line, "mend the text here"


def _unreadable(line: int, says: str) -> Document:
    return Document(None, {}, (LineFault(line, "file", says),))


def key_of(path: KeyPath) -> str:
    """A path as people read it: ``targets/3/value``, lists counted from 0."""
    return "/".join(str(step) for step in path) or "file"


class _Walk:
    """One pass over the nodes of a document."""

    def __init__(self) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.faults: list[LineFault] = []
        self._seen: set[int] = set()

    def read(self, node: yaml.Node, path: KeyPath) -> object:
        if id(node) in self._seen:
            # The node is marked where it was first written: the place of the alias is that of its key or list.
            line = self.lines.get(path) or self.lines[path[:-1]]
            self.faults.append(LineFault(line, key_of(path), "an alias (*name) stands here; write the value out"))
            return None
        self.lines.setdefault(path, node.start_mark.line + 1)
        self._seen.add(id(node))
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self.read(each, (*path, at)) for at, each in enumerate(node.value)]
            case _:
                return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, object]:
        made: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(key_node, path, "a key must be one word; quote it if it has odd characters")
                continue
            key: str = key_node.value
            inner = (*path, key)
            if key in made:
                first = self.lines[inner]
                self._fault(key_node, inner, f"the key stands twice, first in line {first}; keep one")
                continue
            self.lines[inner] = key_node.start_mark.line + 1
            made[key] = self.read(value_node, inner)
        return made

    def _scalar(self, node: yaml.Node, path: KeyPath) -> object:
        text: str = node.value
        match node.tag.removeprefix(_TAG):
            case "str" | "timestamp":
                return text
            case "null":
                return None
            case "bool" if text in ("true", "false"):
                return text == "true"
            case "int" if _WHOLE.fullmatch(text):
                return int(text)
            case "float" if _FRACTION.fullmatch(text):
                return Decimal(text)
            case "bool":
                return self._fault(node, path, f"{text!r}: write true or false, or quote the text")
            case "int" | "float":
                return self._fault(
                    node, path, f"{text!r}: write the number plainly, like 12 or 3.40, or quote the text"
                )
            case _:
                return self._fault(node, path, f"{text!r}: tags ({node.tag}) are not read; write a plain value")

    def _fault(self, node: yaml.Node, path: KeyPath, says: str) -> object:
        """Note a fault; gives what stands in the data instead of the value."""
        self.faults.append(LineFault(node.start_mark.line + 1, key_of(path), says))
        return None
